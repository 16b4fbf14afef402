"""Statutory forms, read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django.utils.decorators import method_decorator
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import Act
from cases.rules.tables import tables
from officers.api.params import visible_unit
from officers.models import Officer, Unit
from officers.roles import Permission
from reports import statistics
from reports.api.examples import FORM_1
from reports.api.serializers import FormSerializer
from reports.counting.regimes import regime_on
from reports.forms import Form, forms
from reports.projector import CONSUMER
from reports.readings import Reading
from thads.common.api.base import ScopedAPIView, by_address
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest, Fault, NotVisible
from thads.common.labels import Label
from thads.common.periods import Period
from thads.common.snapshot import consistent_read
from thads.journal import journal

FISCAL_YEAR = Parameter(
    "fiscal_year",
    Label("Năm thống kê N: từ 01/10/N−1 đến 30/9/N.", "Statistical year N: 01/10/N−1 to 30/9/N."),
    kind="integer", low=1990, high=2100, required=True, example="2024",
)  # fmt: skip
MONTHS = Parameter(
    "months",
    Label("Số tháng lũy kế từ 01/10, 1 đến 12.", "Months from 01/10 on, cumulative, 1 to 12."),
    kind="integer", low=1, high=12, required=True, example="6",
)  # fmt: skip
COMPARE = Parameter(
    "compare",
    Label(
        "prior_same_period: so với cùng kỳ năm trước.",
        "prior_same_period: against the same period a year before.",
    ),
    kind="choice", choices=("prior_same_period",),
)  # fmt: skip
OFFICER = Parameter(
    "officer", Label("Mã hoặc UUID chấp hành viên.", "Code or UUID of an officer."), example="DN.HC.01"
)
INITIATION = Parameter(
    "initiation", Label("Chủ động hay theo yêu cầu.", "Ex officio or on request."),
    kind="choice", choices=tuple(tables().initiations),
)  # fmt: skip
FIELD = Parameter(
    "field", Label("Loại án.", "Field of the case."), kind="choice", choices=tuple(tables().case_fields)
)
THEME = Parameter("theme", Label("Chuyên đề.", "Theme."), kind="choice", choices=tuple(tables().themes))
COLUMNS = Parameter(
    "columns",
    Label(
        "Các cột cần lấy, cách nhau dấu phẩy; để trống lấy tất cả.",
        "Columns wanted, separated by commas; all by default.",
    ),
    example="total_handled,done,done_ratio",
)


@method_decorator(transaction.non_atomic_requests, name="dispatch")
class FormDetail(ScopedAPIView):
    """One form for a scope and a period, as known now."""

    permission = Permission.READ_STATISTICS
    query_parameters = (UNIT, OWN, FISCAL_YEAR, MONTHS, OFFICER, INITIATION, FIELD, THEME, COLUMNS, COMPARE)
    operations = {
        "GET": Operation(
            "get_statistics_form",
            Label("Biểu thống kê theo kỳ", "A statutory form for a period"),
            FormSerializer,
            example=FORM_1,
            about=Label(
                "Biểu 1, 2 (theo loại án) và 4, 5 (theo đơn vị, chấp hành viên); "
                "mọi cột theo tên trong tài liệu thống kê.",
                "Forms 1 and 2 by kind of case, 4 and 5 by unit and officer; every column by its name.",
            ),
            problems=(400, 401, 403, 404),
            path_parameters={"number": Label("Số biểu: 1, 2, 4, 5.", "Number of the form: 1, 2, 4, 5.")},
        )
    }

    def get(self, request: Request, number: int) -> Response:
        form = _form(number)
        with consistent_read() as known_at:
            unit, reading = self._reading(form)
            chosen = _chosen(self.values["columns"], reading)
            counted = statistics.count(form, reading)
            compared = self.values["compare"] is not None
            prior = statistics.count(form, reading.at(reading.period.prior_same())) if compared else None
            body = {
                "form": form.number,
                "title": form.title_en if self.lang == "en" else form.title,
                "measure": form.measure,
                "currency": "VND" if form.measure == "MONEY" else None,
                "regime": counted.regime.code,
                "scope": self._scope_shown(unit),
                "period": _period(reading.period),
                "known_at": known_at,
                "pending": _pending(reading),
                "rule_version": statistics.rule_version(),
                "comparison": prior and {
                    "kind": "prior_same_period",
                    "period": _period(prior.reading.period),
                    "regime": prior.regime.code,
                    "known_at": known_at,
                    "basis": "live",
                },
                **statistics.answer(counted, prior, chosen, self.lang),
                "bridge": statistics.bridge(counted),
            }  # fmt: skip
        return Response(body)

    def _reading(self, form: Form) -> tuple[Unit, Reading]:
        values = self.values
        period = Period(values["fiscal_year"], values["months"])
        if period.starts_on > timezone.localdate():
            raise BadRequest(
                parameter_fault(
                    "fiscal_year", "PERIOD_NOT_BEGUN", fiscal_year=period.fiscal_year, months=period.months,
                    starts=period.starts_on.isoformat(),
                )
            )  # fmt: skip
        code = values["unit"] or self._own_unit()
        unit, unit_ids = visible_unit(self.scope, code, values["own"])
        return unit, Reading(
            unit_ids,
            period,
            form.measure,
            officer=self._officer(unit_ids),
            book=form.book,
            initiation=values["initiation"],
            field=values["field"],
            theme=values["theme"] or "",
        )

    def _own_unit(self) -> str:
        """Without a unit the caller's own is meant."""
        code = Unit.objects.filter(pk=self.principal.unit_id).values_list("code", flat=True).first()
        return code or ""

    def _officer(self, unit_ids: frozenset[int]) -> int | None:
        """The officer whose holdings are counted: the one asked for, and never another than an officer who
        sees own cases only.
        """
        asked, own = self.values["officer"], self.scope.officer_id
        if asked is None:
            return own
        officer = (
            Officer.objects.visible_to(self.scope)
            .filter(by_address(asked))
            .values_list("id", flat=True)
            .first()
        )
        if officer is None or (own is not None and officer != own):
            raise NotVisible(
                parameter_fault("officer", "OFFICER_NOT_FOUND_IN_SCOPE", officer=shortened(asked))
            )
        return officer

    def _scope_shown(self, unit: Unit) -> dict[str, Any]:
        values = self.values
        return {
            "unit": unit.code,
            "unit_name": unit.name,
            "own": values["own"],
            "officer": values["officer"],
            "own_cases_only": self.scope.officer_id is not None,
            "initiation": values["initiation"],
            "field": values["field"],
            "theme": values["theme"],
        }


def _form(number: int) -> Form:
    form = forms().get(number)
    if form is None:
        known = ", ".join(map(str, forms()))
        raise NotVisible(Fault("FORM_UNKNOWN", "", {"number": number, "known": known}))
    return form


def _chosen(columns: str | None, reading: Reading) -> tuple[str, ...]:
    known = statistics.column_names(regime_on(reading.period.ends_on))
    if columns is None:
        return known
    chosen = tuple(name.strip() for name in columns.split(","))
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise BadRequest(
            parameter_fault("columns", "COLUMN_UNKNOWN", column=shortened(name), known=", ".join(known))
            for name in unknown
        )
    return chosen


def _period(period: Period) -> dict[str, Any]:
    return {
        "fiscal_year": period.fiscal_year,
        "months": period.months,
        "from": period.starts_on,
        "to": period.ends_on,
    }


def _pending(reading: Reading) -> int:
    """How many cases that are, or ever were, in the scope have changed since they were last counted."""
    held = Act.objects.filter(case_id=OuterRef("case_id"), unit_id__in=reading.units)
    if reading.officer is not None:
        held = held.filter(officer_id=reading.officer)
    waiting = journal.stale(CONSUMER).filter(Exists(held))
    return int(waiting.aggregate(cases=Count("case_id", distinct=True))["cases"])
