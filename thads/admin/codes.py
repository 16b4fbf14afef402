"""Codes by their names: in what the API says to people, and of who recorded something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from officers.models import Officer, Unit, User
from thads.admin.words import in_words, say
from thads.common.principal import Principal

#: Codes of units and officers: DN, DN.HC, DN.HC.01.
_PLACE = re.compile(r"\b[A-Z][A-Z0-9]*(?:\.[A-Z0-9]+)+\b")
_PERSON = re.compile(r"^USER:([0-9]{1,18})\b")
_BEHALF = re.compile(r"^FOR OFFICER:[0-9]+ ")


def worded(sentence: str, principal: Principal | None) -> str:
    """A sentence of the API as people read it: codes of acts, states and kinds by their names, and those of
    units and officers, as far as ``principal`` sees them, with their names.
    """
    names = _names(set(_PLACE.findall(sentence)), principal)
    told = _PLACE.sub(lambda found: names.get(found[0], found[0]), sentence)
    return in_words(told) if not names else "".join(_outside(told, names.values()))


def _outside(told: str, names: Iterable[str]) -> Iterable[str]:
    """The parts of a sentence; what has got its name already stays as it is."""
    marks = re.compile("(" + "|".join(re.escape(one) for one in names) + ")")
    return (part if place % 2 else in_words(part) for place, part in enumerate(marks.split(told)))


def _names(codes: set[str], principal: Principal | None) -> dict[str, str]:
    if not codes or principal is None:
        return {}
    scope = import_string(settings.SCOPE_RULE)(principal)
    units = Unit.objects.visible_to(scope).filter(code__in=codes).values_list("code", "name")
    people = Officer.objects.visible_to(scope).filter(code__in=codes).values_list("code", "name")
    return {code: f"{name} ({code})" for code, name in (*units, *people) if name}


def name_recorders(rows: Iterable[dict[str, Any]]) -> None:
    """Give each row beside ``recorded_by`` the words for it (``recorder``): the officer whose account it was,
    with his code, where it was one.
    """
    known = list(rows)
    people = _people({one for row in known for one in _parts(row["recorded_by"])})
    for row in known:
        row["recorder"] = "; ".join(dict.fromkeys(_called(one, people) for one in _parts(row["recorded_by"])))


def _parts(recorded_by: str) -> list[str]:
    return [one.strip() for one in recorded_by.split("; ") if one.strip()]


def _people(recorders: set[str]) -> Mapping[str, str]:
    """The officers of accounts, by the key of the account."""
    keys = {found[1] for one in recorders if (found := _PERSON.match(one))}
    if not keys:
        return {}
    rows = User.objects.filter(pk__in=map(int, keys), officer__isnull=False)
    return {
        str(key): f"{name} ({code})" if name else code
        for key, name, code in rows.values_list("pk", "officer__name", "officer__code")
    }


def _called(by: str, people: Mapping[str, str]) -> str:
    """``USER:7 le.ha`` is Lê Thu Hà (DN.HC.03); who acted for somebody else is told with him."""
    kind, _, rest = by.partition(" ")
    if kind.startswith("SYSTEM:"):
        return say("case.by_system")
    if not rest or ":" not in kind:
        return by
    name, arrow, whom = _BEHALF.sub("", rest).partition(" ← ")
    person = _PERSON.match(by)
    own = people.get(person[1], name) if person else name
    return say("acting.for_whom", person=own, whom=whom) if arrow else own
