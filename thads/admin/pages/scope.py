"""What a page of figures is about: a unit, and a period of the statistical year."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import F, Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string

from reports.counting.movements import ALL
from reports.models import UnitTotal
from reports.models.totals import CASES
from reports.totals import NO_THEME
from thads.admin import acting
from thads.admin.pages.lists import units_of
from thads.admin.words import say
from thads.common.periods import Period

#: How far back a period can be chosen, in statistical years.
_YEARS = 8
_REMEMBERED = "thads_period"


def period_of(request: HttpRequest) -> dict[str, int]:
    """The period asked for, else the one looked at last, else the latest in which something moved."""
    kept = request.session.get(_REMEMBERED)
    year, months = request.GET.get("fiscal_year", ""), request.GET.get("months", "")
    if year.isdigit() and months.isdigit():
        chosen = {"fiscal_year": int(year), "months": int(months)}
        if chosen != kept:
            request.session[_REMEMBERED] = chosen
        return chosen
    if kept:
        return dict(kept)
    latest = latest_period(request)
    return {"fiscal_year": latest.fiscal_year, "months": latest.months}


def latest_period(request: HttpRequest) -> Period:
    """The latest period, no later than the one that runs, in which something moved in the caller's scope."""
    running = Period.running_on(timezone.localdate())
    scope = import_string(settings.SCOPE_RULE)(acting.principal_of(request))
    moved = UnitTotal.objects.filter(
        unit_id__in=scope.unit_ids, book=ALL, measure=CASES, theme=NO_THEME, month__gt=0,
        fiscal_year__lte=running.fiscal_year,
    ).aggregate(latest=Max(F("fiscal_year") * 100 + F("month")))["latest"]  # fmt: skip
    if moved is None:
        return running
    return min(running, Period(*divmod(moved, 100)))


def choices_of(request: HttpRequest, period: dict[str, int]) -> dict[str, Any]:
    """What the bar over the figures offers: units, years, months; and whether an older period is shown."""
    running, latest = Period.running_on(timezone.localdate()), latest_period(request)
    units = units_of(request)
    years = sorted({*range(running.fiscal_year, running.fiscal_year - _YEARS, -1), period["fiscal_year"]})
    return {
        "units": units if len(units) > 1 else [],
        "unit": request.GET.get("unit", ""),
        "years": list(reversed(years)),
        "months": [(months, say(f"period.months_{months}")) for months in range(1, 13)],
        "period": period,
        "running": {"fiscal_year": running.fiscal_year, "months": running.months},
        "is_latest": period == {"fiscal_year": latest.fiscal_year, "months": latest.months},
        "is_running": period == {"fiscal_year": running.fiscal_year, "months": running.months},
    }
