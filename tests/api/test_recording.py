"""Recording through the API: a case is opened, acts follow, and what may not be is refused with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.models import Act, ActLine, Case, Obligation
from officers.models import Officer
from tests.api.clients import caller
from tests.registers import made_story
from thads.journal.models import Stale

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def story(**changes: Any) -> dict[str, Any]:
    body = made_story(**changes)
    del body["acts"]
    return body


@pytest.fixture
def case(head: APIClient) -> str:
    """A case of Hải Châu: five million to collect, evidence to destroy."""
    answer = head.post(CASES, story(), format="json")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def record(client: APIClient, case: str, act: dict[str, Any], query: str = "", **headers: Any) -> Any:
    return client.post(f"{CASES}{case}/acts/{query}", act, format="json", **headers)


def collected(amount: str, day: str = "2024-03-01") -> dict[str, Any]:
    return {"type": "COLLECTION", "effective_on": day, "lines": [{"obligation": "o1", "amount": amount}]}


def recorded(client: APIClient, case: str, act: dict[str, Any]) -> dict[str, Any]:
    answer = record(client, case, act)
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def refused(answer: Any, status: int, *codes: str) -> list[dict[str, Any]]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    errors: list[dict[str, Any]] = answer.json()["errors"]
    assert {error["code"] for error in errors} == set(codes)
    return errors


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Act, ActLine, Stale))


# --- Opening ------------------------------------------------------------------------------------------------


def test_a_case_is_opened(head: APIClient) -> None:
    answer = head.post(CASES, story(), format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert body["version"] == 1 and body["bucket"] == "ELIGIBLE" and body["remaining"] == "5000000"
    shown = head.get(answer["Location"])
    assert shown.json() == body
    assert answer["ETag"].startswith('"1-')


def test_an_opening_is_an_act(head: APIClient, case: str) -> None:
    acts = head.get(f"{CASES}{case}/acts/").json()["results"]
    assert [act["type"] for act in acts] == ["ENF_DECISION_EX_OFFICIO"]
    assert acts[0]["recorded_by"].startswith("API_KEY:") and acts[0]["recorded_by"].endswith(" test")


def test_the_same_decision_is_opened_once(head: APIClient, case: str) -> None:
    before = rows()
    (error,) = refused(head.post(CASES, story(), format="json"), 409, "CASE_EXISTS")
    assert case in error["detail"] and rows() == before


def test_a_decision_of_another_unit_is_known_but_not_shown(head: APIClient, case: str) -> None:
    """Under the old law a district office is its own authority, so its number can only clash within it; the clash says
    no more than that.
    """
    recorded(head, case, {"type": "REASSIGN", "effective_on": "2024-05-05", "unit": "DN.TK"})
    (error,) = refused(caller("DN.HC", "CLERK").post(CASES, story(), format="json"), 409, "CASE_EXISTS")
    assert case not in error["detail"]


def test_an_opening_takes_no_acts_and_nobody_unknown(head: APIClient) -> None:
    before = rows()
    refused(head.post(CASES, made_story(), format="json"), 422, "ACTS_NOT_TAKEN")
    (error,) = refused(head.post(CASES, story(officer="DN.HC.99"), format="json"), 422, "OFFICER_UNKNOWN")
    assert error["pointer"] == "/case/officer"
    refused(caller("DN.TK", "CLERK").post(CASES, story(), format="json"), 422, "UNIT_UNKNOWN")
    refused(head.post(CASES, ["x"], format="json"), 422, "NOT_AN_OBJECT")
    assert rows() == before


def test_a_dry_opening_says_what_would_be_and_writes_nothing(head: APIClient) -> None:
    before = rows()
    answer = head.post(f"{CASES}?dry_run=true", story(), format="json")
    assert answer.status_code == 200
    assert answer.json()["after"]["remaining"] == "5000000" and answer.json()["before"] is None
    assert rows() == before


# --- Acts ---------------------------------------------------------------------------------------------------


def test_an_act_is_recorded_and_moves_the_case(head: APIClient, case: str) -> None:
    answer = record(head, case, collected("2000000"))
    assert answer.status_code == 201
    assert head.get(answer["Location"]).json() == answer.json()
    shown = head.get(f"{CASES}{case}/")
    assert shown.json()["remaining"] == "3000000" and shown.json()["version"] == 2
    assert answer["ETag"] == shown["ETag"]
    recorded(head, case, collected("3000000"))
    recorded(
        head, case, {"type": "PERFORMANCE", "effective_on": "2024-03-05", "lines": [{"obligation": "o2"}]}
    )
    assert head.get(f"{CASES}{case}/").json()["bucket"] == "COMPLETED"


def test_lines_and_acts_are_named_by_reference_or_uuid(head: APIClient, case: str) -> None:
    line = str(Obligation.objects.get(ref="o1").public_id)
    act = recorded(head, case, {**collected("1"), "lines": [{"obligation": line, "amount": "1000000"}]})
    assert act["lines"] == [{"obligation": "o1", "amount": "1000000"}]
    named = recorded(head, case, {**collected("1000000"), "ref": "thu-2"})
    assert named["ref"] == "thu-2"
    annulled = recorded(head, case, {"type": "ANNUL_ACT", "effective_on": "2024-04-01", "annuls": act["id"]})
    assert annulled["annuls"] == act["id"]
    voided = recorded(head, case, {"type": "CORRECTION", "effective_on": "2024-04-01", "voids": "thu-2"})
    assert voided["voids"] == named["id"]
    assert head.get(f"{CASES}{case}/").json()["remaining"] == "5000000"


def test_recording_is_strictly_ordered_per_case(head: APIClient, case: str) -> None:
    for day in ("2024-03-01", "2024-02-01", "2024-01-05"):
        recorded(head, case, collected("1000", day))
    moments = list(Act.objects.order_by("seq").values_list("recorded_at", flat=True))
    assert moments == sorted(set(moments)) and len(moments) == 4


def test_a_dry_run_tells_everything_and_writes_nothing(head: APIClient, case: str) -> None:
    before = rows()
    answer = record(
        head, case, {**collected("1"), "lines": [{"obligation": "o1", "amount": "5000000"}]}, "?dry_run=true"
    )
    body = answer.json()
    assert answer.status_code == 200
    assert (body["before"]["remaining"], body["after"]["remaining"]) == ("5000000", "0")
    assert [line["obligation"] for line in body["lines"]] == ["o1"]
    assert body["lines"][0]["after"]["bucket"] == "COMPLETED"
    assert rows() == before


# --- What may not be ----------------------------------------------------------------------------------------


def test_an_act_may_not_take_more_than_remains(head: APIClient, case: str) -> None:
    before = rows()
    (error,) = refused(record(head, case, collected("6000000")), 422, "MORE_THAN_REMAINS")
    assert error["pointer"] == "/lines/0/amount" and error["legal_basis"]
    assert rows() == before


@pytest.mark.parametrize(
    ("act", "status", "code", "pointer"),
    [
        ({"type": "NO_SUCH"}, 422, "CODE_UNKNOWN", "/type"),
        ({"type": "ENF_DECISION_EX_OFFICIO", "effective_on": "2024-01-01"}, 422, "CODE_UNKNOWN", "/type"),
        ({"type": "VERIFICATION"}, 422, "MISSING", "/effective_on"),
        ({"type": "VERIFICATION", "effective_on": "2999-01-01"}, 422, "DATE_IN_FUTURE", "/effective_on"),
        ({"type": "VERIFICATION", "effective_on": "2020-01-01"}, 422, "DATE_BEFORE_OPENING", "/effective_on"),
        ({"type": "VERIFICATION", "effective_on": "2024-01-01", "colour": 1}, 422, "FIELD_UNKNOWN", "/colour"),
        ({"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-01"}, 422, "GROUND_MISSING", ""),
        (
            {"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-01", "ground": "zz"},
            422, "GROUND_UNKNOWN", "/ground",
        ),
        ({"type": "DELEGATION_DECISION", "effective_on": "2024-01-01"}, 422, "TO_AUTHORITY_MISSING", ""),
        ({"type": "SEPARATE_BOOK", "effective_on": "2024-01-01"}, 422, "PREREQUISITE_MISSING", ""),
        ({"type": "FILE_PULL_DECISION", "effective_on": "2025-08-01", "ground": "a"}, 422, "ACT_NO_LONGER_LAW", "/effective_on"),
        ({"type": "COLLECTION", "effective_on": "2024-01-01"}, 422, "AMOUNT_MISSING", "/lines"),
        ({"type": "ANNUL_ACT", "effective_on": "2024-01-01", "annuls": "x"}, 422, "REF_UNKNOWN", "/annuls"),
        ({"type": "CORRECTION", "effective_on": "2024-01-01"}, 422, "MISSING", "/voids"),
        ({"type": "REASSIGN", "effective_on": "2024-01-01", "unit": "XX"}, 422, "UNIT_UNKNOWN", "/unit"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(
    head: APIClient, case: str, act: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    before = rows()
    (error,) = refused(record(head, case, act), status, code)
    assert error["pointer"] == pointer
    assert rows() == before


def test_an_act_is_annulled_once_and_a_correction_stands_under_nothing(head: APIClient, case: str) -> None:
    act = recorded(head, case, collected("1000000"))
    recorded(head, case, {"type": "ANNUL_ACT", "effective_on": "2024-04-01", "annuls": act["id"]})
    before = rows()
    again = {"type": "ANNUL_ACT", "effective_on": "2024-04-02", "annuls": act["id"]}
    refused(record(head, case, again), 422, "ANNULLED_TWICE")
    blocked = {"type": "CORRECTION", "effective_on": "2024-04-02", "voids": act["id"]}
    (error,) = refused(record(head, case, blocked), 422, "CORRECTION_BLOCKED")
    assert "ANNUL_ACT" in error["detail"] and error["pointer"] == "/voids"
    assert rows() == before


def test_a_back_dated_act_that_makes_a_later_one_impossible_names_it(head: APIClient, case: str) -> None:
    recorded(head, case, collected("4000000", "2024-05-06"))
    before = rows()
    (error,) = refused(record(head, case, collected("2000000", "2024-01-02")), 422, "LATER_ACT_IMPOSSIBLE")
    assert error["pointer"] == "/effective_on"
    assert "COLLECTION" in error["detail"] and "06/05/2024" in error["detail"]
    assert rows() == before
    recorded(head, case, collected("1000000", "2024-01-02"))
    assert head.get(f"{CASES}{case}/").json()["last_act_on"] == "2024-05-06"


def test_a_stale_version_is_refused_with_what_happened_since(head: APIClient, case: str) -> None:
    seen = head.get(f"{CASES}{case}/")["ETag"]
    recorded(head, case, collected("1000000"))
    before = rows()
    errors = refused(
        record(head, case, collected("1"), HTTP_IF_MATCH=seen), 412, "VERSION_STALE", "RECORDED_SINCE"
    )
    assert [error["pointer"] for error in errors] == ["", "/acts/1"]
    assert rows() == before
    fresh = head.get(f"{CASES}{case}/")["ETag"]
    assert record(head, case, collected("1"), HTTP_IF_MATCH=fresh).status_code == 201


def test_a_case_of_another_unit_is_not_found(head: APIClient, case: str) -> None:
    before = rows()
    for client in (caller("DN.TK", "UNIT_HEAD"), caller("DN.HC", "OFFICER", "DN.HC.02")):
        refused(record(client, case, collected("1")), 404, "CASE_NOT_FOUND")
        refused(record(client, case, collected("1"), "?dry_run=true"), 404, "CASE_NOT_FOUND")
    refused(record(head, "no-uuid", collected("1")), 404, "CASE_NOT_FOUND")
    assert rows() == before


def test_an_officer_records_on_his_own_case_and_reassigns_nothing(head: APIClient, case: str) -> None:
    officer = caller("DN.HC", "OFFICER", "DN.HC.01")
    assert record(officer, case, collected("1")).status_code == 201
    handing = {"type": "REASSIGN", "effective_on": "2024-05-05", "unit": "DN.HC", "officer": "DN.HC.02"}
    refused(record(officer, case, handing), 403, "ROLE_MAY_NOT")
    refused(record(caller("DN.HC", "AUDITOR"), case, collected("1")), 403, "ROLE_MAY_NOT")


# --- Many ---------------------------------------------------------------------------------------------------


@pytest.fixture
def three(head: APIClient) -> list[str]:
    answers = [head.post(CASES, story(number=f"{n}/QĐ"), format="json") for n in (1, 2, 3)]
    return [str(answer.json()["id"]) for answer in answers]


def handing(cases: list[str], **changes: Any) -> dict[str, Any]:
    return {"cases": cases, "unit": "DN.TK", "officer": "DN.TK.01", "effective_on": "2024-05-05", **changes}


def test_many_are_reassigned_by_one_decision(head: APIClient, three: list[str]) -> None:
    answer = head.post(f"{CASES}reassignments/", handing(three, decision_number="15/QĐ"), format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["recorded"] == 3 and [one["version"] for one in answer.json()["results"]] == [
        2,
        2,
        2,
    ]
    assert set(Case.objects.values_list("unit__code", "officer__code")) == {("DN.TK", "DN.TK.01")}
    assert set(Act.objects.filter(type="REASSIGN").values_list("decision_number", flat=True)) == {"15/QĐ"}


def test_one_that_may_not_be_reassigned_stops_all_or_itself(head: APIClient, three: list[str]) -> None:
    for act in (
        collected("5000000"),
        {"type": "PERFORMANCE", "effective_on": "2024-03-05", "lines": [{"obligation": "o2"}]},
    ):
        recorded(head, three[1], act)
    before = rows()
    (error,) = refused(
        head.post(f"{CASES}reassignments/", handing(three), format="json"), 422, "REASSIGN_ENDED_CASE"
    )
    assert error["pointer"] == "/cases/1" and rows() == before
    answer = head.post(f"{CASES}reassignments/?mode=each", handing(three), format="json")
    assert answer.status_code == 201
    assert [len(one["errors"]) for one in answer.json()["results"]] == [0, 1, 0]
    assert Act.objects.filter(type="REASSIGN").count() == 2


def test_many_are_planned_dry(head: APIClient, three: list[str]) -> None:
    before = rows()
    answer = head.post(f"{CASES}reassignments/?dry_run=true", handing(three), format="json")
    assert answer.status_code == 200 and answer.json()["recorded"] == 3
    assert rows() == before


def test_what_is_asked_of_many_is_checked(head: APIClient, three: list[str]) -> None:
    before = rows()
    address = f"{CASES}reassignments/"
    refused(head.post(address, handing([]), format="json"), 400, "CASES_INVALID")
    refused(head.post(address, handing([three[0], three[0]]), format="json"), 400, "CASES_TWICE")
    refused(head.post(address, handing(["x"]), format="json"), 400, "ID_INVALID")
    refused(head.post(address, handing(three, unit="XX"), format="json"), 422, "UNIT_UNKNOWN")
    refused(head.post(address, [], format="json"), 400, "NOT_AN_OBJECT")
    outsider = caller("DN.TK", "UNIT_HEAD")
    errors = refused(outsider.post(address, handing(three), format="json"), 422, "CASE_NOT_FOUND")
    assert [error["pointer"] for error in errors] == ["/cases/0", "/cases/1", "/cases/2"]
    refused(
        caller("DN.HC", "OFFICER", "DN.HC.01").post(address, handing(three), format="json"),
        403,
        "ROLE_MAY_NOT",
    )
    assert rows() == before


def test_the_shapes_of_examples(head: APIClient, case: str) -> None:
    from cases.api.recording import ActsOfCase, Cases, Reassignments
    from tests.shapes import shape

    act = recorded(head, case, collected("1"))
    assert shape(ActsOfCase.operations["POST"].example).keys() == shape(act).keys()
    opened = head.post(CASES, story(number="9/QĐ"), format="json").json()
    assert shape(Cases.operations["POST"].example).keys() == shape(opened).keys()
    many = head.post(f"{CASES}reassignments/", handing([case]), format="json").json()
    assert shape(Reassignments.operations["POST"].example) == shape(many)
