"""Units, written: who may, what is refused, and what the log is told."""

from __future__ import annotations

from typing import Any

import pytest

from officers.models import Assignment, Officer, Unit
from tests.api.clients import caller
from tests.registers import bring_in, made_story
from tests.shapes import shape
from thads.journal import sequencer

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units/"
SENT: dict[str, Any] = {
    "code": "DN.KV1",
    "name": "Phòng THADS khu vực 1",
    "level": "AREA_UNIT",
    "parent": "DN",
    "valid_from": "2025-07-01",
}


def head() -> Any:
    return caller("DN", "HEAD")


def refused(answer: Any, status: int, code: str, pointer: str | None = None) -> None:
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    if pointer is not None:
        assert pointer in {fault["pointer"] for fault in body["errors"]}, body


def test_a_unit_is_added_changed_and_removed_and_the_log_tells_each() -> None:
    client = head()
    made = client.post(UNITS, {**SENT, "predecessors": [{"unit": "DN.HC", "on": "2025-07-01"}]})
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["predecessors"] == [{"unit": "DN.HC", "on": "2025-07-01"}]
    assert made["Location"].endswith(f"/api/v1/units/{row['id']}/")
    standing = client.get(made["Location"])
    assert (standing.json(), standing["ETag"]) == (row, made["ETag"])

    changed = client.patch(
        UNITS + "DN.KV1/", {"name": "Khu vực 1", "valid_to": "2030-12-31"}, HTTP_IF_MATCH=made["ETag"]
    )
    assert (changed.status_code, changed.json()["name"], changed.json()["valid_to"]) == (
        200,
        "Khu vực 1",
        "2030-12-31",
    )
    assert changed["ETag"].startswith('"2-')

    replaced = client.put(UNITS + "DN.KV1/", SENT, HTTP_IF_MATCH=changed["ETag"])
    assert (replaced.status_code, replaced.json()["predecessors"], replaced.json()["valid_to"]) == (
        200,
        [],
        None,
    )

    gone = client.delete(UNITS + "DN.KV1/", HTTP_IF_MATCH=replaced["ETag"])
    assert (gone.status_code, gone.content) == (204, b"")
    refused(client.get(UNITS + "DN.KV1/"), 404, "UNIT_NOT_FOUND")
    assert "DN.KV1" not in [one["code"] for one in client.get(UNITS).json()["results"]]
    refused(client.post(UNITS, SENT), 409, "CODE_TAKEN", "/code")

    sequencer.sequence_all()
    events = client.get("/api/v1/events/").json()["results"]
    assert [(one["type"], one["sequence"]) for one in events] == [
        ("unit.created", 1), ("unit.changed", 2), ("unit.changed", 3), ("unit.removed", 4)
    ]  # fmt: skip
    assert all(one["case"] is None and one["subject"] == {"kind": "unit", "id": row["id"]} for one in events)
    assert events[1]["data"]["fields"]["valid_to"] == [None, "2030-12-31"]
    assert events[0]["data"]["fields"]["parent"] == [None, "DN"]
    assert caller("DN.HC", "UNIT_HEAD").get("/api/v1/events/").json()["results"] == []


def test_nothing_new_is_no_new_version() -> None:
    client = head()
    etag = client.get(UNITS + "DN.HC/")["ETag"]
    same = client.patch(UNITS + "DN.HC/", {"name": "Chi cục THADS quận Hải Châu"}, HTTP_IF_MATCH=etag)
    assert (same.status_code, same["ETag"]) == (200, etag)
    sequencer.sequence_all()
    assert client.get("/api/v1/events/").json()["results"] == []


def test_a_dry_run_answers_as_if_and_writes_nothing() -> None:
    client = head()
    tried = client.post(UNITS + "?dry_run=true", SENT)
    assert (tried.status_code, tried.json()["code"]) == (200, "DN.KV1")
    assert "Location" not in tried and not Unit.objects.filter(code="DN.KV1").exists()
    refused(client.post(UNITS + "?dry_run=true", {**SENT, "code": "DN.HC"}), 409, "CODE_TAKEN")
    etag = client.get(UNITS + "DN.HC/")["ETag"]
    assert (
        client.patch(UNITS + "DN.HC/?dry_run=true", {"name": "X"}, HTTP_IF_MATCH=etag).json()["name"] == "X"
    )
    assert client.get(UNITS + "DN.HC/")["ETag"] == etag
    gone = client.delete(UNITS + "DN.HC/?dry_run=true", HTTP_IF_MATCH=etag)
    assert gone.status_code == 200 and gone.json()["code"] == "DN.HC"
    assert client.get(UNITS + "DN.HC/").status_code == 200


def test_who_has_not_seen_the_version_is_told_what_differs() -> None:
    client = head()
    etag = client.get(UNITS + "DN.HC/")["ETag"]
    for method in (client.put, client.patch, client.delete):
        refused(method(UNITS + "DN.HC/", {}), 428, "IF_MATCH_REQUIRED")
    client.patch(UNITS + "DN.HC/", {"name": "Tên mới"}, HTTP_IF_MATCH=etag)
    late = client.patch(
        UNITS + "DN.HC/", {"name": "Tên khác", "level": "DISTRICT_BRANCH"}, HTTP_IF_MATCH=etag
    )
    refused(late, 412, "VERSION_STALE", "/name")
    assert "Tên mới" in str(late.json()) and "/level" not in str(late.json())
    refused(client.delete(UNITS + "DN.HC/", HTTP_IF_MATCH=etag), 412, "VERSION_STALE")
    assert client.get(UNITS + "DN.HC/").json()["name"] == "Tên mới"


def test_a_key_does_it_once() -> None:
    client = head()
    first = client.post(UNITS, SENT, HTTP_IDEMPOTENCY_KEY="a1")
    again = client.post(UNITS, SENT, HTTP_IDEMPOTENCY_KEY="a1")
    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (201, "true", first.json())


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"boss": "x"}, 400, "FIELD_UNKNOWN", "/boss"),
        ({"predecessors": [{"unit": "DN.HC", "on": "2025-07-01", "why/~": 1}]}, 400, "FIELD_UNKNOWN", "/predecessors/0/why~1~0"),
        ({"level": "KINGDOM"}, 400, "FIELD_INVALID", "/level"),
        ({"code": "dn hc"}, 400, "FIELD_INVALID", "/code"),
        ({"code": "DN\n"}, 201, "", None),
        ({"name": ""}, 400, "FIELD_INVALID", "/name"),
        ({"name": "a\u0000"}, 400, "FIELD_INVALID", "/name"),
        ({"name": "ă" * 201}, 400, "FIELD_INVALID", "/name"),
        ({"valid_from": "01/07/2025"}, 400, "FIELD_INVALID", "/valid_from"),
        ({"valid_to": "2025-06-30"}, 422, "ENDS_BEFORE_IT_BEGINS", "/valid_to"),
        ({"parent": None}, 422, "UNIT_PARENT_NEEDED", "/parent"),
        ({"parent": "DN.XX"}, 422, "UNIT_NOT_FOUND", "/parent"),
        ({"code": "DN.HC"}, 409, "CODE_TAKEN", "/code"),
        ({"successors": [{"unit": "DN.HC", "on": "2025-07-01"}] * 2}, 422, "UNIT_SUCCESSION_TWICE", "/successors/1/unit"),
        ({"successors": [{"unit": "QN", "on": "2025-07-01"}]}, 422, "UNIT_NOT_FOUND", "/successors/0/unit"),
    ],
)  # fmt: skip
def test_what_a_new_unit_may_not_be(
    change: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    before = Unit.objects.count()
    answer = head().post(UNITS, {**SENT, **change})
    if status == 201:
        assert answer.status_code in (201, 409)
        return
    refused(answer, status, code, pointer)
    assert Unit.objects.count() == before


@pytest.mark.parametrize("body", [[], "x", 7, None, [SENT]])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    answer = head().post(UNITS, body, format="json")
    assert answer.status_code == 400, answer.content


def test_a_form_is_not_read() -> None:
    refused(head().post(UNITS, SENT, format="multipart"), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_code_stays_and_nothing_stands_below_itself() -> None:
    client = head()
    etag = client.get(UNITS + "DN.HC/")["ETag"]
    change = {"code": "DN.HC2"}
    refused(client.patch(UNITS + "DN.HC/", change, HTTP_IF_MATCH=etag), 422, "FIELD_FIXED", "/code")
    refused(client.patch(UNITS + "DN.HC/", {"parent": "DN.HC"}, HTTP_IF_MATCH=etag), 422, "UNIT_BELOW_ITSELF")
    refused(client.patch(UNITS + "DN.HC/", {"parent": None}, HTTP_IF_MATCH=etag), 422, "UNIT_PARENT_NEEDED")
    top = client.get(UNITS + "DN/")["ETag"]
    refused(client.patch(UNITS + "DN/", {"parent": "DN.HC"}, HTTP_IF_MATCH=top), 422, "UNIT_BELOW_ITSELF")
    assert client.patch(UNITS + "DN/", {"parent": None}, HTTP_IF_MATCH=top).status_code == 200


def test_a_unit_that_was_used_is_not_removed(staff: dict[str, Officer]) -> None:
    client = head()

    def remove(code: str) -> Any:
        return client.delete(f"{UNITS}{code}/", HTTP_IF_MATCH="*")

    refused(remove("DN.HC"), 422, "UNIT_HAS_ASSIGNMENTS")
    assert {one["code"] for one in remove("DN").json()["errors"]} == {"UNIT_HAS_CHILDREN"}
    bring_in([made_story(unit="DN.CL", officer=None)], counted=False)
    refused(remove("DN.CL"), 422, "UNIT_IN_USE")
    assert remove("DN.HV").status_code == 204


@pytest.mark.parametrize(
    "role", ["DEPUTY", "UNIT_HEAD", "OFFICER", "CLERK", "STATISTICIAN", "AUDITOR", "SYSTEM"]
)
def test_only_a_head_writes_units(role: str) -> None:
    client = caller("DN", role)
    refused(client.post(UNITS, SENT, HTTP_IDEMPOTENCY_KEY="k"), 403, "ROLE_MAY_NOT")
    for method in (client.put, client.patch, client.delete):
        refused(method(UNITS + "DN.HC/", SENT, HTTP_IF_MATCH="*"), 403, "ROLE_MAY_NOT")


def test_a_head_writes_in_his_own_part_only() -> None:
    client = caller("DN.HC", "HEAD")
    refused(client.post(UNITS, SENT), 422, "UNIT_NOT_FOUND", "/parent")
    refused(client.patch(UNITS + "DN.TK/", {"name": "x"}, HTTP_IF_MATCH="*"), 404, "UNIT_NOT_FOUND")
    made = client.post(UNITS, {**SENT, "code": "DN.HC.A", "parent": "DN.HC"})
    assert made.status_code == 201, made.content


def test_names_are_one_text_however_they_are_typed() -> None:
    client = head()
    row = client.post(UNITS, {**SENT, "name": "Pho\u0300ng"}).json()
    assert row["name"] == "Phòng"


def test_examples_have_the_shape_of_answers() -> None:
    from officers.api import units

    made = head().post(UNITS, units.UnitList.operations["POST"].request_example)
    assert made.status_code == 201, made.content
    example = {
        **units.UnitDetail.operations["PUT"].example,
        "staff": [],
        "predecessors": [{"unit": "", "on": ""}],
    }
    assert shape(example) == shape(made.json())
    assert Assignment.objects.count() == 0
