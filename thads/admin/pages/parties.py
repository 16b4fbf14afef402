"""A look behind the masks of a party: for a reason, shown once, and kept in the log; and the log itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from cases.actions.parties import MASKED
from officers.roles import Permission
from thads.admin.asking import Answer, ask, asked, new_token
from thads.admin.codes import name_recorders
from thads.admin.pages.lists import page_of, units_of
from thads.admin.site import may, site
from thads.admin.words import say


def revealed(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The form that asks for the reason (GET), and what it shows once (POST)."""
    if not may(request, Permission.REVEAL_IDENTIFIERS):
        raise PermissionDenied(say("site.forbidden_hint"))
    party = asked(request, "party", {"id": str(id)})
    answer: Answer | None = None
    chosen: list[str] = [one for one in MASKED if party.get(one)]
    if request.method == "POST":
        wanted: list[str] = [one for one in MASKED if one in request.POST.getlist("fields")]
        body: dict[str, Any] = {"reason": request.POST.get("reason", "").strip()}
        if wanted:
            body["fields"] = chosen = wanted
        token = request.POST.get("token") or new_token()
        answer = ask(request, "party-reveal", {"id": str(id)}, method="POST", body=body, token=token)
    good = answer is not None and answer.good
    return site.show(
        request,
        "reveal",
        title=say("reveal.title"),
        party=party,
        case=asked(request, "case", {"id": party["case"]}),
        fields=[(one, say(f"parties.{one}"), one in chosen) for one in MASKED if party.get(one)],
        reason=request.POST.get("reason", ""),
        faults=answer.faults if answer is not None and not good else [],
        look=answer.body if answer is not None and good else None,
        values=_values(answer.body) if answer is not None and good else [],
        token=new_token(),
        status=200 if answer is None or good else answer.status,
    )


def _values(look: dict[str, Any]) -> list[tuple[str, str]] | None:
    """What was masked, with its words; None when it was shown before."""
    if look["values"] is None:
        return None
    return [(say(f"parties.{name}"), value or "–") for name, value in look["values"].items()]


def reveals(request: HttpRequest) -> HttpResponse:
    """Who looked behind the masks, when and why."""
    page = page_of(request, "reveals", ("case", "party", "role", "revealed_at__gte", "revealed_at__lte"))
    for row in page["rows"]:
        row["recorded_by"] = row["revealed_by"]
        row["fields_named"] = [say(f"parties.{one}") for one in row["fields"]]
    name_recorders(page["rows"])
    known = units_of(request)
    return site.show(
        request,
        "reveals",
        title=say("reveals.title"),
        page=page,
        unit_names={one["code"]: one["name"] for one in known},
    )
