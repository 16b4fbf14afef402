"""Free cuts through the API: the figures of the forms under any grouping, each cell with its cases."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from rest_framework.test import APIClient

from reports.api.cuts import Cuts
from reports.cuts import MAIN_COLUMNS
from tests.api.clients import caller
from tests.registers import bring_in, made_story, numbered
from tests.reports.test_cuts import tagged
from tests.reports.test_totals import SAMPLES
from tests.shapes import shape

pytestmark = pytest.mark.django_db

CUTS, FORM = "/api/v1/statistics/", "/api/v1/statistics/forms/{}/"
COLUMNS = "total_handled,newly_accepted,transferred_in,transferred_out,eligible,done,carried_out"
#: Callers by role: the department, a unit, one officer.
CALLERS = {
    "HEAD": ("DN", "HEAD", None),
    "UNIT_HEAD": ("DN.HC", "UNIT_HEAD", None),
    "OFFICER": ("DN.HC", "OFFICER", "DN.HC.01"),
}


@pytest.fixture
def register() -> list[int]:
    # One case that nobody is assigned to, and one handed from unit to unit and back.
    acts = [
        {"type": "REASSIGN", "effective_on": "2023-12-01", "unit": "DN.TK", "officer": "DN.TK.01"},
        {"type": "REASSIGN", "effective_on": "2024-02-01", "unit": "DN.HC", "officer": "DN.HC.01"},
    ]
    more = [made_story(number="a", officer=None), made_story(number="b", acts=acts)]
    return bring_in(numbered([*tagged(SAMPLES), *more]))


@pytest.fixture(params=CALLERS)
def client(request: pytest.FixtureRequest, register: list[int]) -> APIClient:
    return caller(*CALLERS[request.param])


@pytest.fixture
def head(register: list[int]) -> APIClient:
    return caller(*CALLERS["HEAD"])


def cut(client: APIClient, **query: Any) -> dict[str, Any]:
    answer = client.get(CUTS, {"fiscal_year": 2024, "months": 6, "measure": "cases", **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def form(client: APIClient, number: int, **query: Any) -> dict[str, Any]:
    answer = client.get(FORM.format(number), {"fiscal_year": 2024, "months": 6, **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def values(row: dict[str, Any]) -> dict[str, str]:
    return {name: cell["value"] for name, cell in row["columns"].items()}


# --- The forms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "measure"), [(1, "cases"), (2, "money")])
def test_by_initiation_and_field_it_is_form_1_or_2(client: APIClient, number: int, measure: str) -> None:
    for months in (1, 6, 12):
        rows = {row["key"]: values(row) for row in form(client, number, months=months)["rows"]}
        names = ",".join(next(iter(rows.values())))
        body = cut(client, months=months, measure=measure, group_by="initiation,field", column=names)
        assert values(body["total"]) == rows["total"]
        found = {f"{row['key']['initiation']}/{row['key']['field']}": values(row) for row in body["rows"]}
        for key, figures in rows.items():
            if key.count("/") == 1 and key.split("/")[0] in ("EX_OFFICIO", "ON_REQUEST"):
                assert found.get(key) == figures or not any(
                    value not in ("0", None) for value in figures.values()
                )
        for theme in ("CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC"):
            by_theme = cut(client, months=months, measure=measure, group_by="theme", column=names)
            own = [values(row) for row in by_theme["rows"] if row["key"]["theme"] == theme]
            assert not own or own == [rows[f"theme/{theme}"]]


@pytest.mark.parametrize(("number", "measure"), [(4, "cases"), (5, "money")])
def test_by_unit_and_officer_it_is_form_4_or_5(client: APIClient, number: int, measure: str) -> None:
    for months in (2, 6, 12):
        rows = form(client, number, months=months)["rows"]
        names = ",".join(rows[0]["columns"])
        by_holder = cut(client, months=months, measure=measure, group_by="unit,officer", column=names)
        people = [row for row in rows if row["kind"] in ("officer", "unassigned")]
        shown = [row for row in people if any(value not in ("0", None) for value in values(row).values())]
        assert [values(row) for row in by_holder["rows"]] == [values(row) for row in shown]
        units = {row["key"]: values(row) for row in rows if row["kind"] == "unit"}
        by_unit = cut(client, months=months, measure=measure, group_by="unit", column=names)
        assert by_unit["rows"]
        for row in by_unit["rows"]:
            assert values(row) == units[row["key"]["unit"]]


# --- The cases behind a cell --------------------------------------------------------------------------------


def behind(client: APIClient, url: str) -> tuple[int, int]:
    """The total of a drill-down, and the sum of the shares on all its pages."""
    total, shares, address = None, 0, url
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.content)
        body = answer.json()
        total = int(body["total"])
        shares += sum(int(case["share"]) for case in body["results"])
        address = body["next"]
    assert total is not None
    return total, shares


@pytest.mark.parametrize(
    "group_by",
    [
        "",
        "unit",
        "officer",
        "unit,officer",
        "initiation,field",
        "theme",
        "month",
        "officer,month",
        "theme,unit,month",
    ],
)
def test_every_cell_is_the_sum_of_its_cases(client: APIClient, group_by: str) -> None:
    chance = random.Random(group_by)
    for measure in ("cases", "money"):
        query = {"group_by": group_by} if group_by else {}
        body = cut(client, measure=measure, column=f"{COLUMNS},done_ratio", **query)
        cells = [
            cell
            for row in [body["total"], *body["rows"]]
            for cell in row["columns"].values()
            if cell["value"] != "0"
        ]
        assert cells
        for cell in chance.sample(cells, min(len(cells), 12)):
            figure = int(cell.get("numerator", cell["value"]))
            assert behind(client, cell["cases"]) == (figure, figure), cell


def test_a_single_month_has_a_drill_down_of_its_own(head: APIClient) -> None:
    body = cut(head, group_by="month", column="newly_accepted,carried_out", months=12)
    for row in body["rows"]:
        flow, stock = row["columns"]["newly_accepted"]["cases"], row["columns"]["carried_out"]["cases"]
        assert "single_month=true" in flow and "single_month" not in stock
        assert behind(head, flow)[1] == int(row["columns"]["newly_accepted"]["value"])
    answer = head.get(flow.replace("column=newly_accepted", "column=carried_out"))
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == ("COLUMN_HAS_NO_MONTH", "?single_month")
    assert "newly_accepted" in error["detail"]


# --- What the answer says -----------------------------------------------------------------------------------


def test_the_main_columns_by_default_and_the_total_alone_without_keys(head: APIClient) -> None:
    body = cut(head)
    assert tuple(body["total"]["columns"]) == MAIN_COLUMNS
    assert (body["rows"], body["group_by"], body["notes"]) == ([], [], [])
    assert (body["regime"], body["pending"], body["currency"]) == ("TT06_2019", 0, None)
    assert cut(head, measure="money")["currency"] == "VND"
    assert body["total"]["columns"]["done"]["value"] == form(head, 1)["rows"][0]["columns"]["done"]["value"]


def test_what_must_be_known_before_rows_are_added_up_is_said(head: APIClient) -> None:
    def codes(**query: Any) -> list[str]:
        return [note["code"] for note in cut(head, **query)["notes"]]

    assert codes(group_by="theme") == ["THEMES_OVERLAP"]
    assert codes(group_by="unit") == []
    assert codes(group_by="unit", column="transferred_in") == ["TRANSFERS_OF_EACH_ROW"]
    assert codes(group_by="month,officer") == ["MONTHS_OWN_FLOWS"]
    kinds = {column["name"]: column["kind"] for column in cut(head)["columns"]}
    assert (kinds["done"], kinds["carried_out"], kinds["done_ratio"]) == ("flow", "state", "ratio")


def test_rows_are_called_by_code_and_name(head: APIClient) -> None:
    (row, *_) = cut(head, group_by="unit,initiation,month", lang="en")["rows"]
    assert row["key"] == {"unit": "DN.HC", "initiation": row["key"]["initiation"], "month": 1}
    assert row["labels"]["unit"].startswith("Chi cục") and row["labels"]["month"] == "10/2023"
    assert row["period"]["to"] == "2023-10-31"
    nobody = next(row for row in cut(head, group_by="officer")["rows"] if row["key"]["officer"] is None)
    assert nobody["labels"] == {"officer": "Chưa phân công"}


def test_the_same_moment_gives_the_same_answer(head: APIClient) -> None:
    first = cut(head, group_by="unit,officer,month")
    bring_in([made_story(number="sau/QĐ-CCTHADS")])
    again = cut(head, group_by="unit,officer,month", known_at=first["known_at"])
    assert {**again, "pending": 0} == first
    assert cut(head, group_by="unit,officer,month")["digest"] != first["digest"]


def test_an_officer_sees_own_figures_only(register: list[int]) -> None:
    client = caller(*CALLERS["OFFICER"])
    body = cut(client, group_by="unit,officer")
    assert body["scope"]["own_cases_only"] is True
    assert [row["key"] for row in body["rows"]] == [{"unit": "DN.HC", "officer": "DN.HC.01"}]
    asked = cut(caller(*CALLERS["UNIT_HEAD"]), officer="DN.HC.01", group_by="unit,officer")
    assert [values(row) for row in asked["rows"]] == [values(row) for row in body["rows"]]


def test_narrowing_and_grouping_go_together(head: APIClient) -> None:
    for keys in itertools.permutations(("unit", "field"), 2):
        whole = cut(head, group_by=",".join(keys), column="done,eligible")
        for unit in ("DN.HC", "DN.TK"):
            part = cut(head, unit=unit, own="true", group_by="field", column="done,eligible")
            assert [values(row) for row in part["rows"]] == [
                values(row) for row in whole["rows"] if row["key"]["unit"] == unit
            ]


def test_the_state_budget_book(head: APIClient) -> None:
    body = cut(head, book="STATE_BUDGET", measure="money", column="done,carried_out", group_by="unit")
    row = next(row for row in form(head, 2)["rows"] if row["key"] == "book/STATE_BUDGET")
    assert body["total"]["columns"]["done"]["value"] == row["columns"]["done"]["value"]
    assert sum(int(row["columns"]["carried_out"]["value"]) for row in body["rows"]) == int(
        body["total"]["columns"]["carried_out"]["value"]
    )
    cell = body["rows"][0]["columns"]["carried_out"]
    assert behind(head, cell["cases"])[1] == int(cell["value"])


def test_the_example_has_the_shape_of_an_answer(head: APIClient) -> None:
    answer = cut(head, group_by="unit", column="done,done_ratio")
    assert shape(Cuts.operations["GET"].example) == shape(answer)


# --- Refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status", "found"),
    [
        ({"group_by": "unit,colour"}, 400, [("GROUP_KEY_UNKNOWN", "?group_by")]),
        ({"group_by": "unit,unit"}, 400, [("GROUP_KEY_TWICE", "?group_by")]),
        ({"group_by": ""}, 400, [("GROUP_KEY_UNKNOWN", "?group_by")]),
        ({"group_by": "x,y,unit,unit"}, 400, [("GROUP_KEY_UNKNOWN", "?group_by")] * 2 + [("GROUP_KEY_TWICE", "?group_by")]),
        ({"column": "done,finished"}, 400, [("COLUMN_UNKNOWN", "?column")]),
        ({"column": "done, done"}, 400, [("COLUMN_TWICE", "?column")]),
        ({"measure": "đồng"}, 400, [("PARAMETER_CHOICE", "?measure")]),
        ({"known_at": "2999-01-01T00:00:00Z"}, 400, [("KNOWN_AT_IN_FUTURE", "?known_at")]),
        ({"fiscal_year": 2099}, 400, [("PERIOD_NOT_BEGUN", "?fiscal_year")]),
        ({"unit": "DN.TK"}, 404, [("UNIT_NOT_FOUND", "?unit")]),
        ({"officer": "DN.TK.02"}, 404, [("OFFICER_NOT_FOUND_IN_SCOPE", "?officer")]),
        ({"field": "MARITIME"}, 400, [("PARAMETER_CHOICE", "?field")]),
    ],
)  # fmt: skip
def test_wrong_questions_are_refused_by_name(query: dict[str, Any], status: int, found: Any) -> None:
    answer = caller("DN.HC", "UNIT_HEAD").get(
        CUTS, {"fiscal_year": 2024, "months": 6, "measure": "cases", **query}
    )
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == found


def test_an_unknown_key_and_column_name_the_choices() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    for query, choice in (({"group_by": "colour"}, "initiation"), ({"column": "colour"}, "done_ratio")):
        answer = client.get(CUTS, {"fiscal_year": 2024, "months": 6, "measure": "cases", **query})
        assert choice in answer.json()["errors"][0]["detail"]


def test_measure_has_to_be_said() -> None:
    answer = caller("DN", "HEAD").get(CUTS, {"fiscal_year": 2024, "months": 6})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["?measure"]


def test_what_is_too_large_is_refused_with_its_size(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"fiscal_year": 2024, "months": 12, "measure": "cases"}
    answer = head.get(CUTS, {**query, "group_by": "unit,officer,initiation,field,theme,month"})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (400, "CUT_TOO_LARGE")
    assert head.get(CUTS, {**query, "group_by": "unit,officer,field"}).status_code == 200
    monkeypatch.setattr("reports.api.cuts.MOST_CELLS", 20)
    assert head.get(CUTS, {**query, "group_by": "unit,officer,field", "column": "done"}).status_code == 400
    assert head.get(CUTS, {**query, "group_by": "unit", "column": "done"}).status_code == 200
