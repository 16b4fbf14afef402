import django.contrib.postgres.functions
from django.db import migrations, models

import thads.common.models


class Migration(migrations.Migration):
    dependencies = [
        ("officers", "0003_staff_delegations_accounts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="staffcount",
            name="officers_staff_count_once",
        ),
        migrations.AddField(
            model_name="staffcount",
            name="deleted_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="staffcount",
            name="modified_at",
            field=models.DateTimeField(db_default=thads.common.models.ClockTimestamp(), editable=False),
        ),
        migrations.AddField(
            model_name="staffcount",
            name="public_id",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
            ),
        ),
        migrations.AddField(
            model_name="staffcount",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddConstraint(
            model_name="staffcount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("unit", "fiscal_year"),
                name="officers_staff_count_once",
            ),
        ),
    ]
