"""The base of bulk writes: ``POST …/bulk/``, and what became of one.

A noun says what its rows are (``noun``), under which kind its jobs run, and what it calls the outcome of a
row. Up to ``AT_ONCE`` rows are dealt with while the request waits; more are a job. Either has an address,
which nobody but the caller can find.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from thads.common.api.base import ScopedListView
from thads.common.api.idempotency import Record
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.api.parsers import JSONParser
from thads.common.api.problems import faults_of, shown_fault
from thads.common.api.writing import WritableListView, read_body
from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label
from thads.jobs.api.serializers import JobSerializer
from thads.jobs.api.views import JOB_ID, JobDetailView, JobFindingsView, JobView, found_among, unit_of
from thads.jobs.bulk import AT_ONCE, MODES, MOST, Noun, Result, done_at_once, kept_results, submit_bulk
from thads.jobs.caller import Caller, submitted_by
from thads.jobs.models import BulkOutcome, Finding, Job

MODE = Parameter(
    "mode",
    Label(
        "atomic: có một dòng bị từ chối thì không ghi gì; each: ghi những dòng ghi được.",
        "atomic: with one row refused nothing is written; each: what can be written is.",
    ),
    kind="choice",
    choices=MODES,
    default="atomic",
)
DRY_RUN = Parameter(
    "dry_run",
    Label("true: làm thử cả lô, không ghi gì.", "true: try all of it, and write nothing."),
    kind="boolean",
    default=False,
)
ABOUT = Label(
    f"Mảng JSON, tối đa {AT_ONCE:,} dòng thì làm ngay; nhiều hơn, đến {MOST:,} dòng, là một công việc (202). "
    "Các dòng được ghi theo thứ tự; dòng sau thấy dòng trước. Lỗi nêu đúng dòng và trường, ví dụ "
    "/3/effective_on. dry_run=true trả lời 200.".replace(",", "."),
    f"A JSON array; up to {AT_ONCE:,} rows are dealt with at once, more, up to {MOST:,}, are a job (202). "
    "Rows are written in their order, and each finds what those before it wrote. Errors name the row, as "
    "in /3/effective_on. dry_run=true answers 200.",
)


class BulkErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the array that was sent")
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)


class BulkFindingSerializer(BulkErrorSerializer):
    index = serializers.IntegerField(help_text="place of the row, from 0")


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


class OfBulk(JobView):
    """``subject_name`` and ``row_name`` are what an outcome calls what was written to, if anything, and what
    was written.
    """

    abstract = True
    params_shown = ("mode", "dry_run")
    subject_name: ClassVar[str | None] = None
    row_name: ClassVar[str] = "id"
    results_name: ClassVar[str]

    def bulks(self) -> QuerySet[Any, Any]:
        """The bulks of this kind that the caller has sent himself."""
        return JobView.scoped(self).filter(submitted_by(self.principal))

    def scoped(self) -> QuerySet[Any, Any]:
        return self.bulks()

    def bulk_key(self) -> int:
        """The key of the bulk at the view's address. Raises NotVisible."""
        return int(found_among(self.bulks(), self.kwargs["id"])["pk"])

    def result(self, row: Mapping[str, Any]) -> str | None:
        over = row["state"] not in Job.UNFINISHED
        return self.address_of(self.results_name, row["public_id"]) if over else None

    def outcome(self, index: int, result: Result) -> dict[str, Any]:
        subject = {} if self.subject_name is None else {self.subject_name: result.subject}
        return {"index": index, **subject, self.row_name: result.row, "version": result.version}


class BulkView(OfBulk):
    """The door: rows in, results out."""

    abstract = True
    parser_classes = (JSONParser,)
    query_parameters = {"POST": (MODE, DRY_RUN)}
    noun: ClassVar[Noun]

    def writes_now(self) -> bool:
        """A dry run of many writes no row, and yet a job: once is enough."""
        rows = self.request.data
        return super().writes_now() or (isinstance(rows, list) and len(rows) > AT_ONCE)

    def post(self, request: Request) -> Response:
        rows = _rows(request.data)
        asked: dict[str, Any] = {
            "kind": self.kind,
            "caller": Caller(self.principal, self.scope),
            "rows": rows,
            "mode": self.values["mode"],
            "dry_run": self.values["dry_run"],
            "unit_id": unit_of(self.principal),
        }
        if len(rows) > AT_ONCE:
            return self.accepted(submit_bulk(**asked))
        job, results = done_at_once(noun=self.noun, **asked)
        if job is None:
            return Response(self._answer(None, results))
        headers = {"Location": str(self.address_of(self.address_name, job.public_id))}
        return Response(self._answer(job.public_id, results), status=201, headers=headers)

    def replayed(self, record: Record) -> dict[str, Any]:
        """What became of every row then; of a job, how it stands now."""
        row = self.found_job(str(record.public_id))
        if not row["params"].get("at_once"):
            return self.shown(row)
        return self._answer(row["public_id"], kept_results(row["pk"]))

    def _answer(self, bulk: uuid.UUID | None, results: Sequence[Result]) -> dict[str, Any]:
        refused = sum(result.refused for result in results)
        shown = [
            {
                **self.outcome(index, result),
                "errors": [shown_fault(fault.under(f"/{index}"), self.lang) for fault in result.faults],
            }
            for index, result in enumerate(results)
        ]
        return {"id": bulk, "recorded": len(results) - refused, "refused": refused, "results": shown}


class BulkDetail(OfBulk, JobDetailView):
    """One bulk, as a job."""

    abstract = True


class BulkErrors(OfBulk, JobFindingsView):
    """Why rows of a bulk were refused, in their order."""

    abstract = True
    query_parameters = ()
    orderings = {"index": "pk"}
    default_ordering = "index"

    def scoped(self) -> QuerySet[Any, Any]:
        return Finding.objects.filter(job=self.bulk_key())

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        fault = Fault(row["code"], row["pointer"], row["params"], row["legal_basis"])
        return {"index": row["line"], **shown_fault(fault, self.lang)}


class BulkResults(OfBulk, ScopedListView):
    """What became of every row of a bulk, in their order."""

    abstract = True
    model = BulkOutcome
    columns = ("place", "subject", "row", "version")
    orderings = {"index": "place"}
    default_ordering = "index"

    def scoped(self) -> QuerySet[Any, Any]:
        return BulkOutcome.objects.filter(job=self.bulk_key())

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return self.outcome(row["place"], Result(row["subject"], row["row"], row["version"]))


def _rows(body: object) -> list[Any]:
    if not isinstance(body, list):
        raise BadRequest(Fault("NOT_AN_ARRAY"))
    if not 1 <= len(body) <= MOST:
        raise BadRequest(Fault("ROWS_INVALID", "", {"limit": MOST}))
    return body


class Creations:
    """Rows as the POST of a list takes them, each written by its action, or refused, by itself."""

    def __init__(self, door: type[WritableListView]) -> None:
        self._door = door

    def lock(self, caller: Caller, rows: Iterator[Any]) -> None:
        """New rows are written to nothing that stands."""

    def record(self, caller: Caller, rows: Sequence[Any]) -> list[Result]:
        door = self._door()
        door.__dict__.update(principal=caller.principal, scope=caller.scope)
        return [_created(door, row) for row in rows]


def _created(door: WritableListView, body: Any) -> Result:
    try:
        with transaction.atomic():
            row = door.create(read_body(door.body, body))
    except Exception as exc:
        faults = faults_of(exc)
        if faults is None:
            raise
        return Result(faults=faults)
    return Result(row=row.public_id, version=row.version)


# --- What the OpenAPI document says ------------------------------------------------------------------------


def bulk_operation(name: str, of: Label, **shapes: Any) -> Operation:
    """Of the door: ``name`` of the noun in the plural, and ``of`` its words."""
    return Operation(
        f"bulk_{name}",
        Label(f"Gửi nhiều {of.vi} một lần", f"Send many {of.en} at once"),
        about=ABOUT,
        status=201,
        problems=(400, 401, 403, 409, 422),
        also={200: (shapes["response"], _dry(shapes["example"])), 202: (JobSerializer, bulk_job(name))},
        **shapes,
    )


def detail_operation(name: str, of: Label) -> Operation:
    return Operation(
        f"get_{name}_bulk",
        Label(f"Một lô {of.vi} đã gửi", f"One bulk of {of.en}"),
        JobSerializer,
        example=bulk_job(name),
        about=Label("Chỉ người đã gửi xem được.", "Only who has sent it finds it."),
        problems=(400, 401, 403, 404),
        path_parameters={"id": JOB_ID},
    )


def errors_operation(name: str, of: Label) -> Operation:
    return Operation(
        f"list_{name}_bulk_errors",
        Label(f"Lỗi của một lô {of.vi}", f"Errors of a bulk of {of.en}"),
        BulkFindingSerializer,
        example=_page(FINDING),
        problems=(400, 401, 403, 404),
        path_parameters={"id": JOB_ID},
    )


def results_operation(name: str, of: Label, shape: type[serializers.Serializer[Any]], row: Any) -> Operation:
    return Operation(
        f"list_{name}_bulk_results",
        Label(f"Kết quả từng dòng của một lô {of.vi}", f"What became of each of a bulk of {of.en}"),
        shape,
        example=_page(row),
        problems=(400, 401, 403, 404),
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
