"""Many officers at once."""

from __future__ import annotations

from typing import Any

from officers.api.examples import OFFICER_SENT
from officers.api.officers import OfficerList
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

OFFICERS = Creations(OfficerList)
_OFFICERS = Label("cán bộ", "officers")


def run_officers(job: Job) -> dict[str, Any]:
    """Add the officers of a job (``thads.jobs``)."""
    return bulk.run(job, OFFICERS)


class _OfficerBulk(OfBulk):
    abstract = True
    permission = Permission.MANAGE_STAFF
    kind = "OFFICERS"
    address_name = "officer-bulk"
    errors_name = "officer-bulk-errors"
    results_name = "officer-bulk-results"


class OfficerBulks(_OfficerBulk, BulkView):
    noun = OFFICERS
    operations = {
        "POST": bulk_operation(
            "officers",
            _OFFICERS,
            response=bulk_serializer("Officer", "id"),
            example=created_example(),
            request=OfficerList.body(many=True),
            request_example=[OFFICER_SENT],
        )
    }


class OfficerBulkDetail(_OfficerBulk, BulkDetail):
    operations = {"GET": detail_operation("officers", _OFFICERS)}


class OfficerBulkErrors(_OfficerBulk, BulkErrors):
    operations = {"GET": errors_operation("officers", _OFFICERS)}


class OfficerBulkResults(_OfficerBulk, BulkResults):
    operations = {
        "GET": results_operation("officers", _OFFICERS, outcome_serializer("Officer", "id"), CREATED)
    }
