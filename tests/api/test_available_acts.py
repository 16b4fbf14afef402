"""What may be done in a case: the answer agrees with the recording of every act, and says who, how and why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cases.api import available as api
from cases.models import Case
from cases.rules.tables import tables
from officers.models import Assignment, Delegation, Officer, Unit
from tests.api.clients import caller
from tests.api.test_lifecycle import DAY, brought_in, story, to
from tests.registers import made_story
from tests.shapes import shape

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def told(client: APIClient, case: str, **query: str) -> dict[str, Any]:
    answer = client.get(f"{CASES}{case}/available-acts/", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def rows(client: APIClient, case: str, **query: str) -> dict[str, dict[str, Any]]:
    return {row["type"]: row for row in told(client, case, **query)["results"]}


#: Who passes a right or duty on, and to whom: parties of the stories.
PARTIES = {"from": "d1", "to": "d2"}


def written(row: dict[str, Any], day: str) -> dict[str, Any]:
    """The act of a row as a form would send it, filled in by what the row says."""
    fields = row["fields"]
    values: dict[str, Any] = {
        "effective_on": day, "to_authority": "HUE", "unit": "DN.HC",
        "ground": next((one["letter"] for one in fields["ground"] or () if one["available"] or not row["available"]), "a"),
        "annuls": next((one["id"] for one in fields["annuls"] or ()), "none"),
        "voids": next((one["id"] for one in fields["voids"] or ()), "none"),
        "data": {one["key"]: (one["choices"] or [PARTIES.get(one["key"], "…")])[0] for one in fields["data"] or () if one["required"]},
        "field": "CRIMINAL",
    }  # fmt: skip
    act = {
        "type": row["type"],
        **{key: values[key] for key in (*fields["required"], *fields["one_of"][:1]) if key in values},
    }
    lines = fields["lines"]
    if lines is not None and (not lines["whole"] or lines["amount"] in ("required", "signed")):
        named = lines["choices"][0]["obligation"] if lines["choices"] else "o1"
        amount = {"amount": "1"} if lines["amount"] in ("required", "signed") else {}
        act["lines"] = [{"obligation": named, **amount}] if lines["choices"] or amount else None
    return {key: value for key, value in act.items() if value is not None}


@pytest.mark.parametrize(
    ("law", "start"),
    [
        ("L2025", "OPENED"), ("L2025", "VOLUNTARY_PERIOD"), ("L2025", "ENFORCEABLE"), ("L2025", "NOT_ENFORCEABLE"),
        ("L2025", "DEFERRED"), ("L2025", "TERMINATED"), ("L2008", "ENFORCEABLE"), ("L2008", "SEPARATE_TRACKED"),
    ],
)  # fmt: skip
def test_what_it_says_is_what_recording_says(law: str, start: str, head: APIClient) -> None:
    (case,) = brought_in([story(1, start, law)])
    answer = told(head, case, on=DAY[law])
    assert (answer["regime"], answer["status"]) == (law, start)
    wrong = []
    for row in answer["results"]:
        tried = head.post(f"{CASES}{case}/acts/?dry_run=true", written(row, DAY[law]), format="json")
        errors = [one["code"] for one in tried.json().get("errors", ())]
        if (tried.status_code == 200) != row["available"] or row["available"] != (not row["reasons"]):
            wrong.append((row["type"], row["available"], [one["code"] for one in row["reasons"]], errors))
    assert not wrong, wrong
    assert len(answer["results"]) == len(tables().act_types)


@pytest.mark.parametrize("law", ["L2008", "L2025"])
def test_where_an_act_leads_is_where_recording_it_leads(law: str, head: APIClient) -> None:
    (case,) = brought_in([story(1, "ENFORCEABLE", law)])
    found, wrong = rows(head, case, on=DAY[law]), []
    for row in found.values():
        if not row["available"] or row["leads_to"] in (None, "ENFORCEABLE"):
            continue
        after = head.post(f"{CASES}{case}/acts/?dry_run=true", written(row, DAY[law]), format="json").json()[
            "after"
        ]
        if after["status"] != row["leads_to"]:
            wrong.append((row["type"], row["leads_to"], after["status"]))
    assert not wrong, wrong
    leads = {row["leads_to"] for row in found.values()}
    assert leads >= {
        "NOT_ENFORCEABLE",
        "DEFERRED",
        "STAYED",
        "TERMINATED",
        "REVOKED",
        "DELEGATED_OUT",
        "DISTRIBUTING",
    }


def test_a_row_says_fields_grounds_lines_basis_and_clock(head: APIClient) -> None:
    (case,) = brought_in([story(1, "ENFORCEABLE", "L2025")])
    found = rows(head, case, on=DAY["L2025"])
    defer = found["DEFER_DECISION"]
    assert (defer["signer"], defer["legal_basis"], defer["clock"], defer["transition"]) == (
        "T",
        "L25 Đ46.1",
        "K27",
        "24",
    )
    assert defer["fields"]["required"] == ["effective_on", "ground"]
    assert [one["letter"] for one in defer["fields"]["ground"]] == [*"abcdđeghikl", "2"]
    assert all(
        one["available"] and one["legal_basis"].startswith("L25 Đ46") for one in defer["fields"]["ground"]
    )
    assert defer["fields"]["lines"]["choices"] == [
        {"obligation": "o1", "remaining": "5000000"}, {"obligation": "o2", "remaining": None},
    ]  # fmt: skip
    paid = found["COLLECTION"]["fields"]
    assert (paid["lines"]["amount"], paid["lines"]["whole"], paid["lines"]["count"]) == ("required", False, 1)
    assert "lines" in paid["required"] and found["RELIEF_DECISION"]["signer"] == "COURT"
    revoked = found["REVOCATION_DECISION"]["fields"]["data"]
    assert revoked == [
        {
            "key": "legal_consequence",
            "label": "Hậu quả pháp lý",
            "required": True,
            "choices": None,
            "choice_labels": None,
        }
    ]
    assert len(found["FACT_NOTED"]["fields"]["data"][0]["choices"]) > 10
    assert [one["letter"] for one in found["STAY_NOTICE"]["fields"]["ground"]] == ["2"]
    assert [one["letter"] for one in found["STAY_DECISION"]["fields"]["ground"]] == ["a", "b"]
    (undone,) = found["ANNUL_ACT"]["fields"]["annuls"]
    assert (undone["type"], undone["signer"], undone["seq"]) == ("VERIFICATION", "C", 1)
    old = rows(head, case, on=DAY["L2008"])
    assert [one["letter"] for one in old["DEFER_DECISION"]["fields"]["ground"]] == [*"abcdđegh", "2"]
    assert (old["DEFER_DECISION"]["legal_basis"], old["REVOCATION_DECISION"]["fields"]["data"]) == (
        "L08 Đ48.1, 48.3",
        None,
    )


def test_what_may_not_be_done_says_why_in_the_language_asked_for(head: APIClient) -> None:
    (waiting, stayed) = brought_in([
        made_story(acts=[*to("ENFORCEABLE", "L2025"), {"type": "NO_CONDITION_DECISION", "effective_on": "2025-08-01", "ground": "a"}]),
        story(2, "STAYED", "L2025"),
    ])  # fmt: skip
    found = rows(head, waiting, on="2026-07-20")
    (reason, *more) = found["SEPARATE_BOOK"]["reasons"]
    assert (reason["code"], reason["pointer"], reason["legal_basis"]) == (
        "TERM_NOT_OVER", "/effective_on", "L25 Đ38.4; D152 Đ22.1",
    )  # fmt: skip
    assert "01/08/2027" in reason["detail"] and [one["code"] for one in more] == ["VERIFICATIONS_MISSING"]
    english = rows(head, waiting, on="2026-07-20", lang="en")["SEPARATE_BOOK"]
    assert (
        "years have not passed" in english["reasons"][0]["detail"]
        and english["type_label"] != found["SEPARATE_BOOK"]["type_label"]
    )
    found = rows(head, stayed, on="2026-07-20")
    codes = {kind: [one["code"] for one in row["reasons"]] for kind, row in found.items()}
    assert codes["NO_CONDITION_DECISION"] == codes["ATTACHMENT"] == ["WRONG_STATUS"]
    assert "Tạm đình chỉ" in found["ATTACHMENT"]["reasons"][0]["detail"]
    assert "ATTACHMENT" in found["ATTACHMENT"]["reasons"][0]["detail"], "of this act, not of one like it"
    assert codes["ENF_DECISION_EX_OFFICIO"] == ["ACT_OF_INTAKE"] and codes["FILE_PULL_DECISION"] == [
        "ACT_NO_LONGER_LAW"
    ]
    old = rows(head, stayed, on=DAY["L2008"])
    assert [one["code"] for one in old["EXIT_BAN"]["reasons"]] == ["ACT_NOT_OF_THIS_LAW"]
    assert [one["code"] for one in old["REQUEST_RETURN_NOTICE"]["reasons"]] == ["ACT_NOT_YET_LAW"]


def test_a_ground_may_be_closed_while_others_are_open(head: APIClient) -> None:
    once = [
        *to("ENFORCEABLE", "L2025"),
        {"type": "DEFER_DECISION", "effective_on": "2026-07-06", "ground": "2"},
        {"type": "CONTINUE_DECISION", "effective_on": "2026-07-13"},
    ]
    (case,) = brought_in([made_story(acts=once)])
    row = rows(head, case, on="2026-07-20")["DEFER_DECISION"]
    closed = [one for one in row["fields"]["ground"] if not one["available"]]
    assert row["available"] and [one["letter"] for one in closed] == ["2"]
    assert [one["code"] for one in closed[0]["reasons"]] == ["ONCE_ONLY"]


def test_an_act_laid_before_others_must_leave_them_possible(head: APIClient) -> None:
    ended = {"type": "TERMINATION_DECISION", "effective_on": "2026-07-20", "ground": "1"}
    (case,) = brought_in([made_story(acts=[*to("ENFORCEABLE", "L2025"), ended])])
    row = rows(head, case, on="2026-07-10")["TERMINATION_DECISION"]
    assert [one["code"] for one in row["reasons"]] == ["LATER_ACT_IMPOSSIBLE"]
    assert rows(head, case, on="2026-07-10")["DEFER_DECISION"]["available"]
    assert told(head, case, on="2026-07-10")["status"] == "ENFORCEABLE"
    early = rows(head, case, on="2020-01-02")
    assert not any(row["available"] for kind, row in early.items() if kind != "CORRECTION")


def test_who_signs_delegations_included_and_who_may_press(head: APIClient, staff: dict[str, Officer]) -> None:
    leader = Officer.objects.create(code="DN.LD01", name="Trần Văn Lãnh")
    chief = Officer.objects.create(code="DN.HC.90", name="Lê Thị Trưởng")
    Assignment.objects.create(officer=leader, unit=Unit.objects.get(code="DN"), role="HEAD")
    Assignment.objects.create(officer=chief, unit=Unit.objects.get(code="DN.HC"), role="UNIT_HEAD")
    Delegation.objects.create(
        from_officer=leader, to_officer=chief, role="HEAD", unit=Unit.objects.get(code="DN.HC"), valid_from="2026-07-01",
        valid_to="2026-07-31", document_number="12/GUQ", document_date="2026-06-30", permissions=["RECORD_ACTS"],
    )  # fmt: skip
    (case,) = brought_in([story(1, "ENFORCEABLE", "L2025")])
    answer = told(head, case, on="2026-07-20")
    signers = {one["code"]: one for one in answer["signers"]}
    assert signers["T"]["legal_basis"] == "L25 Đ22.3; D152 Đ97.1c"
    assert [(one["code"], one["on_behalf_of"], one["document"], one["permissions"]) for one in signers["T"]["officers"]] == [
        ("DN.LD01", None, None, None), ("DN.HC.90", "DN.LD01", "12/GUQ", ["RECORD_ACTS"]),
    ]  # fmt: skip
    assert [one["code"] for one in signers["C"]["officers"]] == ["DN.HC.01", "DN.LD01", "DN.HC.90"]
    assert {one["code"] for one in signers["S"]["officers"]} == {"DN.HC.01", "DN.HC.02", "DN.HC.90"}
    assert signers["COURT"]["outside"] and signers["COURT"]["officers"] == []
    later = {one["code"]: one for one in told(head, case, on="2026-08-03")["signers"]}
    assert [one["code"] for one in later["T"]["officers"]] == ["DN.LD01"]
    assert {row["signer"] for row in answer["results"]} <= set(signers)
    pressed = {
        row["type"]: row["permitted"] for row in told(caller("DN.HC", "OFFICER", "DN.HC.01"), case)["results"]
    }
    assert pressed["VERIFICATION"] and not pressed["REASSIGN"]
    assert not any(row["permitted"] for row in told(caller("DN", "AUDITOR"), case)["results"])


def test_it_is_read_as_a_case_is_and_costs_as_many_statements_whatever_the_case(head: APIClient) -> None:
    small, large = brought_in([story(1, "OPENED", "L2025"), story(2, "SEPARATE_TRACKED", "L2025")])
    counts = []
    for case in (small, large):
        told(head, case)
        with CaptureQueriesContext(connection) as asked:
            told(head, case)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9, counts
    assert caller("DN.TK", "HEAD").get(f"{CASES}{small}/available-acts/").status_code == 404
    assert head.get(f"{CASES}{small}/available-acts/?on=x").status_code == 400
    assert head.get(f"{CASES}x/available-acts/").status_code == 404
    assert Case.objects.get(public_id=small).version == 1


def test_the_example_has_the_shape_of_answers(head: APIClient) -> None:
    (case,) = brought_in([story(1, "ENFORCEABLE", "L2025")])
    answer = told(head, case, on="2026-07-20")
    found = {row["type"]: row for row in answer["results"]}
    example = {**api.AVAILABLE, "results": [], "signers": []}
    assert shape(example) == shape({**answer, "results": [], "signers": []})
    assert shape(api.AVAILABLE["results"][0]["fields"]["lines"]) == shape(
        found["DEFER_DECISION"]["fields"]["lines"]
    )
    assert shape(api.AVAILABLE["results"][0]).keys() == shape(found["DEFER_DECISION"]).keys()
    officer = next(one["officers"][0] for one in answer["signers"] if one["officers"])
    assert officer.keys() == api.AVAILABLE["signers"][0]["officers"][0].keys()
