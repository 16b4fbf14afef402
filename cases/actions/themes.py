"""Themes (chuyên đề) of a case, recorded while it runs: put on it with a first day, ended with a last one.

For counting a theme is a yes/no property of the whole case as known, so that recording one changes figures
from that moment on, and ending one changes none.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import orjson
from django.db.models import QuerySet

from cases.actions.touch import locked_cases, moment_of, touch
from cases.models import Case, CaseTheme
from cases.querysets.case_changes import THEME_ENDED, THEME_RECORDED
from cases.querysets.standings import Standing
from cases.rules.tables import tables
from thads.common.errors import Conflict, Fault, NotVisible, Refused

_DATES: Final = ("from_on", "ended_on")


def record_theme(
    *,
    cases: QuerySet[Case],
    theme: str,
    from_on: dt.date | None,
    reason: str | None,
    by: str,
    may_assign: bool,
    today: dt.date,
) -> CaseTheme:
    """Record that the one case chosen belongs to ``theme`` from a day on; one that had ended stands again.
    The version of the case rises. Needs a transaction.

    Raises NotVisible when there is no such case, Refused when the theme is worked out by the service, is
    given by a list from above and the caller may not keep such lists, or begins tomorrow or later, Conflict
    when the case has it already.
    """
    row = tables().themes[theme]
    if row.derived:
        raise Refused(Fault("THEME_DERIVED", "/theme", {"theme": row.label}, row.basis))
    if row.assigned and not may_assign:
        raise Refused(Fault("THEME_ASSIGNED", "/theme", {"theme": row.label}, row.basis))
    if from_on is not None and from_on > today:
        raise Refused(Fault("THEME_DAY_AHEAD", "/from_on", {"day": from_on.isoformat()}))
    key, locked = _one(cases)
    stands = CaseTheme.objects.filter(case=key, theme=theme).first()
    if stands is not None and stands.ended_on is None:
        raise Conflict(Fault("THEME_RECORDED", "/theme", {"theme": row.label}))
    at = moment_of(locked)
    before = _dates(stands)
    if stands is None:
        stands = CaseTheme(case_id=key, theme=theme, recorded_at=at)
    stands.from_on, stands.reason, stands.recorded_by = from_on, reason, by
    stands.ended_on = stands.ended_reason = stands.ended_at = stands.ended_by = None
    stands.save()
    _tell(locked, THEME_RECORDED, stands, before, reason, by, at)
    return stands


def end_theme(
    *,
    cases: QuerySet[Case],
    theme: str,
    ended_on: dt.date,
    reason: str,
    by: str,
    may_assign: bool,
    today: dt.date,
) -> CaseTheme:
    """Record the last day on which the one case chosen belonged to ``theme``; what is counted stays. The
    version of the case rises. Needs a transaction.

    Raises NotVisible when there is no such case or it has no such theme, Refused when the day lies before the
    first one or ahead, or the theme is given from above, Conflict when it has ended already.
    """
    row = tables().themes.get(theme)
    key, locked = _one(cases)
    stands = None if row is None else CaseTheme.objects.filter(case=key, theme=theme).first()
    if row is None or stands is None:
        raise NotVisible(Fault("THEME_NOT_FOUND", params={"theme": theme}))
    if row.assigned and not may_assign:
        raise Refused(Fault("THEME_ASSIGNED", "", {"theme": row.label}, row.basis))
    if stands.ended_on is not None:
        raise Conflict(Fault("THEME_ENDED", "", {"theme": row.label, "day": stands.ended_on.isoformat()}))
    if ended_on > today:
        raise Refused(Fault("THEME_DAY_AHEAD", "/ended_on", {"day": ended_on.isoformat()}))
    if stands.from_on is not None and ended_on < stands.from_on:
        raise Refused(Fault("THEME_DAYS_REVERSED", "/ended_on", {"day": stands.from_on.isoformat()}))
    at = moment_of(locked)
    before = _dates(stands)
    stands.ended_on, stands.ended_reason, stands.ended_at, stands.ended_by = ended_on, reason, at, by
    stands.save()
    _tell(locked, THEME_ENDED, stands, before, reason, by, at)
    return stands


def _one(cases: QuerySet[Case]) -> tuple[int, dict[int, Standing]]:
    locked = locked_cases(cases)
    if not locked:
        raise NotVisible(Fault("CASE_NOT_FOUND", params={"case": ""}))
    (key,) = locked
    return key, locked


def _dates(theme: CaseTheme | None) -> dict[str, Any]:
    """What stands of the theme: its code and days; nothing before it was recorded."""
    if theme is None:
        return dict.fromkeys(("theme", *_DATES))
    days = {name: getattr(theme, name) for name in _DATES}
    return {"theme": theme.theme, **{name: day and day.isoformat() for name, day in days.items()}}


def _tell(
    locked: dict[int, Standing],
    type: str,
    theme: CaseTheme,
    before: dict[str, Any],
    reason: str | None,
    by: str,
    at: dt.datetime,
) -> None:
    after = _dates(theme)
    fields = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    kept = orjson.dumps({"fields": fields, "reason": reason}).decode()
    data = {"theme": theme.theme, "fields": fields}
    touch(cases=locked, type=type, by=by, at=at, data=data, before=kept)
