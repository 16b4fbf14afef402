"""The guided recording of an act: what kind, its particulars, what it would change, and then it stands.

Nothing is decided here: the form asks for what the tables of the law say the act needs, the API's dry run
says what would change, and the API records it, once for each form, on the version that was looked at.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from cases.rules.story import NAMES_RELIEF
from cases.rules.tables import ActType, tables
from officers.roles import Permission
from thads.admin.asking import Answer, Wrong, ask, asked, every, new_token
from thads.admin.codes import name_recorders
from thads.admin.formats import day, plain_amount, plain_day
from thads.admin.pages.cases import changed, holder_names, officers_of
from thads.admin.pages.lists import units_of
from thads.admin.site import may, site
from thads.admin.words import lang, say

#: The groups in which the acts are offered, by their effect.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("money", ("COLLECT", "PERFORM", "INTEREST", "AMEND")),
    ("state", ("STATE",)),
    ("ending", ("END", "RELIEF")),
    ("handover", ("REASSIGN", "RECLASSIFY")),
    ("reversal", ("ANNUL", "CORRECT")),
    ("other", ("NONE",)),
)
#: What every act may say.
_COMMON = ("effective_on", "decision_number", "decision_date", "signer", "ground", "note")
#: Of the data of an act, what names a party of the case.
_PARTIES = ("from", "to")
#: Which of it are days.
_DAYS = ("effective_on", "decision_date")
#: What some acts need or take beside it.
_EXTRA = ("unit", "officer", "field", "initiation", "to_authority", "annuls", "voids", "asset")


def choose(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The acts there are, on the day asked for; those that may not be done then say why."""
    case = _case(request, id).body
    on = _day_asked(request)
    told = asked(request, "case-available-acts", {"id": id}, on=on)
    rows = {row["type"]: row for row in told["results"]}
    groups = [
        {
            "label": say(f"recording.group_{name}"),
            "types": [
                {
                    "code": one.code,
                    "label": one.name(lang()),
                    "basis": rows[one.code]["legal_basis"],
                    "leads_to": rows[one.code]["leads_to_label"],
                    "why_not": _why_not(rows[one.code]),
                }
                for one in tables().act_types.values()
                if one.in_story and one.effect in effects
            ],
        }
        for name, effects in GROUPS
    ]
    return site.show(
        request, "choose", title=say("recording.title"), case=case, groups=groups, on=on, told=told
    )


def _day_asked(request: HttpRequest) -> str:
    """The day in the address of the page; today when there is none that can be read."""
    given = plain_day(request.GET.get("on", ""))
    try:
        return dt.date.fromisoformat(given).isoformat()
    except ValueError:
        return timezone.localdate().isoformat()


def _why_not(row: dict[str, Any]) -> str | None:
    """Why this act may not be done, as the recording of it would be refused."""
    if not row["permitted"]:
        return say("recording.not_this_role")
    if row["available"]:
        return None
    told = row["reasons"][0]
    basis = told["legal_basis"]
    return f"{told['detail']} ({basis})" if basis else str(told["detail"])


def _may_touch(kind: ActType, line: dict[str, Any]) -> bool:
    if kind.from_buckets and line["bucket"] not in kind.from_buckets:
        return False
    if kind.effect == "PERFORM":
        return line["amount"] is None
    return kind.amount not in ("required", "signed") or line["amount"] is not None


def fill(request: HttpRequest, id: uuid.UUID, type: str) -> HttpResponse:
    """The particulars of an act (GET), what it would change (POST ``step=preview``), and recording it (POST
    ``step=record``). ``step=edit`` comes back to the particulars.
    """
    kind = tables().act_types.get(type)
    if kind is None or not kind.in_story:
        raise Http404(say("recording.no_such_act"))
    answer = _case(request, id)
    step = request.POST.get("step", "preview") if request.method == "POST" else "edit"
    form = ActForm(request, kind, answer.body)
    version = request.POST.get("version") or answer.etag or ""
    if step == "preview":
        return _preview(request, form, version)
    if step == "record":
        return _record(request, form, version)
    return _form(request, form, answer.etag or "")


def _case(request: HttpRequest, id: uuid.UUID) -> Answer:
    """The case with its version. Raises PermissionDenied for a role that records nothing."""
    answer = ask(request, "case", {"id": str(id)})
    if not may(request, Permission.RECORD_ACTS):
        raise PermissionDenied(say("recording.not_this_role"))
    return answer


class ActForm:
    """The particulars of one act: what it asks for, what was typed, and what the API finds wrong with it."""

    def __init__(self, request: HttpRequest, kind: ActType, case: dict[str, Any]) -> None:
        self.request, self.kind, self.case = request, kind, case
        self.typed = request.POST
        self.asks = {*kind.needs, *kind.needs_one_of, *kind.takes}
        if kind.catalogue:
            self.asks.add("ground")
        self.needs = set(kind.needs)
        self.lines = [self._line(line) for line in case["obligations"]] if kind.from_buckets else []
        if kind.effect in ("REASSIGN", "NONE"):
            self.lines = []

    def value(self, name: str) -> str:
        given: str = self.typed.get(name, "").strip()
        if not given and name == "effective_on" and not self.typed:
            return _day_asked(self.request)
        return plain_day(given) if name in _DAYS else given

    def _line(self, line: dict[str, Any]) -> dict[str, Any]:
        ref = line["ref"]
        open_ones = _may_touch(self.kind, line)
        return {
            **line,
            "may": open_ones,
            "chosen": f"line-{ref}" in self.typed and open_ones,
            "typed": self.typed.get(f"amount-{ref}", ""),
        }

    @property
    def takes_amount(self) -> bool:
        return self.kind.amount in ("required", "optional", "signed")

    @property
    def may_be_whole(self) -> bool:
        """Whether the act may leave its lines out: every open line it may touch."""
        return self.kind.amount in ("none", "optional", "whole")

    @property
    def whole(self) -> bool:
        return self.may_be_whole and (not self.typed or self.typed.get("lines") == "whole")

    def body(self) -> dict[str, Any]:
        """The act as the API takes it."""
        names = [*_COMMON, *(name for name in _EXTRA if name in self.asks or name == "asset")]
        found: dict[str, Any] = {"type": self.kind.code}
        found |= {name: self.value(name) for name in names if self.value(name)}
        if self.lines and not self.whole:
            found["lines"] = [self._sent(line) for line in self.lines if line["chosen"]]
        data = {key: self._said(key) for key in self.keys() if self.value(f"data-{key}")}
        if self.value("relief") and self.kind.code == NAMES_RELIEF:
            data["relief"] = self.value("relief")
        if data:
            found["data"] = data
        return found

    def _said(self, key: str) -> str:
        """What the data says under this key; a browser leaves the offset of a moment out."""
        value = self.value(f"data-{key}")
        return f"{value}+07:00" if key == "at" else value

    def keys(self) -> list[str]:
        """What was typed of the data of the act."""
        return [name.removeprefix("data-") for name in self.typed if name.startswith("data-")]

    def _sent(self, line: dict[str, Any]) -> dict[str, Any]:
        amount = plain_amount(line["typed"]) if self.takes_amount else ""
        return {"obligation": line["ref"], **({"amount": amount} if amount else {})}

    def placed(self, faults: list[Wrong]) -> dict[str, list[Wrong]]:
        """The faults by the field they belong to: ``""`` for the act as a whole, ``line-<ref>`` for lines."""
        chosen = [line["ref"] for line in self.lines if line["chosen"]]
        found: dict[str, list[Wrong]] = {}
        for fault in faults:
            parts = fault.pointer.strip("/").split("/")
            field = parts[0]
            if field == "lines" and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(chosen):
                field = f"line-{chosen[int(parts[1])]}"
            elif fault.code == "GROUND_MISSING":
                field = "ground"
            elif fault.code == "TO_AUTHORITY_MISSING":
                field = "to_authority"
            elif field == "data" and len(parts) == 2:
                field = f"data-{parts[1]}"
            known = field.startswith(("line-", "data-")) or field in (*_COMMON, *_EXTRA, "lines", "data")
            found.setdefault(field if known else "", []).append(fault)
        return found

    def hidden(self) -> list[tuple[str, str]]:
        """What was typed, to be sent again with the next step."""
        left_out = ("csrfmiddlewaretoken", "step", "version", "token")
        return [(name, str(value)) for name, value in self.typed.items() if name not in left_out]


def _form(
    request: HttpRequest,
    form: ActForm,
    version: str,
    faults: list[Wrong] | None = None,
    status: int = 200,
) -> HttpResponse:
    kind = form.kind
    acts = every(request, "case-acts", {"id": form.case["id"]})
    asks = _asked_of(request, form)
    context: dict[str, Any] = {
        "title": kind.name(lang()),
        "case": form.case,
        "kind": kind,
        "form": form,
        "values": {name: form.value(name) for name in (*_COMMON, *_EXTRA, "relief")},
        "version": version,
        "faults": form.placed(faults or []),
        "basis": kind.basis_on(timezone.localdate()),
        "grounds": _grounds(kind),
        "today": timezone.localdate().isoformat(),
        "acts": [one for one in acts if not one["voided_by"]][::-1],
        "reliefs": [one for one in acts if one["type"] == "RELIEF_DECISION" and not one["voided_by"]],
        "is_relief": kind.code == NAMES_RELIEF,
        "signers": asks["signers"],
        "signed_by": asks["signed_by"],
        "data": _data_fields(form, asks["data"]),
    }
    if "unit" in form.asks:
        context["units"] = units_of(request)
        context["officers"] = officers_of(request, None)
    if "field" in form.asks:
        context["fields"] = [(row.code, row.name(lang())) for row in tables().case_fields.values()]
        context["initiations"] = [(row.code, row.name(lang())) for row in tables().initiations.values()]
    return site.show(request, "fill", status=status, **context)


def _asked_of(request: HttpRequest, form: ActForm) -> dict[str, Any]:
    """What the law of the day asks of the act: who signs it, and what its data says."""
    on = form.value("effective_on")
    try:
        dt.date.fromisoformat(on)
    except ValueError:
        on = timezone.localdate().isoformat()
    told = asked(request, "case-available-acts", {"id": form.case["id"]}, on=on)
    row = next(one for one in told["results"] if one["type"] == form.kind.code)
    by = next((one for one in told["signers"] if one["code"] == row["signer"]), None)
    return {
        "signers": by["officers"] if by else [],
        "signed_by": by["label"] if by else None,
        "data": row["fields"]["data"] or [],
    }


def _data_fields(form: ActForm, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields for the data of the act; parties of the case are chosen by name."""
    parties = [(one["ref"], f"{one['name']} ({one['role_label']})") for one in form.case["parties"]]
    found = []
    for one in keys:
        choices = list(zip(one["choices"] or [], one["choice_labels"] or [], strict=True))
        if one["key"] in _PARTIES:
            choices = parties
        name = f"data-{one['key']}"
        found.append({**one, "name": name, "value": form.value(name), "options": choices})
    return found


def _grounds(kind: ActType) -> list[dict[str, Any]]:
    """The grounds of the act under each law, the law of today first."""
    if kind.catalogue is None:
        return []
    regimes = list(tables().regimes.values())
    found = []
    for place, regime in enumerate(regimes):
        following = regimes[place + 1].valid_from if place + 1 < len(regimes) else None
        last = following - dt.timedelta(days=1) if following else None
        rows = tables().grounds_of(kind.catalogue, regime.code)
        if rows:
            found.append(
                {
                    "label": regime.name(lang()),
                    "from": regime.valid_from.isoformat() if place and regime.valid_from else "",
                    "to": last.isoformat() if last else "",
                    "rows": [(row.letter, row.name(lang()), row.basis) for row in rows],
                }
            )
    return found[::-1]


def _preview(request: HttpRequest, form: ActForm, version: str) -> HttpResponse:
    args = {"id": form.case["id"]}
    query = {"dry_run": "true"}
    answer = ask(
        request, "case-acts", args, method="POST", query=query, body=form.body(), version=version or None
    )
    if answer.status == 412:
        return _stale(request, form, answer)
    if not answer.good:
        return _form(request, form, version, answer.faults, answer.status)
    would = answer.body
    names = {one["ref"]: one for one in form.case["obligations"]}
    return site.show(
        request,
        "preview",
        title=form.kind.name(lang()),
        case=form.case,
        kind=form.kind,
        form=form,
        body=form.body(),
        would=would,
        changes=changed(
            would["before"], would["after"], holder_names(request, [would["before"], would["after"]])
        ),
        lines=[{**line, "kind_label": names[line["obligation"]]["kind_label"]} for line in would["lines"]],
        figures=shown_figures(would.get("figures")),
        version=version,
        token=new_token(),
    )


def shown_figures(told: dict[str, Any] | None) -> dict[str, Any] | None:
    """The figures of the period that would change, as rows of columns."""
    if not told or not told["rows"]:
        return None
    columns: dict[str, str] = {}
    for row in told["rows"]:
        columns |= {name: cell["label"] for name, cell in row["columns"].items()}
    rows = [{**row, "cells": [row["columns"].get(name) for name in columns]} for row in told["rows"]]
    return {**told, "names": list(columns.values()), "rows": rows}


def _record(request: HttpRequest, form: ActForm, version: str) -> HttpResponse:
    args = {"id": form.case["id"]}
    answer = ask(
        request, "case-acts", args, method="POST", body=form.body(), version=version,
        token=request.POST.get("token") or new_token(),
    )  # fmt: skip
    if answer.status == 412:
        return _stale(request, form, answer)
    if not answer.good:
        return _form(request, form, version, answer.faults, answer.status)
    act = answer.body
    label = act.get("type_label", form.kind.name(lang()))
    messages.success(request, say("recording.recorded", act=label, date=day(form.value("effective_on"))))
    address = reverse("admin:case", kwargs={"id": form.case["id"]})
    return HttpResponseRedirect(f"{address}#act-{act['id']}")


def _stale(request: HttpRequest, form: ActForm, answer: Answer) -> HttpResponse:
    """Somebody recorded something meanwhile: what, and the way on with the case as it stands now."""
    since = []
    for fault in answer.faults:
        seq = fault.pointer.rpartition("/")[2]
        if fault.code == "RECORDED_SINCE" and seq.isdigit():
            since.append(int(seq))
    acts = asked(request, "case-acts", {"id": form.case["id"]}, ordering="-seq", page_size=50)["results"]
    name_recorders(acts)
    return site.show(
        request,
        "stale",
        title=say("recording.stale_title"),
        case=form.case,
        kind=form.kind,
        form=form,
        since=[act for act in acts if act["seq"] in since],
        status=409,
    )
