from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """From when to when a case belongs to a theme, and who said so why."""

    dependencies = [("cases", "0015_publications")]

    operations = [
        migrations.AddField("casetheme", "from_on", models.DateField(null=True)),
        migrations.AddField("casetheme", "ended_on", models.DateField(null=True)),
        migrations.AddField("casetheme", "reason", models.CharField(max_length=2000, null=True)),
        migrations.AddField("casetheme", "recorded_by", models.CharField(max_length=200, null=True)),
        migrations.AddField("casetheme", "ended_reason", models.CharField(max_length=2000, null=True)),
        migrations.AddField("casetheme", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField("casetheme", "ended_by", models.CharField(max_length=200, null=True)),
        migrations.AddConstraint(
            "casetheme",
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("from_on")),
                name="case_theme_days_in_order",
            ),
        ),
    ]
