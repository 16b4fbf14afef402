"""Calculators: pure rules with an address. They store nothing, and no key is ever asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, Final

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.rules.clocks import term_of
from cases.rules.deadlines import Deadline, Pause, Step, deadline
from cases.rules.tables import tables
from cases.rules.working_days import vietnam
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import shortened
from thads.common.api.writing import read_body
from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label

#: More pauses than any case has had.
MANY_PAUSES: Final = 1000
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
_WHEN: Final = "a day; of a clock of hours a moment with its offset"

# --- Shapes -------------------------------------------------------------------------------------------------


class DeadlineRequestSerializer(serializers.Serializer[Any]):
    clock = serializers.CharField(max_length=20, help_text="K01 to K100, see /rules/clocks/")
    variant = serializers.CharField(
        max_length=60, required=False, allow_null=True, help_text="without it the general case"
    )
    trigger_on = serializers.CharField(max_length=40, help_text=_WHEN)
    pauses = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(max_length=40), help_text="[from, to]"),
        required=False,
        max_length=MANY_PAUSES,
        help_text="from and to are part of it, and none of its days is counted",
    )
    roll_forward = serializers.BooleanField(
        required=False,
        help_text="whether a term that ends on a day off goes on to the next working day; true",
    )


class DeadlineStepSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(
        help_text="TRIGGER, DAY_OFF, MAKE_UP, PAUSED, COUNTED, CORRESPONDING, ROLLED, DUE"
    )
    to = serializers.DateField(help_text="last day, included")
    days = serializers.IntegerField(help_text="counted or left out; 0 of a clock of hours")
    text = serializers.CharField()
    from_at = serializers.DateTimeField(allow_null=True, help_text="of a clock of hours")
    to_at = serializers.DateTimeField(allow_null=True, help_text="of a clock of hours")

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField(help_text="first day, included")}


class DeadlineSerializer(serializers.Serializer[Any]):
    clock = serializers.CharField()
    variant = serializers.CharField(allow_null=True)
    clock_label = serializers.CharField()
    term = serializers.CharField(help_text="the length in words")
    due_on = serializers.DateField(help_text="the last day")
    due_at = serializers.DateTimeField(allow_null=True, help_text="the last moment, of a clock of hours")
    regime = serializers.CharField(help_text="the law of the trigger")
    legal_basis = serializers.CharField(
        allow_null=True, help_text="null: the law states none, it is a target of the authority's own"
    )
    doubtful = serializers.BooleanField(help_text="the text of the law is not certain")
    remark = serializers.CharField(allow_null=True)
    steps = DeadlineStepSerializer(many=True, help_text="why this date")


DEADLINE_SENT: dict[str, Any] = {
    "clock": "K16",
    "trigger_on": "2026-09-01",
    "pauses": [["2026-09-05", "2026-09-07"]],
}
DEADLINE: dict[str, Any] = {
    "clock": "K16",
    "variant": None,
    "clock_label": "Thời hạn tự nguyện thi hành án",
    "term": "10 ngày",
    "due_on": "2026-09-14",
    "due_at": None,
    "regime": "L2025",
    "legal_basis": "L25 Đ36.1",
    "doubtful": False,
    "remark": "Không áp dụng với biện pháp khẩn cấp tạm thời",
    "steps": [
        {
            "kind": "TRIGGER",
            "from": "2026-09-01",
            "to": "2026-09-01",
            "days": 0,
            "text": "Thứ Ba 01/09/2026 là ngày của sự kiện, không tính",
            "from_at": None,
            "to_at": None,
        },
        {
            "kind": "PAUSED",
            "from": "2026-09-05",
            "to": "2026-09-07",
            "days": 3,
            "text": "Tạm dừng từ 05/09/2026 đến 07/09/2026, 3 ngày không tính",
            "from_at": None,
            "to_at": None,
        },
        {
            "kind": "COUNTED",
            "from": "2026-09-02",
            "to": "2026-09-14",
            "days": 10,
            "text": "Đếm 10 ngày, từ 02/09/2026 đến 14/09/2026",
            "from_at": None,
            "to_at": None,
        },
        {
            "kind": "DUE",
            "from": "2026-09-14",
            "to": "2026-09-14",
            "days": 0,
            "text": "Hết hạn vào cuối thứ Hai 14/09/2026",
            "from_at": None,
            "to_at": None,
        },
    ],
}


# --- The deadline of a clock --------------------------------------------------------------------------------


class DeadlineCalculator(ScopedAPIView):
    permission = Permission.READ_ORGANISATION
    writes = False
    operations = {
        "POST": Operation(
            "calculate_deadline",
            Label("Tính ngày hết hạn, giải thích từng bước", "When a legal clock ends, and why on this date"),
            DeadlineSerializer,
            about=Label(
                "Luật áp dụng theo mốc tính (từ 01/7/2026 là L2025). Không lưu gì. Không nêu variant thì là "
                "trường hợp chung. Một lần tạm dừng là khoảng đóng, không ngày nào trong đó được tính. Thời "
                "hạn tính bằng giờ nhận thời điểm có múi giờ ở trigger_on và pauses, trả lời ở due_at.",
                "The law is that of the trigger (from 1 July 2026 L2025). Nothing is stored. Without variant "
                "the general case. A pause is a closed interval of which no day is counted. Clocks of hours "
                "take moments with their offset in trigger_on and pauses, and answer in due_at.",
            ),
            request=DeadlineRequestSerializer,
            request_example=DEADLINE_SENT,
            example=DEADLINE,
            problems=(400, 401, 403, 422),
        )
    }

    def post(self, request: Request) -> Response:
        body = read_body(DeadlineRequestSerializer, request.data)
        trigger, pauses = _read(body["trigger_on"], body.get("pauses", []))
        found = deadline(
            body["clock"],
            body.get("variant"),
            trigger,
            tables(),
            vietnam(),
            pauses,
            roll_forward=body.get("roll_forward", True),
        )
        return Response(_answer(found, self.lang))


def _read(trigger: str, pauses: Iterable[list[str]]) -> tuple[dt.date, list[Pause]]:
    """The trigger and the pauses as days or moments. Raises BadRequest naming each that is neither."""
    faults: list[Fault] = []

    def when(text: str, at: str) -> dt.date | None:
        found = _day_or_moment(text)
        if found is None:
            faults.append(Fault("DAY_OR_MOMENT_INVALID", at, {"value": shortened(text)}))
        return found

    on, read = when(trigger, "/trigger_on"), []
    for place, ends in enumerate(pauses):
        at = f"/pauses/{place}"
        if len(ends) != 2:
            faults.append(Fault("PAUSE_INVALID", at))
            continue
        first, last = (when(text, f"{at}/{end}") for end, text in enumerate(ends))
        if first is not None and last is not None:
            read.append(Pause(first, last))
    if faults or on is None:
        raise BadRequest(faults)
    return on, read


def _day_or_moment(text: str) -> dt.date | None:
    """What is written as a day or as a moment with its offset; None for anything else."""
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
        if _MOMENT.fullmatch(text):
            return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None


def _answer(found: Deadline, lang: str) -> dict[str, Any]:
    clock = found.clock
    return {
        "clock": clock.code,
        "variant": clock.variant or None,
        "clock_label": clock.name(lang),
        "term": term_of(clock).text(lang),
        "due_on": found.due_on,
        "due_at": found.due_at,
        "regime": found.regime,
        "legal_basis": found.legal_basis,
        "doubtful": clock.doubtful,
        "remark": clock.remark_en if lang == "en" else clock.remark,
        "steps": [step_row(step, lang) for step in found.steps],
    }


def step_row(step: Step, lang: str) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "from": step.first,
        "to": step.last,
        "days": step.days,
        "text": step.text.text(lang),
        "from_at": step.first_at,
        "to_at": step.last_at,
    }
