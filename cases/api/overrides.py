"""The law changed at run time: proposed, approved by a second person, rejected, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.overrides import approve_override, propose_override, reject_override, withdraw_override
from cases.api.examples import page
from cases.models import RuleOverride
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView, ScopedDetailView
from thads.common.api.filters import Filters, codes, days, ids, texts
from thads.common.api.operations import Operation
from thads.common.api.writing import (
    TextField,
    WritableListView,
    add_operation,
    by_uuid,
    read_body,
    shown,
)
from thads.common.errors import Fault, NotVisible
from thads.common.labels import CodeList, Label, label
from thads.common.models import VersionedModel

PROBLEMS = (400, 401, 403, 404)
NAME = Label("một thay đổi quy tắc", "an override of a rule")
AT = {"id": Label("UUID của thay đổi quy tắc.", "UUID of the override.")}
STATE_NAMES: CodeList = {
    "PROPOSED": Label("Chờ phê duyệt", "Proposed"),
    "APPROVED": Label("Đã phê duyệt", "Approved"),
    "REJECTED": Label("Bị từ chối", "Rejected"),
    "WITHDRAWN": Label("Đã rút", "Withdrawn"),
}

OVERRIDE_SENT: dict[str, Any] = {
    "table": "clocks",
    "code": "K17//L2025",
    "field": "length",
    "value": 10,
    "valid_from": "2026-09-01",
    "basis": "Công báo số 12/2026",
    "reason": "Bản đăng Công báo ghi 10 ngày.",
}
OVERRIDE: dict[str, Any] = {
    "id": "3c1e2d7c-9a51-4b35-8c55-6a8a4f1d9e57",
    **OVERRIDE_SENT,
    "state": "PROPOSED",
    "state_label": "Chờ phê duyệt",
    "proposed_by": "USER:7 Trần Thị B",
    "proposed_at": "2026-08-20T02:14:05.120000Z",
    "decided_by": None,
    "decided_at": None,
    "remark": None,
}
APPROVED: dict[str, Any] = {
    **OVERRIDE,
    "state": "APPROVED",
    "state_label": "Đã phê duyệt",
    "decided_by": "USER:1 Nguyễn Văn A",
    "decided_at": "2026-08-21T02:14:05.120000Z",
    "remark": "Đã đối chiếu Công báo.",
}


class OverrideBodySerializer(serializers.Serializer[Any]):
    table = TextField(max_length=40, help_text="of /rules/, with underscores: clocks, holidays, …")
    code = TextField(max_length=120, help_text="the member row of a row of /rules/: K17//L2025, 2026-01-02")
    field = TextField(max_length=40)
    value = serializers.JSONField(help_text="null: what was shipped holds again")
    valid_from = serializers.DateField(help_text="first day; of a day off or worked that day itself")
    basis = TextField(max_length=200, help_text="the document it rests on")
    reason = TextField(max_length=2000)


class OverrideSerializer(OverrideBodySerializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=list(STATE_NAMES))
    state_label = serializers.CharField()
    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    decided_by = serializers.CharField(allow_null=True, help_text="somebody else, but where it was withdrawn")
    decided_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField(allow_null=True, help_text="of who decided")


class DecisionSerializer(serializers.Serializer[Any]):
    remark = TextField(max_length=2000, required=False)


class OverrideFilter(Filters):
    lookups = (
        ids(),
        codes("state", STATE_NAMES, Label("Tình trạng", "State")),
        texts("table", Label("Bảng quy tắc", "Table")),
        texts("code", Label("Mã dòng", "Row")),
        days("valid_from", Label("Ngày bắt đầu có hiệu lực", "First day it holds")),
    )

    class Meta:
        model = RuleOverride
        fields: list[str] = []


class _OverrideView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = RuleOverride
    body: ClassVar[type[serializers.Serializer[Any]]] = OverrideBodySerializer
    columns = (
        "public_id", "table", "code", "field", "value", "valid_from", "basis", "reason", "state",
        "proposed_by", "proposed_at", "decided_by", "decided_at", "remark", "version",
    )  # fmt: skip

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "table": row["table"],
                "code": row["code"],
                "field": row["field"],
                "value": row["value"],
                "valid_from": row["valid_from"],
                "basis": row["basis"],
                "reason": row["reason"],
                "state": row["state"],
                "state_label": label(STATE_NAMES, row["state"], self.lang),
                "proposed_by": row["proposed_by"],
                "proposed_at": row["proposed_at"],
                "decided_by": row["decided_by"],
                "decided_at": row["decided_at"],
                "remark": row["remark"],
            }
            for row in rows
        ]


class OverrideDetail(_OverrideView, ScopedDetailView):
    address = "id"
    not_found = "OVERRIDE_NOT_FOUND"
    permission = Permission.READ_ORGANISATION
    operations = {
        "GET": Operation(
            "get_rule_override",
            Label("Một thay đổi quy tắc", "One override of a rule"),
            OverrideSerializer,
            example=OVERRIDE,
            problems=PROBLEMS,
            path_parameters=AT,
        )
    }

    def condition(self, address: str) -> models.Q:
        return by_uuid(address)

    def version_of(self, row: Any) -> int | None:
        return int(row["version"])


class OverrideList(_OverrideView, WritableListView):
    permission = {"GET": Permission.READ_ORGANISATION, "POST": Permission.PROPOSE_RULES}
    filterset_class = OverrideFilter
    orderings = {"proposed_at": "pk"}
    default_ordering = "-proposed_at"
    detail = OverrideDetail
    detail_name = "rule-override"
    operations = {
        "GET": Operation(
            "list_rule_overrides",
            Label("Các thay đổi quy tắc", "Overrides of rules"),
            OverrideSerializer,
            about=Label(
                "Thay đổi đã phê duyệt có hiệu lực trong vài giây, ở mọi tiến trình; thời hạn đang chạy được "
                "tính lại theo quy tắc mới.",
                "What is approved is in force within seconds in every process, and running deadlines are "
                "worked out anew.",
            ),
            example=page(OVERRIDE),
            problems=(400, 401, 403),
        ),
        "POST": add_operation(
            "rule_override",
            NAME,
            response=OverrideSerializer,
            example=OVERRIDE,
            body=OverrideBodySerializer,
            sent=OVERRIDE_SENT,
            about=Label(
                "Chỉ là đề nghị: người khác phải phê duyệt. Thay đổi được dòng còn nghi vấn (doubtful), ngày "
                "nghỉ, ngày làm bù, mức lương, mức phí. Việc đã phát sinh trước valid_from không đổi.",
                "A proposal: somebody else has to approve it. Rows marked doubtful, days off and worked, "
                "wages, salaries and fees can be changed. What was triggered before valid_from stays.",
            ),
        ),
    }

    def create(self, values: dict[str, Any]) -> VersionedModel:
        return propose_override(values=values, caller=self.principal)


class _Decision(_OverrideView):
    """What becomes of one proposal."""

    abstract = True
    action: ClassVar[Callable[..., RuleOverride]]

    def post(self, request: Request, id: str) -> Response:
        rows: QuerySet[RuleOverride] = RuleOverride.objects.visible_to(self.scope).filter(by_uuid(id))
        if not rows.exists():
            raise NotVisible(Fault("OVERRIDE_NOT_FOUND", params={"ruleoverride": id}))
        values = read_body(DecisionSerializer, request.data)
        row = type(self).action(rows=rows, remark=values.get("remark"), caller=self.principal)
        body, _version = shown(OverrideDetail, request, row.public_id)
        address = request.build_absolute_uri(reverse("rule-override", kwargs={"id": str(row.public_id)}))
        return Response(body, headers={"Location": address})

    def replayed(self, record: Any) -> Any:
        return shown(OverrideDetail, self.request, record.public_id)[0]


def _decided(name: str, summary: Label, about: Label, example: dict[str, Any]) -> dict[str, Operation]:
    return {
        "POST": Operation(
            name,
            summary,
            OverrideSerializer,
            example=example,
            request=DecisionSerializer,
            request_example={"remark": example["remark"]},
            about=about,
            status=200,
            problems=(*PROBLEMS, 409, 422),
            path_parameters=AT,
        )
    }


class OverrideApproval(_Decision):
    permission = Permission.APPROVE_RULES
    action = staticmethod(approve_override)
    operations = _decided(
        "approve_rule_override",
        Label("Phê duyệt một thay đổi quy tắc", "Approve an override of a rule"),
        Label("Người phê duyệt phải khác người đề nghị.", "Who approves is not who proposed."),
        APPROVED,
    )


class OverrideRejection(_Decision):
    permission = Permission.APPROVE_RULES
    action = staticmethod(reject_override)
    operations = _decided(
        "reject_rule_override",
        Label("Từ chối một thay đổi quy tắc", "Reject an override of a rule"),
        Label("Người từ chối phải khác người đề nghị.", "Who rejects is not who proposed."),
        {**APPROVED, "state": "REJECTED", "state_label": "Bị từ chối", "remark": "Công báo ghi 09 ngày."},
    )


class OverrideWithdrawal(_Decision):
    permission = Permission.PROPOSE_RULES
    action = staticmethod(withdraw_override)
    operations = _decided(
        "withdraw_rule_override",
        Label("Rút một thay đổi quy tắc mình đã đề nghị", "Withdraw an override one has proposed"),
        Label("Chỉ người đề nghị, khi chưa được xử lý.", "Who proposed it alone, before it is decided."),
        {
            **APPROVED,
            "state": "WITHDRAWN",
            "state_label": "Đã rút",
            "decided_by": "USER:7 Trần Thị B",
            "remark": "Nhầm số.",
        },
    )
