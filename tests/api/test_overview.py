"""The overview says what the forms say, and what it is made of."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cases.models import Case
from officers.models import Officer
from reports import overview
from reports.answers import answering
from reports.api.overview import OverviewDetail
from reports.overview import AGES, FEW, _anniversary
from tests.api.clients import caller
from tests.api.test_statistics_cuts import behind
from tests.registers import bring_in, made_story, numbered
from tests.reports.test_totals import SAMPLES
from tests.shapes import shape
from thads.common.periods import Period

pytestmark = pytest.mark.django_db

OVERVIEW, FORM = "/api/v1/statistics/overview/", "/api/v1/statistics/forms/{}/"
CALLERS = {
    "HEAD": ("DN", "HEAD", None),
    "UNIT_HEAD": ("DN.HC", "UNIT_HEAD", None),
    "OFFICER": ("DN.HC", "OFFICER", "DN.HC.01"),
}
FORMS = {"CASES": (1, 4), "MONEY": (2, 5)}
TARGET = {
    "unit": "DN", "fiscal_year": 2024, "measure": "CASES", "percent": "84.50", "document_number": "1/QĐ",
    "document_date": "2023-10-15",
}  # fmt: skip


@pytest.fixture
def register(staff: dict[str, Officer]) -> list[int]:
    aged = [
        made_story(number=str(year), date=f"{year}-03-31", officer="DN.TK.01", unit="DN.TK")
        for year in (2010, 2014, 2019, 2021, 2022)
    ]
    return bring_in(numbered([*SAMPLES, *aged, made_story(number="x", officer=None)]))


@pytest.fixture(params=CALLERS)
def client(request: pytest.FixtureRequest, register: list[int]) -> APIClient:
    return caller(*CALLERS[request.param])


@pytest.fixture
def head(register: list[int]) -> APIClient:
    return caller(*CALLERS["HEAD"])


def asked(client: APIClient, **query: Any) -> dict[str, Any]:
    answer = client.get(OVERVIEW, {"fiscal_year": 2024, "months": 6, **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def form(client: APIClient, number: int, **query: Any) -> dict[str, Any]:
    answer = client.get(FORM.format(number), {"fiscal_year": 2024, "months": 6, **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def without_links(cell: Any) -> Any:
    """A cell, or several by name, without the addresses of its cases."""
    if isinstance(cell, dict):
        return {name: without_links(inner) for name, inner in cell.items() if name != "cases"}
    return cell


# --- Against the forms --------------------------------------------------------------------------------------


def test_ratios_and_backlog_are_those_of_forms_1_and_2(client: APIClient) -> None:
    body = asked(client)
    for measure, (number, _) in FORMS.items():
        total = form(client, number, compare="prior_same_period")["rows"][0]["columns"]
        assert without_links(body["ratios"][measure]) == without_links(total["done_ratio"])
        for line in body["backlog"]:
            assert without_links(line["figures"][measure]) == without_links(total[line["column"]])
    assert [line["column"] for line in body["backlog"]] == ["carried_out", "ineligible", "in_progress"]


def test_rankings_are_the_rows_of_forms_4_and_5(client: APIClient) -> None:
    body = asked(client)
    for measure, (_, number) in FORMS.items():
        rows = {
            row["key"]: row["columns"]["done_ratio"]
            for row in form(client, number)["rows"]
            if "done_ratio" in row["columns"]
        }
        for row in body["units"]:
            assert without_links(row["figures"][measure]) == without_links(rows[row["code"]])
        for row in body["officers"]:
            if row["code"] in rows:
                assert without_links(row["figures"][measure]) == without_links(rows[row["code"]])


def test_the_best_stand_first_and_few_are_flagged(head: APIClient) -> None:
    body = asked(head)
    for rows in (body["units"], body["officers"]):
        cells = [row["figures"]["CASES"] for row in rows]
        rates = [
            int(c["numerator"]) / int(c["denominator"])
            for c, row in zip(cells, rows, strict=True)
            if row["rank"]
        ]
        assert rates == sorted(rates, reverse=True) and rates
        ranks = [row["rank"] for row in rows if row["rank"]]
        assert ranks == [1 + sum(other > rate for other in rates) for rate in rates]
        for cell, row in zip(cells, rows, strict=True):
            assert row["few"] == (int(cell["denominator"]) < FEW == body["few_below"])
    nobody = body["officers"][-1]
    assert (nobody["rank"], nobody["code"], nobody["label"]) == (None, None, "Chưa phân công")
    eligible = sum(int(row["figures"]["CASES"]["denominator"]) for row in body["officers"])
    assert eligible == int(body["ratios"]["CASES"]["denominator"])


def test_throughput_is_the_difference_of_two_periods(client: APIClient) -> None:
    body = asked(client)
    assert [(year["fiscal_year"], len(year["months"])) for year in body["throughput"]] == [
        (2024, 6),
        (2023, 12),
    ]
    for year in body["throughput"]:
        for measure, (number, _) in FORMS.items():
            sums = {"newly_accepted": 0, "done": 0}
            for month in year["months"]:
                for column in sums:
                    sums[column] += int(month["figures"][measure][column]["value"])
                if month["month"] in (3, 6, 12):
                    total = form(client, number, fiscal_year=year["fiscal_year"], months=month["month"])[
                        "rows"
                    ][0]
                    assert sums == {column: int(total["columns"][column]["value"]) for column in sums}


def test_averages_are_those_of_the_forms(head: APIClient) -> None:
    body = asked(head)
    for measure, (number, _) in FORMS.items():
        known = {one["of"]: one["value"] for one in form(head, number)["averages"]}
        for one in body["averages"]:
            if one["measure"] == measure and one["of"] in known:
                assert one["value"] == known[one["of"]]
    assert {one["denominator"] for one in body["averages"]} == {"4"}


# --- Age ----------------------------------------------------------------------------------------------------


def test_ages_add_up_to_what_is_carried_out(client: APIClient) -> None:
    for period in ({}, {"fiscal_year": 2023, "months": 12}, {"fiscal_year": 2024, "months": 12}):
        ageing = asked(client, **period)["ageing"]
        for measure in FORMS:
            whole = int(ageing["figures"][measure]["value"])
            cells = [band["figures"][measure] for band in ageing["bands"]]
            assert sum(int(cell["value"]) for cell in cells) == whole
            assert {cell["share"]["denominator"] for cell in cells} == {str(whole)}


def test_a_case_is_as_old_as_its_full_years(register: list[int]) -> None:
    """By hand at 31/3/2024: the five of Thanh Khê were decided on 31/3, so each has just reached its years."""
    body = asked(caller("DN", "HEAD"), officer="DN.TK.01")
    bands = {band["from_years"]: band["figures"] for band in body["ageing"]["bands"]}
    assert body["ageing"]["on"] == "2024-03-31"
    assert {years: figures["CASES"]["value"] for years, figures in bands.items()} == {
        0: "0", 1: "0", 2: "1", 3: "1", 5: "1", 10: "2",
    }  # fmt: skip
    assert bands[10]["MONEY"]["value"] == "10000000"
    labels = [band["label"] for band in body["ageing"]["bands"]]
    assert (
        labels[0] == "Dưới 1 năm" and labels[1] == "Từ 1 đến dưới 2 năm" and labels[-1] == "Từ 10 năm trở lên"
    )


def test_ages_at_the_day_of_each_period_are_counted_by_hand(register: list[int]) -> None:
    units = frozenset(Case.objects.values_list("unit_id", flat=True))
    for period in (Period(2023, 6), Period(2024, 5), Period(2025, 3)):
        with answering(units) as frame:
            found = overview.ages(
                frame.reading(period, "CASES", officer=Officer.objects.get(code="DN.TK.01").pk)
            )
        expected = [0] * len(AGES)
        for year in (2010, 2014, 2019, 2021, 2022):
            # Decided on 31/3: a year more is full from that day on.
            last = period.ends_on
            years = last.year - year - ((last.month, last.day) < (3, 31))
            if dt.date(year, 3, 31) <= last:
                expected[max(place for place, least in enumerate(AGES) if years >= least)] += 1
        assert found["CASES"] == expected, period
        assert found["MONEY"] == [5_000_000 * cases for cases in expected], period


def test_the_29th_of_february() -> None:
    assert _anniversary(dt.date(2024, 2, 29), 1) == dt.date(2023, 2, 28)
    assert _anniversary(dt.date(2024, 2, 29), 4) == dt.date(2020, 2, 29)


# --- What the answer says -----------------------------------------------------------------------------------


def test_every_cell_leads_to_its_cases(client: APIClient) -> None:
    body = asked(client)
    cells = [
        *body["ratios"].values(),
        *(cell for line in body["backlog"] for cell in line["figures"].values()),
        *body["ageing"]["figures"].values(),
        *(row["figures"]["CASES"] for row in [*body["units"], *body["officers"]]),
        *body["throughput"][0]["months"][1]["figures"]["MONEY"].values(),
        *body["throughput"][1]["months"][-1]["figures"]["CASES"].values(),
    ]
    for cell in cells:
        figure = int(cell.get("numerator", cell["value"]))
        assert behind(client, cell["cases"]) == (figure, figure), cell


def test_every_link_answers_about_the_same_moment(client: APIClient) -> None:
    body = asked(client)
    assert set(body["links"]) == {
        "form_1",
        "form_2",
        "form_4",
        "form_5",
        "statistics_cases",
        "statistics_money",
    }
    for address in body["links"].values():
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.content)
        assert answer.json()["known_at"] == body["known_at"]
        assert answer.json()["period"] == body["period"]


def test_an_officer_sees_own_holdings(register: list[int]) -> None:
    body = asked(caller(*CALLERS["OFFICER"]))
    assert body["scope"]["own_cases_only"] is True
    assert [row["code"] for row in body["officers"]] == ["DN.HC.01"]
    assert [row["code"] for row in body["units"]] == ["DN.HC"]
    assert body["averages"] == []
    same = asked(caller("DN.HC", "UNIT_HEAD"), officer="DN.HC.01")
    assert without_links(same["ratios"]) == without_links(body["ratios"])
    assert same["digest"] == body["digest"]


def test_without_a_period_the_present_one_is_meant(head: APIClient) -> None:
    running = Period.running_on(timezone.localdate())
    for query, expected in (
        ({}, running),
        ({"fiscal_year": running.fiscal_year}, running),
        ({"fiscal_year": 2024}, Period(2024, 12)),
        ({"months": 1}, Period(running.fiscal_year, 1)),
    ):
        answer = head.get(OVERVIEW, query)
        assert answer.status_code == 200, answer.content
        period = answer.json()["period"]
        assert Period(period["fiscal_year"], period["months"]) == expected


def test_the_same_moment_gives_the_same_answer(head: APIClient) -> None:
    first = asked(head)
    bring_in([made_story(number="sau/QĐ-CCTHADS")])
    assert {**asked(head, known_at=first["known_at"]), "pending": 0} == first
    assert asked(head)["digest"] != first["digest"]


def test_an_empty_register_is_no_error(db: None) -> None:
    body = asked(caller("DN", "HEAD"))
    assert body["ratios"]["CASES"]["value"] is None and body["ratios"]["CASES"]["pp"] is None
    assert body["units"] == body["officers"] == []
    assert {band["figures"]["CASES"]["share"]["value"] for band in body["ageing"]["bands"]} == {None}


def test_every_percentage_says_what_it_is_made_of(head: APIClient) -> None:
    def percentages(value: Any) -> list[dict[str, Any]]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        found = [cell for one in inner for cell in percentages(one)]
        return (
            [*found, value] if isinstance(value, dict) and "kind" in value and "numerator" in value else found
        )

    found = percentages(asked(head))
    assert {cell["kind"] for cell in found} == {"ratio", "growth_pct", "share", "average"}
    for cell in found:
        assert {"value", "numerator", "denominator", "kind", "decimals"} <= set(cell)
        assert cell["kind"] == "average" or cell["base"]


def test_the_example_has_the_shape_of_an_answer(head: APIClient) -> None:
    for measure in FORMS:
        assert head.post("/api/v1/targets/", {**TARGET, "measure": measure}, format="json").status_code == 201
    assert shape(OverviewDetail.operations["GET"].example) == shape(asked(head))


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ({"months": 13}, 400, "PARAMETER_NUMBER", "?months"),
        ({"fiscal_year": 2099}, 400, "PERIOD_NOT_BEGUN", "?fiscal_year"),
        ({"unit": "DN.TK"}, 404, "UNIT_NOT_FOUND", "?unit"),
        ({"officer": "DN.TK.02"}, 404, "OFFICER_NOT_FOUND_IN_SCOPE", "?officer"),
        ({"known_at": "2999-01-01T00:00:00Z"}, 400, "KNOWN_AT_IN_FUTURE", "?known_at"),
        ({"group_by": "unit"}, 400, "PARAMETER_UNKNOWN", "?group_by"),
    ],
)
def test_wrong_questions_are_refused_by_name(
    register: list[int], query: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    answer = caller("DN.HC", "UNIT_HEAD").get(OVERVIEW, query)
    assert answer.status_code == status, answer.content
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == [(code, pointer)]


def test_a_target_stands_beside_the_ratio_of_the_whole_unit(head: APIClient) -> None:
    before = asked(head)
    assert before["targets"] == {"CASES": None, "MONEY": None}
    assert head.post("/api/v1/targets/", TARGET, format="json").status_code == 201
    body = asked(head)
    target, ratio = body["targets"]["CASES"], body["ratios"]["CASES"]
    exact = Decimal(ratio["numerator"]) * 100 / Decimal(ratio["denominator"]) - Decimal("84.5")
    assert target["percent"] == "84.50" and target["document_number"] == "1/QĐ"
    assert Decimal(target["pp"]) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert body["targets"]["MONEY"] is None and body["digest"] == before["digest"]
    for part in ({"unit": "DN.HC"}, {"own": "true"}, {"officer": "DN.HC.01"}, {"field": "CIVIL"}):
        assert asked(head, **part)["targets"] == {"CASES": None, "MONEY": None}, part
    assert asked(caller("DN.HC", "OFFICER", "DN.HC.01"))["targets"]["CASES"] is None


def test_late_clocks_are_those_of_the_list_they_lead_to(client: APIClient) -> None:
    told = asked(client, fiscal_year=2024, months=6)["late_clocks"]
    listed = client.get(f"{told['deadlines']}&count=exact&page_size=200").json()
    assert told["breached"] == listed["count"]["value"] > 0
    assert {row["state"] for row in listed["results"]} == {"BREACHED"}
    over = client.get("/api/v1/deadlines/", {"state": "ENDED", "count": "exact"}).json()
    assert (told["next_step"], told["pending"]) == (over["count"]["value"], 0)
