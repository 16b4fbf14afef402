"""Officers and assignments, written."""

from __future__ import annotations

from typing import Any

import pytest

from officers.models import Assignment, Officer, Unit, User
from officers.queries import count_enforcers
from tests.api.clients import caller
from tests.api.test_units import refused
from tests.registers import TODAY, bring_in, made_story
from tests.shapes import shape
from thads.journal import sequencer

pytestmark = pytest.mark.django_db
OFFICERS, ASSIGNMENTS = "/api/v1/officers/", "/api/v1/assignments/"
ANY: dict[str, Any] = {"HTTP_IF_MATCH": "*"}
SENT: dict[str, Any] = {
    "code": "DN.HC.09",
    "name": "Huỳnh Thị Thảo",
    "rank": "ENFORCER_1",
    "assignment": {"unit": "DN.HC", "role": "OFFICER", "valid_from": "2024-02-01"},
}
HELD: dict[str, Any] = {"officer": "DN.HC.01", "unit": "DN.HC", "role": "CLERK", "valid_from": "2024-01-01"}


def chief(unit: str = "DN.HC") -> Any:
    return caller(unit, "UNIT_HEAD")


def assignment_of(officer: str) -> str:
    return (
        f"{ASSIGNMENTS}{Assignment.objects.standing().filter(officer__code=officer).latest('pk').public_id}/"
    )


# --- Officers -----------------------------------------------------------------------------------------------


def test_an_officer_comes_with_an_assignment_and_the_log_tells_no_name(staff: dict[str, Officer]) -> None:
    client = chief()
    made = client.post(OFFICERS, SENT)
    assert made.status_code == 201, made.content
    assert made.json()["assignments"][0]["valid_from"] == "2024-02-01"
    address = OFFICERS + "DN.HC.09/"
    changed = client.patch(address, {"name": "Huỳnh Thu Thảo", "rank": None}, HTTP_IF_MATCH=made["ETag"])
    assert (changed.json()["name"], changed.json()["rank"]) == ("Huỳnh Thu Thảo", None)
    replaced = client.put(address, {"code": "DN.HC.09"}, HTTP_IF_MATCH=changed["ETag"])
    assert (replaced.status_code, replaced.json()["name"]) == (200, None)
    assert client.delete(address, HTTP_IF_MATCH=replaced["ETag"]).status_code == 204
    refused(client.get(address), 404, "OFFICER_NOT_FOUND")
    assert not Assignment.objects.standing().filter(officer__code="DN.HC.09").exists()
    sequencer.sequence_all()
    log = client.get("/api/v1/events/")
    assert [one["type"] for one in log.json()["results"]] == [
        "officer.created", "assignment.created", "officer.changed", "officer.changed",
        "assignment.removed", "officer.removed",
    ]  # fmt: skip
    assert "Thảo" not in log.content.decode()
    assert log.json()["results"][2]["data"]["fields"] == {"name": None, "rank": ["ENFORCER_1", ""]}


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"code": "DN.HC.01"}, 409, "CODE_TAKEN", "/code"),
        ({"code": ""}, 400, "FIELD_INVALID", "/code"),
        ({"rank": "GENERAL"}, 400, "FIELD_INVALID", "/rank"),
        ({"phone": "1"}, 400, "FIELD_UNKNOWN", "/phone"),
        ({"assignment": None}, 400, "FIELD_INVALID", "/assignment"),
        ({"assignment": {"unit": "DN.HC", "role": "OFFICER", "boss": 1}}, 400, "FIELD_UNKNOWN", "/assignment/boss"),
        ({"assignment": {"unit": "DN.TK", "role": "OFFICER"}}, 422, "UNIT_NOT_FOUND", "/assignment/unit"),
        ({"assignment": {"unit": "DN.HC", "role": "HEAD"}}, 403, "ROLE_ABOVE_OWN", "/assignment/role"),
        ({"assignment": {"unit": "DN.HC", "role": "SYSTEM"}}, 422, "ROLE_FOR_PROGRAMS", "/assignment/role"),
        ({"assignment": {"unit": "DN.HC", "role": "CLERK", "temporary": "COVER"}}, 422, "TEMPORARY_NEEDS_END", "/assignment/valid_to"),
    ],
)  # fmt: skip
def test_what_a_new_officer_may_not_be(
    change: dict[str, Any], status: int, code: str, pointer: str, staff: dict[str, Officer]
) -> None:
    refused(chief().post(OFFICERS, {**SENT, **change}), status, code, pointer)
    assert Officer.objects.count() == len(staff) and Assignment.objects.count() == len(staff)


def test_the_record_of_who_works_elsewhere_is_kept_there(staff: dict[str, Officer]) -> None:
    Assignment.objects.create(officer=staff["DN.HC.03"], unit=Unit.objects.get(code="DN.TK"), role="OFFICER")
    refused(chief().patch(OFFICERS + "DN.HC.03/", {"name": "X"}, **ANY), 422, "OFFICER_ELSEWHERE")
    refused(chief().delete(OFFICERS + "DN.HC.03/", **ANY), 422, "OFFICER_ELSEWHERE")
    assert chief("DN.TK").patch(OFFICERS + "DN.HC.03/", {"name": "X"}, **ANY).status_code == 200


def test_an_officer_of_whom_something_speaks_is_not_removed(staff: dict[str, Officer]) -> None:
    bring_in([made_story(officer="DN.HC.01")], counted=False)
    User.objects.create_user("hai", officer=staff["DN.HC.02"])
    for code in ("DN.HC.01", "DN.HC.02"):
        refused(chief().delete(f"{OFFICERS}{code}/", **ANY), 422, "OFFICER_IN_USE")
    refused(chief().patch(OFFICERS + "DN.HC.01/", {"code": "DN.HC.10"}, **ANY), 422, "FIELD_FIXED", "/code")
    refused(chief().patch(OFFICERS + "DN.TK.01/", {"name": "X"}, **ANY), 404, "OFFICER_NOT_FOUND")


def test_who_is_late_learns_that_a_name_differs_and_not_how(staff: dict[str, Officer]) -> None:
    etag = chief().get(OFFICERS + "DN.HC.01/")["ETag"]
    chief().patch(OFFICERS + "DN.HC.01/", {"name": "Tên Kín"}, HTTP_IF_MATCH=etag)
    late = chief().patch(OFFICERS + "DN.HC.01/", {"name": "Tên Khác"}, HTTP_IF_MATCH=etag)
    refused(late, 412, "VERSION_STALE", "/name")
    assert "Tên Kín" not in late.content.decode()


def test_a_removed_officer_whom_a_register_names_is_there_again(staff: dict[str, Officer]) -> None:
    chief().post(OFFICERS, SENT)
    chief().delete(OFFICERS + "DN.HC.09/", **ANY)
    bring_in([made_story(officer="DN.HC.09")], counted=False)
    assert chief().get(OFFICERS + "DN.HC.09/").status_code == 200


@pytest.mark.parametrize(
    "role", ["DEPUTY", "OFFICER", "EXAMINER", "CLERK", "ACCOUNTANT", "STATISTICIAN", "AUDITOR"]
)
def test_only_heads_keep_the_staff(role: str, staff: dict[str, Officer]) -> None:
    client = caller("DN.HC", role)
    refused(client.post(OFFICERS, SENT), 403, "ROLE_MAY_NOT")
    refused(client.post(ASSIGNMENTS, HELD), 403, "ROLE_MAY_NOT")
    refused(client.delete(assignment_of("DN.HC.01"), **ANY), 403, "ROLE_MAY_NOT")


# --- Assignments --------------------------------------------------------------------------------------------


def test_an_assignment_is_given_changed_and_taken_back(staff: dict[str, Officer]) -> None:
    client = chief()
    made = client.post(ASSIGNMENTS, {**HELD, "valid_to": "2024-06-30", "temporary": "COVER"})
    assert made.status_code == 201, made.content
    assert (made.json()["temporary"], made.json()["temporary_label"]) == ("COVER", "Làm thay người vắng mặt")
    changed = client.patch(made["Location"], {"valid_to": "2024-05-31"}, HTTP_IF_MATCH=made["ETag"])
    assert (changed.status_code, changed.json()["valid_to"]) == (200, "2024-05-31")
    put = client.put(made["Location"], HELD, HTTP_IF_MATCH=changed["ETag"])
    assert (put.status_code, put.json()["temporary"], put.json()["valid_to"]) == (200, None, None)
    assert client.delete(made["Location"], HTTP_IF_MATCH=put["ETag"]).status_code == 204
    refused(client.get(made["Location"]), 404, "ASSIGNMENT_NOT_FOUND")
    assert client.post(ASSIGNMENTS, HELD).status_code == 201


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"officer": "DN.TK.01"}, 422, "OFFICER_NOT_FOUND", "/officer"),
        ({"unit": "DN.TK"}, 422, "UNIT_NOT_FOUND", "/unit"),
        ({"unit": "DN"}, 422, "UNIT_NOT_FOUND", "/unit"),
        ({"role": "DEPUTY"}, 403, "ROLE_ABOVE_OWN", "/role"),
        ({"role": "KING"}, 400, "FIELD_INVALID", "/role"),
        ({"valid_to": "2023-12-31"}, 422, "ENDS_BEFORE_IT_BEGINS", "/valid_to"),
        ({"temporary": "SECONDMENT"}, 422, "TEMPORARY_NEEDS_END", "/valid_to"),
        ({"role": "OFFICER"}, 409, "ASSIGNMENT_OVERLAPS", "/valid_from"),
        ({"role": "OFFICER", "valid_from": None, "valid_to": "1990-01-01"}, 409, "ASSIGNMENT_OVERLAPS", "/valid_from"),
    ],
)  # fmt: skip
def test_what_an_assignment_may_not_be(
    change: dict[str, Any], status: int, code: str, pointer: str, staff: dict[str, Officer]
) -> None:
    refused(chief().post(ASSIGNMENTS, {**HELD, **change}), status, code, pointer)
    assert Assignment.objects.count() == len(staff)


def test_days_that_touch_do_not_overlap_and_a_change_may_not_make_them(staff: dict[str, Officer]) -> None:
    client, gone = chief(), {**HELD, "officer": "DN.HC.03", "role": "OFFICER"}
    refused(client.post(ASSIGNMENTS, {**gone, "valid_from": "2022-12-31"}), 409, "ASSIGNMENT_OVERLAPS")
    made = client.post(ASSIGNMENTS, {**gone, "valid_from": "2023-01-01"})
    assert made.status_code == 201, made.content
    refused(client.patch(made["Location"], {"valid_from": "2022-06-01"}, **ANY), 409, "ASSIGNMENT_OVERLAPS")
    refused(client.patch(made["Location"], {"valid_to": "2022-06-01"}, **ANY), 422, "ENDS_BEFORE_IT_BEGINS")
    refused(client.patch(made["Location"], {"role": "CLERK"}, **ANY), 422, "FIELD_FIXED", "/role")


def test_a_unit_that_has_ended_takes_nobody(staff: dict[str, Officer]) -> None:
    Unit.objects.filter(code="DN.HC").update(valid_to="2023-06-30")
    refused(chief().post(ASSIGNMENTS, HELD), 422, "UNIT_ENDED", "/unit")


def test_the_last_assignment_is_ended_not_removed(staff: dict[str, Officer]) -> None:
    refused(chief().delete(assignment_of("DN.HC.01"), **ANY), 422, "ASSIGNMENT_LAST")


def test_nobody_touches_who_stands_above(staff: dict[str, Officer]) -> None:
    Assignment.objects.create(officer=staff["DN.HC.02"], unit=Unit.objects.get(code="DN.HC"), role="HEAD")
    address = assignment_of("DN.HC.02")
    refused(chief().delete(address, **ANY), 403, "ROLE_ABOVE_OWN")
    refused(chief().patch(address, {"valid_to": "2030-01-01"}, **ANY), 403, "ROLE_ABOVE_OWN")
    assert caller("DN", "HEAD").patch(address, {"valid_to": "2030-01-01"}, **ANY).status_code == 200
    refused(chief("DN.TK").patch(address, {"valid_to": "2030-01-01"}, **ANY), 404, "ASSIGNMENT_NOT_FOUND")


def test_averages_count_who_is_assigned_and_not_who_was_taken_back(staff: dict[str, Officer]) -> None:
    unit = Unit.objects.get(code="DN.HC").pk
    assert count_enforcers([unit], TODAY) == 2
    chief().post(OFFICERS, SENT)
    assert count_enforcers([unit], TODAY) == 3
    chief().delete(OFFICERS + "DN.HC.09/", **ANY)
    assert count_enforcers([unit], TODAY) == 2


def test_examples_have_the_shape_of_answers(staff: dict[str, Officer]) -> None:
    from officers.api import assignments, officers

    made = chief().post(OFFICERS, officers.OfficerList.operations["POST"].request_example)
    assert shape(made.json()) == shape(officers.OfficerDetail.operations["GET"].example)
    put = officers.OfficerDetail.operations["PUT"].request_example
    assert chief().put(OFFICERS + "DN.HC.01/", put, **ANY).status_code == 200
    made = chief().post(ASSIGNMENTS, assignments.AssignmentList.operations["POST"].request_example)
    assert shape(made.json()) == shape(assignments.AssignmentDetail.operations["GET"].example)
    patch = assignments.AssignmentDetail.operations["PATCH"].request_example
    assert chief().patch(made["Location"], patch, **ANY).status_code == 200
