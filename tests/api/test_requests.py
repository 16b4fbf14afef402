"""Requests for enforcement: received by anybody, told what they lack, in the book when complete, refused on a ground
of the law of the day, accepted by the case that is opened on them.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cases.api import request_shapes
from cases.models import Case, EnforcementRequest, Judgment
from cases.rules.intake import STATUSES
from cases.rules.tables import tables
from officers.models import Assignment, Officer, Unit
from tests.api.clients import caller
from tests.papers import judgment_sent
from tests.registers import made_story
from tests.shapes import shape
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
ALL = "/api/v1/requests/"
CASES = "/api/v1/cases/"
NOTICE = {"ground": "c", "decision_number": "3/TB-THADS", "decision_date": "2026-07-09", "signer": "DN.LD01"}


@pytest.fixture
def clerk(staff: dict[str, Officer]) -> APIClient:
    """The clerk of Hải Châu; the head of Đà Nẵng may sign."""
    head = Officer.objects.create(code="DN.LD01", name="Bà Trưởng")
    Assignment.objects.create(officer=head, unit=Unit.objects.get(code="DN"), role="HEAD")
    return caller("DN.HC", "CLERK")


@pytest.fixture
def judgment(clerk: APIClient) -> dict[str, Any]:
    return judged(clerk)


def judged(client: APIClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/judgments/", judgment_sent(**more), format="json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def whole(judgment: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A request that holds everything the 2025 law asks for, if it names a judgment."""
    sent = {**request_shapes.REQUEST_SENT, "parties": [{**request_shapes.REQUEST_SENT["parties"][0]}]}
    sent["parties"][0]["phone"] = "0905000111"
    named = {} if judgment is None else {"judgment": judgment["id"]}
    return {**sent, **named, **more}


def received(client: APIClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(ALL, body, format="json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def step(client: APIClient, row: dict[str, Any], name: str, **body: Any) -> Any:
    return client.post(f"{ALL}{row['id']}/{name}/", body, format="json")


def registered(client: APIClient, row: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = step(client, row, "registration", **{"registered_on": "2026-07-08", **body})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def faults(answer: Any, status: int = 422) -> list[tuple[str, str, str | None]]:
    assert answer.status_code == status, answer.content
    return [(one["code"], one["pointer"], one["legal_basis"]) for one in answer.json()["errors"]]


# --- Received -----------------------------------------------------------------------------------------------


def test_a_request_is_received_whatever_it_lacks(clerk: APIClient) -> None:
    """The slip has a number of the year, the terms run, and what is missing is named with its article."""
    body = received(clerk, whole())
    assert (body["unit"], body["receipt_number"], body["receipt_year"]) == ("DN.HC", 1, 2026)
    assert (body["status"], body["regime"], body["version"]) == ("REQUEST_RECEIVED", "L2025", 1)
    # Monday 06/7: the notice within one working day, the decision within three of knowing the authority (K05).
    assert (body["notify_by"], body["late"]) == ("2026-07-07", True)
    assert [one["clock"] for one in body["deadlines"]] == ["K03", "K05"]
    assert all(one["steps"] and one["due_on"] for one in body["deadlines"])
    assert [(one["pointer"], one["legal_basis"]) for one in body["missing"]] == [("/judgment", "D152 Đ9.2")]
    assert clerk.get(f"{ALL}{body['id']}/").json() == body
    assert (
        received(clerk, whole(requester="Lê Thị Ba", id_number=None, external_ids=[]))["receipt_number"] == 2
    )
    (event,) = Outbox.objects.filter(type="request.received", data__receipt_number=1)
    assert not any(told in str(event.data) for told in ("Trần Thị Hạnh", "048190000007", "0905123567"))


def test_what_is_shown_is_what_the_contract_says(clerk: APIClient, judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(judgment))
    listed = clerk.get(ALL).json()
    assert shape(listed["results"][0]) == shape({**request_shapes.REQUEST, "duty_due_on": None})
    assert set(body) == set(request_shapes.REQUEST_DETAIL)
    assert (body["missing"], body["decide_by"]) == ([], "2026-07-13")


def test_who_may_not_see_people_sees_them_masked(clerk: APIClient, judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(judgment))
    assert (body["id_number"], body["masked"]) == ("048190000007", False)
    shown = caller("DN", "AUDITOR").get(f"{ALL}{body['id']}/").json()
    assert (shown["id_number"], shown["phone"], shown["born_on"], shown["masked"]) == (
        "********0007", "*******567", None, True,
    )  # fmt: skip
    assert shown["parties"][0]["id_number"] == "********0001"
    stored = EnforcementRequest.objects.get(public_id=body["id"])
    assert b"048190000007" not in bytes(stored.id_number_sealed) + bytes(stored.parties_sealed)


def test_the_same_request_is_received_once(clerk: APIClient, judgment: dict[str, Any]) -> None:
    first = received(clerk, whole(judgment))
    again = clerk.post(ALL, whole(judgment, external_ids=[], requester="TRẦN  THỊ HẠNH"), format="json")
    assert faults(again, 409) == [("REQUEST_EXISTS", "", None)]
    assert first["id"] in again.json()["errors"][0]["detail"]
    other_day = whole(judgment, external_ids=[], requested_on="2026-07-02")
    assert received(clerk, other_day)["receipt_number"] == 2


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"received_on": "2100-01-01"}, ("DATE_IN_FUTURE", "/received_on")),
        ({"requested_on": "2026-07-07"}, ("REQUEST_AFTER_RECEIPT", "/requested_on")),
        ({"received_on": "1999-07-06", "requested_on": "1999-07-06"}, ("REQUEST_BEFORE_LAW", "/received_on")),
        ({"born_on": "2100-01-01"}, ("DATE_IN_FUTURE", "/born_on")),
    ],
)
def test_days_that_cannot_be_are_refused(
    clerk: APIClient, sent: dict[str, str], expected: tuple[str, str]
) -> None:
    assert expected in [one[:2] for one in faults(clerk.post(ALL, whole(**sent), format="json"))]
    assert not EnforcementRequest.objects.exists()


def test_wrong_values_are_refused_by_field(clerk: APIClient) -> None:
    sent = whole(channel="PIGEON", kinds=["LOVE"], requester_role="KING")
    answer = clerk.post(ALL, sent, format="json")
    assert answer.status_code == 400
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/channel", "/kinds/0", "/requester_role"}
    hidden = clerk.post(ALL, whole({"id": "5a7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b12"}), format="json")
    assert faults(hidden, 404) == [("JUDGMENT_NOT_FOUND", "/judgment", None)]
    assert faults(clerk.post(ALL, whole(unit="DN.TK"), format="json"), 404)[0][:2] == (
        "UNIT_NOT_FOUND",
        "/unit",
    )


def test_the_old_law_asks_for_less_and_knows_no_notice(clerk: APIClient) -> None:
    """A request of June 2026: no identity numbers, no K03, five working days."""
    old = whole(
        judged(clerk, received_on="2026-06-01"),
        received_on="2026-06-08", requested_on="2026-06-08", id_number=None, phone=None, account=None,
    )  # fmt: skip
    body = received(clerk, old)
    assert (body["regime"], body["notify_by"], body["missing"]) == ("L2008", None, [])
    assert [one["clock"] for one in body["deadlines"]] == ["K04"]
    told = step(clerk, body, "incompleteness", defects=["Chữ ký"], noted_on="2026-06-09")
    assert faults(told) == [("REQUEST_NOTICE_NO_BASIS", "/noted_on", "D152 Đ9.6")]
    assert registered(clerk, body, registered_on="2026-06-08")["book_number"] == 1


# --- Completed ----------------------------------------------------------------------------------------------


def test_the_requester_is_told_and_completes_it(clerk: APIClient, judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(signed=False))
    told = step(clerk, body, "incompleteness", defects=["Chữ ký", "Bản án"], noted_on="2026-07-07").json()
    assert (told["status"], told["defects"], told["version"]) == (
        "REQUEST_INCOMPLETE", ["Chữ ký", "Bản án"], 2,
    )  # fmt: skip
    again = step(clerk, body, "incompleteness", defects=["Chữ ký"], noted_on="2026-07-07")
    assert faults(again, 409) == [("REQUEST_STEP_WRONG", "/status", "D152 Đ9.6")]
    early = step(clerk, body, "registration", registered_on="2026-07-08")
    assert {one[1] for one in faults(early)} == {"/judgment", "/signed"}
    assert early.json()["code"] == "REQUEST_NOT_COMPLETE"
    done = clerk.patch(
        f"{ALL}{body['id']}/", {"judgment": judgment["id"], "signed": True}, format="json",
        HTTP_IF_MATCH='"2"',
    )  # fmt: skip
    assert (done.status_code, done.json()["missing"]) == (200, [])
    entered = registered(clerk, body)
    assert (entered["status"], entered["book_number"], entered["book_year"]) == (
        "REQUEST_REGISTERED",
        1,
        2026,
    )
    broken = clerk.patch(
        f"{ALL}{body['id']}/", {"signed": False}, format="json", HTTP_IF_MATCH=f'"{entered["version"]}"'
    )
    assert faults(broken)[0][:2] == ("REQUEST_FIELD_MISSING", "/signed")
    assert clerk.get(f"{ALL}{body['id']}/").json()["signed"] is True


def test_a_stale_change_is_refused_and_a_dry_run_writes_nothing(
    clerk: APIClient, judgment: dict[str, Any]
) -> None:
    body = received(clerk, whole(judgment))
    tried = clerk.post(f"{ALL}{body['id']}/registration/?dry_run=true", {}, format="json")
    assert (tried.status_code, tried.json()["status"]) == (200, "REQUEST_REGISTERED")
    assert clerk.get(f"{ALL}{body['id']}/").json() == body
    registered(clerk, body)
    stale = clerk.patch(f"{ALL}{body['id']}/", {"phone": "0905"}, format="json", HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412


def test_steps_keep_to_the_days(clerk: APIClient, judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(judgment))
    before = step(clerk, body, "registration", registered_on="2026-07-05")
    assert faults(before) == [("REQUEST_STEP_BEFORE_RECEIPT", "/registered_on", None)]
    ahead = step(clerk, body, "registration", registered_on="2100-01-01")
    assert faults(ahead) == [("DATE_IN_FUTURE", "/registered_on", None)]


def test_numbers_run_without_gaps_in_a_unit_and_a_year(clerk: APIClient, judgment: dict[str, Any]) -> None:
    other = caller("DN.TK", "CLERK")
    days = ["2026-07-06", "2026-09-30", "2026-10-01"]
    slips = [
        received(clerk, whole(judgment, received_on=day, external_ids=[]))["receipt_number"]
        for day in days[:1]
    ]
    slips += [
        received(clerk, whole(judgment, received_on=day, requested_on=day, external_ids=[]))["receipt_number"]
        for day in days[1:]
    ]
    assert slips == [1, 2, 1]
    assert received(other, whole(external_ids=[]))["receipt_number"] == 1


# --- Too late -----------------------------------------------------------------------------------------------


@pytest.fixture
def old_judgment(clerk: APIClient) -> dict[str, Any]:
    """One that took effect more than five years before it is requested."""
    return judged(
        clerk, issued_on="2020-05-20", effective_on="2020-06-20", number="9/2020/DS-ST", external_ids=[]
    )


def test_what_comes_after_its_limitation_needs_a_ground(
    clerk: APIClient, old_judgment: dict[str, Any]
) -> None:
    body = received(clerk, whole(old_judgment))
    late = step(clerk, body, "registration", registered_on="2026-07-08")
    assert [one[:2] for one in faults(late)] == [("REQUEST_TIME_BARRED", "/requested_on")]
    assert "L" in faults(late)[0][2] if faults(late)[0][2] else False
    alone = step(clerk, body, "registration", registered_on="2026-07-08", late_ground="FORCE_MAJEURE")
    assert [one[:2] for one in faults(alone)] == [("REQUEST_LATE_NEEDS_PROOF", "/late_proof")]
    taken = registered(clerk, body, late_ground="FORCE_MAJEURE", late_proof="Giấy xác nhận của UBND phường")
    assert (taken["late_ground"], taken["late_ground_label"]) == ("FORCE_MAJEURE", "Sự kiện bất khả kháng")
    refused = step(clerk, body, "refusal", **{**NOTICE, "ground": "d"})
    assert [one[:2] for one in faults(refused)] == [("REQUEST_NOT_TIME_BARRED", "/ground")]


def test_a_duty_that_fell_due_later_counts_from_then(clerk: APIClient, old_judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(old_judgment, duty_due_on="2024-01-15"))
    assert registered(clerk, body)["late_ground"] is None


def test_a_judgment_without_a_day_of_effect_must_tell_it(clerk: APIClient) -> None:
    unknown = judged(
        clerk, issued_on="2020-05-20", effective_on=None, number="10/2020/DS-ST", external_ids=[]
    )
    body = received(clerk, whole(unknown))
    answer = step(clerk, body, "registration", registered_on="2026-07-08")
    assert [one[:2] for one in faults(answer)] == [("REQUEST_EFFECT_UNKNOWN", "/judgment")]


# --- Refused ------------------------------------------------------------------------------------------------


def test_a_refusal_has_a_ground_of_the_law_and_a_signer(clerk: APIClient, judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(judgment))
    unknown = step(clerk, body, "refusal", **{**NOTICE, "ground": "z"})
    assert faults(unknown) == [("REQUEST_GROUND_UNKNOWN", "/ground", "L25 Đ34.4")]
    in_time = step(clerk, body, "refusal", **{**NOTICE, "ground": "d"})
    assert faults(in_time)[0][:2] == ("REQUEST_NOT_TIME_BARRED", "/ground")
    assert faults(step(clerk, body, "refusal", **{**NOTICE, "signer": "DN.HC.01"}))[0][1] == "/signer"
    assert clerk.get(f"{ALL}{body['id']}/").json()["status"] == "REQUEST_RECEIVED"
    done = step(clerk, body, "refusal", **NOTICE).json()
    assert (done["status"], done["refusal_ground_label"], done["missing"]) == (
        "REQUEST_REFUSED", "Cơ quan được yêu cầu không có thẩm quyền", [],
    )  # fmt: skip
    assert faults(step(clerk, body, "refusal", **NOTICE), 409)[0][0] == "REQUEST_STEP_WRONG"
    assert faults(step(clerk, body, "registration"), 409)[0][0] == "REQUEST_STEP_WRONG"
    changed = clerk.patch(f"{ALL}{body['id']}/", {"phone": "09"}, format="json", HTTP_IF_MATCH='"2"')
    assert faults(changed, 409)[0][0] == "REQUEST_DECIDED"
    # What was refused does not stand in the way of the same request again.
    assert received(clerk, whole(judgment, external_ids=[]))["status"] == "REQUEST_RECEIVED"


def test_what_may_not_be_refused_as_creating_no_duty(clerk: APIClient, judgment: dict[str, Any]) -> None:
    body = received(clerk, whole(judgment, kinds=["CHILD_HANDOVER"]))
    answer = step(clerk, body, "refusal", **{**NOTICE, "ground": "b"})
    assert faults(answer) == [("REQUEST_MUST_NOT_BE_REFUSED", "/ground", "D152 Đ9.7")]


# --- Accepted by its case -----------------------------------------------------------------------------------


def opening(judgment: dict[str, Any], **more: Any) -> dict[str, Any]:
    story = made_story(number="77/QĐ-THADS", date="2026-07-10", initiation="ON_REQUEST", field="CRIMINAL")
    named = {
        name: judgment[name] for name in ("number", "issued_on", "effective_on", "issuer", "instrument_type")
    }
    story["case"]["judgment"] = named
    story["parties"].append({"ref": "c1", "role": "CREDITOR", "kind": "PERSON", "name": "Trần Thị Hạnh"})
    line = {"ref": "o1", "kind": "MONEY_DEBT", "debtor": "d1", "creditor": "c1", "amount": "50000000"}
    del story["acts"]
    return {**story, "obligations": [line], **more}


def test_a_case_is_opened_on_the_request(clerk: APIClient, judgment: dict[str, Any]) -> None:
    """Only on one in the book, on its judgment, on request; the request is accepted with it, or nothing is done."""
    body = received(clerk, whole(judgment))
    head = caller("DN.HC", "UNIT_HEAD")
    early = head.post(CASES, opening(judgment, request=body["id"]), format="json")
    assert faults(early, 409)[0][:2] == ("REQUEST_STEP_WRONG", "/request")
    registered(clerk, body)
    other = opening({**judgment, "number": "99/2026/DS-ST"}, request=body["id"])
    assert ("REQUEST_OTHER_JUDGMENT", "/case/judgment") in [
        one[:2] for one in faults(head.post(CASES, other, format="json"))
    ]
    strange = head.post(
        CASES, opening(judgment, request="4d2c5c0e-6f0c-4a53-9d53-2b6d0c2a7b51"), format="json"
    )
    assert faults(strange, 404)[0][:2] == ("REQUEST_NOT_FOUND", "/request")
    assert not Case.objects.exists()
    dry = head.post(f"{CASES}?dry_run=true", opening(judgment, request=body["id"]), format="json")
    assert dry.status_code == 200, dry.content
    answer = head.post(CASES, opening(judgment, request=body["id"]), format="json")
    assert answer.status_code == 201, answer.content
    shown = clerk.get(f"{ALL}{body['id']}/").json()
    assert (shown["status"], shown["case"], shown["late"]) == ("ACCEPTED", answer.json()["id"], False)
    assert clerk.get(f"{ALL}?case={shown['case']}").json()["results"][0]["id"] == body["id"]
    second = head.post(
        CASES, {**opening(judgment, request=body["id"]), "case": {**opening(judgment)["case"], "decision_number": "78"}},
        format="json",
    )  # fmt: skip
    assert faults(second, 409)[0][:2] == ("REQUEST_STEP_WRONG", "/request")
    assert Case.objects.count() == 1


def test_a_judgment_that_is_requested_cannot_go(clerk: APIClient, judgment: dict[str, Any]) -> None:
    received(clerk, whole(judgment))
    answer = clerk.delete(f"/api/v1/judgments/{judgment['id']}/", HTTP_IF_MATCH='"1"')
    assert faults(answer, 409)[0][0] == "JUDGMENT_HAS_REQUESTS"
    assert Judgment.objects.standing().exists()


# --- By the key of another system, and lists ----------------------------------------------------------------


def test_a_system_sends_it_under_its_own_key(clerk: APIClient, judgment: dict[str, Any]) -> None:
    url = "/api/v1/requests/by-external-id/dvc/HS-2026-17/"
    made = clerk.put(url, whole(judgment), format="json")
    assert made.status_code == 201, made.content
    same = clerk.put(url, whole(judgment), format="json")
    assert (same.status_code, same.json()["version"]) == (200, 1)
    changed = clerk.put(url, whole(judgment, asset_info="Một xe máy"), format="json")
    assert (changed.status_code, changed.json()["version"], changed.json()["asset_info"]) == (
        200,
        2,
        "Một xe máy",
    )
    fixed = clerk.put(url, whole(judgment, received_on="2026-07-10"), format="json")
    assert faults(fixed) == [("REQUEST_FIELD_STAYS", "/received_on", None)]
    hidden = caller("DN.TK", "CLERK").put(url, whole(), format="json")
    assert faults(hidden, 409)[0][0] == "EXTERNAL_ID_TAKEN"


def test_those_that_wait_too_long_are_found(clerk: APIClient, judgment: dict[str, Any]) -> None:
    late = received(clerk, whole(judgment))
    done = received(clerk, whole(judgment, requested_on="2026-07-01", external_ids=[]))
    step(clerk, done, "refusal", **NOTICE)
    today = timezone.localdate().isoformat()
    fresh = received(clerk, whole(judgment, requested_on="2026-07-02", received_on=today, external_ids=[]))
    assert [one["id"] for one in clerk.get(f"{ALL}?late=true").json()["results"]] == [late["id"]]
    waiting = clerk.get(f"{ALL}?status__in=REQUEST_RECEIVED,REQUEST_REFUSED&unit=DN.HC").json()["results"]
    assert {one["id"] for one in waiting} == {late["id"], done["id"], fresh["id"]}
    assert caller("DN.TK", "CLERK").get(ALL).json()["results"] == []
    assert caller("DN.TK", "CLERK").get(f"{ALL}{late['id']}/").status_code == 404
    assert caller("DN.HC", "OFFICER", "DN.HC.01").get(ALL).json()["results"] == []


def test_every_status_has_its_row_in_the_table_of_moves() -> None:
    """No request comes to a status that no move leads to."""
    reached = {move.to for move in tables().transitions.values()}
    assert set(STATUSES) - {"ACCEPTED"} <= reached
