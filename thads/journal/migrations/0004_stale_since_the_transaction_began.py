import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_log"),
    ]

    operations = [
        migrations.AlterField(
            model_name="stale",
            name="marked_at",
            field=models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow()),
        ),
    ]
