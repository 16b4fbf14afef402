"""Bringing stories in: submitted as a file, watched as a job."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.decorators import method_decorator
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from officers.roles import Permission
from thads.common.api.idempotency import digest_of
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label
from thads.integration.api.examples import FINDING, IMPORT, IMPORT_SENT, STORY, page
from thads.integration.api.parsers import NDJSON, NdjsonParser
from thads.integration.api.serializers import StoriesUploadSerializer
from thads.integration.imports import EACH, MODES, kept_file, submit_kept
from thads.jobs.api.serializers import FindingSerializer, JobSerializer
from thads.jobs.api.views import (
    JOB_ID,
    JobCancelView,
    JobDetailView,
    JobFindingsView,
    JobListView,
    JobView,
    cancel_operation,
    submitter,
    unit_of,
)

MODE = Parameter(
    "mode",
    Label(
        "each: nhập mọi hồ sơ hợp lệ; atomic: chỉ nhập khi tất cả hợp lệ.",
        "each: what is right comes in; atomic: all stories or none.",
    ),
    kind="choice",
    choices=MODES,
    default=EACH,
)
DRY_RUN = Parameter(
    "dry_run",
    Label("true: chỉ kiểm tra, không ghi gì.", "true: check only, write nothing."),
    kind="boolean",
    default=False,
)


class _ImportView(JobView):
    abstract = True
    permission = Permission.IMPORT_STORIES
    kind = "IMPORT"
    address_name = "import"
    errors_name = "import-errors"
    params_shown = ("mode", "dry_run")


# A long upload must not hold a transaction open; submitting is one statement, or with a key a transaction of
# its own.
@method_decorator(transaction.non_atomic_requests, name="dispatch")
class ImportList(_ImportView, JobListView):
    streams = True
    parser_classes = (NdjsonParser, MultiPartParser)
    query_parameters = {"POST": (MODE, DRY_RUN)}
    operations = {
        "GET": Operation(
            "list_imports",
            Label("Các lần nhập hồ sơ", "List imports"),
            JobSerializer,
            example=page(IMPORT),
        ),
        "POST": Operation(
            "submit_import",
            Label("Nhập hồ sơ từ NDJSON", "Bring stories in from NDJSON"),
            JobSerializer,
            example=IMPORT_SENT,
            about=Label(
                "Mỗi dòng là một việc với toàn bộ quá trình thi hành. Gửi thẳng NDJSON hoặc tệp trong trường "
                "“file”. Chỉ nhập được vào đơn vị của người gọi và các đơn vị trực thuộc. Nhập lại cùng một "
                "tệp không thay đổi gì. Theo dõi tại Location: summary cho biết read, imported, unchanged, "
                "refused, warnings; result luôn là null; errors liệt kê từng lỗi, cảnh báo theo số dòng.",
                "Each line is a case with everything that happened to it. Send NDJSON itself, or a file in "
                "the field “file”. Stories come in for the caller's unit and the units below it only. The "
                "same file twice changes nothing. Watch the address in Location: summary tells read, "
                "imported, unchanged, refused and warnings; result is always null; errors lists every error "
                "and warning by line.",
            ),
            request={NDJSON: OpenApiTypes.BINARY, "multipart/form-data": StoriesUploadSerializer},  # type: ignore[arg-type]
            request_example=STORY,
            status=202,
            problems=(400, 401, 403, 415),
        ),
    }

    def writes_now(self) -> bool:
        """A dry run writes no story, and yet a job that reads the whole file: once is enough."""
        return True

    def post(self, request: Request) -> Response:
        stream = self._file(request)
        options = {**self.values, **_options(request)}
        by, unit_id = submitter(self.principal), unit_of(self.principal)
        mode, dry_run = options["mode"], options["dry_run"]
        with kept_file(stream) as file:
            return self.once(
                digest_of([file.sha256, mode, dry_run]),
                lambda: self.accepted(submit_kept(file, mode=mode, dry_run=dry_run, by=by, unit_id=unit_id)),
            )

    def _file(self, request: Request) -> Any:
        """The stories as a stream. Raises BadRequest when nothing, or no file, was sent."""
        try:
            data = request.data
        except ParseError as error:
            raise BadRequest(Fault("MULTIPART_BROKEN", params={"reason": str(error.detail)})) from None
        file = data.get("file")
        if isinstance(file, str) or (file is None and data):
            raise BadRequest(Fault("FIELD_REQUIRED", "/file", {"name": "file"}))
        if file is None or getattr(file, "size", 1) == 0:
            raise BadRequest(Fault("BODY_EMPTY"))
        return file


def _options(request: Request) -> dict[str, Any]:
    """The options a form carries beside its file; they count before those of the address. Raises BadRequest
    for a field nobody knows: an option passed over would write what was only to be checked.
    """
    fields = request.data if isinstance(request.data, QueryDict) else {}
    known = {parameter.name: parameter for parameter in (MODE, DRY_RUN)}
    unknown = [name for name in fields if name not in known and name != "file"]
    if unknown:
        raise BadRequest(Fault("FIELD_UNKNOWN", f"/{name}", {"key": name}) for name in unknown)
    return {name: known[name].read(fields[name]) for name in fields if name in known}


class ImportDetail(_ImportView, JobDetailView):
    operations = {
        "GET": Operation(
            "get_import",
            Label("Một lần nhập hồ sơ", "One import"),
            JobSerializer,
            example=IMPORT,
            problems=(400, 401, 403, 404),
            path_parameters={"id": JOB_ID},
        )
    }


class ImportCancel(_ImportView, JobCancelView):
    operations = {
        "POST": cancel_operation(
            "cancel_import", Label("Hủy một lần nhập", "Cancel an import"), JobSerializer, IMPORT_SENT
        )
    }


class ImportErrors(_ImportView, JobFindingsView):
    operations = {
        "GET": Operation(
            "list_import_errors",
            Label("Lỗi và cảnh báo của một lần nhập", "Errors and warnings of an import"),
            FindingSerializer,
            example=page(FINDING),
            problems=(400, 401, 403, 404),
            path_parameters={"id": JOB_ID},
        )
    }
