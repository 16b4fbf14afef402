"""Views that every kind of job has: its list, one job, and what it found.

A kind says who may (``permission``), which jobs (``kind``), under which names its addresses hang
(``address_name``, ``errors_name``), what of its parameters it shows, and where its result is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.response import Response

from thads.common.api.base import ScopedAPIView, ScopedDetailView, ScopedListView
from thads.common.api.filters import Filters, codes, ids, moments
from thads.common.api.idempotency import Record
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter, shortened
from thads.common.errors import Fault, Forbidden, NotVisible
from thads.common.labels import CodeList, Label, label
from thads.common.messages import catalogue, text
from thads.common.principal import Principal
from thads.jobs.api.serializers import SEVERITY_CODES
from thads.jobs.models import Finding, Job
from thads.jobs.runner import cancel

STATES: CodeList = {
    "QUEUED": Label("Đang chờ", "Queued"),
    "RUNNING": Label("Đang chạy", "Running"),
    "DONE": Label("Đã xong", "Done"),
    "FAILED": Label("Không thành công", "Failed"),
    "CANCELLED": Label("Đã hủy", "Cancelled"),
}
SEVERITY = Parameter(
    "severity",
    Label("ERROR: lỗi, hồ sơ không được nhập; WARNING: cảnh báo.", "ERROR: refused; WARNING: let in."),
    kind="choice",
    choices=tuple(SEVERITY_CODES),
)
JOB_ID = Label("UUID của công việc.", "UUID of the job.")


class JobView(ScopedAPIView):
    """What the views of one kind of job have in common."""

    abstract = True
    model: ClassVar[type[Model]] = Job
    columns: ClassVar[tuple[str, ...]] = (
        "public_id",
        "kind",
        "state",
        "params",
        "summary",
        "progress_done",
        "progress_total",
        "submitted_at",
        "ended_at",
        "has_findings",
    )
    kind: ClassVar[str]
    address_name: ClassVar[str]
    errors_name: ClassVar[str | None] = None
    params_shown: ClassVar[tuple[str, ...]] = ()

    def scoped(self) -> QuerySet[Any, Any]:
        """The jobs of this kind that the caller may see."""
        found = Exists(Finding.objects.filter(job=OuterRef("pk")))
        jobs: QuerySet[Any, Any] = Job.objects.visible_to(self.scope)
        return jobs.filter(kind=self.kind).annotate(has_findings=found)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [self.shown(row) for row in rows]

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": row["public_id"],
            "kind": row["kind"],
            "state": row["state"],
            "state_label": label(STATES, row["state"], self.lang),
            "progress": {"done": row["progress_done"], "total": row["progress_total"]},
            "result": self.result(row),
            "errors": self.address_of(self.errors_name, row["public_id"]) if row["has_findings"] else None,
            "summary": self.summary(row),
            "submitted_at": row["submitted_at"],
            "ended_at": row["ended_at"],
        }

    def summary(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What was asked and what came of it, with a sentence where it came to no good end."""
        asked = {name: row["params"][name] for name in self.params_shown if name in row["params"]}
        shown = {**asked, **row["summary"]}
        if shown.get("code") in catalogue():
            shown["detail"] = text(shown["code"], {}, self.lang)
        return shown

    def result(self, row: Mapping[str, Any]) -> str | None:
        """The address of what the job made; None where its summary says all."""
        return None

    def address_of(self, name: str | None, job: uuid.UUID) -> str | None:
        return self.request.build_absolute_uri(reverse(name, kwargs={"id": job})) if name else None

    def found_job(self, address: str) -> dict[str, Any]:
        """The job at ``address``. Raises NotVisible when there is none that the caller may see."""
        return found_among(self.scoped(), address)

    def accepted(self, job: Job) -> Response:
        """202 with the job and where to watch it."""
        row = self.found_job(str(job.public_id))
        address = self.address_of(self.address_name, job.public_id)
        return Response(self.shown(row), status=202, headers={"Location": str(address)})

    def replayed(self, record: Record) -> dict[str, Any]:
        """The job as it stands now."""
        return self.shown(self.found_job(str(record.public_id)))


class JobFilter(Filters):
    lookups = (
        ids(),
        codes("state", STATES, Label("Trạng thái", "State")),
        moments("submitted_at", Label("Thời điểm gửi", "When it was submitted")),
        moments("ended_at", Label("Thời điểm kết thúc", "When it ended"), nullable=True),
    )

    class Meta:
        model = Job
        fields: list[str] = []


class JobListView(JobView, ScopedListView):
    """The jobs of one kind, the latest first."""

    abstract = True
    filterset_class = JobFilter
    #: Jobs get their keys in the order in which they are submitted.
    orderings = {"submitted_at": "pk"}
    default_ordering = "-submitted_at"


class JobDetailView(JobView, ScopedDetailView):
    """One job, to be watched until it has ended."""

    abstract = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(self.shown_of(self.found_job(kwargs["id"])))


class JobCancelView(JobView):
    """A job ended before its time."""

    abstract = True

    def post(self, request: Any, id: str) -> Response:
        row = self.found_job(id)
        cancel(Job.objects.get(pk=row["pk"]))
        return Response(self.shown(self.found_job(id)))


def cancel_operation(
    id: str, summary: Label, response: type[serializers.Serializer[Any]], example: dict[str, Any]
) -> Operation:
    """Of a job that can be cancelled; ``example`` is one that has not come to its end."""
    return Operation(
        id,
        summary,
        response,
        example={
            **example,
            "state": Job.CANCELLED,
            "state_label": STATES[Job.CANCELLED].vi,
            "result": None,
            "summary": {"code": "JOB_CANCELLED", "detail": text("JOB_CANCELLED", {}, "vi")},
            "ended_at": "2026-08-03T08:00:09.204117+07:00",
        },
        about=Label(
            "Công việc đang chờ thì hủy ngay; đang chạy thì dừng ở bước tiếp theo, hoặc đã xong trước đó. "
            "Phần đã ghi vẫn được giữ. Đã kết thúc: 409.",
            "One that waits is over at once; one that runs ends at its next step, or has come to its end "
            "before. What it has written stands. One that is over: 409.",
        ),
        problems=(400, 401, 403, 404, 409),
        path_parameters={"id": JOB_ID},
    )


class JobFindingsView(JobView, ScopedListView):
    """What a job found wrong or odd in its input, in the order of the input."""

    abstract = True
    model = Finding
    columns = ("line", "pointer", "severity", "code", "params", "legal_basis")
    query_parameters: ClassVar[Sequence[Parameter]] = (SEVERITY,)
    #: Findings are written in the order of the lines.
    orderings = {"line": "pk"}
    default_ordering = "line"

    def scoped(self) -> QuerySet[Any, Any]:
        """The findings of the job, which itself has to be visible."""
        address = self.kwargs["id"]
        jobs = Job.objects.visible_to(self.scope).filter(kind=self.kind, public_id=_uuid(address))
        job = jobs.values_list("pk", flat=True).first()
        if job is None:
            raise _no_job(address)
        return Finding.objects.filter(job=job)

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        severity = self.values["severity"]
        return rows if severity is None else rows.filter(severity=severity)

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        fault = Fault(row["code"], row["pointer"], row["params"], row["legal_basis"])
        return {
            "line": row["line"],
            "pointer": fault.pointer,
            "severity": row["severity"],
            "code": fault.code,
            "detail": fault.text(self.lang),
            "legal_basis": fault.legal_basis,
        }


def found_among(jobs: QuerySet[Any, Any], address: str) -> dict[str, Any]:
    """The one of ``jobs`` at ``address``. Raises NotVisible."""
    for row in jobs.filter(public_id=_uuid(address)).values(*JobView.columns, "pk")[:1]:
        return dict(row)
    raise _no_job(address)


def _uuid(address: str) -> uuid.UUID:
    try:
        return uuid.UUID(address)
    except ValueError:
        raise _no_job(address) from None


def _no_job(address: str) -> NotVisible:
    return NotVisible(Fault("JOB_NOT_FOUND", params={"job": shortened(address)}))


def submitter(principal: Principal) -> str:
    """Who submits, as jobs and the acts they record name him: kind, number and name."""
    return principal.by


def unit_of(principal: Principal) -> int:
    """The unit whose subtree the caller's jobs may touch. Raises Forbidden for a caller of no unit: without
    one a job would have no limit.
    """
    if principal.unit_id is None:
        raise Forbidden(Fault("FORBIDDEN"))
    return principal.unit_id
