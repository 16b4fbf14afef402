from django.db import migrations, models


class Migration(migrations.Migration):
    """Digests are made act by act from now on; those made of whole stories are worked out again when needed."""

    dependencies = [("cases", "0001_cases_and_acts")]

    operations = [
        migrations.AlterField("case", "content_digest", models.CharField(max_length=64, null=True)),
        migrations.RunSQL("UPDATE cases_case SET content_digest = NULL", migrations.RunSQL.noop),
    ]
