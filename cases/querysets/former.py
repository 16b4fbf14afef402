"""Reading what became of a judgment in former cases."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from cases.models import Act, Case, Judgment, Obligation, Party
from cases.querysets.lives import lives
from cases.rules.requests import BARRED, Content, Side, ended_for_good, folded
from cases.rules.tables import Tables


class Former(NamedTuple):
    """A former case, and what of it was ended for good."""

    unit_id: int
    decision_number: str
    decision_date: dt.date
    ended: list[Content]


def ended_on(number: str, issued_on: dt.date, issuer: str, tables: Tables) -> list[Former]:
    """The cases on the judgment of this number, day and issuer, however typed, of which something was
    ended for good.
    """
    same_day = Judgment.objects.standing().filter(issued_on=issued_on).values_list("pk", "number", "issuer")
    wanted = folded(number), folded(issuer)
    keys = [key for key, *words in same_day if (folded(words[0]), folded(words[1])) == wanted]
    if not keys:
        return []
    bar = tables.prohibitions[BARRED]
    letters = {*bar.grounds_l2008, *bar.grounds_l2025}
    acts = Act.objects.filter(case__judgment__in=keys, type=bar.act, ground__in=letters)
    cases = sorted(set(acts.values_list("case_id", flat=True)))
    lines = {case: ended_for_good(life, tables) for case, life in lives(cases, tables).items()}
    ended = {case: own for case, own in lines.items() if own}
    contents = _contents(ended)
    rows = Case.objects.filter(pk__in=list(ended)).order_by("decision_date", "pk")
    return [
        Former(unit, decision, day, [one for line in sorted(ended[case]) for one in contents[case][line]])
        for case, unit, decision, day in rows.values_list("pk", "unit_id", "decision_number", "decision_date")
    ]


_SIDES = ("debtor", "creditor", "current_debtor", "current_creditor")


def _contents(cases: Collection[int]) -> dict[int, list[list[Content]]]:
    """What each of these cases is to bring about, line by line: between those whom the decision named and,
    after a succession, between those who stood there in the end.
    """
    found: defaultdict[int, list[list[Content]]] = defaultdict(list)
    lines = Obligation.objects.filter(case__in=cases).order_by("case_id", "position").select_related(*_SIDES)
    for line in lines:
        decided = Content(line.kind, _side(line.debtor), _side(line.creditor))
        now = Content(
            line.kind,
            _side(line.current_debtor or line.debtor),
            _side(line.current_creditor or line.creditor),
        )
        found[line.case_id].append([decided] if now == decided else [decided, now])
    return found


def _side(party: Party | None) -> Side | None:
    if party is None:
        return None
    sealed = party.id_number_sealed
    return Side(party.name, None if sealed is None else bytes(sealed))
