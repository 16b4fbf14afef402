"""Query parameters: declared once, they are read, refused by name when wrong, and written into the OpenAPI
document.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.http import QueryDict

from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label

Kind = Literal["string", "integer", "date", "moment", "boolean", "choice", "money", "uuid"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_MONEY = re.compile(r"-?\d{1,15}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of an address.

    ``low`` and ``high`` bound an integer, both included; ``choices`` are the codes of a choice; ``default``
    is what the view reads when the caller says nothing. Money is đồng.
    """

    name: str
    about: Label
    kind: Kind = "string"
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 2**31 - 1
    default: Any = None
    required: bool = False
    example: str | None = None

    def read(self, given: str) -> Any:
        """The value of ``given``. Raises BadRequest naming the parameter, what was given and what is
        expected.
        """
        if self.kind == "integer":
            if re.fullmatch(r"\d{1,10}", given, re.ASCII) and self.low <= int(given) <= self.high:
                return int(given)
            raise self._refused("PARAMETER_NUMBER", given, low=self.low, high=self.high)
        if self.kind == "date":
            return self._date(given)
        if self.kind == "moment":
            return self._moment(given)
        if self.kind == "money":
            if _MONEY.fullmatch(given):
                return int(given)
            raise self._refused("PARAMETER_MONEY", given)
        if self.kind == "uuid":
            return self._uuid(given)
        if self.kind == "boolean":
            if given in _BOOLEANS:
                return _BOOLEANS[given]
            raise self._refused("PARAMETER_BOOLEAN", given)
        if self.kind == "choice" and given not in self.choices:
            raise self._refused("PARAMETER_CHOICE", given, choices=", ".join(self.choices))
        return given

    def _date(self, given: str) -> dt.date:
        try:
            if _DATE.fullmatch(given):
                return dt.date.fromisoformat(given)
        except ValueError:
            pass
        raise self._refused("PARAMETER_DATE", given)

    def _moment(self, given: str) -> dt.datetime:
        """A moment with its offset, in UTC. A plus sign that nobody escaped has arrived as a space."""
        try:
            written = given.replace(" ", "+")
            if _MOMENT.fullmatch(written):
                return dt.datetime.fromisoformat(written).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        raise self._refused("PARAMETER_MOMENT", given)

    def _uuid(self, given: str) -> uuid.UUID:
        try:
            return uuid.UUID(given)
        except ValueError:
            raise self._refused("PARAMETER_UUID", given) from None

    def _refused(self, code: str, given: str, **params: Any) -> BadRequest:
        return BadRequest(parameter_fault(self.name, code, value=shortened(given), **params))


def parameter_fault(name: str, code: str, **params: Any) -> Fault:
    """A fault in query parameter ``name``; its pointer is ``?name``, as a JSON pointer cannot point into an
    address.
    """
    return Fault(code, f"?{name}", {"name": name, **params})


def shortened(given: str) -> str:
    """What the caller sent, short enough to be repeated to him."""
    return given if len(given) <= 60 else given[:57] + "…"


def read_query(query: QueryDict, known: Iterable[Parameter]) -> Mapping[str, Any]:
    """The values of all ``known`` parameters by name, defaults included.

    Raises BadRequest with one fault for every parameter that is unknown, repeated, missing or wrong.
    """
    by_name = {parameter.name: parameter for parameter in known}
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for name in query:
        if name not in by_name:
            listed = ", ".join(sorted(by_name))
            faults.append(
                Fault("PARAMETER_UNKNOWN", f"?{shortened(name)}", {"name": shortened(name), "known": listed})
            )
        elif len(query.getlist(name)) > 1:
            faults.append(parameter_fault(name, "PARAMETER_REPEATED"))
        elif "\0" in query[name]:
            faults.append(parameter_fault(name, "CHARACTER_FORBIDDEN"))
    for name, parameter in by_name.items():
        given = query.get(name, "")
        if any(fault.pointer == f"?{name}" for fault in faults):
            continue
        if name not in query:
            values[name] = parameter.default
            if parameter.required:
                faults.append(parameter_fault(name, "PARAMETER_REQUIRED"))
            continue
        try:
            values[name] = parameter.read(given)
        except BadRequest as refusal:
            faults.extend(refusal.faults)
    if faults:
        raise BadRequest(faults)
    return values


LANG = Parameter(
    "lang",
    Label(
        "Ngôn ngữ của nhãn và thông báo; nếu không nêu thì theo Accept-Language, mặc định vi.",
        "Language of labels and messages; otherwise Accept-Language decides, vi by default.",
    ),
    kind="choice",
    choices=("vi", "en"),
)
UNIT = Parameter(
    "unit",
    Label(
        "Mã hoặc UUID của đơn vị; gồm cả các đơn vị trực thuộc.",
        "Code or UUID of a unit; the units below it are included.",
    ),
    example="DN",
)
OWN = Parameter(
    "own",
    Label(
        "true: chỉ riêng đơn vị đó, không gồm đơn vị trực thuộc.",
        "true: that unit alone, without those below it.",
    ),
    kind="boolean",
    default=False,
)
CURSOR = Parameter(
    "cursor",
    Label("Vị trí trang, lấy từ next hoặc previous.", "Place in the list, taken from next or previous."),
)
PAGE_SIZE = Parameter(
    "page_size",
    Label("Số dòng mỗi trang, từ 1 đến 200.", "Rows on a page, 1 to 200."),
    kind="integer",
    low=1,
    high=200,
    default=50,
)
COUNT = Parameter(
    "count",
    Label(
        "Cách đếm tổng số: none không đếm, exact đúng, capped đếm đến 10.000, estimated ước lượng.",
        "How the total is counted: none, exact, capped at 10,000, or estimated.",
    ),
    kind="choice",
    choices=("none", "exact", "capped", "estimated"),
    default="capped",
)
