"""The stories of the benchmark's register: those of the demonstration, made longer, spread over the
statistical years 2019 to 2026, and given the moments at which they were recorded.

Deterministic: the same number of stories is the same register, everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any, Final

import orjson

from cases.rules.record import Record, Stamp
from cases.rules.story import Story
from thads.integration.demo import register
from thads.integration.demo.chance import Chance, source

SEED: Final = 2026
#: Acts of a story, the opening not among them, at the least.
ACTS: Final = 9
#: Nothing is recorded later.
LAST_RECORDING: Final = dt.datetime(2026, 10, 20, 17, tzinfo=dt.UTC)

_YEAR: Final = 52 * 7
#: The demonstration ends on 31/3/2024. Its stories end half a year later, and a number of years before that
#: or after it; whole weeks, so that working days stay working days.
_SHIFTS: Final = tuple(_YEAR // 2 + years * _YEAR for years in (-4, -3, -2, -1, 0, 1, 2))
_UNTIL_2024: Final = tuple(days for days in _SHIFTS if days < _YEAR)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SPLIT_FROM: Final = 300_000
_VIETNAM: Final = dt.timezone(dt.timedelta(hours=7))


def raw_stories(count: int, *, seed: int = SEED, series: str = "") -> Iterator[dict[str, Any]]:
    """``count`` stories as an import takes them. ``series`` tells their decision numbers from those of other
    calls.
    """
    chance = source(seed)
    for place, line in enumerate(register.stories(count, seed), 1):
        raw = orjson.loads(line)
        _lengthen(raw, chance)
        shifts = _UNTIL_2024 if _of_old_law(raw) else _SHIFTS
        _shift(raw, dt.timedelta(days=shifts[int(chance() * len(shifts))]))
        # One authority has one series of numbers, whatever the years its units numbered by themselves.
        raw["case"]["decision_number"] = f"{place}{series}/QĐ-THADS"
        yield raw


def _of_old_law(raw: dict[str, Any]) -> bool:
    """Whether an act in it exists until 30/6/2025 only."""
    return any(act["type"] == "FILE_PULL_DECISION" for act in raw["acts"])


def _lengthen(raw: dict[str, Any], chance: Chance) -> None:
    """More acts: money comes in parts, and somebody verifies now and then."""
    acts = _in_parts(raw["acts"], chance)
    missing = ACTS - len(acts)
    if missing > 0:
        first = dt.date.fromisoformat(raw["case"]["decision_date"])
        days = [first, *(dt.date.fromisoformat(act["effective_on"]) for act in acts)]
        added = [(int(chance() * len(days)), index) for index in range(missing)]
        for place, _ in sorted(added, reverse=True):
            acts.insert(place, {"type": "VERIFICATION", "effective_on": days[place].isoformat()})
    raw["acts"] = acts


def _in_parts(acts: list[dict[str, Any]], chance: Chance) -> list[dict[str, Any]]:
    """Collections of more than a little in two or three parts on one day, but for those that a later act
    names.
    """
    named = {act.get("annuls") or act.get("voids") for act in acts}
    found = []
    for act in acts:
        lines = act.get("lines") or []
        amounts = [int(line.get("amount", 0)) for line in lines]
        divisible = act["type"] == "COLLECTION" and act["ref"] not in named and amounts
        if not divisible or min(amounts) < _SPLIT_FROM:
            found.append(act)
            continue
        parts = 2 + int(chance() * 2)
        part = [amount // parts // 1000 * 1000 for amount in amounts]
        for _ in range(parts - 1):
            small = [{**line, "amount": str(one)} for line, one in zip(lines, part, strict=True)]
            found.append({"type": act["type"], "effective_on": act["effective_on"], "lines": small})
        rest = [amount - one * (parts - 1) for amount, one in zip(amounts, part, strict=True)]
        last = [{**line, "amount": str(one)} for line, one in zip(lines, rest, strict=True)]
        found.append({**act, "lines": last})
    return found


def _shift(value: Any, by: dt.timedelta) -> Any:
    """The same with every day moved; objects are changed where they are."""
    if isinstance(value, dict):
        for key, one in value.items():
            value[key] = _shift(one, by)
    elif isinstance(value, list):
        value[:] = [_shift(one, by) for one in value]
    elif isinstance(value, str) and _DAY.fullmatch(value):
        return (dt.date.fromisoformat(value) + by).isoformat()
    return value


def record_of(story: Story, chance: Chance) -> Record:
    """When the parts of a story were recorded: mostly within days of what happened, now and then weeks later.
    Ids from ``chance``.
    """

    def key() -> uuid.UUID:
        return uuid.UUID(int=int(chance() * 2**53) << 75 | int(chance() * 2**53) << 22, version=4)

    moments = _moments([story.decision_date, *(act.effective_on for act in story.acts)], chance)
    stamps = [Stamp(key(), moment, f"USER:{7 + int(chance() * 90)} Văn thư") for moment in moments]
    return Record(
        key(),
        stamps[0],
        uuid.uuid5(uuid.NAMESPACE_OID, repr(story.judgment)),
        tuple(key() for _ in story.parties),
        tuple(key() for _ in story.obligations),
        tuple(key() for _ in story.assets),
        tuple(stamps[1:]),
    )


def _moments(days: list[dt.date], chance: Chance) -> Iterator[dt.datetime]:
    before = dt.datetime.min.replace(tzinfo=dt.UTC)
    for day in days:
        late = 14 + int(chance() * 60) if chance() < 0.03 else int(chance() * 3)
        at = dt.datetime.combine(day, dt.time(8), _VIETNAM) + dt.timedelta(
            days=late, seconds=int(chance() * 9 * 3600), microseconds=int(chance() * 1e6)
        )
        before = max(min(at, LAST_RECORDING), before + dt.timedelta(seconds=1))
        yield before
