"""Officers whose code an older register brings before their name is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from officers.models import Assignment, Officer


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
    unassigned = (
        Officer.objects.select_for_update(of=("self",), no_key=True)
        .filter(code__in=codes, assignments__isnull=True)
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
