"""Free cuts of the statistics: the figures of a scope and a period, grouped as asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from reports.api.cut_examples import CUT
from reports.api.cut_serializers import CutSerializer
from reports.api.params import (
    BOOK,
    MEASURE,
    NOBODY,
    SCOPE,
    Links,
    StatisticsView,
    period_shown,
)
from reports.cells import ratio_of
from reports.counting.regimes import Regime, regime_on
from reports.cuts import (
    KEYS,
    MAIN_COLUMNS,
    MONTH,
    MOST_CELLS,
    MOST_ROWS,
    OFFICER,
    THEME,
    UNIT,
    Counted,
    Cut,
    CutRow,
    count,
    digest,
    most_rows,
)
from reports.models.totals import MONEY
from reports.statistics import column_names, rule_version
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest
from thads.common.labels import Label

GROUP_BY = Parameter(
    "group_by",
    Label(
        f"Các tiêu chí phân tổ, cách nhau dấu phẩy, theo thứ tự của dòng: {', '.join(KEYS)}; "
        "để trống chỉ lấy tổng.",
        f"What the rows are grouped by, separated by commas, in this order: {', '.join(KEYS)}; "
        "the total alone by default.",
    ),
    example="unit,officer",
)
COLUMN = Parameter(
    "column",
    Label(
        "Các cột cần lấy, cách nhau dấu phẩy; để trống lấy các cột chính.",
        "Columns wanted, separated by commas; the main ones by default.",
    ),
    example="done,eligible,done_ratio",
)

_NOTES = {
    "THEMES_OVERLAP": Label(
        "Một việc có thể thuộc nhiều chuyên đề hoặc không thuộc chuyên đề nào: "
        "cộng các dòng không ra dòng tổng.",
        "A case may be under several themes, or under none: the rows do not add up to the total.",
    ),
    "TRANSFERS_OF_EACH_ROW": Label(
        "Luân chuyển của mỗi dòng tính qua ranh giới của chính dòng đó; phần vượt dòng tổng là luân chuyển "
        "giữa các dòng.",
        "The transfers of a row are over its own boundary; what exceeds the total went from row to row.",
    ),
    "MONTHS_OWN_FLOWS": Label(
        "Dòng tháng: cột phát sinh (flow) là của riêng tháng; cột khác là số tại cuối tháng, "
        "lũy kế từ 01/10.",
        "A month's row: a flow is the month's own; anything else stands as at the end of the month, "
        "cumulative from 01/10.",
    ),
}


class Cuts(StatisticsView):
    """Any cut of the figures of a scope and a period."""

    query_parameters = (*SCOPE, MEASURE, BOOK, GROUP_BY, COLUMN)
    operations = {
        "GET": Operation(
            "get_statistics",
            Label("Số liệu thống kê phân tổ tùy chọn", "Statistics, grouped freely"),
            CutSerializer,
            example=CUT,
            about=Label(
                "Cùng số liệu với các biểu, phân tổ theo bất kỳ tiêu chí nào kết hợp với nhau; "
                "mỗi ô kèm địa chỉ danh sách việc tạo thành số đó. Dòng không có số liệu thì không hiện.",
                "The figures of the forms, grouped by any combination of keys; "
                "each cell has the address of the cases behind it. Rows of nothing are left out.",
            ),
            problems=(400, 401, 403, 404),
        )
    }

    def get(self, request: Request) -> Response:
        values = self.values
        measure = values["measure"].upper()
        keys = _keys(values["group_by"])
        with self.answer() as (asked, frame):
            regime = regime_on(asked.period.ends_on)
            chosen = _columns(values["column"], regime)
            reading = frame.reading(asked.period, measure, book=values["book"], **self.narrowing())
            counted = _count(Cut(reading, keys, chosen), self.lang)
            link = self.links(asked, frame, measure, values["book"])
            body = {
                "measure": measure,
                "currency": "VND" if measure == MONEY else None,
                "book": values["book"],
                "regime": regime.code,
                "scope": self.scope_shown(asked),
                "period": period_shown(asked.period),
                "known_at": frame.known_at,
                "pending": frame.pending,
                "rule_version": rule_version(),
                "group_by": list(keys),
                "columns": _heads(chosen, regime, self.lang),
                "notes": _notes(keys, chosen, self.lang),
                "total": _row(counted.total, chosen, link),
                "rows": [_row(row, chosen, link) for row in counted.rows],
                "digest": digest(counted),
            }
        return Response(body)


# What is asked.


def _keys(given: str | None) -> tuple[str, ...]:
    """The keys of ``group_by``, in the order given. Raises BadRequest for one unknown or repeated."""
    if given is None:
        return ()
    keys = _listed(given)
    known = ", ".join(KEYS)
    faults = [
        parameter_fault("group_by", "GROUP_KEY_UNKNOWN", key=shortened(key), known=known)
        for key in dict.fromkeys(keys)
        if key not in KEYS
    ]
    faults += [
        parameter_fault("group_by", "GROUP_KEY_TWICE", key=key, known=known) for key in _twice(keys, KEYS)
    ]
    if faults:
        raise BadRequest(faults)
    return keys


def _columns(given: str | None, regime: Regime) -> tuple[str, ...]:
    """The columns of ``column``. Raises BadRequest for one the regime does not have, or that stands twice."""
    if given is None:
        return MAIN_COLUMNS
    names = _listed(given)
    known = column_names(regime)
    faults = [
        parameter_fault("column", "COLUMN_UNKNOWN", column=shortened(name), known=", ".join(known))
        for name in dict.fromkeys(names)
        if name not in known
    ]
    faults += [parameter_fault("column", "COLUMN_TWICE", column=name) for name in _twice(names, known)]
    if faults:
        raise BadRequest(faults)
    return names


def _listed(given: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in given.split(","))


def _twice(names: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    return [name for name in known if names.count(name) > 1]


def _count(cut: Cut, lang: str) -> Counted:
    """The cut, counted. Raises BadRequest when it could be larger than one answer may be."""
    rows, most = most_rows(cut), min(MOST_ROWS, MOST_CELLS // len(cut.columns))
    if rows > most:
        raise BadRequest(
            parameter_fault("group_by", "CUT_TOO_LARGE", rows=rows, most=most, columns=len(cut.columns))
        )
    return count(cut, lang)


# The answer.


def _heads(chosen: tuple[str, ...], regime: Regime, lang: str) -> list[dict[str, str]]:
    """What the columns are called, and whether they flow or stand."""
    known = {one.name: one for one in (*regime.columns, *regime.ratios)}
    ratios = {ratio.name for ratio in regime.ratios}
    flows = regime.flows
    return [
        {
            "name": name,
            "number": known[name].number,
            "label": known[name].label_en if lang == "en" else known[name].label,
            "kind": "ratio" if name in ratios else "flow" if name in flows else "state",
        }
        for name in chosen
    ]


def _notes(keys: tuple[str, ...], chosen: tuple[str, ...], lang: str) -> list[dict[str, str]]:
    """What has to be known before the rows are added up."""
    codes = []
    if THEME in keys:
        codes.append("THEMES_OVERLAP")
    if {UNIT, OFFICER} & set(keys) and {"transferred_in", "transferred_out"} & set(chosen):
        codes.append("TRANSFERS_OF_EACH_ROW")
    if MONTH in keys:
        codes.append("MONTHS_OWN_FLOWS")
    return [{"code": code, "text": _NOTES[code].text(lang)} for code in codes]


def _row(row: CutRow, chosen: tuple[str, ...], link: Links) -> dict[str, Any]:
    return {
        "key": row.key,
        "labels": row.labels,
        "period": period_shown(row.period),
        "regime": row.regime.code,
        "columns": _cells(row, chosen, link),
    }


def _cells(row: CutRow, chosen: tuple[str, ...], link: Links) -> dict[str, Any]:
    narrowed = _narrowed(row.key)
    cases = link(narrowed)
    of_month = link({**narrowed, "single_month": "true"}) if MONTH in row.key else cases
    ratios = {ratio.name: ratio for ratio in row.regime.ratios}
    flows = row.regime.flows
    cells: dict[str, Any] = {}
    for name in chosen:
        if name in ratios:
            cells[name] = {**ratio_of(ratios[name], row.stands), "cases": cases + ratios[name].numerator}
        else:
            address = of_month if name in flows else cases
            cells[name] = {"value": str(row.values[name]), "cases": f"{address}{name}"}
    return cells


def _narrowed(key: Mapping[str, Any]) -> dict[str, str]:
    """What a row adds to what was asked, as query parameters."""
    found: dict[str, str] = {}
    for name, code in key.items():
        if name == UNIT:
            found |= {"unit": code, "own": "true"}
        elif name == MONTH:
            found["months"] = str(code)
        else:
            found[name] = NOBODY if code is None else code
    return found
