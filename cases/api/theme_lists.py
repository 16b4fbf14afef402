"""Lists from above: the documents that put cases under a theme which nobody else may give."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.themes import record_list
from cases.api.examples import page
from cases.api.filters import ASSIGNED, THEMES
from cases.api.views import PROBLEMS
from cases.models import Case, ThemeList
from officers.api.params import chosen_units, visible_unit
from officers.models import Unit
from officers.roles import Permission
from thads.common.api.base import ScopedListView
from thads.common.api.filters import Filters, codes, days, ids, rows, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, shortened
from thads.common.api.writing import DRY_RUN, TextField, read_body, tried
from thads.common.errors import BadRequest, Fault, NotVisible, Refused
from thads.common.labels import Label, label

#: The most cases that one list names.
MANY = 2000


class ListedCaseSerializer(serializers.Serializer[Any]):
    case = serializers.UUIDField(required=False, help_text="or authority, decision_number and decision_date")
    authority = TextField(max_length=64, required=False, help_text="code")
    decision_number = TextField(max_length=200, required=False)
    decision_date = serializers.DateField(required=False)


class ThemeListBodySerializer(serializers.Serializer[Any]):
    theme = serializers.ChoiceField(choices=list(ASSIGNED))
    unit = serializers.CharField(
        max_length=64, required=False, help_text="code or UUID of the unit that received it; yours by default"
    )
    document_number = TextField(max_length=200)
    document_date = serializers.DateField()
    issuer = TextField(max_length=500)
    from_on = serializers.DateField(required=False, help_text="the day of the document by default")
    whole = serializers.BooleanField(
        default=False,
        help_text="it names every case of the unit and those below it: the theme of all others ends",
    )
    cases = serializers.ListSerializer(
        child=ListedCaseSerializer(), allow_empty=False, max_length=MANY, help_text="all of them or none"
    )


class ThemeListSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    theme = serializers.ChoiceField(choices=list(THEMES))
    theme_label = serializers.CharField()
    unit = serializers.CharField(help_text="code")
    document_number = serializers.CharField()
    document_date = serializers.DateField()
    issuer = serializers.CharField()
    from_on = serializers.DateField()
    whole = serializers.BooleanField()
    named = serializers.IntegerField(help_text="cases on it")
    added = serializers.IntegerField(help_text="of them, those that did not have the theme")
    ended = serializers.IntegerField(help_text="other cases of which it ended the theme")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()


LIST_COLUMNS = (
    "public_id", "theme", "unit__code", "document_number", "document_date", "issuer", "from_on", "whole",
    "named", "added", "ended", "recorded_at", "recorded_by",
)  # fmt: skip
THEME_LIST: dict[str, Any] = {
    "id": "0f1c5c0e-6f0c-4a53-9d53-2b6d0c2a7b77",
    "theme": "KEY_COMPLEX",
    "theme_label": "Việc trọng điểm, phức tạp, kéo dài",
    "unit": "DN",
    "document_number": "15/DS-BCĐ",
    "document_date": "2026-01-15",
    "issuer": "Ban Chỉ đạo thi hành án dân sự thành phố",
    "from_on": "2026-01-15",
    "whole": True,
    "named": 12,
    "added": 3,
    "ended": 1,
    "recorded_at": "2026-01-16T08:00:00.104233+07:00",
    "recorded_by": "USER:5 Trần Thị B",
}
LIST_SENT: dict[str, Any] = {
    **{name: THEME_LIST[name] for name in ("theme", "document_number", "document_date", "issuer", "whole")},
    "cases": [
        {"case": "8f6d5c0e-6f0c-4a53-9d53-2b6d0c2a7b01"},
        {"authority": "DN.HC", "decision_number": "12/QĐ-CCTHADS", "decision_date": "2024-11-05"},
    ],
}


def list_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "theme": row["theme"],
        "theme_label": label(THEMES, row["theme"], lang),
        "unit": row["unit__code"],
        **{name: row[name] for name in LIST_COLUMNS[3:]},
    }


class ThemeListFilter(Filters):
    lookups = (
        ids(),
        codes("theme", ASSIGNED, Label("Chuyên đề", "Theme")),
        texts("document_number", Label("Số văn bản, đúng từng chữ", "Number of the document, exactly")),
        days("document_date", Label("Ngày văn bản", "Date of the document")),
        rows("unit", Label("Chính đơn vị đã nhận", "The very unit that received it"), one=False),
    )

    class Meta:
        model = ThemeList
        fields: list[str] = []


class ThemeLists(ScopedListView):
    model = ThemeList
    columns = LIST_COLUMNS
    filterset_class = ThemeListFilter
    permission = {"GET": Permission.READ_CASES, "POST": Permission.ASSIGN_THEMES}
    query_parameters = {"GET": (UNIT, OWN), "POST": (DRY_RUN,)}
    orderings = {"document_date": "document_date", "recorded_at": "recorded_at"}
    default_ordering = "-document_date"
    operations = {
        "GET": Operation(
            "list_theme_lists",
            Label("Các danh sách việc do cấp trên giao", "The lists of cases from above"),
            ThemeListSerializer,
            about=Label(
                "Các việc trong một danh sách: /cases/?theme_list={id}.",
                "The cases on a list: /cases/?theme_list={id}.",
            ),
            example=page(THEME_LIST),
            problems=PROBLEMS,
        ),
        "POST": Operation(
            "record_theme_list",
            Label("Ghi danh sách việc do cấp trên giao", "Record a list of cases from above"),
            ThemeListSerializer,
            about=Label(
                "Các việc trong danh sách thuộc chuyên đề từ from_on; whole=true thì việc khác của đơn vị và "
                "các đơn vị trực thuộc thôi thuộc chuyên đề. Sai một việc thì không ghi gì. Cùng một văn bản "
                "chỉ ghi một lần (409).",
                "The cases on it belong to the theme from from_on; with whole=true other cases of the unit "
                "and those below it do so no more. One wrong case and nothing is recorded. One document is "
                "recorded once (409).",
            ),
            request=ThemeListBodySerializer,
            request_example=LIST_SENT,
            example=THEME_LIST,
            status=201,
            also={200: (ThemeListSerializer, THEME_LIST)},
            problems=(*PROBLEMS, 409, 422),
        ),
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__among=units)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [list_row(row, self.lang) for row in rows]

    def post(self, request: Request) -> Response:
        values = read_body(ThemeListBodySerializer, request.data)
        unit, below = self._receiving(values.get("unit"))
        cases = self._named(values["cases"])

        def write() -> Response:
            listed = record_list(
                unit=unit,
                theme=values["theme"],
                document={name: values[name] for name in ("document_number", "document_date", "issuer")},
                from_on=values.get("from_on"),
                cases=cases,
                others=Case.objects.filter(unit__among=below) if values["whole"] else None,
                by=self.principal.by,
                today=timezone.localdate(),
            )
            return Response(self.told(listed.public_id), status=201)

        return tried(self.values["dry_run"], write)

    def told(self, public_id: uuid.UUID) -> dict[str, Any]:
        """The list as it stands."""
        lists = ThemeList.objects.visible_to(self.scope)
        return list_row(lists.values(*LIST_COLUMNS).get(public_id=public_id), self.lang)

    def replayed(self, record: Any) -> Any:
        return self.told(record.public_id)

    def _receiving(self, code: str | None) -> tuple[Unit, frozenset[int]]:
        """The unit that has received the list, and with it those below it. Raises NotVisible."""
        own = Unit.objects.visible_to(self.scope).filter(pk=self.principal.unit_id or 0).first()
        if code is None and own is None:
            raise BadRequest(Fault("FIELD_REQUIRED", "/unit", {"name": "unit"}))
        try:
            return visible_unit(self.scope, code or own.code)  # type: ignore[union-attr]
        except NotVisible:
            raise NotVisible(Fault("UNIT_NOT_FOUND", "/unit", {"unit": shortened(code or "")})) from None

    def _named(self, rows: Sequence[dict[str, Any]]) -> QuerySet[Case]:
        """The cases named, each found once. Raises Refused."""
        visible = Case.objects.visible_to(self.scope)
        told = [_key(row) for row in rows]
        ids = [key for key in told if not isinstance(key, tuple)]
        numbers = [key[1] for key in told if isinstance(key, tuple)]
        keys: dict[Any, int] = {}
        for wanted in (Q(public_id__in=ids), Q(decision_number__in=numbers)):
            for pk, public_id, *names in visible.filter(wanted).values_list("pk", "public_id", *_IDENTITY):
                keys[public_id] = keys[tuple(names)] = pk
        found = [keys.get(key) for key in told]
        faults = list(_wrong(rows, found))
        if faults:
            raise Refused(faults)
        cases: QuerySet[Case] = Case.objects.filter(pk__among=sorted(key for key in found if key is not None))
        return cases


_IDENTITY = ("authority__code", "decision_number", "decision_date")


def _key(row: dict[str, Any]) -> Any:
    """What names the case: its id, or authority, number and date of its decision."""
    return row.get("case") or tuple(row.get(name.removesuffix("__code")) for name in _IDENTITY)


def _wrong(rows: Sequence[dict[str, Any]], found: Sequence[int | None]) -> Iterator[Fault]:
    """A fault for each row that names no case, or one that another names too."""
    earlier: set[int] = set()
    for place, (row, key) in enumerate(zip(rows, found, strict=True)):
        if key is None:
            named = _key(row)
            words = " · ".join(str(part or "–") for part in (named if isinstance(named, tuple) else (named,)))
            yield Fault("THEME_CASE_UNKNOWN", f"/cases/{place}", {"named": shortened(words)})
        elif key in earlier:
            yield Fault("THEME_CASE_TWICE", f"/cases/{place}")
        else:
            earlier.add(key)
