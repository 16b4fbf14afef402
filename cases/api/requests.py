"""Requests for enforcement: received, read, completed, told what is missing, entered in the book, refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.intake import (
    PRIVATE,
    change_request,
    filing_of,
    note_incompleteness,
    people_of,
    receive_request,
    refuse_request,
    register_request,
    request_known_as,
    terms_of,
)
from cases.actions.parties import SEALED
from cases.api import request_shapes as shapes
from cases.api.calculators import step_row
from cases.api.examples import page
from cases.api.external_ids import ExternalIdFilter, shown_keys, taken_keys
from cases.api.masks import lifted, masked_address, masked_number, masked_phone, shown_identifiers
from cases.api.relations import JUDGMENT_SHOWN
from cases.api.views import PARTY_KINDS, PROBLEMS
from cases.models import Case, EnforcementRequest, Judgment
from cases.rules import intake
from cases.rules.deadlines import Deadline
from cases.rules.external_ids import Key, read_key
from cases.rules.intake import CHANNELS, LATE_GROUNDS, OPEN, RECEIVED, REQUESTER_ROLES, STATUSES, Person
from cases.rules.tables import tables
from officers.api.params import chosen_units, visible_unit
from officers.api.relations import UNIT_SHOWN
from officers.models import Unit
from officers.roles import Permission
from thads.common import versions
from thads.common.api.base import ScopedAPIView
from thads.common.api.etag import check_version, etag_of, if_match
from thads.common.api.filters import Filters, codes, days, ids, numbers, rows
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, Parameter, shortened
from thads.common.api.writing import (
    DRY_RUN,
    WritableDetailView,
    WritableListView,
    by_uuid,
    read_body,
    shown,
    tried,
)
from thads.common.errors import BadRequest, Fault, NotVisible, PreconditionFailed, Refused
from thads.common.labels import Label, label
from thads.common.models import VersionedModel

LATE = Parameter(
    "late",
    Label(
        "true: chỉ những yêu cầu còn chờ mà đã quá hạn ra quyết định hoặc quá hạn đề nghị bổ sung.",
        "true: only those that still wait though the last day of the decision, or of the notice of what is "
        "missing, is over.",
    ),
    kind="boolean",
    default=False,
)
COLUMNS = (
    "public_id", "unit__code", "receipt_number", "receipt_year", "received_on", "requested_on",
    "channel", "requester", "requester_role", "requester_kind", "id_number_sealed", "born_on", "address",
    "phone_sealed", "account_sealed", "judgment__public_id", "duty_due_on", "contents", "kinds",
    "asset_info", "signed", "status", "defects_noted_on", "book_number", "book_year", "registered_on",
    "late_ground", "refusal_ground", "refusal_number", "refused_on", "refusal_signer", "case_id",
    "regime", "notify_by", "decide_by", "version", "modified_at",
)  # fmt: skip
#: What PUT sets where it is not sent.
_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(
        ("id_number", "born_on", "address", "phone", "account", "judgment", "duty_due_on", "contents")
    ),
    "asset_info": None,
    "kinds": [],
    "parties": [],
    "signed": False,
}


class RequestFilter(Filters):
    lookups = (
        ids(),
        codes("status", STATUSES, Label("Tình trạng", "Status")),
        codes("channel", CHANNELS, Label("Cách gửi", "How it came")),
        codes("requester_role", REQUESTER_ROLES, Label("Tư cách người yêu cầu", "Role of the requester")),
        days("received_on", Label("Ngày nhận", "Day of receipt")),
        days("requested_on", Label("Ngày yêu cầu", "Day of the request")),
        days("registered_on", Label("Ngày vào sổ", "Day it came in the book"), nullable=True),
        days("decide_by", Label("Hạn ra quyết định", "Last day of the decision")),
        days("notify_by", Label("Hạn đề nghị bổ sung", "Last day of the notice"), nullable=True),
        numbers("receipt_number", Label("Số phiếu nhận", "Number of the slip")),
        numbers("book_number", Label("Số trong sổ nhận yêu cầu", "Number in the book of requests")),
        rows("unit", Label("Chính đơn vị đã nhận", "The very unit that received it"), one=False),
        ids("judgment", Label("UUID của bản án", "UUID of the judgment"), field="judgment__public_id"),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
    )

    external_id = ExternalIdFilter()

    class Meta:
        model = EnforcementRequest
        fields: list[str] = []


class _RequestView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = EnforcementRequest
    columns: ClassVar[tuple[str, ...]] = COLUMNS
    expansions = {"judgment": JUDGMENT_SHOWN, "unit": UNIT_SHOWN}

    @property
    def visible(self) -> QuerySet[EnforcementRequest]:
        found: QuerySet[EnforcementRequest] = EnforcementRequest.objects.visible_to(self.scope)
        return found

    def rows_shown(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = shown_keys("request", [row["pk"] for row in rows])
        opened = [row["case_id"] for row in rows if row["case_id"] is not None]
        seen: dict[int, Any] = {}
        if opened:
            cases = Case.objects.visible_to(self.scope).filter(pk__in=opened)
            seen = dict(cases.values_list("pk", "public_id"))
        clear, today = lifted(self.principal), timezone.localdate()
        return [
            {
                **_row(row, clear, today, self.lang),
                "case": seen.get(row["case_id"]),
                "external_ids": keys.get(row["pk"], []),
                "version": row["version"],
                "modified_at": row["modified_at"],
            }
            for row in rows
        ]

    def judged(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values sent with the judgment they name. Raises NotVisible."""
        named = values.get("judgment")
        if named is None:
            return values
        found = Judgment.objects.visible_to(self.scope).filter(public_id=named).first()
        if found is None:
            raise NotVisible(Fault("JUDGMENT_NOT_FOUND", "/judgment", {"judgment": str(named)}))
        return {**values, "judgment": found}

    def receive(self, values: dict[str, Any]) -> EnforcementRequest:
        """Receive a request with the values sent, for the caller's own unit by default."""
        keys = taken_keys(values) or ()
        unit = self._receiving(values.pop("unit", None))
        return receive_request(
            values=self.judged(_plain(values)),
            unit=unit,
            keys=keys,
            by=self.principal.by,
            today=timezone.localdate(),
        )

    def change_row(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> EnforcementRequest:
        keys = taken_keys(values)
        return change_request(
            rows=rows,
            values=self.judged(_plain(values)),
            keys=keys,
            check=_by_field(check),
            by=self.principal.by,
            today=timezone.localdate(),
        )

    def _receiving(self, code: str | None) -> Unit:
        if code is not None:
            try:
                return visible_unit(self.scope, code)[0]
            except NotVisible:
                raise NotVisible(Fault("UNIT_NOT_FOUND", "/unit", {"unit": shortened(code)})) from None
        unit = Unit.objects.visible_to(self.scope).filter(pk=self.principal.unit_id or 0).first()
        if unit is None:
            raise BadRequest(Fault("FIELD_REQUIRED", "/unit", {"name": "unit"}))
        return unit


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The people as they are kept, each a mapping of plain values; kinds once each."""
    found = dict(values)
    if "parties" in found:
        found["parties"] = [dict(one) for one in found["parties"]]
    if "kinds" in found:
        found["kinds"] = list(dict.fromkeys(found["kinds"]))
    return found


def _row(row: dict[str, Any], clear: bool, today: dt.date, lang: str) -> dict[str, Any]:
    """A request as the API shows it; ``clear`` lifts the masks."""
    late_ground = row["late_ground"]
    undecided = row["status"] in OPEN and row["decide_by"] < today
    untold = row["status"] == RECEIVED and row["notify_by"] is not None and row["notify_by"] < today
    return {
        "id": row["public_id"],
        "unit": row["unit__code"],
        **{name: row[name] for name in ("receipt_number", "receipt_year", "received_on", "requested_on")},
        "channel": row["channel"],
        "channel_label": label(CHANNELS, row["channel"], lang),
        "requester": row["requester"],
        "requester_role": row["requester_role"],
        "requester_role_label": label(REQUESTER_ROLES, row["requester_role"], lang),
        "requester_kind": row["requester_kind"],
        "requester_kind_label": label(PARTY_KINDS, row["requester_kind"], lang),
        **shown_identifiers(row, clear),
        "born_on": row["born_on"] if clear else None,
        "masked": not clear,
        "judgment": row["judgment__public_id"],
        **{name: row[name] for name in ("duty_due_on", "contents", "kinds", "asset_info", "signed")},
        "status": row["status"],
        "status_label": label(STATUSES, row["status"], lang),
        **{name: row[name] for name in ("defects_noted_on", "book_number", "book_year", "registered_on")},
        "late_ground": late_ground,
        "late_ground_label": late_ground and label(LATE_GROUNDS, late_ground, lang),
        **{name: row[name] for name in ("refusal_ground", "refusal_number", "refused_on", "refusal_signer")},
        **{name: row[name] for name in ("regime", "notify_by", "decide_by")},
        "late": undecided or untold,
    }


_COLUMN_NAMES = {column: name for name, column in SEALED.items()} | {"parties_sealed": "parties"}


def _by_field(check: versions.Check) -> versions.Check:
    """The same check, whose refusal names fields as they are sent and not as they are kept."""

    def checked(row: VersionedModel, columns: Mapping[str, Any]) -> None:
        try:
            check(row, columns)
        except PreconditionFailed as refusal:
            raise PreconditionFailed(_named(fault) for fault in refusal.faults) from None

    return checked


def _named(fault: Fault) -> Fault:
    name = _COLUMN_NAMES.get(fault.pointer.removeprefix("/"))
    return fault if name is None else Fault(fault.code, f"/{name}", {"name": name})


class RequestDetail(_RequestView, WritableDetailView):
    permission = {"GET": Permission.READ_CASES, "PATCH": Permission.KEEP_REQUESTS}
    address = "id"
    not_found = "REQUEST_NOT_FOUND"
    body = shapes.RequestChangeSerializer
    private = PRIVATE
    http_method_names = ["get", "head", "options", "patch"]
    operations = {
        "GET": Operation(
            "get_request",
            Label(
                "Một yêu cầu thi hành án: còn thiếu gì, hạn đến ngày nào và vì sao",
                "One request for enforcement: what it lacks, its last days and why",
            ),
            shapes.RequestDetailSerializer,
            example=shapes.REQUEST_DETAIL,
            problems=PROBLEMS,
            path_parameters={"id": shapes.REQUEST_ID},
        ),
        "PATCH": Operation(
            "change_request",
            Label("Bổ sung, sửa một yêu cầu thi hành án", "Complete or correct a request for enforcement"),
            shapes.RequestDetailSerializer,
            about=Label(
                "Đơn vị và ngày nhận không đổi. Yêu cầu đã vào sổ thì phải vẫn đầy đủ; đã từ chối hoặc đã ra "
                "quyết định thi hành án thì không sửa nữa (409).",
                "Unit and day of receipt stay. One in the book has to stay complete; one refused, or on "
                "which a case was opened, is not changed any more (409).",
            ),
            request=shapes.RequestChangeSerializer,
            request_example=shapes.REQUEST_PATCH,
            example=shapes.REQUEST_DETAIL,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": shapes.REQUEST_ID},
        ),
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = EnforcementRequest.objects.select_related("judgment").in_bulk([row["pk"] for row in rows])
        return [
            {**shown_row, **self._more(found[row["pk"]])}
            for row, shown_row in zip(rows, self.rows_shown(rows), strict=True)
        ]

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> VersionedModel:
        return self.change_row(rows, values, check)

    def _more(self, row: EnforcementRequest) -> dict[str, Any]:
        clear = lifted(self.principal)
        absent = intake.missing(filing_of(row), row.regime) if row.status in OPEN else []
        terms = terms_of(row)
        return {
            "parties": [_person(one, clear, self.lang) for one in people_of(row.parties_sealed)],
            "defects": row.defects,
            "late_proof": row.late_proof,
            "refusal_ground_label": self._ground(row),
            "missing": [
                {
                    "pointer": fault.pointer,
                    "code": fault.code,
                    "detail": fault.text(self.lang),
                    "legal_basis": fault.legal_basis,
                }
                for fault in absent
            ],
            "deadlines": [self._deadline(one) for one in (terms.notify, terms.decide) if one is not None],
        }

    def _ground(self, row: EnforcementRequest) -> str | None:
        if row.refused_on is None or row.refusal_ground is None:
            return None
        ground = tables().grounds["REFUSAL", row.refusal_ground, tables().regime_on(row.refused_on)]
        return ground.name(self.lang)

    def _deadline(self, one: Deadline) -> dict[str, Any]:
        return {
            "clock": one.clock.code,
            "clock_label": one.clock.name(self.lang),
            "legal_basis": one.legal_basis,
            "due_on": one.due_on,
            "steps": [step_row(step, self.lang) for step in one.steps],
        }


def _person(one: Person, clear: bool, lang: str) -> dict[str, Any]:
    return {
        "role": one.role,
        "role_label": label(REQUESTER_ROLES, one.role, lang),
        "kind": one.kind,
        "kind_label": label(PARTY_KINDS, one.kind, lang),
        "name": one.name,
        "id_number": one.id_number if clear else masked_number(one.id_number),
        "born_on": one.born_on if clear else None,
        "address": one.address if clear else masked_address(one.address),
        "phone": one.phone if clear else masked_phone(one.phone),
        "account": one.account if clear else masked_number(one.account),
    }


class RequestList(_RequestView, WritableListView):
    permission = {"GET": Permission.READ_CASES, "POST": Permission.KEEP_REQUESTS}
    query_parameters = {"GET": (UNIT, OWN, LATE), "POST": ()}
    filterset_class = RequestFilter
    orderings = {"received_on": "received_on", "decide_by": "decide_by", "recorded_at": "pk"}
    default_ordering = "-received_on"
    body = shapes.RequestBodySerializer
    detail = RequestDetail
    detail_name = "request"
    operations = {
        "GET": Operation(
            "list_requests",
            Label("Sổ yêu cầu thi hành án", "List requests for enforcement"),
            shapes.RequestSerializer,
            about=Label(
                "Những yêu cầu đơn vị đã nhận; Chấp hành viên chỉ thấy yêu cầu đã thành việc của mình. "
                "ordering=decide_by: gần hết hạn trước.",
                "Those that your units have received; an enforcement officer sees those that became cases of "
                "his own. ordering=decide_by: what is due soonest comes first.",
            ),
            example=page(shapes.REQUEST),
            problems=PROBLEMS,
        ),
        "POST": Operation(
            "receive_request",
            Label("Nhận một yêu cầu thi hành án", "Receive a request for enforcement"),
            shapes.RequestDetailSerializer,
            about=Label(
                "Cấp số phiếu nhận; chưa cần đầy đủ (missing cho biết còn thiếu gì). Thời hạn tính từ ngày "
                "nhận theo luật của ngày đó. Cùng người yêu cầu, bản án, nội dung và ngày yêu cầu với một "
                "yêu cầu đã nhận: 409, kèm số và id của yêu cầu đó.",
                "Gives the number of the slip; it need not be complete (missing says what it lacks). Terms "
                "run from the day of receipt under the law of that day. The same requester, judgment, "
                "contents and day as one that was received: 409, with its number and id.",
            ),
            request=shapes.RequestBodySerializer,
            request_example=shapes.REQUEST_SENT,
            example=shapes.REQUEST_DETAIL,
            status=201,
            also={200: (shapes.RequestDetailSerializer, shapes.REQUEST_DETAIL)},
            problems=(*PROBLEMS, 409, 422),
        ),
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        if units is not None:
            rows = rows.filter(unit__among=units)
        return rows.late(timezone.localdate()) if self.values["late"] else rows  # type: ignore[attr-defined]

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self.rows_shown(rows)

    def create(self, values: dict[str, Any]) -> VersionedModel:
        return self.receive(values)


class RequestByExternalId(_RequestView):
    """A request under the key of the system that sends it: created, or replaced."""

    permission = Permission.KEEP_REQUESTS
    query_parameters = (DRY_RUN,)
    takes_if_match = ("PUT",)
    operations = {
        "PUT": Operation(
            "put_request_by_external_id",
            Label(
                "Nhận hoặc thay một yêu cầu theo mã của hệ thống gửi",
                "Receive or replace a request by the key of the sending system",
            ),
            shapes.RequestDetailSerializer,
            about=Label(
                "Chưa có mã này: nhận mới, 201. Đã có: thay nội dung, 200; đơn vị và ngày nhận giữ nguyên. "
                "If-Match không bắt buộc. Gửi lại y nguyên thì không thay đổi gì.",
                "The key is new: received, 201. It is known: replaced, 200; unit and day of receipt stay. "
                "If-Match is optional. The same again changes nothing.",
            ),
            request=shapes.RequestBodySerializer,
            request_example=shapes.REQUEST_SENT,
            example=shapes.REQUEST_DETAIL,
            status=200,
            problems=(*PROBLEMS, 409, 412, 422),
            path_parameters={
                "system": Label("Mã hệ thống.", "Code of the system."),
                "value": Label("Mã của yêu cầu ở hệ thống đó.", "Key of the request there."),
            },
            also={201: (shapes.RequestDetailSerializer, shapes.REQUEST_DETAIL)},
        )
    }

    def put(self, request: Request, system: str, value: str) -> Response:
        key = read_key(system, value)
        values = read_body(shapes.RequestBodySerializer, request.data)
        return tried(self.values["dry_run"], lambda: self._put(key, values))

    def _put(self, key: Key, values: dict[str, Any]) -> Response:
        row = request_known_as(key=key, visible=self.visible)
        sent = [dict(one) for one in values.get("external_ids", ())]
        if key._asdict() not in sent:
            sent.append(key._asdict())
        values["external_ids"] = sent
        if row is None:
            return self._answer(self.receive(values), 201)
        self._refuse_fixed(row, values)
        asked = if_match(self.request)

        def check(row: VersionedModel, _sent: Mapping[str, Any]) -> None:
            check_version(asked, row.version)

        replaced = {"requested_on": row.received_on, **_EMPTY, **values}
        return self._answer(self.change_row(self.visible.filter(pk=row.pk), replaced, check), 200)

    def _refuse_fixed(self, row: EnforcementRequest, values: dict[str, Any]) -> None:
        """Take what stays out of the values. Raises Refused where another is sent."""
        unit, day = values.pop("unit", None), values.pop("received_on", None)
        other = [] if unit in (None, row.unit.code, str(row.unit.public_id)) else ["unit"]
        other += [] if day in (None, row.received_on) else ["received_on"]
        if other:
            raise Refused(Fault("REQUEST_FIELD_STAYS", f"/{name}", {"name": name}) for name in other)

    def _answer(self, row: EnforcementRequest, status: int) -> Response:
        return _shown(self.request, row, status)


def _shown(request: Request, row: EnforcementRequest, status: int) -> Response:
    """The request as its own address shows it, with where that is and its version."""
    body, version = shown(RequestDetail, request, row.public_id)
    address = reverse("request", kwargs={"id": row.public_id})
    headers = {
        "Location": request.build_absolute_uri(address),
        "ETag": etag_of(version or row.version, request),
    }
    return Response(body, status=status, headers=headers)


# --- Steps --------------------------------------------------------------------------------------------------


class _Step(_RequestView):
    """What becomes of one request."""

    abstract = True
    permission = Permission.KEEP_REQUESTS
    query_parameters = (DRY_RUN,)
    takes_if_match = ("POST",)
    body: ClassVar[type[serializers.Serializer[Any]]]

    def post(self, request: Request, id: str) -> Response:
        rows = self.visible.filter(by_uuid(id))
        if not rows.exists():
            raise NotVisible(Fault("REQUEST_NOT_FOUND", params={"enforcementrequest": shortened(id)}))
        values = read_body(self.body, request.data)
        asked = if_match(request)

        def check(row: VersionedModel, _sent: Mapping[str, Any]) -> None:
            check_version(asked, row.version)

        def write() -> Response:
            row = self.done(
                {"rows": rows, "check": check, "by": self.principal.by, "today": timezone.localdate()},
                values,
            )
            return _shown(request, row, 200)

        return tried(self.values["dry_run"], write)

    def done(self, common: dict[str, Any], values: dict[str, Any]) -> EnforcementRequest:
        """Do the action on the one row of ``common["rows"]`` with the values sent, and give it."""
        raise NotImplementedError(f"{type(self).__name__} does nothing")

    def replayed(self, record: Any) -> Any:
        return shown(RequestDetail, self.request, record.public_id)[0]


def _step(
    name: str,
    summary: Label,
    about: Label,
    body: type[serializers.Serializer[Any]],
    sent: Any,
    example: Any,
) -> dict[str, Operation]:
    return {
        "POST": Operation(
            name,
            summary,
            shapes.RequestDetailSerializer,
            example=example,
            request=body,
            request_example=sent,
            about=about,
            status=200,
            problems=(*PROBLEMS, 409, 412, 422),
            path_parameters={"id": shapes.REQUEST_ID},
        )
    }


class RequestIncompleteness(_Step):
    body = shapes.IncompletenessSerializer
    operations = _step(
        "note_request_incompleteness",
        Label("Đề nghị sửa đổi, bổ sung yêu cầu", "Tell the requester what is missing"),
        Label(
            "Theo D152 Đ9.6, trong 01 ngày làm việc từ ngày nhận; luật 2008 không có bước này.",
            "D152 Đ9.6, within one working day of the receipt; the 2008 law knows no such step.",
        ),
        shapes.IncompletenessSerializer,
        shapes.INCOMPLETE_SENT,
        shapes.INCOMPLETE,
    )

    def done(self, common: dict[str, Any], values: dict[str, Any]) -> EnforcementRequest:
        return note_incompleteness(**common, defects=values["defects"], noted_on=values.get("noted_on"))


class RequestRegistration(_Step):
    body = shapes.RegistrationSerializer
    operations = _step(
        "register_request",
        Label("Vào sổ nhận yêu cầu thi hành án", "Enter a request in the book of requests"),
        Label(
            "Chỉ yêu cầu đầy đủ (D152 Đ9.2, 9.4; L08 Đ31.2): còn thiếu thì 422, nêu từng trường. Hết thời "
            "hiệu thì cần late_ground và late_proof; không tính thời hiệu khi yêu cầu trước đã được gửi lại.",
            "Complete ones only (D152 Đ9.2, 9.4; L08 Đ31.2): 422 names each field that is missing. After its "
            "limitation late_ground and late_proof are needed; there is none when a former request was "
            "returned.",
        ),
        shapes.RegistrationSerializer,
        shapes.REGISTERED_SENT,
        shapes.REGISTERED,
    )

    def done(self, common: dict[str, Any], values: dict[str, Any]) -> EnforcementRequest:
        return register_request(
            **common,
            registered_on=values.get("registered_on"),
            late_ground=values.get("late_ground"),
            late_proof=values.get("late_proof"),
            named_units=self.scope.unit_ids,
        )


class RequestRefusal(_Step):
    body = shapes.RefusalSerializer
    operations = _step(
        "refuse_request",
        Label("Từ chối yêu cầu thi hành án", "Refuse a request for enforcement"),
        Label(
            "Thông báo từ chối do Thủ trưởng hoặc người được ủy quyền ký; căn cứ theo luật của ngày ra thông "
            "báo. Không từ chối những trường hợp nêu tại D152 Đ9.7.",
            "The notice is signed by the head or by delegation; its ground is one of the law of its day. "
            "What D152 Đ9.7 names may not be refused.",
        ),
        shapes.RefusalSerializer,
        shapes.REFUSED_SENT,
        shapes.REFUSED,
    )

    def done(self, common: dict[str, Any], values: dict[str, Any]) -> EnforcementRequest:
        return refuse_request(
            **common,
            ground=values["ground"],
            signer=values["signer"],
            decision_number=values["decision_number"],
            decision_date=values.get("decision_date"),
        )
