"""Imports: sending a file of stories, watching it come in, and what was wrong in it."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from officers.roles import Permission
from thads.admin.asking import Wrong, ask, asked, new_token
from thads.admin.pages.lists import page_of
from thads.admin.site import may, site
from thads.admin.words import say
from thads.integration.api.parsers import NDJSON

#: Seconds between two looks at a job that runs.
LOOK_EVERY = 2


def listed(request: HttpRequest) -> HttpResponse:
    """The imports so far, and the form that begins one."""
    if not may(request, Permission.IMPORT_STORIES):
        raise PermissionDenied(say("imports.not_this_role"))
    faults: list[Wrong] = []
    status = 200
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or not file.size:
            faults, status = [Wrong("/file", "FILE", say("imports.no_file"))], 422
        else:
            asked_for = {"mode": request.POST.get("mode"), "dry_run": request.POST.get("dry_run") or "false"}
            answer = ask(
                request,
                "imports",
                method="POST",
                query=asked_for,
                stream=(file, file.size, NDJSON),
                token=request.POST.get("token") or new_token(),
            )
            if answer.good:
                return HttpResponseRedirect(reverse("admin:import", kwargs={"id": answer.body["id"]}))
            faults, status = answer.faults, answer.status
    return site.show(
        request,
        "imports",
        title=say("imports.title"),
        page=page_of(request, "imports", ()),
        faults=faults,
        token=new_token(),
        status=status,
    )


def shown(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One import: how far it is, what came of it, and what was found."""
    job = asked(request, "import", {"id": str(id)})
    page = page_of(request, "import-errors", ("severity",), {"id": str(id)})
    running = job["state"] in ("QUEUED", "RUNNING")
    done, total = job["progress"]["done"], job["progress"]["total"]
    return site.show(
        request,
        "import",
        title=say("imports.one"),
        job=job,
        page=page,
        running=running,
        look_every=LOOK_EVERY,
        part=round(100 * done / total) if total else 0,
    )
