from django.db import migrations, models


class Migration(migrations.Migration):
    """An index for each order of the list of cases, beginning with the unit: the scope everybody reads in."""

    dependencies = [("cases", "0007_case_search")]

    operations = [
        migrations.RemoveIndex("case", "case_by_decision"),
        migrations.AddIndex(
            "case", models.Index(fields=["unit", "decision_date", "id"], name="case_by_unit_decision")
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["unit", "bucket", "decision_date", "id"], name="case_by_unit_bucket")
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["unit", "last_act_on", "id"], name="case_by_unit_last_act")
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["unit", "remaining", "id"], name="case_by_unit_remaining")
        ),
    ]
