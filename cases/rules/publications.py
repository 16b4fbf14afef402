"""The public list of debtors without conditions (công khai thông tin người phải thi hành án chưa có điều
kiện): L25 Đ38.2 and D152 Đ23, before them D62 Đ11 and T04 Đ4–6.

An act puts debtors on the list, another brings what is told of them up to date, a third takes them off. What
everybody is shown does not wait for the third: an entry lapses with the act by which its debtor is without
conditions no more, and the third is then due (K25C). Pure: acts in, entries out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cases.rules import buckets, fold
from cases.rules.life import Life, LifeAct
from cases.rules.values import shown
from thads.common.errors import Fault

PUBLISHES: Final = "PUBLICATION"
UPDATES: Final = "PUBLICATION_UPDATE"
ENDS: Final = "UNPUBLICATION"
ACTS: Final = frozenset({PUBLISHES, UPDATES, ENDS})
#: Where a line of somebody without conditions stands: in the stock, or in the separate book.
WITHOUT: Final = frozenset({buckets.INELIGIBLE, buckets.SEPARATE})
#: The keys of ``data``: whom the act is about (references of parties; left out: all whom it may be about),
#: and the day on which the commune posted it.
DEBTORS: Final = "debtors"
POSTED: Final = "posted_at_commune"
#: Years of age from which somebody is no minor (BLDS Đ20).
OF_AGE: Final = 18


class Person(NamedTuple):
    """A party of the case: its reference, its role, and the year of birth where it is known."""

    ref: str
    role: str
    born_in: int | None = None

    def is_minor_in(self, year: int) -> bool:
        """Whether it is certain that the person is no adult on any day of that year before the last. A year
        of birth that is yet to come tells nothing.
        """
        return self.born_in is not None and 0 <= year - self.born_in < OF_AGE


@dataclass(slots=True)
class Entry:
    """A debtor (place among the parties) published by the act at place ``seq``; see the model of the name."""

    debtor: int
    seq: int
    published_on: dt.date
    ground: str
    ground_on: dt.date
    updated_on: dt.date | None = None
    posted_on: dt.date | None = None
    lapsed_on: dt.date | None = None
    ended_on: dt.date | None = None
    ended_seq: int | None = None

    @property
    def is_shown(self) -> bool:
        return self.lapsed_on is None and self.ended_on is None


def concerns(life: Life) -> bool:
    """Whether somebody was ever published, or meant to be, in this life."""
    return any(act.type.code in ACTS for act in life.acts)


def born_in(id_number: str | None) -> int | None:
    """The year of birth that a citizen's number (12 digits) tells, its fourth digit the century and
    the next two the year; None where it tells none.
    """
    if id_number is None or len(id_number) != 12 or not (id_number.isascii() and id_number.isdigit()):
        return None
    return 1900 + 100 * (int(id_number[3]) // 2) + int(id_number[4:6])


class PublicList:
    """Who of one case is on the list, act by act. ``people`` are its parties and ``debtors`` who owes each of
    its lines by the decision, both in order.
    """

    def __init__(self, life: Life, people: Sequence[Person], debtors: Sequence[int | None]) -> None:
        self.entries: list[Entry] = []
        self._people = people
        self._types = {act.seq: act.type.code for act in life.acts}
        owing = [place for place, person in enumerate(people) if person.role == fold.DEBTOR]
        # A line that names nobody is owed by the only debtor there is; by one of several it cannot be told.
        only = owing[0] if len(owing) == 1 else None
        self._debtors = [only if debtor is None else debtor for debtor in debtors]
        #: By line: the decision that its debtor is without conditions.
        self._found: dict[int, LifeAct] = {}

    def take(self, act: LifeAct, state: fold.State, said: Mapping[str, Any]) -> None:
        """Follow ``act``, which has just been applied to ``state``; ``said`` is its data."""
        for index, line in enumerate(state.lines):
            if line.bucket == buckets.INELIGIBLE and line.put_by == act.seq:
                self._found[index] = act
            elif line.bucket not in WITHOUT:
                self._found.pop(index, None)
        if act.annuls is not None:
            self._annul(act)
        elif act.type.code == PUBLISHES:
            self._publish(act, state, said)
        elif act.type.code == UPDATES:
            self._update(act, state, said)
        elif act.type.code == ENDS:
            for entry in self._about(said, self.open()):
                entry.ended_on, entry.ended_seq = act.effective_on, act.seq
        for entry in self.entries:
            if entry.lapsed_on is None and not self.is_without(entry.debtor, state):
                entry.lapsed_on = act.effective_on

    def open(self) -> list[Entry]:
        """The entries that no act has ended."""
        return [entry for entry in self.entries if entry.ended_on is None]

    def lines_of(self, debtor: int, state: fold.State) -> Iterator[int]:
        """The lines (by index) of a debtor that are without conditions."""
        for index, line in enumerate(state.lines):
            now = self._debtors[index] if line.debtor is None else line.debtor
            if now == debtor and line.bucket in WITHOUT and index in self._found:
                yield index

    def is_without(self, debtor: int, state: fold.State) -> bool:
        """Whether a debtor is without conditions for a line at least."""
        return any(True for _ in self.lines_of(debtor, state))

    def candidates(self, state: fold.State, day: dt.date) -> list[int]:
        """Who may be published on a day: debtors without conditions who are no minors."""
        return [
            place
            for place, person in enumerate(self._people)
            if self.is_without(place, state) and not person.is_minor_in(day.year)
        ]

    def faults(self, act: LifeAct, state: fold.State, said: Mapping[str, Any]) -> list[Fault]:
        """Why ``act``, about to be applied to ``state``, may not stand. Pointers start at the act."""
        if act.type.code not in ACTS:
            return []
        wrong = [*_shape(act, said)]
        if wrong:
            return wrong
        if said.get(DEBTORS) is None:
            return self._about_nobody(act, state)
        places = {person.ref: place for place, person in enumerate(self._people)}
        found = []
        for number, ref in enumerate(said[DEBTORS]):
            place = places.get(ref)
            code = "PUBLICATION_NOT_A_DEBTOR" if place is None else self._why_not(act, place, state)
            if code is not None:
                found.append(_fault(act, code, f"/data/{DEBTORS}/{number}", debtor=shown(ref)))
        return found

    # Parts of it.

    def _why_not(self, act: LifeAct, debtor: int, state: fold.State) -> str | None:
        """The code of what keeps the act from being about this party; None when nothing does."""
        open_ones = [entry for entry in self.open() if entry.debtor == debtor]
        if act.type.code == PUBLISHES:
            return self._why_not_published(act, debtor, state, open_ones)
        if not open_ones:
            return "NOT_PUBLISHED"
        lapsed = act.type.code == UPDATES and not any(entry.is_shown for entry in open_ones)
        return "PUBLICATION_LAPSED" if lapsed else None

    def _why_not_published(
        self, act: LifeAct, debtor: int, state: fold.State, open_ones: Sequence[Entry]
    ) -> str | None:
        person = self._people[debtor]
        if person.role != fold.DEBTOR:
            return "PUBLICATION_NOT_A_DEBTOR"
        if not self.is_without(debtor, state):
            return "PUBLICATION_HAS_CONDITIONS"
        if person.is_minor_in(act.effective_on.year):
            return "PUBLICATION_OF_A_MINOR"
        if open_ones:
            shown_now = any(entry.is_shown for entry in open_ones)
            return "PUBLISHED_ALREADY" if shown_now else "PUBLICATION_LAPSED"
        return None

    def _about_nobody(self, act: LifeAct, state: fold.State) -> list[Fault]:
        """What is wrong with an act that names nobody: that there is nobody it could be about."""
        if act.type.code == PUBLISHES:
            debtors = [place for place, one in enumerate(self._people) if one.role == fold.DEBTOR]
        else:
            debtors = list(dict.fromkeys(entry.debtor for entry in self.open()))
        reasons = [self._why_not(act, place, state) for place in debtors]
        if not reasons:
            code = "PUBLICATION_NOT_A_DEBTOR" if act.type.code == PUBLISHES else "NOT_PUBLISHED"
            return [_fault(act, code, "/type", debtor="–")]
        if None in reasons:
            return []
        # What stands in the way of the one who comes nearest to it.
        order = (
            "PUBLISHED_ALREADY",
            "PUBLICATION_LAPSED",
            "PUBLICATION_OF_A_MINOR",
            "PUBLICATION_HAS_CONDITIONS",
        )
        told = [reason for reason in reasons if reason is not None]
        code = next(code for code in (*order, *told) if code in told)
        return [_fault(act, code, "/type", debtor=shown(self._people[debtors[reasons.index(code)]].ref))]

    def _publish(self, act: LifeAct, state: fold.State, said: Mapping[str, Any]) -> None:
        named = _named(said)
        for place in self.candidates(state, act.effective_on):
            published = any(entry.is_shown for entry in self.entries if entry.debtor == place)
            if published or (named is not None and self._people[place].ref not in named):
                continue
            entry = Entry(place, act.seq, act.effective_on, *self._reason(place, state))
            entry.posted_on = posted_on(said)
            self.entries.append(entry)

    def _update(self, act: LifeAct, state: fold.State, said: Mapping[str, Any]) -> None:
        for entry in self._about(said, [entry for entry in self.entries if entry.is_shown]):
            entry.updated_on = act.effective_on
            entry.posted_on = posted_on(said) or entry.posted_on
            if self.is_without(entry.debtor, state):
                entry.ground, entry.ground_on = self._reason(entry.debtor, state)

    def _annul(self, act: LifeAct) -> None:
        """Who was published by an act that is annulled comes off the list; who was taken off comes back."""
        annulled = self._types.get(act.annuls or 0)
        for entry in self.entries:
            if annulled == PUBLISHES and entry.seq == act.annuls and entry.ended_on is None:
                entry.ended_on, entry.ended_seq = act.effective_on, act.seq
            elif annulled == ENDS and entry.ended_seq == act.annuls:
                entry.ended_on = entry.ended_seq = None

    def _reason(self, debtor: int, state: fold.State) -> tuple[str, dt.date]:
        """The ground on which a debtor is without conditions, and the day of the decision on it."""
        decision = self._found[next(self.lines_of(debtor, state))]
        return decision.ground or "", decision.effective_on

    def _about(self, said: Mapping[str, Any], entries: Sequence[Entry]) -> list[Entry]:
        named = _named(said)
        return [entry for entry in entries if named is None or self._people[entry.debtor].ref in named]


def entries(
    life: Life,
    people: Sequence[Person],
    debtors: Sequence[int | None],
    said: Mapping[int, Mapping[str, Any]],
) -> tuple[PublicList, fold.State]:
    """The list that a life comes to, and where its lines stand then. ``said``: the data of acts by place.
    Raises Unlawful.
    """
    found, state = PublicList(life, people, debtors), fold.State(life)
    for act in fold.in_order(life):
        state.apply(act)
        found.take(act, state, said.get(act.seq, {}))
    return found, state


def faults(
    life: Life,
    seq: int,
    people: Sequence[Person],
    debtors: Sequence[int | None],
    said: Mapping[int, Mapping[str, Any]],
) -> list[Fault]:
    """Why the act at place ``seq`` of a life that folds may not stand: held against what was before it."""
    found, state = PublicList(life, people, debtors), fold.State(life)
    for act in fold.in_order(life):
        if act.seq == seq:
            return found.faults(act, state, said.get(seq, {}))
        state.apply(act)
        found.take(act, state, said.get(act.seq, {}))
    return []


def untimely(act: LifeAct, told: Iterable[LifeAct]) -> list[Fault]:
    """Whether an act on what is published comes where nothing is, by the acts told of before it alone: for
    who asks what may be done, and has not read who the parties are.
    """
    if act.type.code not in (UPDATES, ENDS):
        return []
    last = next((one.type.code for one in reversed(list(told)) if one.type.code in (PUBLISHES, ENDS)), None)
    return [] if last == PUBLISHES else [_fault(act, "NOT_PUBLISHED", "/type", debtor="–")]


def posted_on(said: Mapping[str, Any]) -> dt.date | None:
    """The day on which the commune posted it, where the data of the act tells one."""
    try:
        return dt.date.fromisoformat(said[POSTED])
    except (KeyError, TypeError, ValueError):
        return None


def _named(said: Mapping[str, Any]) -> frozenset[str] | None:
    """Whom the act names; None when it names nobody, and so is about all. What a register brought in has
    there that is no list of names names nobody who is a party.
    """
    given = said.get(DEBTORS)
    if given is None:
        return None
    return frozenset(one for one in given if isinstance(one, str)) if isinstance(given, list) else frozenset()


def _shape(act: LifeAct, said: Mapping[str, Any]) -> Iterator[Fault]:
    given = said.get(DEBTORS)
    if given is not None:
        texts = isinstance(given, list) and bool(given) and all(isinstance(one, str) for one in given)
        if not texts or len(set(given)) < len(given):
            yield _fault(act, "PUBLICATION_DEBTORS_INVALID", f"/data/{DEBTORS}")
    if said.get(POSTED) is not None and posted_on(said) is None:
        yield _fault(act, "PUBLICATION_POSTED_INVALID", f"/data/{POSTED}", value=shown(said[POSTED]))


def _fault(act: LifeAct, code: str, pointer: str, **params: Any) -> Fault:
    return Fault(code, pointer, {"act": act.type.code, **params}, act.type.basis_on(act.effective_on))
