"""The projector: keeps movements and totals equal to what the acts say.

It takes stale cases, folds them anew, writes the difference to what stands and adjusts the totals, all in
one transaction. Order, late commits, crashes and double runs do not matter to it: the difference of a case
already counted is nothing.

Several work side by side. Whoever has a case in hand holds its ``CountedCase`` row, and the others pass it
by; the totals, which everybody wants, are locked at the very end of the transaction only.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.db import OperationalError, connection, transaction

from cases.models import Case, CaseTheme
from cases.querysets.lives import lives
from cases.rules.life import Life
from cases.rules.tables import tables
from reports import totals
from reports.counting.movements import KnownLeg, Leg, known_legs
from reports.models import CountedCase, Movement
from thads.common.bulk import copy_rows
from thads.journal import journal

logger = logging.getLogger(__name__)

#: The name of this consumer in the stale set.
CONSUMER = "statistics"
#: Cases per transaction: many enough that totals are touched once for all of them, few enough to stay in
#: memory.
BATCH = 1000
#: How long a worker with nothing else to do waits for cases in other hands, in seconds.
PATIENCE = 0.5
#: How long whoever has the totals locked may do nothing.
FROZEN = "5s"

Themes = tuple[str, ...]

_LEG_COLUMNS = (
    "effective_on",
    "seq",
    "book",
    "unit_id",
    "officer_id",
    "initiation",
    "field",
    "source",
    "target",
    "vintage",
    "direction",
    "other_unit_id",
    "other_officer_id",
    "cases",
    "money",
)


@dataclass(slots=True)
class Counted:
    """What counting some cases came to: how many stored movements changed, which cases could not be counted,
    and what has yet to be added to the totals.
    """

    changed: int = 0
    failed: set[int] = field(default_factory=set)
    totals: totals.Change = field(default_factory=totals.Change)


def project(limit: int = BATCH) -> int:
    """Catch up with up to ``limit`` changes. Returns how many cases were dealt with; 0 when nobody left
    anything to do.

    The marks of a case that cannot be counted are set aside: the case stays ``pending``, and the others go
    on.
    """
    with transaction.atomic():
        taken = journal.take_stale(CONSUMER, limit)
        if not taken:
            return 0
        cases = {case for _, case in taken}
        mine = _hold_soon(cases)
        done = count(mine)
        _finish([(row, case) for row, case in taken if case in mine], done)
    return len(mine)


def project_written(written: Mapping[int, Life]) -> None:
    """Count cases just written and committed from the lives their writer still has, which saves reading them
    back.

    What somebody else has taken, or has been written to since, is left to ``project``.
    """
    with transaction.atomic():
        taken = journal.take_stale(CONSUMER, among=written)
        fresh = _begin({case for _, case in taken})
        # Asked after the marks were taken: what is written from now on leaves a mark of its own.
        versions = Case.objects.filter(id__among=fresh).values_list("id", "version")
        current = {case for case, version in versions if version == 1 + len(written[case].acts)}
        mine = {case: themes for case, themes in fresh.items() if case in current}
        done = count(mine, {case: written[case] for case in mine}, fresh=True)
        _finish([(row, case) for row, case in taken if case in mine], done)


def _hold_soon(case_ids: Collection[int]) -> dict[int, Themes]:
    """Lock these cases, or some. When others have them all in hand there is nothing else to do but to wait a
    little: they may not know of the marks that were found here. The next sweep does if it takes them longer.
    """
    until = time.monotonic() + PATIENCE
    while not (held := hold(case_ids)) and time.monotonic() < until:
        time.sleep(0.02)
    return held


def hold(case_ids: Collection[int]) -> dict[int, Themes]:
    """Lock these cases for counting until the transaction ends, passing by those whom others have in hand.
    Gives the themes each one's totals stand under.
    """
    locked = CountedCase.objects.select_for_update(skip_locked=True).filter(case_id__among=case_ids)
    held = dict(locked.order_by("case_id").values_list("case_id", "themes"))
    if len(held) < len(case_ids):
        unknown = set(case_ids) - held.keys()
        known = CountedCase.objects.filter(case_id__among=unknown).values_list("case_id", flat=True)
        held |= _begin(unknown.difference(known))
    return {case: tuple(held[case]) for case in sorted(held)}


def _begin(case_ids: Collection[int]) -> dict[int, Themes]:
    """Lock cases that have never been counted, by giving them their row. Gives the themes they have now."""
    if not case_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"cases": sorted(case_ids), "lock": _BEGINNING})
        return {case: tuple(themes) for case, themes in cursor.fetchall()}


#: Names those who begin with a case among the advisory locks; any number that nobody else uses.
_BEGINNING = 1_667_460_718
# Whoever gives a case its row would wait for another who does so. So first comes a lock that can be passed
# by: one for 32 cases with keys in a row, because there is room for some thousands of locks.
_BEGIN = """
    WITH free AS MATERIALIZED (
        SELECT block
        FROM (SELECT DISTINCT id >> 5 AS block FROM unnest(%(cases)s::bigint[]) AS c (id)) AS blocks
        WHERE pg_try_advisory_xact_lock(%(lock)s, (block & 2147483647)::int)
    )
    INSERT INTO reports_countedcase (case_id, themes)
    SELECT c.id, coalesce((SELECT jsonb_agg(t.theme) FROM cases_casetheme t WHERE t.case_id = c.id), '[]')
    FROM unnest(%(cases)s::bigint[]) AS c (id) JOIN free ON free.block = c.id >> 5 ORDER BY c.id
    ON CONFLICT DO NOTHING RETURNING case_id, ARRAY(SELECT jsonb_array_elements_text(themes))
"""


def count(
    mine: Mapping[int, Themes],
    known: Mapping[int, Life] | None = None,
    *,
    fresh: bool = False,
    but_waiting: bool = False,
) -> Counted:
    """Count cases in hand anew, write what is different in their movements, and say what that makes of the
    totals. Needs a transaction.

    ``mine`` as ``hold`` gives it; ``known`` are their lives, where they need not be read. ``fresh`` cases
    have no movements yet. ``but_waiting``: what has changed meanwhile is left to whoever takes its mark. One
    case that cannot be counted, a defect, never stops the others.
    """
    try:
        with transaction.atomic():
            return _count(mine, known, fresh, but_waiting)
    except OperationalError:
        raise
    except Exception:
        logger.exception("%d cases cannot be counted: %s", len(mine), list(mine)[:5])
    if len(mine) == 1:
        return Counted(failed=set(mine))
    done = Counted()
    half = len(mine) // 2
    cases = list(mine.items())
    for part in (dict(cases[:half]), dict(cases[half:])):
        more = count(part, known, fresh=fresh, but_waiting=but_waiting)
        done.changed += more.changed
        done.failed |= more.failed
        done.totals.add_change(more.totals)
    return done


def _count(
    mine: Mapping[int, Themes], known: Mapping[int, Life] | None, fresh: bool, but_waiting: bool
) -> Counted:
    done = Counted()
    stored = {} if fresh else _stored(mine)
    themes_now = mine if fresh else _themes(mine)
    told = lives(mine, tables()) if known is None else {case: known[case] for case in mine}
    if but_waiting:
        # Asked after reading: a mark that is not there by now stands for nothing that was read.
        for case in journal.to_do(CONSUMER).filter(case_id__among=mine).values_list("case_id", flat=True):
            told.pop(case, None)
    missing: list[tuple[int, KnownLeg]] = []
    surplus: list[int] = []
    changed: list[CountedCase] = []
    for case, life in told.items():
        now = known_legs(life)
        before = stored.get(case, [])
        added, removed = _difference(now, before)
        missing.extend((case, leg) for leg in added)
        surplus.extend(removed)
        themes_were, themes_are = mine[case], themes_now[case]
        if set(themes_were) == set(themes_are):
            done.totals.add_all((known.leg for known in added), themes_are, 1)
            if removed:
                gone = set(removed)
                done.totals.add_all((known.leg for key, known in before if key in gone), themes_are, -1)
        else:
            changed.append(CountedCase(case_id=case, themes=list(themes_are)))
            done.totals.add_all((known.leg for _, known in before), themes_were, -1)
            done.totals.add_all((known.leg for known in now), themes_are, 1)
    if surplus:
        Movement.objects.filter(id__among=surplus).delete()
    _write(missing)
    CountedCase.objects.bulk_update(changed, ["themes"])
    done.changed = len(missing) + len(surplus)
    return done


def _finish(taken: Collection[tuple[int, int]], done: Counted) -> None:
    """Remove the marks of what was counted, set the others aside, and last of all write the totals."""
    if done.failed:
        journal.set_aside([row for row, case in taken if case in done.failed])
    journal.caught_up([row for row, case in taken if case not in done.failed])
    journal.forget(CONSUMER, {case for _, case in taken if case not in done.failed})
    write_totals(done.totals)


def write_totals(change: totals.Change) -> None:
    """Write totals as the last step of a transaction."""
    with connection.cursor() as cursor:
        # What the movements refer to is checked now, so that nobody does that with the totals locked; and a
        # worker that freezes over them loses its transaction.
        cursor.execute(
            f"SET CONSTRAINTS {', '.join(_deferred())} IMMEDIATE; "
            f"SET LOCAL idle_in_transaction_session_timeout = '{FROZEN}'"
        )
    change.write()


@cache
def _deferred() -> tuple[str, ...]:
    """The constraints of the movements that are checked at the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(conname) FROM pg_constraint WHERE condeferrable "
            "AND conrelid IN (%s::regclass, %s::regclass) ORDER BY 1",
            [Movement._meta.db_table, CountedCase._meta.db_table],
        )
        return tuple(name for (name,) in cursor.fetchall())


def _themes(case_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {case: [] for case in case_ids}
    themes = CaseTheme.objects.filter(case_id__among=case_ids).order_by("theme")
    for case, theme in themes.values_list("case_id", "theme"):
        found[case].append(theme)
    return {case: tuple(themes) for case, themes in found.items()}


def _stored(case_ids: Collection[int]) -> dict[int, list[tuple[int, KnownLeg]]]:
    found: defaultdict[int, list[tuple[int, KnownLeg]]] = defaultdict(list)
    rows = Movement.objects.filter(case_id__among=case_ids).order_by("id")
    for key, case, recorded_at, *leg in rows.values_list("id", "case_id", "recorded_at", *_LEG_COLUMNS):
        found[case].append((key, KnownLeg(recorded_at, Leg(*leg))))
    return found


def _difference(
    now: list[KnownLeg], before: list[tuple[int, KnownLeg]]
) -> tuple[Iterable[KnownLeg], Iterable[int]]:
    """What has to be added, and the keys of the rows that should not be there (none, unless the rules
    changed).
    """
    if not before:
        return now, ()
    wanted = Counter(now)
    removed = []
    for key, known in before:
        if wanted[known] > 0:
            wanted[known] -= 1
        else:
            removed.append(key)
    added = []
    for known in now:
        if wanted[known] > 0:
            wanted[known] -= 1
            added.append(known)
    return added, removed


def _write(missing: list[tuple[int, KnownLeg]]) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for case, (recorded_at, leg) in missing:
            yield (case, recorded_at, *leg)

    copy_rows(Movement, ("case_id", "recorded_at", *_LEG_COLUMNS), rows())
