"""What a page says when it cannot be shown: in the words of the API, in the frame of the site."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.response import TemplateResponse

from thads.admin.asking import Answer


def refused(request: HttpRequest, context: dict[str, object], answer: Answer) -> TemplateResponse:
    """The page for a question the API would not answer (400, 409, 422 …)."""
    shown = {**context, "faults": answer.faults, "status": answer.status}
    return TemplateResponse(request, "thads_admin/refused.html", shown, status=answer.status)


def stopped(request: HttpRequest, context: dict[str, object], status: int, detail: str) -> TemplateResponse:
    """The page for what is not there, or not for this person (404, 403)."""
    shown = {**context, "status": status, "detail": detail}
    return TemplateResponse(request, "thads_admin/stopped.html", shown, status=status)
