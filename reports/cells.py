"""Cells: figures and percentages as the API shows them, every percentage with what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports.counting.columns import percentage, round_half_up
from reports.counting.regimes import Ratio
from reports.models.totals import CASES

Cell = dict[str, Any]


def figure(name: str, value: int, before: int | None = None) -> Cell:
    """A column in việc or đồng; with ``before``, compared with what it was: the base of its growth."""
    if before is None:
        return {"value": str(value)}
    return {
        "value": str(value),
        "prior": str(before),
        "growth_abs": str(value - before),
        "growth_pct": _percent("growth_pct", value - before, before, name),
    }


def share(part: int, whole: int, base: str) -> Cell:
    """What part of the column ``base`` this is, in percent."""
    return _percent("share", part, whole, base)


def _percent(kind: str, numerator: int, denominator: int, base: str, decimals: int = 2) -> Cell:
    found = percentage(numerator, denominator, decimals)
    return {
        "value": None if found is None else str(found),
        "numerator": str(numerator),
        "denominator": str(denominator),
        "kind": kind,
        "decimals": decimals,
        "base": base,
    }


def ratio_of(ratio: Ratio, values: Mapping[str, int], before: Mapping[str, int] | None = None) -> Cell:
    """A percentage of two columns; with ``before``, the columns it is compared with, also the difference in
    percentage points (from the exact fractions, rounded once).
    """
    numerator, denominator = values[ratio.numerator], values[ratio.denominator]
    cell = _percent("ratio", numerator, denominator, ratio.denominator, ratio.decimals)
    cell["of"] = ratio.numerator
    if before is not None:
        was = before[ratio.numerator], before[ratio.denominator]
        prior = percentage(*was, ratio.decimals)
        cell["prior"] = None if prior is None else str(prior)
        cell["pp"] = None
        if denominator and was[1]:
            exact = Fraction(numerator, denominator) - Fraction(*was)
            cell["pp"] = str(percentage(exact.numerator, exact.denominator, ratio.decimals))
    return cell


def average(numerator: int, denominator: int, measure: str) -> Cell:
    """So much to each: việc with two decimals, đồng whole; None when there is nobody."""
    decimals = 2 if measure == CASES else 0
    value = round_half_up(Decimal(numerator) / denominator, decimals) if denominator else None
    return {
        "value": None if value is None else str(value),
        "numerator": str(numerator),
        "denominator": str(denominator),
        "kind": "average",
        "decimals": decimals,
    }
