"""Keys of other systems, as they are written. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from cases.rules.values import composed, shown
from thads.common.errors import Fault, Refused

_SYSTEM: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
_MAX_VALUE: Final = 200
#: How many keys one row may bear.
MAX_KEYS: Final = 20


class Key(NamedTuple):
    """The key ``value`` of another ``system``."""

    system: str
    value: str

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"


def read_key(system: object, value: object, at: str = "") -> Key:
    """A key. Raises Refused when it cannot be one."""
    if not isinstance(system, str) or not _SYSTEM.fullmatch(system):
        raise Refused(Fault("EXTERNAL_SYSTEM_INVALID", f"{at}/system", {"system": shown(system)}))
    text = composed(value) if isinstance(value, str) and "\0" not in value else ""
    if not 1 <= len(text) <= _MAX_VALUE:
        raise Refused(Fault("EXTERNAL_VALUE_INVALID", f"{at}/value", {"limit": _MAX_VALUE}))
    return Key(system, text)


def read_keys(raw: object, at: str = "/external_ids") -> tuple[Key, ...]:
    """The keys of one row, as ``[{"system", "value"}]``. Raises Refused with every fault found."""
    if not isinstance(raw, list) or len(raw) > MAX_KEYS:
        raise Refused(Fault("EXTERNAL_IDS_INVALID", at, {"limit": MAX_KEYS}))
    keys: list[Key] = []
    faults: list[Fault] = []
    for place, one in enumerate(raw):
        here = f"{at}/{place}"
        try:
            keys.append(_read(one, here, keys))
        except Refused as refusal:
            faults.extend(refusal.faults)
    if faults:
        raise Refused(faults)
    return tuple(keys)


def _read(raw: object, at: str, before: Collection[Key]) -> Key:
    if not isinstance(raw, Mapping):
        raise Refused(Fault("NOT_AN_OBJECT", at))
    unknown = [name for name in raw if name not in ("system", "value")]
    if unknown:
        raise Refused(Fault("FIELD_UNKNOWN", f"{at}/{shown(unknown[0])}", _unknown(unknown[0])))
    key = read_key(raw.get("system"), raw.get("value"), at)
    if key in before:
        raise Refused(Fault("EXTERNAL_ID_TWICE", at, {"key": str(key)}))
    return key


def _unknown(name: object) -> dict[str, Any]:
    return {"name": shown(name), "key": shown(name), "known": "system, value"}


class StoryKeys(NamedTuple):
    """The keys that came with a story: of its case, and of its parties by their places."""

    case: tuple[Key, ...] = ()
    parties: Mapping[int, tuple[Key, ...]] = {}


def of_story(raw: object) -> tuple[object, StoryKeys]:
    """A story without the keys of other systems in it, and these. What is no story stays as it is, for who
    reads stories to refuse. Raises Refused.
    """
    if not isinstance(raw, dict):
        return raw, StoryKeys()
    story = dict(raw)
    case_keys: tuple[Key, ...] = ()
    if isinstance(raw.get("case"), dict):
        story["case"], case_keys = of_part(raw["case"], "/case")
    people: dict[int, tuple[Key, ...]] = {}
    if isinstance(raw.get("parties"), list):
        story["parties"] = []
        for place, party in enumerate(raw["parties"]):
            plain, keys = of_part(party, f"/parties/{place}")
            story["parties"].append(plain)
            if keys:
                people[place] = keys
    return story, StoryKeys(case_keys, people)


def of_part(raw: object, at: str = "") -> tuple[Any, tuple[Key, ...]]:
    """A part of a story, or an act, without its keys of other systems, and these. Raises Refused."""
    if not isinstance(raw, dict) or "external_ids" not in raw:
        return raw, ()
    plain = {name: value for name, value in raw.items() if name != "external_ids"}
    return plain, read_keys(raw["external_ids"], f"{at}/external_ids")


def read_address(text: str) -> Key:
    """A key as an address writes it: ``system:value``. Raises Refused."""
    system, colon, value = text.partition(":")
    if not colon:
        raise Refused(Fault("EXTERNAL_ID_INVALID", params={"value": shown(text)}))
    return read_key(system, value)
