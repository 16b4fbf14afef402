"""Writing rows that have a version: lock, compare, write what differs, remove.

An action finds the row through what the caller may see (``locked``), lets the edge compare the version the
caller has seen (``Check``), asks its rules, and writes (``create``, ``change``, ``remove``). What differs is
told to the journal. Needs a transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from psycopg import errors as driver

from thads.common.errors import Conflict, Fault, NotVisible
from thads.common.models import VersionedModel
from thads.common.snapshot import announce_write, moment

Row = TypeVar("Row", bound=VersionedModel)
#: What changed: field, what stood, what stands; other rows by their code or public id.
Changes = dict[str, tuple[Any, Any]]
#: Compares, under the lock, the version that the caller has seen; raises PreconditionFailed. What he sends is
#: given by field, nothing when he removes.
Check = Callable[[VersionedModel, Mapping[str, Any]], None]


def unchecked(row: VersionedModel, values: Mapping[str, Any]) -> None:
    """The check of who has seen no version: commands, imports."""


def locked(rows: models.QuerySet[Row], missing: Fault, *, to_remove: bool = False) -> Row:
    """The one row of ``rows``, locked until the transaction ends. Raises NotVisible(``missing``).

    ``to_remove`` also waits for whoever is just pointing something at the row, and keeps others from it.
    """
    found = rows.select_for_update(of=("self",), no_key=not to_remove).first()
    if found is None:
        raise NotVisible(missing)
    return found


def now(unit_ids: Collection[int]) -> dt.datetime:
    """The moment of a write that concerns these units, announced to who reads up to a moment. Ask for it
    under the locks of the rows.
    """
    announce_write(unit_ids)
    return moment()


def differences(row: VersionedModel, values: Mapping[str, Any]) -> Changes:
    """What of ``values`` (by field) is not what stands in ``row``."""
    return {
        name: (named(getattr(row, name)), named(value))
        for name, value in values.items()
        if getattr(row, _column(row, name)) != _key(value)
    }


def create(row: Row, *, at: dt.datetime, taken: Fault) -> Changes:
    """Write a new row. Raises Conflict(``taken``) when its key is somebody else's already."""
    row.modified_at = at
    with unique(taken):
        row.save(force_insert=True)
    row.refresh_from_db(fields=["public_id", "version"])
    given = (
        field.name
        for field in row._meta.concrete_fields
        if field.editable and not field.primary_key and getattr(row, field.attname) not in (None, "", [])
    )
    return {name: (None, named(getattr(row, name))) for name in given}


def change(
    row: Row, values: Mapping[str, Any], *, at: dt.datetime, taken: Fault, also: Changes | None = None
) -> Changes:
    """Write what of ``values`` differs from the locked ``row``; with nothing different nothing is written and
    the version stays. ``also`` is what the caller changes in rows that belong to it. Raises
    Conflict(``taken``) when the new key is somebody else's already.
    """
    found = differences(row, values)
    if not found and not also:
        return {}
    for name in found:
        setattr(row, name, values[name])
    row.version += 1
    row.modified_at = at
    with unique(taken):
        row.save(update_fields=[*found, "version", "modified_at"])
    return {**found, **(also or {})}


def remove(row: VersionedModel, *, at: dt.datetime) -> None:
    """Mark the locked row as removed: nobody sees it any more, and lists of what changed name it."""
    row.deleted_at = row.modified_at = at
    row.version += 1
    row.save(update_fields=["deleted_at", "modified_at", "version"])


@contextmanager
def unique(taken: Fault) -> Iterator[None]:
    """Two who write the same key at once: the second gets Conflict(``taken``)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, (driver.UniqueViolation, driver.ExclusionViolation)):
            raise Conflict(taken) from None
        raise


def referring(row: models.Model) -> list[type[models.Model]]:
    """The models in which something that stands points at ``row``."""
    found = []
    for relation in row._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel):
            continue
        model = relation.related_model
        standing: Any = model._base_manager.filter(**{relation.field.name: row.pk})  # type: ignore[union-attr]
        if issubclass(model, VersionedModel):  # type: ignore[arg-type]
            standing = standing.filter(deleted_at=None)
        if model not in found and standing.exists():
            found.append(model)
    return found  # type: ignore[return-value]


def named(value: Any) -> Any:
    """A row as others know it: by its code or, without one, by its public id. Anything else as it is."""
    if isinstance(value, models.Model):
        return getattr(value, "code", None) or str(value.public_id)  # type: ignore[attr-defined]
    return value


def _column(row: models.Model, name: str) -> str:
    field: Any = row._meta.get_field(name)
    return str(field.attname)


def _key(value: Any) -> Any:
    """A row is compared by its key."""
    return value.pk if isinstance(value, models.Model) else value
