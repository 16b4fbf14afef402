"""Who may be on the public list, by the acts of one case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.rules.life import Duty, Holder, Life, LifeAct
from cases.rules.publications import Person, born_in, concerns, entries, faults, posted_on
from cases.rules.tables import tables

D1, D2, C1 = Person("d1", "DEBTOR"), Person("d2", "DEBTOR"), Person("c1", "CREDITOR")


def life(*acts: tuple[str, int] | tuple[str, int, dict[str, Any]], duties: int = 2) -> Life:
    """Acts of July 2026, each with its day and what else is to be said of it."""
    told = [
        LifeAct(seq, tables().act_types[kind], dt.date(2026, 7, day), **(more[0] if more else {}))
        for seq, (kind, day, *more) in enumerate(acts, 1)
    ]
    opened = dt.date(2026, 7, 1)
    return Life(opened, "EX_OFFICIO", "CRIMINAL", Holder("DN"), (Duty(1000),) * duties, tuple(told))


def listed(case: Life, people: list[Person], debtors: list[int | None], **said: Any) -> list[Any]:
    found, _ = entries(case, people, debtors, {int(seq[1:]): data for seq, data in said.items()})
    return [(entry.debtor, entry.is_shown) for entry in found.entries]


def test_a_line_without_a_name_is_of_the_only_debtor_and_of_no_one_of_several() -> None:
    case = life(("NO_CONDITION_DECISION", 2, {"ground": "a"}), ("PUBLICATION", 3))
    assert listed(case, [C1, D1], [None, None]) == [(1, True)]
    assert listed(case, [D1, D2], [None, None]) == []
    assert listed(case, [D1, D2], [None, 1]) == [(1, True)]


def test_who_was_named_is_published_and_lapses_with_his_own_line() -> None:
    acts: list[Any] = [("NO_CONDITION_DECISION", 2, {"ground": "a"}), ("PUBLICATION", 3)]
    goes_on = ("CONTINUE_DECISION", 6, {"lines": ((0, None),)})
    assert listed(life(*acts, goes_on), [D1, D2], [0, 1]) == [(0, False), (1, True)]
    assert listed(life(*acts, goes_on), [D1, D2], [0, 1], s2={"debtors": ["d1"]}) == [(0, False)]
    # What lapsed does not come back by itself when conditions are lacking anew.
    again = ("NO_CONDITION_DECISION", 7, {"ground": "b"})
    assert listed(life(*acts, goes_on, again), [D1, D2], [0, 1]) == [(0, False), (1, True)]
    found, _ = entries(life(*acts), [D1, D2], [0, 1], {2: {"posted_at_commune": "2026-07-09"}})
    first = found.entries[0]
    assert (first.ground, first.ground_on.day, first.posted_on) == ("a", 2, dt.date(2026, 7, 9))


def test_acts_on_nobody_have_a_reason_and_an_article() -> None:
    case = life(("PUBLICATION", 3))
    (fault,) = faults(case, 1, [D1, D2], [0, 1], {})
    assert (fault.code, fault.pointer) == ("PUBLICATION_HAS_CONDITIONS", "/type") and fault.legal_basis
    (fault,) = faults(case, 1, [C1], [None, None], {})
    assert fault.code == "PUBLICATION_NOT_A_DEBTOR"
    both = life(("NO_CONDITION_DECISION", 2, {"ground": "a"}), ("PUBLICATION", 3), ("PUBLICATION_UPDATE", 4))
    assert faults(both, 3, [D1, D2], [0, 1], {}) == []
    assert not concerns(life(("SERVICE", 2))) and concerns(both)


def test_what_a_number_tells_of_the_age() -> None:
    assert [born_in(one) for one in ("048099001234", "048210001234", "201234567", None, "04809900123x")] == [
        1999, 2010, None, None, None,
    ]  # fmt: skip
    assert not Person("d1", "DEBTOR", 2380).is_minor_in(2026), "a number that belongs to nobody tells nothing"
    assert Person("d1", "DEBTOR", 2010).is_minor_in(2026) and not Person("d1", "DEBTOR", 2008).is_minor_in(
        2026
    )
    assert posted_on({"posted_at_commune": "hôm qua"}) is None and posted_on({}) is None
