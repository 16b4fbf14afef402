"""Parties: masked, put right, looked behind the masks for a reason that is kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection

from cases.api import obligations, parties, reveals
from cases.models import Case, CaseChange, ExternalId, Party, RevealLog
from cases.querysets.stories import stories
from cases.rules import story_text
from cases.rules.tables import tables
from officers.models import Officer
from tests.api.clients import caller
from tests.papers import opened
from tests.shapes import shape
from thads.common import sealing
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
ALL = "/api/v1/parties/"
CLEAR = ("048090000001", "12 Lê Lợi, Hải Châu, Đà Nẵng")
MASKED = ("********0001", "***, Đà Nẵng")
REASON = "Đối chiếu căn cước khi giao giấy triệu tập"


@pytest.fixture
def case(staff: dict[str, Officer]) -> Case:
    return opened()


def address(case: Case) -> str:
    return f"{ALL}{Party.objects.get(case=case).public_id}/"


def identifiers(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["id_number"], row["address"]


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("role", "officer", "seen"),
    [
        ("HEAD", None, CLEAR),
        ("DEPUTY", None, CLEAR),
        ("UNIT_HEAD", None, CLEAR),
        ("OFFICER", "DN.HC.01", CLEAR),
        ("OFFICER", None, MASKED),
        ("CLERK", None, CLEAR),
        ("ACCOUNTANT", None, CLEAR),
        ("EXAMINER", None, MASKED),
        ("STATISTICIAN", None, MASKED),
        ("AUDITOR", None, MASKED),
        ("SYSTEM", None, MASKED),
    ],
)
def test_who_sees_what_is_masked(case: Case, role: str, officer: str | None, seen: tuple[str, str]) -> None:
    client = caller("DN.HC", role, officer)
    shown = client.get(address(case)).json()
    assert identifiers(shown) == seen and shown["masked"] == (seen == MASKED)
    for url in (ALL, f"/api/v1/cases/{case.public_id}/parties/"):
        assert [identifiers(row) for row in client.get(url).json()["results"]] == [seen]
    in_case = client.get(f"/api/v1/cases/{case.public_id}/").json()["parties"]
    assert [identifiers(row) for row in in_case] == [seen]
    then = client.get(f"/api/v1/cases/{case.public_id}/?as_of=2023-12-01").json()["parties"]
    assert [identifiers(row) for row in then] == [seen]


def test_the_tag_of_a_masked_answer_is_another(case: Case) -> None:
    url = f"/api/v1/cases/{case.public_id}/"
    tags = {caller("DN.HC", role, officer).get(url)["ETag"] for role, officer in (
        ("CLERK", None), ("AUDITOR", None), ("OFFICER", "DN.HC.01"), ("OFFICER", None),
    )}  # fmt: skip
    assert len(tags) == 4


def test_shapes(case: Case) -> None:
    head = caller("DN.HC", "UNIT_HEAD")
    party = head.patch(
        address(case),
        {"external_ids": [{"system": "court", "value": "1"}]},
        format="json",
        HTTP_IF_MATCH='"1"',
    )
    assert shape(party.json()) == shape(parties.PartyDetail.operations["GET"].example) | {
        "phone": shape(None)
    }
    page = head.get(f"/api/v1/obligations/?kind=COURT_FEE").json()  # noqa: F541
    assert shape(page) == shape(obligations.ObligationList.operations["GET"].example)
    one = head.get(f"/api/v1/obligations/{page['results'][0]['id']}/").json()
    assert one == page["results"][0]
    assert len(head.get(f"/api/v1/cases/{case.public_id}/obligations/").json()["results"]) == 2
    assert head.post("/api/v1/obligations/", {}, format="json").status_code == 405


def test_the_data_of_a_party_is_put_right_and_the_case_is_another_version(case: Case) -> None:
    head, url = caller("DN.HC", "UNIT_HEAD"), address(case)
    sent = {
        "name": "Nguyễn Văn Á",
        "id_number": "048090000002",
        "phone": "0905123567",
        "account": "0071000123456 Vietcombank",
        "external_ids": [{"system": "court", "value": "BC-1"}],
    }
    answer = head.patch(url, sent, format="json", HTTP_IF_MATCH='"1"')
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert {name: body[name] for name in sent} == sent and body["version"] == 2
    after = Case.objects.get(pk=case.pk)
    assert after.version == case.version + 1
    assert after.content_digest == story_text.digest(stories([case.pk], tables())[case.pk])
    assert head.get(f"{ALL}?external_id=court:BC-1").json()["results"] == [body]
    # The journal says which fields, and no value; the table keeps what stood sealed.
    (event,) = Outbox.objects.filter(type="party.changed")
    assert event.sequence == after.version and event.case_id == case.pk
    told = str(event.data)
    assert not [value for value in (*CLEAR, "Nguyễn", "0905123567", "0071") if value in told]
    change = CaseChange.objects.get()
    assert "048090000001" in sealing.unseal(bytes(change.before_sealed))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM cases_party p")
        kept = cursor.fetchone()[0]
    assert "0905123567" not in kept and "0071000123456" not in kept
    # The same again changes nothing.
    again = head.patch(url, sent, format="json", HTTP_IF_MATCH='"2"')
    assert again.json() == body and Case.objects.get(pk=case.pk).version == after.version


def test_who_comes_too_late_is_told_which_fields_and_no_value(case: Case) -> None:
    head, url = caller("DN.HC", "UNIT_HEAD"), address(case)
    head.patch(url, {"phone": "0905123567"}, format="json", HTTP_IF_MATCH='"1"')
    late = head.patch(url, {"phone": "0905000000"}, format="json", HTTP_IF_MATCH='"1"')
    assert late.status_code == 412
    assert ("/phone", "FIELD_DIFFERS") in codes(late) and "0905123567" not in late.content.decode()
    assert head.patch(url, {}, format="json").status_code == 428
    assert codes(head.patch(url, {"role": "CREDITOR"}, format="json", HTTP_IF_MATCH='"2"')) == [
        ("/role", "FIELD_UNKNOWN")
    ]
    assert head.put(url, {}, format="json", HTTP_IF_MATCH='"2"').status_code == 405
    assert head.delete(url, HTTP_IF_MATCH='"2"').status_code == 405


def test_a_change_of_a_party_is_no_act_that_was_missed(case: Case) -> None:
    head = caller("DN.HC", "UNIT_HEAD")
    acts = f"/api/v1/cases/{case.public_id}/acts/"
    head.patch(address(case), {"phone": "0905123567"}, format="json", HTTP_IF_MATCH='"1"')
    act = {"type": "VERIFICATION", "effective_on": "2023-12-01"}
    stale = head.post(acts, act, format="json", HTTP_IF_MATCH='"1"')
    assert (stale.status_code, [code for _, code in codes(stale)]) == (412, ["VERSION_STALE"])
    done = head.post(acts, act, format="json", HTTP_IF_MATCH='"2"')
    assert done.status_code == 201 and done["ETag"].startswith('"3-')
    stale = head.post(acts, act, format="json", HTTP_IF_MATCH='"1"')
    assert [code for _, code in codes(stale)] == ["VERSION_STALE", "RECORDED_SINCE"]
    history = f"/api/v1/cases/{case.public_id}/history/"
    assert [row["version"] for row in head.get(history).json()["results"]] == [1, 2, 3]
    assert [row["version"] for row in head.get(f"{history}?after=2").json()["results"]] == [3]


def test_an_act_bears_the_key_of_a_partner_once(case: Case) -> None:
    head = caller("DN.HC", "UNIT_HEAD")
    acts = f"/api/v1/cases/{case.public_id}/acts/"
    keys = [{"system": "bank", "value": "CT-1"}]
    act = {"type": "VERIFICATION", "effective_on": "2023-12-01", "external_ids": keys}
    body = head.post(acts, act, format="json").json()
    assert body["external_ids"] == keys
    assert head.get(f"{acts}{body['id']}/").json()["external_ids"] == keys
    twice = head.post(acts, act, format="json")
    assert (twice.status_code, codes(twice)) == (409, [("/external_ids", "EXTERNAL_ID_TAKEN")])
    bulk = [{"case": str(case.public_id), **act}]
    again = head.post("/api/v1/acts/bulk/?mode=each", bulk, format="json")
    assert again.status_code < 500 and ExternalId.objects.count() == 1


# --- Behind the masks ---------------------------------------------------------------------------------------


def test_a_look_behind_the_masks_is_shown_once_and_kept_for_ever(case: Case) -> None:
    auditor, url = caller("DN.HC", "AUDITOR"), f"{address(case)}reveal/"
    sent = {"reason": REASON, "fields": ["id_number"]}
    answer = auditor.post(url, sent, format="json", HTTP_IDEMPOTENCY_KEY="look")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["values"] == {"id_number": CLEAR[0]}
    assert shape(body) == shape(parties.REVEALED)
    again = auditor.post(url, sent, format="json", HTTP_IDEMPOTENCY_KEY="look")
    assert again.json() == {**body, "values": None} and RevealLog.objects.count() == 1
    log = auditor.get("/api/v1/reveals/").json()
    (row,) = log["results"]
    assert (row["id"], row["reason"], row["fields"], row["role"]) == (
        body["id"],
        REASON,
        ["id_number"],
        "AUDITOR",
    )
    assert re.match(r"API_KEY:\d+ ", row["revealed_by"]) and CLEAR[0] not in str(log)
    assert shape(log) == shape(reveals.RevealList.operations["GET"].example)
    assert auditor.get(answer["Location"]).json() == row
    everything = auditor.post(url, {"reason": REASON}, format="json").json()["values"]
    assert everything == {"id_number": CLEAR[0], "address": CLEAR[1], "phone": None, "account": None}
    # Nothing was lifted for the next answer.
    assert identifiers(auditor.get(address(case)).json()) == MASKED


@pytest.mark.parametrize(
    ("body", "status", "fault"),
    [
        ({}, 400, ("/reason", "FIELD_REQUIRED")),
        ({"reason": "1234567890 ...... abc"}, 422, ("/reason", "REASON_TOO_SHORT")),
        ({"reason": REASON, "fields": ["name"]}, 400, ("/fields/0", "FIELD_INVALID")),
        ({"reason": REASON, "why": "x"}, 400, ("/why", "FIELD_UNKNOWN")),
    ],
)
def test_a_look_without_a_reason(case: Case, body: Any, status: int, fault: tuple[str, str]) -> None:
    answer = caller("DN.HC", "AUDITOR").post(f"{address(case)}reveal/", body, format="json")
    assert answer.status_code == status and fault[1] in [code for _, code in codes(answer)]
    assert not RevealLog.objects.exists()


def test_who_reads_the_log_and_whose(case: Case) -> None:
    url = f"{address(case)}reveal/"
    assert caller("DN.TK", "AUDITOR").post(url, {"reason": REASON}, format="json").status_code == 404
    assert caller("DN.HC", "SYSTEM").post(url, {"reason": REASON}, format="json").status_code == 403
    assert caller("DN.HC", "EXAMINER").post(url, {"reason": REASON}, format="json").status_code == 201
    seen = {
        role: caller("DN.HC", role).get("/api/v1/reveals/").status_code for role in ("UNIT_HEAD", "CLERK")
    }
    assert set(seen.values()) == {403}
    assert len(caller("DN", "HEAD").get("/api/v1/reveals/").json()["results"]) == 1
    assert caller("DN.TK", "HEAD").get("/api/v1/reveals/").json()["results"] == []


def test_another_unit_sees_no_party_and_no_obligation(case: Case) -> None:
    other = caller("DN.TK", "UNIT_HEAD")
    assert other.get(ALL).json()["results"] == other.get("/api/v1/obligations/").json()["results"] == []
    assert other.get(address(case)).status_code == 404
    changed = other.patch(address(case), {"name": "X"}, format="json", HTTP_IF_MATCH='"1"')
    assert changed.status_code == 404
    for part in ("parties", "obligations", "tags"):
        assert other.get(f"/api/v1/cases/{case.public_id}/{part}/").status_code == 404
    colleague = caller("DN.HC", "OFFICER", "DN.HC.02")
    assert colleague.get(address(case)).status_code == 404
    for role in ("AUDITOR", "ACCOUNTANT", "EXAMINER", "SYSTEM"):
        answer = caller("DN.HC", role).patch(address(case), {"name": "X"}, format="json", HTTP_IF_MATCH='"1"')
        assert answer.status_code == 403
