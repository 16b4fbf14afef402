"""Workbooks (XLSX) of rows that people fill in: read as the rows that JSON would bring, and given back with
the cells marked for which rows were refused.

The first sheet counts. Its first row names the fields, a part of a field behind a dot, the places of a list
from 1: ``assignment.unit``, ``parties.1.name``. Each further row that holds anything is a row of the bulk; an
empty cell is a field that is not sent. Nothing in a workbook is computed, run or fetched: formulas, macros,
links to other files and embedded objects are refused. How much a workbook may unpack to is known before it
is unpacked.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from thads.common.errors import BadRequest, Fault, Refused, TooLarge
from thads.common.labels import Label

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Bytes of a workbook, as it is sent and unpacked, and files in it.
LIMIT: Final = 5 * 2**20
UNPACKED: Final = 100 * 2**20
PARTS: Final = 500
#: Rows below the first, columns, and cells that hold something.
ROWS: Final = 10_000
COLUMNS: Final = 200
CELLS: Final = 200_000
#: The last row a sheet can have.
_SHEET_ROWS: Final = 1_048_576
#: Digits of a number that a spreadsheet keeps; of a longer one the last are lost.
_DIGITS: Final = 15
_FIRST_YEAR: Final = 1900

#: What would run, or fetch something, when a program opens the workbook.
_ACTIVE: Final = re.compile(
    r"vba|\.bin$|^xl/(macrosheets|dialogsheets|externallinks|embeddings|activex|ctrlprops|connections|querytables)"
    r"|^customui",
    re.IGNORECASE,
)
_SETTINGS: Final = re.compile(r"(^|/)printerSettings\d*\.bin$", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\s.]{1,100}(\.[^\s.]{1,100}){0,5}")
_PLACE: Final = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_RED: Final = "#FFC7CE"

#: A way through a row: names of members, and places in lists from 0.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the sheet: its ``number`` there, what JSON would bring, and the column (from 0) of every value
    by its pointer into that.
    """

    number: int
    values: tuple[Any, ...]
    body: dict[str, Any]
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of an empty workbook: its name, what it is, and the codes it takes (none: any text)."""

    name: str
    heading: Label
    about: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a workbook holds: the names at the head of its columns, and its rows."""

    names: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    #: The column of each field by the pointer into any row.
    columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [row.body for row in self.rows]


# --- Reading ------------------------------------------------------------------------------------------------


def read(content: bytes) -> Sheet:
    """The rows of a workbook. Raises TooLarge, BadRequest for what is no workbook of rows, and Refused, with
    every such cell, for what would have to be computed.
    """
    _check_parts(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            return _sheet(book.worksheets[0])
        finally:
            book.close()
    except Refused:
        raise
    except Exception as error:
        # A broken file makes the reader raise whatever comes.
        raise BadRequest(Fault("WORKBOOK_BROKEN")) from error


def _check_parts(content: bytes) -> None:
    """Raises what ``read`` raises for what can be told before the rows are read."""
    if len(content) > LIMIT:
        raise TooLarge(Fault("BODY_TOO_LARGE", params={"limit": LIMIT}))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            infos = parts.infolist()
            # Nothing is unpacked beyond the size that is declared.
            if len(infos) > PARTS or sum(info.file_size for info in infos) > UNPACKED:
                raise TooLarge(Fault("WORKBOOK_UNPACKED", params={"megabytes": UNPACKED // 2**20}))
            for info in infos:
                _check_part(info.filename, parts.read(info))
    except Refused:
        raise
    except Exception as error:
        raise BadRequest(Fault("WORKBOOK_BROKEN")) from error


def _check_part(name: str, content: bytes) -> None:
    if _ACTIVE.search(name) and not _SETTINGS.search(name):
        raise Refused(Fault("WORKBOOK_ACTIVE", params={"part": name[:100]}))
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return
    if name == "[Content_Types].xml" and b"macroenabled" in content.lower():
        raise Refused(Fault("WORKBOOK_ACTIVE", params={"part": name}))
    plain = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    # Entities are what small XML is blown up with; in another encoding they could not be seen.
    if not plain.startswith(b"<") or b"\0" in plain or b"<!DOCTYPE" in plain or _ENCODING.match(plain):
        raise BadRequest(Fault("WORKBOOK_BROKEN"))


def _sheet(sheet: Any) -> Sheet:
    # What a sheet says of its own size need not be true.
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    names = _names(next(rows, ()))
    paths = [tuple(_steps(name)) if name else None for name in names]
    found: list[SheetRow] = []
    faults: list[Fault] = []
    cells = 0
    for number, row in enumerate(rows, 2):
        if number > _SHEET_ROWS:
            raise BadRequest(Fault("WORKBOOK_BROKEN"))
        if len(row) > COLUMNS:
            raise BadRequest(Fault("WORKBOOK_COLUMNS", params={"limit": COLUMNS}))
        values = tuple(_value(cell) for cell in row)
        if all(value is None for value in values):
            continue
        cells += sum(value is not None for value in values)
        if len(found) == ROWS or cells > CELLS:
            raise TooLarge(Fault("WORKBOOK_ROWS", params={"rows": ROWS, "cells": CELLS}))
        at = len(found)
        faults += (
            Fault(code, f"/{at}", {"cell": f"{get_column_letter(place + 1)}{number}"})
            for place, (cell, value) in enumerate(zip(row, values, strict=True))
            if value is not None and (code := _wrong(cell, value, place < len(names) and bool(names[place])))
        )
        found.append(_row(number, values, paths))
    if faults:
        raise Refused(faults[:100], code="WORKBOOK_REFUSED")
    heads = {_pointer(path): place for place, path in enumerate(paths) if path is not None}
    return Sheet(names, tuple(found), heads)


def _names(cells: Sequence[Any]) -> tuple[str, ...]:
    """The names at the head of the columns, empty where there is none. Raises BadRequest for one that cannot
    be a name, or goes not with another one.
    """
    if len(cells) > COLUMNS:
        raise BadRequest(Fault("WORKBOOK_COLUMNS", params={"limit": COLUMNS}))
    names = tuple("" if cell.value is None else str(cell.value).strip() for cell in cells)
    taken: dict[Path, bool] = {}
    faults = []
    for place, name in enumerate(names):
        if name and not (_NAME.fullmatch(name) and _fits(tuple(_steps(name)), taken)):
            params = {"cell": f"{get_column_letter(place + 1)}1", "name": name[:100]}
            faults.append(Fault("WORKBOOK_HEADING", "", params))
    if faults:
        raise BadRequest(faults)
    if not any(names):
        raise BadRequest(Fault("WORKBOOK_NO_HEADINGS"))
    return names


def _steps(name: str) -> Iterator[str | int]:
    for place, step in enumerate(name.split(".")):
        yield int(step) - 1 if place and _PLACE.fullmatch(step) else step


def _fits(path: Path, taken: dict[Path, bool]) -> bool:
    """Whether the path is new and everything above it holds names alone, or places alone, and no value.
    ``taken`` says of every step of the paths so far whether below it are places; of an end, nothing fits.
    """
    for depth in range(1, len(path)):
        places = isinstance(path[depth], int)
        above = path[:depth]
        if (*above, "") in taken or taken.setdefault(above, places) != places:
            return False
    if path in taken or (*path, "") in taken:
        return False
    taken[(*path, "")] = False
    return True


def _value(cell: Any) -> Any:
    value = cell.value
    return None if value is None or (isinstance(value, str) and not value.strip()) else value


def _wrong(cell: Any, value: Any, named: bool) -> str | None:
    """The code of what is wrong with a cell that holds something."""
    if not named:
        return "WORKBOOK_CELL_UNNAMED"
    if cell.data_type == "f":
        return "WORKBOOK_FORMULA"
    if cell.data_type == "e":
        return "WORKBOOK_CELL_ERROR"
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 10**_DIGITS:
        return "WORKBOOK_NUMBER_LONG"
    return None


def _row(number: int, values: tuple[Any, ...], paths: Sequence[Path | None]) -> SheetRow:
    columns: dict[str, int] = {}
    sent = [
        (path, place, value)
        for place, (path, value) in enumerate(zip(paths, values, strict=False))
        if path is not None and value is not None
    ]
    body = _built(sent, "", columns) if sent else {}
    return SheetRow(number, values, body, columns)


def _built(sent: Sequence[tuple[Path, int, Any]], at: str, columns: dict[str, int]) -> Any:
    """What JSON would bring for these values, and into ``columns`` where each comes from. What of a list is
    empty is left out, and the rest moves up.
    """
    if not sent[0][0]:
        columns[at] = sent[0][1]
        return _as_json(sent[0][2])
    parts: dict[str | int, list[tuple[Path, int, Any]]] = {}
    for path, place, value in sent:
        parts.setdefault(path[0], []).append((path[1:], place, value))
    if isinstance(sent[0][0][0], int):
        inner = [parts[step] for step in sorted(parts)]
        return [_built(one, f"{at}/{place}", columns) for place, one in enumerate(inner)]
    return {str(step): _built(one, at + _pointer((step,)), columns) for step, one in parts.items()}


def _as_json(value: Any) -> Any:
    """A cell as JSON would bring it: days and moments in ISO, numbers as their digits."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def _pointer(path: Path) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


# --- Giving back --------------------------------------------------------------------------------------------


def marked(sheet: Sheet, faults: Mapping[int, Sequence[Fault]], kept: Iterable[int], lang: str) -> IO[bytes]:
    """The rows at the places ``kept`` as a new workbook, where they stood, with the cells marked that
    ``faults`` (by place, with pointers into the row) are about: red, with a comment in ``lang``.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        formats = _formats(book)
        page.freeze_panes(1, 0)
        for place, name in enumerate(sheet.names):
            page.write_string(0, place, name, formats["head"])
        for place in kept:
            row = sheet.rows[place]
            said = _said(sheet, row, faults.get(place, ()), lang)
            for column in range(max(len(row.values), *(one + 1 for one in said), 1)):
                value = row.values[column] if column < len(row.values) else None
                _write(page, row.number - 1, column, value, formats, column in said)
            for column, sentences in said.items():
                page.write_comment(row.number - 1, column, "\n".join(sentences)[:4000], {"x_scale": 2})
    file.seek(0)
    return file


def _said(sheet: Sheet, row: SheetRow, faults: Iterable[Fault], lang: str) -> dict[int, list[str]]:
    said: dict[int, list[str]] = {}
    for fault in faults:
        said.setdefault(_column(fault.pointer, row.columns, sheet.columns), []).append(fault.text(lang))
    return said


def _column(pointer: str, here: Mapping[str, int], everywhere: Mapping[str, int]) -> int:
    """The column a fault is about: of the value itself, of its first part, of what it is part of; the first
    column for what has none.
    """
    while pointer:
        for columns in (here, everywhere):
            if pointer in columns:
                return columns[pointer]
        for columns in (here, everywhere):
            below = [column for name, column in columns.items() if name.startswith(f"{pointer}/")]
            if below:
                return min(below)
        pointer = pointer.rpartition("/")[0]
    return min(everywhere.values())


def _formats(book: Any) -> dict[str, Any]:
    red = {"bg_color": _RED}
    day, moment = {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm:ss"}
    return {
        "head": book.add_format({"bold": True, "num_format": "@"}),
        "needed": book.add_format({"bold": True, "num_format": "@", "bottom": 5}),
        "text": book.add_format({"num_format": "@"}),
        "": None,
        "red": book.add_format(red),
        "day": book.add_format(day),
        "dayred": book.add_format({**day, **red}),
        "moment": book.add_format(moment),
        "momentred": book.add_format({**moment, **red}),
    }


def _write(page: Any, row: int, column: int, value: Any, formats: Mapping[str, Any], bad: bool) -> None:
    """Text is written as text: nothing of it can be a formula or a link."""
    red = "red" if bad else ""
    if value is None:
        if bad:
            page.write_blank(row, column, None, formats[red])
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, formats[red])
    elif isinstance(value, (int, float)):
        page.write_number(row, column, value, formats[red])
    elif isinstance(value, dt.datetime) and value.year >= _FIRST_YEAR:
        kind = "day" if value.time() == dt.time() else "moment"
        page.write_datetime(row, column, value, formats[kind + red])
    else:
        page.write_string(row, column, str(value), formats[red])


def template(columns: Sequence[SheetColumn], lang: str) -> IO[bytes]:
    """An empty workbook of these columns; a comment at the head of each says what it is for. What has to be
    filled in is underlined. Cells are text, so that no number loses its zeros.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        formats = _formats(book)
        page.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            page.set_column(place, place, max(14, len(column.name) + 2), formats["text"])
            page.write_string(0, place, column.name, formats["needed" if column.required else "head"])
            page.write_comment(0, place, _told(column, lang), {"x_scale": 2})
            if column.choices and len(",".join(column.choices)) <= 255:
                known = {"validate": "list", "source": list(column.choices)}
                page.data_validation(1, place, ROWS, place, known)
    file.seek(0)
    return file


_NEEDED = Label("Bắt buộc.", "Required.")


def _told(column: SheetColumn, lang: str) -> str:
    lines = [column.heading.text(lang), _NEEDED.text(lang) if column.required else ""]
    lines += [column.about if lang == "en" else "", ", ".join(column.choices)]
    return "\n".join(line for line in lines if line)[:4000]
