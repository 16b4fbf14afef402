"""Many officers at once."""

from __future__ import annotations

from typing import Any

from officers.api.examples import OFFICER_SENT
from officers.api.officers import OfficerList
from officers.roles import Permission
from thads.common.labels import Label
from thads.jobs import bulk
from thads.jobs.api.bulk import Creations, bulk_of
from thads.jobs.api.sheets import columns_of
from thads.jobs.models import Job

OFFICERS = Creations(OfficerList)
OFFICER_BULK = bulk_of(
    "officer",
    "officers",
    Label("cán bộ", "officers"),
    noun=OFFICERS,
    permission=Permission.MANAGE_STAFF,
    request=OfficerList.body(many=True),
    request_example=[OFFICER_SENT],
    columns=columns_of(OfficerList.body()),
)


def run_officers(job: Job) -> dict[str, Any]:
    """Add the officers of a job (``thads.jobs``)."""
    return bulk.run(job, OFFICERS)
