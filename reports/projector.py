"""The projector: keeps movements and totals equal to what the acts say.

It takes stale cases, folds them anew, writes the difference to what stands and adjusts the totals, all in
one transaction. Order, late commits, crashes and double runs do not matter to it: the difference of a case
already counted is nothing.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.db import OperationalError, transaction

from cases.models import CaseTheme
from cases.querysets.lives import lives
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
        cases = sorted({case for _, case in taken})
        _, failed = recount_apart(cases)
        journal.set_aside([row for row, case in taken if case in failed])
        journal.caught_up([row for row, case in taken if case not in failed])
        journal.forget(CONSUMER, [case for case in cases if case not in failed])
    return len(cases)


def recount_apart(case_ids: list[int]) -> tuple[int, set[int]]:
    """``recount``, in which one case that cannot be counted, a defect, never stops the others. Returns how
    many stored movements changed, and the cases that failed.
    """
    try:
        with transaction.atomic():
            return recount(case_ids), set()
    except OperationalError:
        raise
    except Exception:
        logger.exception("%d cases cannot be counted: %s", len(case_ids), case_ids[:5])
    if len(case_ids) == 1:
        return 0, set(case_ids)
    changed, failed = 0, set()
    half = len(case_ids) // 2
    for part in (case_ids[:half], case_ids[half:]):
        more, bad = recount_apart(part)
        changed, failed = changed + more, failed | bad
    return changed, failed


def recount(case_ids: list[int]) -> int:
    """Count these cases anew and write what is different. Needs a transaction. Returns how many stored
    movements changed.
    """
    CountedCase.objects.bulk_create([CountedCase(case_id=case) for case in case_ids], ignore_conflicts=True)
    counted = CountedCase.objects.select_for_update().filter(case_id__in=case_ids).order_by("case_id")
    themes_before = {row.case_id: tuple(row.themes) for row in counted}
    themes_now = _themes(case_ids)
    stored = _stored(case_ids)
    totals_change = totals.Change()
    missing: list[tuple[int, KnownLeg]] = []
    surplus: list[int] = []
    for case, life in lives(case_ids, tables()).items():
        now = known_legs(life)
        before = stored.get(case, [])
        themes_were, themes_are = themes_before[case], themes_now[case]
        added, removed = _difference(now, before)
        missing.extend((case, known) for known in added)
        surplus.extend(removed)
        if themes_were == themes_are:
            totals_change.add_all((known.leg for known in added), themes_are, 1)
            gone = set(removed)
            totals_change.add_all((known.leg for key, known in before if key in gone), themes_are, -1)
        else:
            totals_change.add_all((known.leg for _, known in before), themes_were, -1)
            totals_change.add_all((known.leg for known in now), themes_are, 1)
    if surplus:
        Movement.objects.filter(id__in=surplus).delete()
    _write(missing)
    changed = [
        CountedCase(case_id=case, themes=list(themes))
        for case, themes in themes_now.items()
        if themes != themes_before[case]
    ]
    CountedCase.objects.bulk_update(changed, ["themes"])
    totals_change.write()
    return len(missing) + len(surplus)


def _themes(case_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {case: [] for case in case_ids}
    themes = CaseTheme.objects.filter(case_id__in=case_ids).order_by("theme")
    for case, theme in themes.values_list("case_id", "theme"):
        found[case].append(theme)
    return {case: tuple(themes) for case, themes in found.items()}


def _stored(case_ids: Collection[int]) -> dict[int, list[tuple[int, KnownLeg]]]:
    found: defaultdict[int, list[tuple[int, KnownLeg]]] = defaultdict(list)
    rows = Movement.objects.filter(case_id__in=case_ids).order_by("id")
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
