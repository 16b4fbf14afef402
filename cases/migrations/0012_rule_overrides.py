import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import thads.common.models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_deadlines"),
        ("officers", "0005_conflicts"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleOverride",
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
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
                (
                    "modified_at",
                    models.DateTimeField(db_default=thads.common.models.ClockTimestamp(), editable=False),
                ),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("table", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=120)),
                ("field", models.CharField(max_length=40)),
                ("value", models.JSONField(null=True)),
                ("valid_from", models.DateField()),
                ("basis", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("state", models.CharField(default="PROPOSED", max_length=12)),
                ("proposer", models.CharField(max_length=40)),
                ("proposed_by", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField()),
                ("decider", models.CharField(max_length=40, null=True)),
                ("decided_by", models.CharField(max_length=200, null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("remark", models.TextField(null=True)),
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
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["unit", "-id"], name="override_by_unit"),
                    models.Index(
                        condition=models.Q(("state", "APPROVED")),
                        fields=["decided_at", "id"],
                        name="override_in_force",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("PROPOSED", "APPROVED", "REJECTED", "WITHDRAWN"))),
                        name="override_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None),
                                ("decided_by", None),
                                ("decider", None),
                                ("state", "PROPOSED"),
                            ),
                            models.Q(
                                models.Q(("state", "PROPOSED"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decider__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="override_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decider", None),
                            models.Q(("decider", models.F("proposer")), ("state", "WITHDRAWN")),
                            models.Q(
                                ("state__in", ("APPROVED", "REJECTED")),
                                models.Q(("decider", models.F("proposer")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="override_by_a_second_person",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ruleoverride",
            trigger=pgtrigger.compiler.Trigger(
                name="decided_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.decided_at IS NOT NULL THEN\n                        RAISE EXCEPTION 'an override that was decided stays: % on %', TG_OP, TG_TABLE_NAME;\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="1e8519d2d77b377b81687307ec1afc2e42d99ad7",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_decided_stays_9d70d",
                    table="cases_ruleoverride",
                    when="BEFORE",
                ),
            ),
        ),
    ]
