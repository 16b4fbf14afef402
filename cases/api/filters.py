"""What the list of cases can be filtered by, beside unit and officer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import django_filters

from cases.api.external_ids import ExternalIdFilter
from cases.models import Case, CaseTag, Tag
from cases.rules import buckets
from cases.rules.tables import tables
from thads.common.api.base import by_address
from thads.common.api.filters import CodeFilter, IsoDateFilter
from thads.common.api.parameters import parameter_fault, shortened
from thads.common.errors import BadRequest
from thads.common.labels import CodeList, Label


def code_list(table: str) -> CodeList:
    """The codes of a table of the law and their names."""
    rows = getattr(tables(), table)
    return {code: Label(row.label, row.label_en) for code, row in rows.items()}


INITIATIONS = code_list("initiations")
FIELDS = code_list("case_fields")
THEMES = code_list("themes")
BUCKETS: CodeList = {code: code_list("buckets")[code] for code in buckets.ALL}


class CodesFilter(django_filters.CharFilter):
    """Codes of a list, separated by commas: rows with any of them."""

    def __init__(self, codes: Collection[str], about: Label, **kwargs: Any) -> None:
        self.codes = tuple(codes)
        super().__init__(label=about, lookup_expr="in", **kwargs)

    def filter(self, rows: Any, value: Any) -> Any:
        if not value:
            return rows
        asked = [code.strip() for code in value.split(",")]
        name, known = f"{self.field_name}__in", ", ".join(self.codes)
        unknown = [code for code in asked if code not in self.codes]
        if unknown:
            raise BadRequest(
                parameter_fault(name, "PARAMETER_CHOICE", value=shortened(code), choices=known)
                for code in unknown
            )
        return super().filter(rows, asked)


class CaseFilter(django_filters.FilterSet):
    authority = django_filters.CharFilter(
        label=Label(
            "Mã hoặc UUID của cơ quan ra quyết định; cùng decision_number thì xác định được việc.",
            "Code or UUID of the authority of the decision; with decision_number it addresses a case.",
        ),
        method="of_authority",
    )
    decision_number = django_filters.CharFilter(
        label=Label(
            "Số quyết định thi hành án, đúng từng chữ.", "Number of the enforcement decision, exactly."
        )
    )
    decision_date = IsoDateFilter(label=Label("Ngày ra quyết định.", "Date of the decision."))
    decision_date__gte = IsoDateFilter(
        field_name="decision_date",
        lookup_expr="gte",
        label=Label("Quyết định từ ngày này.", "Decisions of this day or later."),
    )
    decision_date__lte = IsoDateFilter(
        field_name="decision_date",
        lookup_expr="lte",
        label=Label("Quyết định đến hết ngày này.", "Decisions of this day or earlier."),
    )
    judgment_number = django_filters.CharFilter(
        field_name="judgment__number",
        label=Label(
            "Số bản án, quyết định được thi hành, đúng từng chữ.", "Number of the judgment, exactly."
        ),
    )
    initiation = CodeFilter(INITIATIONS, Label("Chủ động hay theo yêu cầu.", "Ex officio or on request."))
    field = CodeFilter(FIELDS, Label("Loại án.", "Field of law."))
    bucket = CodeFilter(BUCKETS, Label("Trạng thái thống kê.", "Where the case stands for counting."))
    bucket__in = CodesFilter(
        BUCKETS,
        Label("Một trong các trạng thái thống kê, cách nhau dấu phẩy.", "Any of these, separated by commas."),
        field_name="bucket",
    )
    theme = CodeFilter(
        THEMES, Label("Chuyên đề, được đếm.", "Theme, which is counted."), field_name="themes__theme"
    )
    tag = django_filters.UUIDFilter(
        label=Label("UUID của nhãn do đơn vị đặt.", "UUID of a free tag of a unit."), method="with_tag"
    )
    external_id = ExternalIdFilter()

    class Meta:
        model = Case
        fields: list[str] = []

    def with_tag(self, rows: Any, name: str, tag: Any) -> Any:
        scope = self.request.parser_context["view"].scope
        tags = Tag.objects.visible_to(scope).filter(public_id=tag)
        borne = CaseTag.objects.filter(tag__in=tags.values("pk"), ended_at=None)
        return rows.filter(pk__in=borne.values("case_id"))

    def of_authority(self, rows: Any, name: str, address: str) -> Any:
        return rows.filter(by_address(address, "authority__"))
