"""Every example of the document is sent, and is answered with the status and the shape that the document says;
what an example writes stands in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.urls import reverse
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

from cases.models import Case, RuleOverride
from officers.models import Assignment, Officer, Unit, User
from tests.api.clients import caller
from tests.papers import upload
from tests.registers import bring_in, made_story
from tests.structure.test_scope_gate import ARGUMENTS, ENDPOINTS, PERSONAL, PLANTERS, Endpoint, query_for
from thads.common.api.base import METHODS
from thads.common.api.contract import PROBLEM
from thads.common.api.schema import document
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db

UNIT = "DN.HC"
NUMBER = "901/2026/HS-ST"
SCOPED = [one for one in ENDPOINTS if one.scoped]
CALLS = [(one, method) for one in SCOPED for method in METHODS if hasattr(one.view, method.lower())]

#: Writes that are told in the journal by what they set going, or that write nothing of the register.
NOT_NOTED: dict[str, str] = {
    "submit_import": "a job; every case it opens is told",
    "submit_export": "a job that only reads",
    "submit_list_export": "a job that only reads",
    "rebuild_statistics": "a job that counts again what the acts say",
    "validate_case": "writes nothing",
    "reveal_party": "has a log of its own, of who looked and why",
}


@cache
def published() -> dict[str, Any]:
    return document()


def operation_of(endpoint: Endpoint, method: str) -> Any:
    view: Any = endpoint.view
    return view.operations[method]


def conforms(body: Any, place: dict[str, Any]) -> None:
    """The body against the schema of the answer, as JSON Schema 2020-12 with formats."""
    schema = {**place["schema"], "components": published()["components"]}
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(body)
    ]
    assert not errors


def answer_place(endpoint: Endpoint, method: str, status: int) -> dict[str, Any]:
    """What the document says of the answer with this status; empty where it has no body."""
    import re

    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.route)
    responses = published()["paths"][path][method.lower()]["responses"]
    assert str(status) in responses, (status, list(responses))
    content = responses[str(status)].get("content", {})
    return dict(next(iter(content.values()), {}))


@pytest.fixture
def paths(staff: dict[str, Officer]) -> dict[str, dict[str, Any]]:
    """Rows of the unit for every path, and the people that the examples name."""
    unit = Unit.objects.get(code=UNIT)
    Assignment.objects.create(officer=staff["DN.HC.03"], unit=unit, role="OFFICER", valid_from="2023-01-01")
    for code, role in (("DN.LD01", "HEAD"), ("DN.LD02", "DEPUTY")):
        leader = Officer.objects.create(code=code, name=f"Lãnh đạo {code}")
        Assignment.objects.create(officer=leader, unit=Unit.objects.get(code="DN"), role=role)
    found: dict[str, dict[str, Any]] = {}
    for planter in PLANTERS:
        found |= planter(unit).paths
    return found


@pytest.fixture
def client(db: None) -> APIClient:
    return caller("DN", "HEAD")


def addresses(endpoint: Endpoint, paths: dict[str, dict[str, Any]]) -> list[str]:
    sets = ARGUMENTS.get(endpoint.name, [paths.get(endpoint.name, {})])
    return [reverse(endpoint.name, kwargs=arguments) for arguments in sets]


READS = [one for one, method in CALLS if method == "GET"]


@pytest.mark.parametrize("endpoint", READS, ids=lambda one: one.name)
def test_what_is_read_has_the_shape_of_the_document(
    endpoint: Endpoint, paths: dict[str, Any], client: APIClient
) -> None:
    for url in addresses(endpoint, paths):
        answer = client.get(url, query_for(endpoint, UNIT))
        # 409: a job that is not done has no file yet. 404: what its submitter alone may see.
        expected = {404} if endpoint.name in PERSONAL else {200, 409}
        assert answer.status_code in expected, answer.content
        if answer.streaming:
            answer.close()
            continue
        if answer.status_code == 404:
            continue
        conforms(
            answer.json(), answer_place(endpoint, "GET", 200) if answer.status_code == 200 else _problem()
        )


def _problem() -> dict[str, Any]:
    return dict(published()["components"]["responses"]["Conflict"]["content"][PROBLEM])


EXAMPLES = [(one, method) for one, method in CALLS if operation_of(one, method).request_example is not None]

#: What an example names that only a test can bring: by operation, a change to the example.
BROUGHT: dict[str, Callable[[Any], Any]] = {
    # What is replaced keeps its name, and does not come from itself.
    "replace_unit": lambda body: body | {"code": UNIT, "level": "DISTRICT_BRANCH", "predecessors": []},
    "replace_officer": lambda body: body | {"code": f"{UNIT}.77"},
    "replace_assignment": lambda body: body | {"officer": f"{UNIT}.71"},
    # Of a delegation only its end can be changed.
    "replace_delegation": lambda body: (
        body
        | {"from_officer": f"{UNIT}.71", "to_officer": f"{UNIT}.72", "role": "UNIT_HEAD", "unit": UNIT}
        | {"valid_from": "2024-01-01", "valid_to": "2024-12-31", "permissions": []}
        | {"document_number": "7919/GUQ-KÍN", "document_date": "2024-01-01", "revoked_on": "2024-06-01"}
    ),
    "replace_account": lambda body: {
        "username": f"ten.dang.nhap.kin.{UNIT.lower()}",
        "officer": f"{UNIT}.71",
        "is_active": False,
    },
    "replace_staff_count": lambda body: body | {"unit": UNIT, "fiscal_year": 2024},
    "replace_target": lambda body: body | {"unit": UNIT, "fiscal_year": 2024, "measure": "CASES"},
    "replace_api_key": lambda body: body | {"role": "AUDITOR", "unit": UNIT, "permissions": []},
    # The register has a judgment with the number of the example already.
    "receive_judgment": lambda body: body | {"number": NUMBER},
    "replace_judgment": lambda body: body | {"number": NUMBER},
    "put_judgment_by_external_id": lambda body: body | {"number": NUMBER},
    "bulk_judgments": lambda body: [row | {"number": f"{place}{NUMBER}"} for place, row in enumerate(body)],
    "bulk_acts": lambda body: [row | {"case": _case(f"{place}/QĐ")} for place, row in enumerate(body, 810)],
    "upload_document": lambda body: body | {"file": upload(), "case": _case()},
    "record_theme_list": lambda body: body | {"cases": [{"case": _case()}]},
    "reassign_cases": lambda body: body | {"cases": [_case()], "effective_on": "2024-02-01"},
}


def _of_the_head() -> User:
    return User.objects.create_user("nguoi.duyet", officer=Officer.objects.get(code="DN.LD01"))


def _of_who_proposed() -> User:
    user = _of_the_head()
    RuleOverride.objects.update(proposer=f"USER:{user.pk}")
    return user


#: What only a person does, and who it is; a key does not.
BY_A_PERSON: dict[str, Callable[[], User]] = {
    "create_rule_override": _of_the_head,
    "approve_rule_override": _of_the_head,
    "reject_rule_override": _of_the_head,
    "withdraw_rule_override": _of_who_proposed,
}


def _case(number: str = "800/QĐ") -> str:
    (key,) = bring_in([made_story(number=number)])
    return str(Case.objects.get(pk=key).public_id)


def named(call: tuple[Endpoint, str]) -> str:
    return str(operation_of(*call).id)


@pytest.mark.parametrize("call", EXAMPLES, ids=named)
def test_an_example_is_answered_as_the_document_says(
    call: tuple[Endpoint, str], paths: dict[str, Any], client: APIClient, files: Any
) -> None:
    endpoint, method = call
    operation = operation_of(endpoint, method)
    body = BROUGHT.get(operation.id, lambda sent: sent)(operation.request_example)
    (url,) = addresses(endpoint, paths)
    before = set(Outbox.objects.values_list("pk", flat=True))
    headers = {"HTTP_IDEMPOTENCY_KEY": "example"} if method == "POST" else {"HTTP_IF_MATCH": "*"}
    if operation.id in BY_A_PERSON:
        client = APIClient(raise_request_exception=False)
        client.force_login(BY_A_PERSON[operation.id]())
    media = str(endpoint.view.parser_classes[0].media_type)  # type: ignore[union-attr]
    if isinstance(body, str):
        answer = client.generic(method, url, body.encode(), content_type=media, **headers)
    else:
        sent_as = "multipart" if media.startswith("multipart/") else "json"
        answer = getattr(client, method.lower())(url, body, format=sent_as, **headers)
    assert answer.status_code in {operation.status, *operation.also}, answer.content
    if answer.content:
        conforms(answer.json(), answer_place(endpoint, method, answer.status_code))
    told = Outbox.objects.exclude(pk__in=before).exists()
    assert told or operation.id in NOT_NOTED or not endpoint.view.writes, (
        "a write that the journal does not tell"
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("call", CALLS, ids=named)
def test_the_example_of_an_answer_has_its_shape(call: tuple[Endpoint, str]) -> None:
    operation = operation_of(*call)
    for status, example in (
        (operation.status, operation.example),
        *((s, e) for s, (_b, e) in operation.also.items()),
    ):
        place = answer_place(*call, status)
        if example is not None and place and place["schema"].get("format") != "binary":
            conforms(example, place)
