"""Themes (chuyên đề) of a case: which, from when to when, since when known and by whom."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.themes import end_theme, record_theme
from cases.api.examples import page
from cases.api.filters import THEMES
from cases.api.parties import visible_case
from cases.api.views import CASE_ID, PROBLEMS
from cases.models import Case, CaseTheme
from cases.querysets.theme import holding_since
from cases.rules.tables import Theme, tables
from officers.roles import Permission, may
from thads.common.api.base import ScopedAPIView, ScopedListView
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.api.writing import DRY_RUN, TextField, read_body, tried
from thads.common.labels import CodeList, Label, label

THEME = Label("Mã của chuyên đề, xem /rules/themes/.", "Code of the theme, see /rules/themes/.")
RECORDED, ASSIGNED = "RECORDED", "LIST"
SOURCES: CodeList = {
    RECORDED: Label("Ghi nhận", "Recorded"),
    ASSIGNED: Label("Theo danh sách của cấp trên", "By a list from above"),
}
_COUNTED = Label(
    "Chuyên đề là thuộc tính của cả việc như đã biết: số liệu đếm từ khi ghi nhận, kết thúc không làm thay "
    "đổi số liệu. Ngày bắt đầu, kết thúc dùng cho danh sách. Chuyên đề theo danh sách của cấp trên chỉ Thủ "
    "trưởng, Phó Thủ trưởng ghi được.",
    "A theme is a property of the whole case as known: figures count it since it was recorded, and ending it "
    "changes none. Its days serve lists. Those that follow a list from above are recorded by the head and "
    "the deputy only.",
)
COLUMNS = (
    "theme",
    "from_on",
    "ended_on",
    "reason",
    "recorded_at",
    "recorded_by",
    "ended_reason",
    "ended_at",
    "ended_by",
    "listed_by__public_id",
)


# --- Shapes -------------------------------------------------------------------------------------------------


class CaseThemeSerializer(serializers.Serializer[Any]):
    theme = serializers.ChoiceField(choices=list(THEMES))
    theme_label = serializers.CharField()
    source = serializers.ChoiceField(choices=list(SOURCES))  # type: ignore[assignment]
    source_label = serializers.CharField()
    from_on = serializers.DateField(allow_null=True, help_text="the first day; null: not told")
    ended_on = serializers.DateField(allow_null=True, help_text="the last day; null: it stands")
    reason = serializers.CharField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField(allow_null=True, help_text="null: it came with the story of the case")
    ended_reason = serializers.CharField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_null=True)
    list = serializers.UUIDField(allow_null=True, help_text="the last list from above that names the case")


class ThemeBodySerializer(serializers.Serializer[Any]):
    theme = serializers.ChoiceField(choices=list(THEMES))
    from_on = serializers.DateField(required=False, allow_null=True, help_text="not after today")
    reason = TextField(max_length=2000, required=False, allow_null=True)


class ThemeEndSerializer(serializers.Serializer[Any]):
    ended_on = serializers.DateField(help_text="the last day, not after today")
    reason = TextField(max_length=2000)


CASE_THEME: dict[str, Any] = {
    "theme": "BAD_DEBT",
    "theme_label": "Nợ xấu",
    "source": RECORDED,
    "source_label": "Ghi nhận",
    "from_on": "2026-02-02",
    "ended_on": None,
    "reason": "Khoản nợ đã bán cho VAMC",
    "recorded_at": "2026-02-03T08:00:00.104233+07:00",
    "recorded_by": "USER:5 Trần Thị B",
    "ended_reason": None,
    "ended_at": None,
    "ended_by": None,
    "list": None,
}
THEME_SENT = {
    "theme": CASE_THEME["theme"],
    "from_on": CASE_THEME["from_on"],
    "reason": CASE_THEME["reason"],
}
END_SENT = {"ended_on": "2026-03-02", "reason": "Ghi nhầm nhóm việc"}
ENDED = CASE_THEME | {
    "ended_on": END_SENT["ended_on"],
    "ended_reason": END_SENT["reason"],
    "ended_at": "2026-03-03T08:00:00.104233+07:00",
    "ended_by": "USER:5 Trần Thị B",
}


def theme_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    code = row["theme"]
    source = ASSIGNED if tables().themes[code].assigned else RECORDED
    return {
        "theme": code,
        "theme_label": label(THEMES, code, lang),
        "source": source,
        "source_label": label(SOURCES, source, lang),
        **{name: row[name] for name in COLUMNS[1:-1]},
        "list": row["listed_by__public_id"],
    }


# --- Addresses ----------------------------------------------------------------------------------------------


class _ThemeView(ScopedAPIView):
    abstract = True

    def chosen(self, address: str) -> QuerySet[Case]:
        """The one case at ``address``. Raises NotVisible."""
        found: QuerySet[Case] = Case.objects.filter(pk=visible_case(self, address).pk)
        return found

    def told(self, theme: str) -> dict[str, Any]:
        """The theme of the case as it stands now."""
        case = visible_case(self, self.kwargs["id"])
        return theme_row(CaseTheme.objects.values(*COLUMNS).get(case=case, theme=theme), self.lang)

    @property
    def common(self) -> dict[str, Any]:
        return {
            "by": self.principal.by,
            "may_assign": may(self.principal, Permission.ASSIGN_THEMES),
            "today": timezone.localdate(),
        }


class CaseThemes(_ThemeView, ScopedListView):
    model = CaseTheme
    columns = COLUMNS
    permission = {"GET": Permission.READ_CASES, "POST": Permission.RECORD_THEMES}
    query_parameters = {"GET": (), "POST": (DRY_RUN,)}
    orderings = {"recorded_at": "pk"}
    default_ordering = "recorded_at"
    operations = {
        "GET": Operation(
            "list_case_themes",
            Label("Các chuyên đề của một việc", "The themes of a case"),
            CaseThemeSerializer,
            about=_COUNTED,
            example=page(CASE_THEME),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        ),
        "POST": Operation(
            "record_case_theme",
            Label("Ghi chuyên đề cho một việc", "Record a theme of a case"),
            CaseThemeSerializer,
            about=_COUNTED,
            request=ThemeBodySerializer,
            request_example=THEME_SENT,
            example=CASE_THEME,
            status=201,
            also={200: (CaseThemeSerializer, CASE_THEME)},
            problems=(*PROBLEMS, 409, 422),
            path_parameters={"id": CASE_ID},
        ),
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.filter(case=visible_case(self, self.kwargs["id"]).pk)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [theme_row(row, self.lang) for row in rows]

    def post(self, request: Request, id: str) -> Response:
        cases = self.chosen(id)
        values = read_body(ThemeBodySerializer, request.data)

        def write() -> Response:
            record_theme(
                cases=cases,
                theme=values["theme"],
                from_on=values.get("from_on"),
                reason=values.get("reason"),
                **self.common,
            )
            return Response(self.told(values["theme"]), status=201)

        return tried(self.values["dry_run"], write)

    def replayed(self, record: Any) -> Any:
        return self.told(self.request.data["theme"])


class CaseThemeEnd(_ThemeView):
    permission = Permission.RECORD_THEMES
    query_parameters = (DRY_RUN,)
    operations = {
        "POST": Operation(
            "end_case_theme",
            Label("Kết thúc chuyên đề của một việc", "End a theme of a case"),
            CaseThemeSerializer,
            about=_COUNTED,
            request=ThemeEndSerializer,
            request_example=END_SENT,
            example=ENDED,
            problems=(*PROBLEMS, 409, 422),
            path_parameters={"id": CASE_ID, "theme": THEME},
        )
    }

    def post(self, request: Request, id: str, theme: str) -> Response:
        cases = self.chosen(id)
        values = read_body(ThemeEndSerializer, request.data)

        def write() -> Response:
            end_theme(cases=cases, theme=theme, **values, **self.common)
            return Response(self.told(theme))

        return tried(self.values["dry_run"], write)

    def replayed(self, record: Any) -> Any:
        return self.told(self.kwargs["theme"])


# --- By the rules -------------------------------------------------------------------------------------------

ON = Parameter(
    "on",
    Label(
        "Ngày xét, theo những gì biết hôm nay; mặc định hôm nay.",
        "The day asked, as known today; today by default.",
    ),
    kind="date",
    example="2026-03-31",
)


class DerivedThemeSerializer(serializers.Serializer[Any]):
    theme = serializers.ChoiceField(choices=list(THEMES))
    theme_label = serializers.CharField()
    since = serializers.DateField(
        help_text="of people and money the day of the decision, of an act its day, of a term that ran out "
        "the day after its last, of age the day from which it counts"
    )
    rule = serializers.CharField(help_text="the field of the row of /rules/themes/ that tells it")
    recorded = serializers.BooleanField(help_text="it is recorded too, and so counted")
    legal_basis = serializers.CharField(allow_null=True)
    doubtful = serializers.BooleanField(help_text="the text was not seen or is not certain")


class DerivedThemesSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    themes = DerivedThemeSerializer(many=True)
    conditions = DerivedThemeSerializer(many=True, help_text="of age and delay")


DERIVED: dict[str, Any] = {
    "on": "2026-03-31",
    "themes": [
        {
            "theme": "CREDIT_INSTITUTION",
            "theme_label": "Án tín dụng, ngân hàng",
            "since": "2024-11-05",
            "rule": "creditor_named",
            "recorded": False,
            "legal_basis": "TT 05/2024/TT-BTP",
            "doubtful": True,
        }
    ],
    "conditions": [
        {
            "theme": "BACKLOG_1Y",
            "theme_label": "Có điều kiện nhưng tồn trên một năm",
            "since": "2024-11-05",
            "rule": "enforceable_months",
            "recorded": False,
            "legal_basis": "TT 05/2024/TT-BTP",
            "doubtful": True,
        }
    ],
}


class CaseDerivedThemes(_ThemeView):
    permission = Permission.READ_CASES
    query_parameters = (ON,)
    operations = {
        "GET": Operation(
            "get_case_derived_themes",
            Label(
                "Chuyên đề và tình trạng tồn đọng, chậm trễ mà hệ thống xác định cho một việc",
                "The themes of a case and the conditions of age and delay, as the service tells them",
            ),
            DerivedThemesSerializer,
            about=Label(
                "Theo quy tắc ở /rules/themes/. Số liệu chỉ đếm chuyên đề đã ghi nhận.",
                "By the rules of /rules/themes/. Figures count what was recorded, and only that.",
            ),
            example=DERIVED,
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def get(self, request: Request, id: str) -> Response:
        case, on = visible_case(self, id), self.values["on"] or timezone.localdate()
        ruled = [theme for theme in tables().themes.values() if theme.rule is not None]
        told = Case.objects.filter(pk=case.pk).annotate(
            **{f"since_{place}": holding_since(theme, on) for place, theme in enumerate(ruled)}
        )
        since = told.values_list(*(f"since_{place}" for place in range(len(ruled)))).get()
        recorded = set(CaseTheme.objects.filter(case=case, ended_on=None).values_list("theme", flat=True))
        holds = [(theme, day) for theme, day in zip(ruled, since, strict=True) if day is not None]
        rows = [(theme.derived, self._row(theme, day, theme.code in recorded)) for theme, day in holds]
        return Response(
            {
                "on": on,
                "themes": [row for condition, row in rows if not condition],
                "conditions": [row for condition, row in rows if condition],
            }
        )

    def _row(self, theme: Theme, since: Any, recorded: bool) -> dict[str, Any]:
        return {
            "theme": theme.code,
            "theme_label": theme.name(self.lang),
            "since": since,
            "rule": theme.rule,
            "recorded": recorded,
            "legal_basis": theme.basis,
            "doubtful": theme.doubtful,
        }
