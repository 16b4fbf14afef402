"""What the busiest ways into the register ask of the database: the same number of statements whatever there is, and
none that has to read a large table from end to end.

The plans are looked at with every row read made dear, so that they show whether there is an index to go by, on any
version and with few rows; what is chosen with many rows is the business of the benchmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from cases.models import Act, Case, ExternalId, Party
from reports import kept
from reports.projector import project
from tests.api.clients import caller
from tests.databases import TestDatabase
from tests.registers import bring_in, made_story
from thads.journal import sequencer

#: Tables that grow with the cases of the nation. Stale set and outbox do not: they hold what waits.
LARGE = {
    "cases_case", "cases_casetheme", "cases_judgment", "cases_party", "cases_obligation", "cases_asset", "cases_act",
    "cases_actline", "cases_externalid", "cases_document", "cases_casetag", "cases_casechange",
    "reports_movement", "reports_countedcase", "reports_unittotal", "reports_officertotal",
    "reports_transfertotal", "journal_entry",
}  # fmt: skip
_READS = ("SELECT", "WITH", "UPDATE", "DELETE", "INSERT")
FORM = "/api/v1/statistics/forms/1/?unit=DN&fiscal_year=2024&months=6"
CELL = "/api/v1/statistics/cases/?unit=DN&fiscal_year=2024&months=6&measure=cases&column=total_handled"
COLLECTION = {
    "type": "COLLECTION",
    "effective_on": "2024-03-04",
    "lines": [{"obligation": "o1", "amount": "1000"}],
}


def judgment(number: int) -> dict[str, str]:
    return {"number": f"{number}/2023/HS-ST", "issued_on": "2023-09-11", "issuer": "TAND quận Hải Châu"}


def small(number: int) -> dict[str, Any]:
    """A case with the least that belongs to one."""
    return made_story(number=f"{number}/QĐ-NHỎ", judgment=judgment(number))


def large(number: int) -> dict[str, Any]:
    """A case with much of everything."""
    story = made_story(
        number=f"{number}/QĐ-LỚN", judgment=judgment(number), tags=["CORRUPTION_ECONOMIC", "HIGH_VALUE"]
    )
    for place in range(2, 9):
        story["parties"].append(
            {"ref": f"c{place}", "role": "CREDITOR", "kind": "PERSON", "name": f"Người thứ {place}"}
        )
        story["obligations"].append(
            {
                "ref": f"m{place}",
                "kind": "MONEY_DEBT",
                "debtor": "d1",
                "creditor": f"c{place}",
                "amount": "7000000",
            }
        )
    story["assets"] = [
        {"ref": f"s{place}", "kind": "REAL_ESTATE", "owner": "d1", "description": f"Nhà {place}"}
        for place in range(5)
    ]
    for day in range(1, 21):
        story["acts"].append({"type": "VERIFICATION", "effective_on": f"2024-01-{day:02d}"})
        story["acts"].append(
            {
                "type": "COLLECTION",
                "effective_on": f"2024-01-{day:02d}",
                "lines": [
                    {"obligation": f"m{2 + day % 7}", "amount": "5000"},
                    {"obligation": "o1", "amount": "10"},
                ],
            }
        )
    return story


@dataclass
class Register:
    """Somebody who may everything, a small case and a large one."""

    client: APIClient
    small: Case
    large: Case

    def grow(self) -> None:
        """Many more cases."""
        bring_in(
            [small(number) for number in range(100, 130)] + [large(number) for number in range(200, 205)]
        )
        sequencer.sequence_all()


def begun() -> Register:
    keys = bring_in([small(1), large(2)])
    sequencer.sequence_all()
    found = Case.objects.in_bulk(keys)
    return Register(caller("DN", "HEAD"), *(found[key] for key in keys))


Way = Callable[[Register, Case], None]


def _get(register: Register, address: str) -> None:
    answer = register.client.get(address)
    assert answer.status_code == 200, answer.content


def show_form(register: Register, case: Case) -> None:
    _get(register, FORM)


def show_case(register: Register, case: Case) -> None:
    _get(register, f"/api/v1/cases/{case.public_id}/")


def list_cases(register: Register, case: Case) -> None:
    _get(register, "/api/v1/cases/")


def show_cell(register: Register, case: Case) -> None:
    _get(register, CELL)


def record(register: Register, case: Case) -> None:
    answer = register.client.post(f"/api/v1/cases/{case.public_id}/acts/", COLLECTION, format="json")
    assert answer.status_code == 201, answer.content


def count_one(register: Register, case: Case) -> None:
    assert project() == 1


#: Each way, and what has to be done before it.
WAYS: dict[str, tuple[Way, Way | None]] = {
    "form 1": (show_form, None),
    "case detail": (show_case, None),
    "case list": (list_cases, None),
    "cases of a figure": (show_cell, None),
    "recording an act": (record, None),
    "counting a case": (count_one, record),
}
#: A list stops reading when its page is full, which no plan shows; the others go straight to what they want.
BY_INDEX = tuple(name for name in WAYS if name != "case list")


def statements(name: str, register: Register, case: Case) -> list[str]:
    """What a way asks of the database once it is trodden, with nothing kept of what it found there."""
    way, before = WAYS[name]
    for _ in range(2):
        if before is not None:
            before(register, case)
        kept.forget()
        with CaptureQueriesContext(connection) as asked:
            way(register, case)
    return [query["sql"] for query in asked.captured_queries]


@pytest.mark.django_db
@pytest.mark.parametrize("name", WAYS)
def test_the_number_of_statements_does_not_grow(name: str) -> None:
    register = begun()
    of_small = statements(name, register, register.small)
    of_large = statements(name, register, register.large)
    register.grow()
    assert list(map(_kind, of_small)) == list(map(_kind, of_large))
    assert len(statements(name, register, register.small)) == len(of_small)


def _kind(statement: str) -> str:
    return statement.split()[0]


@pytest.fixture
def large_register(committed_database: TestDatabase) -> Register:
    """A register of which the database knows how many rows it has: what it guesses depends on who was there
    before.
    """
    register = begun()
    register.grow()
    named_by_others()
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")
    return register


def test_no_statement_reads_a_large_table_whole(large_register: Register) -> None:
    asked = {name: list(reads(name, large_register, large_register.large)) for name in BY_INDEX}
    whole = [
        f"{name}: {table}: {statement}"
        for name, found in asked.items()
        for statement in found
        for table in read_whole(statement)
    ]
    assert not whole
    used = {
        node["Index Name"]
        for name in ("form 1", "counting a case")
        for statement in asked[name]
        for node in _nodes(_plan(statement))
        if "Index Name" in node
    }
    assert {"unit_total_key", "transfer_total_key", "movement_by_case"} <= used
    # A statement without an index is seen: otherwise all this would prove nothing.
    assert read_whole("SELECT id FROM cases_act WHERE signer = 'nobody'")
    assert read_whole("SELECT id FROM cases_case ORDER BY id")
    assert not read_whole("SELECT id FROM cases_act WHERE case_id = 1")


def named_by_others() -> None:
    """A key of another system for every case, party and act."""
    rows: Any = {"case": Case, "party": Party, "act": Act}
    ExternalId.objects.bulk_create(
        ExternalId(
            system="court",
            value=str(key),
            recorded_at=timezone.now(),
            recorded_by="TEST",
            **{f"{noun}_id": key},
        )
        for noun, model in rows.items()
        for key in model.objects.values_list("pk", flat=True)
    )


def reads(name: str, register: Register, case: Case) -> Iterator[str]:
    """The statements of a way that find rows."""
    for statement in statements(name, register, case):
        if statement.lstrip().startswith(_READS):
            yield statement


def read_whole(statement: str) -> list[str]:
    """The large tables that a statement reads from end to end, however little of them it wants."""
    found = []
    for node in _nodes(_plan(statement)):
        table = node.get("Relation Name")
        if table not in LARGE:
            continue
        by_condition = "Index Cond" in node or node["Node Type"] == "Bitmap Heap Scan"
        if "Scan" in node["Node Type"] and not by_condition:
            found.append(f"{table} ({node['Node Type']})")
    return found


#: What makes a plan go by an index where there is one: a row that is read, wanted or not, is what costs.
_DEAR = {"enable_seqscan": "off", "cpu_tuple_cost": "1000", "cpu_index_tuple_cost": "1000"}


def _plan(statement: str) -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        for setting, value in _DEAR.items():
            cursor.execute(f"SET LOCAL {setting} = {value}")
        # The text has its values in it already: what looks like the place of one is none.
        cursor.execute(f"EXPLAIN (FORMAT json) {statement}".replace("%", "%%"), [])
        (plan,) = cursor.fetchone()
    found: dict[str, Any] = (orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return found


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
