"""What may be done in a case now: by whom, on which basis, with which fields; and of the rest, why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.filters import STATUSES
from cases.api.recording import shown_fault
from cases.api.views import ACT_TYPES, CASE_ID, PROBLEMS, case_id, money, no_case
from cases.models import Case
from cases.querysets.signers import around
from cases.querysets.standings import Standing, standings
from cases.rules.available import Chance, Chances, DataKey
from cases.rules.data_words import choice_of, name_of
from cases.rules.signers import Competence, Desk, competent, held_on, in_force, signer_of
from cases.rules.tables import ActType, Signer, Tables, tables
from officers.roles import ROLE_NAMES, Permission, may
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.labels import Label, label

ON = Parameter(
    "on",
    Label(
        "Ngày thực hiện, theo luật của ngày đó; bỏ trống: hôm nay.",
        "The day it is to be done, under the law of that day; today by default.",
    ),
    kind="date",
    example="2026-09-01",
)
#: How many lines of a case with very many are named one by one.
_LINES_SHOWN: Final = 500


# --- Shapes -------------------------------------------------------------------------------------------------


class ReasonSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="into the act, as it would be sent")
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)


class SignatorySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField(allow_null=True)
    role = serializers.CharField()
    role_label = serializers.CharField()
    unit = serializers.CharField(help_text="code of the unit over which the role is held")
    on_behalf_of = serializers.CharField(allow_null=True, help_text="code of who delegated it")
    document = serializers.CharField(allow_null=True, help_text="number of the delegation")
    permissions = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="all that was delegated; null: everything"
    )


class SignerSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="as in the tables of the law: T, C, S …")
    label = serializers.CharField()  # type: ignore[assignment]
    legal_basis = serializers.CharField(allow_null=True)
    outside = serializers.BooleanField(help_text="nobody of the service: the name is free text")
    officers = SignatorySerializer(many=True, help_text="who may sign so for this case on the day")


class GroundChoiceSerializer(serializers.Serializer[Any]):
    letter = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    legal_basis = serializers.CharField()
    available = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)


class LineChoiceSerializer(serializers.Serializer[Any]):
    obligation = serializers.CharField(help_text="ref of the obligation")
    remaining = serializers.CharField(allow_null=True, help_text="đồng, a whole number as a string")


class LinesSerializer(serializers.Serializer[Any]):
    amount = serializers.CharField(
        help_text="with each line: required, optional (left out: all that remains), signed, whole or none"
    )
    whole = serializers.BooleanField(help_text="it may be done without naming lines")
    count = serializers.IntegerField(help_text="lines that may be named")
    choices = LineChoiceSerializer(many=True, help_text=f"the first {_LINES_SHOWN} of them")


class ActChoiceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    type = serializers.CharField()
    type_label = serializers.CharField()
    effective_on = serializers.DateField()
    signer = serializers.CharField(help_text="who signs when this act is the one concerned")


class DataKeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    label = serializers.CharField()  # type: ignore[assignment]
    choices = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="the words it takes; null: any"
    )
    choice_labels = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="what they are called, in the same order"
    )


class FieldsSerializer(serializers.Serializer[Any]):
    required = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    one_of = serializers.ListField(child=serializers.CharField(), help_text="at least one of these")
    optional = serializers.ListField(child=serializers.CharField())
    ground = GroundChoiceSerializer(
        many=True, allow_null=True, help_text="the catalogue of the law of the day"
    )
    lines = LinesSerializer(allow_null=True)
    annuls = ActChoiceSerializer(many=True, allow_null=True)
    voids = ActChoiceSerializer(many=True, allow_null=True)
    data = DataKeySerializer(many=True, allow_null=True)  # type: ignore[assignment]


class AvailableActSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    type_label = serializers.CharField()
    available = serializers.BooleanField(help_text="it may be done on the day, whole or on some lines")
    permitted = serializers.BooleanField(help_text="the caller's role may record it")
    signer = serializers.CharField(help_text="see signers")
    legal_basis = serializers.CharField(allow_null=True)
    transition = serializers.CharField(allow_null=True, help_text="number of the move in /rules/transitions/")
    clock = serializers.CharField(allow_null=True, help_text="that runs for it, see /rules/clocks/")
    leads_to = serializers.CharField(allow_null=True, help_text="status of the case after it")
    leads_to_label = serializers.CharField(allow_null=True)
    fields = FieldsSerializer()  # type: ignore[assignment]
    reasons = ReasonSerializer(many=True, help_text="why it may not be done; empty when it may")


class AvailableActsSerializer(serializers.Serializer[Any]):
    case = serializers.UUIDField()
    version = serializers.IntegerField(help_text="of the case, to be sent in If-Match")
    on = serializers.DateField()
    regime = serializers.CharField(help_text="the law of the day")
    status = serializers.CharField()
    status_label = serializers.CharField()
    signers = SignerSerializer(many=True)
    results = AvailableActSerializer(many=True)


AVAILABLE: dict[str, Any] = {
    "case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "version": 3,
    "on": "2026-09-01",
    "regime": "L2025",
    "status": "NOT_ENFORCEABLE",
    "status_label": "Chưa có điều kiện thi hành án",
    "signers": [
        {
            "code": "T",
            "label": "Thủ trưởng cơ quan thi hành án dân sự",
            "legal_basis": "L25 Đ22.3; D152 Đ97.1c",
            "outside": False,
            "officers": [
                {
                    "code": "DN.LD02",
                    "name": "Trần Thị Thu",
                    "role": "HEAD",
                    "role_label": "Thủ trưởng cơ quan THADS",
                    "unit": "DN",
                    "on_behalf_of": "DN.LD01",
                    "document": "12/GUQ-THADS",
                    "permissions": None,
                }
            ],
        }
    ],
    "results": [
        {
            "type": "DEFER_DECISION",
            "type_label": "Quyết định hoãn thi hành án",
            "available": True,
            "permitted": True,
            "signer": "T",
            "legal_basis": "L25 Đ46.1",
            "transition": "24",
            "clock": "K27",
            "leads_to": "DEFERRED",
            "leads_to_label": "Hoãn thi hành án",
            "fields": {
                "required": ["effective_on", "ground"],
                "one_of": [],
                "optional": ["decision_number", "decision_date", "signer", "note", "asset", "lines"],
                "ground": [
                    {
                        "letter": "a",
                        "label": "Người phải thi hành án bị ốm nặng",
                        "legal_basis": "L25 Đ46.1a",
                        "available": True,
                        "reasons": [],
                    }
                ],
                "lines": {
                    "amount": "none",
                    "whole": True,
                    "count": 1,
                    "choices": [{"obligation": "o1", "remaining": "3000000"}],
                },
                "annuls": None,
                "voids": None,
                "data": None,
            },
            "reasons": [],
        },
        {
            "type": "SEPARATE_BOOK",
            "type_label": "Chuyển sổ theo dõi riêng",
            "available": False,
            "permitted": True,
            "signer": "S",
            "legal_basis": "L25 Đ38.4; D152 Đ22.1",
            "transition": "19",
            "clock": "K26",
            "leads_to": None,
            "leads_to_label": None,
            "fields": {
                "required": ["effective_on"],
                "one_of": [],
                "optional": [
                    "decision_number",
                    "decision_date",
                    "signer",
                    "ground",
                    "note",
                    "asset",
                    "lines",
                ],
                "ground": None,
                "lines": {"amount": "none", "whole": False, "count": 0, "choices": []},
                "annuls": None,
                "voids": None,
                "data": None,
            },
            "reasons": [
                {
                    "pointer": "/effective_on",
                    "code": "TERM_NOT_OVER",
                    "detail": "Chưa đủ 2 năm kể từ quyết định về việc chưa có điều kiện ngày 2026-02-03: "
                    "SEPARATE_BOOK sớm nhất vào 2028-02-03.",
                    "legal_basis": "L25 Đ38.4; D152 Đ22.1",
                }
            ],
        },
    ],
}
_COMMON: Final = ("decision_number", "decision_date", "signer", "note", "asset")


# --- The address --------------------------------------------------------------------------------------------


class AvailableActs(ScopedAPIView):
    """What may be done in a case."""

    permission = Permission.READ_CASES
    query_parameters = (ON,)
    operations = {
        "GET": Operation(
            "list_available_acts",
            Label("Những hành vi, quyết định có thể lập cho việc", "What may be done in a case"),
            AvailableActsSerializer,
            about=Label(
                "Mỗi loại hành vi một dòng, không phân trang: được lập hay không vào ngày đó, do ai ký, căn "
                "cứ, các trường cần có, trạng thái sau đó; nếu không được thì lý do, như khi ghi bị từ chối.",
                "One row for each type of act, not paginated: whether it may be done on the day, who signs, "
                "the basis, the fields it needs, the status after it; and where it may not, the reasons, as "
                "the recording of it would be refused.",
            ),
            example=AVAILABLE,
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def get(self, request: Request, id: str) -> Response:
        rules, day = tables(), self.values["on"] or timezone.localdate()
        found = standings(
            Case.objects.visible_to(self.scope).filter(public_id=case_id(id)), rules, lock=False
        )
        for case in found.values():
            return Response(self._answer(case, day, rules))
        raise no_case(id)

    def _answer(self, case: Standing, day: dt.date, rules: Tables) -> dict[str, Any]:
        holder = held_on(case.life, day)
        assert isinstance(holder.unit, int)
        there = around(holder.unit, holder.officer if isinstance(holder.officer, int) else None)
        desk = Desk.of(day, next(iter(there.places)), there.officer, there.places, rules)
        chances = Chances(
            case.life,
            refs=case.refs,
            names={seq: str(key.public_id) for seq, key in enumerate(case.acts)},
            lines=[line.ref for line in case.lines],
            unit=desk.units[0],
            day=day,
            tables=rules,
        )
        return {
            "case": case.public_id,
            "version": case.version,
            "on": day,
            "regime": chances.regime,
            "status": chances.status,
            "status_label": label(STATUSES, chances.status, self.lang),
            "signers": self._signers(desk, in_force(there.people, day, there.places), rules),
            "results": [self._row(chance, case, rules) for chance in chances.all()],
        }

    # Who signs.

    def _signers(self, desk: Desk, there: list[Competence], rules: Tables) -> list[dict[str, Any]]:
        regime = rules.regime_on(desk.day)
        return [
            {
                "code": signer.code,
                "label": signer.name(self.lang),
                "legal_basis": signer.basis_in(regime),
                "outside": signer.is_outside,
                "officers": [self._signatory(one) for one in _of_unit(signer, there, desk, rules)],
            }
            for signer in rules.signers.values()
            if signer.reach != "CONCERNED"
        ]

    def _signatory(self, one: Competence) -> dict[str, Any]:
        return {
            "code": one.officer,
            "name": one.name or None,
            "role": one.role,
            "role_label": label(ROLE_NAMES, one.role, self.lang),
            "unit": one.unit,
            "on_behalf_of": one.behalf,
            "document": one.document,
            "permissions": None if one.permissions is None else sorted(one.permissions),
        }

    # What may be done.

    def _row(self, chance: Chance, case: Standing, rules: Tables) -> dict[str, Any]:
        kind = chance.type
        status = chance.leads_to
        return {
            "type": kind.code,
            "type_label": label(ACT_TYPES, kind.code, self.lang),
            "available": chance.may,
            "permitted": may(self.principal, _permission(kind)),
            "signer": signer_of(kind, None, rules).code,
            "legal_basis": chance.basis,
            "transition": chance.row and chance.row.number,
            "clock": chance.row and chance.row.clock,
            "leads_to": status,
            "leads_to_label": status and label(STATUSES, status, self.lang),
            "fields": self._fields(chance, case, rules),
            "reasons": [shown_fault(fault, self.lang) for fault in chance.reasons],
        }

    def _fields(self, chance: Chance, case: Standing, rules: Tables) -> dict[str, Any]:
        kind = chance.type
        required = ["effective_on", *kind.needs]
        lines = self._lines(chance, case)
        if lines is not None and not chance.whole and chance.may:
            required.append("lines")
        if any(key.required for key in chance.data):
            required.append("data")
        every = (*_COMMON, "ground", *(() if lines is None else ("lines",)), *kind.takes, "data")
        return {
            "required": required,
            "one_of": list(kind.needs_one_of),
            "optional": [key for key in every if key not in required],
            "ground": self._grounds(chance),
            "lines": lines,
            "annuls": _acts(chance.annuls, case, rules, self.lang) if "annuls" in kind.needs else None,
            "voids": _acts(chance.voids, case, rules, self.lang) if "voids" in kind.needs else None,
            "data": [self._key(one) for one in chance.data] or None,
        }

    def _key(self, one: DataKey) -> dict[str, Any]:
        return {
            "key": one.key,
            "label": name_of(one.key, self.lang),
            "required": one.required,
            "choices": list(one.choices) or None,
            "choice_labels": [choice_of(one.key, code, self.lang) for code in one.choices] or None,
        }

    def _grounds(self, chance: Chance) -> list[dict[str, Any]] | None:
        if chance.type.catalogue is None:
            return None
        return [
            {
                "letter": choice.ground.letter,
                "label": choice.ground.name(self.lang),
                "legal_basis": choice.ground.basis,
                "available": choice.may,
                "reasons": [shown_fault(fault, self.lang) for fault in choice.reasons],
            }
            for choice in chance.grounds
        ]

    def _lines(self, chance: Chance, case: Standing) -> dict[str, Any] | None:
        if not chance.type.from_buckets or chance.type.effect == "REASSIGN":
            return None
        named = [choice.line for choice in chance.lines]
        return {
            "amount": chance.type.amount,
            "whole": chance.whole,
            "count": len(named),
            "choices": [
                {"obligation": case.lines[line].ref, "remaining": money(_remaining(case, line))}
                for line in named[:_LINES_SHOWN]
            ],
        }


def _of_unit(signer: Signer, there: Iterable[Competence], desk: Desk, rules: Tables) -> list[Competence]:
    """Who may sign; where everybody in the unit or above it may, those of the unit itself."""
    found = competent(signer, there, desk, rules)
    return [one for one in found if one.unit == desk.units[0]] if signer.reach == "UNIT" else found


def _permission(kind: ActType) -> Permission:
    """The button by which such an act is recorded."""
    if not kind.in_story:
        return Permission.OPEN_CASES
    return Permission.REASSIGN_CASES if kind.effect == "REASSIGN" else Permission.RECORD_ACTS


def _remaining(case: Standing, line: int) -> int | None:
    return None if case.life.duties[line].amount is None else case.lines[line].remaining


def _acts(places: Iterable[int], case: Standing, rules: Tables, lang: str) -> list[dict[str, Any]]:
    known = {act.seq: act for act in case.life.acts}
    return [
        {
            "id": case.acts[seq].public_id,
            "seq": seq,
            "type": known[seq].type.code,
            "type_label": label(ACT_TYPES, known[seq].type.code, lang),
            "effective_on": known[seq].effective_on,
            "signer": signer_of(known[seq].type, None, rules).code,
        }
        for seq in places
    ]
