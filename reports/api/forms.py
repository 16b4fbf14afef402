"""Statutory forms, read."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from reports import statistics
from reports.api.examples import FORM_1
from reports.api.params import SCOPE, StatisticsView, period_shown
from reports.api.serializers import FormSerializer
from reports.counting.regimes import regime_on
from reports.forms import Form, forms
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest, Fault, NotVisible
from thads.common.labels import Label
from thads.common.periods import Period

COMPARE = Parameter(
    "compare",
    Label(
        "prior_same_period: so với cùng kỳ năm trước.",
        "prior_same_period: against the same period a year before.",
    ),
    kind="choice", choices=("prior_same_period",),
)  # fmt: skip
COLUMNS = Parameter(
    "columns",
    Label(
        "Các cột cần lấy, cách nhau dấu phẩy; để trống lấy tất cả.",
        "Columns wanted, separated by commas; all by default.",
    ),
    example="total_handled,done,done_ratio",
)


class FormDetail(StatisticsView):
    """One form for a scope and a period, as known now or at a moment that has passed."""

    query_parameters = (*SCOPE, COLUMNS, COMPARE)
    operations = {
        "GET": Operation(
            "get_statistics_form",
            Label("Biểu thống kê theo kỳ", "A statutory form for a period"),
            FormSerializer,
            example=FORM_1,
            about=Label(
                "Biểu 1, 2 (theo loại án) và 4, 5 (theo đơn vị, chấp hành viên); mọi cột theo tên trong tài "
                "liệu thống kê. Số liệu đúng như đã biết vào known_at; hỏi lại với known_at đó thì vẫn vậy.",
                "Forms 1 and 2 by kind of case, 4 and 5 by unit and officer; every column by its name. The "
                "figures are those known at known_at, exactly; asked again for it they are the same.",
            ),
            problems=(400, 401, 403, 404),
            path_parameters={"number": Label("Số biểu: 1, 2, 4, 5.", "Number of the form: 1, 2, 4, 5.")},
        )
    }

    def get(self, request: Request, number: int) -> Response:
        form = _form(number)
        with self.answer() as (asked, frame):
            chosen = _chosen(self.values["columns"], asked.period)
            reading = frame.reading(asked.period, form.measure, book=form.book, **self.narrowing())
            counted = statistics.count(form, reading)
            compared = self.values["compare"] is not None
            prior = statistics.count(form, reading.at(asked.period.prior_same())) if compared else None
            links = self.links(asked, frame, form.measure, form.book)
            body = {
                "form": form.number,
                "title": form.title_en if self.lang == "en" else form.title,
                "measure": form.measure,
                "currency": "VND" if form.measure == "MONEY" else None,
                "regime": counted.regime.code,
                "scope": self.scope_shown(asked),
                "period": period_shown(asked.period),
                "known_at": frame.known_at,
                "pending": frame.pending,
                "rule_version": statistics.rule_version(),
                "comparison": prior and {
                    "kind": "prior_same_period",
                    "period": period_shown(prior.reading.period),
                    "regime": prior.regime.code,
                    "known_at": frame.known_at,
                    "basis": "live",
                },
                **statistics.answer(counted, prior, chosen, links, self.lang),
                "bridge": statistics.bridge(counted),
            }  # fmt: skip
        return Response(body)


def _form(number: int) -> Form:
    form = forms().get(number)
    if form is None:
        known = ", ".join(map(str, forms()))
        raise NotVisible(Fault("FORM_UNKNOWN", "", {"number": number, "known": known}))
    return form


def _chosen(columns: str | None, period: Period) -> tuple[str, ...]:
    known = statistics.column_names(regime_on(period.ends_on))
    if columns is None:
        return known
    chosen = tuple(name.strip() for name in columns.split(","))
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise BadRequest(
            parameter_fault("columns", "COLUMN_UNKNOWN", column=shortened(name), known=", ".join(known))
            for name in unknown
        )
    return chosen
