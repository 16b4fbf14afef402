"""Every list and everything it can expand, row by row against an oracle that knows nothing of how the service
scopes them: plain Python over all rows.

A list that is not in the table fails. What is expanded must be what the address of that row itself shows the same
caller, and a list or a part expanded may not hold a row whose own rule hides it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from cases.models import (
    Act,
    Case,
    CaseTag,
    CaseTheme,
    Deadline,
    Document,
    EnforcementRequest,
    Judgment,
    Obligation,
    Party,
    ProposedObligation,
    ProposedParty,
    Publication,
    RevealLog,
    RuleOverride,
    Tag,
    ThemeList,
)
from officers.models import Assignment, Conflict, Delegation, Officer, StaffCount, Unit, User
from reports.models import Target
from tests.structure.test_oracle import MAY, ROLES, Caller, World, world  # noqa: F401  # a fixture
from tests.structure.test_scope_gate import FOREIGN, OWN, PLANTERS, SCOPED
from thads.common.api.base import ScopedListView
from thads.integration.models import ApiKey
from thads.jobs.models import Finding, Job

pytestmark = pytest.mark.django_db

Row = Any
#: Rows that a list has for somebody.
Seen = Callable[[Caller], list[Row]]

# --- The rules, one for each noun ---------------------------------------------------------------------------


def standing(rows: Any) -> Iterator[Row]:
    return (row for row in rows if row.deleted_at is None)


def of_unit(model: Any) -> Seen:
    """Rows of a unit: seen by who sees the unit."""
    return lambda who: [row for row in standing(model.objects.all()) if who.sees_unit(row.unit)]


def of_case(model: Any) -> Seen:
    return lambda who: [row for row in model.objects.all() if who.sees(row.case)]


def sees_officer(who: Caller, officer: Officer) -> bool:
    """Somebody is seen by who sees a unit where he works or has worked."""
    return any(who.sees_unit(one.unit) for one in standing(Assignment.objects.filter(officer=officer)))


def conflicts_of(who: Caller, officer: Officer) -> list[Row]:
    """What somebody has declared is shown with him; an officer who sees his own cases sees his own."""
    mine = who.officer in (None, officer.code)
    return list(standing(Conflict.objects.filter(officer=officer))) if mine else []


def sees_delegation(who: Caller, row: Delegation) -> bool:
    mine = who.officer in (None, row.from_officer.code, row.to_officer.code)
    return who.sees_unit(row.unit) and mine


def sees_judgment(who: Caller, row: Judgment) -> bool:
    """A judgment is seen with a case that rests on it; and by the unit that received it, but not by an
    officer who sees his own cases only.
    """
    rests = any(who.sees(case) for case in Case.objects.filter(judgment=row))
    return rests or (who.officer is None and row.unit is not None and who.sees_unit(row.unit))


def sees_request(who: Caller, row: EnforcementRequest) -> bool:
    """A request is seen by the unit that received it; an officer who sees his own cases only sees those on
    which one of them was opened.
    """
    if who.officer is None:
        return who.sees_unit(row.unit)
    return row.case is not None and who.sees(row.case)


def sees_document(who: Caller, row: Document) -> bool:
    if row.case is not None:
        return who.sees(row.case)
    return row.judgment is not None and row.judgment.deleted_at is None and sees_judgment(who, row.judgment)


def jobs(*kinds: str) -> Seen:
    def seen(who: Caller) -> list[Row]:
        units = {unit.pk for unit in Unit.objects.all() if who.sees_unit(unit)}
        return [job for job in Job.objects.filter(kind__in=kinds) if job.unit_id in units]

    return seen


#: What each list without arguments has.
LISTS: dict[str, Seen] = {
    "units": lambda who: [unit for unit in standing(Unit.objects.all()) if who.sees_unit(unit)],
    "staff-counts": of_unit(StaffCount),
    "officers": lambda who: [one for one in standing(Officer.objects.all()) if sees_officer(who, one)],
    "assignments": of_unit(Assignment),
    "delegations": lambda who: [
        row for row in standing(Delegation.objects.all()) if sees_delegation(who, row)
    ],
    "accounts": lambda who: [
        row for row in standing(User.objects.all()) if row.officer and sees_officer(who, row.officer)
    ],
    "cases": lambda who: [case for case in Case.objects.all() if who.sees(case)],
    "judgments": lambda who: [row for row in standing(Judgment.objects.all()) if sees_judgment(who, row)],
    "requests": lambda who: [
        row for row in standing(EnforcementRequest.objects.all()) if sees_request(who, row)
    ],
    "parties": of_case(Party),
    "reveals": lambda who: [
        row for row in RevealLog.objects.all() if who.sees_unit(row.unit) and not who.officer
    ],
    "obligations": of_case(Obligation),
    "deadlines": lambda who: [
        row for row in of_case(Deadline)(who) if row.closed_on is None and row.due_on is not None
    ],
    "publications": of_case(Publication),
    "publications-due": lambda who: [
        row
        for row in of_case(Deadline)(who)
        if row.closed_on is None and row.due_on is not None and row.clock.startswith("K25")
    ],
    "documents": lambda who: [row for row in standing(Document.objects.all()) if sees_document(who, row)],
    "tags": of_unit(Tag),
    "theme-lists": lambda who: [row for row in ThemeList.objects.all() if who.sees_unit(row.unit)],
    "rule-overrides": lambda who: [
        row
        for row in standing(RuleOverride.objects.all())
        if who.sees_unit(row.unit) or who.unit.startswith(f"{row.unit.code}.")
    ],
    "targets": of_unit(Target),
    "api-keys": of_unit(ApiKey),
    "imports": jobs("IMPORT"),
    "exports": jobs("EXPORT"),
    "statistics-rebuilds": jobs("REBUILD"),
    # Whoever asked for a file sees it, and nobody else.
    "list-exports": lambda who: [],
}

#: What a unit asked for leaves, where that is not what somebody of that unit would see: a judgment is of the unit
#: that received it, whoever executes it.
WITHIN: dict[str, Seen] = {
    "judgments": lambda there: [
        row for row in standing(Judgment.objects.all()) if row.unit is not None and there.sees_unit(row.unit)
    ],
}
#: Lists that are asked for by officer, and whose each row is.
OF_AN_OFFICER: dict[str, Callable[[Row], Any]] = {
    "cases": lambda case: case.officer_id,
    "deadlines": lambda deadline: deadline.case.officer_id,
    "publications-due": lambda deadline: deadline.case.officer_id,
}

#: The lists below one row: of which model the row is, and what the list has of it.
BELOW: dict[str, tuple[str, Callable[[Caller, Row], list[Row]]]] = {
    "case-acts": ("cases", lambda who, case: list(Act.objects.filter(case=case))),
    "case-parties": ("cases", lambda who, case: list(Party.objects.filter(case=case))),
    "case-obligations": ("cases", lambda who, case: list(Obligation.objects.filter(case=case))),
    "case-deadlines": (
        "cases",
        lambda who, case: list(Deadline.objects.filter(case=case, closed_on=None)),
    ),
    "case-tags": (
        "cases",
        lambda who, case: [
            one.tag for one in CaseTag.objects.filter(case=case) if one.tag.deleted_at is None
        ],
    ),
    "case-themes": ("cases", lambda who, case: list(CaseTheme.objects.filter(case=case))),
    "judgment-parties": ("judgments", lambda who, row: list(ProposedParty.objects.filter(judgment=row))),
    "judgment-obligations": (
        "judgments",
        lambda who, row: list(ProposedObligation.objects.filter(judgment=row)),
    ),
    "officer-conflicts": ("officers", conflicts_of),
    "import-errors": ("imports", lambda who, job: list(Finding.objects.filter(job=job))),
}
#: All rows that have such a list.
EVERYTHING: dict[str, Callable[[], Any]] = {
    "cases": Case.objects.all,
    "judgments": Judgment.objects.all,
    "officers": Officer.objects.all,
    "imports": lambda: Job.objects.filter(kind="IMPORT"),
}
#: Lists of what became of a bulk: seen with its job, which ``JOB_ADDRESSES`` of the walk covers.
OF_BULKS = ("-bulk-errors", "-bulk-results")
#: The address of one row, and the list that it is of.
DETAILS = {
    "unit": "units", "staff-count": "staff-counts", "officer": "officers", "assignment": "assignments",
    "delegation": "delegations", "account": "accounts", "case": "cases", "judgment": "judgments", "party": "parties", "request": "requests",
    "reveal": "reveals", "obligation": "obligations", "document": "documents", "tag": "tags", "deadline": "deadlines",
    "rule-override": "rule-overrides", "target": "targets", "api-key": "api-keys",
}  # fmt: skip
#: Expanded like the row whose list or part they are.
AS_ANOTHER = {
    "case-act",
    "judgment-by-external-id",
    "request-by-external-id",
    "request-incompleteness",
    "request-registration",
    "request-refusal",
    "officer-conflict",
}
#: What is expanded, and the address where that row itself is shown.
SHOWN_AT = {
    "parent": "unit", "unit": "unit", "authority": "unit", "officer": "officer", "from_officer": "officer",
    "to_officer": "officer", "case": "case", "judgment": "judgment", "party": "party", "parties": "party",
    "obligations": "obligation", "deadlines": "deadline",
}  # fmt: skip
COUNTED: dict[str, int] = {}


@pytest.fixture(scope="module", autouse=True)
def told() -> Iterator[None]:
    """How many combinations were compared, told at the end."""
    yield
    print(f"\ncompared with the oracle: {sum(COUNTED.values())} combinations", COUNTED)


def counted(kind: str, number: int = 1) -> None:
    COUNTED[kind] = COUNTED.get(kind, 0) + number


def arguments_of(name: str, row: Row) -> dict[str, str]:
    """The path arguments of a list below this row."""
    return {"code": row.code} if BELOW[name][0] == "officers" else {"id": str(row.public_id)}


def is_of_another(name: str, who: Caller, row: Row) -> bool:
    """Who sees his own cases only may not ask what another officer has declared."""
    return name == "officer-conflicts" and who.officer not in (None, row.code)


def address_of(row: Row) -> str:
    """What a row is known by in a list: its id, or its code."""
    return str(getattr(row, "public_id", None) or getattr(row, "code", None) or row.pk)


def of_answer(row: dict[str, Any]) -> str:
    return str(row.get("id") or row.get("code") or row)


def parts_of(shown: Any, name: str) -> Iterator[dict[str, Any]]:
    """What was expanded under this name, wherever in the row it stands."""
    if isinstance(shown, list):
        for one in shown:
            yield from parts_of(one, name)
    elif isinstance(shown, dict):
        for key, value in shown.items():
            if key == name:
                yield from (
                    one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)
                )
            else:
                yield from parts_of(value, name)


@pytest.fixture
def full(world: World) -> World:  # noqa: F811
    """Rows of every noun in the own unit and in another one."""
    for planter in PLANTERS:
        planter(Unit.objects.get(code=OWN))
    return world


def test_the_table_knows_every_list() -> None:
    lists = {one.name for one in SCOPED if issubclass(one.view, ScopedListView) and one.name != "case-act"}
    below = {name for name in lists if name.endswith(OF_BULKS)}
    assert lists - below == set(LISTS) | set(BELOW)


def test_the_table_knows_everything_that_expands() -> None:
    expanding = {one for one in SCOPED if getattr(one.view, "expansions", {}) and hasattr(one.view, "get")}
    assert {one.name for one in expanding} <= {*LISTS, *BELOW, *DETAILS, *AS_ANOTHER}
    assert {name for one in expanding for name in one.view.expansions} == set(SHOWN_AT)  # type: ignore[attr-defined]


def check_lists(who: Caller, client: APIClient) -> None:
    """Every list has the rows that the oracle finds, and counts them."""
    wrong: list[Any] = []
    for name, seen in LISTS.items():
        may = who.role in MAY[name][0]
        answer = client.get(reverse(name), {"count": "exact", "page_size": "200"})
        counted("lists")
        if not may:
            assert answer.status_code == 403, name
            continue
        assert answer.status_code == 200, (name, answer.content)
        expected = {address_of(row) for row in seen(who)}
        found = {of_answer(row) for row in answer.json()["results"]}
        if (found, answer.json()["count"]["value"]) != (expected, len(expected)):
            wrong.append((name, "missing", expected - found, "too much", found - expected))
    assert not wrong, wrong


def check_narrowed(who: Caller, client: APIClient) -> None:
    """What a list leaves for a unit or an officer asked for lies within what it has without, and a unit or an
    officer that the caller may not see cannot be asked for.
    """
    wrong: list[Any] = []
    below = {asked: Caller("AUDITOR", asked) for asked in (OWN, FOREIGN, "DN")}
    units = {unit.code: unit for unit in Unit.objects.all()}
    for endpoint in SCOPED:
        name = endpoint.name
        if name not in LISTS or who.role not in MAY[name][0]:
            continue
        takes = {one.name for one in endpoint.parameters}
        narrowed: list[tuple[str, str, bool, Callable[[Row], bool]]] = []
        if "own" in takes:
            for code, there in below.items():
                kept = {address_of(row) for row in WITHIN.get(name, LISTS[name])(there)}
                narrowed.append(
                    ("unit", code, who.sees_unit(units[code]), lambda row, kept=kept: address_of(row) in kept)
                )
        if name in OF_AN_OFFICER:
            whose = OF_AN_OFFICER[name]
            for officer in Officer.objects.all():
                mine = who.officer in (None, officer.code) and sees_officer(who, officer)
                narrowed.append(
                    ("officer", officer.code, mine, lambda row, whose=whose, pk=officer.pk: whose(row) == pk)
                )
        seen = LISTS[name](who) if narrowed else []
        for parameter, code, may, keeps in narrowed:
            answer = client.get(reverse(name), {parameter: code, "count": "exact", "page_size": "200"})
            counted("narrowed")
            if not may:
                if answer.status_code != 404:
                    wrong.append((name, parameter, code, answer.status_code))
                continue
            body = answer.json()
            expected = {address_of(row) for row in seen if keeps(row)}
            found = {of_answer(row) for row in body.get("results", [])}
            if answer.status_code != 200 or (found, body["count"]["value"]) != (expected, len(expected)):
                wrong.append((name, parameter, code, answer.status_code, expected ^ found))
    assert not wrong, wrong


def check_lists_below(who: Caller, client: APIClient) -> None:
    """Every list below a row is that of the oracle, and is not found where the row is not."""
    wrong: list[Any] = []
    for name, (above, rows) in BELOW.items():
        if who.role not in MAY[name][0]:
            continue
        visible = {address_of(row) for row in LISTS[above](who)}
        for row in EVERYTHING[above]():
            url = reverse(name, kwargs=arguments_of(name, row))
            answer = client.get(url, {"count": "exact", "page_size": "200"})
            counted("below")
            if address_of(row) not in visible or is_of_another(name, who, row):
                right = answer.status_code == 404
            else:
                expected = rows(who, row)
                found = answer.json().get("results", [])
                right = answer.status_code == 200 and len(found) == len(expected)
                if right and found and "id" in found[0]:
                    right = {of_answer(one) for one in found} == {address_of(one) for one in expected}
            if not right:
                wrong.append((name, address_of(row), answer.status_code, answer.content[:200]))
    assert not wrong, wrong


def places_of(who: Caller) -> Iterator[tuple[str, str, Any]]:
    """Every list, and every row that the caller sees of those that have an address of their own or a list below
    them: the name and the address of each that expands something, and its view.
    """
    for one in SCOPED:
        may, expands = who.role in MAY[one.name][0], getattr(one.view, "expansions", {})
        if not may or not expands or not hasattr(one.view, "get"):
            continue
        if one.name in LISTS:
            yield one.name, reverse(one.name), one.view
        elif one.name in BELOW:
            for row in LISTS[BELOW[one.name][0]](who)[:3]:
                if not is_of_another(one.name, who, row):
                    yield one.name, reverse(one.name, kwargs=arguments_of(one.name, row)), one.view
        elif one.name in DETAILS:
            for row in LISTS[DETAILS[one.name]](who)[:3]:
                key = str(getattr(row, "code", None) or row.public_id)
                yield one.name, reverse(one.name, kwargs={one.arguments[0]: key}), one.view


def check_expansions(who: Caller, client: APIClient) -> None:
    """What is expanded is what its own address shows the same caller."""
    wrong: list[Any] = []
    shown: dict[tuple[str, str], Any] = {}
    for listed, url, view in places_of(who):
        for name in view.expansions:
            answer = client.get(url, {"expand": name})
            counted("expanded")
            if answer.status_code == 403:
                # The role may not read what it asks to see beside.
                assert who.role not in MAY[SHOWN_AT[name]][0], (listed, name)
                continue
            assert answer.status_code == 200, (listed, name, answer.content)
            body = answer.json()
            for row in body.get("results", [body]):
                for part in parts_of(row, name):
                    known = part.get("code") or part["id"]
                    key = "code" if "code" in part and SHOWN_AT[name] in ("unit", "officer") else "id"
                    place = (SHOWN_AT[name], str(known))
                    if place not in shown:
                        own = client.get(reverse(SHOWN_AT[name], kwargs={key: str(known)}))
                        shown[place] = own.json() if own.status_code == 200 else None
                    counted("parts")
                    whole = shown[place]
                    if whole is None or any(whole[field] != part[field] for field in part if field in whole):
                        wrong.append((listed, name, known, whole is None))
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", [OWN, FOREIGN, "DN"])
def test_every_list_and_all_it_expands_is_that_of_the_oracle(role: str, unit: str, full: World) -> None:
    who = Caller.of(role, unit)
    # One for all: each client sets up the service anew.
    client = who.client
    for check in (check_lists, check_narrowed, check_lists_below, check_expansions):
        check(who, client)
