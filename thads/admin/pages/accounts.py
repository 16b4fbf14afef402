"""Who may come in, and as whom: accounts, delegations, keys of other systems, the capacity chosen."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from officers.roles import Permission
from thads.admin import acting
from thads.admin.asking import Answer, ask, asked, new_token
from thads.admin.pages.lists import officers_by_code, page_of, units_of
from thads.admin.pages.organisation import role_choices
from thads.admin.pages.registers import ACCOUNTS, shown_once, stands_already
from thads.admin.site import may, site
from thads.admin.words import say
from thads.common.errors import Forbidden


def accounts(request: HttpRequest) -> HttpResponse:
    units = units_of(request)
    return site.show(
        request,
        "accounts",
        title=say("accounts.title"),
        page=page_of(request, "accounts", ("q", "unit", "username", "is_active")),
        units=units,
    )


def account(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One account: whose it is, and what can be done to it (POST ``step``)."""
    args = {"id": str(id)}
    standing = ask(request, "account", args)
    refusal: Answer | None = None
    if request.method == "POST":
        refusal = _done(request, args, request.POST.get("step", ""))
        if refusal.good and "password" in refusal.body:
            return shown_once(request, ACCOUNTS, refusal.body)
        if refusal.good or stands_already(refusal):
            messages.success(request, say("registers.changed"))
            gone = request.POST.get("step") == "remove"
            where = reverse("admin:accounts") if gone else reverse("admin:account", kwargs=args)
            return HttpResponseRedirect(where)
    officer = standing.body["officer"]
    found = asked(request, "officer", {"code": officer}) if officer else None
    return site.show(
        request,
        "account",
        title=standing.body["username"],
        account=standing.body,
        officer=found,
        unit_names={one["code"]: one["name"] for one in units_of(request)},
        version=standing.etag,
        token=new_token(),
        faults=refusal.faults if refusal is not None else [],
        status=200 if refusal is None else refusal.status,
    )


def _done(request: HttpRequest, args: dict[str, str], step: str) -> Answer:
    """What was asked to be done to an account, on the version looked at. Raises PermissionDenied for a step
    there is not.
    """
    version, token = request.POST.get("version", ""), request.POST.get("token") or new_token()
    if step in ("open", "close"):
        body = {"is_active": step == "open"}
        return ask(request, "account", args, method="PATCH", body=body, version=version)
    if step == "remove":
        return ask(request, "account", args, method="DELETE", version=version)
    if step in ("password", "unlock"):
        return ask(request, f"account-{step}", args, method="POST", body={}, token=token)
    raise PermissionDenied(say("site.forbidden_hint"))


def delegations(request: HttpRequest) -> HttpResponse:
    known = units_of(request)
    page = page_of(request, "delegations", ("unit", "role", "valid_on"))
    people = officers_by_code(request, _codes_of(page["rows"]))
    return site.show(
        request,
        "delegations",
        title=say("delegations.title"),
        page=page,
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        names={one["code"]: one["name"] for one in people},
        roles=role_choices(),
        manages=may(request, Permission.DELEGATE),
    )


def _codes_of(rows: list[dict[str, Any]]) -> set[str]:
    return {row[name] for row in rows for name in ("from_officer", "to_officer")}


def keys(request: HttpRequest) -> HttpResponse:
    known = units_of(request)
    return site.show(
        request,
        "keys",
        title=say("keys.title"),
        page=page_of(request, "api-keys", ("unit", "role")),
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        roles=role_choices(),
    )


def capacities(request: HttpRequest) -> HttpResponse:
    """As what somebody may work today; choosing one (POST) holds until signing out."""
    if request.method == "POST":
        try:
            acting.choose(request, request.POST.get("capacity", ""))
        except Forbidden:
            raise PermissionDenied(say("acting.not_held")) from None
        return HttpResponseRedirect(reverse("admin:index"))
    # Asked as oneself: what was delegated may be less than this page needs.
    own = acting.own(request)
    me = ask(request, "me", capacity=own).body
    givers = {one["on_behalf_of"] for one in me["capacities"] if one["on_behalf_of"]}
    wanted = {"code__in": ",".join(sorted(givers)), "page_size": 200}
    people = ask(request, "officers", query=wanted, capacity=own).body["results"] if givers else []
    units = ask(request, "units", query={"page_size": 200}, capacity=own).body["results"]
    return site.show(
        request,
        "acting",
        title=say("acting.title"),
        me=me,
        now=acting.current(request),
        names={one["code"]: one["name"] for one in people},
        unit_names={one["code"]: one["name"] for one in units},
    )
