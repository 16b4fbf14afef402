"""What belongs to the cases of a page, read in one statement for each kind of row, or for all of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from django.db.models import Q

from cases.models import Act, ActLine
from thads.common.scoping import Scope
from thads.common.statements import Row, row_of, rows_of

Rows = dict[int, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that belongs to a case at ``version``, as plain values. ``former``: cases on the same
    judgment, about one of its parties, whose request was returned before; the last of them first.
    """

    version: int
    act_count: int
    themes: list[str]
    parties: list[dict[str, Any]]
    obligations: list[dict[str, Any]]
    assets: list[dict[str, Any]]
    external_ids: list[dict[str, str]]
    former: list[dict[str, Any]]


#: A row of a case: by the names that a queryset has for them, where they stand in SQL.
_ROW = {
    "pk": "c.id",
    "public_id": "c.public_id",
    "decision_number": "c.decision_number",
    "decision_date": "c.decision_date",
    "authority__code": "authority.code",
    "unit__code": "unit.code",
    "unit_id": "c.unit_id",
    "officer__code": "officer.code",
    "officer__name": "officer.name",
    "initiation": "c.initiation",
    "field": "c.field",
    "status": "c.status",
    "bucket": "c.bucket",
    "due": "c.due",
    "remaining": "c.remaining",
    "last_act_on": "c.last_act_on",
    "recorded_at": "c.recorded_at",
    "judgment__public_id": "judgment.public_id",
    "judgment__number": "judgment.number",
    "judgment__issued_on": "judgment.issued_on",
    "judgment__effective_on": "judgment.effective_on",
    "judgment__issuer": "judgment.issuer",
    "judgment__instrument_type": "judgment.instrument_type",
    "version": "c.version",
}
# One statement: building one for each kind of row costs more than answering them, and what it gives is the
# case as it was at one moment.
_PARTS = """
        (SELECT count(*) FROM cases_act a WHERE a.case_id = c.id),
        (SELECT json_agg(t.theme ORDER BY t.theme) FROM cases_casetheme t
         WHERE t.case_id = c.id AND t.recorded_at <= coalesce(%s::timestamptz, t.recorded_at))::text,
        (SELECT json_agg(json_build_object('public_id', p.public_id, 'ref', p.ref, 'role', p.role,
            'kind', p.kind, 'name', p.name, 'id_number_sealed', encode(p.id_number_sealed, 'hex'),
            'address', p.address, 'phone_sealed', encode(p.phone_sealed, 'hex'),
            'account_sealed', encode(p.account_sealed, 'hex'), 'external_ids', coalesce((
                SELECT json_agg(json_build_object('system', x.system, 'value', x.value)
                    ORDER BY x.system, x.value)
                FROM cases_externalid x WHERE x.party_id = p.id AND x.ended_at IS NULL), '[]'::json))
            ORDER BY p.position)
         FROM cases_party p WHERE p.case_id = c.id)::text,
        (SELECT json_agg(json_build_object('public_id', o.public_id, 'ref', o.ref, 'kind', o.kind,
            'debtor', d.ref, 'creditor', r.ref, 'current_debtor', coalesce(nd.ref, d.ref),
            'current_creditor', coalesce(nr.ref, r.ref), 'amount', o.amount, 'description', o.description,
            'due', o.due, 'remaining', o.remaining, 'bucket', o.bucket) ORDER BY o.position)
         FROM cases_obligation o LEFT JOIN cases_party d ON d.id = o.debtor_id
            LEFT JOIN cases_party r ON r.id = o.creditor_id
            LEFT JOIN cases_party nd ON nd.id = o.current_debtor_id
            LEFT JOIN cases_party nr ON nr.id = o.current_creditor_id WHERE o.case_id = c.id)::text,
        (SELECT json_agg(json_build_object('public_id', s.public_id, 'ref', s.ref, 'kind', s.kind,
            'owner', w.ref, 'description', s.description, 'certificate', s.certificate) ORDER BY s.position)
         FROM cases_asset s LEFT JOIN cases_party w ON w.id = s.owner_id WHERE s.case_id = c.id)::text,
        (SELECT json_agg(json_build_object('system', x.system, 'value', x.value)
            ORDER BY x.system, x.value)
         FROM cases_externalid x WHERE x.case_id = c.id AND x.ended_at IS NULL)::text,
        CASE WHEN c.initiation = 'ON_REQUEST' THEN
        (SELECT json_agg(json_build_object('id', f.public_id, 'decision_number', f.decision_number,
            'decision_date', f.decision_date, 'unit_id', f.unit_id, 'officer_id', f.officer_id)
            ORDER BY f.decision_date DESC, f.id DESC)
         FROM cases_judgment fj JOIN cases_case f ON f.judgment_id = fj.id
         WHERE fj.number = judgment.number AND fj.issued_on = judgment.issued_on
            AND fj.issuer = judgment.issuer AND f.status = 'REQUEST_RETURNED' AND f.id <> c.id
            AND (f.decision_date, f.id) < (c.decision_date, c.id)
            AND EXISTS (SELECT FROM cases_party was JOIN cases_party p ON p.role = was.role
                AND lower(p.name) = lower(was.name)
                WHERE was.case_id = f.id AND p.case_id = c.id)) END::text
"""
_CASES = f"""
    SELECT {", ".join(_ROW.values())}, {_PARTS}
    FROM cases_case c
        JOIN officers_unit authority ON authority.id = c.authority_id
        JOIN officers_unit unit ON unit.id = c.unit_id
        JOIN cases_judgment judgment ON judgment.id = c.judgment_id
        LEFT JOIN officers_officer officer ON officer.id = c.officer_id
"""  # noqa: S608  # put together of what stands here
_BY_ID = f"""
    {_CASES}
    WHERE c.public_id = %s AND c.unit_id = ANY(%s::bigint[])
        AND c.officer_id IS NOT DISTINCT FROM coalesce(%s::bigint, c.officer_id)
"""  # put together of what stands here
_BY_KEY = f"{_CASES} WHERE c.id = ANY(%s::bigint[])"

Whole = tuple[dict[str, Any], Parts]


def case(public_id: uuid.UUID, scope: Scope, known_at: dt.datetime | None = None) -> Whole | None:
    """The row of a case in the scope and everything that belongs to it, of its themes those known at
    ``known_at``; None when it is not there to be seen.
    """
    found = row_of(_BY_ID, [known_at, public_id, list(scope.unit_ids), scope.officer_id])
    return None if found is None else _whole(found)


def cases(keys: Collection[int]) -> dict[int, Whole]:
    """The rows of these cases with everything that belongs to them, by key."""
    found = map(_whole, rows_of(_BY_KEY, [None, list(keys)]))
    return {row["pk"]: (row, parts) for row, parts in found}


def _whole(found: Row) -> Whole:
    row = dict(zip(_ROW, found, strict=False))
    count, *collections = found[len(_ROW) :]
    return row, Parts(row["version"], count, *(orjson.loads(own) if own else [] for own in collections))


#: The themes and the debtors, as the story names them, of each case.
_BESIDE = """
    SELECT listed.id,
        ARRAY(SELECT t.theme FROM cases_casetheme t WHERE t.case_id = listed.id ORDER BY t.theme),
        ARRAY(SELECT p.name FROM cases_party p WHERE p.case_id = listed.id AND p.role = 'DEBTOR'
              ORDER BY p.position)
    FROM unnest(%s::bigint[]) AS listed(id)
"""


class Beside(NamedTuple):
    """What a list shows of a case beside its row: themes in order, and the names of its debtors."""

    themes: list[str]
    debtors: list[str]


def beside(keys: Collection[int]) -> dict[int, Beside]:
    """What a list shows beside the rows of these cases, by key."""
    return {key: Beside(themes, debtors) for key, themes, debtors in rows_of(_BESIDE, [list(keys)])}


def lines(act_ids: Collection[int]) -> Rows:
    """The lines each act names, by key of the act."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = ActLine.objects.filter(act_id__among=act_ids).order_by("act_id", "position")
    for row in rows.values("act_id", "obligation__ref", "amount"):
        found[row["act_id"]].append(row)
    return found


def undone_by(case_id: int, known_at: dt.datetime | None = None) -> tuple[dict[int, Any], dict[int, Any]]:
    """For a case, by key of the act: the public id of the correction that voids it, and of the annulment that
    stands against it; as known now, or at ``known_at``.
    """
    acts = Act.objects.filter(Q(voids__isnull=False) | Q(annuls__isnull=False), case_id=case_id)
    if known_at is not None:
        acts = acts.filter(recorded_at__lte=known_at)
    rows = list(acts.order_by("seq").values_list("pk", "public_id", "voids_id", "annuls_id"))
    voided = {voids: by for _, by, voids, _ in rows if voids is not None}
    return voided, {annuls: by for key, by, _, annuls in rows if annuls is not None and key not in voided}
