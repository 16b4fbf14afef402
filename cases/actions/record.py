"""Recording acts on cases that stand: lock, plan, write, in one transaction of the caller.

Whatever records an act comes through here: the API, the admin site, a task. A dry run plans and does not
write.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import QuerySet

from cases.actions.external_ids import refuse_taken, write_keys
from cases.actions.plans import ActPlan, plan_act
from cases.actions.publications import named_by_ref
from cases.actions.register import Register, nobody
from cases.actions.succession import known_by_ref
from cases.actions.write import write_acts
from cases.models import Act, Case
from cases.querysets.standings import Standing, standings
from cases.rules.external_ids import Key, of_part
from cases.rules.tables import tables
from thads.common.bulk import next_ids
from thads.common.errors import Fault, NotVisible, Refused

#: Gives the organisation an act may name; asked only when one hands a case over, because it is dear to read.
Organisation = Callable[[], Register]


@dataclass(frozen=True, slots=True)
class Entry:
    """An act to be recorded: the public id of its case, and one element of ``acts`` of a story."""

    case: uuid.UUID
    raw: object


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an entry: its plan, or the reason why it may not stand."""

    plan: ActPlan | None = None
    refusal: Refused | None = None


def plan_on(*, cases: QuerySet[Case], raw: object, organisation: Organisation, today: dt.date) -> ActPlan:
    """Plan an act on the one case chosen, as it stands now, and write nothing (dry run). Raises NotVisible
    when there is no such case, Refused when the act may not stand.
    """
    plain, keys = of_part(raw)
    standing = _only(standings(cases, tables(), lock=False))
    refuse_taken(noun="act", keys=keys)
    return _plan(standing, plain, organisation, today, id=0)


def record_act(
    *,
    cases: QuerySet[Case],
    raw: object,
    organisation: Organisation,
    by: str,
    today: dt.date,
    check: Callable[[Standing], None] | None = None,
) -> tuple[ActPlan, dt.datetime]:
    """Record an act on the one case chosen: its plan, and the moment of recording. Needs a transaction.
    ``raw`` may bring keys of other systems for it (``external_ids``).

    Raises NotVisible when there is no such case (any more), Refused when the act may not stand, Conflict when
    another act bears such a key, and whatever ``check`` raises once the case is locked.
    """
    plain, keys = of_part(raw)
    standing = _only(standings(cases, tables(), lock=True))
    if check is not None:
        check(standing)
    (key,) = next_ids(Act, 1)
    plan = _plan(standing, plain, organisation, today, id=key)
    (at,) = write_acts(plans=[plan], by=by)
    write_keys(noun="act", row_id=plan.id, keys=keys, by=by, at=at)
    return plan, at


def record_acts(
    *,
    cases: QuerySet[Case],
    entries: Sequence[Entry],
    organisation: Organisation,
    by: str,
    today: dt.date,
    atomic: bool,
    dry_run: bool = False,
) -> list[Outcome]:
    """Record many acts, each on one of the cases chosen, in the order given. Needs a transaction.

    Every case is locked first, in one order for everybody. ``atomic``: with one refusal nothing is written.
    An entry whose case is not among those chosen is refused (``CASE_NOT_FOUND``).
    """
    organisation, nobody_else = cache(organisation), nobody()
    found = standings(cases, tables(), lock=not dry_run)
    standing = {case.public_id: case for case in found.values()}
    keys = next_ids(Act, len(entries))
    outcomes = []
    borne: dict[int, tuple[Key, ...]] = {}
    promised: set[Key] = set()
    for key, entry in zip(keys, entries, strict=True):
        try:
            before = standing.get(entry.case)
            if before is None:
                raise _no_case(entry.case)
            plain, names = of_part(entry.raw)
            refuse_taken(noun="act", keys=names, promised=promised)
            plan = _plan(before, plain, organisation, today, id=key, nobody_else=nobody_else)
        except Refused as refusal:
            outcomes.append(Outcome(refusal=refusal))
        else:
            standing[entry.case] = plan.after
            outcomes.append(Outcome(plan))
            borne[plan.id] = names
            promised.update(names)
    plans = [outcome.plan for outcome in outcomes if outcome.plan is not None]
    if plans and not dry_run and not (atomic and len(plans) < len(outcomes)):
        for plan, at in zip(plans, write_acts(plans=plans, by=by), strict=True):
            write_keys(noun="act", row_id=plan.id, keys=borne[plan.id], by=by, at=at)
    return outcomes


def _only(found: dict[int, Standing]) -> Standing:
    for standing in found.values():
        return standing
    raise NotVisible(Fault("NOT_FOUND"))


def _no_case(case: uuid.UUID) -> NotVisible:
    return NotVisible(Fault("CASE_NOT_FOUND", params={"case": str(case)}))


def _plan(
    standing: Standing,
    raw: object,
    organisation: Organisation,
    today: dt.date,
    *,
    id: int,
    nobody_else: Register | None = None,
) -> ActPlan:
    """``nobody_else``: the register of an act that hands nothing over, one for many acts."""
    code = raw.get("type") if isinstance(raw, dict) else None
    act_type = tables().act_types.get(code) if isinstance(code, str) else None
    hands_over = act_type is not None and act_type.effect == "REASSIGN"
    register = organisation() if hands_over else nobody_else or nobody()
    raw, standing = known_by_ref(raw, standing)
    raw = named_by_ref(raw, standing)
    return plan_act(raw, id=id, public_id=uuid.uuid4(), standing=standing, register=register, today=today)
