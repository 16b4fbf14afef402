"""The public list of debtors without conditions: who is on it, and what is to be done about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cases.api.publications import STATES
from thads.admin.asking import asked
from thads.admin.pages.lists import page_of, units_of
from thads.admin.site import site
from thads.admin.words import lang, say

FILTERS = ("unit", "state")
#: Rows of what is due.
_ROWS = 50


def listed(request: HttpRequest) -> HttpResponse:
    """What is due or late stands first, by its day; then everybody who is or was published."""
    known = units_of(request)
    page = page_of(request, "publications", FILTERS)
    due = asked(request, "publications-due", None, unit=page["filters"].get("unit") or None, page_size=_ROWS)
    return site.show(
        request,
        "publications",
        title=say("publications.title"),
        page=page,
        due=due["results"],
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        states=[(code, name.text(lang())) for code, name in STATES.items()],
        public=request.build_absolute_uri(reverse("public-debtors")),
        is_fullwidth="1",
    )
