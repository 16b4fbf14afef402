"""The tables of the law at their addresses: whole, by law, by day, in both languages, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.rules.tables import tables
from tests.api.clients import caller

pytestmark = pytest.mark.django_db

NAMES = (
    "transitions", "grounds", "clocks", "decision-types", "obligation-kinds", "themes", "fees", "waterfall",
    "minimum-wages", "base-salaries", "holidays",
)  # fmt: skip


@pytest.fixture
def client() -> APIClient:
    return caller("DN.HC", "AUDITOR")


def rows(client: APIClient, name: str, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/rules/{name}/", query)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["next"] is None and body["previous"] is None
    assert body["count"] == {"value": len(body["results"]), "kind": "exact"}
    found: list[dict[str, Any]] = body["results"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_row_says_code_name_basis_and_validity(client: APIClient, name: str) -> None:
    whole = rows(client, name)
    english = rows(client, name, lang="en")
    assert len(whole) == len(english) > 0
    for row in whole:
        assert row["code"] and row["label"] and (row["legal_basis"] or row["doubtful"])
        assert row["valid_from"] is None or row["valid_to"] is None or row["valid_from"] <= row["valid_to"]
    assert [row["code"] for row in whole] == [row["code"] for row in english]
    assert [row["label"] for row in whole] != [row["label"] for row in english]
    old, new = (rows(client, name, regime=regime) for regime in ("L2008", "L2025"))
    assert old and new
    keys = {str(row) for row in whole}
    assert {str(row) for row in (*old, *new)} == keys, "every row belongs to a law"
    for regime, found in (("L2008", old), ("L2025", new)):
        assert all(row.get("regime", regime) == regime for row in found)
    day = rows(client, name, on="2026-09-02")
    assert day and {str(row) for row in day} <= {str(row) for row in new}
    for row in day:
        assert (row["valid_from"] or "") <= "2026-09-02" <= (row["valid_to"] or "9999")


def test_the_laws_do_not_mix(client: APIClient) -> None:
    def lengths(**query: str) -> list[tuple[Any, ...]]:
        return [
            (row["regime"], row["length"], row["unit"], row["valid_from"], row["valid_to"])
            for row in rows(client, "clocks", **query)
            if row["code"] == "K85"
        ]

    old = ("L2008", 5, "WORKING_DAY", None, "2026-06-30")
    new = ("L2025", 3, "WORKING_DAY", "2026-07-01", None)
    assert lengths() == [old, new]
    assert lengths(on="2026-06-30") == lengths(regime="L2008") == [old]
    assert lengths(on="2026-07-01") == lengths(regime="L2025") == [new]
    assert lengths(on="2026-06-30", regime="L2025") == []


def test_what_reaches_back_holds_on_days_before_its_law(client: APIClient) -> None:
    def found(**query: str) -> set[tuple[str, str]]:
        listed = rows(client, "clocks", **query)
        return {(row["code"], row["variant"]) for row in listed if row["retroactive"]}

    both = {("K26", "EARLIER_DECISION"), ("K94", "ENDED_CASE")}
    assert found() == found(on="2026-06-30") == found(regime="L2025") == both
    assert found(on="2026-07-01") == {("K94", "ENDED_CASE")}
    assert found(regime="L2008") == set()


def test_a_clock_tells_all_that_the_table_knows(client: APIClient) -> None:
    (row,) = (row for row in rows(client, "clocks", on="2026-09-01", lang="en") if row["code"] == "K16")
    assert row == {
        "code": "K16",
        "label": "Voluntary period",
        "legal_basis": "L25 Đ36.1",
        "valid_from": "2026-07-01",
        "valid_to": None,
        "doubtful": False,
        "note": None,
        "row": "K16//L2025",
        "override": None,
        "regime": "L2025",
        "name": "VOLUNTARY",
        "variant": None,
        "general": True,
        "length": 10,
        "unit": "CALENDAR_DAY",
        "term": "10 calendar days",
        "direction": "AFTER",
        "direction_label": "after the trigger",
        "starts": [{"code": "ENF_DECISION_SERVED", "label": "The enforcement decision is validly served"}],
        "met_by": [{"code": "DUTIES_FULFILLED", "label": "The duties are fulfilled"}],
        "actor": "DEBTOR",
        "actor_label": "Debtor",
        "pauses": ["DEFERRED", "STAYED"],
        "pauses_label": ["Enforcement deferred", "Enforcement stayed"],
        "on_expiry": "VERIFY_AND_COERCE",
        "on_expiry_label": "Verify; coercion allowed; the fee starts",
        "retroactive": False,
        "remark": "Not for interim orders",
    }
    window = next(row for row in rows(client, "clocks", regime="L2025") if row["code"] == "K48")
    assert window["length"] is None and window["direction"] == "WINDOW"


def test_transitions_say_where_from_where_to_and_who(client: APIClient) -> None:
    listed = rows(client, "transitions", regime="L2025")
    for number, move in tables().transitions.items():
        if move.basis_l2025:
            (row,) = (one for one in listed if one["code"] == number)
            assert set(row["from_statuses"]) == move.starts and row["to_status"] == move.to
            assert [act["code"] for act in row["acts"]] == list(move.acts)
            assert row["legal_basis"] == move.basis_l2025 and row["signer"] == move.signer
    told = {act["code"]: act for row in listed for act in row["acts"]}
    known = {code for code, act in tables().act_types.items() if act.basis_in("L2025")}
    assert known <= told.keys(), "every act of the law is told"
    deferred = told["DEFER_DECISION"]
    assert deferred["signer"] == "T" and deferred["to_bucket"] == "DEFERRED" and deferred["books"] == ["09"]
    assert "ELIGIBLE" in deferred["from_buckets"] and deferred["decision_type"] == "DEFER_DECISION"
    old = {act["code"] for row in rows(client, "transitions", regime="L2008") for act in row["acts"]}
    assert "FILE_PULL_DECISION" in old - told.keys() and "EXIT_BAN" in told.keys() - old


def test_grounds_and_decisions_are_those_of_the_law(client: APIClient) -> None:
    grounds = rows(client, "grounds", regime="L2025")
    assert [row["code"] for row in grounds if row["catalogue"] == "DEFER"] == [
        ground.letter for ground in tables().grounds_of("DEFER", "L2025")
    ]
    old = {row["code"] for row in rows(client, "decision-types", on="2025-01-01")}
    new = {row["code"] for row in rows(client, "decision-types", on="2026-09-01")}
    assert "REQUEST_RETURN_NOTICE" in new - old and "FILE_PULL_DECISION" in old - new
    kinds = {row["code"]: row for row in rows(client, "obligation-kinds")}
    assert (kinds["COURT_FEE"]["tier_l2008"], kinds["COURT_FEE"]["state_budget"]) == ("b", True)


def test_money_is_text_and_holds_by_day(client: APIClient) -> None:
    fees = rows(client, "fees", on="2026-09-01")
    assert [(row["up_to"], row["fixed"], row["rate_percent"], row["of"]) for row in fees] == [
        (None, "0", "0.00", "WHOLE"),
        ("5000000000", "0", "3.00", "WHOLE"),
        ("7000000000", "150000000", "2.00", "EXCESS"),
        ("10000000000", "190000000", "1.00", "EXCESS"),
        ("15000000000", "220000000", "0.50", "EXCESS"),
        (None, "245000000", "0.01", "EXCESS"),
    ]
    assert (fees[0]["up_to_base_salaries"], fees[1]["above_base_salaries"], fees[1]["above"]) == (2, 2, None)
    assert [row["amount"] for row in rows(client, "base-salaries", on="2026-06-30")] == ["2340000"]
    assert [row["amount"] for row in rows(client, "base-salaries", on="2026-07-01")] == ["2530000"]
    wages = rows(client, "minimum-wages", on="2025-06-01")
    assert [(row["code"], row["amount"], row["doubtful"]) for row in wages] == [
        ("I", "4960000", False), ("II", "4410000", False), ("III", "3860000", False), ("IV", "3450000", True)
    ]  # fmt: skip
    tiers = [row["tier"] for row in rows(client, "waterfall", on="2026-09-01") if row["kind"] == "TIER"]
    assert tiers == ["a", "b", "c", "d", "đ"]


def test_holidays_are_named_and_swaps_are_told(client: APIClient) -> None:
    found = {row["code"]: row for row in rows(client, "holidays")}
    assert found["2026-02-17"]["label"] == "Tết Nguyên Đán" and found["2026-02-17"]["kind"] == "OFF"
    assert (found["2026-01-10"]["kind"], found["2026-01-10"]["label"]) == (
        "WORKED", "Làm bù cho thứ Sáu 02/01/2026"
    )  # fmt: skip
    assert found["2024-05-04"]["label"] == "Làm bù cho một ngày nghỉ"
    assert "2026-09-05" not in found
    (day,) = rows(client, "holidays", on="2026-09-02", lang="en")
    assert (day["label"], day["valid_from"], day["valid_to"]) == ("National Day", "2026-09-02", "2026-09-02")


@pytest.mark.parametrize("query", [{"regime": "L1999"}, {"on": "2026-02-30"}, {"page_size": "1"}])
def test_what_is_not_known_is_refused_by_name(client: APIClient, query: dict[str, str]) -> None:
    answer = client.get("/api/v1/rules/clocks/", query)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"?{name}" for name in query]
