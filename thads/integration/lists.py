"""A list as a file: the table of ``thads.common.api.table`` written by a job, as CSV or as a workbook (XLSX).

The job sees what its caller saw when he asked, and nothing more. Its table is read in one snapshot, so it is
written in one go: after a crash it is begun anew, over what was there. Memory is one batch of rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.core.handlers.wsgi import WSGIRequest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.timezone import localtime
from rest_framework.request import Request
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from thads.common.api.base import ScopedListView
from thads.common.api.parameters import parameter_fault, read_query
from thads.common.api.table import FORMAT, cells, chosen_columns, csv_lines, plain
from thads.common.errors import BadRequest
from thads.jobs.caller import Caller
from thads.jobs.models import Job
from thads.jobs.runner import submit

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
#: Rows of a sheet, the headings included, and characters of a cell: what the format itself allows.
_SHEET, _CELL = 1_048_576, 32_767
#: Digits of a number that a spreadsheet keeps; a longer one is text.
_DIGITS = 15
#: What the format can show as a day.
_FIRST_YEAR = 1900
_DAY = "yyyy-mm-dd"
_MOMENT = "yyyy-mm-dd hh:mm:ss"


@cache
def lists() -> Mapping[str, type[ScopedListView]]:
    """Every list that has a table and an address without arguments, by name."""
    found = {}
    for name, callback in _addresses(get_resolver().url_patterns):
        view = getattr(callback, "cls", None)
        if isinstance(view, type) and issubclass(view, ScopedListView) and FORMAT in view.parameters("GET"):
            found[name] = view
    return dict(sorted(found.items()))


def _addresses(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _addresses(entry.url_patterns)
        elif isinstance(entry, URLPattern) and entry.name and not entry.pattern.converters:
            yield entry.name, entry.callback


def asked(name: str, query: Mapping[str, str], caller: Caller, *, lang: str, at: str) -> Any:
    """The list ``name`` as ``caller`` gets it for ``query``; ``at`` is where the service is reached. Raises
    BadRequest and NotVisible as the list itself does.
    """
    scheme, _, host = at.partition("://")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "QUERY_STRING": urlencode(query),
        "SERVER_NAME": host,
        "SERVER_PORT": "443" if scheme == "https" else "80",
        "HTTP_HOST": host,
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
    }
    view: Any = lists()[name]()
    view.request, view.kwargs = Request(WSGIRequest(environ)), {}
    view.__dict__.update(principal=caller.principal, scope=caller.scope, lang=lang)
    view.values = read_query(view.request._request.GET, view.parameters("GET"))
    faults = [
        parameter_fault(one, "PARAMETERS_TOGETHER", other="export")
        for one in ("expand", "modified_since")
        if one in query
    ]
    if faults:
        raise BadRequest(faults)
    # What is wrong with the choice of columns or with the search is said before anything is read.
    view.shape, view.wanted  # noqa: B018
    return view


def submit_list(
    *, name: str, query: Mapping[str, str], form: str, caller: Caller, lang: str, at: str, unit_id: int
) -> Job:
    """Put down the job that writes the list as a file of ``form`` (``FORMATS``)."""
    file = default_storage.generate_filename(f"exports/{uuid.uuid4()}.{form}")
    params = {
        "file": file,
        "list": name,
        "query": dict(query),
        "format": form,
        "lang": lang,
        "at": at,
        "caller": caller.as_params(),
    }
    return submit(kind="LIST", params=params, by=caller.principal.by, unit_id=unit_id)


def run(job: Job) -> dict[str, Any]:
    """Write the job's file (``thads.jobs``). Returns rows, and size and SHA-256 of the file."""
    params = job.params
    path = Path(default_storage.path(params["file"]))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with translation.override(params["lang"]), _own_file(path) as file:
        caller = Caller.from_params(params["caller"])
        view = asked(params["list"], params["query"], caller, lang=params["lang"], at=params["at"])
        rows = _write_csv(file, view) if params["format"] == CSV else _write_xlsx(file, view, path.parent)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    job.progress_done = job.progress_total = rows
    job.save(update_fields=["progress_done", "progress_total"])
    return {"rows": rows, "bytes": size, "sha256": sha256}


def _own_file(path: Path) -> io.BufferedRandom:
    """The file, empty whatever was in it, read by nobody but the service's own user."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _write_csv(file: IO[bytes], view: Any) -> int:
    lines = csv_lines(view, view.table(), "exact")
    rows = int(next(lines))
    file.writelines(lines)
    return rows


def _write_xlsx(file: IO[bytes], view: Any, folder: Path) -> int:
    """A workbook of as many sheets as the rows need, each under the headings."""
    columns = chosen_columns(view)
    money = [column.money for column in columns]
    # A row goes to a file in the folder as soon as the next one comes: nothing is kept in memory.
    with Workbook(file, {"constant_memory": True, "tmpdir": str(folder)}) as book:
        sheets = _Sheets(book, [column.heading.text(view.lang) for column in columns])
        batches = cells(view, view.table(), columns, "exact")
        rows = int(next(batches))
        for row in chain.from_iterable(batches):
            sheets.write(row, money)
    return rows


class _Sheets:
    """The sheets of a workbook, one after the other."""

    def __init__(self, book: Any, headings: list[str]) -> None:
        self._book, self._headings = book, headings
        self._bold = book.add_format({"bold": True})
        self._formats = {
            "day": book.add_format({"num_format": _DAY}),
            "moment": book.add_format({"num_format": _MOMENT}),
            "money": book.add_format({"num_format": "#,##0"}),
        }
        self._next = _SHEET
        self._sheet: Any = None
        self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for place, heading in enumerate(self._headings):
            self._sheet.write_string(0, place, heading, self._bold)
        self._next = 1

    def write(self, row: list[Any], money: list[bool]) -> None:
        if self._next == _SHEET:
            self._begin()
        for place, value in enumerate(row):
            self._cell(place, value, money[place])
        self._next += 1

    def _cell(self, place: int, value: Any, money: bool) -> None:
        """Text is always written as text: nothing of it can be a formula or a link."""
        sheet, at = self._sheet, self._next
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(at, place, value)
        elif isinstance(value, dt.datetime):
            sheet.write_datetime(at, place, localtime(value).replace(tzinfo=None), self._formats["moment"])
        elif isinstance(value, dt.date) and value.year >= _FIRST_YEAR:
            sheet.write_datetime(at, place, value, self._formats["day"])
        elif (money or isinstance(value, (int, Decimal))) and len(str(value).lstrip("-")) <= _DIGITS:
            sheet.write_number(at, place, float(value), self._formats["money"] if money else None)
        else:
            sheet.write_string(at, place, _short(plain(value)))


def _short(text: str) -> str:
    """Text as long as a cell may be; what is cut ends with an ellipsis."""
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
