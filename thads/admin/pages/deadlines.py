"""What is to be done: the queue of whoever looks, and the deadlines behind it with the reason for each."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from cases.rules.clock_words import ACTORS
from officers.roles import ROLE_BY_CODE
from thads.admin import acting
from thads.admin.asking import asked
from thads.admin.pages.cases import officers_of
from thads.admin.pages.lists import page_of, units_of
from thads.admin.site import site
from thads.admin.words import lang, say

FILTERS = ("unit", "officer", "clock", "actor", "state", "breached", "due_on__gte", "due_on__lte", "ordering")
#: Rows of each section of the queue.
_ROWS = 15


def queue(request: HttpRequest) -> HttpResponse:
    """Late, due, next, and without an act for long: of the officer himself, or of the units of who leads."""
    principal = acting.principal_of(request)
    own = ROLE_BY_CODE[principal.role].code == "OFFICER"
    unit, officer = request.GET.get("unit"), request.GET.get("officer")
    found = asked(request, "case-queue", None, unit=unit or None, officer=officer or None, limit=_ROWS)
    known = units_of(request)
    return site.show(
        request,
        "queue",
        title=say("queue.title"),
        queue=found,
        sections=[one for one in found["sections"] if one["count"]],
        filters={"unit": unit or "", "officer": officer or ""},
        units=[] if own else known,
        officers=[] if own else officers_of(request, unit),
        unit_names={one["code"]: one["name"] for one in known},
        own=own,
        links={
            one["section"]: _all_of(one["section"], found["today"], unit, officer)
            for one in found["sections"]
        },
    )


def _all_of(section: str, today: str, unit: str | None, officer: str | None) -> str | None:
    """The query of the list of deadlines that shows all of a section; None where there is no such list."""
    of: dict[str, dict[str, str]] = {
        "breached": {"state": "BREACHED"},
        "next_step": {"state": "ENDED"},
        "due_today": {"due_on__lte": today, "state": "RUNNING"},
        "due_soon": {"due_on__gte": today, "state": "RUNNING"},
        "waiting": {"state": "RUNNING"},
    }
    if section not in of:
        return None
    whose = {name: value for name, value in (("unit", unit), ("officer", officer)) if value}
    return urlencode({**of[section], **whose})


def listed(request: HttpRequest) -> HttpResponse:
    known = units_of(request)
    page = page_of(request, "deadlines", FILTERS)
    return site.show(
        request,
        "deadlines",
        title=say("deadlines.title"),
        page=page,
        units=known,
        officers=officers_of(request, page["filters"].get("unit")),
        unit_names={one["code"]: one["name"] for one in known},
        actors=[(code, name.text(lang())) for code, name in ACTORS.items()],
        states=[(code, say(f"deadlines.{code}")) for code in ("RUNNING", "BREACHED", "ENDED")],
        is_fullwidth="1",
    )


def shown(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One deadline, and step by step why it ends on its day."""
    found = asked(request, "deadline", {"id": str(id)})
    return site.show(request, "deadline", title=found["clock_label"], deadline=found)
