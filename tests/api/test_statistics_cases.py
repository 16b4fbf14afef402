"""The cases behind a figure, through the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.models import Case
from reports.api.examples import CELL
from tests.api.clients import caller, walk
from tests.registers import bring_in, made_story, numbered
from tests.reports.histories import record
from tests.shapes import shape
from thads.journal import consumers

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/statistics/cases/"
COLLECTED = {
    "type": "COLLECTION",
    "effective_on": "2024-01-10",
    "lines": [{"obligation": "o1", "amount": "700"}],
}
GONE = {"type": "REASSIGN", "effective_on": "2024-02-01", "unit": "DN.TK", "officer": "DN.TK.01"}


@pytest.fixture
def head() -> APIClient:
    bring_in(
        [
            made_story(number="1", acts=[COLLECTED]),
            made_story(number="2", acts=[COLLECTED, GONE]),
            made_story(number="3", unit="DN.TK", officer="DN.TK.01"),
            made_story(number="4", acts=[{"type": "PERFORMANCE", "effective_on": "2024-03-01",
                                          "lines": [{"obligation": "o2"}]}]),
        ]
    )  # fmt: skip
    return caller("DN", "HEAD")


def ask(client: APIClient, **query: Any) -> dict[str, Any]:
    answer = client.get(ADDRESS, {"fiscal_year": 2024, "months": 6, "measure": "money", **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def shares(body: dict[str, Any]) -> dict[str, str]:
    return {one["case"]["decision_number"]: one["share"] for one in body["results"]}


def test_the_cases_of_a_cell_with_movements_and_acts(head: APIClient) -> None:
    body = ask(head, column="done")
    assert body["total"] == "1400" and shares(body) == {"1": "700", "2": "700"}
    (movement,) = body["results"][0]["movements"]
    assert (movement["from"], movement["to"], movement["money"]) == ("ELIGIBLE", "COMPLETED", "700")
    assert movement["act"]["type"] == "COLLECTION" and movement["act"]["seq"] == 1
    assert movement["known_through"] is None
    assert shape(CELL) == shape(body)
    assert head.get(body["results"][0]["case"]["url"]).json()["decision_number"] == "1"


def test_a_case_that_has_left_is_counted_where_it_was_and_not_shown_where_it_is(head: APIClient) -> None:
    for client in (
        caller("DN.HC", "UNIT_HEAD"),
        caller("DN.HC", "OFFICER", officer="DN.HC.01"),
    ):
        body = ask(client, unit="DN.HC", column="done")
        assert body["total"] == "1400" and shares(body) == {"1": "700", "2": "700"}
        assert [one["case"]["url"] is None for one in body["results"]] == [False, True]
        left = ask(client, unit="DN.HC", column="transferred_out", measure="cases")
        assert shares(left) == {"2": "1"}
        (movement,) = left["results"][0]["movements"]
        assert (movement["transfer"], movement["unit"], movement["other_unit"]) == ("OUT", "DN.HC", "DN.TK")
    assert ask(head, column="transferred_out", measure="cases")["total"] == "0"
    came = ask(caller("DN.TK", "UNIT_HEAD"), column="transferred_in")
    assert shares(came) == {"2": "4999300"}


def test_what_an_officer_may_not_ask_for(head: APIClient) -> None:
    client = caller("DN.HC", "OFFICER", officer="DN.HC.01")
    for officer in ("DN.TK.01", "none"):
        query = {"fiscal_year": 2024, "months": 6, "measure": "cases", "column": "done", "officer": officer}
        answer = client.get(ADDRESS, query)
        assert answer.status_code == 404, answer.content


def test_an_act_taken_back_is_explained_by_the_one_that_took_it_back(head: APIClient) -> None:
    case = Case.objects.get(decision_number="1")
    before = ask(head, column="done")["known_at"]
    assert record(case.pk, {"type": "CORRECTION", "effective_on": "2024-04-02", "voids": "a1"}) is False
    (act,) = (
        one["id"] for one in head.get(f"/api/v1/cases/{case.public_id}/acts/").json()["results"] if one["seq"]
    )
    assert record(case.pk, {"type": "CORRECTION", "effective_on": "2024-04-02", "voids": act})
    consumers.catch_up()
    assert shares(ask(head, column="done")) == {"2": "700"}
    assert shares(ask(head, column="done", known_at=before)) == {"1": "700", "2": "700"}
    # Nothing is left of it in the cell; where it still stands in one, both sides are told.
    standing = ask(head, column="in_progress")["results"][0]
    taken_back = [one for one in standing["movements"] if one["known_through"]]
    assert [one["known_through"]["type"] for one in taken_back] == ["CORRECTION"]
    assert [one["act"]["type"] for one in taken_back] == ["COLLECTION"]
    assert standing["share"] == "5000000"


def test_pages_in_both_directions(head: APIClient) -> None:
    bring_in(numbered([made_story()] * 9))
    first = f"{ADDRESS}?fiscal_year=2024&months=6&measure=cases&column=total_handled&page_size=4"
    pages = walk(head, first, "next")
    assert [len(page["results"]) for page in pages] == [4, 4, 4, 1]
    assert {page["total"] for page in pages} == {"13"}
    assert [page["count"] for page in pages] == [{"value": 13, "kind": "exact"}] * 4
    back = walk(head, pages[-1]["previous"], "previous")
    assert [page["results"] for page in back] == [page["results"] for page in reversed(pages[:-1])]
    assert pages[0]["previous"] is None


def test_a_cell_of_nothing(head: APIClient) -> None:
    body = ask(head, column="terminated", months=1)
    assert (body["total"], body["results"], body["next"], body["previous"]) == ("0", [], None, None)
    assert body["count"] == {"value": 0, "kind": "exact"}


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ({"column": "finished"}, 400, "COLUMN_UNKNOWN", "?column"),
        ({"column": "done_ratio"}, 400, "COLUMN_IS_RATIO", "?column"),
        ({"measure": "weight"}, 400, "PARAMETER_CHOICE", "?measure"),
        ({"theme": "MARITIME"}, 400, "PARAMETER_CHOICE", "?theme"),
        ({"book": "SECRET"}, 400, "PARAMETER_CHOICE", "?book"),
        ({"fiscal_year": 2099}, 400, "PERIOD_NOT_BEGUN", "?fiscal_year"),
        ({"known_at": "2999-01-01T00:00:00Z"}, 400, "KNOWN_AT_IN_FUTURE", "?known_at"),
        ({"unit": "DN.TK"}, 404, "UNIT_NOT_FOUND", "?unit"),
        ({"officer": "DN.HC.99"}, 404, "OFFICER_NOT_FOUND_IN_SCOPE", "?officer"),
        ({"cursor": "bm9uZQ"}, 400, "CURSOR_INVALID", "?cursor"),
        ({"row": "total"}, 400, "PARAMETER_UNKNOWN", "?row"),
    ],
)
def test_cells_that_do_not_exist(query: dict[str, Any], status: int, code: str, pointer: str) -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    asked = {"fiscal_year": 2024, "months": 6, "measure": "cases", "column": "done", **query}
    answer = client.get(ADDRESS, asked)
    assert answer.status_code == status, answer.content
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == [(code, pointer)]
