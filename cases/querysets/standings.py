"""Reading how cases stand, for planning one act more on each of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from cases.models import Act, ActLine, Asset, Case, Obligation
from cases.querysets.lives import ACT_COLUMNS, life_of
from cases.rules.life import OPENING, Duty, Life
from cases.rules.story import Refs
from cases.rules.tables import Tables


class LineRow(NamedTuple):
    """An obligation as it is written down: its key, its name in the story and its projections (đồng)."""

    id: int
    ref: str
    due: int
    remaining: int
    bucket: str


class ActKey(NamedTuple):
    id: int
    public_id: uuid.UUID


class AssetKey(NamedTuple):
    id: int
    ref: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as it stands: its row, its life, and what its parts are called.

    ``acts`` are its acts by place, ``assets`` its assets by place, each by key and by what it is called;
    ``recorded_at`` is the last recording.
    """

    id: int
    public_id: uuid.UUID
    version: int
    content_digest: str | None
    unit_id: int
    officer_id: int | None
    initiation: str
    field: str
    bucket: str
    due: int
    remaining: int
    life: Life
    lines: tuple[LineRow, ...]
    refs: Refs
    acts: tuple[ActKey, ...]
    assets: tuple[AssetKey, ...]
    recorded_at: dt.datetime


_CASE_COLUMNS = (
    "id",
    "public_id",
    "version",
    "content_digest",
    "unit_id",
    "officer_id",
    "initiation",
    "field",
    "bucket",
    "due",
    "remaining",
)


def standings(cases: QuerySet[Case], tables: Tables, *, lock: bool) -> dict[int, Standing]:
    """The cases chosen as they stand, by key. A fixed number of queries, however many cases.

    ``lock``: nobody else may write them until the transaction ends; cases are locked in the order of their
    keys, so that two who lock many never wait for each other in a ring.
    """
    chosen = cases.order_by("id")
    if lock:
        chosen = chosen.select_for_update(of=("self",))
    rows = {row[0]: row for row in chosen.values_list(*_CASE_COLUMNS)}
    if not rows:
        return {}
    keys = list(rows)
    obligations = _by_case(
        Obligation, keys, "ref", "public_id", "kind", "amount", "due", "remaining", "bucket"
    )
    assets = _by_case(Asset, keys, "ref", "public_id")
    places = {row.id: place for own in obligations.values() for place, row in enumerate(own)}
    lines: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    named = ActLine.objects.filter(act__case_id__in=keys).order_by("act_id", "position")
    for act, obligation, amount in named.values_list("act_id", "obligation_id", "amount"):
        lines[act].append((places[obligation], amount))
    acts: defaultdict[int, list[Any]] = defaultdict(list)
    columns = dict.fromkeys((*ACT_COLUMNS, "public_id"))
    for act_row in (
        Act.objects.filter(case_id__in=keys).order_by("case_id", "seq").values_list(*columns, named=True)
    ):
        acts[act_row.case_id].append(act_row)
    kinds = tables.obligation_kinds
    return {
        key: Standing(
            *row,
            life_of(
                acts[key],
                tuple(Duty(o.amount, kinds[o.kind].state_budget) for o in obligations[key]),
                lines,
                tables,
            ),
            tuple(LineRow(o.id, o.ref, o.due, o.remaining, o.bucket) for o in obligations[key]),
            Refs(
                {},
                _places(enumerate(obligations[key])),
                _places(enumerate(assets[key])),
                _places((act.seq, act) for act in acts[key] if act.seq != OPENING),
            ),
            tuple(ActKey(act.id, act.public_id) for act in acts[key]),
            tuple(AssetKey(asset.id, asset.ref) for asset in assets[key]),
            max(act.recorded_at for act in acts[key]),
        )
        for key, row in rows.items()
    }


def _by_case(model: Any, keys: Collection[int], *columns: str) -> Mapping[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    rows = model.objects.filter(case_id__in=keys).order_by("case_id", "position")
    for row in rows.values_list("id", "case_id", *columns, named=True):
        found[row.case_id].append(row)
    return found


def _places(rows: Any) -> dict[str, int]:
    """The places of parts by what they may be called: their reference in the story, or their public id."""
    names: dict[str, int] = {}
    for place, row in rows:
        names[str(row.public_id)] = place
        if row.ref:
            names[row.ref] = place
    return names
