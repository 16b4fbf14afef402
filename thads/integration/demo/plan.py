"""What will become of a case: opened when, and where it stands at the end of each half-year.

States, one letter each. Open: E in progress, C deferred by consent, N no conditions, H deferred otherwise, T
stayed, O other pending, S separate book. Ended: D done, X terminated, U entrusted, R revoked. ``-`` is not
opened yet.
"""

from __future__ import annotations

from typing import Final

from thads.integration.demo import days
from thads.integration.demo.chance import Chance, Weighted
from thads.integration.demo.profiles import OLD, Duty, Profile

NOT_YET: Final = "-"
OPEN_STATES: Final = frozenset("ECNHTOS")
STOCK_STATES: Final = frozenset("ECNHTO")
ENDED_STATES: Final = frozenset("DXUR")

#: Of a hundred cases opened in half-year 1, 2 or 3, how many in each month. Those of the lunar new year
#: (January
#: 2023, February 2024) bring fewer.
_INTAKE: Final = {1: (16, 18, 20, 11, 17, 18), 2: (16, 17, 17, 16, 18, 16), 3: (17, 19, 19, 18, 9, 18)}


def _months(half: int) -> list[tuple[int, int]]:
    """First and last day of each month of a half-year."""
    found: dict[str, tuple[int, int]] = {}
    start, end = days.HALVES[half]
    for day in range(start, end + 1):
        month = days.iso(day)[:7]
        found[month] = (found.get(month, (day, day))[0], day)
    return list(found.values())


_INTAKE_BY_HALF: Final = {
    half: Weighted(*zip(_months(half), weights, strict=True)) for half, weights in _INTAKE.items()
}


class Plan:
    """A case before it is told. ``states[h]``: where it stands at the end of half-year h (0: 9/2022).

    ``plain``: nothing happens to its money on the way (its amount may still be set); ``untouched``: nothing
    is collected before it ends, so that an entrustment or revocation is one of the whole.
    """

    __slots__ = (
        "duties", "field", "index", "no_condition", "officer", "opened", "organisation", "plain", "profile",
        "separate", "special", "states", "unit", "untouched",
    )  # fmt: skip

    def __init__(self, index: int, profile: Profile, opened: int, first_half: int, chance: Chance) -> None:
        self.index = index
        self.profile = profile
        self.opened = opened
        self.field = profile.fields.draw(chance)
        self.organisation = chance() < profile.organisation
        self.duties: list[Duty] = profile.duties(chance)
        self.states = [NOT_YET] * first_half
        self.no_condition: dict[int, tuple[int, str]] = {}
        self.separate: dict[int, int] = {}
        self.unit = self.officer = ""
        self.special = ""
        self.plain = self.untouched = False

    @property
    def money(self) -> int:
        return sum(amount or 0 for _, amount in self.duties)

    @property
    def first_half(self) -> int:
        """The half-year in which it is opened."""
        return next(half for half, state in enumerate(self.states) if state != NOT_YET)

    def last_no_condition(self, half: int) -> int:
        """The half-year of the decision on lacking conditions that holds at the end of ``half``."""
        return max(decided for decided in self.no_condition if decided <= half)

    def enter(self, half: int, state: str, chance: Chance) -> None:
        """Stand in ``state`` at the end of ``half``; decides the days that later events hang on."""
        before = self.states[-1] if self.states else NOT_YET
        self.states.append(state)
        if state in "UR":
            self.untouched = True
        if state == "N" and before != "N":
            self.no_condition[half] = (
                self._no_condition_day(half, before, chance),
                self._no_condition_ground(chance),
            )
        elif state == "S" and before != "S":
            self._enter_separate(half, before, chance)

    def may_go_separate(self, half: int) -> bool:
        """Whether the waiting time before the separate book is over within ``half`` (NĐ 62/2015 Đ9.5)."""
        decided, ground = self.no_condition[self.last_no_condition(half)]
        return decided + waiting_time(ground) + 12 <= days.HALVES[half][1]

    def _enter_separate(self, half: int, before: str, chance: Chance) -> None:
        start, end = days.HALVES[half]
        if before != "N":
            self.no_condition[half] = (
                days.between(chance() ** 1.5, self.opened + 45, end - 820),
                self._no_condition_ground(chance),
            )
        decided, ground = self.no_condition[self.last_no_condition(half)]
        earliest = max(start, decided + waiting_time(ground) + 5)
        latest = end if half else min(end, earliest + 500)
        self.separate[half] = days.between(chance(), earliest, latest)

    def _no_condition_day(self, half: int, before: str, chance: Chance) -> int:
        start, end = days.HALVES[half]
        if half == 0:
            return days.between(chance() ** 1.8, self.opened + 42, end)
        if before in "HT":
            start += 20
        # Officers settle the doubtful cases towards the end of a half-year.
        return days.between(1 - chance() ** 1.5 * 0.999, max(start, self.opened + 42), end)

    def _no_condition_ground(self, chance: Chance) -> str:
        kind = self.duties[0][0]
        if kind in ("DELIVER_THING", "DELIVER_PAPERS"):
            return "b"
        if kind == "CHILD_HANDOVER" or (not self.organisation and chance() < 0.16):
            return "c"
        return "a"


def waiting_time(ground: str) -> int:
    """Days from the decision to the separate book: one year, two without a known address (D62 Đ9.5)."""
    return 732 if ground == "c" else 367


def opened_in(half: int, chance: Chance) -> int:
    """A day of intake in half-year 1, 2 or 3."""
    first, last = _INTAKE_BY_HALF[half].draw(chance)
    return days.between(chance(), first, last)


def opened_before(state: str, profile: Profile, chance: Chance) -> int:
    """When a case that stood in ``state`` at the end of September 2022 had been opened."""
    start, end = days.HALVES[0]
    if state == "S":
        back = 900 + 1640 * chance()
    elif state == "N":
        back = 110 + 2200 * chance() ** 1.4
    elif state == "D":
        back = 120 + 380 * chance()
    elif state == "E":
        recent = 0.35 if profile.hardness >= 0.6 else 0.72
        back = 14 + 330 * chance() if chance() < recent else 345 + 2000 * chance() ** 2.2
    else:
        back = 150 + 1300 * chance() ** 1.5
    return days.between(0.0, max(start, end - int(back)), end - 14)


def old_profile(state: str, chance: Chance) -> Profile:
    """The kind of a case that stood in ``state`` at the end of September 2022."""
    while True:
        profile = OLD[state].draw(chance)
        # Only a creditor can consent to a deferral.
        if state != "C" or profile.creditor:
            return profile
