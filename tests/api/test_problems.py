"""What goes wrong is said in one shape, in the caller's language, and names what is wrong."""

from __future__ import annotations

import ast
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.test import APIClient

from tests.api.clients import caller
from thads.common.api import problems
from thads.common.api.parsers import JSONParser
from thads.common.errors import BadRequest, Conflict, Fault, Forbidden, NotVisible, Refused
from thads.common.messages import catalogue

UNITS = "/api/v1/units/"
KEYS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def answer_for(exc: Exception, query: str = "lang=en") -> Any:
    request = RequestFactory().get(f"/api/v1/x/?{query}")
    return problems.handle(exc, {"request": request})


def body_for(exc: Exception, query: str = "lang=en") -> dict[str, Any]:
    import orjson

    body = orjson.loads(answer_for(exc, query).content)
    assert set(body) == KEYS
    assert body["type"] == f"/api/v1/problems/#{body['code']}"
    return dict(body)


FAULT = Fault("UNIT_NOT_FOUND", "/case/unit", {"unit": "DN.XX"}, legal_basis="L25 Đ32")


@pytest.mark.parametrize(
    ("exc", "status"),
    [
        (Refused(FAULT), 422),
        (NotVisible(FAULT), 404),
        (Conflict(FAULT), 409),
        (BadRequest(FAULT), 400),
        (Forbidden(FAULT), 403),
    ],
)
def test_a_refusal_names_place_rule_and_article(exc: Exception, status: int) -> None:
    body = body_for(exc)
    assert (body["status"], body["code"]) == (status, "UNIT_NOT_FOUND")
    assert body["errors"] == [
        {
            "pointer": "/case/unit",
            "code": "UNIT_NOT_FOUND",
            "detail": "There is no unit “DN.XX” that you may see",
            "legal_basis": "L25 Đ32",
        }
    ]


def test_both_languages() -> None:
    assert body_for(Refused(FAULT), "lang=vi")["detail"] == "Không có đơn vị “DN.XX” trong phạm vi được xem"
    assert body_for(Refused(FAULT), "")["title"] == catalogue()["REFUSED"]["vi"]
    assert body_for(Refused(FAULT), "lang=xx")["title"] == catalogue()["REFUSED"]["vi"]


def test_accept_language_decides_when_lang_is_not_given() -> None:
    client = APIClient()
    assert (
        client.get(UNITS, HTTP_ACCEPT_LANGUAGE="fr, en-GB;q=0.8, vi;q=0.5")
        .json()["title"]
        .startswith("Not auth")
    )
    assert client.get(UNITS, HTTP_ACCEPT_LANGUAGE="fr").json()["title"].startswith("Chưa")
    both = client.get(UNITS, {"lang": "vi"}, HTTP_ACCEPT_LANGUAGE="en")
    assert both.json()["title"].startswith("Chưa") and both["Content-Language"] == "vi"


def test_several_faults_are_all_listed() -> None:
    body = body_for(Refused([FAULT, Fault("ROLE_UNKNOWN", "/role", {"role": "X", "known": "HEAD"})]))
    assert body["code"] == "REFUSED" and [error["pointer"] for error in body["errors"]] == [
        "/case/unit",
        "/role",
    ]


class Inner(serializers.Serializer[Any]):
    amount = serializers.IntegerField()


class Outer(serializers.Serializer[Any]):
    name = serializers.CharField()
    lines = Inner(many=True)


def test_errors_of_a_serializer_become_json_pointers() -> None:
    outer = Outer(data={"lines": [{"amount": 1}, {"amount": "x"}]})
    assert not outer.is_valid()
    body = body_for(exceptions.ValidationError(outer.errors))
    assert {(error["pointer"], error["code"]) for error in body["errors"]} == {
        ("/name", "FIELD_REQUIRED"),
        ("/lines/1/amount", "FIELD_INVALID"),
    }


@pytest.mark.parametrize(
    ("exc", "status"),
    [
        (Http404(), 404),
        (PermissionDenied(), 403),
        (ModelValidationError({"name": ["bad"]}), 422),
        (DataError("out of range"), 400),
        (exceptions.ParseError("broken"), 400),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.UnsupportedMediaType("text/csv"), 415),
        (exceptions.Throttled(wait=5), 429),
    ],
)
def test_what_the_framework_raises_has_the_same_shape(exc: Exception, status: int) -> None:
    answer = answer_for(exc)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body_for(exc)


@pytest.mark.parametrize("sent", [b"{", b"", b'{"a": NaN}', b"\xff", b"[" * 100_000, b'"\\ud800"'])
def test_broken_json_is_refused_with_the_reason(sent: bytes) -> None:
    with pytest.raises(exceptions.ParseError) as broken:
        JSONParser().parse(io.BytesIO(sent))
    assert body_for(broken.value)["code"] == "JSON_BROKEN"


def test_a_defect_is_left_to_the_server_and_shows_nothing() -> None:
    request = RequestFactory().get("/api/v1/x/")
    assert problems.handle(RuntimeError("secret"), {"request": request}) is None
    answer = problems.server_error(request)
    assert (
        answer.status_code == 500 and b"INTERNAL_ERROR" in answer.content and b"secret" not in answer.content
    )


def test_an_unknown_address_is_a_problem_too() -> None:
    answer = APIClient(raise_request_exception=False).get("/api/v1/nothing-here/")
    assert (answer.status_code, answer.json()["code"]) == (404, "URL_UNKNOWN")
    assert "/api/v1/nothing-here/" in answer.json()["detail"]


def test_outside_the_api_pages_stay_pages() -> None:
    answer = APIClient(raise_request_exception=False).get("/nothing-here/")
    assert answer.status_code == 404 and answer["Content-Type"].startswith("text/html")


def test_the_request_number_is_echoed_when_sane_and_made_otherwise() -> None:
    client = APIClient()
    answer = client.get(UNITS, HTTP_X_REQUEST_ID="court-42.a")
    assert answer["X-Request-Id"] == answer.json()["request_id"] == "court-42.a"
    for bad in ("a b", "x" * 65, "<script>", ""):
        made = client.get(UNITS, HTTP_X_REQUEST_ID=bad)
        assert made["X-Request-Id"] == made.json()["request_id"] != bad
    assert client.get("/health/live").has_header("X-Request-Id")


def test_the_page_of_codes_lists_every_code_in_both_languages() -> None:
    page = APIClient().get("/api/v1/problems/").content.decode()
    assert ":money}" not in page and ":day}" not in page and "{since}" in page
    assert all(f'id="{code}"' in page for code in catalogue())


@pytest.mark.django_db
def test_a_method_that_is_not_there() -> None:
    answer = caller("DN", "HEAD").delete(UNITS)
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert caller("DN", "HEAD").options(UNITS).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("colour=red", "?colour", "PARAMETER_UNKNOWN"),
        ("page_size=0", "?page_size", "PARAMETER_NUMBER"),
        ("page_size=201", "?page_size", "PARAMETER_NUMBER"),
        ("page_size=1e2", "?page_size", "PARAMETER_NUMBER"),
        ("count=all", "?count", "PARAMETER_CHOICE"),
        ("level=KINGDOM", "?level", "PARAMETER_CHOICE"),
        ("level=", "?level", "PARAMETER_CHOICE"),
        ("valid_on=31/12/2023", "?valid_on", "PARAMETER_DATE"),
        ("valid_on=2023-02-30", "?valid_on", "PARAMETER_DATE"),
        ("own=maybe", "?own", "PARAMETER_BOOLEAN"),
        ("lang=fr", "?lang", "PARAMETER_CHOICE"),
        ("ordering=secret", "?ordering", "PARAMETER_CHOICE"),
        ("unit=DN&unit=DN.HC", "?unit", "PARAMETER_REPEATED"),
        ("unit=DN%00", "?unit", "CHARACTER_FORBIDDEN"),
        ("cursor=xyz", "?cursor", "CURSOR_INVALID"),
        ("cursor=", "?cursor", "CURSOR_INVALID"),
        ("cursor=%C4%91", "?cursor", "CURSOR_INVALID"),
    ],
)
def test_a_wrong_parameter_is_named(query: str, pointer: str, code: str) -> None:
    answer = caller("DN", "HEAD").get(f"{UNITS}?{query}")
    assert answer.status_code == 400, answer.content
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.django_db
def test_an_unknown_parameter_is_answered_with_the_known_ones() -> None:
    answer = caller("DN", "HEAD").get(f"{UNITS}?colour=red&size=3&lang=en").json()
    assert len(answer["errors"]) == 2
    assert all(
        name in answer["errors"][0]["detail"] for name in ("colour", "unit", "own", "level", "page_size")
    )


@pytest.mark.django_db
def test_a_role_without_the_permission_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    from officers.api.units import UnitList

    monkeypatch.setattr(UnitList, "permission", "MANAGE_API_KEYS")
    answer = caller("DN", "AUDITOR").get(f"{UNITS}?lang=en")
    assert answer.status_code == 403
    assert answer.json()["detail"] == "The role AUDITOR does not have the permission MANAGE_API_KEYS"


def test_every_code_that_the_service_can_say_has_its_words(project_dir: Path) -> None:
    """Fault("CODE") anywhere in the project names a message of the catalogue."""
    missing = []
    for folder in ("thads", "officers", "cases", "reports"):
        for path in (project_dir / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                    place = {"Fault": 0, "parameter_fault": 1}.get(node.func.id)
                    if place is None or len(node.args) <= place:
                        continue
                    code = node.args[place]
                    if isinstance(code, ast.Constant) and code.value not in catalogue():
                        missing.append(f"{path}:{node.lineno} {code.value}")
    assert not missing
