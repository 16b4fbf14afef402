"""Whose cases an officer may not handle; what replaces him; and what may never be requested again."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.api import conflicts as api
from cases.models import Case
from officers.models import Conflict, Officer
from tests.api.clients import caller
from tests.registers import TODAY, bring_in, made_story
from tests.shapes import shape
from thads.journal import sequencer

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"
URL = "/api/v1/officers/DN.HC.02/conflicts/"
#: The identity number of the debtor of made stories.
DEBTOR = "048090000001"
SISTER = {"name": "Nguyễn Thị Hoa", "relation": "SIBLING", "id_number": DEBTOR}
HANDED = {"type": "REASSIGN", "effective_on": "2026-07-20", "unit": "DN.HC", "officer": "DN.HC.02"}


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def case(staff: dict[str, Officer]) -> Case:
    (key,) = bring_in([made_story()], counted=False)
    return Case.objects.get(pk=key)


def refused(answer: Any, code: str, pointer: str, basis: str | None) -> None:
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["pointer"], error["legal_basis"]) == (
        422,
        code,
        pointer,
        basis,
    )


# --- The register -------------------------------------------------------------------------------------------


def test_declared_read_with_masks_changed_and_taken_back(head: APIClient) -> None:
    made = head.post(URL, SISTER, format="json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["officer"], row["relation_label"], row["masked"]) == ("DN.HC.02", "Anh, chị, em ruột", False)
    assert row["id_number"] == DEBTOR and DEBTOR.encode() not in bytes(
        Conflict.objects.get().id_number_sealed
    )
    assert shape(row) == shape(api.CONFLICT)
    assert head.get(URL).json()["results"] == [row]
    twice = head.post(URL, SISTER, format="json")
    assert (twice.status_code, twice.json()["code"]) == (409, "CONFLICT_TWICE")
    patched = head.patch(made["Location"], {"note": "Em gái ruột"}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert (patched.status_code, patched.json()["note"]) == (200, "Em gái ruột")
    stale = head.patch(made["Location"], {"note": "x"}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert stale.status_code == 412
    another = head.patch(made["Location"], {"id_number": "1"}, format="json", HTTP_IF_MATCH="*")
    refused(another, "CONFLICT_FIXED", "/id_number", None)
    assert head.delete(made["Location"], HTTP_IF_MATCH="*").status_code == 204
    assert head.get(URL).json()["results"] == []
    sequencer.sequence_all()
    events = head.get("/api/v1/events/").json()["results"]
    assert [one["type"] for one in events] == ["conflict.created", "conflict.changed", "conflict.removed"]
    assert "Hoa" not in str(events) and DEBTOR not in str(events)


def test_an_officer_sees_and_declares_his_own_only(head: APIClient) -> None:
    assert head.post(URL, SISTER, format="json").status_code == 201
    himself, colleague = caller("DN.HC", "OFFICER", "DN.HC.02"), caller("DN.HC", "OFFICER", "DN.HC.01")
    assert len(himself.get(URL).json()["results"]) == 1
    assert himself.post(URL, {**SISTER, "id_number": "048090000009"}, format="json").status_code == 201
    assert colleague.get(URL).status_code == 404
    assert colleague.post(URL, SISTER, format="json").status_code == 404
    assert caller("DN.TK", "UNIT_HEAD").get(URL).status_code == 404
    for role in ("CLERK", "AUDITOR", "SYSTEM"):
        assert caller("DN", role).get(URL).status_code == 403
    hidden = caller("DN.HC", "OFFICER").get(URL).json()["results"][0]
    assert (hidden["masked"], hidden["id_number"]) == (True, "********0001")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 422, "CONFLICT_OF_WHAT"),
        ({"id_number": DEBTOR}, 422, "MISSING"),
        ({"case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11"}, 422, "CASE_NOT_FOUND"),
        ({**SISTER, "relation": "FRIEND"}, 400, "FIELD_INVALID"),
        ({**SISTER, "officer": "DN.HC.01"}, 400, "FIELD_UNKNOWN"),
    ],
)
def test_what_cannot_be_declared(sent: dict[str, Any], status: int, code: str, head: APIClient) -> None:
    answer = head.post(URL, sent, format="json")
    assert answer.status_code == status, answer.content
    assert code in [error["code"] for error in answer.json()["errors"]]
    assert not Conflict.objects.exists()


# --- What it keeps from -------------------------------------------------------------------------------------


def test_no_case_of_somebody_close_is_given_to_an_officer(head: APIClient, case: Case) -> None:
    acts = f"{CASES}{case.public_id}/acts/"
    assert head.post(f"{acts}?dry_run=true", HANDED, format="json").status_code == 200
    assert head.post(URL, SISTER, format="json").status_code == 201
    answer = head.post(acts, HANDED, format="json")
    refused(answer, "OFFICER_IN_CONFLICT", "/officer", "L25 Đ16.2d")
    assert "Hoa" not in answer.content.decode()
    assert "DN.HC.02" in head.post(f"{acts}?lang=en", HANDED, format="json").json()["errors"][0]["detail"]
    appointed = {"type": "ASSIGNMENT", "effective_on": "2026-07-20", "data": {"officer": "DN.HC.02"}}
    refused(head.post(acts, appointed, format="json"), "OFFICER_IN_CONFLICT", "/data/officer", "L25 Đ16.2d")
    old = {**HANDED, "effective_on": "2025-06-02"}
    refused(head.post(acts, old, format="json"), "OFFICER_IN_CONFLICT", "/officer", "L08 Đ21")
    many = {**HANDED, "cases": [str(case.public_id)]}
    del many["type"]
    refused(
        head.post(f"{CASES}reassignments/", many, format="json"),
        "OFFICER_IN_CONFLICT",
        "/cases/0/officer",
        "L25 Đ16.2d",
    )
    case.refresh_from_db()
    assert (case.version, case.officer.code) == (1, "DN.HC.01"), "nothing was written"
    assert head.post(acts, {**HANDED, "officer": "DN.HC.01"}, format="json").status_code == 201


def test_nor_a_case_in_which_he_has_an_interest(head: APIClient, case: Case) -> None:
    declared = head.post(URL, {"case": str(case.public_id), "note": "Có tài sản chung"}, format="json")
    assert (declared.status_code, declared.json()["relation"]) == (201, None)
    answer = head.post(f"{CASES}{case.public_id}/acts/", HANDED, format="json")
    refused(answer, "OFFICER_IN_CONFLICT", "/officer", "L25 Đ16.2d")
    (other,) = bring_in([made_story(number="2/QĐ")], counted=False)
    free = Case.objects.get(pk=other).public_id
    assert head.post(f"{CASES}{free}/acts/", HANDED, format="json").status_code == 201


def opening(**more: Any) -> dict[str, Any]:
    story = made_story(date="2026-07-20", **more)
    del story["acts"]
    return story


def test_nor_is_a_case_opened_for_him_and_a_register_is_warned(head: APIClient) -> None:
    head.post(URL, SISTER, format="json")
    answer = head.post(CASES, opening(officer="DN.HC.02"), format="json")
    refused(answer, "OFFICER_IN_CONFLICT", "/case/officer", "L25 Đ16.2d")
    assert not Case.objects.exists()
    other = opening(officer="DN.HC.02")
    other["parties"][0]["id_number"] = "048090000077"
    assert head.post(CASES, other, format="json").status_code == 201
    told = made_story(officer="DN.HC.02", acts=[{**HANDED, "effective_on": "2024-01-05"}])
    plan = plan_story(told, register=Register.load(), today=TODAY)
    assert [(one.code, one.pointer) for one in plan.lawful.warnings] == [
        ("OFFICER_IN_CONFLICT", "/case/officer"),
        ("OFFICER_IN_CONFLICT", "/acts/0/officer"),
    ]


def test_an_officer_is_replaced_for_a_reason(head: APIClient, case: Case) -> None:
    acts = f"{CASES}{case.public_id}/acts/"
    replaced = {"type": "ASSIGNMENT", "effective_on": "2026-07-20", "data": {"replaces": "DN.HC.01"}}
    refused(
        head.post(acts, replaced, format="json"), "REPLACEMENT_NEEDS_REASON", "/data/reason", "D152 Đ13.3"
    )
    blank = {**replaced, "effective_on": "2025-06-02", "data": {"replaces": "DN.HC.01", "reason": " "}}
    refused(head.post(acts, blank, format="json"), "REPLACEMENT_NEEDS_REASON", "/data/reason", "D62 Đ10.3")
    replaced["data"]["reason"] = "Đương sự đề nghị, có căn cứ không vô tư"  # type: ignore[index]
    assert head.post(acts, replaced, format="json").status_code == 201


# --- Forbidden once and for all -----------------------------------------------------------------------------

CONTRACT = {
    "judgment": {
        "number": "15/2025/DS-ST",
        "issued_on": "2025-01-10",
        "issuer": "TAND quận Hải Châu",
        "instrument_type": "CIVIL_JUDGMENT",
    },
    "initiation": "ON_REQUEST",
    "field": "CIVIL",
}
PEOPLE = [
    {"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Nguyễn Văn A"},
    {"ref": "c1", "role": "CREDITOR", "kind": "PERSON", "name": "Trần Thị B"},
]
LINES = [{"ref": "o1", "kind": "MONEY_DEBT", "debtor": "d1", "creditor": "c1", "amount": "5000000"}]
VERIFIED = {"type": "VERIFICATION", "effective_on": "2025-03-05"}
WITHDRAWN = {"type": "TERMINATION_DECISION", "effective_on": "2026-07-06", "ground": "4", "ref": "end"}


def requested(
    number: str, date: str, acts: list[dict[str, Any]] | None = None, **change: Any
) -> dict[str, Any]:
    """A case on request on one contract."""
    story = made_story(number=number, date=date, acts=acts or [], **CONTRACT)
    return {**story, "parties": PEOPLE, "obligations": LINES, **change}


def again(**change: Any) -> dict[str, Any]:
    story = requested("9/QĐ", "2026-07-20", **change)
    del story["acts"]
    return story


def test_what_the_creditor_gave_up_is_never_requested_again(head: APIClient) -> None:
    bring_in([requested("1/QĐ", "2025-03-03", [VERIFIED, WITHDRAWN])], counted=False)
    answer = head.post(CASES, again(), format="json")
    refused(answer, "REQUEST_BARRED", "/obligations/0", "L25 Đ48.4")
    assert "1/QĐ" in answer.json()["errors"][0]["detail"]
    assert (
        "never"
        in head.post(f"{CASES}?lang=en&dry_run=true", again(), format="json").json()["errors"][0]["detail"]
    )
    otherwise_typed = again(parties=[{**PEOPLE[0], "name": " NGUYỄN  VĂN A"}, PEOPLE[1]])
    otherwise_typed["case"]["judgment"] = {**CONTRACT["judgment"], "issuer": "TAND Quận Hải Châu"}  # type: ignore[dict-item]
    refused(head.post(CASES, otherwise_typed, format="json"), "REQUEST_BARRED", "/obligations/0", "L25 Đ48.4")
    elsewhere = again()
    elsewhere["case"] |= {"unit": "DN.TK", "officer": "DN.TK.01"}
    beside = caller("DN.TK", "HEAD").post(CASES, elsewhere, format="json")
    refused(beside, "REQUEST_BARRED", "/obligations/0", "L25 Đ48.4")
    assert "1/QĐ" not in beside.content.decode(), "a case of another unit is not named"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"parties": [{**PEOPLE[0], "name": "Nguyễn Văn Ấ"}, PEOPLE[1]]},
        {"obligations": [{**LINES[0], "kind": "INJURY_COMPENSATION"}]},
        {"obligations": [{**LINES[0], "debtor": "c1", "creditor": "d1"}]},
    ],
    ids=["another debtor", "another kind", "the other way round"],
)
def test_another_content_of_the_judgment_may_be(change: dict[str, Any], head: APIClient) -> None:
    bring_in([requested("1/QĐ", "2025-03-03", [VERIFIED, WITHDRAWN])], counted=False)
    answer = head.post(CASES, again(**change), format="json")
    assert answer.status_code == 201, answer.content


def test_what_ended_on_another_ground_or_came_back_may_be_requested_again(head: APIClient) -> None:
    annulled = [VERIFIED, WITHDRAWN, {"type": "ANNUL_ACT", "effective_on": "2026-07-07", "annuls": "end"}]
    bring_in(
        [
            requested("1/QĐ", "2025-03-03", [VERIFIED, {**WITHDRAWN, "ground": "1"}]),
            requested("2/QĐ", "2025-03-03", annulled),
        ],
        counted=False,
    )
    assert head.post(CASES, again(), format="json").status_code == 201


def test_the_old_law_bars_it_on_its_own_letter(head: APIClient) -> None:
    old = {**WITHDRAWN, "effective_on": "2025-06-02", "ground": "c"}
    bring_in([requested("1/QĐ", "2025-03-03", [VERIFIED, old])], counted=False)
    refused(head.post(CASES, again(), format="json"), "REQUEST_BARRED", "/obligations/0", "L25 Đ48.4")


def test_a_request_that_was_returned_may_be_made_again_and_names_the_former_case(head: APIClient) -> None:
    returned = [
        {"type": "VERIFICATION", "effective_on": "2024-03-05"},
        {"type": "NO_CONDITION_DECISION", "effective_on": "2024-03-08", "ground": "a"},
        {"type": "VERIFICATION", "effective_on": "2025-03-05", "data": {"conclusion": "NO_CONDITION"}},
        {"type": "REQUEST_RETURN_NOTICE", "effective_on": "2026-07-06", "ground": "38.4"},
    ]
    first = requested("1/QĐ", "2024-03-04", returned)
    first["case"]["judgment"] = {**CONTRACT["judgment"], "issued_on": "2024-01-10"}  # type: ignore[dict-item]
    (key,) = bring_in([first], counted=False)
    former = Case.objects.get(pk=key)
    story = again()
    story["case"]["judgment"] = first["case"]["judgment"]
    made = head.post(CASES, story, format="json")
    assert made.status_code == 201, made.content
    named = {"id": str(former.public_id), "decision_number": "1/QĐ", "decision_date": "2024-03-04"}
    assert made.json()["previous_case"] == named == head.get(made["Location"]).json()["previous_case"]
    assert head.get(f"{CASES}{former.public_id}/").json()["previous_case"] is None
    elsewhere = {"type": "REASSIGN", "effective_on": "2026-07-21", "unit": "DN.TK", "officer": "DN.TK.01"}
    assert head.post(f"{made['Location']}acts/", elsewhere, format="json").status_code == 201
    assert caller("DN.TK", "UNIT_HEAD").get(made["Location"]).json()["previous_case"] is None, (
        "not his to see"
    )


def test_money_in_accounts_is_not_entrusted(head: APIClient, case: Case) -> None:
    acts = f"{CASES}{case.public_id}/acts/"
    entrusted = {
        "type": "DELEGATION_DECISION", "effective_on": "2026-07-20", "to_authority": "HUE", "data": {"object": "ACCOUNT"},
    }  # fmt: skip
    refused(
        head.post(acts, entrusted, format="json"), "DATA_FORBIDDEN", "/data/object", "L25 Đ49.1a; D152 Đ26.1"
    )
    assert (
        head.post(
            f"{acts}?dry_run=true", {**entrusted, "data": {"object": "LAND"}}, format="json"
        ).status_code
        == 200
    )
    warned = made_story(number="5/QĐ", acts=[{**entrusted, "effective_on": "2026-07-21"}])
    plan = plan_story(warned, register=Register.load(), today=TODAY)
    assert "DATA_FORBIDDEN" in [one.code for one in plan.lawful.warnings]


def test_what_has_been_performed_is_not_deferred(head: APIClient, staff: dict[str, Officer]) -> None:
    paid = {
        "type": "COLLECTION",
        "effective_on": "2024-01-08",
        "lines": [{"obligation": "o1", "amount": "5000000"}],
    }
    (key,) = bring_in(
        [made_story(acts=[{"type": "VERIFICATION", "effective_on": "2024-01-05"}, paid])], counted=False
    )
    acts = f"{CASES}{Case.objects.get(pk=key).public_id}/acts/"
    defer = {"type": "DEFER_DECISION", "effective_on": "2026-07-20", "ground": "c"}
    answer = head.post(acts, {**defer, "lines": [{"obligation": "o1"}]}, format="json")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["pointer"]) == (422, "LINE_ENDED", "/lines/0")
    assert error["legal_basis"].startswith("L25 Đ46")
    amount = {**defer, "lines": [{"obligation": "o2", "amount": "1000"}]}
    assert head.post(acts, amount, format="json").json()["errors"][0]["code"] == "AMOUNT_NOT_TAKEN"
    assert head.post(acts, {**defer, "lines": [{"obligation": "o2"}]}, format="json").status_code == 201
