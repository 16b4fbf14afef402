"""Themes (chuyên đề) of a case, recorded while it runs: put on it with a first day, ended with a last one.

For counting a theme is a yes/no property of the whole case as known, so that recording one changes figures
from that moment on, and ending one changes none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.db.models import QuerySet

from cases.actions.touch import locked_cases, moment_of, touch
from cases.models import Case, CaseTheme, ThemeList
from cases.querysets.case_changes import THEME_ENDED, THEME_RECORDED
from cases.querysets.standings import Standing
from cases.rules.tables import tables
from officers.models import Unit
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
    new = stands or CaseTheme(case_id=key, theme=theme, recorded_at=at)
    return _begin(locked, new, from_on, reason, by, at)


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
    return _end(locked, stands, ended_on, reason, by, moment_of(locked))


def record_list(
    *,
    unit: Unit,
    theme: str,
    document: Mapping[str, Any],
    from_on: dt.date | None,
    cases: QuerySet[Case],
    others: QuerySet[Case] | None,
    by: str,
    today: dt.date,
) -> ThemeList:
    """Record a list from above, whose ``document`` has a number, date and issuer: ``cases`` belong to
    ``theme`` from a day on (that of the document by default), and with ``others`` those of them that belonged
    to it and are not named do so no more. Needs a transaction.

    Raises Refused for a theme that no list gives and a day that lies ahead, Conflict when the unit has
    recorded the same document for the theme already.
    """
    row = tables().themes[theme]
    if not row.assigned:
        raise Refused(Fault("THEME_NOT_LISTED", "", {"theme": row.label}, row.basis))
    begins = from_on or document["document_date"]
    faults = [
        Fault("THEME_DAY_AHEAD", f"/{name}", {"day": day.isoformat()})
        for name, day in (("document_date", document["document_date"]), ("from_on", begins))
        if day > today
    ]
    if faults:
        raise Refused(faults)
    if ThemeList.objects.filter(unit=unit, theme=theme, **document).exists():
        number = f"{document['document_number']} {document['document_date']:%d/%m/%Y}"
        raise Conflict(Fault("THEME_LIST_EXISTS", "/document_number", {"number": number, "theme": row.label}))
    named = set(cases.values_list("pk", flat=True))
    stands = CaseTheme.objects.filter(theme=theme, ended_on=None)
    dropped = set() if others is None else set(stands.filter(case__in=others).values_list("case", flat=True))
    dropped -= named
    locked = locked_cases(Case.objects.filter(pk__among=sorted(named | dropped)))
    of_case = {one.case_id: one for one in CaseTheme.objects.filter(theme=theme, case__among=list(locked))}
    at = moment_of(locked)
    begun = [case for case in sorted(named) if case not in of_case or of_case[case].ended_on is not None]
    ended = [case for case in sorted(dropped) if of_case[case].ended_on is None]
    listed: ThemeList = ThemeList.objects.create(
        unit=unit, theme=theme, from_on=begins, whole=others is not None, named=len(named), added=len(begun),
        ended=len(ended), recorded_at=at, recorded_by=by, **document,
    )  # fmt: skip
    reason = f"{document['document_number']} ({document['document_date']:%d/%m/%Y}), {document['issuer']}"
    for case in begun:
        new = of_case.get(case) or CaseTheme(case_id=case, theme=theme, recorded_at=at)
        _begin({case: locked[case]}, new, begins, reason, by, at)
    for case in ended:
        one = of_case[case]
        _end({case: locked[case]}, one, _last_day(one, begins), reason, by, at)
    CaseTheme.objects.filter(theme=theme, case__among=sorted(named)).update(listed_by=listed)
    return listed


def _last_day(theme: CaseTheme, begins: dt.date) -> dt.date:
    """The day before the list begins; that on which the theme began where it began no earlier."""
    day = begins - dt.timedelta(days=1)
    return day if theme.from_on is None else max(day, theme.from_on)


def _begin(
    locked: dict[int, Standing],
    theme: CaseTheme,
    from_on: dt.date | None,
    reason: str | None,
    by: str,
    at: dt.datetime,
) -> CaseTheme:
    before = _dates(theme if theme.pk else None)
    theme.from_on, theme.reason, theme.recorded_by = from_on, reason, by
    theme.ended_on = theme.ended_reason = theme.ended_at = theme.ended_by = None
    theme.save()
    _tell(locked, THEME_RECORDED, theme, before, reason, by, at)
    return theme


def _end(
    locked: dict[int, Standing], theme: CaseTheme, ended_on: dt.date, reason: str, by: str, at: dt.datetime
) -> CaseTheme:
    before = _dates(theme)
    theme.ended_on, theme.ended_reason, theme.ended_at, theme.ended_by = ended_on, reason, at, by
    theme.save()
    _tell(locked, THEME_ENDED, theme, before, reason, by, at)
    return theme


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
