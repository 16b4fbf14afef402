"""Statistical forms, and the cases behind each of their figures."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from reports.counting.regimes import regimes
from reports.forms import forms
from thads.admin import formats
from thads.admin.asking import asked, cursor_of
from thads.admin.pages.lists import officers_by_code, units_of
from thads.admin.pages.scope import choices_of, period_of
from thads.admin.site import site
from thads.admin.words import lang, say

#: The columns in the order in which the forms print them; what a regime adds stands behind them.
_PRINTED = (
    "total_handled", "carried_in", "newly_accepted", "reentered", "entrusted_out", "revoked_cancelled",
    "returned", "transferred_in", "transferred_out", "total_to_enforce", "eligible", "done", "completed",
    "terminated", "reduced", "closed_other", "in_progress", "deferred_consent", "ineligible", "postponed",
    "suspended", "other_pending", "carried_out", "eligible_carried_out", "separate_book",
)  # fmt: skip
#: What narrows a form and is kept from page to page.
_NARROWING = ("unit", "own", "officer", "initiation", "field", "theme", "known_at")


def form(request: HttpRequest, number: int) -> HttpResponse:
    """A form as it is printed; every cell leads to its cases."""
    if number not in forms():
        raise Http404(say("figures.no_form", number=number))
    period = period_of(request)
    narrowing = {name: request.GET.get(name) for name in _NARROWING}
    shown = asked(
        request, "statistics-form", {"number": number}, **period, **narrowing, compare="prior_same_period"
    )
    money = shown["measure"] == "MONEY"
    columns = _columns(shown["regime"])
    page, compare = reverse("admin:figure"), bool(request.GET.get("compare"))
    rows = [
        {
            **row,
            "cells": [
                _cell(row["columns"].get(column["name"]), column, money, page, compare) for column in columns
            ],
        }
        for row in shown["rows"]
    ]
    return site.show(
        request,
        "form",
        title=say("figures.form_title", number=number),
        form_number=number,
        form=shown,
        money=money,
        regime=regimes()[shown["regime"]].label,
        columns=columns,
        rows=rows,
        numbers=list(forms()),
        scope=choices_of(request, period),
        broken=[one for one in shown["identities"] if not one["holds"]],
        compare=compare,
        is_fullwidth="1",
    )


def _columns(regime_code: str) -> list[dict[str, Any]]:
    regime = regimes()[regime_code]
    known = {column.name: column for column in regime.columns}
    names = [name for name in _PRINTED if name in known]
    names += [name for name in known if name not in _PRINTED]
    english = lang() == "en"

    def head(one: Any, kind: str) -> dict[str, Any]:
        number = one.number if one.number not in ("memo", "–") else ""
        return {
            "name": one.name, "kind": kind, "number": number, "memo": not number,
            "label": one.label_en if english else one.label,
        }  # fmt: skip

    return [
        *(head(known[name], "figure") for name in names),
        *(head(ratio, "ratio") for ratio in regime.ratios),
    ]


def _cell(
    cell: dict[str, Any] | None, column: dict[str, Any], money: bool, page: str, compare: bool
) -> dict[str, Any]:
    """A cell as it is printed, with the page of its cases. Made here and not in the template: a form has
    thousands of them.
    """
    if cell is None or cell["value"] is None:
        return {"text": formats.NOTHING, "memo": column["memo"], "faint": True}
    ratio = column["kind"] == "ratio"
    printed = formats.percent if ratio else formats.thousands if money else formats.grouped
    amount = formats.thousands if money else formats.grouped
    shown = {
        "text": printed(cell["value"]),
        "memo": column["memo"],
        "faint": cell["value"] == "0",
        "url": f"{page}?{cell['cases'].partition('?')[2]}" if cell.get("cases") else "",
        "title": "",
    }
    if ratio:
        shown["title"] = f"{amount(cell['numerator'])} / {amount(cell['denominator'])}"
    elif money and cell["value"] != "0":
        shown["title"] = f"{formats.money(cell['value'])} đ"
    if compare and cell.get("prior") is not None:
        shown["was"] = printed(cell["prior"])
    return shown


def figure(request: HttpRequest) -> HttpResponse:
    """The cases that make one figure, each with its share; the shares add up to it."""
    query = {name: values[-1] for name, values in request.GET.lists() if name != "lang"}
    if "column" not in query:
        raise Http404(say("site.no_such_page"))
    shown = asked(request, "statistics-cases", None, **{"page_size": 50, **query})
    base = {name: value for name, value in query.items() if name != "cursor"}
    units = {one["code"]: one["name"] for one in units_of(request)}
    movements = [move for one in shown["results"] for move in one["movements"]]
    for move in movements:
        move["other_name"] = units.get(move["other_unit"] or "", move["other_unit"])
    codes = {move["officer"] for move in movements} | {shown["scope"]["officer"]}
    people = officers_by_code(request, {one for one in codes if one})
    # The next page is asked about the very moment of this one.
    if shown["next"] or shown["previous"]:
        base["known_at"] = _known_at(shown["next"] or shown["previous"])
    return site.show(
        request,
        "figure",
        title=say("figures.cases_behind"),
        figure=shown,
        names={one["code"]: one["name"] for one in people},
        money=shown["measure"] == "MONEY",
        next=_page(base, shown["next"]),
        previous=_page(base, shown["previous"]),
        back=_form_of(query),
    )


def _known_at(address: str) -> str:
    return parse_qs(urlsplit(address).query)["known_at"][0]


def _page(base: dict[str, str], address: str | None) -> str | None:
    cursor = cursor_of(address)
    return None if cursor is None else "?" + urlencode({**base, "cursor": cursor})


def _form_of(query: dict[str, str]) -> str:
    number = 2 if query.get("measure") == "money" else 1
    names = ["unit", "fiscal_year", "months"]
    kept = {name: query[name] for name in names if name in query}
    return f"{reverse('admin:form', kwargs={'number': number})}?{urlencode(kept)}"
