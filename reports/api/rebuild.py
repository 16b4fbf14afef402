"""Rebuilding the statistics: submitted, watched as a job."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from officers.api.params import visible_unit
from officers.roles import Permission
from reports.api.examples import REBUILD, REBUILD_ASKED, REBUILD_SENT, REBUILDS
from reports.api.serializers import RebuildRequestSerializer
from reports.rebuild import submit_rebuild
from thads.common.api.operations import Operation
from thads.common.api.writing import read_body
from thads.common.labels import Label
from thads.jobs.api.serializers import JobSerializer
from thads.jobs.api.views import JOB_ID, JobDetailView, JobListView, JobView, submitter, unit_of


class _RebuildView(JobView):
    abstract = True
    permission = Permission.REBUILD_STATISTICS
    kind = "REBUILD"
    address_name = "statistics-rebuild"
    params_shown = ("fiscal_year",)


class RebuildList(_RebuildView, JobListView):
    """POST recounts what the caller may see (an empty body), or a unit, or the cases with an act in a
    statistical year.
    """

    query_parameters: Any = {"POST": ()}
    operations = {
        "GET": Operation(
            "list_statistics_rebuilds",
            Label("Các lần tính lại số liệu", "List rebuilds"),
            JobSerializer,
            example=REBUILDS,
        ),
        "POST": Operation(
            "rebuild_statistics",
            Label("Tính lại số liệu thống kê từ các hành vi", "Recompute the statistics from the acts"),
            JobSerializer,
            example=REBUILD_SENT,
            about=Label(
                "Kết quả phải bằng số đang có: movements_changed và totals_changed là 0.",
                "The result must equal what stood there: movements_changed and totals_changed are 0.",
            ),
            request=RebuildRequestSerializer,
            request_example=REBUILD_ASKED,
            status=202,
            problems=(400, 401, 403, 404),
        ),
    }

    def post(self, request: Request) -> Any:
        asked = read_body(RebuildRequestSerializer, request.data)
        unit_id = unit_of(self.principal)
        if "unit" in asked:
            unit_id = visible_unit(self.scope, asked["unit"])[0].pk
        by, year = submitter(self.principal), asked.get("fiscal_year")
        job = submit_rebuild(by=by, unit_id=unit_id, fiscal_year=year)
        return self.accepted(job)


class RebuildDetail(_RebuildView, JobDetailView):
    operations = {
        "GET": Operation(
            "get_statistics_rebuild",
            Label("Một lần tính lại số liệu", "One rebuild"),
            JobSerializer,
            example=REBUILD,
            problems=(400, 401, 403, 404),
            path_parameters={"id": JOB_ID},
        )
    }
