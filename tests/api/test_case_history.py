"""The history of a case through the API: who recorded what, and what it changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cases.api import history
from cases.models import Act, Case, CaseChange
from officers.models import Officer
from tests.api.clients import caller, walk
from tests.registers import bring_in, made_story
from tests.shapes import shape

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def case(head: APIClient) -> str:
    """A case opened live: five million to collect, evidence to destroy."""
    body = made_story()
    del body["acts"]
    answer = head.post(CASES, body, format="json")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def record(client: APIClient, case: str, act: dict[str, Any]) -> str:
    answer = client.post(f"{CASES}{case}/acts/", act, format="json")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def collected(amount: int, day: str) -> dict[str, Any]:
    return {"type": "COLLECTION", "effective_on": day, "lines": [{"obligation": "o1", "amount": str(amount)}]}


def told(client: APIClient, case: str, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{CASES}{case}/history/{query}")
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_who_did_what_when_before_and_after(head: APIClient, case: str) -> None:
    clerk = caller("DN.HC", "CLERK")
    first = record(clerk, case, collected(2_000_000, "2024-03-01"))
    record(head, case, {"type": "DEFER_DECISION", "effective_on": "2024-04-01", "ground": "a",
                        "decision_number": "7/QĐ"})  # fmt: skip
    opened, collection, deferred = told(head, case)
    assert [one["version"] for one in (opened, collection, deferred)] == [1, 2, 3]
    assert [one["origin"] for one in (opened, collection, deferred)] == ["OPENED", "RECORDED", "RECORDED"]
    assert opened["before"] is None and opened["note"] is None
    assert [line["before"] for line in opened["lines"]] == [None, None]
    recorders = [Act.objects.get(public_id=first).recorded_by, opened["recorded_by"]]
    assert [collection["recorded_by"], deferred["recorded_by"]] == recorders
    assert recorders[0] != recorders[1]
    (act,) = collection["acts"]
    assert (act["id"], act["seq"], act["type"], act["back_dated"]) == (first, 1, "COLLECTION", False)
    assert deferred["acts"][0]["decision_number"] == "7/QĐ"
    assert collection["before"] == opened["after"] and deferred["before"] == collection["after"]
    assert (collection["before"]["remaining"], collection["after"]["remaining"]) == ("5000000", "3000000")
    (line,) = collection["lines"]
    assert (line["obligation"], line["before"]["remaining"], line["after"]["remaining"]) == (
        "o1",
        "5000000",
        "3000000",
    )
    assert [line["after"]["bucket"] for line in deferred["lines"]] == ["DEFERRED", "DEFERRED"]
    now = head.get(f"{CASES}{case}/").json()
    now["officer"] = now["officer"]["code"]
    assert {name: now[name] for name in deferred["after"]} == deferred["after"]


def test_a_correction_and_a_back_dated_act_show_what_they_changed(head: APIClient, case: str) -> None:
    first = record(head, case, collected(2_000_000, "2024-03-01"))
    second = record(head, case, collected(1_000_000, "2024-02-01"))
    record(head, case, {"type": "CORRECTION", "effective_on": "2024-05-01", "voids": first})
    third = record(head, case, {"type": "DEFER_DECISION", "effective_on": "2024-06-01", "ground": "a"})
    record(head, case, {"type": "ANNUL_ACT", "effective_on": "2024-07-01", "annuls": third})
    _, _, back_dated, correction, _, annulment = told(head, case)
    (act,) = back_dated["acts"]
    assert (act["id"], act["back_dated"]) == (second, True)
    assert (back_dated["before"]["remaining"], back_dated["after"]["remaining"]) == ("3000000", "2000000")
    assert correction["acts"][0]["voids"] == first and not correction["acts"][0]["back_dated"]
    assert (correction["before"]["remaining"], correction["after"]["remaining"]) == ("2000000", "4000000")
    assert annulment["acts"][0]["annuls"] == third
    assert (annulment["before"]["bucket"], annulment["after"]["bucket"]) == ("DEFERRED", "ELIGIBLE")


def test_what_is_not_known_of_the_past_is_said(staff: dict[str, Officer]) -> None:
    (key,) = bring_in([made_story(acts=[collected(2_000_000, "2024-03-01")])], counted=False)
    case = str(Case.objects.get(pk=key).public_id)
    client = caller("DN.HC", "UNIT_HEAD")
    (entry,) = told(client, case)
    assert (entry["origin"], entry["before"], entry["after"]["remaining"]) == ("BROUGHT_IN", None, "3000000")
    assert [act["seq"] for act in entry["acts"]] == [0, 1]
    assert "Không rõ" in entry["note"]
    (entry,) = told(client, case, "?lang=en")
    assert "not known" in entry["note"] and entry["origin_label"] == "Brought in with acts of its past"


def test_it_goes_with_the_case(head: APIClient, case: str) -> None:
    """The present holder reads what was before the handover; who held it before reads it no more."""
    record(head, case, collected(2_000_000, "2024-03-01"))
    record(
        head, case, {"type": "REASSIGN", "effective_on": "2024-04-01", "unit": "DN.TK", "officer": "DN.TK.01"}
    )
    *_, handed_over = told(caller("DN.TK", "OFFICER", "DN.TK.01"), case)
    assert handed_over["version"] == 3
    assert (handed_over["before"]["unit"], handed_over["before"]["officer"]) == ("DN.HC", "DN.HC.01")
    assert (handed_over["after"]["unit"], handed_over["after"]["officer"]) == ("DN.TK", "DN.TK.01")
    for stranger in (caller("DN.HC", "UNIT_HEAD"), caller("DN.TK", "OFFICER", "DN.TK.02")):
        answer = stranger.get(f"{CASES}{case}/history/")
        assert (answer.status_code, answer.json()["code"]) == (404, "CASE_NOT_FOUND")


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_it_comes_in_pages(head: APIClient, case: str, size: int) -> None:
    for day in range(1, 7):
        record(head, case, collected(100_000, f"2024-03-{7 - day:02}"))
    whole = told(head, case)
    pages = walk(head, f"{CASES}{case}/history/?page_size={size}", "next")
    assert [one for page in pages for one in page["results"]] == whole
    assert {page["count"]["value"] for page in pages} == {7}
    if pages[-1]["previous"]:
        back = walk(head, pages[-1]["previous"], "previous")
        assert back[-1]["results"][0] == whole[0]
    assert told(head, case, "?after=5") == whole[5:]
    assert told(head, case, "?after=99") == []


def test_it_costs_the_same_number_of_queries_however_long(
    head: APIClient, case: str, django_assert_num_queries: Any
) -> None:
    def read() -> None:
        # savepoint and its release, key with its units; the case, its life in three, changes without an act,
        # acts, lines, units, officers
        with django_assert_num_queries(12):
            told(head, case)

    told(head, case)
    read()
    for day in range(1, 5):
        record(head, case, collected(100_000, f"2024-03-0{day}"))
    read()


@pytest.mark.parametrize("query", ["after=-1", "after=x", "page_size=0", "known_at=2024-01-01T00:00:00Z"])
def test_bad_parameters(head: APIClient, case: str, query: str) -> None:
    assert head.get(f"{CASES}{case}/history/?{query}").status_code == 400
    assert head.get(f"{CASES}x/history/").status_code == 404


def test_a_termination_may_name_its_relief_by_its_id(head: APIClient, case: str) -> None:
    """What is said of it, and the life read back from the rows, is as if it had been named by its reference."""
    relief = record(
        head,
        case,
        {
            "type": "RELIEF_DECISION",
            "effective_on": "2024-03-01",
            "lines": [{"obligation": "o1", "amount": "3000000"}],
        },
    )
    record(
        head,
        case,
        {
            "type": "TERMINATION_DECISION",
            "effective_on": "2024-03-02",
            "ground": "a",
            "data": {"relief": relief},
        },
    )
    *_, termination = told(head, case)
    assert termination["before"] == termination["after"] and termination["lines"] == []
    shown = head.get(f"{CASES}{case}/").json()
    assert head.get(f"{CASES}{case}/?as_of=2024-03-02").json()["remaining"] == shown["remaining"] == "2000000"


def test_the_example_has_the_shape_of_an_answer(head: APIClient, case: str) -> None:
    record(head, case, collected(2_000_000, "2024-03-01"))
    answer = head.get(f"{CASES}{case}/history/?after=1").json() | {"previous": None}
    assert shape(history.CaseHistory.operations["GET"].example) == shape(answer)


def test_what_was_put_right_without_an_act_is_told_before_and_after(head: APIClient) -> None:
    """The data of a party with its masks, and the words of the judgment with the reason."""
    body = made_story(number="7/QĐ")
    del body["acts"]
    body["parties"][0] |= {"id_number": "048090000001", "address": "12 Lê Lợi, Đà Nẵng"}
    case = head.post(CASES, body, format="json").json()["id"]
    shown = head.get(f"{CASES}{case}/").json()
    party, judgment = f"/api/v1/parties/{shown['parties'][0]['id']}/", shown["judgment"]["id"]

    def put_right(**values: Any) -> None:
        answer = head.patch(party, values, format="json", HTTP_IF_MATCH="*")
        assert answer.status_code == 200, answer.content

    put_right(id_number="048090000002", name="Nguyễn Văn B")
    record(head, case, collected(1_000_000, "2024-03-01"))
    put_right(id_number="048090000003", external_ids=[{"system": "court", "value": "BC-7"}])
    correction = {"number": "77/2023/HS-ST", "correction_reason": "Tòa án có thông báo sửa số"}
    answer = head.patch(f"/api/v1/judgments/{judgment}/", correction, format="json", HTTP_IF_MATCH="*")
    assert answer.status_code == 200, answer.content
    rows = told(head, case)
    assert [(one["version"], one["origin"]) for one in rows] == [
        (1, "OPENED"), (2, "PARTY_CHANGED"), (3, "RECORDED"), (4, "PARTY_CHANGED"), (5, "JUDGMENT_CORRECTED")
    ]  # fmt: skip
    first, second, third = (one["amended"] for one in rows if one["amended"])
    assert rows[1]["recorded_by"] == rows[0]["recorded_by"] and rows[1]["acts"] == []
    assert first["party"] == shown["parties"][0]["id"] and first["judgment"] is None
    values = {one["name"]: (one["before"], one["after"]) for one in first["fields"]}
    assert values == {
        "id_number": ("048090000001", "048090000002"),
        "name": (body["parties"][0]["name"], "Nguyễn Văn B"),
    }
    values = {one["name"]: (one["before"], one["after"]) for one in second["fields"]}
    assert values == {"id_number": ("048090000002", "048090000003"), "external_ids": ([], ["court:BC-7"])}
    assert (third["judgment"], third["reason"]) == (judgment, correction["correction_reason"])
    (field,) = third["fields"]
    assert (field["name"], field["after"]) == ("number", "77/2023/HS-ST") and field["before"] != field[
        "after"
    ]
    # The act between them has before and after of its own, and pages end wherever they like.
    assert (rows[2]["before"]["remaining"], rows[2]["after"]["remaining"]) == ("5000000", "4000000")
    for size in (1, 2, 3):
        pages = walk(head, f"{CASES}{case}/history/?page_size={size}", "next")
        assert [one for page in pages for one in page["results"]] == rows
        assert walk(head, pages[-1]["previous"], "previous")[-1]["results"][0] == rows[0]
    # Who sees the case without what is behind the masks sees of the past no more either.
    masked = told(caller("DN", "AUDITOR"), case)
    values = {one["name"]: one["before"] for one in masked[1]["amended"]["fields"]}
    assert values == {"id_number": "********0001", "name": body["parties"][0]["name"]}
    assert "0480900000" not in str(masked)


def test_a_change_of_which_nothing_was_kept_is_said_to_be_unknown(head: APIClient, case: str) -> None:
    row = Case.objects.get(public_id=case)
    CaseChange.objects.create(
        case=row, version=2, type="case.judgment_corrected", fields=["number"],
        recorded_at=timezone.now(), recorded_by="TEST",
    )  # fmt: skip
    Case.objects.filter(pk=row.pk).update(version=2)
    *_, entry = told(head, case)
    assert (entry["origin"], entry["amended"]["fields"]) == ("CHANGED", []) and "không được lưu" in entry[
        "note"
    ]
