"""Officers whose code an older register brings before their name is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Exists, F, OuterRef

from officers.models import Assignment, Officer
from thads.common.models import ClockTimestamp


def create_unnamed(*, codes: Collection[str], unit_ids: Mapping[str, int]) -> None:
    """Create the officers of ``codes`` (``UNIT.NN``) that do not exist yet, working in their unit since
    before records begin.

    Safe to repeat and to run twice at once.
    """
    if not codes:
        return
    Officer.objects.bulk_create(
        [Officer(code=code, name="") for code in sorted(codes)], ignore_conflicts=True
    )
    standing = Assignment.objects.filter(officer=OuterRef("pk"), deleted_at=None)
    # Who was removed as a mistake, and is named by a register after all, is there again.
    removed = Officer.objects.filter(code__among=codes).exclude(deleted_at=None)
    removed.update(deleted_at=None, modified_at=ClockTimestamp(), version=F("version") + 1)
    unassigned = (
        Officer.objects.select_for_update(of=("self",), no_key=True)
        .filter(~Exists(standing), code__among=codes)
        .order_by("code")
    )
    Assignment.objects.bulk_create(
        Assignment(
            officer=officer,
            unit_id=unit_ids[officer.code.rpartition(".")[0]],
            role="OFFICER",
            valid_from=None,
        )
        for officer in unassigned
    )
