"""The list of cases against a plain reading of it: each filter, order and direction, for whoever asks, whichever
way the database is asked; and what that costs the database.

What is asked all day is read by a statement of its own, everything else through querysets. A condition that
every case meets (``EVERY``) changes nothing but the way, so the same question can be put both ways.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from cases.api.filters import BUCKETS, FIELDS, INITIATIONS, STATUSES, THEMES
from cases.models import Case, CaseTheme, Party
from cases.rules import buckets
from officers.models import Officer, Unit
from tests.api.clients import caller, walk
from tests.databases import TestDatabase
from tests.registers import bring_in, made_story
from thads.common.api.pagination import Cursor
from thads.common.labels import label
from thads.common.plain_text import found_in, wanted

CASES = "/api/v1/cases/"
#: True of every case; what asks for it is read through querysets.
EVERY = {"decision_date__gte": "1900-01-01"}
#: The orders of the list, and what of a case each goes by before its key.
ORDERS: dict[str, Callable[[Case], Any]] = {
    "decision_date": lambda case: case.decision_date,
    "last_act_on": lambda case: case.last_act_on,
    "recorded_at": lambda case: case.pk,
    "remaining": lambda case: case.remaining,
}
ORDERINGS = [sign + name for name in ORDERS for sign in ("", "-")]

Query = dict[str, str]
Test = Callable[[Case], bool]


@dataclass(frozen=True)
class Asker:
    """Somebody with a key of this unit and role, and what he sees of a register."""

    unit: str
    role: str
    officer: str | None = None

    def client(self) -> APIClient:
        return caller(self.unit, self.role, self.officer)

    def sees(self, case: Case) -> bool:
        within = case.unit.code == self.unit or case.unit.code.startswith(f"{self.unit}.")
        return within and (self.officer is None or (case.officer or Officer()).code == self.officer)


HEAD = Asker("DN", "HEAD")
ASKERS = [HEAD, Asker("DN.HC", "UNIT_HEAD"), Asker("DN.HC", "OFFICER", "DN.HC.01")]

#: What the list is asked for, and of which cases that is true. ``{unit}`` is the asker's.
FILTERS: list[tuple[Query, Test]] = [
    ({"bucket": "ELIGIBLE"}, lambda case: case.bucket == "ELIGIBLE"),
    ({"status": "ASSIGNED"}, lambda case: case.status == "ASSIGNED"),
    ({"bucket": "COMPLETED", "initiation": "EX_OFFICIO"}, lambda case: (case.bucket, case.initiation) == ("COMPLETED", "EX_OFFICIO")),
    ({"field": "CIVIL"}, lambda case: case.field == "CIVIL"),
    ({"initiation": "ON_REQUEST", "field": "FAMILY"}, lambda case: (case.initiation, case.field) == ("ON_REQUEST", "FAMILY")),
    ({"unit": "DN.HC"}, lambda case: case.unit.code == "DN.HC"),
    ({"unit": "{unit}", "own": "true", "bucket": "ELIGIBLE"}, lambda case: case.bucket == "ELIGIBLE"),
    ({"officer": "DN.HC.01"}, lambda case: case.officer is not None and case.officer.code == "DN.HC.01"),
    ({"officer": "DN.HC.01", "bucket": "COMPLETED", "unit": "DN.HC"}, lambda case: case.officer is not None and (case.officer.code, case.bucket) == ("DN.HC.01", "COMPLETED")),
    ({"q": "tran thi"}, lambda case: finds("tran thi", case)),
    ({"q": "Lê", "bucket": "ELIGIBLE"}, lambda case: case.bucket == "ELIGIBLE" and finds("Lê", case)),
    ({"q": "nobody"}, lambda case: False),
    # Only querysets know these.
    ({"theme": "CREDIT_INSTITUTION"}, lambda case: "CREDIT_INSTITUTION" in themes(case)),
    ({"bucket__in": "ELIGIBLE,STAYED", "remaining__gte": "2000000"}, lambda case: case.bucket in ("ELIGIBLE", "STAYED") and case.remaining >= 2_000_000),
]  # fmt: skip


def themes(case: Case) -> list[str]:
    return sorted(one.theme for one in case.themes.all())


def parties(case: Case) -> list[Party]:
    return sorted(case.parties.all(), key=lambda party: party.position)


def finds(text: str, case: Case) -> bool:
    names = [party.name for party in parties(case)]
    return found_in(wanted(text), case.decision_number, case.judgment.number, *names)


def shown(case: Case, lang: str) -> dict[str, Any]:
    """A row of the list, from the objects."""
    officer = case.officer
    return {
        "id": str(case.public_id),
        "decision_number": case.decision_number,
        "decision_date": case.decision_date.isoformat(),
        "authority": case.authority.code,
        "unit": case.unit.code,
        "officer": officer and {"code": officer.code, "name": officer.name or None},
        "initiation": case.initiation,
        "initiation_label": label(INITIATIONS, case.initiation, lang),
        "field": case.field,
        "field_label": label(FIELDS, case.field, lang),
        "status": case.status,
        "status_label": label(STATUSES, case.status, lang),
        "bucket": case.bucket,
        "bucket_label": label(BUCKETS, case.bucket, lang),
        "due": str(case.due),
        "remaining": str(case.remaining),
        "tags": themes(case),
        "tags_label": [label(THEMES, theme, lang) for theme in themes(case)],
        "debtors": [party.name for party in parties(case) if party.role == "DEBTOR"],
        "last_act_on": case.last_act_on.isoformat(),
    }


def in_order(cases: list[Case], ordering: str) -> list[Case]:
    of = ORDERS[ordering.removeprefix("-")]
    return sorted(cases, key=lambda case: (of(case), case.pk), reverse=ordering.startswith("-"))


def story(number: int, chance: random.Random, units: list[str]) -> dict[str, Any]:
    """A case like others in everything that a list goes by."""
    unit = chance.choice([*units, "DN.HC", "DN.HC"])
    officers = {"DN.HC": ["DN.HC.01", "DN.HC.01", "DN.HC.02", None], "DN.TK": ["DN.TK.01", None]}
    day = dt.date(2024, 1, 1 + chance.randrange(4))
    paid = str(1_000_000 * chance.choice([1, 2, 5]))
    collected = {"type": "COLLECTION", "effective_on": "2024-03-01", "lines": [{"obligation": "o1", "amount": paid}]}  # fmt: skip
    acts = chance.choice([[], [], [collected], [collected, {"type": "PERFORMANCE", "effective_on": "2024-03-02"}],
                          [{"type": "STAY_NOTICE", "effective_on": "2024-03-03", "ground": "a"}]])  # fmt: skip
    made = made_story(
        number=f"{number}/QĐ",
        date=day.isoformat(),
        unit=unit,
        officer=chance.choice(officers.get(unit, [None])),
        debtor=chance.choice(["Nguyễn Văn An", "Trần Thị Bình", "Lê Trần Thị Ca"]),
        acts=acts,
        field=chance.choice(["CIVIL", "CRIMINAL", "FAMILY"]),
        initiation=chance.choice(["EX_OFFICIO", "ON_REQUEST"]),
        tags=chance.choice([[], ["CREDIT_INSTITUTION"], ["CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC"]]),
    )
    for place in range(chance.randrange(3)):
        party = {"ref": f"p{place}", "kind": "PERSON", "name": f"Lê Văn {'BA'[place]}"}
        made["parties"].insert(0, {**party, "role": chance.choice(["DEBTOR", "CREDITOR"])})
    return made


@pytest.fixture
def register(staff: dict[str, Officer]) -> list[Case]:
    """Cases of eight units, many of them alike."""
    chance, units = (
        random.Random(20260801),
        sorted(Unit.objects.filter(code__startswith="DN").values_list("code", flat=True)),
    )
    assert len(units) == 8
    bring_in([story(number, chance, units) for number in range(1, 61)], counted=False)
    return list(
        Case.objects.select_related("unit", "authority", "officer", "judgment").prefetch_related(
            "themes", "parties"
        )
    )


def check_pages(client: APIClient, query: Query, expected: list[dict[str, Any]], size: int) -> None:
    """The list from its beginning to its end and back again."""
    url = f"{CASES}?{'&'.join(f'{name}={value}' for name, value in query.items())}&page_size={size}"
    pages = walk(client, url, "next")
    assert [page["results"] for page in pages] == (
        [expected[at : at + size] for at in range(0, len(expected), size)] or [[]]
    ), query
    mode = query.get("count", "capped")
    counted = {"value": None, "kind": "none"} if mode == "none" else {"value": len(expected), "kind": "exact"}
    assert all(page["count"] == counted for page in pages), query
    assert [page["previous"] is None for page in pages] == [True] + [False] * (len(pages) - 1), query
    if len(pages) > 1:
        back = walk(client, pages[-1]["previous"], "previous")
        assert [page["results"] for page in back] == [page["results"] for page in pages[-2::-1]], query
        assert all(page["next"] and page["count"] == counted for page in back), query


def both_ways(query: Query) -> Iterator[Query]:
    yield query
    yield {**query, **EVERY}


# --- The same rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.role)
def test_the_list_in_every_order_is_a_plain_reading_of_it(register: list[Case], asker: Asker) -> None:
    client, seen = asker.client(), [case for case in register if asker.sees(case)]
    assert len(seen) > 5
    for place, ordering in enumerate(ORDERINGS):
        rows = [shown(case, "vi") for case in in_order(seen, ordering)]
        for query in both_ways({"ordering": ordering, "count": ("capped", "none", "exact")[place % 3]}):
            check_pages(client, query, rows, size=4 + len(rows) // (4 + place % 2))


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.role)
def test_the_filtered_list_is_a_plain_reading_of_it(register: list[Case], asker: Asker) -> None:
    client, seen, found = asker.client(), [case for case in register if asker.sees(case)], 0
    for place, (given, true_of) in enumerate(FILTERS):
        asked = {name: value.format(unit=asker.unit) for name, value in given.items()}
        own = asked.get("own") == "true"
        of = [case for case in seen if true_of(case) and not (own and case.unit.code != asker.unit)]
        for step, way in ((0, {}), (3, EVERY)):
            ordering, lang = ORDERINGS[(place + step) % len(ORDERINGS)], ("vi", "en")[place % 2]
            rows = [shown(case, lang) for case in in_order(of, ordering)]
            found += len(rows)
            check_pages(client, {**asked, **way, "ordering": ordering, "lang": lang}, rows, size=7)
    assert found > 30, "filters that leave nothing prove nothing"


def test_words_that_many_cases_have(register: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by walking the list instead of by the index of words."""
    monkeypatch.setattr("cases.querysets.search.FEW", 3)
    client, of = HEAD.client(), [case for case in register if finds("tran", case)]
    assert 10 < len(of) < len(register)
    for ordering in ORDERINGS:
        rows = [shown(case, "vi") for case in in_order(of, ordering)]
        for query in both_ways({"q": "tran", "ordering": ordering}):
            check_pages(client, query, rows, size=12)


def test_a_count_goes_no_further_than_its_cap(register: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thads.common.api.pagination.CAP", 10)
    client = HEAD.client()
    civil = sum(case.field == "CIVIL" for case in register)
    assert civil > 10 > sum(case.field == "CIVIL" and case.bucket == "STAYED" for case in register)
    for query in both_ways({"field": "CIVIL", "page_size": "1"}):
        assert client.get(CASES, query).json()["count"] == {"value": 10, "kind": "capped"}
        assert client.get(CASES, {**query, "count": "exact"}).json()["count"]["value"] == civil
        few = client.get(CASES, {**query, "bucket": "STAYED"}).json()["count"]
        assert few["kind"] == "exact" and few["value"] < 10


# --- What it costs ------------------------------------------------------------------------------------------


def test_the_number_of_statements(register: list[Case]) -> None:
    """Of the transaction two, the savepoint and its release; of the key one, with the units; the rest is what
    is asked for.
    """
    case = next(case for case in register if case.unit.code == "DN.HC")
    around = 3
    for asker in ASKERS[:2]:
        client = asker.client()
        # The first request of a key keeps that it was used.
        first = client.get(CASES, {"page_size": "5"}).json()
        deep = first["next"].partition("cursor=")[2].partition("&")[0]
        asked: list[tuple[str, Query, int]] = [
            *((CASES, {"ordering": ordering}, 1) for ordering in ORDERINGS),
            (CASES, {"bucket": "ELIGIBLE", "page_size": "50"}, 1),
            (CASES, {"bucket": "ELIGIBLE", "field": "CIVIL", "initiation": "ON_REQUEST"}, 1),
            (CASES, {"page_size": "5", "cursor": deep, "count": "none"}, 1),
            (CASES, {"own": "true"}, 1),
            (CASES, {"fields": "decision_number", "lang": "en"}, 1),
            (CASES, {"officer": "DN.HC.01"}, 2),
            (CASES, {"unit": "DN.HC"}, 3),
            (CASES, {"q": "tran thi"}, 2),
            (f"{CASES}{case.public_id}/", {}, 1),
            (f"{CASES}{case.public_id}/", {"fields": "parties,version"}, 1),
            # Through querysets: the keys that each of several units has foremost, the page, what stands beside
            # it, and the count.
            (CASES, EVERY, 4 if asker is HEAD else 3),
        ]
        for url, query, count in asked:
            with CaptureQueriesContext(connection) as statements:
                answer = client.get(url, query)
            assert answer.status_code == 200, answer.content
            told = [one["sql"][:150] for one in statements.captured_queries]
            assert len(told) == around + count, (asker, url, query, told)


#: The index in which the list is walked, by the order.
WALKS = {
    "decision_date": "case_by_unit_decision",
    "last_act_on": "case_by_unit_last_act",
    "recorded_at": "case_by_unit",
    "remaining": "case_by_unit_remaining",
}
SIZE = 20


@pytest.fixture
def long_lists(committed_database: TestDatabase) -> int:
    """Eight units with many cases each, of which the database knows how many they are; how many of one unit."""
    (key,) = bring_in([made_story(officer=None)], counted=False)
    judgment, each, now = Case.objects.get(pk=key).judgment, 400, timezone.now()
    chance, units = random.Random(7), list(Unit.objects.filter(code__startswith="DN"))
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=place) for place in range(400)]
    made = []
    for number in range(each * len(units)):
        opened, sum_ = chance.choice(days), chance.randrange(1, 900) * 1_000
        case = Case(
            authority=units[0], decision_number=f"{number}/QĐ", decision_date=opened, judgment=judgment
        )
        case.unit, case.initiation, case.field = units[number % len(units)], "EX_OFFICIO", "CIVIL"
        case.bucket, case.due, case.remaining = chance.choice(buckets.STOCK), sum_ * 2, sum_
        case.last_act_on, case.version = opened + dt.timedelta(days=chance.randrange(900)), 1
        case.recorded_at = now
        made.append(case)
    Case.objects.bulk_create(made)
    Party.objects.bulk_create(
        Party(case=case, position=0, ref="d1", role="DEBTOR", kind="PERSON", name="A") for case in made
    )
    CaseTheme.objects.bulk_create(
        CaseTheme(case=case, theme="CORRUPTION_ECONOMIC", recorded_at=now) for case in made
    )
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")
    return each


Statement = tuple[str, Any]


def asked_of_cases(client: APIClient, query: Query) -> list[Statement]:
    """The statements, each with its values, by which the list is read from the cases."""
    asked: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with CaptureQueriesContext(connection), connection.execute_wrapper(listen):
        answer = client.get(CASES, query)
    assert answer.status_code == 200 and len(answer.json()["results"]) == SIZE, answer.content
    return [(sql, params) for sql, params in asked if "cases_case" in sql]


#: Ways that pay for few rows only.
_OF_FEW = ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin")


def plan_of(statement: Statement, *, generic: bool) -> dict[str, Any]:
    """How the statement was done: as planned for its values or, ``generic``, once for any, as it comes to be
    when it is asked again and again.
    """
    sql, params = statement
    values, numbered = list(params or ()), sql
    for place in range(len(values)):
        numbered = numbered.replace("%s", f"${place + 1}", 1)
    mode = "force_generic_plan" if generic else "force_custom_plan"
    with connection.cursor() as cursor:
        cursor.execute(f"SET plan_cache_mode = {mode}")
        # Of so few rows some versions would sooner read all than go by an index.
        for choice in _OF_FEW:
            cursor.execute(f"SET {choice} = off")
        cursor.execute(f"PREPARE asked AS {numbered}")
        try:
            places = ", ".join(["%s"] * len(values))
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) EXECUTE asked({places})", values)
            (plan,) = cursor.fetchone()
        finally:
            cursor.execute("DEALLOCATE asked")
            cursor.execute("RESET plan_cache_mode")
            for choice in _OF_FEW:
                cursor.execute(f"RESET {choice}")
    found: dict[str, Any] = (orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return found


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from nodes(child)


def rows_read(plan: dict[str, Any], table: str) -> int:
    """How many rows of the table were looked at, wanted or not."""
    left = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
    return sum(
        math.ceil(node["Actual Loops"] * (node["Actual Rows"] + sum(node.get(name, 0) for name in left)))
        for node in nodes(plan)
        if node.get("Relation Name") == table
    )


def walked(plan: dict[str, Any]) -> set[str]:
    """The indexes by which cases were found, but for those of their keys."""
    names = {node.get("Index Name") for node in nodes(plan) if node.get("Relation Name") == "cases_case"}
    return names - {"cases_case_pkey"}


def place_in(ordering: str, units: list[int], at: int, *, backwards: bool) -> str:
    """The cursor of the row that stands at this place of the list."""
    name = ordering.removeprefix("-")
    column = "pk" if name == "recorded_at" else name
    order = [f"-{one}" if ordering.startswith("-") else one for one in dict.fromkeys((column, "pk"))]
    value, key = Case.objects.filter(unit__in=units).order_by(*order).values_list(column, "pk")[at]
    return Cursor(ordering, value, key, backwards).token()


def test_plans(long_lists: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check_orders(long_lists)
    check_status(monkeypatch)
    # What has no index is seen: otherwise all this would prove nothing.
    digest = ("SELECT id FROM cases_case WHERE content_digest = %s", ["nothing"])
    assert rows_read(plan_of(digest, generic=False), "cases_case") > long_lists


def check_orders(long_lists: int) -> None:
    """From each unit a page and one row more, by the index of the order, at the beginning of the list as far
    down it, forwards and backwards; then the rows of the page by their keys. Through querysets the foremost
    of each unit are read twice: to find them and to choose from them.
    """
    for asker, branches in ((HEAD, 8), (ASKERS[1], 1)):
        client = asker.client()
        units = list(Unit.objects.filter(code__startswith=asker.unit).values_list("pk", flat=True))
        assert len(units) == branches
        for ordering in ORDERINGS:
            name = ordering.removeprefix("-")
            # The index of the keys has the order of recording too: then the cases of the others are passed by.
            passed = 8 if name == "recorded_at" else 1
            most = passed * branches * (SIZE + 1) + SIZE + 1
            allowed = [{WALKS[name]}, *([set()] if name == "recorded_at" else [])]
            base = {"ordering": ordering, "page_size": str(SIZE), "count": "none"}
            far = long_lists * branches // 2
            cursors = [place_in(ordering, units, far, backwards=back) for back in (False, True)]
            queries = [base, *({**base, "cursor": cursor} for cursor in cursors)]
            for query in queries:
                (statement,) = asked_of_cases(client, query)
                for generic in (False, True):
                    plan, told = plan_of(statement, generic=generic), (asker.role, query, generic)
                    assert walked(plan) in allowed, (told, walked(plan))
                    assert rows_read(plan, "cases_case") <= most, (told, rows_read(plan, "cases_case"))
                    for beside in ("cases_party", "cases_casetheme"):
                        assert rows_read(plan, beside) <= SIZE + 1, told
            for query in ({**one, **EVERY} for one in queries):
                plans = [plan_of(one, generic=False) for one in asked_of_cases(client, query)]
                assert sum(rows_read(plan, "cases_case") for plan in plans) <= 2 * most, (asker.role, query)
                assert set().union(*map(walked, plans)) <= set(WALKS.values()), (asker.role, query)


def check_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commonest question, the newest of a status, has an index of its own; the count ends at the cap."""
    cap = 50
    monkeypatch.setattr("thads.common.api.pagination.CAP", cap)
    for asker, branches in ((HEAD, 8), (ASKERS[1], 1)):
        client = asker.client()
        for ordering in ("-decision_date", "decision_date"):
            base = {"bucket": "STAYED", "ordering": ordering, "page_size": str(SIZE)}
            for more, counted in (({"count": "none"}, 0), ({}, cap + 1)):
                query = base | more
                (statement,) = asked_of_cases(client, query)
                most = branches * (SIZE + 1) + SIZE + 1 + counted
                for generic in (False, True):
                    plan, told = plan_of(statement, generic=generic), (asker.role, query, generic)
                    assert "case_by_unit_bucket" in walked(plan), (told, walked(plan))
                    assert rows_read(plan, "cases_case") <= most, (told, rows_read(plan, "cases_case"))
