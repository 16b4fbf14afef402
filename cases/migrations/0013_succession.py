from django.db import migrations, models


class Migration(migrations.Migration):
    """Who owes and is owed since a succession; empty wherever it is whom the decision named."""

    dependencies = [("cases", "0012_rule_overrides")]

    operations = [
        migrations.AddField(
            "obligation",
            name,
            models.ForeignKey("cases.Party", models.PROTECT, null=True, related_name="+", db_index=False),
        )
        for name in ("current_debtor", "current_creditor")
    ]
