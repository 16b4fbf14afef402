"""Tags: the words of units, and those on a case. Targets: what units are to reach."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from officers.roles import Permission
from thads.admin.asking import Unanswered, ask
from thads.admin.pages.lists import page_of, units_of
from thads.admin.site import may, site
from thads.admin.words import say


def listed(request: HttpRequest) -> HttpResponse:
    known = units_of(request)
    return site.show(
        request,
        "tags",
        title=say("tags.title"),
        page=page_of(request, "tags", ("unit", "ordering")),
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        manages=may(request, Permission.MANAGE_TAGS),
    )


def of_case(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Puts a tag on a case (POST ``tag``) or takes it off (``step=take``); either may come twice."""
    if request.method != "POST" or not may(request, Permission.TAG_CASES):
        raise PermissionDenied(say("site.forbidden_hint"))
    tag = request.POST.get("tag", "")
    if tag:
        taken = request.POST.get("step") == "take"
        args = {"id": str(id), "tag": tag}
        answer = ask(request, "case-tag", args, method="DELETE" if taken else "PUT")
        if not answer.good:
            raise Unanswered(answer)
        messages.success(request, say("tags.taken" if taken else "tags.put"))
    return HttpResponseRedirect(reverse("admin:case", kwargs={"id": str(id)}))


def targets(request: HttpRequest) -> HttpResponse:
    known = units_of(request)
    return site.show(
        request,
        "targets",
        title=say("targets.title"),
        page=page_of(request, "targets", ("unit", "fiscal_year", "measure", "ordering")),
        units=known,
        unit_names={one["code"]: one["name"] for one in known},
        manages=may(request, Permission.MANAGE_TARGETS),
    )
