"""Where every figure comes from: any cell is the sum of its cases, and both are what a fold by brute force gives, for
whoever asks and for any moment (seams 4 and 9).
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.models import Case
from officers.models import Officer, Unit
from reports.counting.movements import BOOKS
from reports.counting.regimes import regime_on
from reports.readings import UNASSIGNED
from tests.api.clients import caller, walk
from tests.reports.histories import Figure, Told, live_history, moments
from thads.common.periods import Period

pytestmark = pytest.mark.django_db

#: How many cells are drawn; a full round is 10,000.
CELLS = int(os.environ.get("THADS_RANDOM_CELLS", "150"))
CASES = 40
ADDRESS = "/api/v1/statistics/cases/"


def test_any_cell_is_the_sum_of_its_cases_and_of_a_fold_by_brute_force() -> None:
    chance = random.Random(20260704)
    cases = live_history(chance, cases=CASES, acts=CASES * 14)
    told, known = Told.of(cases), moments(cases)
    public = dict(Case.objects.values_list("public_id", "pk"))
    ask = _asker(chance)
    counted = {"cells": 0, "at a past moment": 0, "not nothing": 0, "left the scope": 0}
    while counted["cells"] < CELLS:
        client, query, figure = ask(known)
        pages = walk(client, f"{ADDRESS}?{_written(query)}", "next")
        shares: dict[int, int] = {}
        for page in pages:
            assert page["total"] == pages[0]["total"] and page["known_at"] == pages[0]["known_at"]
            for one in page["results"]:
                share = sum(int(movement["counts"]) for movement in one["movements"])
                assert share == int(one["share"]) != 0, (query, one)
                case = public[uuid.UUID(one["case"]["id"])]
                assert case not in shares, "a case stands on two pages"
                shares[case] = share
                counted["left the scope"] += one["case"]["url"] is None
        assert shares == told.by_case(figure), query
        assert sum(shares.values()) == int(pages[0]["total"]), query
        assert pages[0]["count"] == {"value": len(shares), "kind": "exact"}
        counted["cells"] += 1
        counted["at a past moment"] += figure.known_at is not None
        counted["not nothing"] += bool(shares)
    assert min(counted.values()) > CELLS // 50, counted


def _asker(chance: random.Random) -> Callable[[list[Any]], tuple[APIClient, dict[str, Any], Figure]]:
    """Draws who asks for which cell."""
    ids = dict(Unit.objects.values_list("code", "id"))
    people = dict(Officer.objects.values_list("code", "id"))
    everything = frozenset(Unit.objects.subtree(ids["DN"]).values_list("id", flat=True))
    callers = [
        ("DN", None, caller("DN", "HEAD")),
        ("DN.HC", None, caller("DN.HC", "UNIT_HEAD")),
        ("DN.HC", "DN.HC.01", caller("DN.HC", "OFFICER", officer="DN.HC.01")),
        ("DN.TK", None, caller("DN.TK", "UNIT_HEAD")),
        ("DN.TK", "DN.TK.01", caller("DN.TK", "OFFICER", officer="DN.TK.01")),
    ]

    def draw(known: list[Any]) -> tuple[APIClient, dict[str, Any], Figure]:
        place, own, client = chance.choice(callers)
        unit = chance.choice(["DN", "DN", "DN.HC", "DN.TK"]) if place == "DN" else place
        alone = chance.random() < 0.2
        units = everything if unit == "DN" and not alone else frozenset([ids[unit]])
        officer = chance.choice([None, None, "none", *(code for code in people if code.startswith(place))])
        officer = own or officer
        period = Period(chance.randint(2022, 2026), chance.randint(1, 12))
        measure = chance.choice(["cases", "money"])
        column = chance.choice(regime_on(period.ends_on).column_names)
        narrowed: dict[str, Any] = {
            "book": chance.choice([BOOKS[0], BOOKS[0], BOOKS[1]]),
            "initiation": chance.choice([None, None, "EX_OFFICIO", "ON_REQUEST"]),
            "field": chance.choice([None, None, "CIVIL", "FAMILY"]),
            "theme": chance.choice([None, None, "CREDIT_INSTITUTION"]),
            "known_at": chance.choice([None, *chance.sample(known, 2)]),
        }
        key = None if officer is None else UNASSIGNED if officer == "none" else people[officer]
        figure = Figure(units, period, measure.upper(), column, officer=key, **narrowed)
        query = {
            "unit": unit,
            "own": "true" if alone else None,
            "officer": None if officer == own and chance.random() < 0.5 else officer,
            "fiscal_year": period.fiscal_year,
            "months": period.months,
            "measure": measure,
            "column": column,
            "page_size": chance.choice([3, 10, 200]),
            **narrowed,
            "known_at": narrowed["known_at"] and narrowed["known_at"].isoformat(),
        }
        return client, {name: value for name, value in query.items() if value is not None}, figure

    return draw


def _written(query: dict[str, Any]) -> str:
    """As somebody writes it who does not know that a plus has to be escaped."""
    return "&".join(f"{name}={value}" for name, value in query.items())
