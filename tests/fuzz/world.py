"""What the fuzzing runs against: a small register, three callers, and addresses of rows that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import schemathesis
from django.db import transaction
from django.utils import timezone

from cases.models import Act, Case
from officers.models import Assignment, Officer, Unit
from officers.roles import permits
from tests.registers import bring_in, made_story
from tests.structure.test_scope_gate import ENDPOINTS, PLANTERS
from thads.common.api.base import METHODS
from thads.integration.actions.api_keys import create_key
from thads.journal import sequencer

#: Callers, by role: unit, and officer in person.
CALLERS = {"HEAD": ("DN", None), "OFFICER": ("DN.HC", "DN.HC.01"), "AUDITOR": ("DN", None)}
#: Query parameters that take a name of the register, and one that is there.
KNOWN_QUERY = {"unit": "DN.HC", "officer": "DN.HC.01", "column": "done", "group_by": "unit"}


def path_of(route: str) -> str:
    """The route of an address as the document writes it."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


#: Every operation of the API, as “GET /api/v1/units/”.
OPERATIONS = [
    f"{method} {path_of(one.route)}"
    for one in ENDPOINTS
    if one.scoped
    for method in METHODS
    if hasattr(one.view, method.lower())
]


def allowed(role: str) -> frozenset[str]:
    """The operations that somebody in this role may ask for."""
    asked = ((one, method) for one in ENDPOINTS if one.scoped for method in METHODS)
    return frozenset(
        f"{method} {path_of(one.route)}"
        for one, method in asked
        if one.view.answers(method) and permits(role, one.view.needed(method))
    )


@dataclass(frozen=True)
class World:
    """``paths`` are the path parameters of rows that are there, by path of the document."""

    headers: Mapping[str, Mapping[str, str]]
    paths: Mapping[str, Mapping[str, str]]


def make_world() -> World:
    """A unit with everything that planters bring, an officer with a case of his own, and keys."""
    unit = Unit.objects.get(code="DN.HC")
    officer = Officer.objects.create(code="DN.HC.01", name="Nguyễn Minh Tuấn", rank="ENFORCER_1")
    Assignment.objects.create(officer=officer, unit=unit, role="OFFICER")
    arguments: dict[str, dict[str, Any]] = {}
    for planter in PLANTERS:
        arguments |= planter(unit).paths
    story = made_story(acts=[{"type": "VERIFICATION", "effective_on": "2023-12-01"}])
    (key,) = bring_in([story])
    sequencer.sequence_all()
    own = str(Case.objects.get(pk=key).public_id)
    act = str(Act.objects.get(case_id=key, type="VERIFICATION").public_id)
    for name, known in arguments.items():
        if name == "case" or name.startswith("case-"):
            known |= {"id": own} | ({"act": act} if "act" in known else {})
    paths = {path_of(one.route): arguments[one.name] for one in ENDPOINTS if one.name in arguments}
    paths["/api/v1/statistics/forms/{number}/"] = {"number": "1"}
    return World({role: _signed_in(role) for role in CALLERS}, paths)


def _signed_in(role: str) -> dict[str, str]:
    unit, officer = CALLERS[role]
    _key, token = create_key(name="fuzz", unit=unit, role=role, officer=officer, at=timezone.now())
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def at_home(case: schemathesis.Case, world: World) -> bool:
    """Whether the case could be turned to rows that are there."""
    known = world.paths.get(case.operation.path)
    if known is not None:
        case.path_parameters = dict(known)
    named = [name for name in KNOWN_QUERY if name in (case.query or {})]
    for name in named:
        case.query[name] = KNOWN_QUERY[name]
    return known is not None or bool(named)
