"""Statutory forms and rebuilds through the API."""

from __future__ import annotations

import random
from typing import Any

import pytest
from rest_framework.test import APIClient

from reports.models import Movement
from tests.api.clients import caller
from tests.registers import bring_in, numbered
from tests.reports.test_totals import SAMPLES
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = pytest.mark.django_db
FORM = "/api/v1/statistics/forms/{}/"


@pytest.fixture
def register() -> list[int]:
    return bring_in(numbered(SAMPLES))


@pytest.fixture
def head(register: list[int]) -> APIClient:
    return caller("DN", "HEAD")


def form(client: APIClient, number: int, **query: Any) -> dict[str, Any]:
    answer = client.get(FORM.format(number), {"unit": "DN", "fiscal_year": 2024, "months": 6, **query})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def cells(row: dict[str, Any]) -> dict[str, int]:
    return {name: int(cell["value"]) for name, cell in row["columns"].items() if name != "done_ratio"}


def test_form_1_of_the_samples(head: APIClient) -> None:
    body = form(head, 1)
    total = cells(body["rows"][0])
    # Counted by hand from the eighteen samples at 31/3/2024.
    assert total["total_handled"] == total["carried_in"] + total["newly_accepted"] == 16
    assert body["regime"] == "TT06_2019"
    assert body["pending"] == 0
    assert all(identity["holds"] for identity in body["identities"])
    assert body["bridge"]["holds"] is True
    assert [row["key"] for row in body["rows"][:3]] == ["total", "EX_OFFICIO", "EX_OFFICIO/CIVIL"]


def test_a_comparison_names_both_bases(head: APIClient) -> None:
    body = form(head, 1, compare="prior_same_period")
    assert body["comparison"]["period"] == {
        "fiscal_year": 2023,
        "months": 6,
        "from": "2022-10-01",
        "to": "2023-03-31",
    }
    assert body["comparison"]["known_at"] == body["known_at"]
    cell = body["rows"][0]["columns"]["total_handled"]
    now, prior = int(cell["value"]), int(cell["prior"])
    assert int(cell["growth_abs"]) == now - prior
    assert cell["growth_pct"]["base"] == "total_handled"
    assert (cell["growth_pct"]["numerator"], cell["growth_pct"]["denominator"]) == (
        str(now - prior),
        str(prior),
    )
    # Nothing was done in the prior period: a growth on nothing is no number.
    done = body["rows"][0]["columns"]["done"]
    assert done["prior"] == "0"
    assert done["growth_pct"]["value"] is None


@pytest.mark.parametrize("number", [4, 5])
@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_rows_of_forms_4_and_5_add_up(head: APIClient, number: int, months: int) -> None:
    body = form(head, number, months=months)
    total = cells(body["rows"][0])
    units = [cells(row) for row in body["rows"] if row["kind"] == "unit"]
    people = [cells(row) for row in body["rows"] if row["kind"] in ("officer", "unassigned")]
    inside = next(cells(row) for row in body["rows"] if row["key"] == "internal_transfers")
    assert len(units) == 8
    for column, value in total.items():
        if column.startswith("transferred"):
            assert sum(row[column] for row in units) == value + inside[column]
        else:
            assert sum(row[column] for row in units) == sum(row[column] for row in people) == value, column
    assert inside["transferred_in"] == inside["transferred_out"]


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_narrowed_forms_answer_and_hold(head: APIClient, number: int) -> None:
    for narrowing in (
        {"unit": "DN.HC"},
        {"unit": "DN", "own": "true"},
        {"officer": "DN.HC.01"},
        {"initiation": "EX_OFFICIO"},
        {"field": "CRIMINAL", "initiation": "EX_OFFICIO"},
        {"theme": "CREDIT_INSTITUTION"},
    ):
        body = form(head, number, **narrowing)
        assert all(identity["holds"] for identity in body["identities"]), (narrowing, body["identities"])


def test_initiation_and_field_narrow_to_their_row(head: APIClient) -> None:
    rows = {row["key"]: cells(row) for row in form(head, 2)["rows"]}
    assert cells(form(head, 2, initiation="ON_REQUEST")["rows"][0]) == rows["ON_REQUEST"]
    assert (
        cells(form(head, 2, initiation="EX_OFFICIO", field="CRIMINAL")["rows"][0])
        == rows["EX_OFFICIO/CRIMINAL"]
    )


def test_an_officer_sees_own_figures_only(register: list[int]) -> None:
    client = caller("DN.HC", "OFFICER", officer="DN.HC.01")
    own = form(client, 5, unit="DN.HC")
    assert own["scope"]["own_cases_only"] is True
    assert [row["key"] for row in own["rows"] if row["kind"] == "officer"] == ["DN.HC.01"]
    asked = form(caller("DN", "HEAD"), 5, unit="DN.HC", officer="DN.HC.01")
    assert cells(own["rows"][0]) == cells(asked["rows"][0])
    answer = client.get(FORM.format(5), {"fiscal_year": 2024, "months": 6, "officer": "DN.TK.02"})
    assert answer.status_code == 404


def test_chosen_columns_alone(head: APIClient) -> None:
    body = form(head, 1, columns="done,done_ratio")
    assert set(body["rows"][0]["columns"]) == {"done", "done_ratio"}


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ({"months": 13}, 400, "PARAMETER_NUMBER", "?months"),
        ({"months": 0}, 400, "PARAMETER_NUMBER", "?months"),
        ({"fiscal_year": "next"}, 400, "PARAMETER_NUMBER", "?fiscal_year"),
        ({"fiscal_year": 2099}, 400, "PERIOD_NOT_BEGUN", "?fiscal_year"),
        ({"unit": "DN.TK"}, 404, "UNIT_NOT_FOUND", "?unit"),
        ({"unit": "NO.SUCH"}, 404, "UNIT_NOT_FOUND", "?unit"),
        ({"columns": "done,finished"}, 400, "COLUMN_UNKNOWN", "?columns"),
        ({"field": "MARITIME"}, 400, "PARAMETER_CHOICE", "?field"),
        ({"colour": "red"}, 400, "PARAMETER_UNKNOWN", "?colour"),
        ({"compare": "last_week"}, 400, "PARAMETER_CHOICE", "?compare"),
        ({"officer": "DN.HC.99"}, 404, "OFFICER_NOT_FOUND_IN_SCOPE", "?officer"),
    ],
)
def test_wrong_questions_are_refused_by_name(
    query: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    answer = client.get(FORM.format(1), {"unit": "DN.HC", "fiscal_year": 2024, "months": 6, **query})
    body = answer.json()
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    assert [(error["code"], error["pointer"]) for error in body["errors"]] == [(code, pointer)]


def test_a_form_that_is_not_there(head: APIClient) -> None:
    answer = head.get(FORM.format(13), {"fiscal_year": 2024, "months": 6})
    assert answer.status_code == 404
    assert answer.json()["code"] == "FORM_UNKNOWN"


def test_every_cell_says_where_its_cases_are(head: APIClient) -> None:
    """A link leads to the cell that it stands in, in every form, row and column."""
    chance = random.Random(4)
    for number, query in (
        (1, {}),
        (2, {"unit": "DN.HC", "theme": "CREDIT_INSTITUTION"}),
        (4, {"compare": "prior_same_period"}),
        (5, {"initiation": "EX_OFFICIO"}),
        (5, {"officer": "DN.HC.01"}),
    ):
        body = form(head, number, months=12, **query)
        found = [
            (row, name, cell)
            for row in body["rows"]
            for name, cell in row["columns"].items()
            if "cases" in cell
        ]
        without = {row["kind"] for row in body["rows"]} - {row["kind"] for row, _, _ in found}
        assert without <= {"internal_transfers"}
        counted = [one for one in found if one[2]["value"] not in ("0", None)]
        for row, name, cell in chance.sample(counted, min(len(counted), 12)) + chance.sample(found, 4):
            answer = head.get(cell["cases"])
            assert answer.status_code == 200, (cell["cases"], answer.content)
            made = answer.json()
            assert made["known_at"] == body["known_at"]
            figure = cell["numerator"] if name == "done_ratio" else cell["value"]
            assert made["total"] == figure, (number, row["key"], name)
            assert sum(int(one["share"]) for one in made["results"]) == int(figure)


@pytest.mark.parametrize(
    ("known_at", "code"),
    [
        ("2999-01-01T00:00:00Z", "KNOWN_AT_IN_FUTURE"),
        ("2024-04-05T08:00:00", "PARAMETER_MOMENT"),
        ("2024-04-05", "PARAMETER_MOMENT"),
        ("yesterday", "PARAMETER_MOMENT"),
        ("2024-02-30T08:00:00Z", "PARAMETER_MOMENT"),
        ("0001-01-01T00:00:00+14:00", "PARAMETER_MOMENT"),
    ],
)
def test_moments_that_are_none(head: APIClient, known_at: str, code: str) -> None:
    query = {"unit": "DN", "fiscal_year": 2024, "months": 6, "known_at": known_at}
    answer = head.get(FORM.format(1), query)
    assert answer.status_code == 400
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == [(code, "?known_at")]


def test_a_moment_is_read_however_its_offset_is_written(head: APIClient) -> None:
    address = f"{FORM.format(1)}?unit=DN&fiscal_year=2024&months=6&known_at="
    written = (
        "2024-04-05T08:00:00%2B07:00",
        "2024-04-05T08:00:00+07:00",
        "2024-04-05T01:00:00Z",
        "2024-04-05T01:00Z",
    )
    for moment in written:
        body = head.get(address + moment).json()
        assert body["known_at"] == "2024-04-05T08:00:00+07:00"
        assert set(cells(body["rows"][0]).values()) == {0}


def test_a_rebuild_gives_what_stood_there(head: APIClient, register: list[int]) -> None:
    before = form(head, 4)["digest"]
    answer = head.post("/api/v1/statistics/rebuild/", {}, format="json")
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(public_id=answer.json()["id"])
    assert answer["Location"].endswith(f"/api/v1/statistics/rebuild/{job.public_id}/")
    assert runner.run(job.pk) is True
    done = head.get(answer["Location"]).json()
    assert done["state"] == "DONE"
    assert done["summary"] == {
        "fiscal_year": None,
        "cases": len(register),
        "movements_changed": 0,
        "not_counted": 0,
        "totals_changed": 0,
    }
    assert form(head, 4)["digest"] == before


def test_a_rebuild_mends(head: APIClient, register: list[int]) -> None:
    before = form(head, 4)["digest"]
    Movement.objects.filter(case_id=register[0]).delete()
    answer = head.post("/api/v1/statistics/rebuild/", {"unit": "DN.HC", "fiscal_year": 2024}, format="json")
    runner.run(Job.objects.get(public_id=answer.json()["id"]).pk)
    assert head.get(answer["Location"]).json()["summary"]["movements_changed"] > 0
    assert form(head, 4)["digest"] == before


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"unit": "DN.TK"}, 404, "?unit"),
        ({"unit": ""}, 400, "/unit"),
        ({"unit": None}, 400, "/unit"),
        ({"fiscal_year": "2024"}, 400, "/fiscal_year"),
        ({"fiscal_year": None}, 400, "/fiscal_year"),
        ({"fiscal_year": 2101}, 400, "/fiscal_year"),
        ({"everything": True}, 400, "/everything"),
        ([], 400, ""),
    ],
)
def test_wrong_rebuilds_are_refused(body: Any, status: int, pointer: str) -> None:
    answer = caller("DN.HC", "UNIT_HEAD").post("/api/v1/statistics/rebuild/", body, format="json")
    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Job.objects.exists()


def test_who_may_not_rebuild() -> None:
    answer = caller("DN", "AUDITOR").post("/api/v1/statistics/rebuild/", {}, format="json")
    assert answer.status_code == 403
