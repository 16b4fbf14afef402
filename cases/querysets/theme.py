"""Reading themes: the lists from above, and what the service tells of a case by the rules of ``themes.toml``.

A rule is SQL, and the same for one case and for a list of them: a day since which it holds, or NULL where it
does not. Nothing of it is stored but the stretches of ``EnforceableStretch`` and the clocks of the docket.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, Self

from django.apps import apps
from django.db import models
from django.db.models import Case as Choice
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Cast

from cases.rules.deadlines import add_months
from cases.rules.docket import VOID
from cases.rules.tables import Theme
from thads.common.periods import Period
from thads.common.scoping import Scope

_ORGANISATION: Final = "ORGANISATION"
_SIDES: Final = {"creditor_named": "CREDITOR", "debtor_named": "DEBTOR"}


class ThemeListQuerySet(models.QuerySet[Any]):
    """Lists from above. Every read starts with ``visible_to``."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(unit__among=scope.unit_ids)


def holding_since(theme: Theme, on: dt.date) -> Any:
    """Of a case: since when ``theme`` holds by its rule, asked on day ``on``; NULL when it does not.

    Of people and money it is the day of the enforcement decision, of an act its day, of a term that ran out
    the day after its last, of age the day from which it counts. Raises KeyError for a theme without a rule.
    """
    assert theme.rule is not None, f"{theme.code} has no rule"
    return _RULES[theme.rule](theme, on)


def holding(cases: QuerySet[Any], theme: Theme, on: dt.date) -> QuerySet[Any]:
    """Those of ``cases`` for which ``theme`` holds by its rule on day ``on``."""
    return cases.alias(theme_since=holding_since(theme, on)).filter(theme_since__isnull=False)


# --- Rules --------------------------------------------------------------------------------------------------


def _decided_if(condition: Any) -> Any:
    return Choice(When(condition, then=F("decision_date")), default=None, output_field=DateField())


def _of(model: str) -> QuerySet[Any]:
    """The rows of a model that belong to the case asked."""
    rows: QuerySet[Any] = apps.get_model("cases", model).objects.filter(case=OuterRef("pk")).order_by()
    return rows


def _named(theme: Theme, on: dt.date) -> Any:
    rule = theme.rule or ""
    parties = _of("Party").filter(kind=_ORGANISATION)
    if rule in _SIDES:
        parties = parties.filter(role=_SIDES[rule])
    names = Q()
    for name in getattr(theme, rule):
        names |= Q(name__icontains=name)
    return _decided_if(Exists(parties.filter(names)))


def _money(theme: Theme, on: dt.date) -> Any:
    return _decided_if(Q(due__gte=theme.money_from))


def _creditors(theme: Theme, on: dt.date) -> Any:
    assert theme.creditors_from is not None
    beyond = _of("Party").filter(role="CREDITOR").order_by("position")[theme.creditors_from - 1 :]
    return _decided_if(Exists(beyond))


def _fields(theme: Theme, on: dt.date) -> Any:
    return _decided_if(Q(field__in=theme.fields))


def _standing(on: dt.date, case: str = "pk") -> QuerySet[Any]:
    """The acts of the case asked, which the row around names by ``case``, that were done by day ``on`` and
    were neither struck nor annulled.
    """
    act = apps.get_model("cases", "Act").objects.order_by()
    struck = Exists(act.filter(voids=OuterRef("pk")))
    annulled = Exists(act.filter(annuls=OuterRef("pk")).exclude(struck))
    rows: QuerySet[Any] = act.filter(case=OuterRef(case), effective_on__lte=on)
    return rows.exclude(struck).exclude(annulled)


def _first(rows: QuerySet[Any], column: str) -> Any:
    return Subquery(rows.order_by(column).values(column)[:1], output_field=DateField())


def _acts(theme: Theme, on: dt.date) -> Any:
    return _first(_standing(on).filter(type__in=theme.acts), "effective_on")


def _act_grounds(theme: Theme, on: dt.date) -> Any:
    told = Q()
    for type, ground in theme.act_grounds.items():
        told |= Q(type=type, ground=ground)
    return _first(_standing(on).filter(told), "effective_on")


def _open_until(theme: Theme, on: dt.date) -> Any:
    told = Q()
    for opens, closes in theme.open_until.items():
        later = _standing(on, "case").filter(type=closes, effective_on__gte=OuterRef("effective_on"))
        told |= Q(Q(type=opens), ~Exists(later))
    return _first(_standing(on).filter(told), "effective_on")


def _clock_late(theme: Theme, on: dt.date) -> Any:
    late = (
        _of("Deadline")
        .filter(Q(closed_on=None) | Q(closed_on__gt=on), clock=theme.clock_late, due_on__lt=on)
        .exclude(state=VOID)
        .annotate(late_from=Cast(F("due_on") + dt.timedelta(days=1), DateField()))
    )
    return _first(late, "late_from")


def _with_conditions(entered_by: dt.date, on: dt.date) -> Any:
    lasting = Q(until_on=None) | Q(until_on__gt=on)
    stretches = _of("EnforceableStretch").filter(lasting, from_on__lte=entered_by)
    return _first(stretches, "from_on")


def _aged(theme: Theme, on: dt.date) -> Any:
    return _with_conditions(add_months(on, -(theme.enforceable_months or 0)), on)


def _carried_over(theme: Theme, on: dt.date) -> Any:
    return _with_conditions(Period.running_on(on).starts_on - dt.timedelta(days=1), on)


_RULES: Final[Mapping[str, Callable[[Theme, dt.date], Any]]] = {
    "creditor_named": _named,
    "debtor_named": _named,
    "party_named": _named,
    "money_from": _money,
    "creditors_from": _creditors,
    "fields": _fields,
    "acts": _acts,
    "act_grounds": _act_grounds,
    "open_until": _open_until,
    "clock_late": _clock_late,
    "enforceable_months": _aged,
    "carried_over": _carried_over,
}
