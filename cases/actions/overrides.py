"""The law changed at run time: proposed by one person, approved or rejected by another; and put in force in
every process.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
import time
from collections.abc import Mapping
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from cases.models import RuleOverride, RuleVersion
from cases.models.rule_override import APPROVED, PROPOSED, REJECTED, WITHDRAWN
from cases.rules.overrides import Override, check_override, merged
from cases.rules.tables import RuleFileError, Tables, put_in_force, shipped_rows
from officers.models import Unit
from thads.common import versions
from thads.common.errors import Conflict, Fault, Forbidden
from thads.common.principal import Principal
from thads.journal.noting import noted

logger = logging.getLogger(__name__)

_MISSING: Final = Fault("OVERRIDE_NOT_FOUND", params={"ruleoverride": ""})
#: For so long (seconds) a process works on by the rules it has before it looks for others.
FRESH: Final = 5.0
#: Names those who approve among the advisory locks; any number that nobody else uses.
_APPROVING: Final = 1_851_878_511

# --- Proposed and decided -----------------------------------------------------------------------------------


def propose_override(*, values: Mapping[str, Any], caller: Principal) -> RuleOverride:
    """Propose that a row of the law be read otherwise. Needs a transaction.

    Raises Forbidden for who is no person of a topmost unit, and Refused for what may not be changed or does
    not fit.
    """
    unit = _place_of(caller)
    change = Override(id="", **{name: values.get(name) for name in _CONTENT})  # type: ignore[arg-type]
    check_override(change, shipped_rows(), approved())
    row = RuleOverride(
        **values, unit=unit, proposer=_person(caller), proposed_by=caller.by, proposed_at=timezone.now()
    )
    changes = versions.create(row, at=versions.now([unit.pk]), taken=_MISSING)
    _told(row, "proposed", changes, caller)
    return row


def approve_override(*, rows: QuerySet[RuleOverride], remark: str | None, caller: Principal) -> RuleOverride:
    """Put a proposal in force, in this process as soon as it is committed, in others within ``FRESH``
    seconds. Needs a transaction. Raises Forbidden for who proposed it, Conflict when it was decided, Refused
    when it does not fit any more.
    """
    _one_after_the_other()
    row = _open(rows, caller)
    _another(row, caller)
    check_override(row.change, shipped_rows(), approved())
    _decide(row, APPROVED, remark, caller)
    law = merged(shipped_rows(), approved(), timezone.localdate())
    RuleVersion.objects.get_or_create(version=law.version)
    transaction.on_commit(lambda: refresh(at_once=True))
    return row


def reject_override(*, rows: QuerySet[RuleOverride], remark: str | None, caller: Principal) -> RuleOverride:
    """Say no to a proposal. Needs a transaction. Raises Forbidden for who proposed it, Conflict when it was
    decided.
    """
    row = _open(rows, caller)
    _another(row, caller)
    _decide(row, REJECTED, remark, caller)
    return row


def withdraw_override(*, rows: QuerySet[RuleOverride], remark: str | None, caller: Principal) -> RuleOverride:
    """Take one's own proposal back. Needs a transaction. Raises Forbidden for anybody else, Conflict when it
    was decided.
    """
    row = _open(rows, caller)
    if row.proposer != _person(caller):
        raise Forbidden(Fault("OVERRIDE_NOT_YOURS"))
    _decide(row, WITHDRAWN, remark, caller)
    return row


_CONTENT: Final = ("table", "code", "field", "value", "valid_from", "basis")


def _place_of(caller: Principal) -> Unit:
    """The topmost unit of a person. Raises Forbidden."""
    if caller.kind != "USER":
        raise Forbidden(Fault("OVERRIDE_BY_A_PERSON"))
    topmost = Unit.objects.filter(parent=None)
    unit = None if caller.unit_id is None else topmost.filter(pk=caller.unit_id).first()
    if unit is None:
        raise Forbidden(Fault("OVERRIDE_OF_THE_WHOLE"))
    return unit


def _person(caller: Principal) -> str:
    """Who it is, in whatever capacity."""
    return f"{caller.kind}:{caller.id}"


def _open(rows: QuerySet[RuleOverride], caller: Principal) -> RuleOverride:
    _place_of(caller)
    row = versions.locked(rows, _MISSING)
    if row.state != PROPOSED:
        raise Conflict(Fault("OVERRIDE_DECIDED", params={"state": row.state}))
    return row


def _another(row: RuleOverride, caller: Principal) -> None:
    if row.proposer == _person(caller):
        raise Forbidden(Fault("OVERRIDE_BY_ITSELF"))


def _decide(row: RuleOverride, state: str, remark: str | None, caller: Principal) -> None:
    at = versions.now([row.unit_id])
    values = {
        "state": state,
        "remark": remark,
        "decider": _person(caller),
        "decided_by": caller.by,
        "decided_at": at,
    }
    changes = versions.change(row, values, at=at, taken=_MISSING)
    _told(row, state.lower(), {"state": changes["state"]}, caller)


def _one_after_the_other() -> None:
    """What is approved together has to fit together, so that approvals wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_APPROVING])


def _told(row: RuleOverride, verb: str, changes: Mapping[str, tuple[Any, Any]], caller: Principal) -> None:
    noted(
        row, verb, changes=changes, by=caller.by, unit_id=row.unit_id, kind="rule_override",
        private=frozenset({"reason", "remark", "proposed_by"}), table=row.table, code=row.code,
        field=row.field,
    )  # fmt: skip


# --- In force -----------------------------------------------------------------------------------------------

_looked: dict[str, Any] = {"at": None, "seen": None}


def approved() -> list[Override]:
    """What is approved, in the order of approval."""
    return [row.change for row in RuleOverride.objects.in_force()]


def refresh(*, at_once: bool = False) -> None:
    """Work by the rules approved by now. It looks for them every ``FRESH`` seconds at most, unless
    ``at_once``.

    Two processes may so work by different rules for some seconds: a deadline names the rules it was worked
    out by, and the next sweep finds those of others.
    """
    now = time.monotonic()
    if not at_once and _looked["at"] is not None and now - _looked["at"] < FRESH:
        return
    _looked["at"] = now
    today = timezone.localdate()
    rows = RuleOverride.objects.in_force()
    try:
        seen = (today, *rows.order_by().aggregate(n=Count("id"), last=Max("decided_at")).values())
        if seen == _looked["seen"]:
            return
        changes = [row.change for row in rows] if seen[1] else []
    except OperationalError:
        logger.warning("the rules in force stay: the database did not answer")
        return
    _put_in_force(changes, today)
    _looked["seen"] = seen


def forget() -> None:
    """Work by the rules shipped, and look anew when asked next: after a restore, and between tests."""
    _looked.update(at=None, seen=None)
    put_in_force(None)


def looked() -> None:
    """Take the rules of now as seen, and look for others only when told to ``at_once``: for tests."""
    _looked["at"] = math.inf


def _put_in_force(changes: list[Override], today: dt.date) -> None:
    if not changes:
        put_in_force(None)
        return
    try:
        put_in_force(merged(shipped_rows(), changes, today))
    except RuleFileError:
        put_in_force(_as_far_as_it_fits(changes, today))


def _as_far_as_it_fits(changes: list[Override], today: dt.date) -> Tables | None:
    law, fitting = None, list[Override]()
    for change in changes:
        try:
            law = merged(shipped_rows(), [*fitting, change], today)
            fitting.append(change)
        except RuleFileError:
            # A release may ship rows that no longer take what was approved; the others hold all the same.
            logger.exception("override %s does not fit the rules shipped and is passed over", change.id)
    return law
