"""The public list: acts on it held against who is on it, and the list kept with the acts that change it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from cases.models import Act, Case
from cases.querysets.lives import lives
from cases.querysets.standings import Standing
from cases.rules import publications
from cases.rules.lawful import LawfulAct
from cases.rules.life import Life
from cases.rules.publications import ACTS, DEBTORS, Entry, Person
from cases.rules.tables import tables
from thads.common import sealing
from thads.common.errors import Refused
from thads.common.plain_text import words

#: Cases whose lists are worked out together.
_BATCH = 500


class Held(NamedTuple):
    """A case with its life, and who has it now (unit and officer, by key)."""

    life: Life
    unit_id: int
    officer_id: int | None


@dataclass
class _Told:
    """What is known of a case beside its life: its parties (key, id and name too), who owes its lines by the
    decision, and the data of the acts of the list.
    """

    keys: list[int] = field(default_factory=list)
    ids: list[uuid.UUID] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    debtors: list[int | None] = field(default_factory=list)
    said: dict[int, Mapping[str, Any]] = field(default_factory=dict)


def named_by_ref(raw: object, standing: Standing) -> object:
    """An act on the list as it is kept: whom it is about named by reference and not by id. Any other act as
    it is.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("data"), dict):
        return raw
    if raw.get("type") not in tuple(ACTS):
        return raw
    named = raw["data"].get(DEBTORS)
    if not isinstance(named, list):
        return raw
    told = _told([standing.id])[standing.id]
    refs = {str(one): person.ref for one, person in zip(told.ids, told.people, strict=True)}
    known = [refs.get(one.lower(), one) if isinstance(one, str) else one for one in named]
    return {**raw, "data": {**raw["data"], DEBTORS: known}}


def refuse_publication(lawful: LawfulAct, standing: Standing) -> None:
    """Raises Refused when an act on the list is about somebody who may not be on it, or is not."""
    if lawful.act.type.code not in ACTS:
        return
    told, seq = _told([standing.id])[standing.id], len(lawful.life.acts)
    said = {**told.said, seq: lawful.act.data or {}}
    found = publications.faults(lawful.life, seq, told.people, told.debtors, said)
    if found:
        raise Refused(found, code="ACT_REFUSED")


def keep_publications(cases: Mapping[int, Held]) -> None:
    """Bring the list to what the acts of these cases (by key) say, in the transaction that wrote them. Cases
    in which nobody was ever published cost nothing.
    """
    concerned = {key: held for key, held in cases.items() if publications.concerns(held.life)}
    keys = sorted(concerned)
    for start in range(0, len(keys), _BATCH):
        part = {key: concerned[key] for key in keys[start : start + _BATCH]}
        rows = [row for key, told in _told(part).items() for row in _rows(key, told, part[key])]
        with connection.cursor() as cursor:
            places = [list(column) for column in zip(*(row[:3] for row in rows), strict=True)] or [[], [], []]
            cursor.execute(_REMOVE, [list(part), *places])
            if rows:
                cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])


def refresh_publications(case_ids: Collection[int]) -> int:
    """Work the list of these cases out anew from what stands of them: after a party was put right, or to
    prove that nothing changes. Returns how many of them have acts on the list. Needs a transaction.
    """
    known = Act.objects.filter(case__in=case_ids, type__in=sorted(ACTS))
    concerned = sorted(set(known.values_list("case_id", flat=True)))
    standing = Case.objects.filter(pk__in=concerned).values_list("id", "unit_id", "officer_id")
    holders = {key: (unit, officer) for key, unit, officer in standing}
    for start in range(0, len(concerned), _BATCH):
        found = lives(concerned[start : start + _BATCH], tables())
        keep_publications({key: Held(life, *holders[key]) for key, life in found.items()})
    return len(concerned)


# Parts of it.

_PARTIES = """
    SELECT case_id, id, public_id, ref, role, name, id_number_sealed FROM cases_party
    WHERE case_id = ANY(%s) ORDER BY case_id, position
"""
_OWING = "SELECT case_id, debtor_id FROM cases_obligation WHERE case_id = ANY(%s) ORDER BY case_id, position"


def _told(case_ids: Collection[int]) -> dict[int, _Told]:
    found: defaultdict[int, _Told] = defaultdict(_Told)
    keys = list(case_ids)
    with connection.cursor() as cursor:
        cursor.execute(_PARTIES, [keys])
        for case, key, public_id, ref, role, name, number in cursor.fetchall():
            told = found[case]
            told.keys.append(key)
            told.ids.append(public_id)
            told.names.append(name)
            born = publications.born_in(None if number is None else sealing.unseal(bytes(number)))
            told.people.append(Person(ref, role, born))
        cursor.execute(_OWING, [keys])
        for case, debtor in cursor.fetchall():
            told = found[case]
            told.debtors.append(None if debtor is None else told.keys.index(debtor))
    for case, seq, data in Act.objects.filter(case__in=keys, type__in=sorted(ACTS)).values_list(
        "case_id", "seq", "data"
    ):
        found[case].said[seq] = data or {}
    return {key: found[key] for key in keys}


def _rows(case: int, told: _Told, held: Held) -> list[tuple[Any, ...]]:
    listed, _ = publications.entries(held.life, told.people, told.debtors, told.said)
    return [_row(case, told, held, entry) for entry in listed.entries]


def _row(case: int, told: _Told, held: Held, entry: Entry) -> tuple[Any, ...]:
    return (
        case,
        told.keys[entry.debtor],
        entry.seq,
        held.unit_id,
        held.officer_id,
        entry.published_on,
        entry.updated_on,
        entry.posted_on,
        entry.lapsed_on,
        entry.ended_on,
        entry.ended_seq,
        entry.ground,
        entry.ground_on,
        " ".join(f"'{word}'" for word in words(told.names[entry.debtor])),
    )


_REMOVE = """
    DELETE FROM cases_publication p WHERE p.case_id = ANY(%s) AND NOT EXISTS (
        SELECT 1 FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS n(case_id, party, seq)
        WHERE (n.case_id, n.party, n.seq) = (p.case_id, p.party_id, p.act_seq))
"""
_WRITE = """
    INSERT INTO cases_publication (case_id, party_id, act_seq, unit_id, officer_id, published_on, updated_on,
        posted_on, lapsed_on, ended_on, ended_seq, ground, ground_on, words)
    SELECT case_id, party, seq, unit, officer, published, updated, posted, lapsed, ended, ended_seq, ground,
        ground_on, words::tsvector
    FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::date[], %s::date[],
        %s::date[], %s::date[], %s::date[], %s::int[], %s::text[], %s::date[], %s::text[])
        AS n(case_id, party, seq, unit, officer, published, updated, posted, lapsed, ended, ended_seq, ground,
             ground_on, words)
    ON CONFLICT (case_id, party_id, act_seq) DO UPDATE SET unit_id = excluded.unit_id,
        officer_id = excluded.officer_id, published_on = excluded.published_on,
        updated_on = excluded.updated_on, posted_on = excluded.posted_on, lapsed_on = excluded.lapsed_on,
        ended_on = excluded.ended_on, ended_seq = excluded.ended_seq, ground = excluded.ground,
        ground_on = excluded.ground_on, words = excluded.words
"""
