"""What belongs to the cases of a page, read in one statement for each kind of row, or for all of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.db.models import Q

from cases.models import Act, ActLine, CaseTheme, Party

Rows = dict[int, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that belongs to a case at ``version``, as plain values."""

    version: int
    act_count: int
    themes: list[str]
    parties: list[dict[str, Any]]
    obligations: list[dict[str, Any]]
    assets: list[dict[str, Any]]
    external_ids: list[dict[str, str]]


# One statement: building one for each kind of row costs more than answering them.
_PARTS = """
    SELECT c.version,
        (SELECT count(*) FROM cases_act a WHERE a.case_id = c.id),
        (SELECT json_agg(t.theme ORDER BY t.theme) FROM cases_casetheme t
         WHERE t.case_id = c.id AND t.recorded_at <= coalesce(%s, t.recorded_at))::text,
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
            'debtor', d.ref, 'creditor', r.ref, 'amount', o.amount, 'description', o.description,
            'due', o.due, 'remaining', o.remaining, 'bucket', o.bucket) ORDER BY o.position)
         FROM cases_obligation o LEFT JOIN cases_party d ON d.id = o.debtor_id
            LEFT JOIN cases_party r ON r.id = o.creditor_id WHERE o.case_id = c.id)::text,
        (SELECT json_agg(json_build_object('public_id', s.public_id, 'ref', s.ref, 'kind', s.kind,
            'owner', w.ref, 'description', s.description, 'certificate', s.certificate) ORDER BY s.position)
         FROM cases_asset s LEFT JOIN cases_party w ON w.id = s.owner_id WHERE s.case_id = c.id)::text,
        (SELECT json_agg(json_build_object('system', x.system, 'value', x.value)
            ORDER BY x.system, x.value)
         FROM cases_externalid x WHERE x.case_id = c.id AND x.ended_at IS NULL)::text
    FROM cases_case c WHERE c.id = %s
"""


def parts(case_id: int, known_at: dt.datetime | None = None) -> Parts:
    """Everything that belongs to a case, in one statement; of its themes those known at ``known_at``."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [known_at, case_id])
        version, count, *collections = cursor.fetchone()
    return Parts(version, count, *(orjson.loads(own) if own else [] for own in collections))


def themes(case_ids: Collection[int]) -> dict[int, list[str]]:
    """The themes of each case, sorted."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = CaseTheme.objects.filter(case_id__among=case_ids).order_by("case_id", "theme")
    for case, theme in rows.values_list("case_id", "theme"):
        found[case].append(theme)
    return found


def debtors(case_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the debtors of each case, as the story names them."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Party.objects.filter(case_id__among=case_ids, role="DEBTOR").order_by("case_id", "position")
    for case, name in rows.values_list("case_id", "name"):
        found[case].append(name)
    return found


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
