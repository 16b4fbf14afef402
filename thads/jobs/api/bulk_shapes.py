"""What the OpenAPI document says of bulks: their shapes, their operations, an example of each."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from thads.common.api.operations import Operation
from thads.common.labels import Label
from thads.jobs.api.serializers import JobSerializer
from thads.jobs.api.views import JOB_ID, cancel_operation
from thads.jobs.bulk import AT_ONCE, MOST
from thads.jobs.sheets import MEDIA_TYPE, ROWS


def _vi(count: int) -> str:
    return f"{count:,}".replace(",", ".")


ABOUT = Label(
    f"Mảng JSON, tối đa {_vi(AT_ONCE)} dòng thì làm ngay; nhiều hơn, đến {_vi(MOST)} dòng, là một công việc "
    "(202). Các dòng được ghi theo thứ tự; dòng sau thấy dòng trước. Lỗi nêu đúng dòng và trường, ví dụ "
    f"/3/effective_on. dry_run=true trả lời 200. Sổ tính XLSX, tối đa {_vi(ROWS)} dòng, dòng đầu là tên "
    "trường, luôn là một công việc; xong thì lấy lại sổ tính với các ô sai được đánh dấu.",
    f"A JSON array; up to {AT_ONCE:,} rows are dealt with at once, more, up to {MOST:,}, are a job (202). "
    "Rows are written in their order, and each finds what those before it wrote. Errors name the row, as "
    f"in /3/effective_on. dry_run=true answers 200. An XLSX workbook of up to {ROWS:,} rows, with the names "
    "of the fields in its first one, is always a job; when it is done the workbook comes back with the bad "
    "cells marked.",
)


class BulkErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the array that was sent")
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)


class BulkFindingSerializer(BulkErrorSerializer):
    index = serializers.IntegerField(help_text="place of the row, from 0")


class BulkJobSerializer(JobSerializer):
    workbook = serializers.URLField(
        allow_null=True, help_text="sent as one and done: it, with its bad cells marked"
    )


def _results(*names: str) -> dict[str, Any]:
    known = {
        name: serializers.UUIDField(allow_null=True, help_text="null: refused, or only tried")
        for name in names
    }
    return {
        "index": serializers.IntegerField(help_text="place of the row, from 0"),
        **known,
        "version": serializers.IntegerField(allow_null=True, help_text="after it; null: refused"),
    }


def outcome_serializer(prefix: str, *names: str) -> type[serializers.Serializer[Any]]:
    """The shape of what became of a row."""
    return type(f"{prefix}BulkOutcomeSerializer", (serializers.Serializer,), _results(*names))


def bulk_serializer(prefix: str, *names: str) -> type[serializers.Serializer[Any]]:
    """The shape of the answer of a bulk done at once."""
    result = type(
        f"{prefix}BulkResultSerializer",
        (serializers.Serializer,),
        {**_results(*names), "errors": BulkErrorSerializer(many=True)},
    )
    parts = {
        "id": serializers.UUIDField(allow_null=True, help_text="of the bulk; null: a dry run"),
        "recorded": serializers.IntegerField(),
        "refused": serializers.IntegerField(),
        "results": result(many=True),
    }
    return type(f"{prefix}BulkSerializer", (serializers.Serializer,), parts)


# --- Operations ---------------------------------------------------------------------------------------------


def bulk_operation(
    name: str, of: Label, *, response: Any, example: dict[str, Any], request: Any, request_example: Any
) -> Operation:
    """Of the door: ``name`` of the noun in the plural, and ``of`` its words."""
    return Operation(
        f"bulk_{name}",
        Label(f"Gửi nhiều {of.vi} một lần", f"Send many {of.en} at once"),
        response,
        example,
        about=ABOUT,
        request={"application/json": request, MEDIA_TYPE: OpenApiTypes.BINARY},
        request_example=request_example,
        status=201,
        problems=(400, 401, 403, 409, 422),
        also={200: (response, _dry(example)), 202: (BulkJobSerializer, bulk_job(name))},
    )


def template_operation(name: str, of: Label) -> Operation:
    return Operation(
        f"get_{name}_bulk_template",
        Label(f"Sổ tính trống để nhập {of.vi}", f"An empty workbook for {of.en}"),
        OpenApiTypes.BINARY,  # type: ignore[arg-type]
        example="…",
        about=Label(
            "Mỗi cột một trường, ghi chú ở đầu cột nói rõ. Danh sách có thêm chỗ thì thêm cột, ví dụ "
            "parties.2.name.",
            "A column for each field, with a comment at its head. Lists take further columns, as in "
            "parties.2.name.",
        ),
        problems=(400, 401, 403),
    )


def workbook_operation(name: str, of: Label) -> Operation:
    return Operation(
        f"get_{name}_bulk_workbook",
        Label(
            f"Sổ tính {of.vi} đã gửi, ô sai được đánh dấu",
            f"The workbook of {of.en} that was sent, with its bad cells marked",
        ),
        OpenApiTypes.BINARY,  # type: ignore[arg-type]
        example="…",
        about=Label(
            "Ô sai có nền đỏ và ghi chú. Với mode=each chỉ còn các dòng bị từ chối, để sửa rồi gửi lại.",
            "Bad cells are red and have a comment. With mode=each it has the refused rows alone, to be "
            "mended and sent again.",
        ),
        problems=(400, 401, 403, 404, 409, 410),
        path_parameters={"id": JOB_ID},
    )


def detail_operation(name: str, of: Label) -> Operation:
    return Operation(
        f"get_{name}_bulk",
        Label(f"Một lô {of.vi} đã gửi", f"One bulk of {of.en}"),
        BulkJobSerializer,
        example=bulk_job(name),
        about=Label("Chỉ người đã gửi xem được.", "Only who has sent it finds it."),
        problems=(400, 401, 403, 404),
        path_parameters={"id": JOB_ID},
    )


def cancel_bulk_operation(name: str, of: Label) -> Operation:
    summary = Label(f"Hủy một lô {of.vi}", f"Cancel a bulk of {of.en}")
    return cancel_operation(f"cancel_{name}_bulk", summary, BulkJobSerializer, bulk_job(name))


def errors_operation(name: str, of: Label) -> Operation:
    return Operation(
        f"list_{name}_bulk_errors",
        Label(f"Lỗi của một lô {of.vi}", f"Errors of a bulk of {of.en}"),
        BulkFindingSerializer,
        example=_page(FINDING),
        problems=(400, 401, 403, 404, 410),
        path_parameters={"id": JOB_ID},
    )


def results_operation(name: str, of: Label, shape: type[serializers.Serializer[Any]], row: Any) -> Operation:
    return Operation(
        f"list_{name}_bulk_results",
        Label(f"Kết quả từng dòng của một lô {of.vi}", f"What became of each of a bulk of {of.en}"),
        shape,
        example=_page(row),
        problems=(400, 401, 403, 404, 410),
        path_parameters={"id": JOB_ID},
    )


FINDING: dict[str, Any] = {
    "index": 3,
    "pointer": "/3/effective_on",
    "code": "DATE_INVALID",
    "detail": "“2026-02-30” không phải là một ngày",
    "legal_basis": None,
}


def bulk_job(name: str) -> dict[str, Any]:
    """A bulk as a job, done."""
    address = f"https://thads.example/api/v1/{name}/bulk/4f7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b18/"
    return {
        "id": "4f7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b18",
        "kind": name.upper(),
        "state": "DONE",
        "state_label": "Đã xong",
        "progress": {"done": 2400, "total": 2400},
        "result": f"{address}results/",
        "errors": f"{address}errors/",
        "workbook": None,
        "summary": {"mode": "each", "dry_run": False, "recorded": 2399, "refused": 1},
        "submitted_at": "2026-08-03T08:00:00.104233+07:00",
        "ended_at": "2026-08-03T08:00:09.204117+07:00",
    }


#: What became of a new row.
CREATED: dict[str, Any] = {"index": 0, "id": "9e7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b17", "version": 1}


def created_example() -> dict[str, Any]:
    """The answer to one new row."""
    bulk = "4f7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b18"
    return {"id": bulk, "recorded": 1, "refused": 0, "results": [{**CREATED, "errors": []}]}


def _dry(example: dict[str, Any]) -> dict[str, Any]:
    """The same answer of a dry run."""
    names = {"act", "id"}
    results = [
        {key: None if key in names else value for key, value in row.items()} for row in example["results"]
    ]
    return {**example, "id": None, "results": results}


def _page(row: dict[str, Any]) -> dict[str, Any]:
    return {"results": [row], "next": None, "previous": None, "count": {"value": 1, "kind": "exact"}}
