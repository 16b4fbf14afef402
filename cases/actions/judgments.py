"""Judgments: received, changed, corrected, removed.

A judgment on which no case rests is changed like any other row. What the law reads of one on which cases rest
(number, days, issuer, kind) is changed by a *correction*: with a reason that is kept beside what stood
before, by somebody who may see every case on it, because it changes the content of each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet

from cases.actions.external_ids import bearer, set_keys
from cases.actions.proposals import Proposal, replace_proposal
from cases.actions.search_words import refresh_judgment_words
from cases.actions.touch import locked_cases, moment_of, touch
from cases.models import Case, Document, EnforcementRequest, Judgment, JudgmentCorrection
from cases.querysets.standings import Standing
from cases.rules.external_ids import Key
from officers.models import Unit
from thads.common import versions
from thads.common.errors import Conflict, Fault, Refused
from thads.journal.noting import noted

#: What the law reads of a judgment; two that differ in one of these are two.
LEGAL: Final = ("number", "issued_on", "effective_on", "issuer", "instrument_type")
#: The letters that a reason has at least.
MIN_REASON: Final = 10

_MISSING: Final = Fault("JUDGMENT_NOT_FOUND", params={"judgment": ""})


def receive_judgment(
    *,
    visible: QuerySet[Judgment],
    values: Mapping[str, Any],
    unit: Unit,
    keys: Collection[Key],
    proposal: Proposal,
    by: str,
    today: dt.date,
) -> Judgment:
    """Receive a judgment for ``unit``. Needs a transaction.

    Raises Conflict when it stands already, with its id and what differs where the caller may see it; Refused
    when its days cannot be.
    """
    _check_days(values, today)
    _refuse_standing(visible, values, unit)
    at = versions.now([unit.pk])
    row = Judgment(**{"received_on": today, **values}, unit=unit)
    changes = versions.create(row, at=at, taken=_taken(row))
    changes |= _parts(row, keys, proposal, by, at)
    refresh_judgment_words(row.pk)
    noted(row, "received", changes=changes, by=by, unit_id=unit.pk)
    return row


def change_judgment(
    *,
    rows: QuerySet[Judgment],
    visible_cases: QuerySet[Case],
    values: Mapping[str, Any],
    keys: Collection[Key] | None,
    proposal: Proposal,
    reason: str | None,
    check: versions.Check,
    by: str,
    today: dt.date,
) -> Judgment:
    """Change the one judgment of ``rows``; with cases on it what the law reads is corrected. ``keys`` None
    leaves them as they are. Needs a transaction.

    Raises Refused when a correction has no reason, Conflict when a case on it is not among ``visible_cases``
    or the judgment would become one that stands already.
    """
    row = versions.locked(rows, _MISSING)
    check(row, values)
    _check_days({name: values.get(name, getattr(row, name)) for name in (*LEGAL, "received_on")}, today)
    legal = {name: values[name] for name in LEGAL if name in values}
    corrected = versions.differences(row, legal)
    cases = locked_cases(Case.objects.filter(judgment=row)) if corrected else {}
    if cases:
        _check_correction(cases, visible_cases, reason)
    unit_id = _told_to(row, values)
    at = moment_of(cases) if cases else versions.now([unit_id])
    changes = versions.change(row, values, at=at, taken=_taken(row, values))
    more = _parts(row, keys, proposal, by, at)
    if more and not changes:
        _raise_version(row, at)
    changes |= more
    if not changes:
        return row
    refresh_judgment_words(row.pk)
    verb = "corrected" if cases else "changed"
    rests = [str(case.public_id) for case in cases.values()]
    noted(row, verb, changes=changes, by=by, unit_id=unit_id, cases=rests)
    if cases:
        _correct(row, corrected, cases, reason or "", by, at)
    return row


def remove_judgment(*, rows: QuerySet[Judgment], check: versions.Check, by: str) -> None:
    """Remove the one judgment of ``rows``. Needs a transaction. Raises Conflict when a case rests on it,
    somebody has requested its enforcement, or documents of it stand.
    """
    row = versions.locked(rows, _MISSING)
    check(row, {})
    if Case.objects.filter(judgment=row).exists():
        raise Conflict(Fault("JUDGMENT_HAS_CASES"))
    if EnforcementRequest.objects.standing().filter(judgment=row).exists():
        raise Conflict(Fault("JUDGMENT_HAS_REQUESTS"))
    if Document.objects.standing().filter(judgment=row).exists():
        raise Conflict(Fault("JUDGMENT_HAS_DOCUMENTS"))
    unit_id = _told_to(row, {})
    at = versions.now([unit_id])
    set_keys(noun="judgment", row_id=row.pk, keys=(), by=by, at=at)
    versions.remove(row, at=at)
    noted(row, "removed", changes={}, by=by, unit_id=unit_id)


def judgment_known_as(*, key: Key, visible: QuerySet[Judgment]) -> Judgment | None:
    """The judgment that bears ``key``; None when none does. Raises Conflict when one does that is not among
    ``visible``: nothing else is told of it.
    """
    found = bearer(noun="judgment", key=key)
    if found is None:
        return None
    row = visible.filter(pk=found).first()
    if row is None:
        raise Conflict(Fault("EXTERNAL_ID_TAKEN", params={"key": str(key)}))
    return row


# --- What is asked before -----------------------------------------------------------------------------------


def _check_days(values: Mapping[str, Any], today: dt.date) -> None:
    """Raises Refused for a judgment of the future, or one that took effect before it was given."""
    issued, effective = values["issued_on"], values.get("effective_on")
    received = values.get("received_on")
    faults = []
    if received is not None and received > today:
        faults.append(Fault("DATE_IN_FUTURE", "/received_on", {"date": received.isoformat()}))
    if issued > today:
        faults.append(Fault("DATE_IN_FUTURE", "/issued_on", {"date": issued.isoformat()}))
    if effective is not None and effective < issued:
        faults.append(Fault("EFFECTIVE_BEFORE_ISSUED", "/effective_on"))
    if faults:
        raise Refused(faults)


def _refuse_standing(visible: QuerySet[Judgment], values: Mapping[str, Any], unit: Unit) -> None:
    """Raises Conflict when a judgment of this number, day and issuer stands that the caller may see: which,
    and what of it is not as sent.
    """
    same = Q(number=values["number"], issued_on=values["issued_on"], issuer=values["issuer"])
    found = list(visible.filter(same).select_related("unit").order_by("pk"))
    if not found:
        return
    sent = {"instrument_type": None, "effective_on": None, **values, "unit": unit}
    row = min(found, key=lambda one: len(versions.differences(one, sent)))
    faults = [_taken(row)]
    for name, (stands, _) in versions.differences(row, sent).items():
        faults.append(Fault("FIELD_STANDS", f"/{name}", {"name": name, "value": _words(stands)}))
    raise Conflict(faults, code="JUDGMENT_EXISTS")


def _words(value: Any) -> str:
    return "–" if value is None else str(value)


def _taken(row: Judgment, values: Mapping[str, Any] | None = None) -> Fault:
    of = {name: getattr(row, name) for name in LEGAL} | dict(values or {})
    params = {
        "number": of["number"],
        "issuer": of["issuer"],
        "date": of["issued_on"].isoformat(),
        "id": str(row.public_id) if row.pk and values is None else "",
    }
    return Fault("JUDGMENT_EXISTS", "/number", params)


def _check_correction(
    cases: Mapping[int, Standing], visible_cases: QuerySet[Case], reason: str | None
) -> None:
    if visible_cases.filter(pk__among=list(cases)).count() < len(cases):
        raise Conflict(Fault("JUDGMENT_RESTS_ELSEWHERE"))
    check_reason(reason, "/correction_reason", "CORRECTION_NEEDS_REASON")


def check_reason(reason: str | None, pointer: str, code: str) -> None:
    """Raises Refused when a reason is too short to be one."""
    if sum(letter.isalpha() for letter in reason or "") < MIN_REASON:
        raise Refused(Fault(code, pointer, {"least": MIN_REASON}))


# --- What is written ----------------------------------------------------------------------------------------


def _told_to(row: Judgment, values: Mapping[str, Any]) -> int:
    """The unit (key) whose log tells of the judgment: that which has received it or, where it came in with a
    case, that of its first case.
    """
    unit: Unit | None = values.get("unit", row.unit)
    if unit is not None:
        return unit.pk
    return int(Case.objects.filter(judgment=row).order_by("pk").values_list("unit_id", flat=True)[0])


def _parts(
    row: Judgment, keys: Collection[Key] | None, proposal: Proposal, by: str, at: dt.datetime
) -> dict[str, tuple[Any, Any]]:
    """Write the keys and the proposal; what changed, people as numbers only."""
    changes: dict[str, tuple[Any, Any]] = {}
    if keys is not None:
        written = set_keys(noun="judgment", row_id=row.pk, keys=keys, by=by, at=at)
        if written is not None:
            changes["external_ids"] = written
    return changes | replace_proposal(judgment=row, proposal=proposal)


def _raise_version(row: Judgment, at: dt.datetime) -> None:
    row.version += 1
    row.modified_at = at
    row.save(update_fields=["version", "modified_at"])


def _correct(
    row: Judgment,
    corrected: Mapping[str, tuple[Any, Any]],
    cases: Mapping[int, Standing],
    reason: str,
    by: str,
    at: dt.datetime,
) -> None:
    before = {name: _plain(was) for name, (was, _) in corrected.items()}
    after = {name: _plain(now) for name, (_, now) in corrected.items()}
    JudgmentCorrection.objects.create(
        judgment=row,
        version=row.version,
        reason=reason,
        before=before,
        after=after,
        recorded_at=at,
        recorded_by=by,
    )
    fields = {name: [before[name], after[name]] for name in corrected}
    told = {"judgment": str(row.public_id), "judgment_version": row.version, "fields": fields}
    touch(cases=cases, type="case.judgment_corrected", by=by, at=at, data=told)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
