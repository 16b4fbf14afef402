"""What has changed in a list since a moment (``modified_since``), with tombstones, in the order of change.

A page tells the rows of the list that were written at that moment or later, and under ``removed`` those that
are not in it any more: removed, handed to somebody else, or outside the filter now. Every page of one reading
names the same ``modified_until``, the moment to ask from next time. It lies before anything that was still
being written when the reading began, so nothing is missed however late it is committed; something may be told
twice.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils import timezone

from thads.common.api.parameters import Parameter, parameter_fault
from thads.common.api.renderers import to_json
from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label

MODIFIED_SINCE = Parameter(
    "modified_since",
    Label(
        "Chỉ những gì đã thay đổi từ thời điểm này, theo thứ tự thay đổi; removed là những dòng không còn "
        "trong danh sách. Lần sau hỏi từ modified_until của trả lời này. Không dùng cùng ordering.",
        "Only what has changed since this moment, in the order of the changes; removed are the rows that are "
        "in the list no longer. Ask from the answer's modified_until next time. Not together with ordering.",
    ),
    kind="moment",
    example="2026-02-03T08:00:00+07:00",
)
#: What the order is called in a cursor; no list has an ordering of this name.
_NAME = "modified"

Rows = models.QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """That the row ``pk`` was written at ``modified_at``, or has left."""

    modified_at: dt.datetime
    pk: int
    public_id: Any

    @property
    def place(self) -> tuple[dt.datetime, int]:
        return self.modified_at, self.pk

    @property
    def tombstone(self) -> dict[str, Any]:
        return {"id": self.public_id, "deleted": True, "modified_at": self.modified_at}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of changes begins: after ``at`` (None: at the first), or before it when read
    ``backwards``; ``until`` is the moment that the whole reading names.
    """

    until: dt.datetime
    at: tuple[dt.datetime, int] | None = None
    backwards: bool = False

    def token(self) -> str:
        assert self.at is not None
        raw = to_json([_NAME, self.until, *self.at, self.backwards])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in their order, and the places of the pages beside them, where there are any."""

    changes: list[Change]
    next: Place | None
    previous: Place | None


#: Up to so many changes beyond a place, falling or rising.
Source = Callable[[tuple[dt.datetime, int] | None, bool, int], Sequence[Change]]


def is_tracked(model: type[models.Model]) -> bool:
    """Whether the rows of a model say when they were last written."""
    return {"modified_at", "public_id"} <= {field.name for field in model._meta.fields}


def check_since(since: dt.datetime, query: Mapping[str, Any]) -> None:
    """Raises BadRequest for a moment that has not come, and for parameters that would be another order, or a
    table, which has no place for what is gone.
    """
    faults: list[Fault] = []
    if since > timezone.now():
        said = since.isoformat()
        faults.append(parameter_fault("modified_since", "MOMENT_AHEAD", value=said))
    others = [name for name in ("ordering",) if name in query]
    others += ["format=csv"] if query.get("format") == "csv" else []
    faults += [parameter_fault("modified_since", "PARAMETERS_TOGETHER", other=other) for other in others]
    if faults:
        raise BadRequest(faults)


def read_place(token: str) -> Place:
    """The place written as ``token``. Raises BadRequest when it was made for another list or by hand."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        name, until, moment, key, backwards = orjson.loads(raw)
        if name != _NAME or type(key) is not int or abs(key) >= 2**63 or type(backwards) is not bool:
            raise ValueError("a cursor of another list")
        return Place(_moment(until), (_moment(moment), key), backwards)
    except (binascii.Error, ValueError, TypeError, OverflowError):
        raise BadRequest(parameter_fault("cursor", "CURSOR_INVALID")) from None


def _moment(written: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a moment without its offset")
    return moment.astimezone(dt.UTC)


def of_rows(rows: Rows, since: dt.datetime) -> Source:
    """The changes of the rows of a model."""

    def source(beyond: tuple[dt.datetime, int] | None, falling: bool, limit: int) -> list[Change]:
        selected: Any = rows.filter(modified_at__gte=since)
        if beyond is not None:
            lookup = TupleLessThan if falling else TupleGreaterThan
            selected = selected.filter(lookup(Tuple(models.F("modified_at"), models.F("pk")), beyond))
        keys = ("-modified_at", "-pk") if falling else ("modified_at", "pk")
        return [
            Change(*row)
            for row in selected.order_by(*keys).values_list("modified_at", "pk", "public_id")[:limit]
        ]

    return source


def page_of(sources: Sequence[Source], place: Place, size: int) -> Page:
    """``size`` changes of all ``sources`` from ``place`` on."""
    found = [one for source in sources for one in source(place.at, place.backwards, size + 1)]
    found.sort(key=lambda one: one.place, reverse=place.backwards)
    more, found = len(found) > size, found[:size]
    if place.backwards:
        found.reverse()
    has_next = bool(found) and (place.backwards or more)
    has_previous = bool(found) and (more if place.backwards else place.at is not None)
    return Page(
        found,
        next=Place(place.until, found[-1].place) if has_next else None,
        previous=Place(place.until, found[0].place, backwards=True) if has_previous else None,
    )


def told(
    changes: Sequence[Change], standing: Mapping[int, dict[str, Any]]
) -> tuple[list[dict[str, Any]], Iterator[dict[str, Any]]]:
    """The changed rows that are in the list (``standing``, by key), and the tombstones of the others."""
    rows = [standing[one.pk] for one in changes if one.pk in standing]
    return rows, (one.tombstone for one in changes if one.pk not in standing)
