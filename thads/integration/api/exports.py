"""Taking stories out: asked for as a job, fetched as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from officers.api.params import visible_unit
from officers.roles import Permission
from thads.common.api.operations import Operation
from thads.common.api.parameters import shortened
from thads.common.api.writing import read_body
from thads.common.errors import Conflict, Fault, NotVisible
from thads.common.labels import Label
from thads.integration.api.examples import EXPORT, EXPORT_REQUEST, EXPORT_SENT, STORY, page
from thads.integration.api.parsers import NDJSON
from thads.integration.api.serializers import ExportRequestSerializer
from thads.integration.exports import submit_export
from thads.jobs.api.serializers import JobSerializer
from thads.jobs.api.views import (
    JOB_ID,
    STATES,
    JobCancelView,
    JobDetailView,
    JobListView,
    JobView,
    cancel_operation,
    submitter,
)
from thads.jobs.models import Job


class _ExportView(JobView):
    abstract = True
    permission = Permission.EXPORT_STORIES
    kind = "EXPORT"
    address_name = "export"
    params_shown = ("unit", "full")

    def result(self, row: Mapping[str, Any]) -> str | None:
        return self.address_of("export-file", row["public_id"]) if row["state"] == Job.DONE else None


class ExportList(_ExportView, JobListView):
    operations = {
        "GET": Operation(
            "list_exports", Label("Các lần xuất hồ sơ", "List exports"), JobSerializer, example=page(EXPORT)
        ),
        "POST": Operation(
            "submit_export",
            Label("Xuất hồ sơ của một đơn vị ra NDJSON", "Take the stories of a unit out as NDJSON"),
            JobSerializer,
            example=EXPORT_SENT,
            about=Label(
                "Gồm các việc đơn vị và các đơn vị trực thuộc đang thụ lý, kể cả giấy tờ tùy thân của đương "
                "sự. Khi xong, result là địa chỉ của tệp.",
                "The cases that the unit and the units below it handle now, identity numbers of the parties "
                "included. When it is done, result is the address of the file.",
            ),
            request=ExportRequestSerializer,
            request_example=EXPORT_REQUEST,
            status=202,
            problems=(400, 401, 403, 404, 415),
        ),
    }

    def post(self, request: Request) -> Response:
        asked = read_body(ExportRequestSerializer, request.data)
        code = asked["unit"]
        try:
            unit, _ = visible_unit(self.scope, code)
        except NotVisible:
            raise NotVisible(Fault("UNIT_NOT_FOUND", "/unit", {"unit": shortened(code)})) from None
        job = submit_export(unit=unit, full=asked["full"], by=submitter(self.principal))
        return self.accepted(job)


class ExportDetail(_ExportView, JobDetailView):
    operations = {
        "GET": Operation(
            "get_export",
            Label("Một lần xuất hồ sơ", "One export"),
            JobSerializer,
            example=EXPORT,
            problems=(400, 401, 403, 404),
            path_parameters={"id": JOB_ID},
        )
    }


class ExportCancel(_ExportView, JobCancelView):
    operations = {
        "POST": cancel_operation(
            "cancel_export", Label("Hủy một lần xuất hồ sơ", "Cancel an export"), JobSerializer, EXPORT_SENT
        )
    }


class NdjsonRenderer(BaseRenderer):
    """Says in the OpenAPI document what the file is; the file itself is streamed past it."""

    media_type = NDJSON
    format = "ndjson"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return bytes(data or b"")


class ExportFile(_ExportView):
    renderer_classes = (NdjsonRenderer,)
    operations = {
        "GET": Operation(
            "get_export_file",
            Label("Tệp của một lần xuất hồ sơ", "The file of an export"),
            OpenApiTypes.STR,  # type: ignore[arg-type]
            example=STORY,
            about=Label(
                "X-Content-SHA256 là mã băm SHA-256 của tệp.", "X-Content-SHA256 is the SHA-256 of the file."
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
        path = Path(default_storage.path(row["params"]["file"]))
        if not path.is_file():
            raise NotVisible(Fault("EXPORT_FILE_GONE"))
        name = f"thads-{row['params']['unit']}-{timezone.localtime(row['submitted_at']):%Y%m%d}.ndjson"
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=name,
            content_type=NDJSON,
            headers={"X-Content-SHA256": row["summary"]["sha256"]},
        )
