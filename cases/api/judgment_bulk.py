"""Many judgments at once."""

from __future__ import annotations

from typing import Any

from cases.api.judgment_shapes import JUDGMENT_SENT
from cases.api.judgments import JudgmentList
from officers.roles import Permission
from thads.common.labels import Label
from thads.jobs import bulk
from thads.jobs.api.bulk import Creations, bulk_of
from thads.jobs.api.sheets import columns_of
from thads.jobs.models import Job

JUDGMENTS = Creations(JudgmentList)
JUDGMENT_BULK = bulk_of(
    "judgment",
    "judgments",
    Label("bản án, quyết định", "judgments"),
    noun=JUDGMENTS,
    permission=Permission.KEEP_JUDGMENTS,
    request=JudgmentList.body(many=True),
    request_example=[JUDGMENT_SENT],
    columns=columns_of(JudgmentList.body()),
)


def run_judgments(job: Job) -> dict[str, Any]:
    """Receive the judgments of a job (``thads.jobs``)."""
    return bulk.run(job, JUDGMENTS)
