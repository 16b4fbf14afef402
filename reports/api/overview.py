"""The overview: what a supervisor reads first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import dockets
from cases.querysets.queue import Holder, late
from reports.answers import UNASSIGNED, Answering
from reports.api.overview_examples import OVERVIEW
from reports.api.overview_serializers import OverviewSerializer
from reports.api.params import (
    FISCAL_YEAR,
    MONTHS,
    NOBODY,
    SCOPE,
    Asked,
    Links,
    StatisticsView,
    moment_shown,
    period_shown,
)
from reports.cells import Cell, average, figure, ratio_of, share
from reports.counting.columns import percentage
from reports.counting.regimes import Regime
from reports.forms import forms
from reports.models import Target
from reports.models.totals import MEASURES
from reports.overview import (
    AGES,
    AVERAGES,
    BACKLOG,
    FEW,
    THROUGHPUT,
    Overview,
    Ranked,
    Series,
    done_ratio,
    short_of,
    survey,
    target_of,
)
from reports.statistics import rule_version
from thads.common.api.operations import Operation
from thads.common.labels import Label
from thads.common.periods import Period
from thads.journal import journal

_YEAR = replace(
    FISCAL_YEAR,
    required=False,
    about=Label(
        "Năm thống kê N: từ 01/10/N−1 đến 30/9/N; mặc định: năm thống kê hiện nay.",
        "Statistical year N: 01/10/N−1 to 30/9/N; the present one by default.",
    ),
)
_MONTHS = replace(
    MONTHS,
    required=False,
    about=Label(
        "Số tháng lũy kế từ 01/10, 1 đến 12; mặc định: đến tháng này, và cả năm đối với năm khác.",
        "Months from 01/10 on, cumulative, 1 to 12; up to this month by default, of another year all.",
    ),
)
_UNASSIGNED = Label("Chưa phân công", "Not yet assigned")


class OverviewDetail(StatisticsView):
    """Ratios, backlog, age, ranking, throughput and averages of a scope and a period."""

    query_parameters = tuple(
        {"fiscal_year": _YEAR, "months": _MONTHS}.get(parameter.name, parameter) for parameter in SCOPE
    )
    operations = {
        "GET": Operation(
            "get_statistics_overview",
            Label("Tổng quan kết quả thi hành án", "Overview of the results"),
            OverviewSerializer,
            example=OVERVIEW,
            about=Label(
                "Tỷ lệ việc, tiền so với cùng kỳ và với chỉ tiêu năm; tồn đọng; tuổi của việc chưa xong; "
                "xếp hạng đơn vị, chấp hành viên; từng tháng; bình quân. "
                "Mỗi tỷ lệ nêu tử số, mẫu số và gốc so sánh.",
                "Ratios of cases and money against the same period before and the target of the year; "
                "backlog; age of what is open; "
                "ranking of units and officers; month by month; averages. "
                "Every percentage names its base.",
            ),
            problems=(400, 401, 403, 404),
        )
    }

    def get(self, request: Request) -> Response:
        with self.answer() as (asked, frame):
            overview = survey(frame, asked.period, **self.narrowing())
            links = {measure: self.links(asked, frame, measure) for measure in MEASURES}
            figures = shown(overview, links, self.lang)
            body = {
                "scope": self.scope_shown(asked),
                "period": period_shown(asked.period),
                "compared_with": {
                    "kind": "prior_same_period",
                    "period": period_shown(asked.period.prior_same()),
                    "known_at": frame.known_at,
                    "basis": "live",
                },
                "regime": overview.regime.code,
                "known_at": frame.known_at,
                "pending": frame.pending,
                "rule_version": rule_version(),
                **figures,
                "targets": self._targets(asked, overview),
                "late_clocks": self._late_clocks(asked),
                "links": self._further(asked, frame),
                "digest": digest(overview),
            }
        return Response(body)

    def _targets(self, asked: Asked, overview: Overview) -> dict[str, Any]:
        """The targets of the unit beside its ratios; none where not the whole of the unit is counted."""
        part = any(self.values[name] for name in ("own", "officer", "initiation", "field", "theme"))
        partly = part or self.scope.officer_id is not None
        found = {} if partly else target_of(asked.unit, asked.period.fiscal_year, self.scope)
        return {
            measure: _target(found[measure], overview.values(measure), overview.regime)
            if measure in found
            else None
            for measure in MEASURES
        }

    def _late_clocks(self, asked: Asked) -> dict[str, Any]:
        """The legal clocks of the scope that are late or due now, whatever the period."""
        today = timezone.localdate()
        officer = asked.officer if asked.officer != UNASSIGNED else None
        pending = journal.pending(dockets.CONSUMER, asked.units, officer)
        query = {"unit": asked.unit.code, "state": "BREACHED"}
        if asked.officer_code is not None and officer is not None:
            query["officer"] = asked.officer_code
        return {
            "today": today,
            **late(Holder(asked.units, officer), today),
            "pending": pending.cases,
            "deadlines": self.request.build_absolute_uri(f"{reverse('deadlines')}?{urlencode(query)}"),
        }

    def _period(self) -> Period:
        running = Period.running_on(timezone.localdate())
        year = self.values["fiscal_year"] or running.fiscal_year
        months = self.values["months"] or (running.months if year == running.fiscal_year else 12)
        self.values = {**self.values, "fiscal_year": year, "months": months}
        return super()._period()

    def _further(self, asked: Asked, frame: Answering) -> dict[str, str]:
        """Where the same figures are shown in full."""
        given = {name: self.values[name] for name in ("officer", "initiation", "field", "theme")}
        query = {
            "unit": asked.unit.code,
            "own": "true" if self.values["own"] else None,
            "fiscal_year": asked.period.fiscal_year,
            "months": asked.period.months,
            **given,
            "known_at": moment_shown(frame.known_at),
        }
        text = urlencode({name: value for name, value in query.items() if value is not None}, safe=":")

        def address(name: str, more: str = "", **kwargs: Any) -> str:
            return self.request.build_absolute_uri(f"{reverse(name, kwargs=kwargs)}?{text}{more}")

        found = {
            f"form_{number}": address("statistics-form", "&compare=prior_same_period", number=number)
            for number in forms()
        }
        for measure in MEASURES:
            more = f"&measure={measure.lower()}&group_by=unit,officer"
            found[f"statistics_{measure.lower()}"] = address("statistics", more)
        return found


# The figures.


def shown(overview: Overview, links: Mapping[str, Links], lang: str) -> dict[str, Any]:
    """The figures of an overview as the API shows them, each for both measures: CASES in việc, MONEY in
    đồng.
    """
    plain = {measure: link({}) for measure, link in links.items()}
    return {
        "ratios": {measure: _ratio(overview, measure, plain[measure]) for measure in MEASURES},
        "backlog": [_backlog(overview, column, plain, lang) for column in BACKLOG],
        "ageing": _ageing(overview, plain, lang),
        "few_below": FEW,
        "units": [_ranked(row, "unit", overview.regime, links, lang) for row in overview.units],
        "officers": [_ranked(row, "officer", overview.regime, links, lang) for row in overview.officers],
        "throughput": [
            _throughput({measure: by[measure] for measure in MEASURES}, links)
            for by in (overview.now, overview.prior)
        ],
        "averages": _averages(overview, lang),
    }


def _label(regime: Regime, name: str, lang: str) -> str:
    found = next(one for one in (*regime.columns, *regime.ratios) if one.name == name)
    return found.label_en if lang == "en" else found.label


def _ratio(overview: Overview, measure: str, link: str) -> Cell:
    ratio = done_ratio(overview.regime)
    cell = ratio_of(ratio, overview.values(measure), overview.values_before(measure))
    return {**cell, "cases": link + ratio.numerator}


def _target(target: Target, values: Mapping[str, int], regime: Regime) -> dict[str, Any]:
    ahead = short_of(target, values, regime)
    points = None if ahead is None else percentage(ahead.numerator, 100 * ahead.denominator, 2)
    return {
        "id": target.public_id,
        "percent": str(target.percent),
        "pp": None if points is None else str(points),
        "document_number": target.document_number,
        "document_date": target.document_date,
    }


def _backlog(overview: Overview, column: str, plain: Mapping[str, str], lang: str) -> dict[str, Any]:
    return {
        "column": column,
        "label": _label(overview.regime, column, lang),
        "figures": {
            measure: {
                **figure(column, overview.values(measure)[column], overview.values_before(measure)[column]),
                "cases": plain[measure] + column,
            }
            for measure in MEASURES
        },
    }


def _ageing(overview: Overview, plain: Mapping[str, str], lang: str) -> dict[str, Any]:
    wholes = {measure: overview.values(measure)["carried_out"] for measure in MEASURES}
    return {
        "of": "carried_out",
        "on": overview.period.ends_on,
        "figures": {
            measure: {"value": str(whole), "cases": f"{plain[measure]}carried_out"}
            for measure, whole in wholes.items()
        },
        "bands": [
            {
                "from_years": years,
                "to_years": to,
                "label": _band(years, to).text(lang),
                "figures": {
                    measure: {
                        "value": str(overview.ages[measure][place]),
                        "share": share(overview.ages[measure][place], whole, "carried_out"),
                    }
                    for measure, whole in wholes.items()
                },
            }
            for place, (years, to) in enumerate(zip(AGES, (*AGES[1:], None), strict=True))
        ],
    }


def _band(years: int, to: int | None) -> Label:
    if to is None:
        return Label(f"Từ {years} năm trở lên", f"{years} years and more")
    if not years:
        return Label(f"Dưới {to} năm", f"Under {to} year")
    return Label(f"Từ {years} đến dưới {to} năm", f"{years} to under {to} years")


def _ranked(row: Ranked, kind: str, regime: Regime, links: Mapping[str, Links], lang: str) -> dict[str, Any]:
    ratio = done_ratio(regime)
    narrows = {"unit": str(row.code), "own": "true"} if kind == "unit" else {"officer": row.code or NOBODY}
    return {
        "rank": row.rank,
        "code": row.code,
        "label": row.label if row.code is not None else _UNASSIGNED.text(lang),
        "few": row.has_few,
        "figures": {
            measure: {
                **ratio_of(ratio, row.values[measure]),
                "cases": links[measure](narrows) + ratio.numerator,
            }
            for measure in MEASURES
        },
    }


def _throughput(series: Mapping[str, Series], links: Mapping[str, Links]) -> dict[str, Any]:
    """Month by month, what came in and what was done in the month itself."""
    year = series[MEASURES[0]].fiscal_year
    months = []
    for month in range(1, len(series[MEASURES[0]].ends) + 1):
        of_month = {"fiscal_year": str(year), "months": str(month), "single_month": "true"}
        months.append(
            {
                "month": month,
                "to": Period(year, month).ends_on,
                "figures": {
                    measure: {
                        column: {
                            "value": str(series[measure].of_month(month, column)),
                            "cases": links[measure](of_month) + column,
                        }
                        for column in THROUGHPUT
                    }
                    for measure in MEASURES
                },
            }
        )
    return {"fiscal_year": year, "months": months}


def _averages(overview: Overview, lang: str) -> list[dict[str, Any]]:
    """Per enforcement officer working in the scope on the last day; none for one officer's own holdings."""
    if overview.enforcers is None:
        return []
    return [
        {
            "of": column,
            "label": _label(overview.regime, column, lang),
            "per": "officer",
            "measure": measure,
            **average(overview.values(measure)[column], overview.enforcers, measure),
            "fiscal_year": overview.period.fiscal_year,
            "months": overview.period.months,
            "officers_on": overview.period.ends_on,
        }
        for column in AVERAGES
        for measure in MEASURES
    ]


def digest(overview: Overview) -> str:
    """SHA-256 over every figure of the overview, whatever language it is shown in."""

    def series(found: Mapping[str, Series]) -> Sequence[Any]:
        return [[dict(values) for values in found[measure].ends] for measure in MEASURES]

    content = [
        overview.regime.code,
        [overview.period.fiscal_year, overview.period.months],
        series(overview.now),
        series(overview.prior),
        [list(overview.ages[measure]) for measure in MEASURES],
        [
            [row.code, row.rank, [dict(row.values[measure]) for measure in MEASURES]]
            for row in (*overview.units, *overview.officers)
        ],
        overview.enforcers,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
