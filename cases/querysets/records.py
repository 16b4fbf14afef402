"""Reading how cases stand in the register: what a full export adds to their stories."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from cases.models import Act, Asset, Case, Obligation, Party
from cases.rules.record import Record, Stamp


def records(case_ids: Collection[int]) -> dict[int, Record]:
    """The records of these cases by key. A fixed number of queries, however many cases."""
    parties = _ids(Party, case_ids)
    obligations = _ids(Obligation, case_ids)
    assets = _ids(Asset, case_ids)
    acts: defaultdict[int, list[Stamp]] = defaultdict(list)
    stamps = Act.objects.filter(case_id__in=case_ids).order_by("case_id", "seq")
    for case, *stamp in stamps.values_list("case_id", "public_id", "recorded_at", "recorded_by"):
        acts[case].append(Stamp(*stamp))
    cases = Case.objects.filter(id__in=case_ids).values_list("id", "public_id", "judgment__public_id")
    return {
        key: Record(
            case,
            acts[key][0],
            judgment,
            tuple(parties[key]),
            tuple(obligations[key]),
            tuple(assets[key]),
            tuple(acts[key][1:]),
        )
        for key, case, judgment in cases
    }


def _ids(model: Any, case_ids: Collection[int]) -> defaultdict[int, list[uuid.UUID]]:
    found: defaultdict[int, list[uuid.UUID]] = defaultdict(list)
    rows = model.objects.filter(case_id__in=case_ids).order_by("case_id", "position")
    for case, key in rows.values_list("case_id", "public_id"):
        found[case].append(key)
    return found
