"""Documents: uploaded, described, fetched, taken out."""

from __future__ import annotations

from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cases import storage
from cases.actions.documents import add_document, describe_document, take_out_document
from cases.api.examples import page
from cases.api.external_ids import (
    ExternalIdFilter,
    ExternalIdSerializer,
    external_ids_field,
    shown_keys,
    taken_keys,
)
from cases.api.relations import CASE_SHOWN, JUDGMENT_SHOWN
from cases.api.views import PROBLEMS
from cases.models import Act, Case, Document, Judgment
from cases.rules.document_kinds import DOCUMENT_KINDS
from cases.rules.media import SHOWABLE, Declared
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView, ScopedListView
from thads.common.api.etag import etag_of
from thads.common.api.filters import Filters, codes, days, ids, moments, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter, shortened
from thads.common.api.uploads import CappedUpload, refuse_too_long
from thads.common.api.writing import (
    DRY_RUN,
    TextField,
    WritableDetailView,
    by_uuid,
    read_body,
    shown,
    tried,
)
from thads.common.errors import BadRequest, Fault, Gone, NotVisible
from thads.common.labels import Label, label
from thads.common.models import VersionedModel

DOCUMENT_ID = Label("UUID của tài liệu.", "UUID of the document.")
KIND_CODES = list(DOCUMENT_KINDS)
INLINE = Parameter(
    "inline",
    Label(
        "true: cho trình duyệt mở ngay, chỉ với PDF, PNG, JPEG; loại khác luôn tải về.",
        "true: to be opened in the browser, for PDF, PNG and JPEG alone; anything else is always downloaded.",
    ),
    kind="boolean",
    default=False,
)
#: Nothing in a file may run or fetch anything, should a browser open it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


# --- Shapes -------------------------------------------------------------------------------------------------


class DocumentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField(allow_null=True)
    act = serializers.UUIDField(allow_null=True, help_text="the act of the case it belongs to")
    judgment = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=KIND_CODES)
    kind_label = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    dated_on = serializers.DateField(allow_null=True)
    file_name = serializers.CharField()
    media_type = serializers.CharField(help_text="what the content is")
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField()
    content = serializers.URLField(help_text="where the file is fetched")
    external_ids = ExternalIdSerializer(many=True)
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
    version = serializers.IntegerField()
    modified_at = serializers.DateTimeField()


class DocumentBodySerializer(serializers.Serializer[Any]):
    """What is said of a file; the file itself never changes."""

    title = TextField(max_length=500)
    kind = serializers.ChoiceField(choices=KIND_CODES)
    number = TextField(max_length=200, required=False, allow_null=True)
    dated_on = serializers.DateField(required=False, allow_null=True)
    external_ids = external_ids_field()


class DocumentUploadSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(
        allow_empty_file=True, help_text="the file; its name and type have to be true; not empty"
    )
    case = serializers.UUIDField(required=False, help_text="what it belongs to: one of case, act, judgment")
    act = serializers.UUIDField(required=False)
    judgment = serializers.UUIDField(required=False)
    title = TextField(max_length=500)
    kind = serializers.ChoiceField(choices=KIND_CODES)
    number = TextField(max_length=200, required=False)
    dated_on = serializers.DateField(required=False)
    external_ids = serializers.CharField(
        required=False, max_length=8000, help_text='JSON: [{"system", "value"}]'
    )


DOCUMENT: dict[str, Any] = {
    "id": "3f0c5c0e-6f0c-4a53-9d53-2b6d0c2a7b20",
    "case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "act": None,
    "judgment": None,
    "title": "Biên bản xác minh điều kiện thi hành án",
    "kind": "VERIFICATION_RECORD",
    "kind_label": "Biên bản xác minh",
    "number": "15/BB-XM",
    "dated_on": "2023-12-01",
    "file_name": "biên bản xác minh.pdf",
    "media_type": "application/pdf",
    "size": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "content": "https://thads.example/api/v1/documents/3f0c5c0e-6f0c-4a53-9d53-2b6d0c2a7b20/content/",
    "external_ids": [{"system": "court", "value": "TL-1"}],
    "recorded_at": "2026-02-03T08:00:00.104233+07:00",
    "recorded_by": "USER:5 Trần Thị B",
    "version": 1,
    "modified_at": "2026-02-03T08:00:00.104233+07:00",
}
DOCUMENT_SENT: dict[str, Any] = {
    "file": "%PDF-1.7 …",
    "case": DOCUMENT["case"],
    "title": DOCUMENT["title"],
    "kind": DOCUMENT["kind"],
    "number": DOCUMENT["number"],
    "dated_on": DOCUMENT["dated_on"],
    "external_ids": '[{"system": "court", "value": "TL-1"}]',
}
DESCRIPTION_SENT: dict[str, Any] = {"title": DOCUMENT["title"], "kind": DOCUMENT["kind"]}


# --- Reading and describing ---------------------------------------------------------------------------------


class DocumentFilter(Filters):
    lookups = (
        ids(),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
        ids("act", Label("UUID của hành vi", "UUID of the act"), field="act__public_id"),
        ids("judgment", Label("UUID của bản án", "UUID of the judgment"), field="judgment__public_id"),
        codes("kind", DOCUMENT_KINDS, Label("Loại tài liệu", "Kind of document")),
        texts("number", Label("Số, đúng từng chữ", "Number, exactly"), nullable=True),
        days("dated_on", Label("Ngày lập", "The day it bears"), nullable=True),
        moments("recorded_at", Label("Thời điểm ghi nhận", "When it was recorded")),
        texts("media_type", Label("Loại tệp", "Type of the file")),
        texts("sha256", Label("SHA-256 của tệp", "SHA-256 of the file")),
    )

    external_id = ExternalIdFilter()

    class Meta:
        model = Document
        fields: list[str] = []


class _DocumentView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Document
    expansions = {
        "case": CASE_SHOWN,
        "judgment": JUDGMENT_SHOWN,
    }
    columns: ClassVar[tuple[str, ...]] = (
        "public_id",
        "case__public_id",
        "act__public_id",
        "judgment__public_id",
        "title",
        "kind",
        "number",
        "dated_on",
        "file_name",
        "media_type",
        "size",
        "sha256",
        "recorded_at",
        "recorded_by",
        "version",
        "modified_at",
    )

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = shown_keys("document", [row["pk"] for row in rows])
        return [self.shown_row(row, keys.get(row["pk"], [])) for row in rows]

    def shown_row(self, row: dict[str, Any], keys: list[dict[str, str]]) -> dict[str, Any]:
        address = reverse("document-content", kwargs={"id": row["public_id"]})
        return {
            "id": row["public_id"],
            "case": row["case__public_id"],
            "act": row["act__public_id"],
            "judgment": row["judgment__public_id"],
            "title": row["title"],
            "kind": row["kind"],
            "kind_label": label(DOCUMENT_KINDS, row["kind"], self.lang),
            "number": row["number"],
            "dated_on": row["dated_on"],
            "file_name": row["file_name"],
            "media_type": row["media_type"],
            "size": row["size"],
            "sha256": row["sha256"],
            "content": self.request.build_absolute_uri(address),
            "external_ids": keys,
            "recorded_at": row["recorded_at"],
            "recorded_by": row["recorded_by"],
            "version": row["version"],
            "modified_at": row["modified_at"],
        }


class DocumentDetail(_DocumentView, WritableDetailView):
    permission = {
        "GET": Permission.READ_CASES,
        "PUT": Permission.KEEP_DOCUMENTS,
        "PATCH": Permission.KEEP_DOCUMENTS,
        "DELETE": Permission.KEEP_DOCUMENTS,
    }
    address = "id"
    not_found = "DOCUMENT_NOT_FOUND"
    body = DocumentBodySerializer
    operations = {
        "GET": Operation(
            "get_document",
            Label("Một tài liệu", "One document"),
            DocumentSerializer,
            example=DOCUMENT,
            problems=PROBLEMS,
            path_parameters={"id": DOCUMENT_ID},
        ),
        "PUT": Operation(
            "replace_document",
            Label("Ghi lại thông tin về tài liệu", "Describe a document anew"),
            DocumentSerializer,
            about=Label("Tệp không đổi được.", "The file cannot be changed."),
            request=DocumentBodySerializer,
            request_example=DESCRIPTION_SENT,
            example=DOCUMENT,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": DOCUMENT_ID},
        ),
        "PATCH": Operation(
            "change_document",
            Label("Sửa thông tin về tài liệu", "Change what is said of a document"),
            DocumentSerializer,
            request=DocumentBodySerializer,
            request_example={"title": DOCUMENT["title"]},
            example=DOCUMENT,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": DOCUMENT_ID},
        ),
        "DELETE": Operation(
            "take_out_document",
            Label("Rút tài liệu", "Take a document out"),
            None,
            about=Label(
                "Không ai còn thấy tài liệu; tệp và dòng ghi vẫn được giữ. Tài liệu của một hành vi còn hiệu "
                "lực thì không rút được.",
                "Nobody is shown it any more; file and row are kept. A document of an act that stands cannot "
                "be taken out.",
            ),
            status=204,
            also={200: (DocumentSerializer, DOCUMENT)},
            problems=(*PROBLEMS, 409, 412, 428),
            path_parameters={"id": DOCUMENT_ID},
        ),
    }

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> VersionedModel:
        if self.request.method == "PUT":
            values = {"number": None, "dated_on": None, **values}
        keys = taken_keys(values)
        return describe_document(rows=rows, values=values, keys=keys, check=check, by=self.principal.by)

    def remove(self, rows: QuerySet[Any], check: Any) -> None:
        take_out_document(rows=rows, check=check, by=self.principal.by)


# --- Uploading ----------------------------------------------------------------------------------------------


class DocumentList(_DocumentView, ScopedListView):
    """The list of documents, and the door through which a file comes in."""

    permission = {"GET": Permission.READ_CASES, "POST": Permission.KEEP_DOCUMENTS}
    query_parameters = {"GET": (), "POST": (DRY_RUN,)}
    filterset_class = DocumentFilter
    parser_classes = (MultiPartParser,)
    orderings = {"recorded_at": "pk"}
    default_ordering = "-recorded_at"
    operations = {
        "GET": Operation(
            "list_documents",
            Label("Danh sách tài liệu", "List documents"),
            DocumentSerializer,
            about=Label(
                "Tài liệu của các việc và bản án được xem.", "Those of the cases and judgments you may see."
            ),
            example=page(DOCUMENT),
            problems=PROBLEMS,
        ),
        "POST": Operation(
            "upload_document",
            Label("Tải một tài liệu lên", "Upload a document"),
            DocumentSerializer,
            about=Label(
                "Thuộc một việc, một hành vi của việc, hoặc một bản án: nêu đúng một trong case, act, "
                "judgment. Nhận PDF, PNG, JPEG, TIFF, DOCX, XLSX, ODT, ODS, DOC, XLS theo nội dung tệp, tối "
                "đa 25 MB (cấu hình được); tên tệp và loại khai báo phải đúng với nội dung.",
                "Of a case, of an act of it, or of a judgment: exactly one of case, act, judgment. PDF, PNG, "
                "JPEG, TIFF, DOCX, XLSX, ODT, ODS, DOC and XLS are taken, by their content, up to 25 MB (can "
                "be set); the name and the type that are declared have to be those of the content.",
            ),
            request={"multipart/form-data": DocumentUploadSerializer},
            request_example=DOCUMENT_SENT,
            example=DOCUMENT,
            status=201,
            also={200: (DocumentSerializer, DOCUMENT)},
            problems=(*PROBLEMS, 409, 413, 415, 422),
        ),
    }

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """The file goes to the disk, and no further than the limit, whoever is the first to read the body."""
        if request.method == "POST":
            request.upload_handlers = [CappedUpload(settings.DOCUMENT_MAX_BYTES)]
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_long(request, settings.DOCUMENT_MAX_BYTES)
        super().initial(request, *args, **kwargs)

    def post(self, request: Request) -> Response:
        file = _file_of(request)
        values = read_body(DocumentUploadSerializer, _flat(request.data))
        del values["file"]
        subject = self._subject(values)
        keys = _keys_of(values)

        def write() -> Response:
            row = add_document(
                subject=subject,
                file=file,
                size=file.size,
                declared=Declared(file.name, file.content_type or ""),
                values=values,
                keys=keys,
                by=self.principal.by,
            )
            body, version = shown(DocumentDetail, request, row.public_id)
            address = reverse("document", kwargs={"id": row.public_id})
            headers = {
                "Location": request.build_absolute_uri(address),
                "ETag": etag_of(version or row.version, request),
            }
            return Response(body, status=201, headers=headers)

        return tried(self.values["dry_run"], write)

    def replayed(self, record: Any) -> Any:
        return shown(DocumentDetail, self.request, record.public_id)[0]

    def _subject(self, values: dict[str, Any]) -> Case | Judgment | Act:
        """What the file belongs to. Raises BadRequest unless exactly one thing is named, NotVisible when the
        caller may not see it.
        """
        named = {name: values.pop(name) for name in ("case", "act", "judgment") if name in values}
        if len(named) != 1:
            raise BadRequest(Fault("DOCUMENT_OF_ONE_THING", "/case"))
        ((name, key),) = named.items()
        model: Any = {"case": Case, "act": Act, "judgment": Judgment}[name]
        rows = model.objects.visible_to(self.scope).filter(public_id=key)
        found: Case | Judgment | Act | None = (rows.select_related("case") if name == "act" else rows).first()
        if found is None:
            raise NotVisible(Fault(f"{name.upper()}_NOT_FOUND", f"/{name}", {name: str(key)}))
        return found


def _file_of(request: Request) -> Any:
    """The file of the form. Raises BadRequest when there is none, or the form is broken."""
    try:
        form: Any = request.data
        file = form.get("file")
    except ParseError as error:
        raise BadRequest(Fault("MULTIPART_BROKEN", params={"reason": str(error.detail)})) from None
    if file is None or isinstance(file, str):
        raise BadRequest(Fault("FIELD_REQUIRED", "/file", {"name": "file"}))
    return file


def _flat(form: Any) -> dict[str, Any]:
    """The fields of the form, each of them once; the file itself is checked by itself. Raises BadRequest."""
    twice = [name for name in form if len(form.getlist(name)) > 1]
    if twice:
        raise BadRequest(Fault("FIELD_TWICE", f"/{name}", {"name": name}) for name in map(shortened, twice))
    return dict(form.items())


def _keys_of(values: dict[str, Any]) -> Any:
    """The keys of other systems: JSON in a field of the form."""
    text = values.pop("external_ids", None)
    if text is None:
        return ()
    try:
        sent = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(Fault("JSON_BROKEN", "/external_ids", {"reason": str(error)})) from None
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise BadRequest(Fault("NOT_A_LIST", "/external_ids"))
    return taken_keys({"external_ids": sent})


# --- The file -----------------------------------------------------------------------------------------------


class FileRenderer(BaseRenderer):
    """Says in the OpenAPI document that this is a file; the file itself is streamed past it."""

    media_type = "application/octet-stream"
    format = "bin"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return bytes(data or b"")


class DocumentContent(ScopedAPIView):
    """The file of a document, for whoever may see the document."""

    permission = Permission.READ_CASES
    query_parameters = (INLINE,)
    renderer_classes = (FileRenderer,)
    operations = {
        "GET": Operation(
            "get_document_content",
            Label("Tệp của một tài liệu", "The file of a document"),
            OpenApiTypes.BINARY,  # type: ignore[arg-type]
            example="%PDF-1.7 …",
            about=Label(
                "Content-Type là loại thật của tệp. X-Content-SHA256 là mã băm của tệp.",
                "Content-Type is what the file is. X-Content-SHA256 is the SHA-256 of the file.",
            ),
            problems=(*PROBLEMS, 410),
            path_parameters={"id": DOCUMENT_ID},
        )
    }

    def get(self, request: Request, id: str) -> HttpResponseBase:
        row = Document.objects.visible_to(self.scope).filter(by_uuid(id)).first()
        if row is None:
            raise NotVisible(Fault("DOCUMENT_NOT_FOUND", params={"document": shortened(id)}))
        try:
            file = storage.opened(row.sha256)
        except FileNotFoundError:
            raise Gone(Fault("DOCUMENT_FILE_GONE", params={"sha256": row.sha256})) from None
        inline = self.values["inline"] and row.media_type in SHOWABLE
        return FileResponse(
            file,
            as_attachment=not inline,
            filename=row.file_name,
            content_type=row.media_type,
            headers={
                "X-Content-SHA256": row.sha256,
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": _POLICY,
            },
        )
