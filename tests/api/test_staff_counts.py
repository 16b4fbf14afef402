"""Staff counts: put down once for a unit and a year, by who keeps the organisation."""

from __future__ import annotations

from typing import Any

import pytest

from officers.api.staff_counts import STAFF_COUNT, STAFF_COUNT_SENT, StaffCountList
from officers.models import StaffCount
from tests.api.clients import caller
from tests.api.test_units import refused
from tests.shapes import shape
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
URL = "/api/v1/staff-counts/"
ANY: dict[str, Any] = {"HTTP_IF_MATCH": "*"}


def test_a_staff_count_is_put_down_changed_and_taken_back() -> None:
    client = caller("DN", "HEAD")
    made = client.post(URL, STAFF_COUNT_SENT)
    assert made.status_code == 201 and shape(made.json()) == shape(STAFF_COUNT)
    refused(client.post(URL, STAFF_COUNT_SENT), 409, "STAFF_COUNT_EXISTS")
    changed = client.patch(made["Location"], {"in_post": 16}, HTTP_IF_MATCH=made["ETag"])
    assert changed.json()["in_post"] == 16
    stale = client.patch(made["Location"], {"in_post": 1}, HTTP_IF_MATCH=made["ETag"])
    refused(stale, 412, "VERSION_STALE", "/in_post")
    other = client.put(made["Location"], {**STAFF_COUNT_SENT, "fiscal_year": 2025}, **ANY)
    refused(other, 422, "FIELD_FIXED", "/fiscal_year")
    # A unit shows what stands of it, and the log tells every write.
    assert client.get("/api/v1/units/DN.HC/").json()["staff"] == [
        {"fiscal_year": 2026, "establishment": 18, "in_post": 16}
    ]
    assert client.delete(made["Location"], HTTP_IF_MATCH=changed["ETag"]).status_code == 204
    assert client.get("/api/v1/units/DN.HC/").json()["staff"] == []
    assert client.post(URL, STAFF_COUNT_SENT).status_code == 201
    told = Outbox.objects.filter(type__startswith="staff_count.").order_by("pk")
    assert [one.type.partition(".")[2] for one in told] == ["created", "changed", "removed", "created"]


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"unit": "QN"}, 422, "UNIT_NOT_FOUND", "/unit"),
        ({"fiscal_year": 1900}, 400, "FIELD_INVALID", "/fiscal_year"),
        ({"establishment": -1}, 400, "FIELD_INVALID", "/establishment"),
        ({"in_post": 10**9}, 400, "FIELD_INVALID", "/in_post"),
        ({"note": "x"}, 400, "FIELD_UNKNOWN", "/note"),
    ],
)
def test_what_a_staff_count_may_not_be(change: dict[str, Any], status: int, code: str, pointer: str) -> None:
    refused(caller("DN", "HEAD").post(URL, {**STAFF_COUNT_SENT, **change}), status, code, pointer)
    assert not StaffCount.objects.exists()


def test_staff_counts_by_unit_and_year() -> None:
    client = caller("DN", "HEAD")
    for unit, year in (("DN.HC", 2024), ("DN.HC", 2025), ("DN.TK", 2024)):
        client.post(URL, {**STAFF_COUNT_SENT, "unit": unit, "fiscal_year": year})

    def found(query: str) -> list[tuple[str, int]]:
        rows = client.get(f"{URL}?{query}&ordering=unit").json()["results"]
        return [(one["unit"], one["fiscal_year"]) for one in rows]

    assert found("unit=DN.HC") == [("DN.HC", 2024), ("DN.HC", 2025)]
    assert found("fiscal_year=2024") == [("DN.HC", 2024), ("DN.TK", 2024)]
    seen = caller("DN.HC", "OFFICER").get(URL).json()["results"]
    assert {one["unit"] for one in seen} == {"DN.HC"}
    refused(caller("DN.HC", "UNIT_HEAD").post(URL, STAFF_COUNT_SENT), 403, "ROLE_MAY_NOT")
    assert StaffCountList.operations["GET"].example["results"] == [STAFF_COUNT]
