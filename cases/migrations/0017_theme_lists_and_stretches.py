import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

#: Whoever keeps the clocks of cases keeps these times too, and has them all to look at.
_MARK = """
    INSERT INTO journal_stale (consumer, case_id, units, officers)
    SELECT 'deadlines', id, ARRAY[unit_id]::bigint[], CASE WHEN officer_id IS NULL THEN '{}'::bigint[]
        ELSE ARRAY[officer_id]::bigint[] END
    FROM cases_case
"""


class Migration(migrations.Migration):
    """Lists of cases that come from above, and the times in which a case was among those with conditions."""

    dependencies = [
        ("cases", "0016_themes_dated"),
        ("officers", "0005_conflicts"),
    ]

    operations = [
        migrations.CreateModel(
            name="EnforceableStretch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stretches",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ThemeList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("theme", models.CharField(max_length=32)),
                ("document_number", models.CharField(max_length=200)),
                ("document_date", models.DateField()),
                ("issuer", models.CharField(max_length=500)),
                ("from_on", models.DateField()),
                ("whole", models.BooleanField()),
                ("named", models.PositiveIntegerField()),
                ("added", models.PositiveIntegerField()),
                ("ended", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=200)),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="officers.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="casetheme",
            name="listed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="themes",
                to="cases.themelist",
            ),
        ),
        migrations.AddIndex(
            model_name="casetheme",
            index=models.Index(
                condition=models.Q(("listed_by__isnull", False)),
                fields=["listed_by"],
                name="case_theme_by_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="enforceablestretch",
            constraint=models.UniqueConstraint(fields=("case", "from_on"), name="stretch_once"),
        ),
        migrations.AddConstraint(
            model_name="enforceablestretch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until_on", None), ("until_on__gt", models.F("from_on")), _connector="OR"
                ),
                name="stretch_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="themelist",
            constraint=models.UniqueConstraint(
                fields=("unit", "theme", "document_number", "document_date", "issuer"), name="theme_list_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="themelist",
            constraint=models.CheckConstraint(
                condition=models.Q(("added__lte", models.F("named")), ("named__gt", 0)),
                name="theme_list_names",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="themelist",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME;",
                    hash="fdda633def907b247585758d6cc212b5fbe599f0",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_9ec50",
                    table="cases_themelist",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(_MARK, migrations.RunSQL.noop),
    ]
