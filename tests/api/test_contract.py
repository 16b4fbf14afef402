"""The published OpenAPI document is kept: what would break a client is found and named, additions are told."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from drf_spectacular.drainage import GENERATOR_STATS

from thads.common.api import contract
from thads.common.api.schema import document, methods_by_path
from thads.runtime.management.commands.api_schema import PUBLISHED

Document = dict[str, Any]


@pytest.fixture(scope="module")
def present() -> Document:
    return document()


def test_the_published_document_is_the_one_of_the_code(present: Document) -> None:
    out = io.StringIO()
    call_command("api_schema", check=True, stdout=out)
    assert PUBLISHED.name in out.getvalue()


def test_everything_is_documented(present: Document) -> None:
    assert contract.gaps(present, methods_by_path()) == []


def test_the_generator_has_nothing_to_complain_of() -> None:
    GENERATOR_STATS.reset()
    document()
    assert not GENERATOR_STATS._warn_cache and not GENERATOR_STATS._error_cache, (
        GENERATOR_STATS.emit_summary()
    )


def test_a_document_is_its_own_equal(present: Document) -> None:
    assert contract.differences(present, copy.deepcopy(present)) == []


# --- What breaks --------------------------------------------------------------------------------------------

UNIT = "/api/v1/units/{code}/"


def schemas(document: Document) -> Document:
    found: Document = document["components"]["schemas"]
    return found


def operation(document: Document, path: str = UNIT, method: str = "get") -> Document:
    found: Document = document["paths"][path][method]
    return found


def parameter(document: Document, name: str) -> Document:
    listed = operation(document, "/api/v1/units/")["parameters"]
    return next(one for one in listed if one["name"] == name)


def body(document: Document) -> Document:
    return schemas(document)["UnitBodyRequest"]


def drop(values: Any, key: str) -> None:
    values.remove(key) if isinstance(values, list) else values.pop(key)


BREAKING: dict[str, tuple[Callable[[Document], object], str, str]] = {
    "a path": (lambda d: d["paths"].pop(UNIT), f"GET {UNIT}", "vanished"),
    "a method": (lambda d: d["paths"][UNIT].pop("delete"), f"DELETE {UNIT}", "vanished"),
    "an operation id": (lambda d: operation(d).update(operationId="read_unit"), f"GET {UNIT}", "read_unit"),
    "a parameter": (
        lambda d: operation(d, "/api/v1/units/")["parameters"].remove(parameter(d, "level")),
        "GET /api/v1/units/ ?level",
        "vanished",
    ),
    "a parameter that is required now": (
        lambda d: parameter(d, "level").update(required=True),
        "GET /api/v1/units/ ?level",
        "newly required",
    ),
    "a new parameter that is required": (
        lambda d: operation(d)["parameters"].append(
            {"in": "query", "name": "why", "required": True, "schema": {"type": "string"}}
        ),
        f"GET {UNIT} query why",
        "a new parameter is required",
    ),
    "fewer values of a parameter": (
        lambda d: drop(parameter(d, "level")["schema"]["enum"], "DISTRICT_BRANCH"),
        "GET /api/v1/units/ ?level",
        "no longer takes DISTRICT_BRANCH",
    ),
    "another type of a parameter": (
        lambda d: parameter(d, "page_size")["schema"].update(type="string"),
        "GET /api/v1/units/ ?page_size",
        "integer has become string",
    ),
    "a narrower bound": (
        lambda d: parameter(d, "page_size")["schema"].update(maximum=100),
        "GET /api/v1/units/ ?page_size",
        "maximum 200 has become 100",
    ),
    "an answer": (lambda d: operation(d)["responses"].pop("304"), f"GET {UNIT} answer 304", "vanished"),
    "an answer's media type": (
        lambda d: operation(d)["responses"]["200"].update(content={}),
        f"GET {UNIT} answer 200",
        "application/json has vanished",
    ),
    "a header of an answer": (
        lambda d: operation(d)["responses"]["200"]["headers"].pop("ETag"),
        f"GET {UNIT} answer 200",
        "the header ETag has vanished",
    ),
    "a field of an answer": (lambda d: drop(schemas(d)["Unit"]["properties"], "name"), "/name", "vanished"),
    "a field of a problem": (
        lambda d: drop(schemas(d)["Problem"]["properties"], "code"),
        "/code",
        "vanished",
    ),
    "a field of a row that may be left out now": (
        lambda d: drop(schemas(d)["Unit"]["required"], "name"),
        "/name",
        "may be left out now",
    ),
    "a field of an answer that may be null now": (
        lambda d: schemas(d)["Unit"]["properties"]["name"].update(type=["string", "null"]),
        "/name",
        "may be null now",
    ),
    "another type in an answer": (
        lambda d: schemas(d)["UnitStaff"]["properties"]["in_post"].update(type="string"),
        "/in_post",
        "the type integer has become string",
    ),
    "a value of an answer that comes no more": (
        lambda d: drop(schemas(d)["BucketEnum"]["enum"], "INELIGIBLE"),
        "/bucket",
        "no longer says INELIGIBLE",
    ),
    "a field that can be sent": (lambda d: drop(body(d)["properties"], "valid_to"), "/valid_to", "vanished"),
    "a field that has to be sent now": (
        lambda d: body(d)["required"].append("valid_to"),
        "/valid_to",
        "newly required",
    ),
    "a new field that has to be sent": (
        lambda d: (body(d)["properties"].update(why={"type": "string"}), body(d)["required"].append("why")),
        "/why",
        "a new field is required",
    ),
    "null that was taken": (
        lambda d: body(d)["properties"]["valid_to"].update(type="string"),
        "/valid_to",
        "null is no longer taken",
    ),
    "fewer values that can be sent": (
        lambda d: drop(schemas(d)["LevelEnum"]["enum"], "AREA_UNIT"),
        "/level",
        "no longer takes AREA_UNIT",
    ),
    "a body that can be sent": (
        lambda d: operation(d, method="put").pop("requestBody"),
        f"PUT {UNIT} request",
        "the body has vanished",
    ),
    "a type of act": (
        lambda d: schemas(d)["NewActRequest"]["oneOf"].remove(
            {"$ref": "#/components/schemas/NewCollectionRequest"}
        ),
        "POST /api/v1/cases/{id}/acts/ request",
        "the alternative NewCollectionRequest has vanished",
    ),
}


@pytest.mark.parametrize("kind", BREAKING)
def test_what_breaks_a_client_is_named(present: Document, kind: str) -> None:
    change, place, says = BREAKING[kind]
    changed = copy.deepcopy(present)
    change(changed)
    found = [one for one in contract.differences(present, changed) if one.breaking]
    assert any(place in one.place and says in one.says for one in found), found


ADDITIONS: dict[str, tuple[Callable[[Document], object], str]] = {
    "an operation": (lambda d: d["paths"].update({"/api/v1/new/": {"get": operation(d)}}), "is new"),
    "a parameter": (
        lambda d: operation(d)["parameters"].append(
            {"in": "query", "name": "why", "schema": {"type": "string"}}
        ),
        "is new",
    ),
    "an answer": (lambda d: operation(d)["responses"].update({"410": {"description": "gone"}}), "is new"),
    "a field of an answer": (
        lambda d: schemas(d)["Unit"]["properties"].update(colour={"type": "string"}),
        "is new",
    ),
    "a field that can be sent": (lambda d: body(d)["properties"].update(why={"type": "string"}), "is new"),
    "a field that need not be sent any more": (lambda d: drop(body(d)["required"], "name"), ""),
    "a value": (lambda d: schemas(d)["BucketEnum"]["enum"].append("LOST"), "new values"),
    "a type of act": (
        lambda d: schemas(d)["NewActRequest"]["oneOf"].append(
            {"$ref": "#/components/schemas/UnitBodyRequest"}
        ),
        "is new",
    ),
    "words": (lambda d: operation(d).update(summary="Khác · Other"), "its words have changed"),
}


@pytest.mark.parametrize("kind", ADDITIONS)
def test_what_is_added_breaks_nobody(present: Document, kind: str) -> None:
    change, says = ADDITIONS[kind]
    changed = copy.deepcopy(present)
    change(changed)
    found = contract.differences(present, changed)
    assert not [str(one) for one in found if one.breaking]
    assert not says or any(says in one.says for one in found)


UNTOLD: dict[str, tuple[Callable[[Document], object], str]] = {
    "an operation": (lambda d: d["paths"].pop(UNIT), "not in the document"),
    "an id": (lambda d: operation(d).pop("operationId"), "no operation id"),
    "an id of its own": (lambda d: operation(d).update(operationId="list_units"), "of GET"),
    "a summary in both languages": (lambda d: operation(d).update(summary="One unit"), "two languages"),
    "an example of the answer": (
        lambda d: operation(d)["responses"]["200"]["content"]["application/json"].pop("examples"),
        "no example of its answer",
    ),
    "an example of the request": (
        lambda d: operation(d, method="put")["requestBody"]["content"]["application/json"].pop("examples"),
        "no example of its request",
    ),
    "who may not": (lambda d: operation(d)["responses"].pop("403"), "does not tell of 403"),
    "what a problem looks like": (
        lambda d: operation(d)["responses"].update({"409": {"content": {"text/html": {}}}}),
        "something else",
    ),
    "a parameter": (
        lambda d: parameter(d, "level").pop("description"),
        "says nothing of the parameter level",
    ),
}


@pytest.mark.parametrize("kind", UNTOLD)
def test_what_is_not_told_is_named(present: Document, kind: str) -> None:
    change, says = UNTOLD[kind]
    changed = copy.deepcopy(present)
    change(changed)
    assert any(says in one for one in contract.gaps(changed, methods_by_path()))


# --- The command --------------------------------------------------------------------------------------------


def publish(file: Path, document: Document) -> None:
    file.write_text(contract.written(document), encoding="utf-8")


def test_what_breaks_is_published_only_knowingly(present: Document, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    published = copy.deepcopy(present)
    schemas(published)["Unit"]["properties"]["colour"] = {"type": "string"}
    publish(file, published)
    for options in ({"check": True}, {"write": True}):
        with pytest.raises(CommandError, match=r"colour: the field has vanished(.|\n)*--write --breaking"):
            call_command("api_schema", file=file, **options)
    assert contract.read(file) == published
    call_command("api_schema", file=file, write=True, breaking=True, stdout=io.StringIO())
    assert contract.read(file) == present


def test_additions_ask_to_be_written(present: Document, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    published = copy.deepcopy(present)
    del published["paths"][UNIT]["delete"]
    publish(file, published)
    with pytest.raises(CommandError, match=r"manage.py api_schema --write\n  DELETE /api/v1/units/"):
        call_command("api_schema", file=file, check=True)
    call_command("api_schema", file=file, write=True, stdout=io.StringIO())
    call_command("api_schema", file=file, check=True, stdout=io.StringIO())


def test_without_a_published_document_it_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"manage.py api_schema --write"):
        call_command("api_schema", file=tmp_path / "none.json", check=True)
