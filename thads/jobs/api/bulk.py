"""The base of bulk writes: ``POST …/bulk/``, and what became of one.

A noun says what its rows are (``noun``), under which kind its jobs run, and what it calls the outcome of a
row. Up to ``AT_ONCE`` rows are dealt with while the request waits; more are a job. Either has an address,
which nobody but the caller can find. A workbook (``thads.jobs.sheets``) is always a job, and is given back
when it is done.
``bulk_of`` makes the addresses of a noun.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.urls import URLPattern, path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from thads.common.api.base import ScopedAPIView, ScopedListView
from thads.common.api.idempotency import Record
from thads.common.api.parameters import Parameter
from thads.common.api.parsers import JSONParser
from thads.common.api.problems import faults_of, shown_fault
from thads.common.api.writing import WritableListView, read_body
from thads.common.errors import BadRequest, Conflict, Fault, Gone, NotVisible
from thads.common.labels import Label
from thads.jobs.api.bulk_shapes import (
    CREATED,
    bulk_operation,
    bulk_serializer,
    cancel_bulk_operation,
    created_example,
    detail_operation,
    errors_operation,
    outcome_serializer,
    results_operation,
    template_operation,
    workbook_operation,
)
from thads.jobs.api.sheets import SentSheet, WorkbookParser, WorkbookRenderer
from thads.jobs.api.views import (
    STATES,
    JobCancelView,
    JobDetailView,
    JobFindingsView,
    JobView,
    found_among,
    unit_of,
)
from thads.jobs.bulk import (
    AT_ONCE,
    EACH,
    MODES,
    MOST,
    OUTCOMES_KEPT,
    WORKBOOKS_KEPT,
    Noun,
    Result,
    done_at_once,
    is_kept,
    kept_results,
    kept_workbook,
    submit_bulk,
)
from thads.jobs.caller import Caller, submitted_by
from thads.jobs.models import BulkOutcome, Finding, Job
from thads.jobs.sheets import MEDIA_TYPE, SheetColumn, marked, read, template

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


class OfBulk(JobView):
    """``subject_name`` and ``row_name`` are what an outcome calls what was written to, if anything, and what
    was written.
    """

    abstract = True
    params_shown = ("mode", "dry_run")
    subject_name: ClassVar[str | None] = None
    row_name: ClassVar[str] = "id"
    results_name: ClassVar[str]
    workbook_name: ClassVar[str]

    def bulks(self) -> QuerySet[Any, Any]:
        """The bulks of this kind that the caller has sent himself."""
        return JobView.scoped(self).filter(submitted_by(self.principal))

    def scoped(self) -> QuerySet[Any, Any]:
        return self.bulks()

    def bulk_key(self) -> int:
        """The key of the bulk at the view's address. Raises NotVisible, and Gone when what became of its
        rows is kept no longer.
        """
        row = found_among(self.bulks(), self.kwargs["id"])
        if not is_kept(row["ended_at"], OUTCOMES_KEPT, timezone.now()):
            raise Gone(Fault("BULK_GONE", params={"days": OUTCOMES_KEPT.days}))
        return int(row["pk"])

    def result(self, row: Mapping[str, Any]) -> str | None:
        over = row["state"] not in Job.UNFINISHED and is_kept(row["ended_at"], OUTCOMES_KEPT, timezone.now())
        return self.address_of(self.results_name, row["public_id"]) if over else None

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        ready = (
            row["params"].get("workbook")
            and row["state"] not in Job.UNFINISHED
            and is_kept(row["ended_at"], WORKBOOKS_KEPT, timezone.now())
        )
        address = self.address_of(self.workbook_name, row["public_id"]) if ready else None
        return {**super().shown(row), "workbook": address}

    def outcome(self, index: int, result: Result) -> dict[str, Any]:
        subject = {} if self.subject_name is None else {self.subject_name: result.subject}
        return {"index": index, **subject, self.row_name: result.row, "version": result.version}


class BulkView(OfBulk):
    """The door: rows in, results out."""

    abstract = True
    parser_classes = (JSONParser, WorkbookParser)
    query_parameters = {"POST": (MODE, DRY_RUN)}
    noun: ClassVar[Noun]

    def writes_now(self) -> bool:
        """A dry run of many, or of a workbook, writes no row, and yet a job: once is enough."""
        rows = self.request.data
        return super().writes_now() or isinstance(rows, SentSheet) or _is_many(rows)

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
        if isinstance(rows, SentSheet):
            return self.accepted(submit_bulk(**asked, workbook=rows.content))
        if _is_many(rows):
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


class BulkCancel(OfBulk, JobCancelView):
    """A bulk ended before its time."""

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


class BulkTemplate(ScopedAPIView):
    """An empty workbook, to be filled in and sent."""

    abstract = True
    renderer_classes = (WorkbookRenderer,)
    file_name: ClassVar[str]
    sheet_columns: ClassVar[tuple[SheetColumn, ...]]

    def get(self, request: Request) -> FileResponse:
        return _workbook(template(self.sheet_columns, self.lang), self.file_name)


class BulkWorkbookView(OfBulk):
    """The workbook that was sent, with the cells marked for which rows were refused."""

    abstract = True
    renderer_classes = (WorkbookRenderer,)

    def get(self, request: Request, id: str) -> FileResponse:
        row = self.found_job(id)
        if not row["params"].get("workbook"):
            raise NotVisible(Fault("WORKBOOK_NOT_SENT"))
        if row["state"] in Job.UNFINISHED:
            state = STATES[row["state"]].text(self.lang)
            raise Conflict(Fault("WORKBOOK_NOT_READY", params={"state": state}))
        content = kept_workbook(row["pk"])
        if content is None:
            raise Gone(Fault("WORKBOOK_GONE", params={"days": WORKBOOKS_KEPT.days}))
        results = kept_results(row["pk"])
        sheet = read(content)
        wrong = {place: result.faults for place, result in enumerate(results) if result.faults}
        written = row["params"]["mode"] == EACH and not row["params"]["dry_run"]
        kept = list(wrong) if written else range(len(sheet.rows))
        return _workbook(marked(sheet, wrong, kept, self.lang), f"{self.kind.lower()}-{id[:8]}")


def _workbook(file: IO[bytes], name: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=MEDIA_TYPE)


def _is_many(rows: object) -> bool:
    return isinstance(rows, list) and len(rows) > AT_ONCE


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


# --- The addresses of a noun --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bulk:
    """The addresses of the bulks of one noun."""

    #: One of the noun, and many, as addresses and operations call them.
    name: str
    plural: str
    door: type[BulkView]
    detail: type[BulkDetail]
    cancel: type[BulkCancel]
    errors: type[BulkErrors]
    results: type[BulkResults]
    template: type[BulkTemplate]
    workbook: type[BulkWorkbookView]

    def paths(self) -> list[URLPattern]:
        at, name = f"{self.plural}/bulk/", f"{self.name}-bulk"
        return [
            path(at, self.door.as_view(), name=f"{name}s"),
            path(f"{at}template/", self.template.as_view(), name=f"{name}-template"),
            path(f"{at}<str:id>/", self.detail.as_view(), name=name),
            path(f"{at}<str:id>/cancel/", self.cancel.as_view(), name=f"{name}-cancel"),
            path(f"{at}<str:id>/errors/", self.errors.as_view(), name=f"{name}-errors"),
            path(f"{at}<str:id>/results/", self.results.as_view(), name=f"{name}-results"),
            path(f"{at}<str:id>/workbook/", self.workbook.as_view(), name=f"{name}-workbook"),
        ]


def bulk_of(
    name: str,
    plural: str,
    words: Label,
    *,
    noun: Noun,
    permission: str,
    request: Any,
    request_example: Any,
    columns: tuple[SheetColumn, ...],
    outcome: tuple[str | None, str] = (None, "id"),
    result: Mapping[str, Any] = CREATED,
    example: dict[str, Any] | None = None,
) -> Bulk:
    """The bulks of a noun, called ``name``, ``plural`` and ``words``, sent with ``permission`` in the shape
    ``request`` or in a workbook of ``columns``. ``outcome`` is what an outcome calls the subject and the row
    (``OfBulk``), ``result`` one of them, ``example`` an answer.
    """
    prefix = name.capitalize()
    subject, row = outcome
    names = tuple(one for one in outcome if one is not None)
    of = {
        "abstract": True,
        "permission": permission,
        "kind": plural.upper(),
        "address_name": f"{name}-bulk",
        "errors_name": f"{name}-bulk-errors",
        "results_name": f"{name}-bulk-results",
        "workbook_name": f"{name}-bulk-workbook",
        "subject_name": subject,
        "row_name": row,
    }
    base = type(f"{prefix}BulkBase", (OfBulk,), of)

    def view(
        kind: type[Any], method: str, operation: Any, bases: tuple[Any, ...] = (base,), **more: Any
    ) -> Any:
        parts = {"operations": {method: operation}, "__module__": __name__, **more}
        return type(f"{prefix}{kind.__name__}", (*bases, kind), parts)

    door = bulk_operation(
        plural,
        words,
        response=bulk_serializer(prefix, *names),
        example=example or created_example(),
        request=request,
        request_example=request_example,
    )
    results = results_operation(plural, words, outcome_serializer(prefix, *names), dict(result))
    return Bulk(
        name=name,
        plural=plural,
        door=view(BulkView, "POST", door, noun=noun),
        detail=view(BulkDetail, "GET", detail_operation(plural, words)),
        cancel=view(BulkCancel, "POST", cancel_bulk_operation(plural, words)),
        errors=view(BulkErrors, "GET", errors_operation(plural, words)),
        results=view(BulkResults, "GET", results),
        template=view(
            BulkTemplate,
            "GET",
            template_operation(plural, words),
            (),
            permission=permission,
            sheet_columns=columns,
            file_name=plural,
        ),
        workbook=view(BulkWorkbookView, "GET", workbook_operation(plural, words)),
    )
