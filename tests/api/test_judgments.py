"""Judgments: received, found again by the keys of others, changed, corrected, opened upon, removed."""

from __future__ import annotations

from typing import Any

import pytest

from cases.api import judgments
from cases.models import Case, ExternalId, Judgment, JudgmentCorrection
from cases.querysets.stories import stories
from cases.rules import story_text
from cases.rules.tables import tables
from tests.api.clients import caller
from tests.papers import judgment_sent, opened
from tests.shapes import shape
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
ALL = "/api/v1/judgments/"


def received(client: Any, **more: Any) -> dict[str, Any]:
    answer = client.post(ALL, judgment_sent(**more), format="json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def patch(client: Any, row: dict[str, Any], **values: Any) -> Any:
    tag = f'"{row["version"]}"'
    return client.patch(f"{ALL}{row['id']}/", values, format="json", HTTP_IF_MATCH=tag)


def test_what_a_court_sends_is_kept_and_shown() -> None:
    clerk = caller("DN.HC", "CLERK")
    body = received(clerk)
    assert (body["unit"], body["received_on"], body["version"]) == ("DN.HC", "2026-07-01", 1)
    assert body["external_ids"] == [{"system": "court", "value": "BA-31"}]
    assert body["parties"][0]["id_number"] == "048090000001"
    assert [line["amount"] for line in body["obligations"]] == ["5000000", None]
    assert clerk.get(f"{ALL}{body['id']}/").json() == body
    assert shape(judgments.JudgmentList.operations["POST"].example) == shape(
        {**body, "cases": ["x"], "corrections": judgments.JUDGMENT_DETAIL["corrections"]}
    )
    (event,) = Outbox.objects.filter(type="judgment.received")
    assert "Nguyễn Văn A" not in str(event.data) and "048090000001" not in str(event.data)
    listed = clerk.get(f"{ALL}?external_id=court:BA-31&issued_on__gte=2026-05-01").json()
    assert [row["id"] for row in listed["results"]] == [body["id"]]
    assert shape(listed) == shape(judgments.JudgmentList.operations["GET"].example)
    assert clerk.get(f"{ALL}?external_id=court:BA-32").json()["results"] == []
    assert codes(clerk.get(f"{ALL}?external_id=BA-31")) == [("?external_id", "EXTERNAL_ID_INVALID")]


def test_proposed_people_are_masked_for_who_may_not_see_them() -> None:
    body = received(caller("DN.HC", "CLERK"))
    shown = caller("DN.HC", "AUDITOR").get(f"{ALL}{body['id']}/").json()
    assert shown["parties"][0]["id_number"] == "********0001"
    assert shown["parties"][0]["address"] == "***, Đà Nẵng"
    page = caller("DN.HC", "SYSTEM").get(f"{ALL}{body['id']}/parties/").json()
    assert page["results"] == shown["parties"]
    lines = caller("DN.HC", "AUDITOR").get(f"{ALL}{body['id']}/obligations/").json()
    assert [line["ref"] for line in lines["results"]] == ["o1", "o2"]


def test_another_unit_sees_it_only_through_a_case() -> None:
    body = received(caller("DN.HC", "CLERK"))
    other = caller("DN.TK", "UNIT_HEAD")
    assert other.get(f"{ALL}{body['id']}/").status_code == 404
    assert other.get(ALL).json()["results"] == []
    assert patch(other, body, number="1").status_code == 404
    case = opened(unit="DN.TK", officer=None, number="9/QĐ-TK")
    Case.objects.filter(pk=case.pk).update(judgment=Judgment.objects.get(public_id=body["id"]))
    shown = other.get(f"{ALL}{body['id']}/").json()
    assert (shown["unit"], shown["cases"]) == (None, [str(case.public_id)])
    assert caller("DN.HC", "CLERK").get(f"{ALL}{body['id']}/").json()["cases"] == []


def test_a_duplicate_says_which_one_stands_and_what_differs() -> None:
    clerk = caller("DN.HC", "CLERK")
    body = received(clerk)
    answer = clerk.post(ALL, judgment_sent(effective_on="2026-06-21", external_ids=[]), format="json")
    assert answer.status_code == 409
    assert codes(answer) == [("/number", "JUDGMENT_EXISTS"), ("/effective_on", "FIELD_STANDS")]
    assert body["id"] in answer.json()["errors"][0]["detail"]
    # Of a judgment that somebody else has received no more is told than that it stands.
    hidden = caller("DN.TK", "CLERK").post(ALL, judgment_sent(external_ids=[]), format="json")
    assert hidden.status_code == 409
    assert body["id"] not in hidden.content.decode()


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"issued_on": "2999-01-01", "effective_on": None}, "/issued_on", "DATE_IN_FUTURE"),
        ({"effective_on": "2026-05-19"}, "/effective_on", "EFFECTIVE_BEFORE_ISSUED"),
        ({"obligations": [{"ref": "o", "kind": "COURT_FEE"}]}, "/obligations/0", "OBLIGATION_AMOUNT_MISSING"),
        (
            {"obligations": [{"ref": "o", "kind": "EVIDENCE_DESTRUCTION", "debtor": "x"}]},
            "/obligations/0/debtor",
            "REF_UNKNOWN",
        ),
        (
            {"external_ids": [{"system": "TÒA", "value": "1"}]},
            "/external_ids/0/system",
            "EXTERNAL_SYSTEM_INVALID",
        ),
        ({"instrument_type": "LETTER"}, "/instrument_type", "FIELD_INVALID"),
        ({"unit": "DN.TK"}, "/unit", "UNIT_NOT_FOUND"),
        ({"colour": "red"}, "/colour", "FIELD_UNKNOWN"),
    ],
)
def test_what_cannot_be_received(more: dict[str, Any], pointer: str, code: str) -> None:
    answer = caller("DN.HC", "CLERK").post(ALL, judgment_sent(**more), format="json")
    assert answer.status_code in (400, 404, 422)
    assert codes(answer) == [(pointer, code)]
    assert not Judgment.objects.exists() and not ExternalId.objects.exists()


def test_a_judgment_without_cases_is_changed_like_any_row() -> None:
    clerk = caller("DN.HC", "CLERK")
    body = received(clerk)
    changed = patch(clerk, body, number="32/2026/HS-ST", parties=[], obligations=[])
    assert changed.status_code == 200, changed.content
    assert (changed.json()["number"], changed.json()["parties"], changed.json()["version"]) == (
        "32/2026/HS-ST",
        [],
        2,
    )
    stale = patch(clerk, body, number="33/2026/HS-ST")
    assert stale.status_code == 412 and ("/number", "FIELD_STANDS") in codes(stale)
    assert clerk.patch(f"{ALL}{body['id']}/", {}, format="json").status_code == 428
    tried = clerk.delete(f"{ALL}{body['id']}/?dry_run=true", HTTP_IF_MATCH='"2"')
    assert tried.status_code == 200
    assert clerk.delete(f"{ALL}{body['id']}/", HTTP_IF_MATCH='"2"').status_code == 204
    assert clerk.get(f"{ALL}{body['id']}/").status_code == 404
    # Its keys are free again, and so are its words.
    assert received(clerk)["id"] != body["id"]


def test_once_cases_rest_on_it_a_correction_needs_a_reason_and_changes_every_case() -> None:
    head = caller("DN.HC", "UNIT_HEAD")
    case = opened()
    row = head.get(f"{ALL}{case.judgment.public_id}/").json()
    refused = patch(head, row, number="13/2023/HS-ST")
    assert refused.status_code == 422
    assert codes(refused) == [("/correction_reason", "CORRECTION_NEEDS_REASON")]
    reason = "Tòa án có thông báo sửa số bản án"
    done = patch(head, row, number="13/2023/HS-ST", correction_reason=reason)
    assert done.status_code == 200, done.content
    (correction,) = done.json()["corrections"]
    assert correction["reason"] == reason
    assert (correction["before"], correction["after"]) == (
        {"number": "12/2023/HS-ST"},
        {"number": "13/2023/HS-ST"},
    )
    after = Case.objects.get(pk=case.pk)
    assert after.version == case.version + 1
    assert after.content_digest == story_text.digest(stories([case.pk], tables())[case.pk])
    assert after.content_digest != case.content_digest
    types = set(Outbox.objects.values_list("type", flat=True))
    assert {"judgment.corrected", "case.judgment_corrected"} <= types
    assert head.delete(f"{ALL}{row['id']}/", HTTP_IF_MATCH='"2"').status_code == 409
    # What the law does not read needs no reason.
    assert patch(head, done.json(), received_on="2023-10-20").status_code == 200


def test_who_does_not_see_every_case_does_not_correct() -> None:
    here, there = opened(), opened(unit="DN.TK", officer=None, number="2/QĐ-CCTHADS")
    assert here.judgment_id == there.judgment_id
    head = caller("DN.HC", "UNIT_HEAD")
    row = head.get(f"{ALL}{here.judgment.public_id}/").json()
    answer = patch(head, row, number="13/2023/HS-ST", correction_reason="Tòa án có thông báo sửa số")
    assert (answer.status_code, codes(answer)) == (409, [("", "JUDGMENT_RESTS_ELSEWHERE")])
    assert not JudgmentCorrection.objects.exists()
    above = caller("DN", "HEAD")
    done = patch(above, row, number="13/2023/HS-ST", correction_reason="Tòa án có thông báo sửa số")
    assert done.status_code == 200, done.content


def test_a_court_puts_it_under_its_own_key() -> None:
    court = caller("DN.HC", "SYSTEM")
    url = f"{ALL}by-external-id/court/BA-77/"
    sent = judgment_sent(external_ids=[])
    first = court.put(url, sent, format="json")
    assert first.status_code == 201, first.content
    again = court.put(url, sent, format="json")
    assert (again.status_code, again.json()) == (200, first.json())
    changed = court.put(url, judgment_sent(number="78/2026/HS-ST", external_ids=[]), format="json")
    assert changed.status_code == 200, changed.content
    assert (changed.json()["id"], changed.json()["number"]) == (first.json()["id"], "78/2026/HS-ST")
    assert court.put(url, sent, format="json", HTTP_IF_MATCH='"1"').status_code == 412
    other = caller("DN.TK", "SYSTEM").put(url, judgment_sent(number="5"), format="json")
    assert other.status_code == 409
    there = f"{ALL}by-external-id/court/BA-78/"
    tried = court.put(f"{there}?dry_run=true", judgment_sent(number="9"), format="json")
    assert tried.status_code == 200 and Judgment.objects.count() == 1
    taken = [{"system": "court", "value": "BA-77"}]
    twice = court.put(there, judgment_sent(number="9", external_ids=taken), format="json")
    assert codes(twice) == [("/external_ids", "EXTERNAL_ID_TAKEN")]


def test_a_case_is_opened_on_it_with_what_the_court_proposed(staff: Any) -> None:
    head = caller("DN.HC", "UNIT_HEAD")
    body = received(head)
    case = {
        "decision_number": "126/QĐ-THADS",
        "decision_date": "2026-07-15",
        "initiation": "EX_OFFICIO",
        "unit": "DN.HC",
        "field": "CRIMINAL",
        "judgment": {"id": body["id"]},
        "external_ids": [{"system": "court", "value": "VA-1"}],
    }
    answer = head.post("/api/v1/cases/", {"case": case}, format="json")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["judgment"]["id"] == body["id"]
    assert [party["name"] for party in shown["parties"]] == ["Nguyễn Văn A"]
    assert (shown["due"], len(shown["obligations"])) == ("5000000", 2)
    assert shown["external_ids"] == case["external_ids"]
    found = head.get("/api/v1/cases/?external_id=court:VA-1").json()["results"]
    assert [row["id"] for row in found] == [shown["id"]]
    # What is sent with the case takes the place of all that was proposed.
    own = {
        "case": {**case, "decision_number": "127/QĐ-THADS", "external_ids": []},
        "parties": [
            {"ref": "x", "role": "DEBTOR", "kind": "PERSON", "name": "Lê B",
             "external_ids": [{"system": "court", "value": "BC-9"}]}
        ],
        "obligations": [{"ref": "o", "kind": "COURT_FEE", "debtor": "x", "amount": "1000"}],
    }  # fmt: skip
    second = head.post("/api/v1/cases/", own, format="json")
    assert second.status_code == 201, second.content
    assert second.json()["parties"][0]["external_ids"] == [{"system": "court", "value": "BC-9"}]
    own["case"]["decision_number"] = "128/QĐ-THADS"
    twice = head.post("/api/v1/cases/", own, format="json")
    assert codes(twice) == [("/parties/0/external_ids", "EXTERNAL_ID_TAKEN")]
    assert not Case.objects.filter(decision_number="128/QĐ-THADS").exists()
    unknown = {"case": {**case, "judgment": {"id": shown["id"]}}}
    missing = head.post("/api/v1/cases/", unknown, format="json")
    assert (missing.status_code, codes(missing)) == (404, [("/case/judgment/id", "JUDGMENT_NOT_FOUND")])
    # Nobody corrects it any more without these cases.
    assert patch(head, body, number="1/2026").status_code == 422


def test_roles_that_do_not_keep_judgments() -> None:
    body = received(caller("DN.HC", "CLERK"))
    for role in ("AUDITOR", "STATISTICIAN", "EXAMINER", "OFFICER"):
        client = caller("DN.HC", role)
        assert client.post(ALL, judgment_sent(number="1"), format="json").status_code == 403
        assert patch(client, body, number="2").status_code == 403
