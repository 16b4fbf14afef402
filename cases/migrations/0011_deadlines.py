import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thads.common.models import ClockTimestamp

#: Whoever keeps the clocks of cases has them all to look at.
_MARK = """
    INSERT INTO journal_stale (consumer, case_id, units, officers)
    SELECT 'deadlines', id, ARRAY[unit_id]::bigint[], CASE WHEN officer_id IS NULL THEN '{}'::bigint[]
        ELSE ARRAY[officer_id]::bigint[] END
    FROM cases_case
"""


class Migration(migrations.Migration):
    """The legal clocks of cases."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("cases", "0010_case_status"),
        ("journal", "0005_notes_of_other_nouns"),
        ("officers", "0004_staff_counts_versioned"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deadline",
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
                ("clock", models.CharField(max_length=8)),
                ("variant", models.CharField(blank=True, max_length=32)),
                ("regime", models.CharField(max_length=8)),
                ("actor", models.CharField(max_length=20)),
                ("trigger", models.CharField(max_length=40)),
                ("trigger_seq", models.PositiveIntegerField()),
                ("started_on", models.DateField()),
                ("started_at", models.DateTimeField(null=True)),
                ("pauses", models.JSONField(default=list)),
                ("due_on", models.DateField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("state", models.CharField(max_length=8)),
                ("closed_on", models.DateField(null=True)),
                ("met_by_seq", models.PositiveIntegerField(null=True)),
                ("breached", models.BooleanField(default=False)),
                ("rules", models.CharField(max_length=12)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="cases.case",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="officers.officer",
                    ),
                ),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on", None)),
                        fields=["unit", "due_on", "id"],
                        name="deadline_open_by_unit",
                    ),
                    models.Index(
                        condition=models.Q(("closed_on", None)),
                        fields=["officer", "due_on", "id"],
                        name="deadline_open_by_officer",
                    ),
                    models.Index(
                        condition=models.Q(("state", "RUNNING")), fields=["due_on"], name="deadline_running"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "clock", "variant", "regime", "trigger_seq", "trigger"),
                        name="deadline_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("RUNNING", "PAUSED", "MET", "BREACHED", "ENDED", "VOID"))
                        ),
                        name="deadline_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__isnull", False), ("state__in", ("PAUSED", "VOID")), _connector="OR"
                        ),
                        name="deadline_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", False),
                            models.Q(("state__in", ("MET", "VOID")), _negated=True),
                            _connector="OR",
                        ),
                        name="deadline_closed_on_day",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_MARK, migrations.RunSQL.noop),
        migrations.CreateModel(
            "DigestMail",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("sent_at", models.DateTimeField(db_default=ClockTimestamp(), editable=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["day", "user"], name="digest_once_a_day")],
            },
        ),
    ]
