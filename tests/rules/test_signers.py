"""Who may sign in law, by what he is on the day: without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.rules.authority import UnitPlace
from cases.rules.life import Holder, Life, LifeAct
from cases.rules.signers import Competence, Desk, competent, for_act, held_on, in_force, refusal, signer_of
from cases.rules.tables import SIGNERS, tables

#: The department, a branch of it, which is an authority of its own to 30/6/2025, and one beside.
PLACES = {
    "VN": UnitPlace("MANAGEMENT_DEPT", None),
    "DN": UnitPlace("PROV_DEPT", "VN"),
    "DN.HC": UnitPlace("DISTRICT_BRANCH", "DN"),
    "DN.TK": UnitPlace("DISTRICT_BRANCH", "DN"),
}
OLD, NEW = dt.date(2025, 6, 30), dt.date(2026, 7, 20)


def holds(officer: str, role: str, unit: str, **more: Any) -> Competence:
    return Competence(officer, f"Ông {officer}", role, unit, **more)


HEAD = holds("LD01", "HEAD", "DN")
DEPUTY = holds("LD02", "DEPUTY", "DN")
CHIEF = holds("HC00", "UNIT_HEAD", "DN.HC")
OWN, COLLEAGUE = holds("HC01", "OFFICER", "DN.HC"), holds("HC02", "OFFICER", "DN.HC")
CLERK, BESIDE = holds("HC09", "CLERK", "DN.HC"), holds("TK00", "UNIT_HEAD", "DN.TK")
STATISTICIAN = holds("HC08", "STATISTICIAN", "DN.HC")
EVERYBODY = [HEAD, DEPUTY, CHIEF, OWN, COLLEAGUE, CLERK, BESIDE, STATISTICIAN]


def given(**more: Any) -> Competence:
    """What the head has delegated to the head of the branch, over the branch."""
    found = {
        "since": dt.date(2026, 7, 1),
        "until": dt.date(2026, 12, 31),
        "behalf": "LD01",
        "document": "12/GUQ",
    }
    return holds("HC00", "HEAD", "DN.HC", **{**found, **more})


def may(
    code: str, day: dt.date, people: list[Competence], unit: str = "DN.HC", officer: str | None = "HC01"
) -> list[str]:
    desk = Desk.of(day, unit, officer, PLACES, tables())
    return [
        one.officer
        for one in competent(tables().signers[code], in_force(people, day, PLACES), desk, tables())
    ]


def test_every_signer_of_the_tables_has_its_rule() -> None:
    assert set(tables().signers) == set(SIGNERS)
    assert all(row.basis_in(law) for row in tables().signers.values() for law in ("L2008", "L2025"))


def test_the_head_signs_for_his_authority_which_the_day_decides() -> None:
    assert may("T", NEW, EVERYBODY) == ["LD01"]
    # To 30/6/2025 a branch was an authority of its own: its head signed, and not the head of the department.
    assert may("T", OLD, EVERYBODY) == ["HC00"]
    assert may("T", OLD, EVERYBODY, unit="DN") == ["LD01"]


def test_a_delegation_gives_the_signature_where_and_while_it_holds() -> None:
    assert may("T", NEW, [*EVERYBODY, given()]) == ["LD01", "HC00"]
    assert may("T", NEW, [*EVERYBODY, given()], unit="DN.TK") == ["LD01"], "another unit"
    assert may("T", dt.date(2027, 1, 1), [*EVERYBODY, given()]) == ["LD01"], "over"
    assert may("T", NEW, [CHIEF, given()]) == [], "the giver is no head"
    to_officer = holds("HC02", "HEAD", "DN.HC", behalf="LD01")
    assert may("T", NEW, [*EVERYBODY, to_officer]) == ["LD01"], "only to deputies and heads of units"
    own_cases = holds("HC02", "OFFICER", "DN.HC", behalf="HC01")
    assert may("C", NEW, [*EVERYBODY, own_cases]) == ["HC01", "LD01"], (
        "an officer's own signature is not passed on"
    )


def test_a_limited_delegation_covers_what_it_names() -> None:
    limited = [given(permissions=frozenset({"REASSIGN_CASES"}))]
    acts = tables().act_types
    assert for_act(limited, acts["REASSIGN"]) == limited
    assert for_act(limited, acts["DEFER_DECISION"]) == []
    assert for_act([given()], acts["DEFER_DECISION"]) == [given()]


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("C", ["HC01", "LD01"]),
        ("S", ["LD01", "LD02", "HC00", "HC01", "HC02", "HC09"]),
        ("HEAD_PROV", ["LD01"]),
        ("RESOLVER", ["LD01"]),
        ("ARCHIVIST", ["LD01", "LD02", "HC00", "HC01", "HC02", "HC09"]),
        ("COURT", []),
        ("VKS", []),
        ("PARTY", []),
    ],
)
def test_who_else_signs(code: str, who: list[str]) -> None:
    assert may(code, NEW, EVERYBODY) == who


def test_without_an_officer_the_head_alone_signs_what_an_officer_would() -> None:
    assert may("C", NEW, EVERYBODY, officer=None) == ["LD01"]


def test_who_may_sign_the_act_concerned() -> None:
    acts, signers = tables().act_types, tables().signers
    assert signer_of(acts["ANNUL_ACT"], acts["ATTACHMENT"], tables()) == signers["C"]
    assert signer_of(acts["ANNUL_ACT"], acts["TERMINATION_DECISION"], tables()) == signers["T"]
    assert signer_of(acts["REVOCATION_DECISION"], None, tables()) == signers["T"]
    assert signer_of(acts["VERIFICATION"], None, tables()) == signers["C"]


def test_who_has_a_case_on_a_day() -> None:
    reassign = tables().act_types["REASSIGN"]
    acts = tuple(
        LifeAct(seq, reassign, dt.date(2024, month, 1), holder=Holder(f"U{seq}"))
        for seq, month in ((1, 5), (2, 3))
    )
    life = Life(dt.date(2024, 1, 1), "EX_OFFICIO", "CIVIL", Holder("U0"), (), acts)
    days = [dt.date(2024, month, 1) for month in (2, 3, 4, 5)]
    assert [held_on(life, day).unit for day in days] == ["U0", "U2", "U2", "U1"]
    assert held_on(life, days[-1], without=1).unit == "U2"


def test_a_ring_of_parents_has_an_end() -> None:
    ring = {"A": UnitPlace("AREA_UNIT", "B"), "B": UnitPlace("AREA_UNIT", "A")}
    assert Desk.of(NEW, "A", None, ring, tables()).units == ("A", "B")


def test_a_refusal_says_who_could_and_by_which_article() -> None:
    desk = Desk.of(NEW, "DN.HC", "HC01", PLACES, tables())
    act = tables().act_types["DEFER_DECISION"]
    fault = refusal("HC02", act, tables().signers["T"], [HEAD], desk, tables())
    assert (fault.code, fault.pointer, fault.legal_basis) == (
        "SIGNER_NOT_COMPETENT", "/signer", "L25 Đ22.3; D152 Đ97.1c",
    )  # fmt: skip
    assert "LD01 Ông LD01" in fault.text("vi") and "LD01" in fault.text("en")
    assert "Thủ trưởng" in refusal("HC02", act, tables().signers["T"], [], desk, tables()).text("vi")
