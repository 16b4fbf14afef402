"""Write: the one door through which cases and acts reach the database.

Rows, journal and stale set go in together, in the transaction of the caller; a crash between any two lines
leaves nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from django.db import IntegrityError, connection
from django.db.backends.postgresql.psycopg_any import Jsonb

from cases.actions.external_ids import copy_keys
from cases.actions.plans import ActPlan, StoryPlan
from cases.actions.publications import Held, keep_publications
from cases.actions.register import Register
from cases.actions.search_words import copy_words, move_words
from cases.actions.succession import Row, side_rows, write_sides
from cases.models import Act, ActLine, Asset, Case, CaseTheme, Deadline, Obligation, Party
from cases.rules import publications
from cases.rules.fold import State, last_day
from cases.rules.life import OPENING, Holder, Life
from cases.rules.record import Record
from cases.rules.story import Judgment as JudgmentRow
from cases.rules.story import Story, StoryAct
from cases.rules.succession import concerns
from officers.actions.unnamed import create_unnamed
from thads.common import sealing
from thads.common.bulk import copy_rows, next_ids
from thads.common.snapshot import announce_write, moment
from thads.journal import consumers, journal

#: The least by which two recordings of one case differ.
_TICK = dt.timedelta(microseconds=1)
#: How often judgments are looked for again when somebody has corrected one meanwhile.
_RETRIES = 3

_OPENING_TYPE = {"EX_OFFICIO": "ENF_DECISION_EX_OFFICIO", "ON_REQUEST": "ENF_DECISION_ON_REQUEST"}


def write_stories(*, plans: Sequence[StoryPlan], register: Register, by: str, at: dt.datetime) -> list[int]:
    """Write planned stories as new cases and mark them stale for every consumer. Returns the keys of the
    cases.

    ``by`` is who records, ``at`` the recording moment of every act, unless the plans bring a record of
    their own. Needs a transaction. Raises IntegrityError when another transaction has written a case of the
    same identity meanwhile; the caller plans again.
    """
    if not plans:
        return []
    stories = [plan.lawful.story for plan in plans]
    create_unnamed(
        codes={code for story in stories for code in story.new_officers}, unit_ids=register.unit_ids
    )
    if any(story.new_officers for story in stories):
        register = register.with_officers()
    records = [plan.record for plan in plans if plan.record is not None]
    assert len(records) in (0, len(plans)), "a batch is restored as a whole or recorded as a whole"
    known = {plan.lawful.story.judgment: plan.record.judgment for plan in plans if plan.record}
    judgments = _judgment_ids({story.judgment for story in stories}, known)
    case_ids = next_ids(Case, len(plans))
    public_ids = [plan.record.case if plan.record else uuid.uuid4() for plan in plans]
    _copy_cases(plans, case_ids, public_ids, judgments, register, at)
    copy_rows(
        CaseTheme,
        ("case_id", "theme", "recorded_at", "from_opening"),
        (
            (case, tag, _opened_at(plan, at), True)
            for case, plan in zip(case_ids, plans, strict=True)
            for tag in plan.lawful.story.tags
        ),
    )
    parties = _copy_parties(stories, case_ids, records)
    holders = (register.unit_ids[str(plan.lawful.state.holder.unit)] for plan in plans)
    copy_words(stories, case_ids, holders)
    obligations = _copy_obligations(plans, case_ids, parties, records)
    write_sides(_sides_of_stories(plans, obligations, parties))
    assets = _copy_assets(stories, case_ids, parties, records)
    acts = _copy_acts(plans, case_ids, assets, register, by, at)
    _copy_lines(stories, acts, obligations)
    if records:
        rows = [judgments[story.judgment] for story in stories]
        copy_keys(records=records, cases=case_ids, judgments=rows, parties=parties, acts=acts, by=by, at=at)
    keep_publications(
        {
            case: _held_now(plan, register)
            for case, plan in zip(case_ids, plans, strict=True)
            if publications.concerns(plan.lawful.life)
        }
    )
    journal.append(
        [
            _opened(case, public_id, plan, register, by, at)
            for case, public_id, plan in zip(case_ids, public_ids, plans, strict=True)
        ]
    )
    consumers.wake()
    return case_ids


def write_acts(*, plans: Sequence[ActPlan], by: str) -> list[dt.datetime]:
    """Write planned acts on cases that the caller has locked, in the order given; several of one case were
    planned one on top of the other. Returns the moment of recording of each. Needs a transaction.
    """
    last = {plan.before.id: plan for plan in plans}
    announce_write({unit for plan in last.values() for unit, _ in holders_of(plan.lawful.life)})
    stamps = _stamps(plans, moment())
    Act.objects.bulk_create([_act(plan, stamp, by) for plan, stamp in zip(plans, stamps, strict=True)])
    ActLine.objects.bulk_create(
        ActLine(act_id=plan.id, position=position, obligation_id=plan.before.lines[index].id, amount=amount)
        for plan in plans
        for position, (index, amount) in enumerate(plan.act.lines or ())
    )
    recorded = {plan.before.id: stamp for plan, stamp in zip(plans, stamps, strict=True)}
    _project(list(last.values()), recorded)
    # The later act of a case says where it went.
    move_words({p.before.id: p.after.unit_id for p in plans if p.after.unit_id != p.before.unit_id})
    move_deadlines(
        {
            p.before.id: (p.after.unit_id, p.after.officer_id)
            for p in plans
            if (p.after.unit_id, p.after.officer_id) != (p.before.unit_id, p.before.officer_id)
        }
    )
    keep_publications(
        {
            case: Held(plan.lawful.life, plan.after.unit_id, plan.after.officer_id)
            for case, plan in last.items()
        }
    )
    journal.append([_recorded(plan, stamp, by) for plan, stamp in zip(plans, stamps, strict=True)])
    consumers.wake()
    return stamps


def move_deadlines(holders: Mapping[int, tuple[int, int | None]]) -> None:
    """Give the clocks of these cases to whoever holds the case now (unit and officer, keys): nobody sees a
    moment longer what is no longer his.
    """
    for case, (unit, officer) in holders.items():
        Deadline.objects.filter(case_id=case).update(unit_id=unit, officer_id=officer)


def _stamps(plans: Sequence[ActPlan], at: dt.datetime) -> list[dt.datetime]:
    """The recording moment of each act: ``at``, or right after the one before it on the same case, so that it
    strictly increases whatever the clock does.
    """
    before: dict[int, dt.datetime] = {}
    stamps = []
    for plan in plans:
        case = plan.before.id
        earliest = before.get(case, plan.before.recorded_at) + _TICK
        before[case] = max(at, earliest)
        stamps.append(before[case])
    return stamps


def _act(plan: ActPlan, at: dt.datetime, by: str) -> Act:
    act, before = plan.act, plan.before
    keys = [key.id for key in plan.after.acts]
    holder = cast("tuple[int | None, int | None]", _held(plan.lawful.life.acts[-1].holder))
    return Act(
        id=plan.id,
        public_id=plan.public_id,
        case_id=before.id,
        seq=plan.seq,
        ref=act.ref,
        type=act.type.code,
        effective_on=act.effective_on,
        recorded_at=at,
        recorded_by=by,
        decision_number=act.decision_number,
        decision_date=act.decision_date,
        signer=act.signer,
        ground=act.ground,
        note=act.note,
        whole=act.lines is None,
        asset_id=_at([asset.id for asset in before.assets], act.asset),
        data=act.data,
        unit_id=holder[0],
        officer_id=holder[1],
        to_authority=act.to_authority,
        annuls_id=_at(keys, act.annuls),
        voids_id=_at(keys, act.voids),
        field=act.field,
        initiation=act.initiation,
    )


#: The projections of cases and of their obligations, set from what their lives came to.
_PROJECT_CASES = """
    UPDATE cases_case c SET version = n.version, modified_at = n.modified_at, content_digest = n.digest,
        unit_id = n.unit, officer_id = n.officer, initiation = n.initiation, field = n.field,
        status = n.status, bucket = n.bucket, due = n.due, remaining = n.remaining,
        last_act_on = n.last_act_on
    FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[],
                %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::date[])
        AS n(id, version, modified_at, digest, unit, officer, initiation, field, status, bucket, due,
             remaining, last_act_on)
    WHERE c.id = n.id
"""
_PROJECT_LINES = """
    UPDATE cases_obligation o SET due = n.due, remaining = n.remaining, bucket = n.bucket
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS n(id, due, remaining, bucket)
    WHERE o.id = n.id AND (o.due, o.remaining, o.bucket) IS DISTINCT FROM (n.due, n.remaining, n.bucket)
"""


def _project(plans: Sequence[ActPlan], modified: Mapping[int, dt.datetime]) -> None:
    """Bring the rows of cases and obligations to what the last act of each case led to; ``modified`` is the
    moment of that act by case.
    """
    cases = [
        (
            case.id,
            case.version,
            modified[case.id],
            case.content_digest,
            case.unit_id,
            case.officer_id,
            case.initiation,
            case.field,
            case.status,
            case.bucket,
            case.due,
            case.remaining,
            last_day(case.life),
        )
        for case in (plan.after for plan in plans)
    ]
    lines = [(line.id, line.due, line.remaining, line.bucket) for plan in plans for line in plan.after.lines]
    with connection.cursor() as cursor:
        cursor.execute(_PROJECT_CASES, [list(column) for column in zip(*cases, strict=True)])
        cursor.execute(_PROJECT_LINES, [list(column) for column in zip(*lines, strict=True)])
    write_sides(
        row
        for plan in plans
        if plan.after.parties is not None
        for row in side_rows(
            plan.after.life.duties,
            plan.lawful.state.lines,
            [line.id for line in plan.after.lines],
            [party.id for party in plan.after.parties],
        )
    )


def _sides_of_stories(
    plans: Sequence[StoryPlan], obligations: list[list[int]], parties: list[list[int]]
) -> Iterator[Row]:
    """Who owes and is owed now, of the stories in which that was passed on."""
    for plan, own, people in zip(plans, obligations, parties, strict=True):
        if concerns(plan.lawful.life):
            yield from side_rows(plan.lawful.life.duties, plan.lawful.state.lines, own, people)


def _held_now(plan: StoryPlan, register: Register) -> Held:
    """The life of a case that came in, and who has it now."""
    holder = plan.lawful.state.holder
    officer = None if holder.officer is None else str(holder.officer)
    return Held(plan.lawful.life, register.unit_ids[str(holder.unit)], _officer_id(register, officer))


def _recorded(plan: ActPlan, at: dt.datetime, by: str) -> journal.Change:
    """An act that was recorded on a case, without what names a person."""
    act, before, state = plan.act, plan.before, plan.lawful.state
    after = plan.after
    holders = holders_of(plan.lawful.life)
    lines = None
    if act.lines is not None:
        lines = [[index, None if amount is None else str(amount)] for index, amount in act.lines]
    return journal.Change(
        case_id=before.id,
        case=before.public_id,
        type="act.recorded",
        sequence=after.version,
        recorded_at=at,
        recorded_by=by,
        unit_id=after.unit_id,
        officer_id=after.officer_id,
        from_unit_id=before.unit_id,
        from_officer_id=before.officer_id,
        units=tuple(sorted({unit for unit, _ in holders})),
        officers=tuple(sorted({officer for _, officer in holders if officer is not None})),
        data={
            "act": str(plan.public_id),
            "seq": plan.seq,
            "act_type": act.type.code,
            "effective_on": act.effective_on.isoformat(),
            "decision_number": act.decision_number,
            "decision_date": act.decision_date and act.decision_date.isoformat(),
            "ground": act.ground,
            "lines": lines,
            "annuls": act.annuls,
            "voids": act.voids,
            "content": after.content_digest,
            **_standing(state),
        },
    )


def holders_of(life: Life) -> set[tuple[int, int | None]]:
    """Unit and officer (keys) of everybody who ever held the case."""
    holders = (life.holder, *(act.holder for act in life.acts if act.holder is not None))
    return {cast("tuple[int, int | None]", _held(one)) for one in holders}


def _held(holder: Holder | None) -> tuple[Hashable | None, Hashable | None]:
    return (None, None) if holder is None else (holder.unit, holder.officer)


def story_moment(plans: Sequence[StoryPlan], register: Register) -> dt.datetime:
    """The moment at which these plans are recorded, announced to whoever reads their units meanwhile. Needs
    a transaction.
    """
    units = {register.unit_ids[unit] for plan in plans for unit, _ in plan.lawful.story.holders()}
    announce_write(units)
    return moment()


def _opened(
    case: int, public_id: uuid.UUID, plan: StoryPlan, register: Register, by: str, at: dt.datetime
) -> journal.Change:
    """A case that came in, with everything its story tells."""
    story, holder = plan.lawful.story, plan.lawful.state.holder
    unit = register.unit_ids[str(holder.unit)]
    officer = _officer_id(register, None if holder.officer is None else str(holder.officer))
    holders = story.holders()
    return journal.Change(
        case_id=case,
        case=public_id,
        type="case.opened",
        sequence=1 + len(story.acts),
        recorded_at=_opened_at(plan, at),
        recorded_by=by,
        unit_id=unit,
        officer_id=officer,
        from_unit_id=unit,
        from_officer_id=officer,
        units=tuple(sorted({register.unit_ids[code] for code, _ in holders})),
        officers=tuple(sorted({register.officer_ids[code] for _, code in holders if code})),
        data={
            "decision_number": story.decision_number,
            "decision_date": story.decision_date.isoformat(),
            "initiation": plan.lawful.state.initiation,
            "field": plan.lawful.state.field,
            "acts": len(story.acts),
            "content": plan.lawful.digest,
            **_standing(plan.lawful.state),
        },
    )


def _standing(state: State) -> dict[str, str]:
    """Where a case stands, for the journal (đồng as strings)."""
    return {
        "bucket": state.bucket,
        "due": str(state.due),
        "remaining": str(state.remaining),
    }


def _judgment_ids(
    judgments: set[JudgmentRow], known: Mapping[JudgmentRow, uuid.UUID]
) -> dict[JudgmentRow, int]:
    """The keys of judgments, new ones written, under their public id where it is known. Two writers may
    meet here: the row that is there first is taken. Until the transaction ends nobody corrects them.
    """
    rows = sorted(judgments, key=repr)
    ids = [known.get(row) for row in rows]
    with connection.cursor() as cursor:
        given = [list(column) for column in zip(*rows, strict=True)]
        for _ in range(_RETRIES):
            cursor.execute(_ADD_JUDGMENTS, [*given, ids])
            cursor.execute(_FIND_JUDGMENTS, given)
            found = {rows[place - 1]: key for place, key in cursor.fetchall()}
            if len(found) == len(rows):
                return found
            # Somebody has corrected or removed one between the two statements: then it is another.
    raise IntegrityError("a judgment cannot be written under the id that it had")


_GIVEN_JUDGMENTS = "unnest(%s::text[], %s::date[], %s::date[], %s::text[], %s::text[]"
_ADD_JUDGMENTS = f"""
    INSERT INTO cases_judgment (number, issued_on, effective_on, issuer, instrument_type, public_id)
    SELECT number, issued_on, effective_on, issuer, kind, coalesce(public_id, gen_random_uuid())
    FROM {_GIVEN_JUDGMENTS}, %s::uuid[])
        AS given (number, issued_on, effective_on, issuer, kind, public_id)
    ON CONFLICT DO NOTHING
"""  # noqa: S608  # the columns are our own
_FIND_JUDGMENTS = f"""
    SELECT given.place, j.id
    FROM {_GIVEN_JUDGMENTS})
        WITH ORDINALITY AS given (number, issued_on, effective_on, issuer, kind, place)
    JOIN cases_judgment j ON j.number = given.number AND j.issued_on = given.issued_on
        AND j.issuer = given.issuer AND j.effective_on IS NOT DISTINCT FROM given.effective_on
        AND j.instrument_type IS NOT DISTINCT FROM given.kind AND j.deleted_at IS NULL
    FOR SHARE OF j
"""  # noqa: S608


def _copy_cases(
    plans: Sequence[StoryPlan],
    case_ids: list[int],
    public_ids: list[uuid.UUID],
    judgments: dict[JudgmentRow, int],
    register: Register,
    at: dt.datetime,
) -> None:
    def rows() -> Iterator[tuple[Any, ...]]:
        for case, public_id, plan in zip(case_ids, public_ids, plans, strict=True):
            story, state = plan.lawful.story, plan.lawful.state
            authority, number, day = plan.identity
            holder = state.holder
            yield (
                case,
                public_id,
                authority,
                number,
                day,
                judgments[story.judgment],
                register.unit_ids[str(holder.unit)],
                None if holder.officer is None else register.officer_ids[str(holder.officer)],
                state.initiation,
                state.field,
                plan.lawful.status,
                state.bucket,
                state.due,
                state.remaining,
                last_day(plan.lawful.life),
                1 + len(story.acts),
                at,
                _opened_at(plan, at),
                plan.lawful.digest,
            )

    columns = (
        "id",
        "public_id",
        "authority_id",
        "decision_number",
        "decision_date",
        "judgment_id",
        "unit_id",
        "officer_id",
        "initiation",
        "field",
        "status",
        "bucket",
        "due",
        "remaining",
        "last_act_on",
        "version",
        "modified_at",
        "recorded_at",
        "content_digest",
    )
    copy_rows(Case, columns, rows())


def _copy_parties(stories: list[Story], case_ids: list[int], records: list[Record]) -> list[list[int]]:
    keys = _keys(Party, [len(story.parties) for story in stories])
    _copy(
        Party,
        ("id", "case_id", "position", "ref", "role", "kind", "name", "id_number_sealed", "address"),
        (
            (
                key,
                case,
                position,
                party.ref,
                party.role,
                party.kind,
                party.name,
                None if party.id_number is None else sealing.seal(party.id_number),
                party.address,
            )
            for case, story, own in zip(case_ids, stories, keys, strict=True)
            for position, (key, party) in enumerate(zip(own, story.parties, strict=True))
        ),
        [key for record in records for key in record.parties],
    )
    return keys


def _copy_obligations(
    plans: Sequence[StoryPlan], case_ids: list[int], parties: list[list[int]], records: list[Record]
) -> list[list[int]]:
    keys = _keys(Obligation, [len(plan.lawful.story.obligations) for plan in plans])

    def rows() -> Iterator[tuple[Any, ...]]:
        for case, plan, own, people in zip(case_ids, plans, keys, parties, strict=True):
            lines = zip(own, plan.lawful.story.obligations, plan.lawful.state.lines, strict=True)
            for position, (key, obligation, line) in enumerate(lines):
                yield (
                    key,
                    case,
                    position,
                    obligation.ref,
                    obligation.kind,
                    _at(people, obligation.debtor),
                    _at(people, obligation.creditor),
                    obligation.amount,
                    obligation.description,
                    line.due,
                    line.remaining,
                    line.bucket,
                )

    columns = (
        "id",
        "case_id",
        "position",
        "ref",
        "kind",
        "debtor_id",
        "creditor_id",
        "amount",
        "description",
        "due",
        "remaining",
        "bucket",
    )
    _copy(Obligation, columns, rows(), [key for record in records for key in record.obligations])
    return keys


def _copy_assets(
    stories: list[Story], case_ids: list[int], parties: list[list[int]], records: list[Record]
) -> list[list[int]]:
    keys = _keys(Asset, [len(story.assets) for story in stories])
    _copy(
        Asset,
        ("id", "case_id", "position", "ref", "kind", "owner_id", "description", "certificate"),
        (
            (
                key,
                case,
                position,
                asset.ref,
                asset.kind,
                _at(people, asset.owner),
                asset.description,
                asset.certificate,
            )
            for case, story, own, people in zip(case_ids, stories, keys, parties, strict=True)
            for position, (key, asset) in enumerate(zip(own, story.assets, strict=True))
        ),
        [key for record in records for key in record.assets],
    )
    return keys


#: The columns of an act, in the order in which the two rows below give them.
_ACT_COLUMNS = (
    "id",
    "case_id",
    "seq",
    "ref",
    "type",
    "effective_on",
    "recorded_at",
    "recorded_by",
    "decision_number",
    "decision_date",
    "signer",
    "ground",
    "note",
    "whole",
    "asset_id",
    "data",
    "unit_id",
    "officer_id",
    "to_authority",
    "annuls_id",
    "voids_id",
    "field",
    "initiation",
)


def _copy_acts(
    plans: Sequence[StoryPlan],
    case_ids: list[int],
    assets: list[list[int]],
    register: Register,
    by: str,
    at: dt.datetime,
) -> list[list[int]]:
    """The opening (place 0) and every act of each story. Returns the keys by place."""
    keys = _keys(Act, [1 + len(plan.lawful.story.acts) for plan in plans])

    def rows() -> Iterator[tuple[Any, ...]]:
        for case, plan, own, things in zip(case_ids, plans, keys, assets, strict=True):
            story, record = plan.lawful.story, plan.record
            stamp = record.opening[1:] if record else (at, by)
            yield _opening_row(case, own, story, register, *stamp)
            for seq, act in enumerate(story.acts, 1):
                stamp = record.acts[seq - 1][1:] if record else (at, by)
                yield _act_row(case, own, seq, act, things, register, *stamp)

    ids = [s.id for plan in plans if plan.record for s in (plan.record.opening, *plan.record.acts)]
    _copy(Act, _ACT_COLUMNS, rows(), ids)
    return keys


def _opening_row(
    case: int, own: list[int], story: Story, register: Register, at: dt.datetime, by: str
) -> tuple[Any, ...]:
    given = {
        "id": own[OPENING],
        "case_id": case,
        "seq": OPENING,
        "type": _OPENING_TYPE[story.initiation],
        "effective_on": story.decision_date,
        "recorded_at": at,
        "recorded_by": by,
        "decision_number": story.decision_number,
        "decision_date": story.decision_date,
        "whole": True,
        "unit_id": register.unit_ids[story.unit],
        "officer_id": _officer_id(register, story.officer),
        "field": story.field,
        "initiation": story.initiation,
    }
    return tuple(given.get(column) for column in _ACT_COLUMNS)


def _act_row(
    case: int,
    own: list[int],
    seq: int,
    act: StoryAct,
    things: list[int],
    register: Register,
    at: dt.datetime,
    by: str,
) -> tuple[Any, ...]:
    return (
        own[seq],
        case,
        seq,
        act.ref,
        act.type.code,
        act.effective_on,
        at,
        by,
        act.decision_number,
        act.decision_date,
        act.signer,
        act.ground,
        act.note,
        act.lines is None,
        _at(things, act.asset),
        None if act.data is None else Jsonb(act.data),
        None if act.unit is None else register.unit_ids[act.unit],
        _officer_id(register, act.officer),
        act.to_authority,
        _at(own, act.annuls),
        _at(own, act.voids),
        act.field,
        act.initiation,
    )


def _officer_id(register: Register, code: str | None) -> int | None:
    return None if code is None else register.officer_ids[code]


def _copy_lines(stories: list[Story], acts: list[list[int]], obligations: list[list[int]]) -> None:
    copy_rows(
        ActLine,
        ("act_id", "position", "obligation_id", "amount"),
        (
            (own_acts[seq], position, own[index], amount)
            for story, own_acts, own in zip(stories, acts, obligations, strict=True)
            for seq, act in enumerate(story.acts, 1)
            for position, (index, amount) in enumerate(act.lines or ())
        ),
    )


def _copy(
    model: type[Party | Obligation | Asset | Act],
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    ids: list[uuid.UUID],
) -> None:
    """Write rows, under the public ids given or, without any, under new ones."""
    if ids:
        columns = (*columns, "public_id")
        rows = ((*row, key) for row, key in zip(rows, ids, strict=True))
    copy_rows(model, columns, rows)


def _opened_at(plan: StoryPlan, at: dt.datetime) -> dt.datetime:
    return plan.record.opening.recorded_at if plan.record else at


def _keys(model: type[Party | Obligation | Asset | Act], counts: list[int]) -> list[list[int]]:
    """Fresh keys, split as the counts say."""
    fresh = iter(next_ids(model, sum(counts)))
    return [[next(fresh) for _ in range(count)] for count in counts]


def _at(keys: list[int], index: int | None) -> int | None:
    return None if index is None else keys[index]
