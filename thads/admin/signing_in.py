"""Who may sign in: whoever has a role today."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from unfold.forms import AuthenticationForm

from officers.roles import ROLE_BY_CODE
from thads.admin.words import say
from thads.common.messages import text


class SignInForm(AuthenticationForm):
    """Name and password. A wrong one of either is told in one sentence; an account without a role today is
    told so, because its owner has to ask for an assignment.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = say("signing_in.username")
        self.fields["password"].label = say("signing_in.password")
        self.error_messages = {
            **self.error_messages,
            "invalid_login": say("signing_in.wrong"),
            "inactive": say("signing_in.wrong"),
        }

    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_active:
            raise ValidationError(say("signing_in.wrong"), code="inactive")
        if user.password_once:
            raise ValidationError(text("PASSWORD_ONCE", {}, get_language() or "vi"), code="password_once")
        if user.principal.role not in ROLE_BY_CODE:
            raise ValidationError(say("signing_in.no_role"), code="no_role")
