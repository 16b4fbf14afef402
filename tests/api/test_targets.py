"""Targets: set once for a unit, a year and a measure."""

from __future__ import annotations

from typing import Any

import pytest

from reports.models import Target
from tests.api.clients import caller
from tests.api.test_units import refused
from tests.shapes import shape

pytestmark = pytest.mark.django_db
URL = "/api/v1/targets/"
ANY: dict[str, Any] = {"HTTP_IF_MATCH": "*"}
SENT: dict[str, Any] = {
    "unit": "DN.HC",
    "fiscal_year": 2024,
    "measure": "CASES",
    "percent": "84.5",
    "document_number": "1357/QĐ-TCTHADS",
    "document_date": "2023-10-15",
}


def test_a_target_is_set_changed_and_taken_back() -> None:
    client = caller("DN", "STATISTICIAN")
    made = client.post(URL, SENT)
    assert (made.status_code, made.json()["percent"]) == (201, "84.50"), made.content
    refused(client.post(URL, SENT), 409, "TARGET_EXISTS")
    assert client.post(URL, {**SENT, "measure": "MONEY"}).status_code == 201
    changed = client.patch(made["Location"], {"percent": "85"}, HTTP_IF_MATCH=made["ETag"])
    assert changed.json()["percent"] == "85.00"
    refused(
        client.put(made["Location"], {**SENT, "fiscal_year": 2025}, **ANY), 422, "FIELD_FIXED", "/fiscal_year"
    )
    refused(
        client.patch(made["Location"], {"percent": "1"}, HTTP_IF_MATCH=made["ETag"]),
        412,
        "VERSION_STALE",
        "/percent",
    )
    assert client.delete(made["Location"], HTTP_IF_MATCH=changed["ETag"]).status_code == 204
    assert client.post(URL, SENT).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"unit": "QN"}, 422, "UNIT_NOT_FOUND", "/unit"),
        ({"fiscal_year": 1900}, 400, "FIELD_INVALID", "/fiscal_year"),
        ({"fiscal_year": 10**30}, 400, "FIELD_INVALID", "/fiscal_year"),
        ({"measure": "HOURS"}, 400, "FIELD_INVALID", "/measure"),
        ({"percent": "100.01"}, 400, "FIELD_INVALID", "/percent"),
        ({"percent": "-1"}, 400, "FIELD_INVALID", "/percent"),
        ({"percent": "80.123"}, 400, "FIELD_INVALID", "/percent"),
        ({"percent": "NaN"}, 400, "FIELD_INVALID", "/percent"),
        ({"document_number": None}, 400, "FIELD_INVALID", "/document_number"),
        ({"note": "x"}, 400, "FIELD_UNKNOWN", "/note"),
    ],
)
def test_what_a_target_may_not_be(change: dict[str, Any], status: int, code: str, pointer: str) -> None:
    refused(caller("DN", "HEAD").post(URL, {**SENT, **change}), status, code, pointer)
    assert not Target.objects.exists()


def test_targets_by_unit_year_and_measure() -> None:
    client = caller("DN", "HEAD")
    for unit, year in (("DN.HC", 2024), ("DN.HC", 2025), ("DN.TK", 2024)):
        client.post(URL, {**SENT, "unit": unit, "fiscal_year": year})

    def found(query: str) -> list[tuple[str, int]]:
        rows = client.get(f"{URL}?{query}&ordering=unit").json()["results"]
        return [(one["unit"], one["fiscal_year"]) for one in rows]

    assert found("unit=DN.HC") == [("DN.HC", 2024), ("DN.HC", 2025)]
    assert found("fiscal_year=2024") == [("DN.HC", 2024), ("DN.TK", 2024)]
    assert found("measure=MONEY") == []
    seen = caller("DN.HC", "OFFICER").get(URL).json()["results"]
    assert {one["unit"] for one in seen} == {"DN.HC"}


@pytest.mark.parametrize("role", ["DEPUTY", "UNIT_HEAD", "OFFICER", "CLERK", "AUDITOR", "SYSTEM"])
def test_only_head_and_statistician_set_targets(role: str) -> None:
    refused(caller("DN", role).post(URL, SENT, HTTP_IDEMPOTENCY_KEY="k"), 403, "ROLE_MAY_NOT")


def test_examples_have_the_shape_of_answers() -> None:
    from reports.api import targets

    client = caller("DN", "HEAD")
    made = client.post(URL, targets.TARGET_SENT)
    assert shape(made.json()) == shape(targets.TARGET)
    assert client.patch(made["Location"], targets.TARGET_PATCH, **ANY).status_code == 200
