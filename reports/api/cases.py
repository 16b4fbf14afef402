"""The cases behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.filters import code_list
from cases.models import Case
from reports import provenance, statistics
from reports.api.examples import CELL
from reports.api.params import BOOK, MEASURE, SCOPE, StatisticsView, moment_shown, period_shown
from reports.api.serializers import CellCasesSerializer
from reports.counting.regimes import Column, Regime, regime_on
from reports.provenance import ActBehind, Cell, MovementBehind, Share, Shares
from thads.common.api.operations import Operation
from thads.common.api.pagination import Cursor, read_cursor
from thads.common.api.parameters import CURSOR, PAGE_SIZE, Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest
from thads.common.labels import Label, label

COLUMN = Parameter(
    "column",
    Label("Tên cột, như trong biểu.", "Name of the column, as in the forms."),
    required=True,
    example="done",
)
SINGLE_MONTH = Parameter(
    "single_month",
    Label(
        "true: chỉ phần phát sinh trong tháng cuối của kỳ; dùng cho cột phát sinh.",
        "true: only what moved in the last month of the period; for a column of flows.",
    ),
    kind="boolean",
    default=False,
)
ACT_TYPES, PLACES = code_list("act_types"), code_list("buckets")
#: The one order of the list: that in which the cases came into the register.
_ORDER = "case"
_SIDES = {-1: "OUT", 0: None, 1: "IN"}


class CellCases(StatisticsView):
    """The cases that make one cell of a form or of a cut, each with its share; the shares add up to the cell.

    Also a case that has left the scope since is there with its share, but not where it is now.
    """

    query_parameters = (*SCOPE, MEASURE, COLUMN, BOOK, SINGLE_MONTH, CURSOR, PAGE_SIZE)
    operations = {
        "GET": Operation(
            "list_cases_of_a_figure",
            Label("Các việc làm nên một ô số liệu", "The cases that make one figure"),
            CellCasesSerializer,
            example=CELL,
            about=Label(
                "Mỗi việc kèm phần của nó trong ô, các biến động và hành vi làm nên phần đó; tổng các phần "
                "trên mọi trang bằng số trong ô. Việc đã rời phạm vi thì url là null.",
                "Each case with its share of the cell, and the movements and acts behind it; the shares on "
                "all pages add up to the cell. url is null for a case that has left the scope since.",
            ),
            problems=(400, 401, 403, 404),
        )
    }

    def get(self, request: Request) -> Response:
        values = self.values
        with self.answer() as (asked, frame):
            regime = regime_on(asked.period.ends_on)
            column = _column(regime, values["column"], values["single_month"])
            measure = values["measure"].upper()
            reading = frame.reading(asked.period, measure, book=values["book"], **self.narrowing())
            cell = Cell(reading, column.name, values["single_month"])
            cursor = _cursor(values["cursor"])
            page = provenance.shares(
                cell,
                after=cursor and cursor.key,
                size=values["page_size"],
                backwards=cursor is not None and cursor.backwards,
            )
            known_at = moment_shown(frame.known_at)
            body = {
                "column": column.name,
                "label": column.label_en if self.lang == "en" else column.label,
                "measure": measure,
                "currency": "VND" if measure == "MONEY" else None,
                "book": values["book"],
                "regime": regime.code,
                "scope": self.scope_shown(asked),
                "period": period_shown(asked.period),
                "single_month": values["single_month"],
                "known_at": frame.known_at,
                "pending": frame.pending,
                "rule_version": statistics.rule_version(),
                "total": str(provenance.total(cell)),
                "results": self._cases(cell, page.rows),
                **self._beside(page, cursor, known_at),
                "count": {"value": page.count, "kind": "exact"},
            }
        return Response(body)

    def _cases(self, cell: Cell, page: Iterable[Share]) -> list[dict[str, Any]]:
        shares = dict(page)
        cases = {
            row["pk"]: row
            for row in Case.objects.filter(pk__in=shares).values(
                "pk", "public_id", "decision_number", "decision_date"
            )
        }
        visible = set(Case.objects.visible_to(self.scope).filter(pk__in=shares).values_list("pk", flat=True))
        movements: dict[int, list[dict[str, Any]]] = {case: [] for case in shares}
        for movement in provenance.behind(cell, list(shares)):
            movements[movement.case].append(self._movement(movement))
        return [
            {
                "case": {
                    "id": cases[case]["public_id"],
                    "decision_number": cases[case]["decision_number"],
                    "decision_date": cases[case]["decision_date"],
                    "url": self._case_url(cases[case]["public_id"]) if case in visible else None,
                },
                "share": str(share),
                "movements": movements[case],
            }
            for case, share in shares.items()
        ]

    def _case_url(self, public_id: Any) -> str:
        return self.request.build_absolute_uri(reverse("case", kwargs={"id": public_id}))

    def _movement(self, movement: MovementBehind) -> dict[str, Any]:
        return {
            "effective_on": movement.effective_on,
            "recorded_at": movement.recorded_at,
            "from": movement.source,
            "from_label": label(PLACES, movement.source, self.lang),
            "to": movement.target,
            "to_label": label(PLACES, movement.target, self.lang),
            "unit": movement.unit,
            "officer": movement.officer,
            "transfer": _SIDES[movement.direction],
            "other_unit": movement.other_unit,
            "cases": str(movement.cases),
            "money": str(movement.money),
            "counts": str(movement.counts),
            "act": self._act(movement.act),
            "known_through": movement.through and self._act(movement.through),
        }

    def _act(self, act: ActBehind) -> dict[str, Any]:
        return {
            "id": act.id,
            "seq": act.seq,
            "type": act.type,
            "label": label(ACT_TYPES, act.type, self.lang),
            "effective_on": act.effective_on,
            "decision_number": act.decision_number,
            "recorded_at": act.recorded_at,
        }

    def _beside(self, page: Shares, cursor: Cursor | None, known_at: str) -> dict[str, str | None]:
        """The addresses of the pages beside this one, about the same moment."""
        backwards = cursor is not None and cursor.backwards
        has_next = bool(page.rows) and (backwards or page.more)
        has_previous = bool(page.rows) and (page.more if backwards else cursor is not None)

        def address(share: Share, back: bool) -> str:
            token = Cursor(_ORDER, share.case, share.case, back).token()
            query = {**self.request._request.GET.dict(), "known_at": known_at, "cursor": token}
            return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(query, safe=':')}")

        return {
            "next": address(page.rows[-1], False) if has_next else None,
            "previous": address(page.rows[0], True) if has_previous else None,
        }


def _column(regime: Regime, name: str, single_month: bool) -> Column:
    """The column asked for. Raises BadRequest for none, for a ratio, naming what it is made of, and for one
    that a single month has none of.
    """
    for column in regime.columns:
        if column.name == name:
            if single_month and name not in regime.flows:
                flows = ", ".join(one for one in regime.column_names if one in regime.flows)
                raise BadRequest(
                    parameter_fault("single_month", "COLUMN_HAS_NO_MONTH", column=name, flows=flows)
                )
            return column
    for ratio in regime.ratios:
        if ratio.name == name:
            raise BadRequest(
                parameter_fault(
                    "column", "COLUMN_IS_RATIO", column=name, numerator=ratio.numerator,
                    denominator=ratio.denominator,
                )
            )  # fmt: skip
    known = ", ".join(regime.column_names)
    raise BadRequest(parameter_fault("column", "COLUMN_UNKNOWN", column=shortened(name), known=known))


def _cursor(token: str | None) -> Cursor | None:
    return None if token is None else read_cursor(token, _ORDER, Case, "pk")
