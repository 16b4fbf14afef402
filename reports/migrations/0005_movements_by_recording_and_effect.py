"""What was recorded after a moment and took effect before a day is found without looking at the rows."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_what_was_ever_left")]

    operations = [
        migrations.RemoveIndex(model_name="movement", name="movement_by_recording"),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["unit", "recorded_at", "effective_on"], name="movement_by_recording"),
        ),
    ]
