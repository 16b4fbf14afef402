"""Rebuilding: counting everything anew from the acts. The result must equal what stood there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Act, Case
from officers.models import Unit
from reports import totals
from reports.projector import CONSUMER, count, hold, project, write_totals
from thads.common.periods import Period
from thads.jobs.models import Job
from thads.jobs.runner import submit
from thads.journal import journal

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
    """Recount case by case, then check the totals unit by unit against the movements (``thads.jobs``), while
    everybody goes on working. Goes on from its cursor after a crash.

    ``movements_changed`` and ``totals_changed`` are zero when what stood there was right. What was only
    waiting to be counted does not count as changed; ``not_counted`` are cases that cannot be counted, a
    defect.
    """
    _catch_up()
    cursor = dict.fromkeys(_CURSOR, 0)
    cursor.update(job.cursor)
    chosen = _chosen(job.unit_id, job.params.get("fiscal_year")).order_by("id")
    while _recount_some(job, cursor, chosen):
        pass
    for unit in _units(job.unit_id).filter(id__gt=cursor["unit"]).order_by("id").values_list("id", flat=True):
        cursor["totals_changed"] += totals.repair([unit])
        cursor["unit"] = unit
        _keep(job, cursor)
    return {name: cursor[name] for name in ("cases", "movements_changed", "not_counted", "totals_changed")}


#: How far a rebuild has come (the last case and the last unit), and what it found so far.
_CURSOR = ("case", "unit", "cases", "movements_changed", "not_counted", "totals_changed")


def _catch_up() -> None:
    """Count what waits to be counted now; what comes meanwhile is not waited for."""
    latest = journal.latest()
    while journal.to_do(CONSUMER).filter(id__lte=latest).exists() and project():
        pass


def _recount_some(job: Job, cursor: dict[str, int], chosen: QuerySet[Any]) -> bool:
    """Recount the next cases, in one transaction with how far that brings the job. False when there are none
    left.
    """
    with transaction.atomic():
        batch = list(chosen.filter(id__gt=cursor["case"]).values_list("id", flat=True)[:BATCH])
        if not batch:
            return False
        # Who has a case in hand counts it anew as well, or leaves its mark.
        held = hold(batch)
        done = count(held, but_waiting=True)
        journal.forget(CONSUMER, held.keys() - done.failed)
        cursor["movements_changed"] += done.changed
        cursor["not_counted"] += len(done.failed)
        cursor["cases"] += len(batch)
        cursor["case"] = batch[-1]
        _keep(job, cursor)
        write_totals(done.totals)
    return True


def _keep(job: Job, cursor: dict[str, int]) -> None:
    """Keep how far the job has come."""
    job.cursor = cursor
    job.progress_done = cursor["cases"]
    job.progress_total = max(job.progress_total or 0, cursor["cases"])
    job.attempts = 1
    job.save(update_fields=["cursor", "progress_done", "progress_total", "attempts"])


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
