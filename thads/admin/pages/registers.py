"""Rows that are written as a whole: units, officers, assignments, judgments. One way for all of them to be
added, changed and removed, with the version that was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cases.rules.tables import tables
from officers.codes import LEVELS, RANKS, TEMPORARY_REASONS
from officers.roles import ROLE_NAMES, Permission
from thads.admin.asking import Answer, Wrong, ask, every, new_token
from thads.admin.formats import plain_day
from thads.admin.site import may, site
from thads.admin.words import lang, say
from thads.common.labels import CodeList

Choices = Callable[[HttpRequest], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its name in the API, its words, what is typed into it (``text``, ``day`` or
    ``choice``). ``fixed``: stays as it was when the row was made. ``within``: the object of the body that
    holds it, when a row is made.
    """

    name: str
    words: str
    kind: str = "text"
    required: bool = False
    choices: Choices | None = None
    fixed: bool = False
    within: str = ""

    @property
    def key(self) -> str:
        return f"{self.within}.{self.name}" if self.within else self.name


@dataclass(frozen=True, slots=True)
class Register:
    """A kind of row: its addresses in the API (``many``, ``one`` with the argument ``key``), its pages, and
    who may write it.
    """

    many: str
    one: str
    key: str
    permission: Permission
    fields: tuple[Field, ...]
    new: str
    #: The page of a row, or of the list where rows have no page.
    page: str
    has_page: bool = True

    def page_of(self, row: Mapping[str, Any]) -> str:
        kwargs = {self.key: str(row[self.key])} if self.has_page else {}
        return reverse(f"admin:{self.page}", kwargs=kwargs)


def _codes(codes: CodeList) -> Choices:
    return lambda request: [(code, name.text(lang())) for code, name in codes.items()]


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one["code"], f"{one['name']} ({one['code']})") for one in every(request, "units")]


def _instruments(request: HttpRequest) -> list[tuple[str, str]]:
    return [(row.code, row.name(lang())) for row in tables().instruments.values()]


_HELD = (
    Field("unit", "assignments.unit", "choice", True, _units, within="assignment"),
    Field("role", "assignments.role", "choice", True, _codes(ROLE_NAMES), within="assignment"),
    Field("valid_from", "assignments.valid_from", "day", within="assignment"),
)
UNITS = Register(
    "units", "unit", "code", Permission.MANAGE_ORGANISATION,
    (
        Field("code", "units.code", required=True, fixed=True),
        Field("name", "units.name", required=True),
        Field("level", "units.level", "choice", True, _codes(LEVELS)),
        Field("parent", "units.parent", "choice", False, _units),
        Field("valid_from", "units.valid_from", "day", True),
        Field("valid_to", "units.valid_to", "day"),
    ),
    "units.new", "unit",
)  # fmt: skip
OFFICERS = Register(
    "officers", "officer", "code", Permission.MANAGE_STAFF,
    (
        Field("code", "officers.code", required=True, fixed=True),
        Field("name", "officers.name"),
        Field("rank", "officers.rank", "choice", False, _codes(RANKS)),
        *_HELD,
    ),
    "officers.new", "officer",
)  # fmt: skip
ASSIGNMENTS = Register(
    "assignments", "assignment", "id", Permission.MANAGE_STAFF,
    (
        Field("officer", "assignments.officer_code", required=True),
        Field("unit", "assignments.unit", "choice", True, _units),
        Field("role", "assignments.role", "choice", True, _codes(ROLE_NAMES)),
        Field("valid_from", "assignments.valid_from", "day"),
        Field("valid_to", "assignments.valid_to", "day"),
        Field("temporary", "assignments.temporary", "choice", False, _codes(TEMPORARY_REASONS)),
    ),
    "assignments.new", "assignments", has_page=False,
)  # fmt: skip
JUDGMENTS = Register(
    "judgments", "judgment", "id", Permission.KEEP_JUDGMENTS,
    (
        Field("number", "judgments.number", required=True),
        Field("issued_on", "judgments.issued_on", "day", True),
        Field("issuer", "judgments.issuer", required=True),
        Field("effective_on", "judgments.effective_on", "day"),
        Field("instrument_type", "judgments.instrument_type", "choice", False, _instruments),
        Field("received_on", "judgments.received_on", "day"),
        Field("correction_reason", "judgments.correction_reason"),
    ),
    "judgments.new", "judgment",
)  # fmt: skip


class RowForm:
    """What stands in a row, or was typed over it."""

    def __init__(self, request: HttpRequest, register: Register, row: Mapping[str, Any] | None) -> None:
        self.request, self.register, self.row = request, register, row
        self.typed = request.POST if request.method == "POST" else None
        known = [one for one in register.fields if row is None or not one.within]
        if row is None:
            known = [one for one in known if one.name != "correction_reason"]
        self.fields = known

    def value(self, field: Field) -> str:
        if self.typed is not None:
            text = self.typed.get(field.key, "").strip()
            return plain_day(text) if field.kind == "day" else text
        if self.row is None:
            return self.request.GET.get(field.name, "")
        stands = self.row.get(field.name)
        return "" if stands is None else str(stands)

    def body(self) -> dict[str, Any]:
        """The values as the API takes them; what was left empty is nothing."""
        found: dict[str, Any] = {}
        for field in self.fields:
            if self.row is not None and field.fixed:
                continue
            value = self.value(field)
            if not value and field.name in ("correction_reason", "received_on"):
                continue
            place = found.setdefault(field.within, {}) if field.within else found
            place[field.name] = value or (None if not field.required else "")
        return found

    def shown(self, faults: list[Wrong]) -> list[dict[str, Any]]:
        """The fields for the template, with what is wrong at each."""
        wrong: dict[str, list[Wrong]] = {}
        for fault in faults:
            wrong.setdefault(fault.pointer.strip("/").replace("/", "."), []).append(fault)
        return [
            {
                "key": field.key,
                "label": say(field.words),
                "kind": field.kind,
                "required": field.required,
                "fixed": field.fixed and self.row is not None,
                "value": self.value(field),
                "choices": field.choices(self.request) if field.choices else [],
                "faults": wrong.get(field.key, []),
            }
            for field in self.fields
        ]

    def unplaced(self, faults: list[Wrong]) -> list[Wrong]:
        """What is wrong with the row as a whole."""
        keys = {field.key for field in self.fields}
        return [fault for fault in faults if fault.pointer.strip("/").replace("/", ".") not in keys]


def added(request: HttpRequest, register: Register) -> HttpResponse:
    """The form of a new row (GET), and making it (POST)."""
    _permit(request, register)
    form = RowForm(request, register, None)
    if request.method != "POST":
        return _page(request, form, None)
    token = request.POST.get("token") or new_token()
    answer = ask(request, register.many, method="POST", body=form.body(), token=token)
    if not answer.good:
        return _page(request, form, answer)
    messages.success(request, say("registers.added"))
    return HttpResponseRedirect(register.page_of(answer.body))


def changed(request: HttpRequest, register: Register, address: str) -> HttpResponse:
    """The form of a row (GET), changing it (POST), and removing it (POST ``step=remove``)."""
    _permit(request, register)
    args = {register.key: address}
    standing = ask(request, register.one, args)
    form = RowForm(request, register, standing.body)
    if request.method != "POST":
        return _page(request, form, None, standing)
    version = request.POST.get("version", "")
    if request.POST.get("step") == "remove":
        answer = ask(request, register.one, args, method="DELETE", version=version)
        if answer.good:
            messages.success(request, say("registers.removed"))
            return HttpResponseRedirect(reverse(f"admin:{register.many}"))
    else:
        answer = ask(request, register.one, args, method="PATCH", body=form.body(), version=version)
        if answer.good:
            messages.success(request, say("registers.changed"))
            return HttpResponseRedirect(register.page_of(answer.body))
    return _page(request, form, answer, standing)


def page_added(register: Register) -> Callable[..., HttpResponse]:
    """The page that makes rows of this kind."""

    def new(request: HttpRequest) -> HttpResponse:
        return added(request, register)

    return new


def page_changed(register: Register) -> Callable[..., HttpResponse]:
    """The page that changes and removes rows of this kind."""

    def change(request: HttpRequest, **address: Any) -> HttpResponse:
        return changed(request, register, str(address[register.key]))

    return change


def _permit(request: HttpRequest, register: Register) -> None:
    if not may(request, register.permission):
        raise PermissionDenied(say("site.forbidden_hint"))


def _page(
    request: HttpRequest, form: RowForm, refusal: Answer | None, standing: Answer | None = None
) -> HttpResponse:
    """The form; after a refusal with what was typed. Somebody who was overtaken is told what stands now, and
    the form goes on from there.
    """
    faults = refusal.faults if refusal is not None else []
    overtaken = refusal is not None and refusal.status == 412
    register = form.register
    return site.show(
        request,
        "register_form",
        title=say(register.new) if form.row is None else say("registers.change"),
        row=form.row,
        name=_name_of(form.row),
        fields=form.shown([] if overtaken else faults),
        general=[] if overtaken else form.unplaced(faults),
        overtaken=[fault for fault in faults if fault.code != "VERSION_STALE"] if overtaken else None,
        version=standing.etag if standing is not None else "",
        token=new_token(),
        back=reverse(f"admin:{register.many}") if form.row is None else register.page_of(form.row),
        status=200 if refusal is None else refusal.status,
    )


def _name_of(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    return str(row.get("name") or row.get("number") or row.get("code") or row.get("officer") or "")
