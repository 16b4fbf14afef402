"""Parties of cases: how somebody is called and reached, put right; and a look behind the masks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import count
from typing import Any, Final

import orjson
from django.db.models import QuerySet

from cases.actions.external_ids import set_keys, write_keys
from cases.actions.judgments import check_reason
from cases.actions.publications import refresh_publications
from cases.actions.touch import locked_cases, moment_of, touch
from cases.models import Case, Party, RevealLog
from cases.querysets.case_changes import PARTY_ADDED
from cases.querysets.standings import Standing
from cases.rules.external_ids import Key
from thads.common import sealing, versions
from thads.common.errors import Fault, NotVisible, Refused
from thads.common.snapshot import moment

#: What is kept sealed: name of the field, and its column.
SEALED: Final = {"id_number": "id_number_sealed", "phone": "phone_sealed", "account": "account_sealed"}
#: What can be put right, and of what the journal is told only that it changed.
PERSONAL: Final = frozenset({"name", "address", *SEALED})
#: What stands behind a mask.
MASKED: Final = ("id_number", "address", "phone", "account")

_MISSING: Final = Fault("PARTY_NOT_FOUND", params={"party": ""})


def change_party(
    *,
    rows: QuerySet[Party],
    values: Mapping[str, Any],
    keys: Collection[Key] | None,
    check: versions.Check,
    by: str,
) -> Party:
    """Put the data of the one party of ``rows`` right, by field in clear; its case's version rises with it.
    ``keys`` None leaves the keys of other systems as they are. Needs a transaction. Raises NotVisible.
    """
    case_id = rows.values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotVisible(_MISSING)
    cases = locked_cases(Case.objects.filter(pk=case_id))
    row = versions.locked(rows, _MISSING)
    columns = {SEALED.get(name, name): _kept(name, value) for name, value in values.items()}
    check(row, columns)
    at = moment_of(cases)
    before = {name: getattr(row, name) for name in PERSONAL}
    changed = versions.change(row, columns, at=at, taken=_MISSING)
    fields = sorted({column.removesuffix("_sealed") for column in changed})
    written = None if keys is None else set_keys(noun="party", row_id=row.pk, keys=keys, by=by, at=at)
    if not fields and written is None:
        return row
    if not fields:
        row.version += 1
        row.modified_at = at
        row.save(update_fields=["version", "modified_at"])
    told = {
        "party": str(row.public_id),
        "party_version": row.version,
        "fields": dict.fromkeys(fields) | ({"external_ids": list(written)} if written else {}),
    }
    stood = orjson.dumps({name: before[name] for name in fields}).decode()
    touch(cases=cases, type="party.changed", by=by, at=at, data=told, party=row, before=stood)
    if {"name", "id_number"} & set(fields):
        refresh_publications([case_id])
    return row


def add_party(
    *,
    cases: QuerySet[Case],
    values: Mapping[str, Any],
    keys: Collection[Key],
    check: Callable[[Standing], None],
    by: str,
) -> Party:
    """Add a party to the one case chosen, by field in clear; the version of the case rises, and no figure
    changes. Without ``ref`` it gets one. ``check`` is called with the locked case. Needs a transaction.

    Raises NotVisible when there is no such case, Refused when another of its parties has this reference,
    Conflict when another party bears a key.
    """
    locked = locked_cases(cases)
    if not locked:
        raise NotVisible(Fault("CASE_NOT_FOUND", params={"case": ""}))
    ((case_id, case),) = locked.items()
    check(case)
    refs = list(Party.objects.filter(case=case_id).order_by("position").values_list("ref", flat=True))
    ref = values.get("ref") or _unused(refs)
    if ref in refs:
        raise Refused(Fault("REF_TWICE", "/ref", {"ref": ref}))
    told = {name: value for name, value in values.items() if name in PERSONAL and value is not None}
    columns = {SEALED.get(name, name): _kept(name, value) for name, value in told.items()}
    at = moment_of(locked)
    last = Party.objects.filter(case=case_id).order_by("-position").values_list("position", flat=True).first()
    row = Party(
        case_id=case_id,
        position=0 if last is None else last + 1,
        ref=ref,
        role=values["role"],
        kind=values["kind"],
        **columns,
    )
    versions.create(row, at=at, taken=_MISSING)
    write_keys(noun="party", row_id=row.pk, keys=keys, by=by, at=at)
    fields = sorted({*told, *(["external_ids"] if keys else [])})
    data = {
        "party": str(row.public_id),
        "party_version": row.version,
        "role": row.role,
        "kind": row.kind,
        "fields": dict.fromkeys(fields),
    }
    stood = orjson.dumps(dict.fromkeys(told)).decode()
    touch(cases=locked, type=PARTY_ADDED, by=by, at=at, data=data, party=row, before=stood)
    refresh_publications([case_id])
    return row


def _unused(refs: Collection[str]) -> str:
    """A reference that none of the parties has."""
    return next(ref for place in count(len(refs) + 1) if (ref := f"p{place}") not in refs)


def _kept(name: str, value: Any) -> Any:
    return sealing.seal(value) if name in SEALED and value is not None else value


def reveal_party(
    *, rows: QuerySet[Party], fields: Collection[str] | None, reason: str, by: str, role: str
) -> tuple[RevealLog, dict[str, str | None]]:
    """Look behind the masks of the one party of ``rows`` and keep that it was done: the row of the log, and
    the fields asked for (all, with None) in clear. Needs a transaction. Raises NotVisible, and Refused when
    the reason is too short to be one.
    """
    check_reason(reason, "/reason", "REASON_TOO_SHORT")
    party = rows.select_related("case").first()
    if party is None:
        raise NotVisible(_MISSING)
    shown = [name for name in MASKED if fields is None or name in fields]
    log = RevealLog.objects.create(
        party=party,
        case=party.case,
        unit_id=party.case.unit_id,
        fields=shown,
        reason=reason,
        revealed_at=moment(),
        revealed_by=by,
        role=role,
    )
    log.refresh_from_db(fields=["public_id"])
    return log, {name: getattr(party, name) for name in shown}
