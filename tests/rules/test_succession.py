"""Succession to rights and duties: who owes and is owed after each act, and what is wrong with an act."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.rules import history, story_text, succession
from cases.rules.lawful import LawfulStory, lawful_act, lawful_story
from cases.rules.life import Holder
from cases.rules.story import Reference, Refs
from cases.rules.tables import tables
from tests.registers import made_story
from thads.common.errors import Refused

TODAY = dt.date(2026, 12, 31)
REFERENCE = Reference(("DN.HC",), ("DN.HC.01",), tables())
PEOPLE = [
    {"ref": ref, "role": role, "kind": "PERSON", "name": f"Ông {ref}"}
    for ref, role in (("c1", "CREDITOR"), ("d2", "DEBTOR"), ("d3", "DEBTOR"), ("c2", "CREDITOR"), ("r1", "RELATED"))
]  # fmt: skip
#: Of made stories with those people, by place.
D1, C1, D2, D3, C2 = range(5)


def story(*acts: dict[str, Any]) -> dict[str, Any]:
    """A claim of c1 against d1 and a court fee of d1, five million each."""
    body = made_story(initiation="ON_REQUEST", acts=acts)
    return {
        **body,
        "parties": [*body["parties"], *PEOPLE],
        "obligations": [
            {"ref": "o1", "kind": "MONEY_DEBT", "debtor": "d1", "creditor": "c1", "amount": "5000000"},
            {"ref": "o2", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000"},
        ],
    }


def passed(source: str, target: str, day: str = "2026-07-10", *lines: str, **more: Any) -> dict[str, Any]:
    named = {"lines": [{"obligation": line} for line in lines]} if lines else {}
    data = {"from": source, "to": target, "reason": "DEATH"}
    return {"type": "TRANSFER_DECISION", "effective_on": day, "data": data, **named, **more}


def paid(line: str, amount: str, day: str) -> dict[str, Any]:
    return {
        "type": "COLLECTION",
        "effective_on": day,
        "lines": [{"obligation": line, "amount": amount}],
    }


def told(*acts: dict[str, Any]) -> LawfulStory:
    return lawful_story(story(*acts), REFERENCE, TODAY)


def stands(*acts: dict[str, Any]) -> list[tuple[int | None, int | None]]:
    return [(line.debtor, line.creditor) for line in told(*acts).state.lines]


def warned(*acts: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with passing on; that nothing else happened in the case is another matter."""
    return [
        (one.code, one.pointer) for one in told(*acts).warnings if "SUCC" in one.code or "LINE" in one.code
    ]


def test_who_owes_and_is_owed_follows_the_acts() -> None:
    assert stands(passed("d1", "d2")) == [(D2, C1), (D2, None)]
    assert stands(passed("d1", "d2", "2026-07-10", "o2")) == [(D1, C1), (D2, None)]
    assert stands(passed("c1", "c2")) == [(D1, C2), (D1, None)]
    # On and on, in the order of the law whatever the order of the story; and back to where it came from.
    assert stands(passed("d2", "d3", "2026-08-10"), passed("d1", "d2")) == [(D3, C1), (D3, None)]
    back = told(passed("d1", "d2"), passed("d2", "d1", "2026-08-10"))
    assert succession.sides(back.life.duties, back.state.lines) == [(None, None), (None, None)]
    # What has ended stays with whom it ended.
    assert stands(paid("o2", "5000000", "2026-07-02"), passed("d1", "d2")) == [(D2, C1), (D1, None)]


def test_a_case_without_succession_knows_no_sides() -> None:
    plain = told(paid("o1", "1", "2026-07-02"))
    assert plain.life.roles == () and not succession.concerns(plain.life)
    assert [(line.debtor, line.creditor) for line in plain.state.lines] == [(None, None)] * 2


def test_an_annulment_and_a_correction_give_it_back() -> None:
    first = passed("d1", "d2", ref="t1")
    annulled = {"type": "ANNUL_ACT", "effective_on": "2026-07-20", "annuls": "t1"}
    voided = {"type": "CORRECTION", "effective_on": "2026-07-20", "voids": "t1"}
    assert stands(first, annulled) == stands(first, voided) == [(D1, C1), (D1, None)]
    # What has gone on since stays where it is: the later decision is annulled first.
    later = passed("d2", "d3", "2026-07-15", "o1")
    assert stands(first, later, annulled) == [(D3, C1), (D1, None)]
    assert warned(first, later, annulled) == [("SUCCESSION_GONE_ON", "/acts/2/annuls")]


def test_what_is_wrong_with_passing_on() -> None:
    """In a register brought in it is a warning, and passes nothing on where it cannot."""
    assert warned(passed("d1", "d2")) == []
    assert warned(passed("d1", "d1")) == [("SUCCESSOR_SAME", "/acts/0/data/to")]
    assert warned(passed("d2", "d3")) == [("SUCCESSION_NOT_HELD", "/acts/0/data/from")]
    assert warned(passed("c1", "c2", "2026-07-10", "o2")) == [("SUCCESSION_NOT_HELD", "/acts/0/lines/0")]
    assert warned(passed("d1", "c1", "2026-07-10", "o1")) == [
        ("SUCCESSOR_ON_OTHER_SIDE", "/acts/0/lines/0"),
        ("SUCCESSOR_ROLE", "/acts/0/data/to"),
    ]
    assert warned(passed("d1", "r1")) == [("SUCCESSOR_ROLE", "/acts/0/data/to")]
    assert warned(passed("d1", "c2")) == [("SUCCESSOR_ROLE", "/acts/0/data/to")]
    named = passed("d1", "d2") | {
        "data": {"from": "d1", "to": "d2", "reason": "DEATH", "name": "Nguyễn Văn B"}
    }
    assert warned(named) == [("SUCCESSION_DATA", "/acts/0/data")]
    assert warned(paid("o2", "5000000", "2026-07-02"), passed("d1", "d2", "2026-07-10", "o2")) == [
        ("LINE_ENDED", "/acts/1/lines/0")
    ]
    assert stands(passed("d1", "c1", "2026-07-10", "o1")) == [(D1, C1), (D1, None)]


@pytest.mark.parametrize(
    ("data", "pointer", "code"),
    [
        ({"from": "d1", "to": "d9", "reason": "DEATH"}, "/acts/0/data/to", "REF_UNKNOWN"),
        ({"from": 1, "to": "d2", "reason": "DEATH"}, "/acts/0/data/from", "REF_UNKNOWN"),
        ({"from": "d1", "to": "d2", "reason": "GONE"}, "/acts/0/data/reason", "CODE_UNKNOWN"),
    ],
)
def test_what_no_story_may_name(data: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        told(passed("d1", "d2", data=data))
    assert [(one.pointer, one.code) for one in refusal.value.faults] == [(pointer, code)]


def test_an_old_register_may_leave_them_out() -> None:
    bare = {"type": "TRANSFER_DECISION", "effective_on": "2024-07-10"}
    codes = {fault.code for fault in told(bare).warnings}
    assert "ACT_NOT_OF_THIS_LAW" in codes and stands(bare) == [(None, None)] * 2
    # Under the law of that day there is no such decision; that another stands there now is a fact all the same.
    assert stands(passed("d1", "d2", "2024-07-10")) == [(D2, C1), (D2, None)]


def more(raw: dict[str, Any], *acts: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """What live work is told that records ``raw`` on top of these acts; nothing when it may."""
    known = told(*acts)
    parties = [party.ref for party in known.story.parties]
    refs = Refs(
        {ref: place for place, ref in enumerate(parties)},
        {"o1": 0, "o2": 1},
        {},
        {act.ref: seq for seq, act in enumerate(known.story.acts, 1) if act.ref},
    )
    life = history.replace(known.life, roles=tuple(party.role for party in known.story.parties))
    if not succession.concerns(life):
        duties = zip(life.duties, ((D1, C1), (D1, None)), strict=True)
        life = history.replace(
            life, duties=tuple(history.replace(one, debtor=d, creditor=c) for one, (d, c) in duties)
        )
    try:
        lawful_act(raw, life=life, refs=refs, reference=REFERENCE, holder=Holder, today=TODAY)
    except Refused as refusal:
        return [(one.code, one.pointer, one.legal_basis) for one in refusal.faults]
    return []


def test_live_work_is_refused() -> None:
    basis = "L25 Đ41.4; D152 Đ25"
    assert more(passed("d1", "d2")) == []
    assert more(passed("d2", "d3")) == [("SUCCESSION_NOT_HELD", "/data/from", basis)]
    assert more({"type": "TRANSFER_DECISION", "effective_on": "2026-07-10"}) == [
        ("DATA_NEEDED", f"/data/{key}", basis) for key in ("from", "to", "reason")
    ]
    # Dated back before another that stands: who would hold nothing then passes nothing on.
    first = passed("d1", "d2", "2026-08-10", ref="t1")
    assert more(passed("d1", "d3", "2026-07-10"), first) == [("LATER_ACT_IMPOSSIBLE", "/effective_on", basis)]
    assert more(passed("d1", "d3", "2026-07-10", "o1"), passed("d1", "d2", "2026-08-10", "o2")) == []
    assert more(passed("d2", "d3", "2026-09-10"), first) == []
    # Nor is one struck or annulled on which another rests.
    second = passed("d2", "d3", "2026-09-10")
    assert more({"type": "CORRECTION", "effective_on": "2026-10-01", "voids": "t1"}, first, second) == [
        ("LATER_ACT_IMPOSSIBLE", "/effective_on", basis)
    ]
    assert [code for code, *_ in more(
        {"type": "ANNUL_ACT", "effective_on": "2026-10-01", "annuls": "t1"}, first, second
    )] == ["SUCCESSION_GONE_ON"]  # fmt: skip
    # Money that ends a line before the day of the succession would take its object away.
    assert [code for code, *_ in more(
        paid("o2", "5000000", "2026-07-05"), passed("d1", "d2", "2026-08-10", "o2")
    )] == ["LATER_ACT_IMPOSSIBLE"]  # fmt: skip


def test_as_it_stood_and_as_it_was_known() -> None:
    life = told(passed("d1", "d2"), passed("d2", "d3", "2026-08-10")).life
    moment = dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
    held = {
        day: history.past(life, dt.date.fromisoformat(day), moment).stand.lines[0].debtor
        for day in ("2026-07-09", "2026-07-10", "2026-08-09", "2026-08-10")
    }
    assert list(held.values()) == [D1, D2, D2, D3]


def test_written_back_it_is_the_same_story() -> None:
    raw = story(passed("d1", "d2", "2026-07-10", "o1"), passed("c1", "c2", "2026-07-11"))
    once = lawful_story(raw, REFERENCE, TODAY)
    again = lawful_story(story_text.as_object(once.story), REFERENCE, TODAY)
    assert again.story == once.story and again.digest == once.digest
    assert [act["data"] for act in story_text.as_object(once.story)["acts"]] == [
        act["data"] for act in raw["acts"]
    ]
