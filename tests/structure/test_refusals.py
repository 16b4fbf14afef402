"""Every refusal of every address is a problem: whoever asks wrongly is told what, in his language, by a known code."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from rest_framework.test import APIClient

from officers.models import Unit
from tests.api.clients import caller
from tests.structure.test_oracle import MAY, ROLES
from tests.structure.test_scope_gate import ARGUMENTS, OWN, PLANTERS, SCOPED, Endpoint, Planted, query_for
from thads.common.api.base import METHODS, ScopedAPIView
from thads.common.messages import catalogue

pytestmark = pytest.mark.django_db

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}
#: A row that is nowhere.
NOBODY = str(uuid.UUID(int=7919))
#: Addresses that take a file or text beside JSON, or whose words in the address are not those of a row.
TAKES_ANYTHING = ("imports", "documents", "judgment-by-external-id")


def asked_wrongly(
    endpoint: Endpoint, url: str, method: str
) -> Iterator[tuple[str, dict[str, Any], set[int]]]:
    """Ways to ask wrongly: what it is, how to ask, and the statuses that say so."""
    view: Any = endpoint.view
    write = method != "GET"
    body = {"data": b"{}", "content_type": "application/json"} if write else {}
    key = {"HTTP_IDEMPOTENCY_KEY": uuid.uuid4().hex} if method == "POST" else {}
    match = {"HTTP_IF_MATCH": "*"} if method in ("PUT", "PATCH", "DELETE") else {}
    well = {**body, **key, **match}
    yield "unknown parameter", {"path": f"{url}?moon=full", **well}, {400}
    takes_body = write and view.operations[method].request is not None
    if takes_body and endpoint.name not in TAKES_ANYTHING:
        yield "no JSON", {"path": url, **well, "data": b"{"}, {400, 404}
        yield "other media", {"path": url, **well, "content_type": "text/x-moon"}, {404, 415}
        yield "an array", {"path": url, **well, "data": b"[1]"}, {400, 404, 409, 422}
        yield "an unknown field", {"path": url, **well, "data": b'{"moon": 1}'}, {400, 404, 409, 422}
    if method in ("PUT", "PATCH", "DELETE") and view.has_version():
        yield "no If-Match", {"path": url, **body}, {404, 428}
        yield "a stale one", {"path": url, **body, "HTTP_IF_MATCH": '"7919-x"'}, {400, 404, 409, 412, 422}
    if method == "GET" and "page_size" in {one.name for one in endpoint.parameters}:
        yield "too large a page", {"path": f"{url}?page_size=100000"}, {400}
        yield "a broken cursor", {"path": f"{url}?cursor=moon"}, {400, 404}


def problem_of(answer: Any, told: object) -> dict[str, Any]:
    """The problem, checked for what every one has."""
    assert answer["Content-Type"].startswith("application/problem+json"), (told, answer.content[:200])
    problem: dict[str, Any] = answer.json()
    assert problem.keys() >= MEMBERS, (told, problem)
    assert problem["status"] == answer.status_code, told
    assert problem["type"].endswith(f"#{problem['code']}"), told
    codes = {problem["code"], *(one["code"] for one in problem["errors"])}
    assert codes <= catalogue().keys(), (told, codes - catalogue().keys())
    assert problem["title"] and problem["detail"], told
    return problem


@pytest.fixture
def planted() -> Planted:
    found = Planted()
    for planter in PLANTERS:
        found.paths |= planter(Unit.objects.get(code=OWN)).paths
    return found


def urls(endpoint: Endpoint, planted: Planted) -> str:
    arguments = ARGUMENTS.get(endpoint.name, [planted.paths.get(endpoint.name, {})])[0]
    return reverse(endpoint.name, kwargs=arguments)


def methods(endpoint: Endpoint) -> list[str]:
    view: Any = endpoint.view
    return [method for method in METHODS if view.answers(method)]


def ask(client: APIClient, method: str, how: dict[str, Any], **more: Any) -> Any:
    """The answer, and nothing written."""
    with transaction.atomic():
        asked = {name: value for name, value in how.items() if name != "path"}
        answer = client.generic(method, how["path"], **asked, **more)
        transaction.set_rollback(True)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def test_every_refusal_is_a_problem(planted: Planted) -> None:
    """No key, another role, a row that is not there, a method that is not, and every way to ask wrongly."""
    # One for all: each client sets up the service anew.
    head, nobody = caller("DN", "HEAD"), APIClient()
    clients = {role: caller("DN", role) for role in ROLES}
    refused = 0
    for endpoint in SCOPED:
        view: Any = endpoint.view
        assert issubclass(view, ScopedAPIView)
        url = urls(endpoint, planted)
        reads, writes = MAY[endpoint.name]
        for method in methods(endpoint):
            told = (endpoint.name, method)
            body = {} if method == "GET" else {"data": b"{}", "content_type": "application/json"}
            answer = ask(nobody, method, {"path": url, **body})
            assert answer.status_code == 401 and problem_of(answer, told), told
            stranger = next(
                (role for role in ROLES if role not in (reads if method == "GET" else writes)), None
            )
            if stranger is not None:
                answer = ask(clients[stranger], method, {"path": url, **body})
                assert answer.status_code == 403 and problem_of(answer, told), told
                refused += 1
            for what, how, statuses in asked_wrongly(endpoint, url, method):
                answer = ask(head, method, how)
                assert answer.status_code in statuses, (*told, what, answer.status_code, answer.content[:300])
                problem_of(answer, (*told, what))
                refused += 1
            refused += 1
        unheard = next((method for method in METHODS if method not in methods(endpoint)), None)
        if unheard is not None:
            answer = ask(head, unheard, {"path": url})
            assert answer.status_code == 405 and problem_of(answer, (endpoint.name, unheard))
            refused += 1
        if "get" in methods_lower(view) and endpoint.arguments and endpoint.name not in ARGUMENTS:
            nowhere = reverse(endpoint.name, kwargs=dict.fromkeys(endpoint.arguments, NOBODY))
            answer = ask(head, "GET", {"path": nowhere, "data": query_for(endpoint, OWN)})
            if endpoint.name not in TAKES_ANYTHING:
                assert answer.status_code == 404 and problem_of(answer, (endpoint.name, "nowhere"))
                vietnamese = problem_of(answer, endpoint.name)
                english = ask(head, "GET", {"path": nowhere}, HTTP_ACCEPT_LANGUAGE="en").json()
                assert vietnamese["title"] != english["title"], endpoint.name
                refused += 2
    print(f"\n{refused} refusals, each of them a problem")
    assert refused > 500


def methods_lower(view: Any) -> set[str]:
    return {method.lower() for method in METHODS if view.answers(method)}
