"""Signing in: too many wrong passwords lock an account for the address they come from, and a password that
somebody else gave is replaced by one's own.
"""

from __future__ import annotations

from typing import Any

from axes.backends import AxesBackend
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from officers.actions.accounts import choose_password
from thads.common.api.language import language_of
from thads.common.messages import text


class LockingBackend(AxesBackend):  # type: ignore[misc]
    """Django's own way of checking a password, unless account and address are locked."""

    def authenticate(self, request: HttpRequest | None = None, **credentials: Any) -> Any:
        # Without a request there is no address, and nobody who guesses: a command of our own.
        if request is not None:
            super().authenticate(request, **credentials)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page of who is locked out, the same whether there is such an account or not."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    words = text("SIGN_IN_LOCKED", {"minutes": seconds // 60}, language_of(request))
    answer = render(request, "sign_in_locked.html", {"words": words}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


class PasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """Name, the password that stands, and the new one twice."""

    username = forms.CharField(max_length=150, strip=False)
    password = forms.CharField(max_length=4096, strip=False, widget=forms.PasswordInput)
    field_order = ("username", "password", "new_password1", "new_password2")

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        user = authenticate(self.request, username=given.get("username"), password=given.get("password"))
        if user is None:
            raise ValidationError(text("SIGN_IN_WRONG", {}, language_of(self.request)))
        # Which new password will do depends on whose it is.
        self.user = user
        return dict(super().clean() or {})


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChoosePassword(FormView):  # type: ignore[type-arg]
    """Another password, by who knows the one that stands."""

    template_name = "password.html"
    form_class = PasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        choose_password(user=form.user, password=form.cleaned_data["new_password1"])
        return redirect(settings.LOGIN_URL)
