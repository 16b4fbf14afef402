"""Obligations of cases, read: acts alone change them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from rest_framework import serializers

from cases.api.examples import CASE_DETAIL, page
from cases.api.filters import BUCKETS
from cases.api.parties import visible_case
from cases.api.relations import CASE_SHOWN
from cases.api.serializers import ObligationSerializer
from cases.api.views import CASE_ID, OBLIGATION_KINDS, PROBLEMS, money
from cases.models import Obligation
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView, ScopedDetailView, ScopedListView
from thads.common.api.filters import Filters, codes, ids
from thads.common.api.filters import money as sums
from thads.common.api.operations import Operation
from thads.common.api.writing import by_uuid
from thads.common.labels import Label, label

COLUMNS = (
    "public_id",
    "case__public_id",
    "ref",
    "kind",
    "debtor__ref",
    "creditor__ref",
    "current_debtor__ref",
    "current_creditor__ref",
    "amount",
    "description",
    "due",
    "remaining",
    "bucket",
)


class CaseObligationSerializer(ObligationSerializer):
    case = serializers.UUIDField()


OBLIGATION: dict[str, Any] = {**CASE_DETAIL["obligations"][0], "case": CASE_DETAIL["id"]}


class ObligationFilter(Filters):
    lookups = (
        ids(),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
        codes("kind", OBLIGATION_KINDS, Label("Loại khoản", "Kind of obligation")),
        codes("bucket", BUCKETS, Label("Trạng thái thống kê", "Where it stands for counting")),
        sums("amount", Label("Số tiền, đồng", "Amount, in đồng"), nullable=True),
        sums("due", Label("Phải thi hành, đồng", "Due, in đồng")),
        sums("remaining", Label("Còn phải thi hành, đồng", "Remaining, in đồng")),
    )

    class Meta:
        model = Obligation
        fields: list[str] = []


class _ObligationView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Obligation
    columns: ClassVar[tuple[str, ...]] = COLUMNS
    permission: ClassVar[Any] = Permission.READ_CASES
    expansions = {"case": CASE_SHOWN}

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [obligation_row(row, self.lang) for row in rows]


def obligation_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "case": row["case__public_id"],
        "ref": row["ref"],
        "kind": row["kind"],
        "kind_label": label(OBLIGATION_KINDS, row["kind"], lang),
        "debtor": row["debtor__ref"],
        "creditor": row["creditor__ref"],
        "current_debtor": row["current_debtor__ref"] or row["debtor__ref"],
        "current_creditor": row["current_creditor__ref"] or row["creditor__ref"],
        "amount": money(row["amount"]),
        "description": row["description"],
        "due": money(row["due"]),
        "remaining": money(row["remaining"]),
        "bucket": row["bucket"],
        "bucket_label": label(BUCKETS, row["bucket"], lang),
    }


class ObligationList(_ObligationView, ScopedListView):
    filterset_class = ObligationFilter
    orderings = {"id": "pk"}
    default_ordering = "id"
    operations = {
        "GET": Operation(
            "list_obligations",
            Label("Danh sách các khoản phải thi hành", "List obligations"),
            CaseObligationSerializer,
            about=Label("Chỉ hành vi của việc mới thay đổi chúng.", "Acts of the case alone change them."),
            example=page(OBLIGATION),
            problems=PROBLEMS,
        )
    }


class CaseObligations(ObligationList):
    operations = {
        "GET": Operation(
            "list_case_obligations",
            Label("Các khoản phải thi hành của một việc", "The obligations of a case"),
            CaseObligationSerializer,
            example=page(OBLIGATION),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.filter(case=visible_case(self, self.kwargs["id"]).pk)


class ObligationDetail(_ObligationView, ScopedDetailView):
    address = "id"
    not_found = "OBLIGATION_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_obligation",
            Label("Một khoản phải thi hành", "One obligation"),
            CaseObligationSerializer,
            example=OBLIGATION,
            problems=PROBLEMS,
            path_parameters={"id": Label("UUID của khoản.", "UUID of the obligation.")},
        )
    }

    def condition(self, address: str) -> Any:
        return by_uuid(address)
