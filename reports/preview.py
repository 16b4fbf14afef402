"""What an act not yet recorded would change in the figures of the current period.

The columns are sums over movements, so what an act changes in them is the columns of the movements that it
adds and takes away, and nothing else of the register need be read (statistics.md §3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.rules.life import Holder, Life
from officers.models import Officer, Unit
from reports.counting import movements, tally
from reports.counting.columns import columns
from reports.counting.movements import Leg
from reports.counting.regimes import Regime, regime_on
from reports.counting.tally import Tally
from thads.common.labels import Label
from thads.common.periods import Period

TOTAL, UNIT, OFFICER, UNASSIGNED = "total", "unit", "officer", "unassigned"


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes in one row of the forms: the differences of its columns, in việc and in đồng.

    ``holder`` is whose row it is: None for the whole of all units concerned, without officer for a unit's own
    holdings (``kind`` UNIT) or for what nobody is assigned to there (UNASSIGNED).
    """

    kind: str
    holder: Holder | None
    cases: Mapping[str, int]
    money: Mapping[str, int]

    @property
    def is_none(self) -> bool:
        return not any((*self.cases.values(), *self.money.values()))


def changed_legs(before: Life | None, after: Life) -> list[Leg]:
    """The movements (every book) that ``after`` has and ``before`` has not, and those it takes back."""
    return movements.difference(movements.legs(after), movements.legs(before) if before else [])


def effects(legs: Sequence[Leg], period: Period, regime: Regime) -> Iterator[Effect]:
    """What these movements change: the whole, then each unit's row, then each holder's. Rows in which nothing
    changes are left out.
    """
    counted = [leg for leg in legs if leg.book == movements.ALL and leg.effective_on <= period.ends_on]
    holders = {Holder(leg.unit, leg.officer): None for leg in counted}
    rows: list[tuple[str, Holder | None, Callable[[Any, Any], bool]]] = [
        (TOTAL, None, lambda unit, officer: True)
    ]
    rows += [(UNIT, Holder(unit), _held_by_unit(unit)) for unit in dict.fromkeys(h.unit for h in holders)]
    rows += [(UNASSIGNED if h.officer is None else OFFICER, h, _held_by(h)) for h in holders]
    for kind, holder, inside in rows:
        effect = _effect(kind, holder, inside, counted, period, regime)
        if not effect.is_none:
            yield effect


def _held_by_unit(unit: Any) -> Callable[[Any, Any], bool]:
    return lambda of_unit, of_officer: of_unit == unit


def _held_by(holder: Holder) -> Callable[[Any, Any], bool]:
    return lambda unit, officer: Holder(unit, officer) == holder


def _effect(
    kind: str,
    holder: Holder | None,
    inside: Callable[[Any, Any], bool],
    legs: Sequence[Leg],
    period: Period,
    regime: Regime,
) -> Effect:
    cases, money = Tally(), Tally()
    for leg in legs:
        if inside(leg.unit, leg.officer):
            crosses = leg.direction != movements.INSIDE and not inside(leg.other_unit, leg.other_officer)
            tally.add_leg(cases, money, period.fiscal_year, leg, crosses)
    return Effect(kind, holder, columns(regime, cases)[0], columns(regime, money)[0])


# The answer.


def figures(before: Life | None, after: Life, *, today: dt.date, lang: str) -> dict[str, Any]:
    """What would change in the figures of the period that runs today, row by row as forms 1, 2, 4 and 5 have
    them: the whole, the units and the holders concerned. Differences are in việc and in đồng.

    ``since`` is the first day whose figures change: when it lies before the period, figures of earlier
    periods change as well.
    """
    period = Period.running_on(today)
    regime = regime_on(period.ends_on)
    legs = changed_legs(before, after)
    found = list(effects(legs, period, regime))
    return {
        "period": {
            "fiscal_year": period.fiscal_year,
            "months": period.months,
            "from": period.starts_on,
            "to": period.ends_on,
        },
        "regime": regime.code,
        "since": min((leg.effective_on for leg in legs), default=None),
        "rows": _rows(found, regime, lang),
    }


def _rows(found: Sequence[Effect], regime: Regime, lang: str) -> list[dict[str, Any]]:
    """The whole first, then unit by unit: its own holdings, who holds there, and what nobody holds."""
    holders = [effect.holder for effect in found if effect.holder is not None]
    units = {
        key: (code, name)
        for key, code, name in Unit.objects.filter(id__in={holder.unit for holder in holders}).values_list(
            "id", "code", "name"
        )
    }
    people = {
        key: (code, name or code)
        for key, code, name in Officer.objects.filter(
            id__in={holder.officer for holder in holders if holder.officer is not None}
        ).values_list("id", "code", "name")
    }
    rows = []
    for effect in found:
        unit = officer = None
        label = _LABELS[effect.kind].text(lang) if effect.kind in _LABELS else ""
        if effect.holder is not None:
            unit, unit_name = units[effect.holder.unit]
            if effect.kind == UNIT:
                label = unit_name
            elif effect.kind == OFFICER:
                officer, label = people[effect.holder.officer]
        row = {
            "kind": effect.kind,
            "unit": unit,
            "officer": officer,
            "label": label,
            "columns": _differences(effect, regime, lang),
        }
        rows.append(((unit or "", _ORDER[effect.kind], officer or ""), row))
    return [row for _, row in sorted(rows, key=lambda item: item[0])]


def _differences(effect: Effect, regime: Regime, lang: str) -> dict[str, Any]:
    return {
        column.name: {
            "label": column.label_en if lang == "en" else column.label,
            "cases": str(effect.cases[column.name]),
            "money": str(effect.money[column.name]),
        }
        for column in regime.columns
        if effect.cases[column.name] or effect.money[column.name]
    }


_LABELS = {TOTAL: Label("Toàn bộ", "The whole"), UNASSIGNED: Label("Chưa phân công", "Not yet assigned")}
_ORDER = {kind: place for place, kind in enumerate((TOTAL, UNIT, OFFICER, UNASSIGNED))}
