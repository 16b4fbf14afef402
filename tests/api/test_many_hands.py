"""Many hands at once: acts come in from many workers while others count and read."""

from __future__ import annotations

import io
import itertools
import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from cases.actions.register import Register
from cases.models import Act, Case
from cases.rules import fold
from cases.rules.lawful import lawful_story
from cases.rules.tables import tables
from officers.models import Assignment, Officer, Unit
from reports.counting.columns import of_stories
from reports.rebuild import submit_rebuild
from tests.api.clients import caller
from tests.databases import TestDatabase
from tests.live import opening, proposal
from tests.registers import TODAY
from thads.common.periods import Period
from thads.integration.exports import write_stories as export
from thads.jobs import runner
from thads.jobs.models import Job
from thads.journal import consumers

#: How many acts are tried; a full round is 5,000 on 500 cases by 20 workers.
ACTS = int(os.environ.get("THADS_STRESS_ACTS", "300"))
CASES = max(12, ACTS // 10)
WORKERS = 20
YEARS = (2023, 2024, 2025, 2026)


@pytest.fixture
def register(committed_database: TestDatabase) -> APIClient:
    """Officers of two units and cases without acts, all committed."""
    for code in ("DN.HC.01", "DN.HC.02", "DN.TK.01"):
        officer = Officer.objects.create(code=code)
        Assignment.objects.create(officer=officer, unit=Unit.objects.get(code=code[:5]), role="OFFICER")
    head = caller("DN", "HEAD")
    chance = random.Random(1)
    for number in range(1, CASES + 1):
        assert head.post("/api/v1/cases/", opening(number, chance), format="json").status_code == 201
    return head


def own_connection(work: Callable[[], Any]) -> Any:
    """Runs in a thread of its own, with a connection of its own that is closed afterwards."""
    try:
        return work()
    finally:
        connections.close_all()


@contextmanager
def beside(*works: Callable[[threading.Event], None]) -> Iterator[None]:
    """Runs ``works`` again and again in threads until the block is over; what goes wrong in them is raised."""
    over = threading.Event()
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(own_connection, lambda work=work: work(over)) for work in works]  # type: ignore[misc]
        try:
            yield
        finally:
            over.set()
        for one in running:
            one.result()


def counting(over: threading.Event) -> None:
    while not over.is_set():
        consumers.catch_up()
        over.wait(0.01)


def reading(client: APIClient, seen: list[dict[str, Any]]) -> Callable[[threading.Event], None]:
    """Reads forms while acts come in; every identity holds at every reading."""

    def work(over: threading.Event) -> None:
        chance = random.Random(7)
        while not over.is_set() or len(seen) < 5:
            number, year = chance.choice((1, 2, 4, 5)), chance.choice(YEARS)
            query = {
                "unit": chance.choice(("DN", "DN.HC")),
                "fiscal_year": year,
                "months": chance.choice((6, 12)),
            }
            answer = client.get(f"/api/v1/statistics/forms/{number}/", query)
            assert answer.status_code == 200, answer.content
            body = answer.json()
            broken = [one for one in body["identities"] if not one["holds"]]
            assert not broken and body["bridge"]["holds"], (number, query, broken, body["bridge"])
            seen.append(body)

    return work


def recording(key: str, cases: list[tuple[str, str]], seed: int, acts: int) -> dict[int, int]:
    """One worker: random acts on random cases; returns how often each status was answered."""
    client = APIClient(raise_request_exception=True)
    client.credentials(HTTP_AUTHORIZATION=key)
    chance = random.Random(seed)
    statuses: dict[int, int] = {}
    mine: dict[str, list[str]] = {}
    for _ in range(acts):
        case, opened_on = chance.choice(cases)
        known = mine.setdefault(case, [])
        act = proposal(chance, opened_on, known)
        answer = client.post(f"/api/v1/cases/{case}/acts/", act, format="json")
        assert answer.status_code in (201, 422), answer.content
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        if answer.status_code == 201:
            known.append(answer.json()["id"])
    return statuses


def test_many_hands_lose_nothing_and_figures_hold(register: APIClient) -> None:
    head, key = register, register._credentials["HTTP_AUTHORIZATION"]
    cases = [(str(one), str(day)) for one, day in Case.objects.values_list("public_id", "decision_date")]
    seen: list[dict[str, Any]] = []
    reader = APIClient()
    reader.credentials(HTTP_AUTHORIZATION=key)
    with beside(counting, counting, reading(reader, seen)), ThreadPoolExecutor(WORKERS) as pool:
        work = [
            pool.submit(own_connection, lambda seed=seed: recording(key, cases, seed, ACTS // WORKERS))  # type: ignore[misc]
            for seed in range(WORKERS)
        ]
        statuses = [one.result() for one in work]
    consumers.catch_up()
    accepted = sum(one.get(201, 0) for one in statuses)
    assert accepted > ACTS // 5, statuses

    # Nothing lost: every accepted act stands, and each case has as many acts as its version says, in order.
    assert Act.objects.count() == accepted + CASES
    for case in Case.objects.all():
        acts = list(Act.objects.filter(case=case).order_by("seq").values_list("seq", "recorded_at"))
        assert [seq for seq, _ in acts] == list(range(case.version))
        assert all(one[1] < two[1] for one, two in itertools.pairwise(acts))

    # The rows are what the fold of the exported stories says, and so are the figures.
    lives = []
    register_now = Register.load()
    target = io.BytesIO()
    export(target, unit=Unit.objects.get(code="DN"), full=False)
    for line in target.getvalue().splitlines():
        lawful = lawful_story(orjson.loads(line), register_now.reference, TODAY)
        story = lawful.story
        row = Case.objects.select_related("unit").get(decision_number=story.decision_number)
        state = fold.fold(story.life(tables()))
        assert (row.bucket, row.due, row.remaining) == (state.bucket, state.due, state.remaining)
        assert (row.unit.code, row.content_digest) == (state.holder.unit, lawful.digest)
        lives.append(story.life(tables()))
    for year in YEARS:
        period = Period(year, 12)
        for unit, chosen in (("DN", None), ("DN.HC", {"DN.HC"}), ("DN.TK", {"DN.TK"})):
            expected = of_stories(lives, units=chosen, period=period)
            for number, values in ((1, expected.cases), (2, expected.money)):
                query = {"unit": unit, "fiscal_year": year, "months": 12}
                body = head.get(f"/api/v1/statistics/forms/{number}/", query).json()
                assert body["pending"] == 0
                shown = {
                    name: cell["value"] for name, cell in body["rows"][0]["columns"].items() if name in values
                }
                assert shown == {name: str(value) for name, value in values.items() if name in shown}

    # And a rebuild finds nothing to change.
    job = submit_rebuild(by="TEST", unit_id=None)
    runner.run(job.pk)
    summary = Job.objects.get(pk=job.pk).summary
    assert (summary["movements_changed"], summary["totals_changed"]) == (0, 0), summary
    assert connection is not None
