"""How long enforcement may be deferred at the request of who may protest: three months from the date of the
request, once (L25 Đ46.2; L08 Đ48.2; clock K28).

That it is done at once when the request comes 24 hours before coercion, and at discretion when later, forbids
neither. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from cases.rules.deadlines import due
from cases.rules.life import LifeAct
from cases.rules.tables import Tables
from cases.rules.values import shown
from cases.rules.working_days import vietnam
from thads.common.errors import Fault, Refused

DEFERS: Final = "DEFER_DECISION"
#: What its data may say: the date of the document that asks for it, and until when it is deferred.
REQUESTED_ON: Final = "requested_on"
UNTIL: Final = "until"
#: The ground of both laws on which who may protest asks for it, and the clock of its longest time.
_BY_PROTEST: Final = "2"
_CLOCK: Final = "K28"


def faults(act: LifeAct, data: Mapping[str, Any], tables: Tables) -> list[Fault]:
    """What is wrong with the time of a deferral, as far as it tells it. Pointers start at the act."""
    if act.type.code != DEFERS or act.ground != _BY_PROTEST or data.get(UNTIL) is None:
        return []
    regime = tables.regime_on(act.effective_on)
    found = []
    days: dict[str, dt.date] = {REQUESTED_ON: act.effective_on}
    for key in (REQUESTED_ON, UNTIL):
        if data.get(key) is None:
            continue
        day = _day(data[key])
        if day is None:
            found.append(Fault("DATE_INVALID", f"/data/{key}", {"field": key, "value": shown(data[key])}))
        else:
            days[key] = day
    if found:
        return found
    # A decision without the date of the request was not asked for later than it was made.
    clock = tables.clock(_CLOCK, "", regime, days[REQUESTED_ON])
    requested = min(days[REQUESTED_ON], act.effective_on)
    try:
        latest = due(clock, requested, vietnam()).due_on
    except Refused:
        # Beyond the years of the calendar: a slip of the pen.
        params = {"field": REQUESTED_ON, "value": requested.isoformat()}
        return [Fault("DATE_INVALID", f"/data/{REQUESTED_ON}", params)]
    if days[UNTIL] <= latest:
        return []
    said = {"act": act.type.code, "until": days[UNTIL].isoformat(), "latest": latest.isoformat()}
    return [Fault("DEFERRED_TOO_LONG", f"/data/{UNTIL}", said, clock.basis)]


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
