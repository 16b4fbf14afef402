"""Reading what of cases was put right without an act: what stood before, and what stood after it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from cases.models import CaseChange, ExternalId, JudgmentCorrection, Party
from thads.common import sealing

_KEYS = "external_ids"
#: The change by which a party comes to a case that stands.
PARTY_ADDED = "party.added"
#: The changes by which a case comes to belong to a theme, and no longer does.
THEME_RECORDED, THEME_ENDED = "theme.recorded", "theme.ended"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was put right of a party, or in the words of a judgment with a ``reason``; values by field, in
    clear, the keys of other systems as ``system:value``. ``added``: the party came to the case with it.
    ``theme``: it is about a theme of the case.
    """

    version: int
    recorded_at: dt.datetime
    recorded_by: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    party: uuid.UUID | None = None
    judgment: uuid.UUID | None = None
    reason: str | None = None
    added: bool = False
    theme: bool = False


def amendments(case: int, judgment: int, versions: Collection[int]) -> dict[int, Amendment]:
    """The changes without an act that gave the case these versions, by version. A fixed number of queries."""
    rows = list(CaseChange.objects.filter(case=case).select_related("party").order_by("version"))
    chosen = [row for row in rows if row.version in versions]
    corrections = _corrections(judgment, [row for row in chosen if row.party is None])
    people = {row.party_id for row in chosen if row.party is not None}
    keys = _keys(people) if any(_KEYS in row.fields for row in chosen) else {}
    after = _after([row for row in rows if row.party_id in people])
    return {
        row.version: (
            _of_theme(row)
            if row.type in (THEME_RECORDED, THEME_ENDED)
            else _of_judgment(row, corrections.get(row.recorded_at))
            if row.party is None
            else _of_party(row, row.party, after[row.version], keys.get(row.party_id, ()))
        )
        for row in chosen
    }


def _of_party(
    row: CaseChange, party: Party, after: Mapping[str, Any], keys: Sequence[ExternalId]
) -> Amendment:
    before, later = dict(_stood(row)), dict(after)
    if _KEYS in row.fields:
        at = row.recorded_at
        before[_KEYS] = _standing(keys, lambda one: one.recorded_at < at and not _over(one, at, before=True))
        later[_KEYS] = _standing(keys, lambda one: one.recorded_at <= at and not _over(one, at, before=False))
    return Amendment(
        row.version, row.recorded_at, row.recorded_by, before, later,
        party=party.public_id, added=row.type == PARTY_ADDED,
    )  # fmt: skip


def _over(key: ExternalId, at: dt.datetime, *, before: bool) -> bool:
    """Whether the key had ended before the moment, or has by then."""
    return key.ended_at is not None and (key.ended_at < at if before else key.ended_at <= at)


def _standing(keys: Sequence[ExternalId], stands: Any) -> list[str]:
    return sorted(str(key) for key in keys if stands(key))


def _of_theme(row: CaseChange) -> Amendment:
    told = _stood(row)
    before, after = ({name: pair[side] for name, pair in told["fields"].items()} for side in (0, 1))
    at, by = row.recorded_at, row.recorded_by
    return Amendment(row.version, at, by, before, after, reason=told["reason"], theme=True)


def _of_judgment(row: CaseChange, correction: JudgmentCorrection | None) -> Amendment:
    if correction is None:
        return Amendment(row.version, row.recorded_at, row.recorded_by)
    return Amendment(
        row.version,
        row.recorded_at,
        row.recorded_by,
        correction.before,
        correction.after,
        judgment=correction.judgment.public_id,
        reason=correction.reason,
    )


def _stood(row: CaseChange) -> dict[str, Any]:
    if row.before_sealed is None:
        return {}
    stood: dict[str, Any] = orjson.loads(sealing.unseal(bytes(row.before_sealed)))
    return stood


def _after(rows: Sequence[CaseChange]) -> dict[int, dict[str, Any]]:
    """What stood after each of these changes (rising): what the next one found, or what stands now."""
    later: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    found = {}
    for row in reversed(rows):
        stood, known = _stood(row), later[row.party_id]
        found[row.version] = {
            name: known[name] if name in known else getattr(row.party, name) for name in stood
        }
        known.update(stood)
    return found


def _corrections(judgment: int, rows: Sequence[CaseChange]) -> dict[dt.datetime, JudgmentCorrection]:
    """The corrections of the judgment by the moment at which they were recorded, which the cases share."""
    if not rows:
        return {}
    found = JudgmentCorrection.objects.filter(
        judgment=judgment, recorded_at__in={row.recorded_at for row in rows}
    )
    return {one.recorded_at: one for one in found.select_related("judgment")}


def _keys(parties: Collection[int | None]) -> dict[int, list[ExternalId]]:
    """Every key that these parties bear or have borne."""
    found: defaultdict[int, list[ExternalId]] = defaultdict(list)
    for key in ExternalId.objects.filter(party__in=parties):
        found[key.party_id].append(key)
    return found
