"""The site: who may come in, in which language, and which pages there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, re_path
from django.utils import translation
from django.views.i18n import set_language
from unfold.sites import UnfoldAdminSite

from officers import roles
from officers.roles import ROLE_BY_CODE
from thads.admin import acting, errors
from thads.admin.asking import Unanswered
from thads.admin.signing_in import SignInForm
from thads.admin.words import say

View = Callable[..., HttpResponseBase]


def language_chosen(request: HttpRequest) -> str:
    """The language switched to, else Vietnamese, whatever the browser was bought with."""
    asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def may(request: HttpRequest, permission: str) -> bool:
    """Whether whoever asks has this button."""
    user: Any = request.user
    return bool(user.is_authenticated and roles.may(acting.principal_of(request), permission))


class DeskSite(UnfoldAdminSite):
    """The admin site. Whoever has a role today may come in; what is seen there follows the role."""

    login_form = SignInForm
    final_catch_all_view = False
    enable_nav_sidebar = True

    @property
    def site_header(self) -> str:  # type: ignore[override]
        return say("site.name")

    site_title = site_header  # type: ignore[assignment]

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_authenticated and user.principal.role in ROLE_BY_CODE)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """No model has a page of its own making."""
        return []

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        _speak(request)
        return super().login(request, {"title": say("site.sign_in"), **(extra_context or {})})

    def page(self, view: View) -> View:
        """A page of the site: for whoever may come in, in the language chosen, each question to the API in a
        transaction of its own.
        """

        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _speak(request)
            try:
                return view(request, *args, **kwargs)
            except Unanswered as refusal:
                return errors.refused(request, self._frame(request), refusal.answer)
            except Http404 as missing:
                return errors.stopped(request, self._frame(request), 404, str(missing))
            except PermissionDenied as denied:
                return errors.stopped(request, self._frame(request), 403, str(denied))

        guarded: View = transaction.non_atomic_requests(self.admin_view(shown))
        return guarded

    def _frame(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.each_context(request), "title": say("site.not_shown")}

    def show(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        """A page in the frame of the site."""
        request.current_app = self.name  # type: ignore[attr-defined]
        status = context.pop("status", 200)
        return TemplateResponse(
            request, f"thads_admin/{template}.html", {**self.each_context(request), **context}, status=status
        )

    def get_urls(self) -> list[Any]:
        from thads.admin.addresses import PAGES

        pages = [path(route, self.page(view), name=name) for route, view, name in PAGES]
        missing = re_path(r"^(?P<rest>.*)$", self.page(_nowhere), name="nowhere")
        own = {"login", "logout"}
        kept = [one for one in super().get_urls() if getattr(one, "name", None) in own]
        switch = path("language/", transaction.non_atomic_requests(set_language), name="language")
        return [*pages, switch, *(_spoken(one) for one in kept), missing]


def _nowhere(request: HttpRequest, rest: str) -> HttpResponseBase:
    raise Http404(say("site.no_such_page"))


def _speak(request: HttpRequest) -> None:
    translation.activate(language_chosen(request))
    request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]


def _spoken(pattern: Any) -> Any:
    """Django's own page in the language chosen."""
    inner = pattern.callback

    @wraps(inner)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _speak(request)
        answer: HttpResponseBase = inner(request, *args, **kwargs)
        return answer

    pattern.callback = view
    return pattern


site = DeskSite(name="admin")
