"""What the law forbids whatever the status, and the guarded moves of deferral, return and termination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.actions import dockets
from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.models import Case, Deadline
from officers.models import Officer
from tests.api.clients import caller
from tests.api.test_lifecycle import HEIR, story
from tests.registers import TODAY, bring_in, made_story
from thads.journal import consumers

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def brought_in(told: dict[str, Any]) -> Case:
    (key,) = bring_in([told], counted=False)
    found: Case = Case.objects.get(pk=key)
    return found


def post(head: APIClient, case: Case, **act: Any) -> Any:
    return head.post(f"{CASES}{case.public_id}/acts/", act, format="json")


def faults(answer: Any) -> list[tuple[str, str, str | None]]:
    assert answer.status_code == 422, answer.content
    return [(one["code"], one["pointer"], one["legal_basis"]) for one in answer.json()["errors"]]


# --- Deferral at the request of who may protest -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "day", "data", "fault"),
    [
        # Three months from the date of the request; the last day, where it is a day off, goes to the next working day.
        ("L2025", "2026-07-20", {"requested_on": "2026-07-16", "until": "2026-10-16"}, None),
        ("L2025", "2026-07-20", {"requested_on": "2026-07-16", "until": "2026-10-17"}, "2026-10-16"),
        ("L2025", "2026-07-20", {"requested_on": "2026-07-18", "until": "2026-10-19"}, None),
        ("L2025", "2026-07-20", {"requested_on": "2026-07-18", "until": "2026-10-20"}, "2026-10-19"),
        # A request without a date is no later than the decision.
        ("L2025", "2026-07-20", {"until": "2026-10-20"}, None),
        ("L2025", "2026-07-20", {"until": "2026-10-21"}, "2026-10-20"),
        ("L2008", "2025-06-02", {"requested_on": "2025-05-30", "until": "2025-09-03"}, "2025-09-03"),
    ],
)
def test_three_months_from_the_request_at_most(
    law: str, day: str, data: dict[str, Any], fault: str | None, head: APIClient
) -> None:
    case = brought_in(story(1, "ENFORCEABLE", law))
    answer = post(head, case, type="DEFER_DECISION", effective_on=day, ground="2", data=data)
    if fault is None or data["until"] <= fault:
        assert answer.status_code == 201, answer.content
        return
    basis = "L25 Đ46.2" if law == "L2025" else "L08 Đ48.2"
    assert faults(answer) == [("DEFERRED_TOO_LONG", "/data/until", basis)]
    day_told = dt.date.fromisoformat(fault).strftime("%d/%m/%Y")
    assert day_told in answer.json()["errors"][0]["detail"]
    assert Case.objects.get(pk=case.pk).version == case.version


def test_the_time_of_a_deferral_is_told_in_dates(head: APIClient) -> None:
    case = brought_in(story(1, "ENFORCEABLE", "L2025"))
    for data, pointer in (
        ({"until": "mai"}, "/data/until"),
        ({"until": "2026-08-01", "requested_on": 5}, "/data/requested_on"),
        ({"until": "2026-08-01", "requested_on": "0001-01-01"}, "/data/requested_on"),
    ):
        answer = post(head, case, type="DEFER_DECISION", effective_on="2026-07-20", ground="2", data=data)
        assert [one[:2] for one in faults(answer)] == [("DATE_INVALID", pointer)]
    # By agreement it lasts as long as the parties agreed; a register of the past is only warned.
    long = {"type": "DEFER_DECISION", "effective_on": "2026-07-20", "data": {"until": "2027-07-20"}}
    assert post(head, case, **long, ground="c").status_code == 201
    told = made_story(
        number="2/QĐ", acts=[{"type": "VERIFICATION", "effective_on": "2024-01-05"}, {**long, "ground": "2"}]
    )
    warnings = plan_story(told, register=Register.load(), today=TODAY).lawful.warnings
    assert [(one.code, one.pointer) for one in warnings] == [("DEFERRED_TOO_LONG", "/acts/1/data/until")]


# --- After a return -----------------------------------------------------------------------------------------


def test_after_a_return_nothing_but_a_new_request(head: APIClient) -> None:
    """L25 Đ38.2: neither continued nor returned again; requested anew, another case is opened (row 21)."""
    case = brought_in(story(1, "REQUEST_RETURNED", "L2025", initiation="ON_REQUEST"))
    acts = {
        "CONTINUE_DECISION": {}, "REQUEST_RETURN_NOTICE": {"ground": "38.4"}, "NO_CONDITION_DECISION": {"ground": "a"},
        "DEFER_DECISION": {"ground": "c"},
    }  # fmt: skip
    for act, more in acts.items():
        for lines in ({}, {"lines": [{"obligation": "o1"}]}):
            found = faults(post(head, case, type=act, effective_on="2026-07-20", **more, **lines))
            assert {code for code, *_ in found} <= {"NOTHING_OPEN", "LINE_ENDED"}, found
            assert all(basis for *_, basis in found)
    again = made_story(number="2/QĐ-CCTHADS", date="2026-08-03", initiation="ON_REQUEST")
    del again["acts"]
    answer = head.post(CASES, again, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["previous_case"]["id"] == str(case.public_id)


def test_a_returned_line_stays_returned_while_others_go_on(head: APIClient) -> None:
    case = brought_in(story(1, "NOT_ENFORCEABLE", "L2025", initiation="ON_REQUEST"))
    returned = {"type": "REQUEST_RETURN_NOTICE", "effective_on": "2026-07-06", "ground": "38.4"}
    assert post(head, case, **returned, lines=[{"obligation": "o1"}]).status_code == 201
    on = {"type": "CONTINUE_DECISION", "effective_on": "2026-07-20"}
    (fault,) = faults(post(head, case, **on, lines=[{"obligation": "o1"}]))
    assert fault[:2] == ("LINE_ENDED", "/lines/0") and fault[2]
    assert post(head, case, **on).status_code == 201
    buckets = [line["bucket"] for line in head.get(f"{CASES}{case.public_id}/").json()["obligations"]]
    assert buckets == ["RETURNED", "ELIGIBLE"]


# --- Entrustment --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["ACCOUNT", "DIGITAL_ASSET"])
def test_neither_money_nor_digital_assets_in_accounts_are_entrusted(thing: str, head: APIClient) -> None:
    case = brought_in(story(1, "ENFORCEABLE", "L2025"))
    act = {"type": "DELEGATION_DECISION", "effective_on": "2026-07-20", "to_authority": "HUE"}
    found = faults(post(head, case, **act, data={"object": thing}))
    assert found == [("DATA_FORBIDDEN", "/data/object", "L25 Đ49.1a; D152 Đ26.1")]


# --- A termination after a relief ---------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["5000000", "1000000"])
@pytest.mark.parametrize("named", ["ref", "id"])
def test_a_termination_that_names_the_relief_moves_nothing(amount: str, named: str, head: APIClient) -> None:
    """Also on a line, and in a case, that the relief has ended."""
    told = story(1, "ENFORCEABLE", "L2025")
    told["obligations"] = told["obligations"][:1]
    case = brought_in(told)
    lines = [{"obligation": "o1", "amount": amount}]
    relief = post(head, case, type="RELIEF_DECISION", effective_on="2026-07-06", ref="r", lines=lines).json()
    figures = Case.objects.values_list("bucket", "due", "remaining").get(pk=case.pk)
    follows = {"type": "TERMINATION_DECISION", "effective_on": "2026-07-13", "ground": "5"}
    for more in ({}, {"lines": [{"obligation": "o1"}]}):
        answer = post(head, case, **follows, **more, data={"relief": relief[named]})
        assert answer.status_code == 201, answer.content
        assert Case.objects.values_list("bucket", "due", "remaining").get(pk=case.pk) == figures
    (wrong,) = faults(post(head, case, **follows, data={"relief": "nothing"}))
    assert wrong[:2] == ("REF_UNKNOWN", "/data/relief")
    if amount == "5000000":
        assert faults(post(head, case, **follows))[0][0] == "NOTHING_OPEN"


# --- The clock of the decision on succession ----------------------------------------------------------------


def test_ten_days_to_decide_on_a_succession(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """K36 from the day the succession is known, met by the decision."""
    monkeypatch.setattr(dockets.timezone, "localdate", lambda: dt.date(2026, 8, 17))
    told = made_story(date="2026-08-03")
    told["parties"].append(HEIR)
    case = brought_in(told)

    def clock() -> list[tuple[str, str, str]]:
        consumers.catch_up()
        rows = Deadline.objects.filter(case=case, clock="K36")
        return [(row.state, row.started_on.isoformat(), row.due_on.isoformat()) for row in rows]

    known = {"type": "FACT_NOTED", "effective_on": "2026-08-06", "data": {"fact": "SUCCESSION_KNOWN"}}
    assert post(head, case, **known).status_code == 201
    # The tenth day is Sunday the 16th: the next working day.
    assert clock() == [("RUNNING", "2026-08-06", "2026-08-17")]
    passed = {"from": "d1", "to": "d2", "reason": "DEATH"}
    answer = post(head, case, type="TRANSFER_DECISION", effective_on="2026-08-10", data=passed)
    assert answer.status_code == 201, answer.content
    assert clock() == [("MET", "2026-08-06", "2026-08-17")]
