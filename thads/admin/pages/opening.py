"""Opening a case: its enforcement decision, the judgment, who is in it and what is owed; then what it would
change; then it stands. An opening is an act, so it goes the same way as any other.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from cases.rules.tables import tables
from officers.roles import Permission
from thads.admin import acting
from thads.admin.asking import Wrong, ask, new_token
from thads.admin.formats import plain_amount, plain_day
from thads.admin.pages.cases import officers_of
from thads.admin.pages.lists import units_of
from thads.admin.pages.recording import shown_figures
from thads.admin.site import may, site
from thads.admin.words import lang, say

#: How many empty rows a new form has, and how many it may grow to.
_PARTIES, _OBLIGATIONS, _MOST = 2, 2, 40
_HEAD = ("decision_number", "decision_date", "initiation", "unit", "officer", "field")
_JUDGMENT = ("number", "issued_on", "effective_on", "issuer", "instrument_type")
_PARTY = ("role", "kind", "name", "id_number", "address")
_DAYS = ("decision_date", "issued_on", "effective_on")
_OBLIGATION = ("kind", "debtor", "creditor", "amount", "description")


def opened(request: HttpRequest) -> HttpResponse:
    """The form (GET, ``step=edit``), a row more (``step=more``), what it would change (``step=preview``), and
    opening the case (``step=record``).
    """
    if not may(request, Permission.OPEN_CASES):
        raise PermissionDenied(say("opening.not_this_role"))
    form = OpeningForm(request)
    step = request.POST.get("step", "preview") if request.method == "POST" else "edit"
    if step == "preview":
        return _preview(request, form)
    if step == "record":
        return _record(request, form)
    return _form(request, form, more=step)


class OpeningForm:
    """What was typed about a new case."""

    def __init__(self, request: HttpRequest) -> None:
        self.typed = request.POST
        self.parties = self._count("parties", _PARTIES)
        self.obligations = self._count("obligations", _OBLIGATIONS)

    def _count(self, name: str, least: int) -> int:
        given = self.typed.get(name, "")
        return min(int(given), _MOST) if given.isdigit() else least

    def value(self, name: str) -> str:
        given: str = self.typed.get(name, "").strip()
        return plain_day(given) if name.rpartition("-")[2] in _DAYS else given

    def _given(self, prefix: str, names: tuple[str, ...]) -> dict[str, str]:
        found = {name: self.value(f"{prefix}{name}") for name in names}
        return {name: value for name, value in found.items() if value}

    def party_rows(self) -> list[dict[str, Any]]:
        return [
            {"place": n, "ref": f"p{n + 1}", **{name: self.value(f"party-{n}-{name}") for name in _PARTY}}
            for n in range(self.parties)
        ]

    def obligation_rows(self) -> list[dict[str, Any]]:
        return [
            {"place": n, **{name: self.value(f"line-{n}-{name}") for name in _OBLIGATION}}
            for n in range(self.obligations)
        ]

    def _used_parties(self) -> list[dict[str, Any]]:
        return [row for row in self.party_rows() if row["name"]]

    def _used_obligations(self) -> list[dict[str, Any]]:
        return [row for row in self.obligation_rows() if row["kind"]]

    def body(self) -> dict[str, Any]:
        """The story without acts, as the API takes it."""
        obligations = []
        for number, row in enumerate(self._used_obligations(), 1):
            line = {name: row[name] for name in _OBLIGATION if row[name]}
            if "amount" in line:
                line["amount"] = plain_amount(line["amount"])
            obligations.append({"ref": f"o{number}", **line})
        tags = self.typed.getlist("tags") if self.typed else []
        return {
            "case": {**self._given("", _HEAD), **({"tags": tags} if tags else {}),
                     "judgment": self._given("judgment-", _JUDGMENT)},
            "parties": [
                {name: row[name] for name in ("ref", *_PARTY) if row[name]} for row in self._used_parties()
            ],
            "obligations": obligations,
        }  # fmt: skip

    def placed(self, faults: list[Wrong]) -> dict[str, list[Wrong]]:
        """The faults by the field of the form they belong to; ``""`` for the case as a whole."""
        parties = [row["place"] for row in self._used_parties()]
        lines = [row["place"] for row in self._used_obligations()]
        found: dict[str, list[Wrong]] = {}
        for fault in faults:
            found.setdefault(_field_of(fault.pointer, parties, lines), []).append(fault)
        return found

    def hidden(self) -> list[tuple[str, str]]:
        left_out = ("csrfmiddlewaretoken", "step", "token")
        return [
            (name, value) for name, values in self.typed.lists() if name not in left_out for value in values
        ]


def _field_of(pointer: str, parties: list[int], lines: list[int]) -> str:
    parts = pointer.strip("/").split("/")
    if parts[0] == "case" and len(parts) > 1:
        if parts[1] != "judgment":
            return parts[1] if parts[1] in (*_HEAD, "tags") else ""
        return f"judgment-{parts[2]}" if len(parts) > 2 and parts[2] in _JUDGMENT else "judgment"
    for name, places, kept in (("parties", parties, "party"), ("obligations", lines, "line")):
        if parts[0] == name and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(places):
            return f"{kept}-{places[int(parts[1])]}"
        if parts[0] == name:
            return name
    return ""


def _form(
    request: HttpRequest,
    form: OpeningForm,
    faults: list[Wrong] | None = None,
    status: int = 200,
    more: str = "",
) -> HttpResponse:
    if more == "more-parties":
        form.parties = min(form.parties + 1, _MOST)
    if more == "more-obligations":
        form.obligations = min(form.obligations + 1, _MOST)
    law, english = tables(), lang()
    principal = acting.principal_of(request)
    units = units_of(request)
    own = next((one["code"] for one in units if one["parent"] not in {x["code"] for x in units}), "")
    values = {name: form.value(name) for name in _HEAD}
    if not form.typed:
        values |= {"decision_date": timezone.localdate().isoformat(), "unit": own}
    return site.show(
        request,
        "opening",
        title=say("opening.title"),
        form=form,
        values=values,
        judgment={name: form.value(f"judgment-{name}") for name in _JUDGMENT},
        tags=form.typed.getlist("tags") if form.typed else [],
        faults=form.placed(faults or []),
        units=units,
        officers=officers_of(request, None),
        initiations=[(row.code, row.name(english)) for row in law.initiations.values()],
        fields=[(row.code, row.name(english)) for row in law.case_fields.values()],
        instruments=[(row.code, row.name(english)) for row in law.instruments.values()],
        themes=[(row.code, row.name(english)) for row in law.themes.values() if not row.derived],
        roles=[(row.code, row.name(english)) for row in law.party_roles.values()],
        kinds=[(row.code, row.name(english)) for row in law.party_kinds.values()],
        duties=[(row.code, row.name(english)) for row in law.obligation_kinds.values()],
        today=timezone.localdate().isoformat(),
        person=principal.name,
        status=status,
    )


def _preview(request: HttpRequest, form: OpeningForm) -> HttpResponse:
    body = form.body()
    answer = ask(request, "cases", method="POST", query={"dry_run": "true"}, body=body)
    if not answer.good:
        return _form(request, form, answer.faults, answer.status)
    law, english = tables(), lang()
    return site.show(
        request,
        "opening_preview",
        title=say("opening.title"),
        form=form,
        body=body,
        would=answer.body,
        duties=[
            {**line, "kind_label": law.obligation_kinds[line["kind"]].name(english)}
            for line in body["obligations"]
        ],
        people=[{**one, "role_label": law.party_roles[one["role"]].name(english)} for one in body["parties"]],
        names={one["ref"]: one["name"] for one in body["parties"]},
        figures=shown_figures(answer.body.get("figures")),
        token=new_token(),
    )


def _record(request: HttpRequest, form: OpeningForm) -> HttpResponse:
    token = request.POST.get("token") or new_token()
    answer = ask(request, "cases", method="POST", body=form.body(), token=token)
    if not answer.good:
        return _form(request, form, answer.faults, answer.status)
    messages.success(request, say("opening.opened", number=form.value("decision_number")))
    return HttpResponseRedirect(reverse("admin:case", kwargs={"id": answer.body["id"]}))
