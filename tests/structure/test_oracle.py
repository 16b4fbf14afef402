"""Who may see and write what, against an oracle that knows nothing of how the service does it.

The oracle is a table of roles and plain Python over all rows. Every method of every address is asked in every
role about a row of the own unit, of another one, and about a case of one's own and of a colleague; lists are
compared row by row, with their counts and filters. An address that is not in the table fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from rest_framework.test import APIClient

from cases.models import Act, Case
from officers.models import Assignment, Officer, Unit
from tests.api.clients import caller
from tests.registers import bring_in, made_story
from tests.structure.test_scope_gate import (
    ARGUMENTS,
    ENDPOINTS,
    FOREIGN,
    OF_A_ROW,
    OWN,
    PLANTERS,
    Endpoint,
    Planted,
    query_for,
)
from thads.common.api.base import METHODS

pytestmark = pytest.mark.django_db

# --- The table ----------------------------------------------------------------------------------------------

ROLES = (
    "HEAD", "DEPUTY", "UNIT_HEAD", "OFFICER", "EXAMINER", "CLERK", "ACCOUNTANT", "STATISTICIAN", "AUDITOR", "SYSTEM",
)  # fmt: skip
ALL = frozenset(ROLES)
HEAD = frozenset({"HEAD"})
LEADERS = frozenset({"HEAD", "DEPUTY", "UNIT_HEAD"})
STAFF_KEEPERS = frozenset({"HEAD", "UNIT_HEAD"})
OPENERS = LEADERS | {"CLERK", "SYSTEM"}
RECORDERS = OPENERS | {"OFFICER", "ACCOUNTANT"}
IMPORTERS = frozenset({"HEAD", "CLERK", "STATISTICIAN", "SYSTEM"})
EXPORTERS = LEADERS | {"STATISTICIAN", "AUDITOR", "SYSTEM"}
COUNTERS = LEADERS | {"STATISTICIAN"}
TARGETERS = frozenset({"HEAD", "STATISTICIAN"})
EDITORS = LEADERS | {"OFFICER", "CLERK"}
DOCUMENTERS = RECORDERS | {"EXAMINER"}
REVEALERS = ALL - {"SYSTEM"}
WATCHERS = frozenset({"HEAD", "AUDITOR"})
JUDGMENT_KEEPERS = LEADERS | {"CLERK", "SYSTEM"}
TAGGERS = LEADERS | {"OFFICER", "EXAMINER", "CLERK", "ACCOUNTANT"}
TAG_KEEPERS = LEADERS | {"CLERK"}
THEME_KEEPERS = OPENERS | {"OFFICER"}
CONFLICT_KEEPERS = LEADERS | {"OFFICER"}
APPROVERS = frozenset({"HEAD", "DEPUTY"})
PROPOSERS = APPROVERS | {"EXAMINER"}

#: Who may, by name of the address: for reading, and for every method that writes.
MAY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "units": (ALL, HEAD), "unit": (ALL, HEAD),
    "officers": (ALL, STAFF_KEEPERS), "officer": (ALL, STAFF_KEEPERS),
    "officer-bulks": (STAFF_KEEPERS, STAFF_KEEPERS), "officer-bulk": (STAFF_KEEPERS, STAFF_KEEPERS),
    "officer-bulk-errors": (STAFF_KEEPERS, STAFF_KEEPERS), "officer-bulk-results": (STAFF_KEEPERS, STAFF_KEEPERS),
    "officer-bulk-cancel": (STAFF_KEEPERS, STAFF_KEEPERS),
    "officer-bulk-template": (STAFF_KEEPERS, STAFF_KEEPERS), "officer-bulk-workbook": (STAFF_KEEPERS, STAFF_KEEPERS),
    "staff-counts": (ALL, HEAD), "staff-count": (ALL, HEAD),
    "assignments": (ALL, STAFF_KEEPERS), "assignment": (ALL, STAFF_KEEPERS),
    "delegations": (ALL, LEADERS), "delegation": (ALL, LEADERS),
    "accounts": (HEAD, HEAD), "account": (HEAD, HEAD), "account-password": (HEAD, HEAD), "account-unlock": (HEAD, HEAD),
    "officer-conflicts": (CONFLICT_KEEPERS, CONFLICT_KEEPERS), "officer-conflict": (CONFLICT_KEEPERS, CONFLICT_KEEPERS),
    "me": (ALL, ALL), "roles": (ALL, ALL),
    "cases": (ALL, OPENERS), "case": (ALL, ALL), "case-history": (ALL, ALL), "case-act": (ALL, ALL),
    "case-available-acts": (ALL, ALL), "case-acts": (ALL, RECORDERS), "case-reassignments": (LEADERS, LEADERS),
    "case-parties": (ALL, EDITORS), "case-obligations": (ALL, ALL), "case-tags": (ALL, ALL), "case-tag": (TAGGERS, TAGGERS),
    "case-derived-themes": (ALL, ALL), "theme-lists": (ALL, APPROVERS),
    "case-themes": (ALL, THEME_KEEPERS), "case-theme-end": (THEME_KEEPERS, THEME_KEEPERS),
    "case-deadlines": (ALL, ALL), "case-queue": (ALL, ALL), "deadlines": (ALL, ALL), "deadline": (ALL, ALL),
    "act-bulks": (RECORDERS, RECORDERS), "act-bulk": (RECORDERS, RECORDERS),
    "act-bulk-errors": (RECORDERS, RECORDERS), "act-bulk-results": (RECORDERS, RECORDERS),
    "act-bulk-cancel": (RECORDERS, RECORDERS), "act-bulk-template": (RECORDERS, RECORDERS), "act-bulk-workbook": (RECORDERS, RECORDERS),
    "judgments": (ALL, JUDGMENT_KEEPERS), "judgment": (ALL, JUDGMENT_KEEPERS),
    "judgment-by-external-id": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-bulks": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS), "judgment-bulk": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-bulk-errors": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-bulk-results": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-bulk-cancel": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-bulk-template": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-bulk-workbook": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "requests": (ALL, JUDGMENT_KEEPERS), "request": (ALL, JUDGMENT_KEEPERS),
    "request-by-external-id": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "request-incompleteness": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "request-registration": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS), "request-refusal": (JUDGMENT_KEEPERS, JUDGMENT_KEEPERS),
    "judgment-parties": (ALL, ALL), "judgment-obligations": (ALL, ALL),
    "parties": (ALL, ALL), "party": (ALL, EDITORS), "party-reveal": (REVEALERS, REVEALERS),
    "reveals": (WATCHERS, WATCHERS), "reveal": (WATCHERS, WATCHERS),
    "obligations": (ALL, ALL), "obligation": (ALL, ALL),
    "documents": (ALL, DOCUMENTERS), "document": (ALL, DOCUMENTERS), "document-content": (ALL, ALL),
    "tags": (ALL, TAG_KEEPERS), "tag": (ALL, TAG_KEEPERS),
    "targets": (ALL, TARGETERS), "target": (ALL, TARGETERS),
    "statistics": (ALL, ALL), "statistics-overview": (ALL, ALL), "statistics-cases": (ALL, ALL),
    "statistics-form": (ALL, ALL),
    "statistics-rebuilds": (COUNTERS, COUNTERS), "statistics-rebuild": (COUNTERS, COUNTERS),
    "events": (ALL, ALL),
    "api-keys": (HEAD, HEAD), "api-key": (HEAD, HEAD),
    "imports": (IMPORTERS, IMPORTERS), "import": (IMPORTERS, IMPORTERS), "import-errors": (IMPORTERS, IMPORTERS),
    "import-cancel": (IMPORTERS, IMPORTERS), "export-cancel": (EXPORTERS, EXPORTERS), "list-export-cancel": (ALL, ALL),
    "exports": (EXPORTERS, EXPORTERS), "export": (EXPORTERS, EXPORTERS), "export-file": (EXPORTERS, EXPORTERS),
    "list-exports": (ALL, ALL), "list-export": (ALL, ALL), "list-export-file": (ALL, ALL),
    "calculator-deadline": (ALL, ALL),
    "publications": (ALL, ALL), "publications-due": (ALL, ALL),
    "rule-transitions": (ALL, ALL), "rule-grounds": (ALL, ALL), "rule-clocks": (ALL, ALL),
    "rule-decision-types": (ALL, ALL), "rule-obligation-kinds": (ALL, ALL), "rule-fees": (ALL, ALL), "rule-themes": (ALL, ALL),
    "rule-waterfall": (ALL, ALL), "rule-minimum-wages": (ALL, ALL), "rule-base-salaries": (ALL, ALL),
    "rule-holidays": (ALL, ALL), "rule-overrides": (ALL, PROPOSERS), "rule-override": (ALL, ALL),
    "rule-override-approval": (APPROVERS, APPROVERS), "rule-override-rejection": (APPROVERS, APPROVERS),
    "rule-override-withdrawal": (PROPOSERS, PROPOSERS),
}  # fmt: skip

SCOPED = [one for one in ENDPOINTS if one.scoped]
#: Written by a person of the row only: who may press the button is refused by a rule all the same.
PERSONAL = (
    "delegation",
    "rule-overrides",
    "rule-override-approval",
    "rule-override-rejection",
    "rule-override-withdrawal",
)
#: Addresses of rows that belong to a case, and so to the officer who has it.
OF_CASES = (
    "case", "case-history", "case-acts", "case-act", "case-parties", "case-obligations", "case-tags", "case-themes",
    "case-derived-themes",
)  # fmt: skip


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: in a role, in a unit, and as an officer in person."""

    role: str
    unit: str = OWN
    officer: str | None = None

    @classmethod
    def of(cls, role: str, unit: str) -> Caller:
        """An officer is somebody in particular, with a case of his own."""
        home = FOREIGN if unit == FOREIGN else OWN
        return cls(role, unit, f"{home}.01" if role == "OFFICER" else None)

    @property
    def client(self) -> APIClient:
        return caller(self.unit, self.role, self.officer)

    def permitted(self, endpoint: Endpoint, method: str) -> bool:
        reads, writes = MAY[endpoint.name]
        return self.role in (reads if method == "GET" else writes)

    # The oracle: plain Python over all rows.

    def sees_unit(self, unit: Unit) -> bool:
        above: Unit | None = unit
        while above is not None:
            if above.code == self.unit:
                return True
            above = above.parent
        return False

    def sees(self, case: Case) -> bool:
        held = case.officer.code if case.officer else None
        return self.sees_unit(case.unit) and (self.officer is None or held == self.officer)


@dataclass(frozen=True)
class World:
    """Rows of another unit by path arguments, and cases by whose they are."""

    planted: Planted
    cases: dict[str, Case]


@pytest.fixture
def world() -> World:
    for unit, number in ((OWN, "01"), (OWN, "02"), (FOREIGN, "01")):
        officer = Officer.objects.create(code=f"{unit}.{number}", name=f"Chấp hành viên {number}")
        Assignment.objects.create(officer=officer, unit=Unit.objects.get(code=unit), role="OFFICER")
    planted = Planted()
    for planter in PLANTERS:
        planted.paths |= planter(Unit.objects.get(code=FOREIGN)).paths
    verified = [{"type": "VERIFICATION", "effective_on": "2023-12-01"}]
    holders = {
        "own": (OWN, f"{OWN}.01"),
        "colleague": (OWN, f"{OWN}.02"),
        "nobody": (OWN, None),
        "foreign": (FOREIGN, f"{FOREIGN}.01"),
    }
    stories = [
        made_story(number=f"{place}/QĐ", unit=unit, officer=officer, acts=verified)
        for place, (unit, officer) in enumerate(holders.values(), 900)
    ]
    keys = bring_in(stories)
    return World(planted, dict(zip(holders, (Case.objects.get(pk=key) for key in keys), strict=True)))


COUNTED: dict[str, int] = {}


@pytest.fixture(scope="module", autouse=True)
def told() -> Iterator[None]:
    """How many combinations were compared, told at the end."""
    yield
    print(f"\ncompared with the oracle: {sum(COUNTED.values())} combinations", COUNTED)


def counted(kind: str) -> None:
    COUNTED[kind] = COUNTED.get(kind, 0) + 1


def ask(client: APIClient, method: str, url: str, endpoint: Endpoint, unit: str = OWN) -> Any:
    """The answer to the least that can be asked; what it may have written is undone."""
    with transaction.atomic():
        if method == "GET":
            answer = client.get(url, query_for(endpoint, unit))
        else:
            key = {"HTTP_IDEMPOTENCY_KEY": "oracle"} if method == "POST" else {"HTTP_IF_MATCH": "*"}
            answer = client.generic(method, url, b"{}", content_type="application/json", **key)
        transaction.set_rollback(True)
    if answer.streaming:
        # A file that nobody reads stays open.
        b"".join(answer.streaming_content)
    return answer


def urls(endpoint: Endpoint, planted: Planted) -> list[str]:
    sets = ARGUMENTS.get(endpoint.name, [planted.paths.get(endpoint.name, {})])
    return [reverse(endpoint.name, kwargs=arguments) for arguments in sets]


def methods(endpoint: Endpoint) -> list[str]:
    return [method for method in METHODS if hasattr(endpoint.view, method.lower())]


# --- The comparison -----------------------------------------------------------------------------------------


def test_the_table_knows_every_address() -> None:
    assert {one.name for one in SCOPED} == set(MAY)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", ["DN", OWN])
def test_every_method_of_every_address_is_for_whom_the_table_says(role: str, unit: str, world: World) -> None:
    """The rows lie in another unit: from above they are seen, from beside they are not."""
    somebody = Caller(role, unit)
    client = somebody.client
    wrong = []
    for endpoint in SCOPED:
        for url in urls(endpoint, world.planted):
            for method in methods(endpoint):
                status = ask(client, method, url, endpoint, unit).status_code
                counted("methods")
                beside = unit == OWN and endpoint in OF_A_ROW
                if not somebody.permitted(endpoint, method):
                    right = status == 403
                elif beside:
                    right = status in (403, 404)
                else:
                    by_rule = method != "GET" and endpoint.name in PERSONAL
                    right = status not in (401, 405) and status < 500 and (status != 403 or by_rule)
                if not right:
                    wrong.append((method, endpoint.name, status))
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", [OWN, FOREIGN, "DN"])
def test_a_case_and_what_hangs_on_it_is_seen_by_whom_the_oracle_says(
    role: str, unit: str, world: World
) -> None:
    somebody = Caller.of(role, unit)
    client = somebody.client
    wrong = []
    for whose, case in world.cases.items():
        act = Act.objects.get(case=case, type="VERIFICATION").public_id
        for endpoint in SCOPED:
            if endpoint.name not in OF_CASES:
                continue
            arguments = {"id": str(case.public_id), "act": str(act)}
            url = reverse(endpoint.name, kwargs={name: arguments[name] for name in endpoint.arguments})
            for method in methods(endpoint):
                status = ask(client, method, url, endpoint).status_code
                counted("cases")
                if not somebody.permitted(endpoint, method):
                    right = status == 403
                elif not somebody.sees(case):
                    right = status == 404
                else:
                    right = status == 200 if method == "GET" else status in (400, 409, 422)
                if not right:
                    wrong.append((method, endpoint.name, whose, status))
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", [OWN, "DN"])
def test_a_filter_leaves_what_the_oracle_leaves(role: str, unit: str, world: World) -> None:
    somebody = Caller.of(role, unit)
    client = somebody.client
    for asked in (OWN, FOREIGN, "DN"):
        answer = client.get(reverse("cases"), {"unit": asked, "count": "exact"})
        counted("filters")
        if not somebody.sees_unit(Unit.objects.get(code=asked)):
            assert answer.status_code == 404
            continue
        below = Caller("AUDITOR", asked)
        expected = {
            str(one.public_id) for one in Case.objects.all() if somebody.sees(one) and below.sees(one)
        }
        assert {row["id"] for row in answer.json()["results"]} == expected
        assert answer.json()["count"]["value"] == len(expected)
