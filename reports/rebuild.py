"""Rebuilding: counting everything anew from the acts. The result must equal what stood there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Act, Case
from officers.models import Unit
from reports import totals
from reports.projector import CONSUMER, recount_apart
from thads.common.periods import Period
from thads.jobs.models import Job
from thads.jobs.runner import submit
from thads.journal import consumers, journal

BATCH = 1000


def submit_rebuild(*, by: str, unit_id: int | None, fiscal_year: int | None = None) -> Job:
    """Put down the job: everything, or the cases of a unit's subtree, or those with an act in a statistical
    year.
    """
    params = {"fiscal_year": fiscal_year}
    return submit(
        kind="REBUILD", params=params, by=by, unit_id=unit_id, total=_chosen(unit_id, fiscal_year).count()
    )


def run(job: Job) -> dict[str, Any]:
    """Recount case by case, then check the totals of the units against the movements (``thads.jobs``). Goes
    on from its cursor after a crash.

    ``movements_changed`` and ``totals_changed`` are zero when what stood there was right. What was only
    waiting to be counted does not count as changed; ``not_counted`` are cases that cannot be counted, a
    defect.
    """
    consumers.catch_up(CONSUMER)
    cursor: dict[str, int] = {"case": 0, "cases": 0, "movements_changed": 0, "not_counted": 0}
    cursor.update(job.cursor)
    chosen = _chosen(job.unit_id, job.params.get("fiscal_year")).order_by("id")
    while True:
        with transaction.atomic():
            batch = list(chosen.filter(id__gt=cursor["case"]).values_list("id", flat=True)[:BATCH])
            if not batch:
                break
            waiting = set(journal.to_do(CONSUMER).filter(case_id__in=batch).values_list("case_id", flat=True))
            changed, failed = recount_apart([case for case in batch if case not in waiting])
            journal.forget(CONSUMER, [case for case in batch if case not in failed])
            cursor["movements_changed"] += changed
            cursor["not_counted"] += len(failed)
            cursor["cases"] += len(batch)
            cursor["case"] = batch[-1]
            job.cursor = cursor
            job.progress_done = cursor["cases"]
            job.progress_total = max(job.progress_total or 0, cursor["cases"])
            job.attempts = 1
            job.save(update_fields=["cursor", "progress_done", "progress_total", "attempts"])
    with transaction.atomic():
        repaired = totals.repair(list(_units(job.unit_id).values_list("id", flat=True)))
    counted = {name: cursor[name] for name in ("cases", "movements_changed", "not_counted")}
    return {**counted, "totals_changed": repaired}


def _units(unit_id: int | None) -> QuerySet[Any]:
    units: QuerySet[Any] = Unit.objects.all()
    return units if unit_id is None else units.filter(id__in=Unit.objects.subtree(unit_id))


def _chosen(unit_id: int | None, fiscal_year: int | None) -> QuerySet[Any]:
    cases: QuerySet[Any] = Case.objects.all()
    if unit_id is not None:
        cases = cases.filter(unit__in=_units(unit_id))
    if fiscal_year is not None:
        year = Period(fiscal_year, 12)
        acts = Act.objects.filter(case=OuterRef("pk"), effective_on__range=(year.starts_on, year.ends_on))
        cases = cases.filter(Exists(acts))
    return cases
