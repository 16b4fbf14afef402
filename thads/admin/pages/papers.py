"""Documents: of a case, of a judgment; brought in, fetched, described anew, taken out."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from cases.rules.document_kinds import DOCUMENT_KINDS
from cases.rules.media import SHOWABLE
from officers.roles import Permission
from thads.admin.asking import Answer, Wrong, ask, asked, fetched, new_token
from thads.admin.codes import name_recorders
from thads.admin.formats import plain_day
from thads.admin.pages.lists import page_of
from thads.admin.site import may, site
from thads.admin.words import lang, say

#: What a file is described by.
_TOLD = ("title", "kind", "number", "dated_on")
#: A form with its file stays in memory up to so many bytes.
_IN_MEMORY = 2**20


def of_case(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    case = asked(request, "case", {"id": str(id)})
    return _documents(request, "case", str(id), case["decision_number"])


def of_judgment(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    judgment = asked(request, "judgment", {"id": str(id)})
    return _documents(request, "judgment", str(id), judgment["number"])


def _documents(request: HttpRequest, kind: str, id: str, name: str) -> HttpResponse:
    """The documents of one thing, and the form that brings one in (POST)."""
    keeps = may(request, Permission.KEEP_DOCUMENTS)
    faults: list[Wrong] = []
    status = 200
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied(say("site.forbidden_hint"))
        answer = _bring_in(request, kind, id)
        if answer is not None and answer.good:
            messages.success(request, say("documents.added"))
            return HttpResponseRedirect(reverse(f"admin:{kind}-documents", kwargs={"id": id}))
        faults = answer.faults if answer is not None else [Wrong("/file", "FILE", say("imports.no_file"))]
        status = answer.status if answer is not None else 422
    page = page_of(request, "documents", ("kind",), None, **{kind: id})
    name_recorders(page["rows"])
    return site.show(
        request,
        "documents",
        title=say("documents.title"),
        page=page,
        of=kind,
        of_id=id,
        of_name=name,
        kinds=[(code, label.text(lang())) for code, label in DOCUMENT_KINDS.items()],
        typed={one: request.POST.get(one, "") for one in _TOLD},
        keeps=keeps,
        faults=faults,
        megabytes=settings.DOCUMENT_MAX_BYTES // 2**20,
        token=new_token(),
        status=status,
    )


def _bring_in(request: HttpRequest, kind: str, id: str) -> Answer | None:
    """The answer to the file of the form; None when the form has none."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        return None
    told = {one: request.POST.get(one, "").strip() for one in _TOLD}
    told["dated_on"] = plain_day(told["dated_on"])
    sent = {kind: id, **{name: value for name, value in told.items() if value}}
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
        boundary = uuid.uuid4().hex
        for part in _multipart(boundary, sent.items(), file):
            body.write(part)
        length = body.tell()
        media_type = f"multipart/form-data; boundary={boundary}"
        stream: tuple[IO[bytes], int, str] = (body, length, media_type)
        return ask(
            request,
            "documents",
            method="POST",
            stream=stream,
            token=request.POST.get("token") or new_token(),
        )


def _multipart(boundary: str, fields: Iterable[tuple[str, str]], file: UploadedFile) -> Iterator[bytes]:
    """The form as a browser sends it, the file last."""
    for name, value in fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield f"{head}{value}\r\n".encode()
    file_name = _quoted(file.name or "")
    yield (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        f"Content-Type: {file.content_type or 'application/octet-stream'}\r\n\r\n"
    ).encode()
    yield from file.chunks()
    yield f"\r\n--{boundary}--\r\n".encode()


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', "%22").replace("\r", " ").replace("\n", " ")


def shown(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One document: what it is, and where its file is fetched."""
    row: dict[str, Any] = asked(request, "document", {"id": str(id)})
    name_recorders([row])
    return site.show(
        request,
        "document",
        title=row["title"],
        document=row,
        owner=_owner(request, row),
        can_look=row["media_type"] in SHOWABLE,
        keeps=may(request, Permission.KEEP_DOCUMENTS),
    )


def _owner(request: HttpRequest, row: dict[str, Any]) -> dict[str, str]:
    """The case or the judgment of a document: its name and its page of documents."""
    kind = "case" if row["case"] else "judgment"
    found = asked(request, kind, {"id": str(row[kind])})
    return {
        "name": found["decision_number"] if kind == "case" else found["number"],
        "page": reverse(f"admin:{kind}-documents", kwargs={"id": str(row[kind])}),
    }


def content(request: HttpRequest, id: uuid.UUID) -> HttpResponseBase:
    """The file itself, through the gate of the API."""
    query = {"inline": "true"} if request.GET.get("inline") == "true" else {}
    return fetched(request, "document-content", {"id": str(id)}, **query)
