"""The keeper of dockets: keeps the legal clocks of cases, and their status of the day, equal to what the acts
say.

It takes stale cases, works out their docket anew and writes the difference, all in one transaction. Order,
late commits, crashes and double runs do not matter to it. What only time brings, the end of a term, is found
by ``sweep``, which marks those cases stale too; so a changed holiday or rule does.

Nothing is deleted: a clock whose trigger was struck is void, a breach stays on record.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.db.models import Q
from django.utils import timezone

from cases.actions import overrides
from cases.actions.plans import ActPlan, StoryPlan
from cases.actions.publications import refresh_publications
from cases.models import Case, Deadline, EnforceableStretch, Publication
from cases.querysets.lives import lives
from cases.rules import buckets
from cases.rules.deadlines import VIET_NAM
from cases.rules.docket import (
    RUNNING,
    VOID,
    Entry,
    Note,
    brought_in_silently,
    docket,
    moment_of,
    nothing_to_watch,
)
from cases.rules.life import Life
from cases.rules.publications import concerns
from cases.rules.stretches import Stretch, enforceable_stretches
from cases.rules.tables import tables
from cases.rules.working_days import vietnam
from thads.common.bulk import copy_rows
from thads.journal import consumers, journal

logger = logging.getLogger(__name__)

#: The name of this consumer in the stale set.
CONSUMER = "deadlines"
#: Cases per transaction.
BATCH = 500
#: Cases that one sweep marks at most; the next goes on.
SWEPT = 5000
#: Names those who have a case in hand among the advisory locks; any number that nobody else uses.
_HOLDING = 1_684_366_707

_NOTES = """
    SELECT case_id, seq, data FROM cases_act
    WHERE case_id = ANY(%s) AND data ?| array['fact', 'at', 'clocks', 'result']
"""
_KINDS = (
    "SELECT case_id, array_agg(DISTINCT kind) FROM cases_obligation WHERE case_id = ANY(%s) GROUP BY case_id"
)
_HOLD = "SELECT c FROM unnest(%s::bigint[]) AS c WHERE pg_try_advisory_xact_lock(%s, (c & 2147483647)::int)"
# Whoever has recorded an act meanwhile has written the status himself.
_STATUS = """
    UPDATE cases_case c SET status = n.status
    FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS n (id, version, status)
    WHERE c.id = n.id AND c.version = n.version AND c.status <> n.status
"""


def keep(limit: int = BATCH) -> int:
    """Catch up with up to ``limit`` changes. Returns how many cases were dealt with; 0 when there is nothing
    that nobody else has in hand.

    The marks of a case that cannot be worked out are set aside, and the others go on.
    """
    overrides.refresh()
    with transaction.atomic():
        taken = journal.take_stale(CONSUMER, limit)
        if not taken:
            return 0
        mine = _hold({case for _, case in taken})
        failed = _keep(sorted(mine), timezone.localdate())
        journal.set_aside([row for row, case in taken if case in failed])
        journal.caught_up([row for row, case in taken if case in mine - failed])
        journal.forget(CONSUMER, mine - failed)
    return len(mine)


@dataclass(frozen=True, slots=True)
class ClockChanges:
    """What an act does to the clocks of its case: those it starts, and those that it ends or lets stand
    still.
    """

    started: list[Entry]
    stopped: list[Entry]


def changes_by(plan: ActPlan, today: dt.date) -> ClockChanges:
    """What a planned act would do to the clocks, had it been recorded. Writes nothing."""
    case = [plan.before.id]
    kinds, notes = _kinds(case).get(plan.before.id, ()), dict(_notes(case).get(plan.before.id, {}))
    before = _told(plan.before.life, kinds, notes, today)
    after = _told(plan.after.life, kinds, notes | {plan.seq: note_of(plan.act.data or {})}, today)
    return ClockChanges(
        [one for key, one in after.items() if key not in before and one.is_open],
        [
            one
            for key, one in after.items()
            if key in before and before[key].is_open and one.state != before[key].state
        ],
    )


def changes_by_opening(plan: StoryPlan, today: dt.date) -> ClockChanges:
    """The clocks that opening a case would start."""
    story = plan.lawful.story
    told = _told(plan.lawful.life, [one.kind for one in story.obligations], {}, today)
    return ClockChanges([one for one in told.values() if one.is_open], [])


def _told(
    life: Life, kinds: Collection[str], notes: Mapping[int, Note], today: dt.date
) -> dict[tuple[Any, ...], Entry]:
    found = docket(life, kinds=kinds, notes=notes, tables=tables(), calendar=vietnam(), today=today)
    return {entry.key: entry for entry in found.entries}


def sweep(today: dt.date) -> int:
    """Mark the cases of which a term has ended, or whose clocks were worked out by other rules. Returns how
    many.
    """
    overrides.refresh()
    over = Q(state=RUNNING, due_on__lt=today)
    outdated = Q(closed_on=None) & ~Q(rules=tables().version)
    with transaction.atomic():
        # Each by itself: the first has an index of its own.
        found: dict[int, tuple[int, int, int | None]] = {}
        for condition in (over, outdated):
            rows = Deadline.objects.filter(condition).order_by()[:SWEPT]
            for case, unit, officer in rows.values_list("case_id", "unit_id", "officer_id"):
                found[case] = (case, unit, officer)
        waiting = journal.to_do(CONSUMER).filter(case_id__among=list(found)).values_list("case_id", flat=True)
        for case in waiting:
            found.pop(case, None)
        journal.mark(CONSUMER, list(found.values()))
        if found:
            consumers.wake()
    return len(found)


def _hold(cases: Collection[int]) -> set[int]:
    """Those of these cases that nobody else has in hand; they are in hand until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [sorted(cases), _HOLDING])
        return {case for (case,) in cursor.fetchall()}


def _keep(cases: Sequence[int], today: dt.date) -> set[int]:
    """Bring the dockets of these cases up to date. Returns those that cannot be worked out."""
    if not cases:
        return set()
    try:
        with transaction.atomic():
            _write(cases, today)
            return set()
    except OperationalError:
        raise
    except Exception:
        logger.exception("the clocks of %d cases cannot be worked out: %s", len(cases), list(cases)[:5])
    if len(cases) == 1:
        return set(cases)
    half = len(cases) // 2
    return _keep(cases[:half], today) | _keep(cases[half:], today)


def _write(cases: Sequence[int], today: dt.date) -> None:
    rules, calendar = tables(), vietnam()
    rows = {
        row["id"]: row
        for row in Case.objects.filter(pk__among=cases).values(
            "id", "version", "unit_id", "officer_id", "status", "bucket"
        )
    }
    told = lives(cases, rules)
    _write_stretches({case: enforceable_stretches(life) for case, life in told.items()})
    _fill_publications([case for case, life in told.items() if concerns(life)])
    notes, kinds = _notes(cases), _kinds(cases)
    stored: defaultdict[int, dict[tuple[Any, ...], Deadline]] = defaultdict(dict)
    for row in Deadline.objects.filter(case_id__among=cases):
        stored[row.case_id][_key(row)] = row
    added: list[tuple[Any, ...]] = []
    changed: list[Deadline] = []
    statuses: list[tuple[int, int, str]] = []
    for case, life in told.items():
        holder = rows[case]
        assert life.recorded_at is not None
        brought_in_on = life.recorded_at.astimezone(VIET_NAM).date()
        is_open, says = holder["bucket"] in buckets.OPEN, case in notes
        if case not in stored and nothing_to_watch(
            life, is_open=is_open, told=says, brought_in_on=brought_in_on
        ):
            continue
        found = docket(
            life,
            kinds=kinds.get(case, ()),
            notes=notes.get(case, {}),
            tables=rules,
            calendar=calendar,
            today=today,
        )
        if found.status != holder["status"]:
            statuses.append((case, holder["version"], found.status))
        known = stored[case]
        for entry in found.entries:
            values = _values(entry, rules.version) | {
                "unit_id": holder["unit_id"],
                "officer_id": holder["officer_id"],
            }
            stands: Deadline | None = known.pop(entry.key, None)
            if stands is None:
                if _is_new(entry) and not brought_in_silently(entry, rules, brought_in_on):
                    added.append((case, *entry.key, *(values | {"pauses": Jsonb(values["pauses"])}).values()))
            elif any(getattr(stands, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(stands, name, value)
                changed.append(stands)
        for gone in known.values():
            if gone.state != VOID:
                gone.state, gone.closed_on = VOID, gone.closed_on or today
                changed.append(gone)
    copy_rows(Deadline, ("case_id", *_KEY, *_VALUES), added)
    Deadline.objects.bulk_update(changed, [*_FIELDS], batch_size=500)
    if statuses:
        with connection.cursor() as cursor:
            cursor.execute(_STATUS, [list(column) for column in zip(*statuses, strict=True)])


def _fill_publications(cases: Sequence[int]) -> None:
    """Publish what acts say that were recorded before there was a list. Every act since writes its own entry,
    under the lock of its case, which is taken here too.
    """
    if not cases:
        return
    listed = Publication.objects.filter(case_id__among=list(cases)).values_list("case_id", flat=True)
    without = sorted({*cases} - {*listed})
    if without:
        locked = Case.objects.filter(pk__among=without).order_by("id").select_for_update(no_key=True)
        refresh_publications(list(locked.values_list("pk", flat=True)))


def _write_stretches(told: Mapping[int, list[Stretch]]) -> None:
    """Bring the times with conditions of these cases up to date. They follow from the acts alone, so those of
    before are taken away.
    """
    stored: defaultdict[int, list[Stretch]] = defaultdict(list)
    rows = EnforceableStretch.objects.filter(case_id__among=list(told)).order_by("case_id", "from_on")
    for case, from_on, until_on in rows.values_list("case_id", "from_on", "until_on"):
        stored[case].append(Stretch(from_on, until_on))
    other = [case for case, stretches in told.items() if stretches != stored[case]]
    if not other:
        return
    EnforceableStretch.objects.filter(case_id__among=other).delete()
    copy_rows(
        EnforceableStretch,
        ("case_id", "from_on", "until_on"),
        [(case, *stretch) for case in other for stretch in told[case]],
    )


_KEY = ("clock", "variant", "regime", "trigger_seq", "trigger")
_VALUES = (
    "actor", "started_on", "started_at", "pauses", "due_on", "due_at", "state", "closed_on", "met_by_seq",
    "breached", "rules", "unit_id", "officer_id",
)  # fmt: skip
_FIELDS = tuple(name.removesuffix("_id") for name in _VALUES)


def _key(row: Deadline) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _KEY)


def _values(entry: Entry, version: str) -> dict[str, Any]:
    """What is stored of a clock, in the order of ``_VALUES`` and without its holder."""
    return {
        "actor": entry.clock.actor,
        "started_on": entry.started_on,
        "started_at": entry.started_at,
        "pauses": [[one.start.isoformat(), one.end.isoformat()] for one in entry.pauses],
        "due_on": entry.due_on,
        "due_at": entry.due_at,
        "state": entry.state,
        "closed_on": entry.closed_on,
        "met_by_seq": entry.met_by,
        "breached": entry.breached,
        "rules": version,
    }


def _is_new(entry: Entry) -> bool:
    """Whether a clock is kept: of what came with a case only what was still open then, of live work all, also
    what was met or missed before anybody looked. It does not depend on when somebody looks.
    """
    return entry.is_open or not entry.brought_in or entry.closed_live


def _notes(cases: Sequence[int]) -> Mapping[int, dict[int, Note]]:
    found: defaultdict[int, dict[int, Note]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_NOTES, [list(cases)])
        for case, seq, data in cursor.fetchall():
            found[case][seq] = note_of(orjson.loads(data))
    return found


def note_of(data: Mapping[str, Any]) -> Note:
    """What the ``data`` of an act says for the clocks; what is no such thing is passed over."""
    variants = data.get("clocks")
    return Note(
        fact=data.get("fact") if isinstance(data.get("fact"), str) else None,
        at=moment_of(data.get("at")),
        variants={k: v for k, v in variants.items() if isinstance(v, str)}
        if isinstance(variants, dict)
        else {},
        result=data.get("result") if isinstance(data.get("result"), str) else None,
    )


def _kinds(cases: Sequence[int]) -> Mapping[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_KINDS, [list(cases)])
        return dict(cursor.fetchall())
