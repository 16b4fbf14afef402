"""Tags: the words of units, and those on a case."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.tags import change_tag, create_tag, put_tag, remove_tag, take_tag
from cases.api.examples import page
from cases.api.parties import visible_case
from cases.api.views import CASE_ID, PROBLEMS
from cases.models import CaseTag, Tag
from officers.api.params import chosen_units, visible_unit
from officers.api.relations import UNIT_SHOWN
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView, ScopedListView
from thads.common.api.filters import Filters, ids, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, shortened
from thads.common.api.writing import TextField, WritableDetailView, WritableListView, by_uuid
from thads.common.errors import Fault, NotVisible
from thads.common.labels import Label
from thads.common.models import VersionedModel

TAG_ID = Label("UUID của nhãn.", "UUID of the tag.")
_NO_THEMES = Label(
    "Nhãn do đơn vị tự đặt để tìm lại việc, không vào số liệu nào. Chuyên đề (tags của một việc, lọc bằng "
    "theme) thì được đếm và lấy từ danh mục.",
    "Tags are words of a unit to find its cases again, and no figure counts them. Themes (the tags of a "
    "case, filtered by theme) are counted, and come from a list of codes.",
)


# --- Shapes -------------------------------------------------------------------------------------------------


class TagSerializer(serializers.Serializer[Any]):
    """A word of a unit. Not a theme: no figure counts it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    colour = serializers.CharField(help_text="#rrggbb")
    unit = serializers.CharField(help_text="code")
    version = serializers.IntegerField()
    modified_at = serializers.DateTimeField()


class TagChangeSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=100)
    colour = serializers.RegexField(r"^#[0-9a-f]{6}$", help_text="#rrggbb in small letters")


class TagBodySerializer(TagChangeSerializer):
    unit = serializers.CharField(max_length=64, help_text="code or UUID")


class CaseTagSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="of the tag")
    name = serializers.CharField()
    colour = serializers.CharField()
    unit = serializers.CharField()
    tagged_on = serializers.DateField()
    tagged_at = serializers.DateTimeField()
    tagged_by = serializers.CharField()


TAG: dict[str, Any] = {
    "id": "c1f1b1de-9b6f-4f1e-8f4e-0d4b1f6f2f11",
    "name": "Cần phối hợp xã",
    "colour": "#d97706",
    "unit": "DN.HC",
    "version": 1,
    "modified_at": "2026-02-03T08:00:00.104233+07:00",
}
TAG_SENT = {"name": TAG["name"], "colour": TAG["colour"], "unit": TAG["unit"]}
TAG_CHANGE_SENT = {"name": TAG["name"], "colour": TAG["colour"]}
CASE_TAG: dict[str, Any] = {
    "id": TAG["id"],
    "name": TAG["name"],
    "colour": TAG["colour"],
    "unit": TAG["unit"],
    "tagged_on": "2026-02-03",
    "tagged_at": "2026-02-03T08:00:00.104233+07:00",
    "tagged_by": "USER:5 Trần Thị B",
}


# --- Tags ---------------------------------------------------------------------------------------------------


class TagFilter(Filters):
    lookups = (ids(), texts("name", Label("Tên nhãn, đúng từng chữ", "Name, exactly")))

    class Meta:
        model = Tag
        fields: list[str] = []


class _TagView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Tag
    expansions = {"unit": UNIT_SHOWN}
    columns: ClassVar[tuple[str, ...]] = (
        "public_id",
        "name",
        "colour",
        "unit__code",
        "version",
        "modified_at",
    )

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "name": row["name"],
                "colour": row["colour"],
                "unit": row["unit__code"],
                "version": row["version"],
                "modified_at": row["modified_at"],
            }
            for row in rows
        ]


class TagDetail(_TagView, WritableDetailView):
    permission = {
        "GET": Permission.READ_CASES,
        "PUT": Permission.MANAGE_TAGS,
        "PATCH": Permission.MANAGE_TAGS,
        "DELETE": Permission.MANAGE_TAGS,
    }
    address = "id"
    not_found = "TAG_NOT_FOUND"
    body = TagChangeSerializer
    operations = {
        "GET": Operation(
            "get_tag",
            Label("Một nhãn", "One tag"),
            TagSerializer,
            about=_NO_THEMES,
            example=TAG,
            problems=PROBLEMS,
            path_parameters={"id": TAG_ID},
        ),
        "PUT": Operation(
            "replace_tag",
            Label("Thay tên, màu của nhãn", "Replace name and colour of a tag"),
            TagSerializer,
            request=TagChangeSerializer,
            request_example=TAG_CHANGE_SENT,
            example=TAG,
            problems=(*PROBLEMS, 409, 412, 428),
            path_parameters={"id": TAG_ID},
        ),
        "PATCH": Operation(
            "change_tag",
            Label("Sửa tên hoặc màu của nhãn", "Change name or colour of a tag"),
            TagSerializer,
            request=TagChangeSerializer,
            request_example={"colour": TAG["colour"]},
            example=TAG,
            problems=(*PROBLEMS, 409, 412, 428),
            path_parameters={"id": TAG_ID},
        ),
        "DELETE": Operation(
            "remove_tag",
            Label("Bỏ nhãn; mọi việc mang nhãn được gỡ", "Remove a tag, off every case that bears it"),
            None,
            status=204,
            also={200: (TagSerializer, TAG)},
            problems=(*PROBLEMS, 412, 428),
            path_parameters={"id": TAG_ID},
        ),
    }

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> VersionedModel:
        return change_tag(rows=rows, values=values, check=check, by=self.principal.by)

    def remove(self, rows: QuerySet[Any], check: Any) -> None:
        remove_tag(rows=rows, check=check, by=self.principal.by)


class TagList(_TagView, WritableListView):
    permission = {"GET": Permission.READ_CASES, "POST": Permission.MANAGE_TAGS}
    query_parameters = {"GET": (UNIT, OWN), "POST": ()}
    filterset_class = TagFilter
    orderings = {"name": "name", "recorded_at": "pk"}
    default_ordering = "name"
    body = TagBodySerializer
    detail = TagDetail
    detail_name = "tag"
    operations = {
        "GET": Operation(
            "list_tags",
            Label("Danh sách nhãn", "List tags"),
            TagSerializer,
            about=_NO_THEMES,
            example=page(TAG),
            problems=PROBLEMS,
        ),
        "POST": Operation(
            "create_tag",
            Label("Lập một nhãn", "Add a tag"),
            TagSerializer,
            about=_NO_THEMES,
            request=TagBodySerializer,
            request_example=TAG_SENT,
            example=TAG,
            status=201,
            also={200: (TagSerializer, TAG)},
            problems=(*PROBLEMS, 409),
        ),
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__in=units)

    def create(self, values: dict[str, Any]) -> VersionedModel:
        code = values.pop("unit")
        try:
            unit = visible_unit(self.scope, code)[0]
        except NotVisible:
            raise NotVisible(Fault("UNIT_NOT_FOUND", "/unit", {"unit": shortened(code)})) from None
        return create_tag(unit=unit, **values, by=self.principal.by)


# --- On a case ----------------------------------------------------------------------------------------------


def case_tag_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["tag__public_id"],
        "name": row["tag__name"],
        "colour": row["tag__colour"],
        "unit": row["tag__unit__code"],
        "tagged_on": timezone.localdate(row["tagged_at"]),
        "tagged_at": row["tagged_at"],
        "tagged_by": row["tagged_by"],
    }


CASE_TAG_COLUMNS = (
    "tag__public_id",
    "tag__name",
    "tag__colour",
    "tag__unit__code",
    "tagged_at",
    "tagged_by",
)


class CaseTags(ScopedListView):
    model = CaseTag
    columns = CASE_TAG_COLUMNS
    expansions = {"unit": UNIT_SHOWN}
    permission = Permission.READ_CASES
    orderings = {"tagged_at": "pk"}
    default_ordering = "tagged_at"
    operations = {
        "GET": Operation(
            "list_case_tags",
            Label("Các nhãn của một việc", "The tags on a case"),
            CaseTagSerializer,
            about=_NO_THEMES,
            example=page(CASE_TAG),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        case = visible_case(self, self.kwargs["id"])
        return rows.filter(case=case, ended_at=None, tag__in=Tag.objects.visible_to(self.scope).values("pk"))

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [case_tag_row(row) for row in rows]


class CaseTagDetail(ScopedAPIView):
    """A tag on a case: put there, taken off. Either may be done again with the same result."""

    permission = Permission.TAG_CASES
    operations = {
        "PUT": Operation(
            "put_case_tag",
            Label("Gắn nhãn cho một việc", "Put a tag on a case"),
            CaseTagSerializer,
            about=Label(
                "Không cần nội dung, không cần If-Match: gắn lại không thay đổi gì. Phiên bản của việc không "
                "đổi.",
                "Without a body and without If-Match: again, it changes nothing. The case keeps its version.",
            ),
            example=CASE_TAG,
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID, "tag": TAG_ID},
        ),
        "DELETE": Operation(
            "take_case_tag",
            Label("Gỡ nhãn của một việc", "Take a tag off a case"),
            None,
            status=204,
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID, "tag": TAG_ID},
        ),
    }

    def put(self, request: Request, id: str, tag: str) -> Response:
        case, tags = visible_case(self, id), self._tags(tag)
        put_tag(case=case, tags=tags, by=self.principal.by)
        rows = CaseTag.objects.filter(case=case, tag__in=tags.values("pk"), ended_at=None)
        return Response(case_tag_row(rows.values(*CASE_TAG_COLUMNS).get()))

    def delete(self, request: Request, id: str, tag: str) -> Response:
        case, tags = visible_case(self, id), self._tags(tag)
        take_tag(case=case, tags=tags, by=self.principal.by)
        return Response(status=204)

    def _tags(self, address: str) -> QuerySet[Tag]:
        """The one tag at ``address``. Raises NotVisible."""
        tags: QuerySet[Tag] = Tag.objects.visible_to(self.scope).filter(by_uuid(address))
        if not tags.exists():
            raise NotVisible(Fault("TAG_NOT_FOUND", params={"tag": shortened(address)}))
        return tags
