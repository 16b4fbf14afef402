"""Cases: the list, one case with its acts as a timeline, and its history."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse

from cases.rules import buckets
from cases.rules.tables import tables
from officers.roles import Permission
from thads.admin.asking import asked, every
from thads.admin.pages.lists import page_of
from thads.admin.site import may, site
from thads.admin.words import lang, say

FILTERS = (
    "q", "decision_number", "unit", "own", "officer", "bucket", "field", "initiation", "decision_date__gte",
    "decision_date__lte", "ordering",
)  # fmt: skip
ORDERINGS = ("-decision_date", "decision_date", "-last_act_on", "last_act_on", "-remaining", "-recorded_at")


def listed(request: HttpRequest) -> HttpResponse:
    units = every(request, "units")
    page = page_of(request, "cases", FILTERS)
    return site.show(
        request,
        "cases",
        title=say("cases.title"),
        page=page,
        units=units,
        unit_names={unit["code"]: unit["name"] for unit in units},
        officers=officers_of(request, page["filters"].get("unit")),
        buckets=[(code, tables().buckets[code].name(lang())) for code in buckets.ALL],
        fields=[(code, row.name(lang())) for code, row in tables().case_fields.items()],
        initiations=[(code, row.name(lang())) for code, row in tables().initiations.items()],
        orderings=[(code, say(f"ordering.{code.replace('-', 'falling_')}")) for code in ORDERINGS],
        may_open=may(request, Permission.OPEN_CASES),
        is_fullwidth="1",
    )


def officers_of(request: HttpRequest, unit: str | None) -> list[dict[str, Any]]:
    """The enforcement officers to choose from, up to one page of them."""
    found: list[dict[str, Any]] = asked(
        request, "officers", unit=unit, role="OFFICER", page_size=200, count="none"
    )["results"]
    return found


def shown(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One case: how it stands, who is in it, what is owed, and what happened."""
    case = asked(request, "case", {"id": str(id)})
    acts = every(request, "case-acts", {"id": str(id)})
    by_id = {act["id"]: act for act in acts}
    refs = {one["ref"]: one for one in case["obligations"]}
    for act in acts:
        act["ground_label"] = ground_label(act)
        act["undone"] = act["voided_by"] or act["annulled_by"]
        act["undone_by"] = by_id.get(act["undone"])
        act["undoes"] = by_id.get(act["annuls"] or act["voids"])
        for line in act["lines"]:
            line["kind_label"] = refs[line["obligation"]]["kind_label"]
    acts.sort(key=lambda act: (act["effective_on"], act["seq"]), reverse=True)
    names = {party["ref"]: party["name"] for party in case["parties"]}
    return site.show(
        request,
        "case",
        title=f"{say('case.number')} {case['decision_number']}",
        case=case,
        acts=acts,
        names=names,
        collected=str(int(case["due"]) - int(case["remaining"])),
        unit_name=unit_names(request).get(case["unit"]),
        may_record=may(request, Permission.RECORD_ACTS),
    )


def unit_names(request: HttpRequest) -> dict[str, str]:
    """The units the caller may see, by code."""
    return {unit["code"]: unit["name"] for unit in every(request, "units")}


def ground_label(act: dict[str, Any]) -> str | None:
    """The ground of an act in words, where the law of its day knows it."""
    kind = tables().act_types.get(act["type"])
    if not act["ground"] or kind is None or kind.catalogue is None:
        return None
    regime = tables().regime_on(dt.date.fromisoformat(act["effective_on"]))
    ground = tables().grounds.get((kind.catalogue, act["ground"], regime))
    return None if ground is None else ground.name(lang())


def history(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Who recorded what and when, and what that changed in what was known."""
    case = asked(request, "case", {"id": str(id)})
    after = request.GET.get("after", "0")
    told = asked(request, "case-history", {"id": str(id)}, after=after, page_size=50)
    for one in told["results"]:
        one["changes"] = _changes(one["before"], one["after"])
    return site.show(
        request,
        "history",
        title=say("history.title"),
        case=case,
        told=told,
        next=_after(told["next"]),
        previous=_after(told["previous"]),
    )


_COMPARED = (
    ("bucket_label", "text"), ("remaining", "money"), ("due", "money"), ("unit", "text"),
    ("officer", "text"), ("field_label", "text"), ("initiation_label", "text"),
)  # fmt: skip


def _changes(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What the recording changed in the case, field by field; nothing where one side is not known."""
    if before is None or after is None:
        return []
    return changed(before, after)


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a case that differ, with their names, before and after."""
    return [
        {"label": say(f"case.{name}"), "kind": kind, "before": before[name], "after": after[name]}
        for name, kind in _COMPARED
        if before.get(name) != after.get(name)
    ]


def _after(address: str | None) -> str | None:
    return None if not address else "?after=" + parse_qs(urlsplit(address).query)["after"][0]
