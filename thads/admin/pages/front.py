"""The front page: an officer's own cases, a supervisor's figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from cases.rules import buckets
from officers.roles import ROLE_BY_CODE, Permission
from thads.admin import acting
from thads.admin.asking import asked
from thads.admin.pages.lists import parameters_of
from thads.admin.pages.scope import choices_of, period_of
from thads.admin.site import may, site
from thads.admin.words import lang, say

#: How many rows each short list of the front page shows.
_SHORT = 8
_BEST = 10


def front(request: HttpRequest) -> HttpResponse:
    """Figures first for whoever leads, counts or checks; cases first for whoever enforces or keeps files."""
    user: Any = request.user
    role = ROLE_BY_CODE[acting.principal_of(request).role]
    context: dict[str, Any] = {
        "title": say("front.title"),
        "person": user.officer.name if user.officer_id and user.officer.name else user.get_username(),
        "role_name": role.name.text(lang()),
        "cases_first": role.code in ("OFFICER", "CLERK"),
        "own": role.code == "OFFICER",
        "may_open": may(request, Permission.OPEN_CASES),
    }
    if may(request, Permission.READ_CASES) and context["cases_first"]:
        stock = ",".join((*buckets.STOCK, buckets.SEPARATE))
        open_cases = asked(request, "cases", bucket__in=stock, page_size=_SHORT)
        context["cases"] = open_cases
        context["search"] = "q" if "q" in parameters_of("cases") else "decision_number"
    if may(request, Permission.READ_STATISTICS):
        context |= _figures(request)
    return site.show(request, "front", **context)


def _figures(request: HttpRequest) -> dict[str, Any]:
    period = period_of(request)
    overview = asked(request, "statistics-overview", None, unit=request.GET.get("unit"), **period)
    return {
        "overview": overview,
        "scope": choices_of(request, period),
        "ratios": [
            (measure, overview["ratios"][measure], overview["targets"][measure])
            for measure in ("CASES", "MONEY")
        ],
        "months": _months(overview),
        "averages": _averages(overview),
        "officers": [one for one in overview["officers"] if one["code"]][:_BEST],
        "more_officers": len(overview["officers"]) > _BEST,
    }


def _averages(overview: dict[str, Any]) -> list[dict[str, Any]]:
    """What is shared out among the officers: a line for each figure, both measures in it."""
    found: dict[str, dict[str, Any]] = {}
    for one in overview["averages"]:
        found.setdefault(one["of"], {"label": one["label"]})[one["measure"]] = one
    return list(found.values())


def _months(overview: dict[str, Any]) -> list[dict[str, Any]]:
    """Month by month, as bars: what came in and what was done, beside the same months a year before."""
    series = overview["throughput"]
    of_month = [one["figures"]["CASES"] for one in series[0]["months"]]
    before = [one["figures"]["CASES"] for one in series[1]["months"]] if len(series) > 1 else []
    most = max((int(one[name]["value"]) for one in (*of_month, *before) for name in one), default=0) or 1

    def bar(cell: dict[str, Any] | None) -> dict[str, Any] | None:
        if cell is None:
            return None
        return {**cell, "height": round(100 * max(int(cell["value"]), 0) / most, 1)}

    return [
        {
            "label": (place + 9) % 12 + 1,
            "to": series[0]["months"][place]["to"],
            "accepted": bar(one["newly_accepted"]),
            "done": bar(one["done"]),
            "done_before": bar(before[place]["done"]) if place < len(before) else None,
        }
        for place, one in enumerate(of_month)
    ]
