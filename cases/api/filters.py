"""What the list of cases can be filtered by, beside unit and officer."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from cases.api.external_ids import ExternalIdFilter
from cases.models import Act, Case, CaseTag, CaseTheme, Tag
from cases.querysets.theme import holding
from cases.rules import buckets
from cases.rules.docket import STATES
from cases.rules.tables import tables
from thads.common.api.base import by_address
from thads.common.api.filters import (
    CodeFilter,
    Filters,
    IsoDateFilter,
    Lookup,
    codes,
    days,
    ids,
    moments,
    money,
    numbers,
    rows,
    texts,
)
from thads.common.api.parameters import Parameter
from thads.common.labels import CodeList, Label


def code_list(table: str) -> CodeList:
    """The codes of a table of the law and their names."""
    rows = getattr(tables(), table)
    return {code: Label(row.label, row.label_en) for code, row in rows.items()}


INITIATIONS = code_list("initiations")
FIELDS = code_list("case_fields")
THEMES = code_list("themes")
#: The themes that the service tells by a rule, and the conditions of age and delay.
RULED: CodeList = {
    code: THEMES[code] for code, row in tables().themes.items() if row.rule is not None and not row.derived
}
#: Those that a list from above gives.
ASSIGNED: CodeList = {code: THEMES[code] for code, row in tables().themes.items() if row.assigned}
ASSIGNED_CODES, THEME_CODES = list(ASSIGNED), list(THEMES)
CONDITIONS: CodeList = {code: THEMES[code] for code, row in tables().themes.items() if row.derived}
#: The statuses an opened case can have.
STATUSES: CodeList = {
    code: Label(row.label, row.label_en) for code, row in tables().statuses.items() if row.bucket is not None
}
BUCKETS: CodeList = {code: code_list("buckets")[code] for code in buckets.ALL}


#: What a legal clock may have come to.
STATE_CODES = list(STATES)
STATE_LABELS: CodeList = dict(
    zip(
        STATES,
        (
            Label("Đang tính", "Running"),
            Label("Đang tạm dừng", "Standing still"),
            Label("Đã thực hiện", "Met"),
            Label("Quá hạn", "Breached"),
            Label("Đã hết hạn, chờ bước tiếp theo", "Over, the next step is due"),
            Label("Không còn căn cứ", "Void"),
        ),
        strict=True,
    )
)


class ThemesLookup(Lookup):
    """Cases with any of the themes: each of them once."""

    def condition(self, rows: Any, wanted: Any) -> Q:
        return Q(pk__in=CaseTheme.objects.filter(theme__in=wanted).values("case_id"))


_THEMES = Parameter(
    "theme__in",
    Label("Một trong các chuyên đề, cách nhau dấu phẩy.", "Any of these themes, separated by commas."),
    kind="choice",
    choices=tuple(THEMES),
)


class CaseFilter(Filters):
    lookups = (
        ids(),
        rows("authority", Label("Cơ quan ra quyết định", "The authority of the decision"), one=False),
        rows("unit", Label("Chính đơn vị đang thụ lý", "The very unit that handles the case"), one=False),
        rows("officer", Label("Chấp hành viên", "The officer in charge"), one=False, nullable=True),
        texts(
            "decision_number",
            Label("Số quyết định thi hành án, đúng từng chữ", "Number of the enforcement decision, exactly"),
        ),
        days("decision_date", Label("Ngày ra quyết định", "Date of the decision")),
        days("last_act_on", Label("Ngày của hành vi cuối cùng", "Day of the last act")),
        moments("recorded_at", Label("Thời điểm ghi nhận", "When it was recorded")),
        texts(
            "judgment_number",
            Label("Số bản án, quyết định được thi hành, đúng từng chữ", "Number of the judgment, exactly"),
            field="judgment__number",
        ),
        ids("judgment", Label("UUID của bản án", "UUID of the judgment"), field="judgment__public_id"),
        codes("initiation", INITIATIONS, Label("Chủ động hay theo yêu cầu", "Ex officio or on request")),
        codes("field", FIELDS, Label("Loại án", "Field of law")),
        codes("status", STATUSES, Label("Trạng thái thi hành án", "How far the procedure has come")),
        codes("bucket", BUCKETS, Label("Trạng thái thống kê", "Where the case stands for counting")),
        money("due", Label("Phải thi hành, đồng", "Due, in đồng")),
        money("remaining", Label("Còn phải thi hành, đồng", "Remaining, in đồng")),
    )

    authority = django_filters.CharFilter(
        label=Label(
            "Mã hoặc UUID của cơ quan ra quyết định; cùng decision_number thì xác định được việc.",
            "Code or UUID of the authority of the decision; with decision_number it addresses a case.",
        ),
        method="of_authority",
    )
    theme = CodeFilter(
        THEMES, Label("Chuyên đề, được đếm.", "Theme, which is counted."), field_name="themes__theme"
    )
    theme__in = ThemesLookup(_THEMES, field_name="theme", lookup_expr="in", many=True)
    derived_theme = CodeFilter(
        RULED,
        Label(
            "Chuyên đề do hệ thống xác định theo quy tắc hôm nay (xem /rules/themes/), không được đếm.",
            "Theme that the service tells by its rule today (see /rules/themes/), which is not counted.",
        ),
        method="told_by_rule",
    )
    condition = CodeFilter(
        CONDITIONS,
        Label(
            "Tình trạng tồn đọng, chậm trễ tại ngày condition_on (mặc định hôm nay).",
            "Condition of age or delay on day condition_on (today by default).",
        ),
        method="told_by_rule",
    )
    condition_on = IsoDateFilter(
        label=Label("Ngày xét condition, theo những gì biết hôm nay.", "Day of condition, as known today."),
        method="as_it_is",
    )
    theme_list = django_filters.UUIDFilter(
        label=Label(
            "UUID của danh sách cấp trên giao, xem /theme-lists/.",
            "UUID of a list from above, see /theme-lists/.",
        ),
        method="on_list",
    )
    tag = django_filters.UUIDFilter(
        label=Label("UUID của nhãn do đơn vị đặt.", "UUID of a free tag of a unit."), method="with_tag"
    )
    external_id = ExternalIdFilter()

    class Meta:
        model = Case
        fields: list[str] = []

    def told_by_rule(self, found: Any, name: str, code: str) -> Any:
        asked = self.form.cleaned_data["condition_on"] if name == "condition" else None
        return holding(found, tables().themes[code], asked or timezone.localdate())

    def as_it_is(self, found: Any, name: str, day: Any) -> Any:
        """It says of which day ``condition`` is asked, and leaves the list as it is."""
        return found

    def on_list(self, found: Any, name: str, address: Any) -> Any:
        # A list names cases of those who may not read it, and each of them shows its id.
        named = CaseTheme.objects.filter(listed_by__public_id=address, ended_on=None)
        return found.filter(pk__in=named.values("case_id"))

    def with_tag(self, found: Any, name: str, tag: Any) -> Any:
        tags = Tag.objects.visible_to(self.view.scope).filter(public_id=tag)
        borne = CaseTag.objects.filter(tag__in=tags.values("pk"), ended_at=None)
        return found.filter(pk__in=borne.values("case_id"))

    def of_authority(self, found: Any, name: str, address: str) -> Any:
        return found.filter(by_address(address, "authority__"))


class ActFilter(Filters):
    """What the acts of one case can be filtered by."""

    lookups = (
        ids(),
        numbers("seq", Label("Vị trí trong hồ sơ", "Place in the story")),
        codes("type", code_list("act_types"), Label("Loại hành vi, quyết định", "Type of the act")),
        days("effective_on", Label("Ngày có hiệu lực", "Day of effect")),
        moments("recorded_at", Label("Thời điểm ghi nhận", "When it was recorded")),
        texts("decision_number", Label("Số quyết định, đúng từng chữ", "Number, exactly"), nullable=True),
        days("decision_date", Label("Ngày ra quyết định", "Date of the decision"), nullable=True),
        rows("unit", Label("Đơn vị được giao", "The unit it gives the case to"), one=False, nullable=True),
        rows(
            "officer",
            Label("Chấp hành viên được giao", "The officer it gives the case to"),
            one=False,
            nullable=True,
        ),
    )

    external_id = ExternalIdFilter()

    class Meta:
        model = Act
        fields: list[str] = []
