"""A list as a table: every row of the filter, flat, one line for each, under headings in the caller's words.

``GET …?format=csv`` streams it. Everything is read in one snapshot of the database, which is taken when the
transaction of the request is over and lives until the last byte has been sent; rows are read in batches, so
memory does not grow with the table. ``X-Total-Count`` says beforehand how many rows there will be: of up to
10,000 always, of more when asked for (``count=exact``), because a large table begins sooner than it is
counted. An answer that breaks off ends without the last chunk of HTTP. A digest could only follow the rows,
where it would be one more line that is no row: whoever wants one asks for the table as a job, which gives
count and SHA-256 of the file.

Columns are the fields of the list as its operation describes them: a part of its own gives one column for
each of its fields, a list of values stands in one cell, and a list of parts is JSON. ``fields`` and ``omit``
choose among them, ``fields`` in its own order.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.db import models
from django.http import StreamingHttpResponse
from django.utils.timezone import localtime
from rest_framework import serializers

from thads.common.api.operations import Operation
from thads.common.api.pagination import CAP, Ordering, Page, read_on
from thads.common.api.parameters import Parameter, parameter_fault
from thads.common.api.renderers import to_json
from thads.common.api.shape import ALWAYS, Shape
from thads.common.errors import BadRequest
from thads.common.labels import Label
from thads.common.snapshot import one_snapshot

CSV, JSON = "csv", "json"
FORMAT = Parameter(
    "format",
    Label(
        "csv: toàn bộ danh sách theo bộ lọc, không chia trang, dạng bảng UTF-8 mở được bằng Excel; "
        "X-Total-Count là số dòng (trên 10.000 dòng: khi có count=exact).",
        "csv: every row of the filter, without pages, as a UTF-8 table that Excel opens; X-Total-Count "
        "is the number of rows.",
    ),
    kind="choice",
    choices=(JSON, CSV),
    default=JSON,
)
#: Parameters of pages, which a table has none of.
OF_PAGES = ("cursor", "page_size")

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
TOTAL = "X-Total-Count"
#: What tells Excel that a file is UTF-8.
_BYTE_ORDER_MARK = "\ufeff"
#: Rows presented together; the first of them are few, so that something is there at once.
_FIRST, _BATCH = 10, 500
#: What a spreadsheet would take for a formula, unless it is a number.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HEADINGS = Path(__file__).with_name("headings.toml")


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a filter in an order. ``first`` finds the first of them as the first page of the list, so
    that they are there at once; for the rest the database may sort all it has.
    """

    rows: models.QuerySet[Any, Any]
    columns: Collection[str]
    ordering: Ordering
    first: Callable[[int], Page]

    def count(self, mode: str) -> int | None:
        """How many rows there are; None when that is not to be known (``mode`` is a value of ``count``)."""
        if mode == "exact":
            return self.rows.order_by().count()
        found = self.rows.order_by()[: CAP + 1].count() if mode == "capped" else CAP + 1
        return found if found <= CAP else None

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """The rows in their order as dictionaries, some at a time."""
        page = self.first(_FIRST)
        if page.rows:
            yield page.rows
        if page.next is None:
            return
        rest = read_on(self.rows.values(*self.columns), self.ordering, page.next)
        found = rest.iterator(chunk_size=_BATCH)
        while batch := list(islice(found, _BATCH)):
            yield batch


class Listed(Protocol):
    """A list view with its parameters read (``ScopedListView``)."""

    operations: ClassVar[Mapping[str, Operation]]

    @property
    def lang(self) -> str: ...

    @property
    def shape(self) -> Shape: ...

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the way to its value through a row, its heading, and whether it is an amount in đồng."""

    path: tuple[str, ...]
    heading: Label
    money: bool = False

    def value(self, row: Mapping[str, Any]) -> Any:
        found: Any = row
        for name in self.path:
            if found is None:
                return None
            found = found.get(name)
        return found


class TableResponse(StreamingHttpResponse):
    """A table that is opened when the transaction of its request is over (Django renders answers after it):
    only then is its snapshot its own.
    """

    def __init__(self, view: Listed, table: Table, *, counted: str, name: str, bare: bool) -> None:
        super().__init__((), content_type=CONTENT_TYPE)
        self["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        self._view, self._table, self._counted, self._bare = view, table, counted, bare

    def render(self) -> TableResponse:
        """Take the snapshot, count, and read the first rows: what goes wrong here is still an answer."""
        lines = csv_lines(self._view, self._table, self._counted)
        total = next(lines)
        if total is not None:
            self[TOTAL] = str(total)
        first = next(lines)
        self._resource_closers.append(lines.close)  # type: ignore[attr-defined]
        self.streaming_content = () if self._bare else chain((first,), lines)  # type: ignore[assignment]
        return self


def csv_lines(view: Listed, table: Table, counted: str) -> Generator[Any, None, None]:
    """The number of rows (``Table.count``), then the table as pieces of UTF-8, the headings first."""
    columns = chosen_columns(view)
    batches = cells(view, table, columns, counted)
    yield next(batches)
    head = _BYTE_ORDER_MARK + _csv([[column.heading.text(view.lang) for column in columns]])
    for batch in batches:
        yield (head + _csv([[as_text(value) for value in row] for row in batch])).encode()
        head = ""


def cells(view: Listed, table: Table, columns: tuple[Column, ...], counted: str) -> Iterator[Any]:
    """The number of rows (``Table.count``), then the values of their cells in batches, the first of which may
    be empty. All is read in one snapshot, which is given back when this is closed.
    """
    with one_snapshot():
        yield table.count(counted)
        empty = True
        for batch in table.batches():
            shown = map(view.shape.of, view.present(batch))
            yield [[column.value(row) for column in columns] for row in shown]
            empty = False
        if empty:
            yield []


def check_unpaged(query: Mapping[str, Any]) -> None:
    """Raises BadRequest for a parameter of pages: who asks for a page of a table means something else."""
    faults = [parameter_fault(name, "NOT_WITH_TABLE") for name in OF_PAGES if name in query]
    if faults:
        raise BadRequest(faults)


def chosen_columns(view: Listed) -> tuple[Column, ...]:
    """The columns of a list that its caller has asked for, in his order."""
    columns, shape = columns_of(view), view.shape
    if shape.keep is not None:
        names = list(dict.fromkeys((ALWAYS, *shape.keep) if ALWAYS not in shape.keep else shape.keep))
        kept = [column for column in columns if _names(column, shape.keep) or column.path[0] == ALWAYS]
        columns = tuple(sorted(kept, key=lambda column: names.index(column.path[0])))
    dropped = shape.drop or {}
    return tuple(column for column in columns if column.path[0] == ALWAYS or not _drops(column, dropped))


def _names(column: Column, chosen: Mapping[str, frozenset[str]]) -> bool:
    """Whether one of these names is the column, or holds it, or is held by it."""
    within = chosen.get(column.path[0])
    return within is not None and (not within or len(column.path) == 1 or column.path[1] in within)


def _drops(column: Column, chosen: Mapping[str, frozenset[str]]) -> bool:
    """Whether one of these names is the column or holds it; of what it holds the rest stays."""
    within = chosen.get(column.path[0])
    return within is not None and (not within or (len(column.path) > 1 and column.path[1] in within))


def columns_of(view: Listed) -> tuple[Column, ...]:
    """The columns of a list, by what its operation says of a row."""
    shape = view.operations["GET"].response
    assert shape is not None
    return _columns_shown_by(shape)  # type: ignore[arg-type]  # a class is hashable


@cache
def _columns_shown_by(shape: type[serializers.BaseSerializer[Any]]) -> tuple[Column, ...]:
    return tuple(_columns(shape(), (), Label("", "")))


def _columns(shape: Any, above: tuple[str, ...], prefix: Label) -> Iterator[Column]:
    for name, field in shape.fields.items():
        heading = _under(prefix, _heading(name, coded=f"{name}_label" in shape.fields))
        if isinstance(field, serializers.Serializer):
            yield from _columns(field, (*above, name), heading)
        else:
            yield Column((*above, name), heading, bool(headings().get(name, {}).get("money")))


def _under(prefix: Label, own: Label) -> Label:
    return Label(f"{prefix.vi}: {own.vi}", f"{prefix.en}: {own.en}") if prefix.vi else own


def _heading(name: str, *, coded: bool) -> Label:
    """The words for a field. A code that comes with its label says that it is one, and the label is the thing
    itself.
    """
    known = headings().get(name) or headings().get(name.removesuffix("_label"))
    if known is None:
        return Label(name, name)
    return Label(f"{known['vi']} (mã)", f"{known['en']} (code)") if coded else Label(known["vi"], known["en"])


@cache
def headings() -> Mapping[str, Mapping[str, Any]]:
    """The words for the fields of lists, by name."""
    return tomllib.loads(_HEADINGS.read_text(encoding="utf-8"))


def as_text(value: Any) -> str:
    """The value of a cell as text that no spreadsheet computes."""
    return harmless(plain(value))


def plain(value: Any) -> str:
    """The value of a cell as text: days and moments in ISO, amounts as digits, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return localtime(value).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return to_json(value).decode()
    if isinstance(value, (list, tuple, set, frozenset)):
        return _joined(value)
    return str(value)


def _joined(values: Any) -> str:
    if any(isinstance(value, (Mapping, list, tuple)) for value in values):
        return to_json(list(values)).decode()
    return "; ".join(str(value) for value in values)


def harmless(text: str) -> str:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _csv(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
