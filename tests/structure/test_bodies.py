"""Every body that a serializer reads: a value of another JSON type is refused by name, and whatever may be
wrong with a field is said in Vietnamese.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from rest_framework import serializers

from tests.structure.test_scope_gate import ENDPOINTS
from thads.common.api.writing import read_body
from thads.common.errors import BadRequest

#: By what is said of it, a value that the field does not take.
WRONG = {"FIELD_NOT_TEXT": 0, "FIELD_NOT_WHOLE_NUMBER": "2024", "FIELD_NOT_BOOLEAN": 0}
#: Anything is JSON, and a file comes in a form.
OPEN = (serializers.JSONField, serializers.FileField, serializers.DictField)


def bodies() -> dict[str, type[serializers.Serializer[Any]]]:
    found = (
        operation.request
        for endpoint in ENDPOINTS
        for operation in getattr(endpoint.view, "operations", {}).values()
    )
    return {
        one.__name__: one for one in found if inspect.isclass(one) and issubclass(one, serializers.Serializer)
    }


def leaves(field: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Fields that hold a value, with the way to them; "0" is the first place of a list."""
    if isinstance(field, (serializers.ListSerializer, serializers.ListField)):
        yield from leaves(field.child, (*at, "0"))
    elif isinstance(field, serializers.Serializer):
        for name, inner in field.fields.items():
            if not inner.read_only:
                yield from leaves(inner, (*at, name))
    else:
        yield at, field


def holding(value: Any, at: tuple[str, ...]) -> Any:
    for step in reversed(at):
        value = [value] if step == "0" else {step: value}
    return value


BODIES = bodies()
LEAVES = [(name, at, field) for name, body in BODIES.items() for at, field in leaves(body())]


def test_bodies_are_found() -> None:
    assert len(BODIES) > 15 and len(LEAVES) > 80


@pytest.mark.parametrize(
    ("name", "at", "field"), LEAVES, ids=[f"{name}-{'/'.join(at)}" for name, at, _ in LEAVES]
)
def test_a_value_of_another_json_type_is_refused(name: str, at: tuple[str, ...], field: Any) -> None:
    if isinstance(field, OPEN):
        return
    told = set()
    for code, value in WRONG.items():
        try:
            read_body(BODIES[name], holding(value, at))
        except BadRequest as refused:
            told |= {(code, fault.pointer) for fault in refused.faults if fault.code == code}
        except serializers.ValidationError:
            continue
    assert {pointer for _, pointer in told} == {"/" + "/".join(at)}
    assert len(told) == 1


def test_what_is_wrong_is_said_in_vietnamese() -> None:
    english = {}
    for name, at, field in LEAVES:
        for code, words in field.error_messages.items():
            with translation.override("vi"):
                vi = str(words)
            with translation.override("en"):
                en = str(words)
            if vi == en:
                english[en] = (name, at, code)
    assert not english
