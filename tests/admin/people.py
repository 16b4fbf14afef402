"""People who sign in to the admin site in tests."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from officers.models import Assignment, Officer, Unit, User

PASSWORD = "mật khẩu đủ dài 2026"


def account(unit: str, role: str, officer: str | None = None, name: str = "") -> User:
    """An account of somebody who works in this unit in this role; ``officer`` is who it is, when he exists."""
    code = officer or f"{unit}.{role}"
    who, _ = Officer.objects.get_or_create(code=code, defaults={"name": name or f"Người {role}"})
    Assignment.objects.get_or_create(officer=who, unit=Unit.objects.get(code=unit), role=role)
    return User.objects.create_user(username=f"{code}.{role}".lower(), password=PASSWORD, officer=who)


def signed_in(unit: str, role: str, officer: str | None = None) -> Client:
    """A browser in which somebody of this unit and role has signed in."""
    client = Client()
    client.force_login(account(unit, role, officer), backend="django.contrib.auth.backends.ModelBackend")
    return client


def fields(page: Any, form: int = 0) -> dict[str, str]:
    """The hidden fields of a form of a page, as a browser would send them."""
    text = page.content.decode()
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, re.S)
    forms = [one for one in forms if 'name="next"' not in one and "logout" not in one]
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", forms[form]):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1].replace("&quot;", '"').replace("&amp;", "&") if value else ""
    return found
