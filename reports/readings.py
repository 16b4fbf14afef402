"""Reading tallies: from the month totals where they are kept by what is asked, else from the movements of the
scope.

Both give the same sums (``tests`` prove it); the first costs months × keys, the second the movements in the
scope. What was known at a moment is read in either way: from the totals less what was recorded since
(``reports.later``), or from the movements recorded up to then.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from django.db import connection
from django.utils import timezone

from reports.counting import movements, tally
from reports.counting.tally import Kind, Tally
from reports.kept import rows_of
from reports.later import Later, LaterLeg
from reports.models.totals import CASES, EVER, OPENING_MONTH
from reports.totals import NO_THEME
from thads.common.periods import Period, fiscal_year_of, month_of

#: Whose boundary a transfer crosses: the whole scope's, each unit's, each officer's (within the units of the
#: scope), or each holder's (unit and officer).
Boundary = Literal["scope", "unit", "officer", "holder"]
Key = tuple[Any, ...]

#: What tallies may be grouped by. A theme is ``NO_THEME`` for all cases, or one of those asked for; themes
#: overlap. A month has the tally of the period up to and with it.
GROUPS: Final = ("unit", "officer", "initiation", "field", "book", "theme", "month")

#: Instead of an officer: what is held by nobody yet (chưa phân công).
UNASSIGNED: Final = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked: a scope (units, and an officer, or ``UNASSIGNED``, where only those holdings count), a
    period, a book, narrowings, and the moment at which it has to have been known (None: whatever is stored).

    ``later`` is what was recorded in the units, or in more units, since that moment; readings of one answer
    share it, so that it is read once.
    """

    units: frozenset[int]
    period: Period
    measure: str
    officer: int | None = None
    book: str = movements.ALL
    initiation: str | None = None
    field: str | None = None
    theme: str = NO_THEME
    known_at: dt.datetime | None = None
    later: Later | None = dataclasses.field(default=None, compare=False, repr=False)

    def at(self, period: Period) -> Reading:
        return replace(self, period=period)


def tallies(
    reading: Reading,
    group: Sequence[str] = (),
    boundary: Boundary = "scope",
    *,
    themes: Collection[str] = (),
) -> dict[Key, Tally]:
    """Tallies by ``group`` (of ``GROUPS``), transfers as seen from ``boundary``; by theme for all cases and
    for ``themes``.

    Without a group the answer has the one key ``()``, even when nothing was counted.
    """
    found = _known(Question(reading, tuple(group), boundary, tuple(themes)))
    if not group:
        found.setdefault((), Tally())
    return found


def tallies_and_last_year(
    reading: Reading, group: Sequence[str], *, themes: Collection[str] = ()
) -> tuple[dict[Key, Tally], Tally]:
    """``tallies`` as seen from the scope, and with them what stood at the end of the year before
    (``standing``): read in one go, because both begin with the same openings.
    """
    found = _known(Question(reading, tuple(group), "scope", tuple(themes), last_year=True))
    last = found.pop(_LAST_YEAR, None)
    return found, standing(_last_year(reading)) if last is None else last


#: The key of what stood at the end of the year before, where it was asked for.
_LAST_YEAR: Final[Key] = ("last year",)


def _last_year(reading: Reading) -> Reading:
    return reading.at(Period(reading.period.fiscal_year - 1, 12))


def standing(reading: Reading) -> Tally:
    """The tally of what stood at the end of the period alone: balances and the separate book, no flows."""
    question = Question(reading, (), "scope", (), tally.STANDING)
    return _known(question).get((), Tally())


@dataclass(frozen=True, slots=True)
class Question:
    """A reading with how it is to be grouped, and what of it is wanted."""

    reading: Reading
    group: tuple[str, ...] = ()
    boundary: Boundary = "scope"
    themes: tuple[str, ...] = ()
    #: The atoms wanted of the totals.
    atoms: tuple[str, ...] = tally.ATOMS
    #: Whether what stood at the end of the year before is wanted too.
    last_year: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the totals are kept by what is asked."""
        reading, group = self.reading, set(self.group)
        if reading.officer is not None or (reading.theme != NO_THEME and "theme" in group):
            return False
        if self.boundary in ("officer", "holder") or "officer" in group:
            whole = reading.theme == NO_THEME and reading.initiation is None and reading.field is None
            kept_by = group <= {"unit", "officer", "book", "month"}
            return whole and kept_by and {"unit", "officer"} <= group and self.boundary == "holder"
        return self.boundary == "scope" or "unit" in group


def _known(question: Question) -> dict[Key, Tally]:
    reading = question.reading
    if reading.known_at is None:
        found = from_totals(question) if question.is_kept else from_movements(question)
    elif not question.is_kept:
        found = from_movements(question)
    else:
        found = _less_later(question, _later(reading))
    return _cumulated(found, question) if "month" in question.group else found


def _later(reading: Reading) -> Later:
    """What was recorded since the moment the reading asks for."""
    assert reading.known_at is not None
    shared, last_day = reading.later, reading.period.ends_on
    if shared is not None and shared.covers(last_day):
        return shared
    return Later(reading.units, reading.known_at, last_day)


def _less_later(question: Question, later: Later) -> dict[Key, Tally]:
    """What the totals are kept by, as known at a moment, in the way that costs least."""
    reading = question.reading
    if reading.theme != NO_THEME and later.themes_changed:
        return from_movements(question)
    if question.themes and later.themes_changed:
        rest = _less_later(replace(question, themes=()), later)
        return rest | from_movements(question, parts="themes")
    if later.few is not None:
        found = from_totals(question)
        if question.last_year:
            _take_back({(): found[_LAST_YEAR]}, Question(_last_year(reading)), later.few)
        _take_back(found, question, later.few)
        return found
    if later.is_most:
        return from_movements(question)
    found = from_totals(replace(question, last_year=False))
    for key, since in from_movements(question, since=True).items():
        found.setdefault(key, Tally()).merge(since, -1)
    return found


def _cumulated(found: dict[Key, Tally], question: Question) -> dict[Key, Tally]:
    """Month by month, each with what came before it: the tallies of the periods that end with each month."""
    place = question.group.index("month")
    rest: dict[Key, dict[int, Tally]] = {}
    for key, sums in found.items():
        rest.setdefault((*key[:place], *key[place + 1 :]), {})[key[place]] = sums
    cumulated: dict[Key, Tally] = {}
    for key, by_month in rest.items():
        so_far = Tally()
        if OPENING_MONTH in by_month:
            so_far.merge(by_month[OPENING_MONTH])
        for month in range(1, question.reading.period.months + 1):
            if month in by_month:
                so_far.merge(by_month[month])
            cumulated[(*key[:place], month, *key[place:])] = _copy(so_far)
    return cumulated


def _copy(sums: Tally) -> Tally:
    same = Tally()
    same.merge(sums)
    return same


# From the month totals.

_COLUMNS = {
    "unit": "unit_id",
    "officer": "officer_id",
    "initiation": "initiation",
    "field": "field",
    "book": "book",
    "theme": "theme",
    "month": "month",
}
_MOVED = (tally.MOVED_IN, tally.MOVED_OUT)


def from_totals(question: Question) -> dict[Key, Tally]:
    """One statement, unless its answer is still known: the sums of the openings and of the months, and beside
    them the transfers.
    """
    reading, holder = question.reading, question.boundary == "holder"
    year, months = reading.period.fiscal_year, reading.period.months
    table = "reports_officertotal" if holder else "reports_unittotal"
    shown = "".join(f"{_COLUMNS[name]}, " for name in question.group)
    where, params = _where(question, classified=not holder)
    moving = (*question.atoms, *_MOVED) if holder else question.atoms
    recent = _is_recent(year)
    parts = [
        _select(
            f"{shown}{_OPENING}",
            tally.OPENINGS,
            f"{table} WHERE {where} AND month = {OPENING_MONTH} "
            f"AND {_SINCE.format(year) if recent else _UP_TO.format(year)} GROUP BY {shown}measure",
            of=_LESS_LATER if recent else "{0}",
        ),
        _select(
            f"{shown}{_MONTHS}",
            moving,
            f"{table} WHERE {where} AND fiscal_year = {year} AND month BETWEEN 1 AND {months} "
            f"GROUP BY {shown}measure",
        ),
    ]
    values = [*params, *params]
    atoms = {_OPENING: tally.OPENINGS, _MONTHS: moving, _TRANSFERS: _MOVED}
    if not holder and question.atoms is tally.ATOMS:
        crossing, params = _where(question, classified=True)
        if question.boundary == "scope":
            crossing += " AND other_unit_id <> ALL(%s)"
            params.append(sorted(reading.units))
        parts.append(
            _select(
                f"{shown}{_TRANSFERS}",
                _MOVED,
                f"reports_transfertotal WHERE {crossing} AND fiscal_year = {year} "
                f"AND month BETWEEN 1 AND {months} GROUP BY {shown}measure",
            )
        )
        values += params
    if question.last_year:
        own, params = _where(Question(reading), classified=True)
        nothing = "NULL, " * len(question.group)
        left = f"month = {OPENING_MONTH} AND fiscal_year = {year}"
        moved = f"month > {OPENING_MONTH} AND fiscal_year = {year - 1}"
        for what, wanted, condition in (
            (_LEFT, tally.OPENINGS, left), (_LAST_MONTHS, tally.STANDING, moved)
        ):  # fmt: skip
            source = f"{table} WHERE {own} AND {condition} GROUP BY measure"
            parts.append(_select(f"{nothing}{what}", wanted, source))
            values += params
            atoms[what] = wanted
    return _tallied(question, atoms, rows_of(reading.units, " UNION ALL ".join(parts), values))


#: What a row of sums is: what stood when the year began, what its months moved, what crossed in them; and of
#: the year before what it left to this one, and what its months moved.
_OPENING, _MONTHS, _TRANSFERS, _LEFT, _LAST_MONTHS = range(5)

#: The openings that make the opening of a year: all up to it, or what was ever left less all after it.
_UP_TO = f"fiscal_year BETWEEN {EVER + 1} AND {{0}}"
_SINCE = f"(fiscal_year = {EVER} OR fiscal_year > {{0}})"
_LESS_LATER = f"CASE WHEN fiscal_year = {EVER} THEN {{0}} ELSE -{{0}} END"

#: How far back it costs less to reckon from what was ever left than from the first year on.
_RECENT = 4


def _is_recent(year: int) -> bool:
    """Whether a year is late in the register. It decides what a reading costs, and nothing else."""
    return year > fiscal_year_of(timezone.localdate()) - _RECENT


def _select(shown: str, atoms: Sequence[str], source: str, of: str = "{0}") -> str:
    """Sums of atoms, each as ``of`` takes it. They come as one text: many numbers are dear to hand over one
    by one. Each source is grouped by something, so that of nothing there is no row.
    """
    sums = ", ".join(f"sum({of.format(atom)})" for atom in atoms)
    return f"SELECT {shown}, concat_ws(' ', {sums}) FROM {source}"


def _tallied(question: Question, atoms: dict[int, tuple[str, ...]], rows: Iterable[Any]) -> dict[Key, Tally]:
    """The tallies from rows of (key, what it is, sums)."""
    reading, group = question.reading, question.group
    own = {"book": reading.book, "theme": reading.theme}
    telling = [(place, own[name]) for place, name in enumerate(group) if name in own]
    found: dict[Key, Tally] = {}
    last = Tally()
    for *parts, what, sums in rows:
        key = tuple(parts)
        numbers = [*zip(atoms[what], map(int, sums.split()), strict=True)]
        if what == _LAST_MONTHS:
            _add_up(last.atoms, numbers)
        elif what == _LEFT:
            _add_up(last.opening, numbers, -1)
        else:
            into = found.get(key)
            if into is None:
                into = found[key] = Tally()
            _add_up(into.opening if what == _OPENING else into.atoms, numbers)
            if what == _OPENING and all(key[place] == value for place, value in telling):
                _add_up(last.opening, numbers)
    if question.last_year:
        found[_LAST_YEAR] = last
    return found


def _add_up(sums: dict[str, int], numbers: Iterable[tuple[str, int]], sign: int = 1) -> None:
    for atom, number in numbers:
        sums[atom] += sign * number


def _where(question: Question, *, classified: bool) -> tuple[str, list[Any]]:
    reading = question.reading
    where = "unit_id = ANY(%s) AND book = ANY(%s) AND measure = %s"
    params: list[Any] = [sorted(reading.units), list(_books(question)), reading.measure]
    if classified:
        where += " AND theme = ANY(%s)"
        params.append([NO_THEME, *question.themes] if "theme" in question.group else [reading.theme])
        for name in ("initiation", "field"):
            value = getattr(reading, name)
            if value is not None:
                where += f" AND {name} = %s"
                params.append(value)
    return where, params


def _books(question: Question) -> tuple[str, ...]:
    return movements.BOOKS if "book" in question.group else (question.reading.book,)


# From the movements.


def from_movements(
    question: Question, *, since: bool = False, parts: Literal["all", "themes"] = "all"
) -> dict[Key, Tally]:
    """The movements known at the moment asked for; ``since``: those recorded after it instead. With ``parts``
    those under themes alone.
    """
    statements = [] if parts == "themes" else [_legs(question, since, f"'{NO_THEME}'", "")]
    if "theme" in question.group and question.themes:
        own = "JOIN cases_casetheme t ON t.case_id = m.case_id AND t.theme = ANY(%s)"
        statements.append(_legs(question, since, "t.theme", own))
    sql = " UNION ALL ".join(statement for statement, _ in statements)
    params = [value for _, values in statements for value in values]
    found: dict[Key, Tally] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for *key, past, source, target, prior, direction, crosses, amount in cursor.fetchall():
            into = found.get(tuple(key))
            if into is None:
                into = found[tuple(key)] = Tally()
            into.add(Kind(past, source, target, prior, direction, crosses), int(amount))
    return found


def _legs(question: Question, since: bool, theme: str, joined: str) -> tuple[str, list[Any]]:
    """A statement that sums movements by group and kind. ``theme`` is the column of the group, ``joined`` the
    table it is from.
    """
    reading = question.reading
    columns = [theme if name == "theme" else _of_movement(name, reading) for name in question.group]
    kind, kind_params = kind_columns(reading, question.boundary)
    where, params = where_of(reading, since=since, books=_books(question))
    join_params: list[Any] = []
    if joined:
        join_params.append(list(question.themes))
        if reading.known_at is not None and not since:
            where += " AND t.recorded_at <= %s"
            params.append(reading.known_at)
    places = range(1, len(columns) + 7)
    return (
        f"SELECT {''.join(f'{column}, ' for column in columns)}{kind}, sum(m.{amount_of(reading)}) "
        f"FROM reports_movement m {joined} WHERE {where} GROUP BY {', '.join(map(str, places))}"
    ), [*kind_params, *join_params, *params]


def _of_movement(name: str, reading: Reading) -> str:
    if name != "month":
        return f"m.{_COLUMNS[name]}"
    of_year = "(extract(month FROM m.effective_on)::int + 2) %% 12 + 1"
    return f"CASE WHEN {_past(reading)} THEN {OPENING_MONTH} ELSE {of_year} END"


def amount_of(reading: Reading) -> str:
    """The column of a movement that is measured."""
    return "cases" if reading.measure == CASES else "money"


def where_of(
    reading: Reading, *, since: bool = False, books: Sequence[str] = (), measured: bool = True
) -> tuple[str, list[Any]]:
    """The condition, as SQL, under which a movement ``m`` counts for a reading; ``since``: under which it
    would, had it been known at the moment asked for; without ``measured``: for either measure.
    """
    where = ["m.unit_id = ANY(%s) AND m.book = ANY(%s) AND m.effective_on <= %s"]
    if measured:
        where.append(f"m.{amount_of(reading)} <> 0")
    params: list[Any] = [sorted(reading.units), list(books) or [reading.book], reading.period.ends_on]
    if reading.officer == UNASSIGNED:
        where.append("m.officer_id IS NULL")
    elif reading.officer is not None:
        where.append("m.officer_id = %s")
        params.append(reading.officer)
    for name in ("initiation", "field"):
        value = getattr(reading, name)
        if value is not None:
            where.append(f"m.{name} = %s")
            params.append(value)
    if reading.known_at is not None:
        where.append(f"m.recorded_at {'>' if since else '<='} %s")
        params.append(reading.known_at)
    if reading.theme != NO_THEME:
        known = "" if reading.known_at is None or since else " AND t.recorded_at <= %s"
        where.append(
            f"EXISTS (SELECT FROM cases_casetheme t WHERE t.case_id = m.case_id AND t.theme = %s{known})"
        )
        params += [reading.theme, *([reading.known_at] if known else [])]
    return " AND ".join(where), params


def kind_columns(reading: Reading, boundary: Boundary = "scope") -> tuple[str, list[Any]]:
    """The fields of the ``Kind`` of a movement ``m``, as SQL."""
    crosses, params = _crosses(reading, boundary)
    past = _past(reading)
    # Of the years before only what they left is counted: neither vintage nor boundary matter.
    prior = f"NOT {past} AND m.vintage BETWEEN 1 AND {reading.period.fiscal_year - 1}"
    return f"{past}, m.source, m.target, {prior}, m.direction, NOT {past} AND {crosses}", params


def _past(reading: Reading) -> str:
    return f"m.effective_on < '{reading.period.starts_on.isoformat()}'"


def _crosses(reading: Reading, boundary: Boundary) -> tuple[str, list[Any]]:
    """The condition under which a leg crosses the boundary, as SQL."""
    if boundary == "holder":
        return "m.direction <> 0", []
    inside = "m.other_unit_id = m.unit_id" if boundary == "unit" else "m.other_unit_id = ANY(%s)"
    params: list[Any] = [] if boundary == "unit" else [sorted(reading.units)]
    if boundary == "officer":
        inside += " AND m.other_officer_id IS NOT DISTINCT FROM m.officer_id"
    if reading.officer is not None:
        inside += " AND m.other_officer_id IS NOT DISTINCT FROM %s"
        params.append(reading.officer or None)
    return f"m.direction <> 0 AND NOT ({inside})", params


# What was recorded since.


def _take_back(found: dict[Key, Tally], question: Question, legs: Iterable[LaterLeg]) -> None:
    """Take from tallies read from the totals what these legs have added to them."""
    reading = question.reading
    year = reading.period.fiscal_year
    books = _books(question)
    asked = [question.reading.theme] if "theme" not in question.group else [NO_THEME, *question.themes]
    for leg in legs:
        amount = leg.cases if reading.measure == CASES else leg.money
        if (
            not amount
            or leg.unit not in reading.units
            or leg.book not in books
            or leg.effective_on > reading.period.ends_on
            or reading.initiation not in (None, leg.initiation)
            or reading.field not in (None, leg.field)
        ):
            continue
        of_year = fiscal_year_of(leg.effective_on)
        kind = Kind(
            of_year < year,
            leg.source,
            leg.target,
            0 < leg.vintage < of_year,
            leg.direction,
            bool(leg.direction) and _OUTSIDE[question.boundary](leg, reading),
        )
        for theme in asked:
            if theme == NO_THEME or theme in leg.themes:
                key = tuple(_of_leg(name, leg, theme, year) for name in question.group)
                found.setdefault(key, Tally()).add(kind, -amount)


#: Whether the other side of a crossing lies outside, by boundary.
_OUTSIDE: dict[Boundary, Callable[[LaterLeg, Reading], bool]] = {
    "scope": lambda leg, reading: leg.other_unit not in reading.units,
    "unit": lambda leg, _: leg.other_unit != leg.unit,
    "holder": lambda leg, _: True,
}


def _of_leg(name: str, leg: LaterLeg, theme: str, year: int) -> Any:
    if name == "theme":
        return theme
    if name == "month":
        return month_of(leg.effective_on) if fiscal_year_of(leg.effective_on) == year else OPENING_MONTH
    return getattr(leg, name)
