"""Reading how cases stand in the register: what a full export adds to their stories."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from cases.models import Act, Asset, Case, ExternalId, Obligation, Party
from cases.rules.external_ids import Key
from cases.rules.life import OPENING
from cases.rules.record import Record, RecordKeys, Stamp


def records(case_ids: Collection[int]) -> dict[int, Record]:
    """The records of these cases by key. A fixed number of queries, however many cases."""
    parties = _ids(Party, case_ids)
    obligations = _ids(Obligation, case_ids)
    assets = _ids(Asset, case_ids)
    acts: defaultdict[int, list[Stamp]] = defaultdict(list)
    stamps = Act.objects.filter(case_id__in=case_ids).order_by("case_id", "seq")
    for case, *stamp in stamps.values_list("case_id", "public_id", "recorded_at", "recorded_by"):
        acts[case].append(Stamp(*stamp))
    columns = ("id", "public_id", "judgment_id", "judgment__public_id")
    cases = list(Case.objects.filter(id__in=case_ids).values_list(*columns))
    judged = _keys(ExternalId.objects.filter(judgment__in={row[2] for row in cases}), "judgment_id")
    own = _keys(ExternalId.objects.filter(case__in=case_ids), "case_id")
    told = ExternalId.objects.filter(act__case__in=case_ids, act__seq__gt=OPENING)
    people = _by_place(_keys(ExternalId.objects.filter(party__case__in=case_ids), *_OF_PARTIES))
    done = _by_place(_keys(told, *_OF_ACTS), -OPENING - 1)
    return {
        key: Record(
            case,
            acts[key][0],
            judgment,
            tuple(parties[key]),
            tuple(obligations[key]),
            tuple(assets[key]),
            tuple(acts[key][1:]),
            RecordKeys(tuple(own[(key,)]), tuple(judged[(row,)]), people[key], done[key]),
        )
        for key, case, row, judgment in cases
    }


_OF_PARTIES = ("party__case_id", "party__position")
_OF_ACTS = ("act__case_id", "act__seq")


def _keys(standing: Any, *columns: str) -> defaultdict[tuple[int, ...], list[Key]]:
    """The keys that stand, by these columns of what bears them, in order."""
    found: defaultdict[tuple[int, ...], list[Key]] = defaultdict(list)
    rows = standing.filter(ended_at=None).order_by("system", "value")
    for system, value, *bearer in rows.values_list("system", "value", *columns):
        found[tuple(bearer)].append(Key(system, value))
    return found


def _by_place(
    keys: dict[tuple[int, ...], list[Key]], shift: int = 0
) -> defaultdict[int, dict[int, tuple[Key, ...]]]:
    """Keys of the parts of cases, by case and by place in the story."""
    found: defaultdict[int, dict[int, tuple[Key, ...]]] = defaultdict(dict)
    for (case, place), own in keys.items():
        found[case][place + shift] = tuple(own)
    return found


def _ids(model: Any, case_ids: Collection[int]) -> defaultdict[int, list[uuid.UUID]]:
    found: defaultdict[int, list[uuid.UUID]] = defaultdict(list)
    rows = model.objects.filter(case_id__in=case_ids).order_by("case_id", "position")
    for case, key in rows.values_list("case_id", "public_id"):
        found[case].append(key)
    return found
