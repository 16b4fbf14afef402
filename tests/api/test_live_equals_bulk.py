"""The same stories one by one through the API and in bulk: every table comes out equal."""

from __future__ import annotations

import io
import random
from collections import Counter
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from cases.actions.plans import StoryPlan
from cases.actions.register import Register
from cases.actions.write import write_stories
from cases.models import Case
from cases.rules.lawful import lawful_story
from cases.rules.record import read_record, without_record
from officers.models import Officer, Unit
from tests.api.clients import caller
from tests.live import opening, proposal
from tests.registers import TODAY, bring_in
from thads.integration.exports import write_stories as export
from thads.journal import consumers

pytestmark = pytest.mark.django_db

STORIES = 14
PROPOSALS = 26

#: What two ways into the register may differ in: keys made by the database, moments, who, and how many entries
#: the journal has.
_OWN = {"id", "public_id", "modified_at", "stamp", "recorded_at", "recorded_by", "marked_at"}
_JOURNAL = "journal"


def told_live(client: APIClient, chance: random.Random) -> list[dict[str, Any]]:
    """Stories recorded one by one, some acts refused on the way; returns what came to stand, acts by reference."""
    stories = []
    for number in range(1, STORIES + 1):
        body = opening(number, chance)
        answer = client.post("/api/v1/cases/", body, format="json")
        assert answer.status_code == 201, answer.content
        acts: list[dict[str, Any]] = []
        for _ in range(PROPOSALS):
            act = proposal(chance, body["case"]["decision_date"], [one["ref"] for one in acts])
            act["ref"] = f"a{len(acts) + 1}"
            if client.post(f"{answer['Location']}acts/", act, format="json").status_code == 201:
                acts.append(act)
        stories.append({**body, "acts": acts})
    consumers.catch_up()
    return stories


def exported() -> list[dict[str, Any]]:
    target = io.BytesIO()
    export(target, unit=Unit.objects.get(code="DN"), full=True)
    return [orjson.loads(line) for line in target.getvalue().splitlines()]


def restored(lines: list[dict[str, Any]]) -> None:
    """The stories of a full export under the ids and moments they had."""
    register = Register.load()
    plans = []
    for raw in lines:
        lawful = lawful_story(without_record(raw), register.reference, TODAY)
        story = lawful.story
        authority = register.authority_id(story.unit, story.decision_date)
        identity = (authority, story.decision_number, story.decision_date)
        plans.append(StoryPlan(lawful, identity, read_record(raw, timezone.now())))
    write_stories(plans=plans, register=register, by="TEST", at=timezone.now())
    consumers.catch_up()


def every_table(*, moments: bool) -> dict[str, Any]:
    """The content of every table of the register and its figures, with keys replaced by what they point to.

    Without ``moments`` the rows of the two ways in differ in when things became known, so movements are added up over
    the moments of recording.
    """
    models = [m for label in ("cases", "reports") for m in apps.get_app_config(label).get_models()]
    # Keys of rows follow the order of writing, which is the same on both ways for each table.
    left_out = {"id", "modified_at", "stamp"} if moments else _OWN
    content: dict[str, Any] = {}
    for model in models:
        if model._meta.label == "cases.RuleVersion":
            continue
        columns = [f.column for f in model._meta.concrete_fields if f.column not in left_out]
        found = model._default_manager.all()
        if model._meta.label == "cases.Deadline":
            # Nobody is late with what came with a case, so when it was recorded is what they are about. One whose
            # trigger was struck is kept as void by whoever saw it running.
            found = found.exclude(state="VOID") if moments else found.none()
            columns = [column for column in columns if column != "public_id"]
        rows = [dict(zip(columns, row, strict=True)) for row in found.values_list(*_names(model, columns))]
        content[model._meta.label] = _summed(rows) if model._meta.model_name == "movement" else _sorted(rows)
    return content


def _names(model: Any, columns: list[str]) -> list[str]:
    """The columns, a key of another row of the register given as what names it everywhere."""
    names = []
    for column in columns:
        field = next(f for f in model._meta.concrete_fields if f.column == column)
        related = field.related_model._meta.model_name if field.related_model else ""
        names.append(column if related not in _NAMED else f"{field.name}__{_NAMED[related]}")
    return names


#: What names a row of the register, whatever its key.
_NAMED = {
    "case": "decision_number",
    "judgment": "number",
    "act": "seq",
    "obligation": "position",
    "party": "position",
    "asset": "position",
}


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(
        repr({k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()}) for row in rows
    )


def _summed(rows: list[dict[str, Any]]) -> Counter[str]:
    """Movements by everything but what they add up; what was taken back later is gone."""
    sums: Counter[str] = Counter()
    for row in rows:
        key = {name: value for name, value in row.items() if name not in ("cases", "money")}
        for measure in ("cases", "money"):
            sums[f"{measure} {key!r}"] += row[measure]
    return Counter({key: value for key, value in sums.items() if value})


class _Undone(Exception):
    pass


def undone(work: Any) -> Any:
    """What ``work`` comes to, and nothing of it left."""
    found = None
    try:
        with transaction.atomic():
            found = work()
            raise _Undone
    except _Undone:
        return found


def test_one_by_one_or_in_bulk_every_table_is_equal(staff: dict[str, Officer]) -> None:
    client = caller("DN", "HEAD")

    def live() -> tuple[Any, Any, Any, Any]:
        stories = told_live(client, random.Random(20260701))
        return stories, exported(), every_table(moments=False), every_table(moments=True)

    stories, lines, netted, exact = undone(live)
    assert sum(len(story["acts"]) for story in stories) > 5 * STORIES, "most proposals were refused"
    kinds = {act["type"] for story in stories for act in story["acts"]}
    assert {"CORRECTION", "ANNUL_ACT", "REASSIGN", "RECLASSIFY", "SEPARATE_BOOK"} <= kinds

    def in_bulk() -> Any:
        bring_in(stories)
        return every_table(moments=False)

    bulk = undone(in_bulk)
    for table, content in netted.items():
        assert bulk[table] == content, table

    def from_record() -> Any:
        restored(lines)
        return every_table(moments=True)

    again = undone(from_record)
    for table, content in exact.items():
        assert again[table] == content, table
    assert not Case.objects.exists()
