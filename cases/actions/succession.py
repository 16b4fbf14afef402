"""Succession to rights and duties: the case with its parties for planning it, and who owes and is owed now
written with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from cases.actions.register import Register
from cases.models import Party
from cases.querysets.standings import Standing, with_parties
from cases.rules.conflicts import concerned
from cases.rules.fold import Line
from cases.rules.lawful import LawfulAct
from cases.rules.life import Duty
from cases.rules.story import PASSED_BETWEEN, PASSES_ON
from cases.rules.succession import sides
from thads.common.errors import Fault

#: A line (key), and who owes and is owed it now where it is not whom the decision named (keys).
Row = tuple[int, int | None, int | None]


def known_by_ref(raw: object, standing: Standing) -> tuple[object, Standing]:
    """An act that passes rights or duties on as it is kept, its parties named by their references and not by
    their ids; and the case with its parties. Any other act, and its case, as they are.
    """
    if not isinstance(raw, dict) or raw.get("type") != PASSES_ON:
        return raw, standing
    standing = (
        standing if standing.parties is not None else with_parties({standing.id: standing})[standing.id]
    )
    data = raw.get("data")
    if not isinstance(data, dict):
        return raw, standing
    names = {str(party.public_id): party.ref for party in standing.parties or ()}
    named: dict[str, Any] = {
        key: names.get(data[key].lower(), data[key])
        for key in PASSED_BETWEEN
        if isinstance(data.get(key), str)
    }
    return {**raw, "data": {**data, **named}}, standing


def warned_of_successor(lawful: LawfulAct, case: Standing, register: Register) -> LawfulAct:
    """The act, with a warning when rights or duties pass to somebody the officer of the case may not deal
    with.

    The succession is a fact of law that the head of the authority decides on, so it is recorded; what the
    officer may not do is go on enforcing (L25 Đ16.2d), so he is to be replaced (D152 Đ13.3).
    """
    passing = lawful.life.acts[-1].passing
    if passing is None or case.officer_id is None or case.parties is None:
        return lawful
    if not register.interests:
        return lawful
    officer = register.people.officer_code(case.officer_id)
    sealed = Party.objects.values_list("id_number_sealed", flat=True).get(pk=case.parties[passing.target].id)
    if sealed is None or not concerned(register.interests.of(officer), parties={bytes(sealed)}):
        return lawful
    regime = register.tables.regime_on(lawful.act.effective_on)
    basis = register.tables.prohibitions["OFFICER_IN_CONFLICT"].basis_in(regime)
    warning = Fault("SUCCESSOR_IN_CONFLICT", "/data/to", {"officer": officer}, basis)
    return replace(lawful, warnings=(*lawful.warnings, warning))


def side_rows(
    duties: Sequence[Duty], lines: Sequence[Line], obligations: Sequence[int], parties: Sequence[int]
) -> Iterable[Row]:
    """Who owes and is owed each line of a case now; ``obligations`` and ``parties`` are its keys in order."""
    for key, own in zip(obligations, sides(duties, lines), strict=True):
        debtor, creditor = (None if place is None else parties[place] for place in own)
        yield key, debtor, creditor


_WRITE = """
    UPDATE cases_obligation o SET current_debtor_id = n.debtor, current_creditor_id = n.creditor
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS n(id, debtor, creditor)
    WHERE o.id = n.id
        AND (o.current_debtor_id, o.current_creditor_id) IS DISTINCT FROM (n.debtor, n.creditor)
"""


def write_sides(rows: Iterable[Row]) -> None:
    """Write who owes and is owed now; without rows nothing is asked of the database."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, columns)
