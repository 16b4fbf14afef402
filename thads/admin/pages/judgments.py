"""Judgments: the list, and one with the cases that rest on it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse

from cases.rules.tables import tables
from officers.roles import Permission
from thads.admin.asking import asked
from thads.admin.codes import name_recorders
from thads.admin.pages.cases import unit_names
from thads.admin.pages.lists import page_of
from thads.admin.site import may, site
from thads.admin.words import lang, say

FILTERS = ("q", "unit", "number", "instrument_type", "issued_on__gte", "issued_on__lte")


def listed(request: HttpRequest) -> HttpResponse:
    return site.show(
        request,
        "judgments",
        title=say("judgments.title"),
        page=page_of(request, "judgments", FILTERS),
        instruments=[(code, row.name(lang())) for code, row in tables().instruments.items()],
        may_keep=may(request, Permission.KEEP_JUDGMENTS),
    )


def shown(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One judgment: what it says, whom and what it proposes, its cases and its corrections."""
    judgment = asked(request, "judgment", {"id": str(id)})
    name_recorders(judgment["corrections"])
    return site.show(
        request,
        "judgment",
        title=judgment["number"],
        judgment=judgment,
        names={one["ref"]: one["name"] for one in judgment["parties"]},
        cases=[asked(request, "case", {"id": case}) for case in judgment["cases"][:20]],
        unit_names=unit_names(request),
        may_keep=may(request, Permission.KEEP_JUDGMENTS),
    )
