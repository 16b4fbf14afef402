"""Requests are answered by the rules in force."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cases.actions import overrides


class RulesMiddleware:
    """Looks now and then for rules approved meanwhile. Whether the process lives is asked without them: that
    question must not wait for the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/health/"):
            overrides.refresh()
        return self.get_response(request)
