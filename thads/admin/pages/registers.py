"""Rows that are written as a whole: units, officers, assignments, delegations, accounts, keys, targets, tags,
judgments, documents, and the parties of cases. One way for all of them to be added, changed and removed, on
the version that was looked at.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from cases.rules.document_kinds import DOCUMENT_KINDS
from cases.rules.tables import tables
from officers.codes import LEVELS, RANKS, TEMPORARY_REASONS
from officers.roles import PERMISSION_NAMES, ROLE_NAMES, Permission
from reports.api.targets import MEASURE_NAMES
from thads.admin.asking import Answer, Wrong, ask, asked, new_token
from thads.admin.formats import parse_day, plain_day
from thads.admin.pages.lists import units_of
from thads.admin.site import may, site
from thads.admin.words import lang, say
from thads.common.labels import CodeList

Choices = Callable[[HttpRequest], list[tuple[str, str]]]
#: Fields of several values.
_LISTS = ("choices", "lines")
#: What is no number is sent as it was typed, and the API says what is wrong with it.
_DIGITS = re.compile(r"\d{1,9}", re.ASCII)
_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its name in the API, its words, what is typed into it: ``text``, ``day``,
    ``expiry`` (the last day of something that ends at a moment), ``number`` (a whole one), ``percent``,
    ``colour``, ``choice``, ``choices`` (any of them), ``lines`` (several values, one on a line). ``fixed``:
    stays as it was when the row was made. ``within``: the object of the body that holds it, when a row is
    made. ``left_out``: not sent when it is empty. ``later``: only for a row that stands.
    """

    name: str
    words: str
    kind: str = "text"
    required: bool = False
    choices: Choices | None = None
    fixed: bool = False
    within: str = ""
    hint: str = ""
    left_out: bool = False
    later: bool = False

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
    #: The column of a row that names its page, where it is not the key.
    page_from: str = ""
    #: What removing a row is called, empty where rows cannot be removed.
    removal: str = "registers.remove"
    #: The value shown this once when a row is made: its name in the answer of the API.
    once: str = ""
    #: Values may be masked: then the fields begin empty, and what stays empty stays as it is.
    masks: bool = False

    def page_of(self, row: Mapping[str, Any]) -> str:
        kwargs = {self.key: str(row[self.page_from or self.key])} if self.has_page else {}
        return reverse(f"admin:{self.page}", kwargs=kwargs)


def _codes(codes: CodeList) -> Choices:
    return lambda request: [(code, name.text(lang())) for code, name in codes.items()]


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    return [(one["code"], f"{one['name']} ({one['code']})") for one in units_of(request)]


def _people(request: HttpRequest) -> list[tuple[str, str]]:
    """Officers to choose from while typing, up to one page of them."""
    if not may(request, Permission.READ_ORGANISATION):
        return []
    rows = asked(request, "officers", page_size=200, count="none")["results"]
    return [(one["code"], one["name"] or one["code"]) for one in rows]


def _measures(request: HttpRequest) -> list[tuple[str, str]]:
    return [(code, name.text(lang())) for code, name in MEASURE_NAMES.items()]


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
        Field("officer", "assignments.officer_code", required=True, choices=_people),
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
        Field("received_on", "judgments.received_on", "day", left_out=True),
        Field("correction_reason", "judgments.correction_reason", left_out=True, later=True),
    ),
    "judgments.new", "judgment",
)  # fmt: skip
ACCOUNTS = Register(
    "accounts", "account", "id", Permission.MANAGE_ACCOUNTS,
    (
        Field("officer", "accounts.officer_code", required=True, choices=_people,
              hint="accounts.officer_hint"),
        Field("username", "accounts.username", required=True),
    ),
    "accounts.new", "account", once="password",
)  # fmt: skip
DELEGATIONS = Register(
    "delegations", "delegation", "id", Permission.DELEGATE,
    (
        Field("from_officer", "delegations.from_code", required=True, choices=_people, fixed=True),
        Field("to_officer", "delegations.to_code", required=True, choices=_people, fixed=True),
        Field("role", "delegations.role", "choice", True, _codes(ROLE_NAMES), fixed=True),
        Field("unit", "delegations.unit", "choice", True, _units, fixed=True),
        Field("valid_from", "delegations.valid_from", "day", True),
        Field("valid_to", "delegations.valid_to", "day", True),
        Field("document_number", "delegations.document_number", required=True),
        Field("document_date", "delegations.document_date", "day", True),
        Field("revoked_on", "delegations.revoked_on", "day", hint="delegations.revoked_hint", later=True),
        Field("permissions", "delegations.permissions", "choices", False, _codes(PERMISSION_NAMES),
              hint="delegations.permissions_hint"),
    ),
    "delegations.new", "delegations", has_page=False,
)  # fmt: skip
API_KEYS = Register(
    "api-keys", "api-key", "id", Permission.MANAGE_API_KEYS,
    (
        Field("name", "keys.name", required=True),
        Field("unit", "keys.unit", "choice", True, _units, fixed=True),
        Field("role", "keys.role", "choice", True, _codes(ROLE_NAMES), fixed=True),
        Field("officer", "keys.officer", choices=_people, fixed=True, hint="keys.officer_hint"),
        Field("expires_at", "keys.expires_at", "expiry", hint="keys.expires_hint"),
        Field("networks", "keys.networks", "lines", hint="keys.networks_hint"),
        Field("permissions", "keys.permissions", "choices", False, _codes(PERMISSION_NAMES),
              hint="keys.permissions_hint"),
    ),
    "keys.new", "api-keys", has_page=False, removal="keys.revoke", once="key",
)  # fmt: skip
TARGETS = Register(
    "targets", "target", "id", Permission.MANAGE_TARGETS,
    (
        Field("unit", "targets.unit", "choice", True, _units, fixed=True),
        Field("fiscal_year", "targets.fiscal_year", "number", True, fixed=True),
        Field("measure", "targets.measure", "choice", True, _measures, fixed=True),
        Field("percent", "targets.percent", "percent", True),
        Field("document_number", "targets.document_number", required=True),
        Field("document_date", "targets.document_date", "day", True),
    ),
    "targets.new", "targets", has_page=False,
)  # fmt: skip
TAGS = Register(
    "tags", "tag", "id", Permission.MANAGE_TAGS,
    (
        Field("name", "tags.name", required=True),
        Field("unit", "tags.unit", "choice", True, _units, fixed=True),
        Field("colour", "tags.colour", "colour", True),
    ),
    "tags.new", "tags", has_page=False,
)  # fmt: skip
PARTIES = Register(
    "parties", "party", "id", Permission.EDIT_PARTIES,
    (
        Field("name", "parties.name", required=True),
        Field("id_number", "parties.id_number"),
        Field("address", "parties.address"),
        Field("phone", "parties.phone"),
        Field("account", "parties.account", hint="parties.account_hint"),
    ),
    "", "case", page_from="case", removal="", masks=True,
)  # fmt: skip
STAFF_COUNTS = Register(
    "staff-counts", "staff-count", "id", Permission.MANAGE_ORGANISATION,
    (
        Field("unit", "staff_counts.unit", "choice", True, _units, fixed=True),
        Field("fiscal_year", "staff_counts.fiscal_year", "number", True, fixed=True),
        Field("establishment", "staff_counts.establishment", "number", True),
        Field("in_post", "staff_counts.in_post", "number", True),
    ),
    "staff_counts.new", "staff-counts", has_page=False,
)  # fmt: skip
DOCUMENTS = Register(
    "documents", "document", "id", Permission.KEEP_DOCUMENTS,
    (
        Field("title", "documents.of_title", required=True),
        Field("kind", "documents.kind", "choice", True, _codes(DOCUMENT_KINDS)),
        Field("number", "documents.number"),
        Field("dated_on", "documents.dated_on", "day"),
    ),
    "", "document", removal="documents.take_out",
)  # fmt: skip


class RowForm:
    """What stands in a row, or was typed over it."""

    def __init__(self, request: HttpRequest, register: Register, row: Mapping[str, Any] | None) -> None:
        self.request, self.register, self.row = request, register, row
        self.typed = request.POST if request.method == "POST" else None
        self.masked = register.masks and row is not None and bool(row.get("masked"))
        self.fields = [one for one in register.fields if not (one.later if row is None else one.within)]

    def value(self, field: Field) -> Any:
        """What stands in the field, or was typed into it: a text, or the list of what was chosen."""
        if self.typed is not None:
            return _read(field, self.typed)
        if self.row is None:
            return self.request.GET.get(field.name, "" if field.kind not in _LISTS else [])
        stands = self.row.get(field.name)
        if stands is None or (self.masked and field.name != "name"):
            return ""
        if field.kind == "expiry":
            return timezone.localtime(dt.datetime.fromisoformat(stands) - _INSTANT).date().isoformat()
        return list(stands) if field.kind in _LISTS else str(stands)

    def body(self) -> dict[str, Any]:
        """The values as the API takes them; what was left empty is nothing."""
        found: dict[str, Any] = {}
        for field in self.fields:
            if self.row is not None and field.fixed:
                continue
            value = self.value(field)
            if not value and (field.left_out or self.masked):
                continue
            if field.kind == "expiry" and value:
                value = _end_of(value)
            elif field.kind == "number" and _DIGITS.fullmatch(value):
                value = int(value)
            place = found.setdefault(field.within, {}) if field.within else found
            empty = "" if field.required else None
            place[field.name] = empty if value == "" else value
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
                "faults": [one for key, of in wrong.items() if _of(key, field) for one in of],
                "hint": say(field.hint) if field.hint else self._mask(field),
            }
            for field in self.fields
        ]

    def unplaced(self, faults: list[Wrong]) -> list[Wrong]:
        """What is wrong with the row as a whole."""

        def placed(fault: Wrong) -> bool:
            key = fault.pointer.strip("/").replace("/", ".")
            return any(_of(key, field) for field in self.fields)

        return [fault for fault in faults if not placed(fault)]

    def _mask(self, field: Field) -> str:
        """What can be told of a value that is masked."""
        if not self.masked or self.row is None or field.name == "name" or not self.row.get(field.name):
            return ""
        return say("parties.stands_masked", value=self.row[field.name])


def _of(key: str, field: Field) -> bool:
    """Whether what is wrong at ``key`` is wrong with this field, or with one of the values of its list."""
    return key == field.key or (field.kind in _LISTS and key.startswith(f"{field.key}."))


def _read(field: Field, typed: Any) -> Any:
    if field.kind == "choices":
        return [one for one in typed.getlist(field.key) if one]
    text = typed.get(field.key, "").strip()
    if field.kind == "lines":
        return [one.strip() for one in text.splitlines() if one.strip()]
    if field.kind in ("day", "expiry"):
        return plain_day(text)
    return text.replace(",", ".").rstrip("% ") if field.kind == "percent" else text


def _end_of(day: str) -> str:
    """The moment after the last one of a day; what is no day stays as it is, and is refused by the API."""
    found = parse_day(day)
    if found is None:
        return day
    midnight = dt.datetime.combine(found + dt.timedelta(days=1), dt.time())
    return timezone.make_aware(midnight).isoformat()


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
    if register.once:
        return shown_once(request, register, answer.body)
    messages.success(request, say("registers.added"))
    return HttpResponseRedirect(register.page_of(answer.body))


def shown_once(request: HttpRequest, register: Register, row: Mapping[str, Any]) -> HttpResponse:
    """What is shown this once; the same form sent again shows that it was shown."""
    return site.show(
        request,
        "once",
        title=say(f"once.{register.once}"),
        name=name_of(row),
        secret=row.get(register.once),
        hint=say(f"once.{register.once}_hint"),
        back=register.page_of(row),
    )


def changed(request: HttpRequest, register: Register, address: str) -> HttpResponse:
    """The form of a row (GET), changing it (POST), and removing it (POST ``step=remove``)."""
    _permit(request, register)
    args = {register.key: address}
    standing = _standing(request, register, args)
    if standing is None:
        return HttpResponseRedirect(reverse(f"admin:{register.many}"))
    form = RowForm(request, register, standing.body)
    if request.method != "POST":
        return _page(request, form, None, standing)
    version = request.POST.get("version", "")
    if request.POST.get("step") == "remove" and register.removal:
        answer = ask(request, register.one, args, method="DELETE", version=version)
        if answer.good:
            messages.success(request, say("registers.removed"))
            return HttpResponseRedirect(_after_removal(register, standing.body))
    else:
        answer = ask(request, register.one, args, method="PATCH", body=form.body(), version=version)
        if stands_already(answer):
            messages.info(request, say("registers.stands_already"))
            return HttpResponseRedirect(register.page_of(standing.body))
        if answer.good:
            messages.success(request, say("registers.changed"))
            return HttpResponseRedirect(register.page_of(answer.body))
    return _page(request, form, answer, standing)


def stands_already(answer: Answer) -> bool:
    """Whether a change came too late and would change nothing: a second press, or two with one mind."""
    return answer.status == 412 and all(one.code == "VERSION_STALE" for one in answer.faults)


def _standing(request: HttpRequest, register: Register, args: Mapping[str, str]) -> Answer | None:
    """The row as it stands; None where a second press asks to remove what the first has removed. Raises
    Http404.
    """
    try:
        return ask(request, register.one, args)
    except Http404:
        if request.POST.get("step") == "remove" and register is not DOCUMENTS:
            return None
        raise


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
        name=name_of(form.row),
        removal=say(register.removal) if register.removal else "",
        masked=form.masked,
        fields=form.shown([] if overtaken else faults),
        general=[] if overtaken else form.unplaced(faults),
        overtaken=[fault for fault in faults if fault.code != "VERSION_STALE"] if overtaken else None,
        version=standing.etag if standing is not None else "",
        token=new_token(),
        back=reverse(f"admin:{register.many}") if form.row is None else register.page_of(form.row),
        status=200 if refusal is None else refusal.status,
    )


#: What a row is called by, the best first.
_NAMES = ("title", "name", "username", "document_number", "number", "code", "officer_name", "officer")


def name_of(row: Mapping[str, Any] | None) -> str:
    """What people call a row by."""
    return "" if row is None else str(next((row[one] for one in _NAMES if row.get(one)), ""))


def _after_removal(register: Register, row: Mapping[str, Any]) -> str:
    """The page on which the row was listed."""
    for name in ("case", "judgment"):
        if register is DOCUMENTS and row[name]:
            return reverse(f"admin:{name}-documents", kwargs={"id": str(row[name])})
    return reverse(f"admin:{register.many}")
