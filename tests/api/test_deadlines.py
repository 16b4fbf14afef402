"""Deadlines and the queue through the API: whose, in what order, and why they end on their day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.actions import dockets
from cases.models import Case, Deadline
from cases.rules.deadlines import VIET_NAM
from officers.models import Officer
from tests.api.clients import caller, walk
from tests.registers import bring_in, made_story

pytestmark = pytest.mark.django_db

DEADLINES, QUEUE = "/api/v1/deadlines/", "/api/v1/cases/queue/"
TODAY = dt.date(2026, 8, 17)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dockets.timezone, "localdate", lambda: TODAY)


@pytest.fixture
def cases(staff: dict[str, Officer]) -> dict[str, Case]:
    """Cases of two officers of Hải Châu and one of Thanh Khê, by what they show."""
    served = {"type": "SERVICE", "effective_on": "2026-08-05"}
    verified = {"type": "VERIFICATION", "effective_on": "2026-08-12"}
    stories = {
        "served": made_story(number="1/QĐ", date="2026-08-03", acts=[served]),
        "just opened": made_story(number="2/QĐ", date="2026-08-14"),
        "colleague's": made_story(number="3/QĐ", date="2026-08-12", officer="DN.HC.02", acts=[verified]),
        "old": made_story(number="4/QĐ", date="2024-01-02"),
        "older": made_story(
            number="5/QĐ", date="2026-06-01", acts=[{"type": "VERIFICATION", "effective_on": "2026-07-01"}]
        ),
        "foreign": made_story(number="6/QĐ", date="2026-08-14", unit="DN.TK", officer="DN.TK.01"),
    }
    keys = bring_in(stories.values(), at=dt.datetime(2026, 8, 17, 9, tzinfo=VIET_NAM))
    found = Case.objects.in_bulk(keys)
    return {name: found[key] for name, key in zip(stories, keys, strict=True)}


def read(client: APIClient, url: str, **query: str) -> Any:
    answer = client.get(url, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_earliest_comes_first_both_ways(cases: dict[str, Case]) -> None:
    head = caller("DN", "HEAD")
    expected = list(
        Deadline.objects.filter(closed_on=None, due_on__isnull=False)
        .order_by("due_on", "id")
        .values_list("public_id", flat=True)
    )
    pages = walk(head, f"{DEADLINES}?page_size=3", "next")
    assert [row["id"] for one in pages for row in one["results"]] == [str(key) for key in expected]
    back = walk(head, pages[-1]["previous"], "previous")
    assert [row["id"] for one in reversed(back) for row in one["results"]] == [
        row["id"] for one in pages[:-1] for row in one["results"]
    ]


def test_whose(cases: dict[str, Case]) -> None:
    officer = caller("DN.HC", "OFFICER", "DN.HC.01")
    numbers = {row["case"]["decision_number"] for row in read(officer, DEADLINES)["results"]}
    assert numbers == {"1/QĐ", "2/QĐ", "4/QĐ", "5/QĐ"}
    unit_head = caller("DN.HC", "UNIT_HEAD", "DN.HC.02")
    mine = read(unit_head, DEADLINES, mine="true")["results"]
    assert {row["case"]["decision_number"] for row in mine} == {"3/QĐ"}
    assert {row["unit"] for row in read(unit_head, DEADLINES)["results"]} == {"DN.HC"}
    answer = caller("DN", "AUDITOR").get(DEADLINES, {"mine": "true"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "MINE_NEEDS_OFFICER")
    foreign = Deadline.objects.filter(case=cases["foreign"])[0]
    assert officer.get(f"{DEADLINES}{foreign.public_id}/").status_code == 404


def test_filters_and_the_deadlines_of_one_case(cases: dict[str, Case]) -> None:
    head = caller("DN", "HEAD")
    (voluntary,) = read(head, DEADLINES, clock="K16")["results"]
    assert (voluntary["due_on"], voluntary["state"], voluntary["actor"]) == (
        "2026-08-17",
        "RUNNING",
        "DEBTOR",
    )
    assert read(head, DEADLINES, due_on__lte="2026-08-17", count="exact")["count"]["value"] == sum(
        row["due_on"] is not None and row["due_on"] <= "2026-08-17"
        for row in read(head, DEADLINES, page_size="200")["results"]
    )
    own = read(head, f"/api/v1/cases/{cases['served'].public_id}/deadlines/", open="false")["results"]
    assert {row["clock"] for row in own} >= {"K16", "K83", "K89"}
    assert {row["case"]["decision_number"] for row in own} == {"1/QĐ"}
    assert head.get(DEADLINES, {"clock": "K999"}).json()["errors"][0]["pointer"] == "?clock"


def test_why_on_this_day(cases: dict[str, Case]) -> None:
    row = Deadline.objects.get(case=cases["served"], clock="K16")
    found = read(caller("DN", "HEAD"), f"{DEADLINES}{row.public_id}/")
    assert (found["due_on"], found["legal_basis"]) == ("2026-08-17", "L25 Đ36.1")
    told = " | ".join(step["text"] for step in found["steps"])
    assert "không tính" in told and "15/08/2026" in told and "Thứ Bảy" in told
    english = read(caller("DN", "HEAD"), f"{DEADLINES}{row.public_id}/", lang="en")
    assert "Saturday" in " | ".join(step["text"] for step in english["steps"])


def test_the_queue_of_an_officer(cases: dict[str, Case]) -> None:
    officer = caller("DN.HC", "OFFICER", "DN.HC.01")
    queue = read(officer, QUEUE, mine="true")
    assert (queue["today"], queue["pending"]) == ("2026-08-17", 0)
    sections = {one["section"]: one for one in queue["sections"]}
    assert list(sections) == [
        "breached", "due_today", "next_step", "due_soon", "waiting", "idle_90", "idle_60", "idle_30"
    ]  # fmt: skip
    waiting = sections["waiting"]["deadlines"]
    assert [(row["clock"], row["case"]["decision_number"]) for row in waiting] == [("K16", "1/QĐ")]
    soon = {(row["clock"], row["case"]["decision_number"]) for row in sections["due_soon"]["deadlines"]}
    assert {("K11", "2/QĐ"), ("K12", "2/QĐ"), ("K10", "2/QĐ")} <= soon
    assert [case["decision_number"] for case in sections["idle_90"]["cases"]] == ["4/QĐ"]
    assert [case["decision_number"] for case in sections["idle_30"]["cases"]] == ["5/QĐ"]
    assert sections["idle_60"]["count"] == 0
    for one in queue["sections"]:
        assert one["count"] == len(one["deadlines"]) + len(one["cases"])


def test_the_queue_of_a_unit_shows_the_first_and_counts_all(cases: dict[str, Case]) -> None:
    queue = read(caller("DN", "HEAD"), QUEUE, limit="1", unit="DN.HC")
    soon = next(one for one in queue["sections"] if one["section"] == "due_soon")
    assert len(soon["deadlines"]) == 1 < soon["count"]
    one = read(caller("DN", "HEAD"), QUEUE, officer="DN.HC.02")
    shown = {row["officer"] for part in one["sections"] for row in part["deadlines"]}
    assert shown == {"DN.HC.02"}
    officer = caller("DN.HC", "OFFICER", "DN.HC.01")
    assert officer.get(QUEUE, {"officer": "DN.HC.02"}).status_code == 404


def test_the_queue_costs_the_same_however_long_it_is(
    cases: dict[str, Case], django_assert_max_num_queries: Any
) -> None:
    officer = caller("DN.HC", "OFFICER", "DN.HC.01")
    with django_assert_max_num_queries(12):
        read(officer, QUEUE, mine="true")
