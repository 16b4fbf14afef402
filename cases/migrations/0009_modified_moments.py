from django.db import migrations, models

import thads.common.models


class Migration(migrations.Migration):
    """When a case was last written, and the orders in which lists of what has changed are read."""

    dependencies = [("cases", "0008_list_orders")]

    operations = [
        migrations.AddField(
            "case",
            "modified_at",
            models.DateTimeField(db_default=thads.common.models.ClockTimestamp(), editable=False),
        ),
        migrations.AddIndex("case", models.Index(fields=["modified_at", "id"], name="case_by_modified")),
        migrations.AddIndex(
            "judgment", models.Index(fields=["modified_at", "id"], name="judgment_by_modified")
        ),
        migrations.AddIndex("party", models.Index(fields=["modified_at", "id"], name="party_by_modified")),
        migrations.AddIndex(
            "document", models.Index(fields=["modified_at", "id"], name="document_by_modified")
        ),
    ]
