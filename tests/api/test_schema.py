"""The OpenAPI document is complete, and its examples look like the answers."""

from __future__ import annotations

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from officers.api import assignments, officers, roles, units
from officers.models import Officer, StaffCount, Unit
from tests.api.clients import caller
from tests.shapes import shape


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[f"{method} {path}"] = operation
    return found


def test_it_is_served() -> None:
    answer = APIClient().get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert APIClient().get("/api/v1/docs/").status_code == 200


def test_every_operation_says_what_it_is_and_what_can_go_wrong(document: dict[str, Any]) -> None:
    ids = []
    for place, operation in operations(document).items():
        if "/schema/" in place:
            continue
        ids.append(operation["operationId"])
        assert operation.get("summary"), place
        responses = operation["responses"]
        told = {"400", "401", "403"} if operation.get("security") else {"400", "429"}
        assert told <= set(responses), place
        for status, response in responses.items():
            if status >= "400":
                shared = response.get("$ref", "").rpartition("/")[2]
                response = document["components"]["responses"][shared] if shared else response
                assert list(response["content"]) == ["application/problem+json"], place
                continue
            assert all(body.get("examples") for body in response.get("content", {}).values()), place
        assert all(parameter.get("description") for parameter in operation.get("parameters", [])), place
    assert ids and len(ids) == len(set(ids))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "path"),
    [
        (units.UnitList, "units/"),
        (units.UnitDetail, "units/DN.HC/"),
        (officers.OfficerList, "officers/"),
        (officers.OfficerDetail, "officers/DN.HC.01/"),
        (assignments.AssignmentList, "assignments/"),
        (roles.RoleList, "roles/"),
    ],
)
def test_examples_have_the_shape_of_answers(view: Any, path: str, staff: dict[str, Officer]) -> None:
    StaffCount.objects.create(
        unit=Unit.objects.get(code="DN.HC"), fiscal_year=2024, establishment=18, in_post=17
    )
    answer = caller("DN.HC", "UNIT_HEAD").get(f"/api/v1/{path}")
    assert shape(view.operations["GET"].example) == shape(answer.json())
