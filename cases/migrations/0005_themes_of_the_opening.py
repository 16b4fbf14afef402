"""Which themes came with the opening of their case, so that those added later are found without the others."""

from __future__ import annotations

from django.db import migrations, models

_MARK = """
    UPDATE cases_casetheme t SET from_opening = true FROM cases_act a
    WHERE a.case_id = t.case_id AND a.seq = 0 AND t.recorded_at <= a.recorded_at
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_themes_indexed_once")]

    operations = [
        migrations.AddField("casetheme", "from_opening", models.BooleanField(default=False)),
        migrations.RunSQL(_MARK, migrations.RunSQL.noop),
        migrations.RemoveIndex("casetheme", "case_theme_by_recording"),
        migrations.AddIndex(
            "casetheme",
            models.Index(
                fields=["recorded_at"],
                name="case_theme_added_later",
                condition=models.Q(from_opening=False),
            ),
        ),
    ]
