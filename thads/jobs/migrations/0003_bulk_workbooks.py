import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_bulk_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkWorkbook",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="workbook",
                        serialize=False,
                        to="jobs.job",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
    ]
