from django.db import migrations, models

#: Where a case was being enforced, how far it had come is worked out by whoever keeps the clocks of cases: until
#: then it counts as enforceable.
_BY_BUCKET = """
    UPDATE cases_case c SET status = CASE bucket
        WHEN 'ELIGIBLE' THEN 'ENFORCEABLE' WHEN 'INELIGIBLE' THEN 'NOT_ENFORCEABLE'
        WHEN 'SEPARATE' THEN 'SEPARATE_TRACKED' WHEN 'DEFERRED_CONSENT' THEN 'DEFERRED'
        WHEN 'COMPLETED' THEN 'FULFILLED' WHEN 'ENTRUSTED' THEN 'DELEGATED_OUT'
        WHEN 'RETURNED' THEN 'REQUEST_RETURNED'
        WHEN 'REVOKED' THEN coalesce((
            SELECT CASE a.type WHEN 'ANNULMENT_DECISION' THEN 'ANNULLED'
                WHEN 'FILE_PULL_DECISION' THEN 'PULLED_UP' END
            FROM cases_act a WHERE a.case_id = c.id
                AND a.type IN ('REVOCATION_DECISION', 'ANNULMENT_DECISION', 'FILE_PULL_DECISION')
            ORDER BY a.effective_on DESC, a.seq DESC LIMIT 1), 'REVOKED')
        ELSE bucket END
"""


class Migration(migrations.Migration):
    """The status of a case: finer than its bucket."""

    dependencies = [("cases", "0009_modified_moments")]

    operations = [
        migrations.AddField("case", "status", models.CharField(max_length=24, null=True)),
        migrations.RunSQL(_BY_BUCKET, migrations.RunSQL.noop),
        migrations.AlterField("case", "status", models.CharField(max_length=24)),
        migrations.AddIndex(
            "case",
            models.Index(fields=["unit", "status", "decision_date", "id"], name="case_by_unit_status"),
        ),
    ]
