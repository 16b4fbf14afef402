"""Many judgments at once."""

from __future__ import annotations

from typing import Any

from cases.api.judgments import JUDGMENT_SENT, JudgmentList
from officers.roles import Permission
from thads.common.labels import Label
from thads.jobs import bulk
from thads.jobs.api.bulk import (
    CREATED,
    BulkDetail,
    BulkErrors,
    BulkResults,
    BulkView,
    Creations,
    OfBulk,
    bulk_operation,
    bulk_serializer,
    created_example,
    detail_operation,
    errors_operation,
    outcome_serializer,
    results_operation,
)
from thads.jobs.models import Job

JUDGMENTS = Creations(JudgmentList)
_JUDGMENTS = Label("bản án, quyết định", "judgments")


def run_judgments(job: Job) -> dict[str, Any]:
    """Receive the judgments of a job (``thads.jobs``)."""
    return bulk.run(job, JUDGMENTS)


class _JudgmentBulk(OfBulk):
    abstract = True
    permission = Permission.KEEP_JUDGMENTS
    kind = "JUDGMENTS"
    address_name = "judgment-bulk"
    errors_name = "judgment-bulk-errors"
    results_name = "judgment-bulk-results"


class JudgmentBulks(_JudgmentBulk, BulkView):
    noun = JUDGMENTS
    operations = {
        "POST": bulk_operation(
            "judgments",
            _JUDGMENTS,
            response=bulk_serializer("Judgment", "id"),
            example=created_example(),
            request=JudgmentList.body(many=True),
            request_example=[JUDGMENT_SENT],
        )
    }


class JudgmentBulkDetail(_JudgmentBulk, BulkDetail):
    operations = {"GET": detail_operation("judgments", _JUDGMENTS)}


class JudgmentBulkErrors(_JudgmentBulk, BulkErrors):
    operations = {"GET": errors_operation("judgments", _JUDGMENTS)}


class JudgmentBulkResults(_JudgmentBulk, BulkResults):
    operations = {
        "GET": results_operation("judgments", _JUDGMENTS, outcome_serializer("Judgment", "id"), CREATED)
    }
