"""The keys by which other systems know our nouns, written with the noun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from cases.models import ExternalId, Party
from cases.models.external_id import NOUNS
from cases.rules.external_ids import Key, StoryKeys
from cases.rules.record import Record
from thads.common import versions
from thads.common.errors import Conflict, Fault


def bearer(*, noun: str, key: Key) -> int | None:
    """The row of ``noun`` (its database key) that bears ``key`` now; None when none does."""
    standing = ExternalId.objects.filter(
        system=key.system, value=key.value, ended_at=None, **{f"{noun}__isnull": False}
    )
    return standing.values_list(f"{noun}_id", flat=True).first()


def keys_of(*, noun: str, row_id: int) -> list[str]:
    """The keys of a row as ``system:value``, in order."""
    standing = ExternalId.objects.filter(ended_at=None, **{noun: row_id}).order_by("system", "value")
    return [f"{system}:{value}" for system, value in standing.values_list("system", "value")]


def set_keys(
    *, noun: str, row_id: int, keys: Collection[Key], by: str, at: dt.datetime, pointer: str = "/external_ids"
) -> tuple[list[str], list[str]] | None:
    """Have the row bear these keys and no others: those that are missing are written, the others end. Returns
    what stood and what stands, None when that is the same. Needs a transaction, and the row locked or new.

    Raises Conflict when another row of the same noun bears one of them.
    """
    assert noun in NOUNS
    before = keys_of(noun=noun, row_id=row_id)
    wanted = {str(key): key for key in keys}
    if set(before) == set(wanted):
        return None
    standing = ExternalId.objects.filter(ended_at=None, **{noun: row_id})
    for one in standing:
        if f"{one.system}:{one.value}" not in wanted:
            one.ended_at = at
            one.save(update_fields=["ended_at"])
    for name, key in wanted.items():
        if name not in before:
            _write(noun, row_id, key, by, at, pointer)
    return before, sorted(wanted)


def _write(noun: str, row_id: int, key: Key, by: str, at: dt.datetime, pointer: str) -> None:
    taken = Fault("EXTERNAL_ID_TAKEN", pointer, {"key": str(key)})
    if bearer(noun=noun, key=key) is not None:
        raise Conflict(taken)
    with versions.unique(taken):
        ExternalId.objects.create(
            system=key.system,
            value=key.value,
            recorded_at=at,
            recorded_by=by[:200],
            **{f"{noun}_id": row_id},
        )


def write_keys(
    *, noun: str, row_id: int, keys: Collection[Key], by: str, at: dt.datetime, pointer: str = "/external_ids"
) -> None:
    """Have a new row bear the keys it was sent with. Needs the transaction of the write. Raises Conflict as
    ``set_keys`` does.
    """
    for key in keys:
        _write(noun, row_id, key, by, at, pointer)


def write_story_keys(*, case_id: int, keys: StoryKeys, by: str, at: dt.datetime) -> None:
    """Have a new case and its parties bear the keys its story came with. Needs the transaction of the write.
    Raises Conflict as ``set_keys`` does.
    """
    write_keys(noun="case", row_id=case_id, keys=keys.case, by=by, at=at, pointer="/case/external_ids")
    if not keys.parties:
        return
    people = list(Party.objects.filter(case=case_id).order_by("position").values_list("pk", flat=True))
    for place, own in keys.parties.items():
        write_keys(
            noun="party",
            row_id=people[place],
            keys=own,
            by=by,
            at=at,
            pointer=f"/parties/{place}/external_ids",
        )


def copy_keys(
    *,
    records: Sequence[Record],
    cases: Sequence[int],
    judgments: Sequence[int],
    parties: Sequence[Sequence[int]],
    acts: Sequence[Sequence[int]],
    by: str,
    at: dt.datetime,
) -> None:
    """Have restored cases, and their judgments, parties and acts (the opening first), bear the keys of their
    records. Nobody else may bear one of them. Needs the transaction of the write.
    """
    rows = {
        ("judgment", judgment, key): None
        for record, judgment in zip(records, judgments, strict=True)
        for key in record.keys.judgment
    }
    for place, record in enumerate(records):
        keys_of_noun = {"case": [cases[place]], "party": parties[place], "act": acts[place][1:]}
        rows |= {(noun, keys_of_noun[noun][own], key): None for noun, own, key in record.own_keys()}
    ExternalId.objects.bulk_create(
        (
            ExternalId(
                system=key.system,
                value=key.value,
                recorded_at=at,
                recorded_by=by[:200],
                **{f"{noun}_id": row},
            )
            for noun, row, key in rows
        ),
        # A judgment has come with an earlier case of the same file, if with any.
        ignore_conflicts=True,
    )


def refuse_taken(*, noun: str, keys: Collection[Key], promised: Collection[Key] = ()) -> None:
    """Raises Conflict when a row of ``noun`` bears one of these keys, or one is ``promised`` already."""
    taken = [key for key in keys if key in promised or bearer(noun=noun, key=key) is not None]
    if taken:
        raise Conflict(Fault("EXTERNAL_ID_TAKEN", "/external_ids", {"key": str(key)}) for key in taken)
