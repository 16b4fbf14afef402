"""Telling the log of a write to a versioned row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from thads.common.models import VersionedModel
from thads.journal import consumers, journal
from thads.journal.journal import Note


def noted(
    row: VersionedModel,
    verb: str,
    *,
    changes: Mapping[str, tuple[Any, Any]],
    by: str,
    unit_id: int,
    officer_id: int | None = None,
    from_unit_id: int | None = None,
    private: frozenset[str] = frozenset(),
    kind: str | None = None,
    **data: Any,
) -> None:
    """Say in the log what this write did: ``kind.verb`` (created, changed, removed …), the fields with what
    stood and what stands, and ``data``. Of the ``private`` fields (names, addresses …) only that they
    changed.
    """
    fields = {
        name: None if name in private else [_plain(before), _plain(after)]
        for name, (before, after) in changes.items()
    }
    journal.note(
        [
            Note(
                type=f"{kind or row._meta.model_name}.{verb}",
                subject=row.public_id,
                sequence=row.version,
                recorded_at=row.modified_at,
                recorded_by=by,
                unit_id=unit_id,
                officer_id=officer_id,
                from_unit_id=from_unit_id,
                data={**{name: _plain(value) for name, value in data.items()}, "fields": fields},
            )
        ]
    )
    consumers.wake()


def _plain(value: Any) -> Any:
    """As the API shows it: days and moments in ISO, amounts as strings."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple, frozenset, set)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
