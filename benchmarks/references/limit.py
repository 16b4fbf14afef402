"""The limit: ``granian --interface asgi benchmarks.references.limit:application``.

``GET /cases/<uuid>``: one case with its judgment, parties, obligations, assets, running deadlines and
the number of its acts.
``GET /cases/?unit=&bucket=``: the 50 newest cases in a bucket of a unit and those below it, with the names of
their debtors and a count that stops at 10,000. Asks nobody who he is. ``DATABASE_URL`` as the project has it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import asyncpg

from thads.runtime.addresses import django_database

Message = MutableMapping[str, Any]
_pool: asyncpg.Pool[Any] | None = None

_CASE = """
    SELECT json_build_object(
        'id', c.public_id, 'decision_number', c.decision_number, 'decision_date', c.decision_date,
        'authority', a.code, 'unit', u.code,
        'officer', CASE WHEN f.id IS NOT NULL THEN json_build_object('code', f.code, 'name', f.name) END,
        'initiation', c.initiation, 'field', c.field, 'bucket', c.bucket, 'due', c.due::text,
        'remaining', c.remaining::text, 'last_act_on', c.last_act_on, 'version', c.version,
        'recorded_at', c.recorded_at,
        'tags', (SELECT coalesce(json_agg(t.theme ORDER BY t.theme), '[]')
                 FROM cases_casetheme t WHERE t.case_id = c.id),
        'judgment', json_build_object('id', j.public_id, 'number', j.number, 'issued_on', j.issued_on,
            'effective_on', j.effective_on, 'issuer', j.issuer, 'instrument_type', j.instrument_type),
        'parties', (SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'ref', p.ref,
            'role', p.role, 'kind', p.kind, 'name', p.name, 'address', p.address) ORDER BY p.position), '[]')
            FROM cases_party p WHERE p.case_id = c.id),
        'obligations', (SELECT coalesce(json_agg(json_build_object('id', o.public_id, 'ref', o.ref,
            'kind', o.kind, 'debtor', d.ref, 'creditor', r.ref, 'amount', o.amount::text,
            'description', o.description, 'due', o.due::text, 'remaining', o.remaining::text,
            'bucket', o.bucket) ORDER BY o.position), '[]')
            FROM cases_obligation o LEFT JOIN cases_party d ON d.id = o.debtor_id
            LEFT JOIN cases_party r ON r.id = o.creditor_id WHERE o.case_id = c.id),
        'assets', (SELECT coalesce(json_agg(json_build_object('id', s.public_id, 'ref', s.ref,
            'kind', s.kind, 'owner', w.ref, 'description', s.description, 'certificate', s.certificate)
            ORDER BY s.position), '[]')
            FROM cases_asset s LEFT JOIN cases_party w ON w.id = s.owner_id WHERE s.case_id = c.id),
        'deadlines', (SELECT coalesce(json_agg(json_build_object('id', k.public_id, 'clock', k.clock,
            'variant', k.variant, 'regime', k.regime, 'actor', k.actor, 'trigger', k.trigger,
            'started_on', k.started_on, 'due_on', k.due_on, 'state', k.state, 'breached', k.breached)
            ORDER BY k.due_on), '[]')
            FROM cases_deadline k WHERE k.case_id = c.id AND k.closed_on IS NULL),
        'acts', json_build_object('count', (SELECT count(*) FROM cases_act x WHERE x.case_id = c.id))
    )::text
    FROM cases_case c JOIN officers_unit a ON a.id = c.authority_id JOIN officers_unit u ON u.id = c.unit_id
    LEFT JOIN officers_officer f ON f.id = c.officer_id JOIN cases_judgment j ON j.id = c.judgment_id
    WHERE c.public_id = $1
"""


_LIST = """
    WITH units AS (
        SELECT u.id FROM officers_unit u LEFT JOIN officers_unit p ON p.id = u.parent_id
        WHERE $1 IN (u.code, p.code)
    ), page AS (
        SELECT foremost.* FROM units CROSS JOIN LATERAL (
            SELECT * FROM cases_case c WHERE c.unit_id = units.id AND c.bucket = $2
            ORDER BY c.decision_date DESC, c.id DESC LIMIT 51
        ) foremost
        ORDER BY foremost.decision_date DESC, foremost.id DESC LIMIT 50
    )
    SELECT json_build_object(
        'results', (SELECT json_agg(json_build_object(
            'id', c.public_id, 'decision_number', c.decision_number, 'decision_date', c.decision_date,
            'authority', a.code, 'unit', u.code,
            'officer', CASE WHEN f.id IS NOT NULL THEN json_build_object('code', f.code, 'name', f.name) END,
            'initiation', c.initiation, 'field', c.field, 'bucket', c.bucket, 'due', c.due::text,
            'remaining', c.remaining::text, 'last_act_on', c.last_act_on,
            'tags', ARRAY(SELECT t.theme FROM cases_casetheme t WHERE t.case_id = c.id ORDER BY t.theme),
            'debtors', ARRAY(SELECT p.name FROM cases_party p WHERE p.case_id = c.id AND p.role = 'DEBTOR'
                             ORDER BY p.position)
            ) ORDER BY c.decision_date DESC, c.id DESC)
            FROM page c JOIN officers_unit a ON a.id = c.authority_id JOIN officers_unit u ON u.id = c.unit_id
            LEFT JOIN officers_officer f ON f.id = c.officer_id),
        'count', (SELECT count(*) FROM (
            SELECT FROM cases_case c WHERE c.unit_id = ANY (ARRAY(SELECT id FROM units)) AND c.bucket = $2
            LIMIT 10001) counted)
    )::text
"""


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    kind, _, key = str(scope["path"]).strip("/").partition("/")
    body = None
    if kind == "cases":
        assert _pool is not None
        if key:
            body = await _pool.fetchval(_CASE, uuid.UUID(key))
        else:
            query = parse_qs(scope["query_string"].decode())
            body = await _pool.fetchval(_LIST, query["unit"][0], query["bucket"][0])
    status = 200 if body is not None or kind == "health" else 404
    content = (body or "{}").encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _live(
    receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    global _pool
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            entry = django_database(os.environ["DATABASE_URL"])
            _pool = await asyncpg.create_pool(
                host=entry["HOST"],
                port=int(entry["PORT"] or 5432),
                user=entry["USER"],
                password=entry["PASSWORD"],
                database=entry["NAME"],
                min_size=4,
                max_size=4,
            )
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if _pool is not None:
                await _pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
