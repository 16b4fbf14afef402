"""Lists as files: asked for as a job, fetched when they are done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from officers.roles import Permission, may
from thads.common.api.operations import Operation
from thads.common.api.parameters import shortened
from thads.common.api.table import check_unpaged
from thads.common.api.writing import read_body
from thads.common.errors import BadRequest, Conflict, Fault, Forbidden, NotVisible
from thads.common.labels import Label
from thads.integration.files import EXPORTS_KEPT
from thads.integration.lists import CSV, FORMATS, XLSX, asked, lists, submit_list
from thads.jobs.api.serializers import JobSerializer
from thads.jobs.api.sheets import WorkbookRenderer
from thads.jobs.api.views import (
    JOB_ID,
    STATES,
    JobCancelView,
    JobDetailView,
    JobListView,
    JobView,
    cancel_operation,
    unit_of,
)
from thads.jobs.caller import Caller, submitted_by
from thads.jobs.models import Job

MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8; header=present",
    XLSX: WorkbookRenderer.media_type,
}
LIST_SENT: dict[str, Any] = {
    "list": "cases",
    "query": {"unit": "DN.HC", "bucket": "ELIGIBLE", "ordering": "-remaining"},
    "format": "xlsx",
}
_ADDRESS = "https://thads.example/api/v1/exports/lists/4f7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b19/"
LIST_EXPORT: dict[str, Any] = {
    "id": "4f7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b19",
    "kind": "LIST",
    "state": "DONE",
    "state_label": "Đã xong",
    "progress": {"done": 1250, "total": 1250},
    "result": f"{_ADDRESS}file/",
    "errors": None,
    "summary": {
        **LIST_SENT,
        "rows": 1250,
        "bytes": 182044,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "submitted_at": "2026-08-03T08:00:00.104233+07:00",
    "ended_at": "2026-08-03T08:00:02.204117+07:00",
}
LIST_EXPORT_SENT: dict[str, Any] = {
    **LIST_EXPORT,
    "state": "QUEUED",
    "state_label": "Đang chờ",
    "progress": {"done": 0, "total": None},
    "result": None,
    "summary": LIST_SENT,
    "ended_at": None,
}


class ListExportSerializer(serializers.Serializer[Any]):
    list = serializers.CharField(max_length=64, help_text="name of a list: cases, officers, units …")
    query = serializers.DictField(
        child=serializers.CharField(max_length=500, allow_blank=True),
        default=dict,
        help_text="the parameters of its address, as there: filters, ordering",
    )
    format = serializers.ChoiceField(choices=FORMATS, help_text="xlsx: a workbook; csv: UTF-8 text")


class _ListExportView(JobView):
    abstract = True
    #: Everybody who reads; the list itself asks for its own permission.
    permission = Permission.READ_ORGANISATION
    kind = "LIST"
    address_name = "list-export"
    params_shown = ("list", "query", "format")

    def scoped(self) -> QuerySet[Any, Any]:
        """The exports that the caller has asked for himself, while their files are kept."""
        fresh = timezone.now() - EXPORTS_KEPT
        return super().scoped().filter(submitted_by(self.principal)).exclude(ended_at__lte=fresh)

    def result(self, row: Mapping[str, Any]) -> str | None:
        return self.address_of("list-export-file", row["public_id"]) if row["state"] == Job.DONE else None


class ListExports(_ListExportView, JobListView):
    operations = {
        "GET": Operation(
            "list_list_exports",
            Label("Các lần xuất danh sách của người gọi", "List your exports of lists"),
            JobSerializer,
            example={
                "results": [LIST_EXPORT],
                "next": None,
                "previous": None,
                "count": {"value": 1, "kind": "exact"},
            },
        ),
        "POST": Operation(
            "submit_list_export",
            Label("Xuất một danh sách ra tệp XLSX, CSV", "Take a list out as an XLSX or CSV file"),
            JobSerializer,
            example=LIST_EXPORT_SENT,
            about=Label(
                "Mọi dòng theo bộ lọc, trong phạm vi và với phần che của người gọi lúc gửi yêu cầu; tệp giữ "
                "7 ngày, chỉ người gọi lấy được. summary cho số dòng, dung lượng, SHA-256 của tệp.",
                "Every row of the filter, within what the caller saw when he asked, masks included; the file "
                "is kept for 7 days, for the caller alone. summary tells its rows, bytes and SHA-256.",
            ),
            request=ListExportSerializer,
            request_example=LIST_SENT,
            status=202,
            problems=(400, 401, 403, 404, 415),
        ),
    }

    def post(self, request: Request) -> Response:
        sent = read_body(ListExportSerializer, request.data)
        name, query = sent["list"], sent["query"]
        view = lists().get(name)
        if view is None:
            params = {"list": shortened(name), "known": ", ".join(lists())}
            raise BadRequest(Fault("LIST_UNKNOWN", "/list", params))
        needed = view.needed("GET")
        if needed is None or not may(self.principal, needed):
            params = {"role": self.principal.role, "permission": needed or "–"}
            raise Forbidden(Fault("ROLE_MAY_NOT", "/list", params))
        unit_id = unit_of(self.principal)
        caller, at = Caller(self.principal, self.scope), f"{request.scheme}://{request.get_host()}"
        # What is wrong with the filters is said now, and not by the job.
        check_unpaged(query)
        asked(name, query, caller, lang=self.lang, at=at).table()
        job = submit_list(
            name=name, query=query, form=sent["format"], caller=caller, lang=self.lang, at=at, unit_id=unit_id
        )
        return self.accepted(job)


class ListExportDetail(_ListExportView, JobDetailView):
    operations = {
        "GET": Operation(
            "get_list_export",
            Label("Một lần xuất danh sách", "One export of a list"),
            JobSerializer,
            example=LIST_EXPORT,
            problems=(400, 401, 403, 404),
            path_parameters={"id": JOB_ID},
        )
    }


class ListExportCancel(_ListExportView, JobCancelView):
    operations = {
        "POST": cancel_operation(
            "cancel_list_export",
            Label("Hủy một lần xuất danh sách", "Cancel an export of a list"),
            JobSerializer,
            LIST_EXPORT_SENT,
        )
    }


class ListExportFile(_ListExportView):
    renderer_classes = (WorkbookRenderer,)
    operations = {
        "GET": Operation(
            "get_list_export_file",
            Label("Tệp của một lần xuất danh sách", "The file of an export of a list"),
            OpenApiTypes.BINARY,  # type: ignore[arg-type]
            example="…",
            about=Label(
                "XLSX, hoặc text/csv khi đã yêu cầu csv. X-Content-SHA256 là mã băm SHA-256 của tệp, "
                "X-Total-Count là số dòng.",
                "XLSX, or text/csv where csv was asked for. X-Content-SHA256 is the SHA-256 of the file, "
                "X-Total-Count the number of its rows.",
            ),
            problems=(400, 401, 403, 404, 409),
            path_parameters={"id": JOB_ID},
        )
    }

    def get(self, request: Request, id: str) -> FileResponse:
        row = self.found_job(id)
        if row["state"] != Job.DONE:
            state = STATES[row["state"]].text(self.lang)
            raise Conflict(Fault("EXPORT_NOT_READY", params={"state": state}))
        params, summary = row["params"], row["summary"]
        path = Path(default_storage.path(params["file"]))
        if not path.is_file():
            raise NotVisible(Fault("EXPORT_FILE_GONE"))
        day = f"{timezone.localtime(row['submitted_at']):%Y%m%d}"
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"{params['list']}-{day}.{params['format']}",
            content_type=MEDIA_TYPES[params["format"]],
            headers={"X-Content-SHA256": summary["sha256"], "X-Total-Count": str(summary["rows"])},
        )
