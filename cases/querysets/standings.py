"""Reading how cases stand, for planning one act more on each of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from cases.models import Case
from cases.querysets.lives import life_of
from cases.querysets.succession import PartyKey, knowing_sides, parties_of, passes_on
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
    ``recorded_at`` is the last recording. ``parties`` in their order, None where nothing was ever passed from
    one to another.
    """

    id: int
    public_id: uuid.UUID
    version: int
    content_digest: str | None
    unit_id: int
    officer_id: int | None
    initiation: str
    field: str
    status: str
    bucket: str
    due: int
    remaining: int
    life: Life
    lines: tuple[LineRow, ...]
    refs: Refs
    acts: tuple[ActKey, ...]
    assets: tuple[AssetKey, ...]
    recorded_at: dt.datetime
    parties: tuple[PartyKey, ...] | None = None


_CASE_COLUMNS = (
    "id",
    "public_id",
    "version",
    "content_digest",
    "unit_id",
    "officer_id",
    "initiation",
    "field",
    "status",
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
        # The key of a case never changes: whoever writes rows that point at it, as the projector does, need
        # not be waited for.
        chosen = chosen.select_for_update(of=("self",), no_key=True)
    rows = {row[0]: row for row in chosen.values_list(*_CASE_COLUMNS)}
    if not rows:
        return {}
    keys = list(rows)
    obligations = _by_case(_OBLIGATIONS, _ObligationRow, keys)
    assets = _by_case(_ASSETS, _AssetRow, keys)
    acts = _by_case(_ACTS, _ActRow, keys)
    places = {row.id: place for own in obligations.values() for place, row in enumerate(own)}
    lines = {
        act.id: [(places[key], amount) for key, amount in zip(act.line_keys, act.amounts, strict=True)]
        for own in acts.values()
        for act in own
        if act.line_keys
    }
    kinds = tables.obligation_kinds
    found = {
        key: Standing(
            *row,
            life_of(
                acts[key],
                tuple(Duty.of(kinds[o.kind], o.amount) for o in obligations[key]),
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
    concerned = {key: case for key, case in found.items() if passes_on(case.life)}
    return found | with_parties(concerned) if concerned else found


def with_parties(cases: Mapping[int, Standing]) -> dict[int, Standing]:
    """These cases (by key) with their parties, and lives that know who owes and is owed."""
    parties = parties_of(cases)
    lives = knowing_sides({key: case.life for key, case in cases.items()}, parties)
    return {
        key: replace(
            case,
            life=lives[key],
            parties=parties[key],
            refs=replace(case.refs, parties={party.ref: place for place, party in enumerate(parties[key])}),
        )
        for key, case in cases.items()
    }


# Written as they are sent: this is read before every act, and building such statements costs more than
# answering them.


class _ObligationRow(NamedTuple):
    id: int
    case_id: int
    ref: str
    public_id: uuid.UUID
    kind: str
    amount: int | None
    due: int
    remaining: int
    bucket: str


class _AssetRow(NamedTuple):
    id: int
    case_id: int
    ref: str
    public_id: uuid.UUID


class _ActRow(NamedTuple):
    """The columns a life is made of (``lives.life_of``), and what the act is called."""

    id: int
    case_id: int
    seq: int
    ref: str | None
    public_id: uuid.UUID
    type: str
    effective_on: dt.date
    recorded_at: dt.datetime
    ground: str | None
    whole: bool
    unit_id: int | None
    officer_id: int | None
    annuls_id: int | None
    voids_id: int | None
    field: str | None
    initiation: str | None
    data__relief: Any
    data__conclusion: Any
    line_keys: list[int] | None
    amounts: list[int | None]


_OBLIGATIONS = """
    SELECT id, case_id, ref, public_id, kind, amount, due, remaining, bucket
    FROM cases_obligation WHERE case_id = ANY(%s) ORDER BY case_id, position
"""
_ASSETS = (
    "SELECT id, case_id, ref, public_id FROM cases_asset WHERE case_id = ANY(%s) ORDER BY case_id, position"
)
_ACTS = """
    SELECT a.id, a.case_id, a.seq, a.ref, a.public_id, a.type, a.effective_on, a.recorded_at, a.ground,
           a.whole, a.unit_id, a.officer_id, a.annuls_id, a.voids_id, a.field, a.initiation,
           CASE jsonb_typeof(a.data->'relief') WHEN 'string' THEN a.data->>'relief' END,
           a.data->>'conclusion',
           l.line_keys, l.amounts
    FROM cases_act a
    LEFT JOIN LATERAL (
        SELECT array_agg(obligation_id ORDER BY position) AS line_keys,
               array_agg(amount ORDER BY position) AS amounts
        FROM cases_actline WHERE act_id = a.id
    ) l ON NOT a.whole
    WHERE a.case_id = ANY(%s) ORDER BY a.case_id, a.seq
"""


def _by_case(sql: str, row_type: type[Any], keys: Collection[int]) -> Mapping[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(keys)])
        for values in cursor:
            row = row_type(*values)
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
