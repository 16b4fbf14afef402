"""Requests for enforcement, asked about before a case is opened on one."""

from __future__ import annotations

from typing import Final

from cases.actions.register import Register
from cases.querysets.former import Former, ended_on
from cases.rules.requests import Content, Side, barred, refusal
from cases.rules.story import Party, Story
from thads.common import sealing
from thads.common.errors import Refused

_ON_REQUEST: Final = "ON_REQUEST"


def refuse_barred(story: Story, register: Register) -> None:
    """Raises Refused when what is requested was terminated by agreement, or at the creditor's request, in a
    former case on the same judgment. A former case is named to who may see its unit.
    """
    if story.initiation != _ON_REQUEST:
        return
    judgment, tables = story.judgment, register.tables
    former = ended_on(judgment.number, judgment.issued_on, judgment.issuer, tables)
    asked = [_content(story, place) for place in range(len(story.obligations))] if former else []
    regime = tables.regime_on(story.decision_date)
    faults = {
        place: refusal(place, _named(one, register), regime, tables)
        for one in former
        for place in barred(asked, one.ended)
    }
    if faults:
        raise Refused([faults[place] for place in sorted(faults)], code="REQUEST_BARRED")


def _content(story: Story, place: int) -> Content:
    line = story.obligations[place]
    return Content(line.kind, _side(story.parties, line.debtor), _side(story.parties, line.creditor))


def _side(parties: tuple[Party, ...], place: int | None) -> Side | None:
    if place is None:
        return None
    number = parties[place].id_number
    return Side(parties[place].name, None if number is None else sealing.seal(number))


def _named(former: Former, register: Register) -> str:
    if former.unit_id not in register.unit_ids.values():
        return ""
    return f" ({former.decision_number}, {former.decision_date:%d/%m/%Y})"
