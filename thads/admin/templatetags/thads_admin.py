"""What the templates of the admin site say and print."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from officers.roles import ROLE_BY_CODE
from thads.admin import acting, formats, words

register = template.Library()

for _name in (
    "grouped",
    "money",
    "thousands",
    "billions",
    "percent",
    "signed",
    "day",
    "moment",
    "last_day",
    "typed_day",
):
    register.filter(_name, getattr(formats, _name))


register.filter("in_words", words.in_words)


@register.simple_tag
def say(key: str, **values: Any) -> str:
    """The words of ``key`` in the language of the page."""
    return words.say(key, **values)


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    return None if mapping is None else mapping.get(key)


@register.filter
def cases_page(address: str | None) -> str:
    """The page of the cases behind a figure, from the address the API gives for them."""
    return f"{_figure_page()}?{address.partition('?')[2]}" if address else ""


@cache
def _figure_page() -> str:
    return reverse("admin:figure")


@register.simple_tag(takes_context=True)
def with_query(context: Any, **changes: Any) -> str:
    """The query of this page with some parameters changed; None takes one away."""
    query = {key: values[-1] for key, values in context["request"].GET.lists()}
    query |= changes
    return "?" + urlencode({key: value for key, value in query.items() if value not in (None, "")})


@register.filter
def share_of(part: Any, whole: Any) -> str:
    """The part of the whole in percent for a bar, never more than 100."""
    most = float(whole or 0)
    return f"{min(100.0, 100.0 * float(part or 0) / most):.1f}" if most else "0"


@register.simple_tag
def person(name: str | None, code: str | None) -> str:
    """Somebody as people call him: the name, or the code until the name is known."""
    return name or code or formats.NOTHING


@register.simple_tag
def grouped_count(count: Mapping[str, Any]) -> str:
    """How many rows a list has, as far as they were counted."""
    key = "site.rows_capped" if count["kind"] == "capped" else "site.rows"
    return words.say(key, count=formats.grouped(count["value"]))


@register.simple_tag
def placed(faults: Mapping[str, Any], kind: str, place: int) -> Any:
    """The faults of one row of a form."""
    return faults.get(f"{kind}-{place}")


@register.simple_tag(takes_context=True)
def role_of(context: Any, user: Any) -> str:
    """What somebody is in the service today, in the capacity chosen."""
    if not user.is_authenticated:
        return ""
    role = ROLE_BY_CODE.get(acting.principal_of(context["request"]).role)
    return "" if role is None else role.name.text(words.lang())


@register.simple_tag(takes_context=True)
def behalf_of(context: Any) -> str:
    """For whom somebody works by delegation now; empty for himself."""
    request = context["request"]
    behalf = acting.principal_of(request).behalf if request.user.is_authenticated else None
    return "" if behalf is None else behalf[1]


@register.simple_tag
def capacities_of(user: Any) -> int:
    """How many capacities somebody holds today."""
    return len(user.capacities) if user.is_authenticated else 0


@register.filter
def initial_of(user: Any) -> str:
    """The first letter of the name somebody is called by, which stands last."""
    officer = getattr(user, "officer", None)
    name = (officer.name if officer is not None else "") or user.get_username()
    return str(name.split()[-1][:1].upper()) if name.split() else ""
