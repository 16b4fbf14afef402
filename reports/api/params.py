"""What every view of the statistics is asked by: scope, period, narrowings, and the moment of knowledge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from cases.rules.tables import tables
from officers.api.params import visible_unit
from officers.models import Officer, Unit
from officers.roles import Permission
from reports.answers import Answering, answering
from reports.counting import movements
from reports.readings import UNASSIGNED
from reports.statistics import NOBODY, Links
from reports.totals import NO_THEME
from thads.common import snapshot
from thads.common.api.base import ScopedAPIView, by_address
from thads.common.api.parameters import OWN, UNIT, Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest, NotVisible
from thads.common.labels import Label
from thads.common.periods import Period

#: The statistical years that can be asked for.
FIRST_YEAR, LAST_YEAR = 1990, 2100
FISCAL_YEAR = Parameter(
    "fiscal_year",
    Label("Năm thống kê N: từ 01/10/N−1 đến 30/9/N.", "Statistical year N: 01/10/N−1 to 30/9/N."),
    kind="integer", low=FIRST_YEAR, high=LAST_YEAR, required=True, example="2024",
)  # fmt: skip
MONTHS = Parameter(
    "months",
    Label("Số tháng lũy kế từ 01/10, 1 đến 12.", "Months from 01/10 on, cumulative, 1 to 12."),
    kind="integer", low=1, high=12, required=True, example="6",
)  # fmt: skip
OFFICER = Parameter(
    "officer",
    Label(
        "Mã hoặc UUID chấp hành viên; none: chưa phân công.",
        "Code or UUID of an officer; none: not yet assigned.",
    ),
    example="DN.HC.01",
)
INITIATION = Parameter(
    "initiation", Label("Chủ động hay theo yêu cầu.", "Ex officio or on request."),
    kind="choice", choices=tuple(tables().initiations),
)  # fmt: skip
FIELD = Parameter(
    "field", Label("Loại án.", "Field of the case."), kind="choice", choices=tuple(tables().case_fields)
)
THEME = Parameter("theme", Label("Chuyên đề.", "Theme."), kind="choice", choices=tuple(tables().themes))
MEASURE = Parameter(
    "measure",
    Label("cases: tính bằng việc; money: tính bằng tiền (đồng).", "cases: in cases; money: in đồng."),
    kind="choice", choices=("cases", "money"), required=True, example="cases",
)  # fmt: skip
BOOK = Parameter(
    "book",
    Label(
        "ALL: mọi khoản; STATE_BUDGET: các khoản thu cho ngân sách nhà nước.",
        "ALL: every line; STATE_BUDGET: the lines owed to the State budget.",
    ),
    kind="choice", choices=movements.BOOKS, default=movements.ALL,
)  # fmt: skip
KNOWN_AT = Parameter(
    "known_at",
    Label(
        "Số liệu như đã biết vào thời điểm này (có múi giờ); mặc định: như biết hiện nay.",
        "The figures as they were known at this moment (with its offset); as known now by default.",
    ),
    kind="moment", example="2024-04-05T08:00:00+07:00",
)  # fmt: skip

#: What narrows the figures, the same in every view.
SCOPE = (UNIT, OWN, FISCAL_YEAR, MONTHS, OFFICER, INITIATION, FIELD, THEME, KNOWN_AT)


@dataclass(frozen=True, slots=True)
class Asked:
    """The scope of a request: the unit named (or the caller's own), the units counted, and the officer whose
    holdings alone count (a key, or ``UNASSIGNED``) with what to call that officer in an address.
    """

    unit: Unit
    units: frozenset[int]
    officer: int | None
    officer_code: str | None
    period: Period


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class StatisticsView(ScopedAPIView):
    """A view that shows figures. It reads them inside ``answer``."""

    abstract = True
    permission = Permission.READ_STATISTICS

    @contextmanager
    def answer(self) -> Iterator[tuple[Asked, Answering]]:
        """What is asked, and the frame in which it is answered. Raises NotVisible for a unit or an officer
        out of sight, BadRequest for a period that has not begun and for a moment yet to come.
        """
        period = self._period()
        asked_at = self._asked_at()
        asked = self._asked(period)
        with answering(asked.units, asked.officer, asked_at, until=period.ends_on) as frame:
            yield asked, frame

    def narrowing(self) -> dict[str, Any]:
        """What the request narrows a reading by, beside scope and period."""
        values = self.values
        return {
            "initiation": values["initiation"],
            "field": values["field"],
            "theme": values["theme"] or NO_THEME,
        }

    def scope_shown(self, asked: Asked) -> dict[str, Any]:
        values = self.values
        return {
            "unit": asked.unit.code,
            "unit_name": asked.unit.name,
            "own": values["own"],
            "officer": values["officer"],
            "own_cases_only": self.scope.officer_id is not None,
            "initiation": values["initiation"],
            "field": values["field"],
            "theme": values["theme"],
        }

    def links(self, asked: Asked, frame: Answering, measure: str, book: str = movements.ALL) -> Links:
        """Where the cases of a cell are, exactly as this answer counts them."""
        address = self.request.build_absolute_uri(reverse("statistics-cases"))
        values = self.values
        common = {
            "unit": asked.unit.code,
            "own": "true" if values["own"] else None,
            "fiscal_year": str(asked.period.fiscal_year),
            "months": str(asked.period.months),
            "measure": measure.lower(),
            "officer": asked.officer_code,
            "initiation": values["initiation"],
            "field": values["field"],
            "theme": values["theme"],
            "book": None if book == movements.ALL else book,
        }
        known_at = f"known_at={quote(moment_shown(frame.known_at), safe=':')}"
        written = _written(common)

        def link(of_row: Mapping[str, str]) -> str:
            query = {**written, **_written(of_row)}.values() if of_row else written.values()
            return f"{address}?{'&'.join(query)}&{known_at}&column="

        return link

    def _period(self) -> Period:
        period = Period(self.values["fiscal_year"], self.values["months"])
        if period.starts_on > timezone.localdate():
            raise BadRequest(
                parameter_fault(
                    "fiscal_year", "PERIOD_NOT_BEGUN", fiscal_year=period.fiscal_year, months=period.months,
                    starts=period.starts_on.isoformat(),
                )
            )  # fmt: skip
        return period

    def _asked_at(self) -> dt.datetime | None:
        asked: dt.datetime | None = self.values["known_at"]
        if asked is not None:
            now = snapshot.moment()
            if asked > now:
                shown = {"known_at": moment_shown(asked), "now": moment_shown(now)}
                raise BadRequest(parameter_fault("known_at", "KNOWN_AT_IN_FUTURE", **shown))
        return asked

    def _asked(self, period: Period) -> Asked:
        values = self.values
        code, own = values["unit"], values["own"]
        if code is None:
            # The caller's own is meant.
            mine = Unit.objects.filter(pk=self.principal.unit_id).values_list("code", flat=True)
            code = mine.first() or ""
        unit, alone = visible_unit(self.scope, code, own=True)
        if own:
            units = alone
        elif unit.pk == self.principal.unit_id:
            units = self.scope.unit_ids
        else:
            units = visible_unit(self.scope, code)[1]
        return Asked(unit, units, *self._officer(), period)

    def _officer(self) -> tuple[int | None, str | None]:
        """The officer whose holdings are counted, key and code: the one asked for, and never another than an
        officer who sees own cases only.
        """
        asked, own = self.values["officer"], self.scope.officer_id
        if asked is None and own is None:
            return None, None
        if asked == NOBODY and own is None:
            return UNASSIGNED, NOBODY
        seen = Officer.objects.all() if asked is None else Officer.objects.visible_to(self.scope)
        seen = seen.filter(pk=own) if own is not None else seen
        found = seen.filter(by_address(asked)) if asked is not None else seen
        for key, code in found.values_list("id", "code")[:1]:
            return key, code
        raise NotVisible(
            parameter_fault("officer", "OFFICER_NOT_FOUND_IN_SCOPE", officer=shortened(asked or ""))
        )


def _written(query: Mapping[str, str | None]) -> dict[str, str]:
    """The parts of an address by the names of their parameters, those without a value left out."""
    return {name: f"{name}={quote(value, safe='')}" for name, value in query.items() if value is not None}


def moment_shown(moment: dt.datetime) -> str:
    """A moment as an address carries it: in UTC, to the microsecond."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def period_shown(period: Period) -> dict[str, Any]:
    return {
        "fiscal_year": period.fiscal_year,
        "months": period.months,
        "from": period.starts_on,
        "to": period.ends_on,
    }
