"""Documents: kept, described, taken out; and the files nobody speaks of, swept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import IO, Any, Final

from django.db import transaction
from django.db.models import QuerySet

from cases import storage
from cases.actions.external_ids import set_keys
from cases.models import Act, Case, Document, Judgment
from cases.querysets import case_reads
from cases.rules.external_ids import Key
from cases.rules.media import Declared, media_type_of
from thads.common import versions
from thads.common.errors import Conflict, Fault, Refused
from thads.journal.noting import noted

#: How long a file may lie in the store before a row has to speak of it.
ORPHANS_KEPT: Final = dt.timedelta(days=1)
#: Contents looked up together.
_BATCH: Final = 500
#: What the journal is told only that it changed: words may name people.
PRIVATE: Final = frozenset({"title", "file_name"})

_MISSING: Final = Fault("DOCUMENT_NOT_FOUND", params={"document": ""})


def add_document(
    *,
    subject: Case | Judgment | Act,
    file: IO[bytes],
    size: int,
    declared: Declared,
    values: Mapping[str, Any],
    keys: Collection[Key],
    by: str,
) -> Document:
    """Keep a file with what it belongs to. Its type is what its content says. The file is in the store before
    the row commits. Needs a transaction.

    Raises Refused for an empty file, for a type that is not taken, and for a declaration that is not true.
    """
    if size == 0:
        raise Refused(Fault("DOCUMENT_EMPTY", "/file"))
    media_type = media_type_of(file, declared)
    sha256 = storage.digest_of(file)
    unit_id, officer_id = _holder(subject)
    storage.keep(file, sha256, size)
    at = versions.now([unit_id])
    row = Document(
        **_belonging(subject),
        **values,
        file_name=declared.name,
        media_type=media_type,
        size=size,
        sha256=sha256,
        recorded_at=at,
        recorded_by=by,
    )
    changes = versions.create(row, at=at, taken=_MISSING)
    written = set_keys(noun="document", row_id=row.pk, keys=keys, by=by, at=at)
    if written is not None:
        changes["external_ids"] = written
    _note(row, "added", changes, by, unit_id, officer_id)
    return row


def describe_document(
    *,
    rows: QuerySet[Document],
    values: Mapping[str, Any],
    keys: Collection[Key] | None,
    check: versions.Check,
    by: str,
) -> Document:
    """Change title, kind, number or day of the one document of ``rows``; the file is what it is. Needs a
    transaction.
    """
    row = versions.locked(rows, _MISSING)
    check(row, values)
    unit_id, officer_id = _holder(_subject(row))
    at = versions.now([unit_id])
    changes = versions.change(row, values, at=at, taken=_MISSING)
    written = None if keys is None else set_keys(noun="document", row_id=row.pk, keys=keys, by=by, at=at)
    if written is not None:
        if not changes:
            row.version += 1
            row.modified_at = at
            row.save(update_fields=["version", "modified_at"])
        changes["external_ids"] = written
    if changes:
        _note(row, "changed", changes, by, unit_id, officer_id)
    return row


def take_out_document(*, rows: QuerySet[Document], check: versions.Check, by: str) -> None:
    """Take the one document of ``rows`` out: nobody is shown it any more; row and file stay. Needs a
    transaction. Raises Conflict when it belongs to an act that stands.
    """
    row = versions.locked(rows, _MISSING)
    check(row, {})
    if row.act is not None and _stands(row.act):
        raise Conflict(Fault("DOCUMENT_OF_STANDING_ACT"))
    unit_id, officer_id = _holder(_subject(row))
    at = versions.now([unit_id])
    set_keys(noun="document", row_id=row.pk, keys=(), by=by, at=at)
    versions.remove(row, at=at)
    _note(row, "taken_out", {}, by, unit_id, officer_id)


def _note(
    row: Document, verb: str, changes: Mapping[str, Any], by: str, unit_id: int, officer_id: int | None
) -> None:
    told = {name: change for name, change in changes.items() if name not in ("recorded_at", "recorded_by")}
    noted(
        row,
        verb,
        changes=told,
        by=by,
        unit_id=unit_id,
        officer_id=officer_id,
        private=PRIVATE,
        sha256=row.sha256,
    )


def _stands(act: Act) -> bool:
    """Whether neither a correction nor an annulment that stands has undone the act."""
    voided, annulled = case_reads.undone_by(act.case_id)
    return act.pk not in voided and act.pk not in annulled


def _belonging(subject: Case | Judgment | Act) -> dict[str, Any]:
    if isinstance(subject, Act):
        return {"case_id": subject.case_id, "act": subject}
    return {"case": subject} if isinstance(subject, Case) else {"judgment": subject}


def _subject(row: Document) -> Case | Judgment:
    found = row.case if row.case is not None else row.judgment
    assert found is not None, "the table has no document of nothing"
    return found


def _holder(subject: Case | Judgment | Act) -> tuple[int, int | None]:
    """The unit and officer (keys) whose log tells of what belongs to ``subject``."""
    if isinstance(subject, Judgment):
        if subject.unit_id is not None:
            return subject.unit_id, None
        cases = Case.objects.filter(judgment=subject).order_by("pk")
        return cases.values_list("unit_id", flat=True)[0], None
    case = subject.case if isinstance(subject, Act) else subject
    return case.unit_id, case.officer_id


# --- The sweep ----------------------------------------------------------------------------------------------


def sweep_orphans(*, now: dt.datetime) -> int:
    """Take out of the store what no document speaks of, a day after it was written. Returns how many. Two at
    once, and any number of times, come to the same.
    """
    return sum(_discard(name) for name in _orphans(now))


def _orphans(now: dt.datetime) -> Iterator[str]:
    names = storage.kept()
    while some := list(islice(names, _BATCH)):
        contents = [storage.content_of(name) for name in some]
        known = set(Document.objects.filter(sha256__in=contents).values_list("sha256", flat=True))
        for name, sha256 in zip(some, contents, strict=True):
            if sha256 not in known and storage.older_than(name, now - ORPHANS_KEPT):
                yield name


def _discard(name: str) -> bool:
    """Whoever is keeping the same content just now holds it; asked again under the lock, his row is seen."""
    spoken_of = Document.objects.filter(sha256=storage.content_of(name))
    with transaction.atomic():
        return storage.discard(name, spoken_of=spoken_of.exists)
