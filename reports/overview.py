"""What a supervisor reads first: ratios, backlog, age of what is open, ranking, throughput, averages.

The same figures as in the forms, on the same engine; both measures side by side. Every percentage and average
says what it was made of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Any, Final

from django.db import connection

from officers.models import Officer, Unit
from officers.queries import count_enforcers
from reports.answers import Answering
from reports.counting.columns import carried_out, columns
from reports.counting.regimes import Ratio, Regime, regime_on
from reports.counting.tally import Kind, Tally
from reports.models import Target
from reports.models.totals import CASES, MEASURES, MONEY
from reports.readings import Key, Reading, kind_columns, tallies, where_of
from thads.common.periods import Period
from thads.common.scoping import Scope

#: What is left at the end, and what of it cannot or can be worked on.
BACKLOG: Final = ("carried_out", "ineligible", "in_progress")
#: What comes in and what goes out, month by month.
THROUGHPUT: Final = ("newly_accepted", "done")
#: What is shared out among the enforcement officers.
AVERAGES: Final = ("total_handled", "total_to_enforce", "done")
#: Open cases by full years since their decision: each from so many years to the next.
AGES: Final = (0, 1, 2, 3, 5, 10)
#: A ratio over fewer eligible cases than this says little of whoever holds them.
FEW: Final = 10

Values = Mapping[str, int]
#: By measure (CASES in việc, MONEY in đồng).
Both = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Series:
    """The columns at the end of each month of a year, cumulative: ``ends[0]`` is month 1."""

    fiscal_year: int
    regimes: Sequence[Regime]
    ends: Sequence[Values]

    def of_month(self, month: int, column: str) -> int:
        """What month ``month`` adds to a column of flows."""
        before = self.ends[month - 2][column] if month > 1 else 0
        return self.ends[month - 1][column] - before


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit (its own holdings) or an officer in the ranking by done ratio, việc. ``rank`` is None without
    anything eligible, and for what nobody is assigned to (``code`` None).
    """

    code: str | None
    label: str
    rank: int | None
    values: Both

    @property
    def has_few(self) -> bool:
        return self.values[CASES]["eligible"] < FEW


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the overview shows, by measure. ``ages`` holds the number and money of what is carried out,
    by the bands of ``AGES``.
    """

    period: Period
    regime: Regime
    now: Mapping[str, Series]
    prior: Mapping[str, Series]
    ages: Mapping[str, Sequence[int]]
    units: Sequence[Ranked]
    officers: Sequence[Ranked]
    enforcers: int | None

    def values(self, measure: str) -> Values:
        """The columns at the end of the period."""
        return self.now[measure].ends[self.period.months - 1]

    def values_before(self, measure: str) -> Values:
        """The columns at the end of the same period of the year before."""
        return self.prior[measure].ends[self.period.months - 1]


def survey(answering: Answering, period: Period, **narrowing: Any) -> Overview:
    """Count the overview; ``narrowing`` as for ``Answering.reading``. One officer's own holdings are not
    averaged.
    """
    regime = regime_on(period.ends_on)
    readings = {measure: answering.reading(period, measure, **narrowing) for measure in MEASURES}
    last_year = Period(period.fiscal_year - 1, 12)
    held = {measure: tallies(reading, ("unit", "officer"), "holder") for measure, reading in readings.items()}
    whole = answering.officer is None
    return Overview(
        period,
        regime,
        {measure: _series(reading) for measure, reading in readings.items()},
        {measure: _series(reading.at(last_year)) for measure, reading in readings.items()},
        ages(readings[CASES]),
        _ranking(_units(_by(held, 0, regime))),
        _ranking(_officers(_by(held, 1, regime))),
        count_enforcers(answering.units, period.ends_on) if whole else None,
    )


def target_of(unit: Unit, fiscal_year: int, scope: Scope) -> Mapping[str, Target]:
    """What the unit is to reach in the year, by measure, as far as the caller sees it."""
    rows = Target.objects.visible_to(scope).filter(unit=unit, fiscal_year=fiscal_year)
    return {row.measure: row for row in rows}


def short_of(target: Target, values: Values, regime: Regime) -> Fraction | None:
    """How far the done ratio stands above the target (below it: negative) in percentage points, exactly; None
    without anything eligible.
    """
    ratio = done_ratio(regime)
    numerator, denominator = values[ratio.numerator], values[ratio.denominator]
    return Fraction(100 * numerator, denominator) - Fraction(target.percent) if denominator else None


def _series(reading: Reading) -> Series:
    found = tallies(reading, ("month",))
    year, months = reading.period.fiscal_year, range(1, reading.period.months + 1)
    under = [regime_on(Period(year, month).ends_on) for month in months]
    sums = [found.get((month,), Tally()) for month in months]
    ends = [columns(regime, tally)[0] for regime, tally in zip(under, sums, strict=True)]
    return Series(year, under, ends)


# Age.


def ages(reading: Reading) -> dict[str, list[int]]:
    """What is carried out at the end of the period by full years since the decision: for each measure a
    number for each band of ``AGES``. They add up to ``carried_out``.

    Read from the movements of the scope, of both measures at once: age is a question at a date, never a key
    of the totals (statistics.md §3).
    """
    kind, kind_params = kind_columns(reading)
    where, params = where_of(reading, measured=False)
    # Decisions from the first day on that is too young for a band: the youngest band comes last.
    younger = [_anniversary(reading.period.ends_on, years) + dt.timedelta(1) for years in AGES[:0:-1]]
    sql = (
        f"SELECT width_bucket(c.decision_date, %s::date[]), {kind}, sum(m.cases), sum(m.money) "  # noqa: S608
        f"FROM reports_movement m JOIN cases_case c ON c.id = m.case_id WHERE {where} "
        "GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    sums = {measure: [Tally() for _ in AGES] for measure in MEASURES}
    with connection.cursor() as cursor:
        cursor.execute(sql, [younger, *kind_params, *params])
        for place, past, source, target, prior, direction, crosses, cases, money in cursor.fetchall():
            for measure, amount in ((CASES, cases), (MONEY, money)):
                sums[measure][-1 - place].add(
                    Kind(past, source, target, prior, direction, crosses), int(amount)
                )
    regime = regime_on(reading.period.ends_on)
    return {measure: [carried_out(regime, tally) for tally in by_age] for measure, by_age in sums.items()}


def _anniversary(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; 28/02 for 29/02 where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


# Ranking.


def _by(
    held: Mapping[str, Mapping[Key, Tally]], place: int, regime: Regime
) -> dict[Any, dict[str, dict[str, int]]]:
    """The columns of both measures by one part of the key of holders. What goes from one of the holdings
    added up to another shows in the transfers alone.
    """
    sums: dict[Any, dict[str, Tally]] = {}
    for measure, by_holder in held.items():
        for key, tally in by_holder.items():
            own = sums.setdefault(key[place], {name: Tally() for name in MEASURES})
            own[measure].merge(tally)
    return {
        key: {measure: columns(regime, tally)[0] for measure, tally in own.items()}
        for key, own in sums.items()
    }


def _units(found: Mapping[Any, Both]) -> Iterable[tuple[str | None, str, Both]]:
    units = Unit.objects.filter(id__in=found).order_by("code").values_list("id", "code", "name")
    return [(code, name, found[key]) for key, code, name in units]


def _officers(found: Mapping[Any, Both]) -> Iterable[tuple[str | None, str, Both]]:
    people = Officer.objects.filter(id__in=[key for key in found if key is not None])
    rows = people.order_by("code").values_list("id", "code", "name")
    named: list[tuple[str | None, str, Both]] = [(code, name or code, found[key]) for key, code, name in rows]
    return [*named, (None, "", found[None])] if None in found else named


def _ranking(rows: Iterable[tuple[str | None, str, Both]]) -> list[Ranked]:
    """From the highest done ratio of việc down; who has the same stands on the same rank, and the next ones
    after as many. Who held nothing to handle in the period is left out.
    """
    counted = [row for row in rows if any(any(own.values()) for own in row[2].values())]
    rated = [(_rate(code, values), code, label, values) for code, label, values in counted]
    best_first = sorted((row for row in rated if row[0] is not None), key=itemgetter(0), reverse=True)
    ranked: list[Ranked] = []
    last = None
    for place, (rate, code, label, values) in enumerate(best_first, 1):
        rank = ranked[-1].rank if rate == last else place
        ranked.append(Ranked(code, label, rank, values))
        last = rate
    return ranked + [Ranked(code, label, None, values) for rate, code, label, values in rated if rate is None]


def _rate(code: str | None, values: Both) -> Fraction | None:
    """Done of eligible, exactly; None where there is nothing to rank."""
    own = values[CASES]
    return Fraction(own["done"], own["eligible"]) if code is not None and own["eligible"] else None


def done_ratio(regime: Regime) -> Ratio:
    """The ratio by which work is judged: done of eligible."""
    return next(ratio for ratio in regime.ratios if ratio.name == "done_ratio")
