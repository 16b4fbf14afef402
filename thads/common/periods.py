"""The statistical year and its cumulative periods (01/10 to 30/9)."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass


def fiscal_year_of(day: dt.date) -> int:
    """The statistical year a day belongs to: 01/10/N-1 to 30/9/N is year N (TTLT 12/2021 Đ6)."""
    return day.year + 1 if day.month >= 10 else day.year


def month_of(day: dt.date) -> int:
    """The month of the statistical year, 1 for October to 12 for September."""
    return (day.month - 10) % 12 + 1


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The first ``months`` months of statistical year ``fiscal_year``, cumulative from 01/10."""

    fiscal_year: int
    months: int

    def __post_init__(self) -> None:
        if not 1 <= self.months <= 12:
            raise ValueError(f"a period has 1 to 12 months, not {self.months}")

    @property
    def starts_on(self) -> dt.date:
        return dt.date(self.fiscal_year - 1, 10, 1)

    @property
    def ends_on(self) -> dt.date:
        """The last day of the period's last month."""
        month = (self.months + 8) % 12 + 1
        year = self.fiscal_year - 1 if month >= 10 else self.fiscal_year
        return dt.date(year, month, calendar.monthrange(year, month)[1])

    @classmethod
    def running_on(cls, day: dt.date) -> Period:
        """The period that runs on ``day``: its statistical year, up to and with its month."""
        return cls(fiscal_year_of(day), month_of(day))

    def prior_same(self) -> Period:
        """The same number of months of the year before ("cùng kỳ")."""
        return Period(self.fiscal_year - 1, self.months)
