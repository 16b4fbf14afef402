"""Tags: the words of a unit, and putting them on its cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from cases.models import Case, CaseTag, Tag
from officers.models import Unit
from thads.common import versions
from thads.common.errors import Fault
from thads.common.snapshot import moment
from thads.journal.noting import noted

_MISSING: Final = Fault("TAG_NOT_FOUND", params={"tag": ""})


def create_tag(*, unit: Unit, name: str, colour: str, by: str) -> Tag:
    """A new tag of ``unit``. Needs a transaction. Raises Conflict when the unit has one of this name."""
    at = versions.now([unit.pk])
    row = Tag(unit=unit, name=name, colour=colour)
    changes = versions.create(row, at=at, taken=_taken(name))
    noted(row, "created", changes=changes, by=by, unit_id=unit.pk)
    return row


def change_tag(*, rows: QuerySet[Tag], values: Mapping[str, Any], check: versions.Check, by: str) -> Tag:
    """Change the name or the colour of the one tag of ``rows``. Needs a transaction. Raises Conflict when its
    unit has another one of this name.
    """
    row = versions.locked(rows, _MISSING)
    check(row, values)
    at = versions.now([row.unit_id])
    changes = versions.change(row, values, at=at, taken=_taken(str(values.get("name", row.name))))
    if changes:
        noted(row, "changed", changes=changes, by=by, unit_id=row.unit_id)
    return row


def remove_tag(*, rows: QuerySet[Tag], check: versions.Check, by: str) -> None:
    """Remove the one tag of ``rows``: from today no case bears it. Needs a transaction."""
    row = versions.locked(rows, _MISSING)
    check(row, {})
    at = versions.now([row.unit_id])
    ended = CaseTag.objects.filter(tag=row, ended_at=None).update(ended_at=at, ended_by=by)
    versions.remove(row, at=at)
    noted(row, "removed", changes={}, by=by, unit_id=row.unit_id, cases=ended)


def put_tag(*, case: Case, tags: QuerySet[Tag], by: str) -> bool:
    """Put the one tag of ``tags`` on a case; whether it was not there before. Needs a transaction. A tag
    counts for nothing, so the case's version stays.
    """
    tag = versions.locked(tags, _MISSING)
    at = moment()
    _found, new = CaseTag.objects.get_or_create(
        case=case, tag=tag, ended_at=None, defaults={"tagged_at": at, "tagged_by": by}
    )
    if new:
        _note(case, tag, "put", by)
    return bool(new)


def take_tag(*, case: Case, tags: QuerySet[Tag], by: str) -> bool:
    """Take the one tag of ``tags`` off a case; whether it was there. Needs a transaction."""
    tag = versions.locked(tags, _MISSING)
    gone = CaseTag.objects.filter(case=case, tag=tag, ended_at=None).update(ended_at=moment(), ended_by=by)
    if gone:
        _note(case, tag, "taken", by)
    return bool(gone)


def _note(case: Case, tag: Tag, verb: str, by: str) -> None:
    tag.modified_at = moment()
    noted(
        tag,
        verb,
        changes={},
        by=by,
        unit_id=case.unit_id,
        officer_id=case.officer_id,
        case=str(case.public_id),
    )


def _taken(name: str) -> Fault:
    return Fault("TAG_EXISTS", "/name", {"name": name})
