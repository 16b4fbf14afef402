"""The parties and obligations that a court proposes with its judgment, read one by one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cases.api.examples import page
from cases.api.judgment_shapes import (
    JUDGMENT_DETAIL,
    JUDGMENT_ID,
    ProposedObligationSerializer,
    ProposedPartySerializer,
)
from cases.api.masks import lifted, masked_address, masked_number
from cases.api.views import OBLIGATION_KINDS, PARTY_KINDS, PARTY_ROLES, PROBLEMS, money
from cases.models import Judgment, ProposedObligation, ProposedParty
from officers.roles import Permission
from thads.common.api.base import ScopedListView
from thads.common.api.operations import Operation
from thads.common.api.parameters import shortened
from thads.common.api.writing import by_uuid
from thads.common.errors import Fault, NotVisible
from thads.common.labels import Label, label


def proposed_party_row(one: ProposedParty, clear: bool, lang: str) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "ref": one.ref,
        "role": one.role,
        "role_label": label(PARTY_ROLES, one.role, lang),
        "kind": one.kind,
        "kind_label": label(PARTY_KINDS, one.kind, lang),
        "name": one.name,
        "id_number": one.id_number if clear else masked_number(one.id_number),
        "address": one.address if clear else masked_address(one.address),
    }


def proposed_obligation_row(one: ProposedObligation, lang: str) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "ref": one.ref,
        "kind": one.kind,
        "kind_label": label(OBLIGATION_KINDS, one.kind, lang),
        "debtor": one.debtor and one.debtor.ref,
        "creditor": one.creditor and one.creditor.ref,
        "amount": money(one.amount),
        "description": one.description,
    }


class _Proposed(ScopedListView):
    abstract = True
    permission = Permission.READ_CASES
    columns = ("pk",)
    orderings = {"position": "position"}
    default_ordering = "position"

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        address = self.kwargs["id"]
        judgment = Judgment.objects.visible_to(self.scope).filter(by_uuid(address)).first()
        if judgment is None:
            raise NotVisible(Fault("JUDGMENT_NOT_FOUND", params={"judgment": shortened(address)}))
        return rows.filter(judgment=judgment)


class JudgmentParties(_Proposed):
    model = ProposedParty
    operations = {
        "GET": Operation(
            "list_judgment_parties",
            Label("Đương sự được đề nghị của một bản án", "The proposed parties of a judgment"),
            ProposedPartySerializer,
            about=Label("Sửa bằng PATCH bản án, gửi cả danh sách.", "Written as a whole with the judgment."),
            example=page(JUDGMENT_DETAIL["parties"][0]),
            problems=PROBLEMS,
            path_parameters={"id": JUDGMENT_ID},
        )
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        clear, found = lifted(self.principal), ProposedParty.objects.in_bulk([row["pk"] for row in rows])
        return [proposed_party_row(found[row["pk"]], clear, self.lang) for row in rows]


class JudgmentObligations(_Proposed):
    model = ProposedObligation
    operations = {
        "GET": Operation(
            "list_judgment_obligations",
            Label("Các khoản được đề nghị của một bản án", "The proposed obligations of a judgment"),
            ProposedObligationSerializer,
            about=Label("Sửa bằng PATCH bản án, gửi cả danh sách.", "Written as a whole with the judgment."),
            example=page(JUDGMENT_DETAIL["obligations"][0]),
            problems=PROBLEMS,
            path_parameters={"id": JUDGMENT_ID},
        )
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        found = ProposedObligation.objects.select_related("debtor", "creditor").in_bulk(keys)
        return [proposed_obligation_row(found[row["pk"]], self.lang) for row in rows]
