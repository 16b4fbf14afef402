"""Cases: the list, one case with its acts as a timeline, and its history."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse

from cases.actions.parties import MASKED
from cases.rules import buckets
from cases.rules.tables import tables
from officers.roles import Permission
from thads.admin.asking import asked, every
from thads.admin.codes import name_recorders
from thads.admin.formats import typed_day
from thads.admin.pages.lists import officers_by_code, page_of, units_of
from thads.admin.site import may, site
from thads.admin.words import lang, say

FILTERS = (
    "q", "decision_number", "tag", "unit", "own", "officer", "bucket", "field", "initiation",
    "decision_date__gte", "decision_date__lte", "ordering",
)  # fmt: skip
ORDERINGS = ("-decision_date", "decision_date", "-last_act_on", "last_act_on", "-remaining", "-recorded_at")


def listed(request: HttpRequest) -> HttpResponse:
    units = units_of(request)
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
    if not may(request, Permission.READ_ORGANISATION):
        return []
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
    name_recorders(acts)
    unit_names_known = unit_names(request)
    _name_holders(request, acts, unit_names_known)
    marks = _tags(request, str(id))
    for party in case["parties"]:
        party["hidden"] = any(party.get(one) for one in MASKED)
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
        unit_name=unit_names_known.get(case["unit"]),
        deadlines=asked(request, "case-deadlines", {"id": str(id)}, ordering="started_on")["results"],
        documents=asked(request, "documents", case=str(id), page_size=1)["count"]["value"],
        masked=not may(request, Permission.SEE_IDENTIFIERS),
        may_record=may(request, Permission.RECORD_ACTS),
        may_edit_parties=may(request, Permission.EDIT_PARTIES),
        may_reveal=may(request, Permission.REVEAL_IDENTIFIERS),
        may_tag=may(request, Permission.TAG_CASES),
        **marks,
    )


def _tags(request: HttpRequest, id: str) -> dict[str, Any]:
    """The tags on a case, and those that could be put on it."""
    on_case = every(request, "case-tags", {"id": id})
    taken = {one["id"] for one in on_case}
    free = every(request, "tags") if may(request, Permission.TAG_CASES) else []
    return {"case_tags": on_case, "free_tags": [one for one in free if one["id"] not in taken]}


def _name_holders(request: HttpRequest, acts: list[dict[str, Any]], units: dict[str, str]) -> None:
    """The units and officers that acts give a case to, by their names as far as the caller sees them."""
    codes = {act["officer"] for act in acts if act.get("officer")}
    people = officers_by_code(request, codes)
    names = {one["code"]: one["name"] for one in people}
    for act in acts:
        act["unit_name"] = units.get(act.get("unit") or "") or act.get("unit")
        act["officer_name"] = names.get(act.get("officer") or "") or act.get("officer")


def unit_names(request: HttpRequest) -> dict[str, str]:
    """The units the caller may see, by code."""
    return {unit["code"]: unit["name"] for unit in units_of(request)}


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
    name_recorders(told["results"])
    stands = [stand for one in told["results"] for stand in (one["before"], one["after"]) if stand]
    names = holder_names(request, stands)
    for one in told["results"]:
        one["changes"] = _changes(one["before"], one["after"], names) + _amended(one["amended"])
        one["amended_of"] = _amended_of(case, one["amended"])
    return site.show(
        request,
        "history",
        title=say("history.title"),
        case=case,
        told=told,
        next=_after(told["next"]),
        previous=_after(told["previous"]),
    )


def _amended(amended: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What was put right without an act, field by field, masked as the caller may see it."""
    return [
        {
            "label": one["label"],
            "kind": "text",
            "before": _shown_value(one["before"]),
            "after": _shown_value(one["after"]),
        }
        for one in (amended or {}).get("fields", ())
    ]


def _shown_value(value: Any) -> str:
    """A value of a row as people read it: several with commas between, days as days are written."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else typed_day(str(value))


def _amended_of(case: dict[str, Any], amended: dict[str, Any] | None) -> str:
    """The name of the party, or the number of the judgment, that was put right."""
    if not amended:
        return ""
    if amended["judgment"]:
        return str(case["judgment"]["number"])
    return next((str(one["name"]) for one in case["parties"] if one["id"] == amended["party"]), "")


_COMPARED = (
    ("bucket_label", "text"), ("remaining", "money"), ("due", "money"), ("unit", "holder"),
    ("officer", "holder"), ("field_label", "text"), ("initiation_label", "text"),
)  # fmt: skip


def _changes(
    before: dict[str, Any] | None, after: dict[str, Any] | None, names: dict[str, str]
) -> list[dict[str, Any]]:
    """What the recording changed in the case, field by field; nothing where one side is not known."""
    if before is None or after is None:
        return []
    return changed(before, after, names)


def changed(before: dict[str, Any], after: dict[str, Any], names: dict[str, str]) -> list[dict[str, Any]]:
    """The fields of a case that differ, before and after; holders by their ``names``."""

    def shown(kind: str, value: Any) -> Any:
        return names.get(value, value) if kind == "holder" else value

    return [
        {
            "label": say(f"case.{name}"),
            "kind": kind,
            "before": shown(kind, before[name]),
            "after": shown(kind, after[name]),
        }
        for name, kind in _COMPARED
        if before.get(name) != after.get(name)
    ]


def holder_names(request: HttpRequest, stands: list[dict[str, Any]]) -> dict[str, str]:
    """The units and officers that hold a case in these states of it, by code, where they differ at all."""
    found = {}
    if len({stand["unit"] for stand in stands}) > 1:
        found = unit_names(request)
    codes = {stand["officer"] for stand in stands}
    people = officers_by_code(request, codes - {None}) if len(codes) > 1 else []
    return found | {one["code"]: one["name"] for one in people if one["name"]}


def _after(address: str | None) -> str | None:
    return None if not address else "?after=" + parse_qs(urlsplit(address).query)["after"][0]
