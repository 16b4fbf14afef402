"""What a full export adds to a story: the ids its parts are known by, here and in other systems, who recorded
it and when.

Only a restore into an empty register reads these keys; a plain import refuses them like any key it does not
know. Pure.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cases.rules.external_ids import Key, read_keys
from cases.rules.values import MAX_CODE
from thads.common.errors import Fault, Refused

_ID: Final = frozenset({"id"})
_KEYED: Final = _ID | {"external_ids"}
_STAMP: Final = _KEYED | {"recorded_at", "recorded_by"}
_CASE: Final = _STAMP | {"opening_id"}
_LISTS: Final = {"parties": _KEYED, "obligations": _ID, "assets": _ID, "acts": _STAMP}


class Stamp(NamedTuple):
    """An act as it was recorded: its public id, the moment, and who recorded it."""

    id: uuid.UUID
    recorded_at: dt.datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """What other systems call a case, its judgment, and its parties and acts by their places."""

    case: tuple[Key, ...] = ()
    judgment: tuple[Key, ...] = ()
    parties: Mapping[int, tuple[Key, ...]] = field(default_factory=dict)
    acts: Mapping[int, tuple[Key, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """How a story stands in a register, part by part in the order of the story. ``opening`` is the act that
    ``decision_date`` and ``initiation`` imply.
    """

    case: uuid.UUID
    opening: Stamp
    judgment: uuid.UUID
    parties: tuple[uuid.UUID, ...]
    obligations: tuple[uuid.UUID, ...]
    assets: tuple[uuid.UUID, ...]
    acts: tuple[Stamp, ...]
    keys: RecordKeys = field(default_factory=RecordKeys)

    def own_ids(self) -> Iterator[uuid.UUID]:
        """Every id that no other case may bear; a judgment is shared by the cases that rest on it."""
        yield from (self.case, self.opening.id, *self.parties, *self.obligations, *self.assets)
        yield from (stamp.id for stamp in self.acts)

    def own_keys(self) -> Iterator[tuple[str, int, Key]]:
        """Every key that no other row may bear: the noun that bears it, its place in the story, the key."""
        yield from (("case", 0, key) for key in self.keys.case)
        for noun, places in (("party", self.keys.parties), ("act", self.keys.acts)):
            yield from ((noun, place, key) for place, keys in places.items() for key in keys)


def with_record(body: dict[str, Any], record: Record) -> dict[str, Any]:
    """The story object ``body`` (``story_text.as_object``) with its record written into it."""
    case = body["case"]
    full = {
        **body,
        "case": {
            "id": str(record.case),
            "opening_id": str(record.opening.id),
            **_moment(record.opening),
            **case,
            **_shown(record.keys.case),
            "judgment": {
                "id": str(record.judgment),
                **_shown(record.keys.judgment),
                **case["judgment"],
            },
        },
        "acts": [
            {"id": str(stamp.id), **_moment(stamp), **_shown(record.keys.acts.get(place, ())), **act}
            for place, (stamp, act) in enumerate(zip(record.acts, body["acts"], strict=True))
        ],
    }
    for name, ids in (
        ("parties", record.parties),
        ("obligations", record.obligations),
        ("assets", record.assets),
    ):
        if name in body:
            keys = record.keys.parties if name == "parties" else {}
            full[name] = [
                {"id": str(key), **_shown(keys.get(place, ())), **part}
                for place, (key, part) in enumerate(zip(ids, body[name], strict=True))
            ]
    return full


def without_record(raw: object) -> object:
    """The same story without the keys of a record; what is not a story stays as it is, for ``parse`` to
    refuse.
    """
    if not isinstance(raw, dict):
        return raw
    plain = dict(raw)
    case = raw.get("case")
    if isinstance(case, dict):
        plain["case"] = _without(case, _CASE)
        if "judgment" in case:
            plain["case"]["judgment"] = _without(case["judgment"], _KEYED)
    for name, keys in _LISTS.items():
        if isinstance(raw.get(name), list):
            plain[name] = [_without(item, keys) for item in raw[name]]
    return plain


def read_record(raw: dict[str, Any], now: dt.datetime) -> Record:
    """The record of a story that ``parse`` takes without it. Raises Refused with every fault found."""
    reader = _Reader(now)
    case = raw["case"]
    record = Record(
        reader.id(case, "/case", "id"),
        reader.stamp(case, "/case", "opening_id"),
        reader.id(case["judgment"], "/case/judgment", "id"),
        reader.ids(raw, "parties"),
        reader.ids(raw, "obligations"),
        reader.ids(raw, "assets"),
        tuple(reader.stamp(act, f"/acts/{place}", "id") for place, act in enumerate(raw.get("acts") or ())),
        RecordKeys(
            reader.keys(case, "/case"),
            reader.keys(case["judgment"], "/case/judgment"),
            reader.keys_by_place(raw, "parties"),
            reader.keys_by_place(raw, "acts"),
        ),
    )
    if not reader.faults:
        reader.in_order(record)
    if reader.faults:
        raise Refused(reader.faults)
    return record


class _Reader:
    """One reading. What cannot be read stands as a zero and as a fault."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.faults: list[Fault] = []

    def ids(self, raw: dict[str, Any], name: str) -> tuple[uuid.UUID, ...]:
        return tuple(
            self.id(item, f"/{name}/{place}", "id") for place, item in enumerate(raw.get(name) or ())
        )

    def id(self, body: dict[str, Any], at: str, key: str) -> uuid.UUID:
        value = body.get(key)
        try:
            if isinstance(value, str):
                return uuid.UUID(value)
        except ValueError:
            pass
        self._wrong(value, f"{at}/{key}", key, "ID_INVALID")
        return uuid.UUID(int=0)

    def keys(self, body: dict[str, Any], at: str) -> tuple[Key, ...]:
        if "external_ids" not in body:
            return ()
        try:
            return read_keys(body["external_ids"], f"{at}/external_ids")
        except Refused as refusal:
            self.faults.extend(refusal.faults)
            return ()

    def keys_by_place(self, raw: dict[str, Any], name: str) -> dict[int, tuple[Key, ...]]:
        parts = enumerate(raw.get(name) or ())
        found = {place: self.keys(part, f"/{name}/{place}") for place, part in parts}
        return {place: keys for place, keys in found.items() if keys}

    def stamp(self, body: dict[str, Any], at: str, key: str) -> Stamp:
        by = body.get("recorded_by")
        if not isinstance(by, str) or not by.strip() or len(by) > MAX_CODE or "\x00" in by:
            self._wrong(by, f"{at}/recorded_by", "recorded_by", "TEXT_INVALID")
            by = ""
        return Stamp(self.id(body, at, key), self._moment(body, at), by)

    def in_order(self, record: Record) -> None:
        """Acts are recorded in the order of the story, so that what was known at any moment was lawful."""
        before = record.opening.recorded_at
        for place, stamp in enumerate(record.acts):
            if stamp.recorded_at < before:
                self.faults.append(Fault("RECORDED_OUT_OF_ORDER", f"/acts/{place}/recorded_at"))
            before = max(before, stamp.recorded_at)

    def _moment(self, body: dict[str, Any], at: str) -> dt.datetime:
        value, where = body.get("recorded_at"), f"{at}/recorded_at"
        try:
            moment = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self._wrong(value, where, "recorded_at", "MOMENT_INVALID")
            return self.now
        if moment > self.now:
            self.faults.append(Fault("DATE_IN_FUTURE", where, {"date": moment.isoformat()}))
        return moment

    def _wrong(self, value: object, pointer: str, field: str, code: str) -> None:
        self.faults.append(Fault("MISSING" if value is None else code, pointer, {"field": field}))


def _without(body: object, keys: frozenset[str]) -> Any:
    return {key: value for key, value in body.items() if key not in keys} if isinstance(body, dict) else body


def _shown(keys: Sequence[Key]) -> dict[str, list[dict[str, str]]]:
    return {"external_ids": [key._asdict() for key in keys]} if keys else {}


def _moment(stamp: Stamp) -> dict[str, str]:
    at = stamp.recorded_at.astimezone(dt.UTC).isoformat()
    return {"recorded_at": at, "recorded_by": stamp.recorded_by}
