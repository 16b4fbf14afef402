"""Pages of a list by keyset: the cost of a page does not depend on how far down the list it is.

The order is (field, primary key), both rising or both falling, so every row has one place; a cursor is the
place of the row at the edge of a page and the direction to read on from it. Fields that may be ordered by
hold no NULL.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from thads.common.api.parameters import parameter_fault
from thads.common.api.renderers import to_json
from thads.common.errors import BadRequest

CAP = 10_000

Rows = models.QuerySet[Any, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ordering:
    """``field`` of the model, then its primary key; ``falling`` reads both from the greatest."""

    field: str
    falling: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields it goes by."""
        return (self.field, "pk") if self.field not in ("pk", "id") else ("pk",)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Read on from the row at (``value``, ``key``), forwards or ``backwards``."""

    ordering: str
    value: Any
    key: Any
    backwards: bool = False

    def token(self) -> str:
        raw = to_json([self.ordering, self.value, self.key, self.backwards])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Branches:
    """Where the indexes of a list's orders begin: ``field`` of the model, a relation, and the keys it has in
    these rows. Each of them is walked by itself and no further than a page goes; one walk over all of them
    would have to sort what they have.
    """

    field: str
    keys: Collection[int]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as dictionaries and the cursors of the pages beside them, where there are any."""

    rows: list[dict[str, Any]]
    next: Cursor | None
    previous: Cursor | None


@dataclass(frozen=True, slots=True)
class Window:
    """What a page asks of a statement that is written out: rows by ``field`` and key, rising or falling, from
    ``beyond`` a place on (value and key), ``limit`` of them. They are counted up to ``cap``, or with None not
    at all.
    """

    field: str
    falling: bool
    limit: int
    cap: int | None
    beyond: tuple[Any, Any] | None


def window_of(ordering: Ordering, cursor: Cursor | None, size: int, mode: str) -> Window:
    """The window of this page, one row longer to see whether more follow; counted as ``mode`` says, which is
    ``capped`` or ``none``.
    """
    return Window(
        ordering.field,
        ordering.falling != (cursor is not None and cursor.backwards),
        size + 1,
        None if mode == "none" else CAP + 1,
        None if cursor is None else (cursor.value, cursor.key),
    )


def read_cursor(token: str, ordering: str, model: type[models.Model], field: str) -> Cursor:
    """The cursor written as ``token`` for this ordering. Raises BadRequest when it was made for another list
    or by hand.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        made_for, value, key, backwards = orjson.loads(raw)
        if made_for != ordering or not isinstance(backwards, bool):
            raise ValueError("a cursor of another list")
        pk = model._meta.pk
        if pk is None or type(key) not in (int, str) or (isinstance(key, int) and abs(key) >= 2**63):
            raise ValueError("not a key")
        place = Cursor(ordering, _field_at(model, field).to_python(value), pk.to_python(key), backwards)
        if place.value is None or "\0" in str(place.value):
            raise ValueError("not a value of the ordering")
    except (binascii.Error, ValueError, TypeError, ValidationError):
        raise BadRequest(parameter_fault("cursor", "CURSOR_INVALID")) from None
    return place


def page_of(
    rows: Rows,
    ordering_name: str,
    ordering: Ordering,
    cursor: Cursor | None,
    size: int,
    branches: Branches | None = None,
) -> Page:
    """``size`` rows of ``rows`` (a ``values()`` queryset holding the ordering field and ``pk``), in one
    query, or with several branches in two.
    """
    selected = read_on(rows, ordering, cursor)
    if branches is not None and len(branches.keys) > 1:
        foremost = _foremost(selected, branches, size + 1)
        selected = rows.filter(pk__among=foremost).order_by(*selected.query.order_by)
    return page_at(list(selected[: size + 1]), ordering_name, ordering, cursor, size)


def read_on(rows: Rows, ordering: Ordering, cursor: Cursor | None) -> Rows:
    """``rows`` from the cursor on, in the order it reads."""
    falling = ordering.falling != (cursor is not None and cursor.backwards)
    selected = rows.order_by(*(f"-{name}" if falling else name for name in ordering.keys))
    return selected if cursor is None else selected.filter(_beyond(ordering.keys, cursor, falling))


def page_at(
    found: list[dict[str, Any]], ordering_name: str, ordering: Ordering, cursor: Cursor | None, size: int
) -> Page:
    """The page made of what was found from the cursor on, in the direction it reads: up to ``size`` rows, and
    one more where there are more.
    """
    backwards = cursor is not None and cursor.backwards
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()

    def at(row: dict[str, Any], back: bool) -> Cursor:
        return Cursor(ordering_name, row[ordering.field], row["pk"], back)

    has_next = bool(found) and (backwards or more)
    has_previous = bool(found) and (more if backwards else cursor is not None)
    return Page(
        found,
        next=at(found[-1], False) if has_next else None,
        previous=at(found[0], True) if has_previous else None,
    )


def _foremost(selected: Rows, branches: Branches, limit: int) -> list[Any]:
    """The keys of the first rows of each branch."""
    parents: Any = _field_at(selected.model, branches.field).related_model._base_manager
    own = ArraySubquery(selected.filter(**{branches.field: models.OuterRef("pk")}).values("pk")[:limit])
    found = parents.filter(pk__among=branches.keys).values_list(own, flat=True)
    return [key for keys in found for key in keys]


def count_of(rows: models.QuerySet[Any, Any], mode: str) -> dict[str, Any]:
    """How many rows there are: ``{"value", "kind"}``.

    A capped count below its cap is the exact number and says so; at the cap its kind is ``capped`` ("this
    many or more").
    """
    if mode == "none":
        return {"value": None, "kind": "none"}
    plain = rows.order_by()
    if mode == "exact":
        return {"value": plain.count(), "kind": "exact"}
    if mode == "estimated":
        return {"value": _estimated(plain), "kind": "estimated"}
    return capped(plain[: CAP + 1].count())


def capped(counted: int | None) -> dict[str, Any]:
    """A count that went no further than ``CAP + 1``; None: nothing was counted."""
    if counted is None:
        return {"value": None, "kind": "none"}
    kind: Literal["capped", "exact"] = "capped" if counted > CAP else "exact"
    return {"value": min(counted, CAP), "kind": kind}


def with_more(counted: dict[str, Any], mode: str, more: Callable[[int | None], int]) -> dict[str, Any]:
    """``counted`` (of ``count_of``) and what ``more`` counts beside it, no further than its limit."""
    if counted["value"] is None:
        return counted
    whole = counted["value"] + more(CAP + 1 if mode == "capped" else None)
    if mode == "capped" and whole > CAP:
        return {"value": CAP, "kind": "capped"}
    return {**counted, "value": whole}


def _estimated(rows: models.QuerySet[Any, Any]) -> int:
    """What the planner of the database expects; it costs nothing to ask."""
    try:
        plan = orjson.loads(rows.explain(format="json"))
    except EmptyResultSet:
        # Django sees that nothing can match and has no query to ask about.
        return 0
    return int(plan[0]["Plan"]["Plan Rows"])


def _beyond(keyed: tuple[str, ...], cursor: Cursor, falling: bool) -> Any:
    if len(keyed) == 1:
        return models.Q(**{"pk__lt" if falling else "pk__gt": cursor.key})
    lookup = TupleLessThan if falling else TupleGreaterThan
    return lookup(Tuple(*(models.F(name) for name in keyed)), (cursor.value, cursor.key))


def _field_at(model: type[models.Model], path: str) -> Any:
    """The model field at the end of a path such as ``unit__code``."""
    if path == "pk":
        return model._meta.pk
    field: Any = None
    for step in path.split("__"):
        field = model._meta.get_field(step)
        model = field.related_model or model
    return field
