"""Units, officers and assignments."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from officers.roles import ROLE_NAMES, Permission
from thads.admin.asking import asked, every
from thads.admin.pages.lists import page_of, units_of
from thads.admin.site import may, site
from thads.admin.words import lang, say


def units(request: HttpRequest) -> HttpResponse:
    page = page_of(request, "units", ("q", "unit"))
    return site.show(
        request,
        "units",
        title=say("units.title"),
        page=page,
        unit_names={one["code"]: one["name"] for one in units_of(request)},
        manages=may(request, Permission.MANAGE_ORGANISATION),
    )


def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: where it stands, its staff numbers, and who works there."""
    shown = asked(request, "unit", {"code": code})
    below = [one for one in every(request, "units", unit=shown["code"]) if one["parent"] == shown["code"]]
    people = asked(request, "officers", unit=shown["code"], own="true", page_size=200)
    return site.show(
        request,
        "unit",
        title=shown["name"],
        unit=shown,
        below=below,
        unit_names={one["code"]: one["name"] for one in units_of(request)},
        people=people,
        manages=may(request, Permission.MANAGE_ORGANISATION),
        staffs=may(request, Permission.MANAGE_STAFF),
    )


def staff_counts(request: HttpRequest) -> HttpResponse:
    """Posts given and staff in post, by unit and statistical year."""
    known = units_of(request)
    return site.show(
        request,
        "staff_counts",
        title=say("staff_counts.title"),
        page=page_of(request, "staff-counts", ("unit", "fiscal_year", "ordering")),
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        manages=may(request, Permission.MANAGE_ORGANISATION),
    )


def officers(request: HttpRequest) -> HttpResponse:
    page = page_of(request, "officers", ("q", "unit", "role", "ordering"))
    known = units_of(request)
    return site.show(
        request,
        "officers",
        title=say("officers.title"),
        page=page,
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        roles=role_choices(),
        manages=may(request, Permission.MANAGE_STAFF),
    )


def officer(request: HttpRequest, code: str) -> HttpResponse:
    """One officer: rank, assignments, and the way to the cases."""
    shown = asked(request, "officer", {"code": code})
    names = {one["code"]: one["name"] for one in units_of(request)}
    title = shown["name"] or shown["code"]
    manages = may(request, Permission.MANAGE_STAFF)
    return site.show(request, "officer", title=title, officer=shown, unit_names=names, manages=manages)


def assignments(request: HttpRequest) -> HttpResponse:
    page = page_of(request, "assignments", ("q", "unit", "role", "ordering"))
    known = units_of(request)
    return site.show(
        request,
        "assignments",
        title=say("assignments.title"),
        page=page,
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        roles=role_choices(),
        manages=may(request, Permission.MANAGE_STAFF),
    )


def role_choices() -> list[tuple[str, str]]:
    """The roles to choose from, the highest first."""
    return [(code, name.text(lang())) for code, name in ROLE_NAMES.items()]
