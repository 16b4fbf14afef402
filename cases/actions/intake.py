"""Requests for enforcement: received, completed, told what is missing, entered in the book, refused, and
accepted by the case that is opened on one.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Max, QuerySet

from cases.actions.external_ids import bearer, set_keys
from cases.actions.parties import SEALED
from cases.models import Case, EnforcementRequest, Judgment
from cases.querysets.former import ended_on
from cases.querysets.signers import Signatories
from cases.rules import intake, requests
from cases.rules.external_ids import Key
from cases.rules.intake import ACCEPTED, DEBTOR, INCOMPLETE, REFUSED, REGISTERED, Filing, Person
from cases.rules.requests import Content, Side, folded
from cases.rules.signers import Desk, competent, for_act, in_force, refusal, signer_of
from cases.rules.story import Story
from cases.rules.tables import tables
from cases.rules.values import shown
from cases.rules.working_days import vietnam
from officers.models import Unit
from thads.common import sealing, versions
from thads.common.errors import Conflict, Fault, NotVisible, Refused
from thads.common.periods import fiscal_year_of
from thads.journal.noting import noted

_MISSING: Final = Fault("REQUEST_NOT_FOUND", params={"enforcementrequest": ""})
#: Names those who take a number among the advisory locks; any number that nobody else uses.
_NUMBERING: Final = 1_919_249_774
#: Of these the log is told only that they changed.
PRIVATE: Final = frozenset(
    {"requester", "address", "born_on", *SEALED.values(), "parties_sealed", "contents", "asset_info"}
    | {"defects", "late_proof"}
)
#: Columns that follow from the others, and are nobody's news.
_DERIVED: Final = frozenset({"regime", "rules", "fingerprint", "receipt_year", "book_year"})
_RETURNED: Final = "REQUEST_RETURNED"
_ON_REQUEST: Final = "ON_REQUEST"
_NOTICE: Final = "REQUEST_REFUSAL_NOTICE"

# --- Received and completed ---------------------------------------------------------------------------------


def receive_request(
    *, values: Mapping[str, Any], unit: Unit, keys: Collection[Key], by: str, today: dt.date
) -> EnforcementRequest:
    """Receive a request for ``unit``, by field in clear, and give it the number of its slip. Needs a
    transaction.

    Raises Refused for days that cannot be, Conflict when the unit has received the same request already.
    """
    received_on = values.get("received_on", today)
    row = EnforcementRequest(
        **{"received_on": received_on, "requested_on": received_on, **_columns(values)}, unit=unit
    )
    _check_days(row, today)
    _derive(row)
    _refuse_twice(row)
    row.receipt_year = fiscal_year_of(received_on)
    row.receipt_number = _next_number(row, "receipt_number", receipt_year=row.receipt_year)
    at = versions.now([unit.pk])
    changes = versions.create(row, at=at, taken=_twice())
    changes |= _keyed(row, keys, by, at)
    _told(row, "received", changes, by, receipt_number=row.receipt_number)
    return row


def change_request(
    *,
    rows: QuerySet[EnforcementRequest],
    values: Mapping[str, Any],
    keys: Collection[Key] | None,
    check: versions.Check,
    by: str,
    today: dt.date,
) -> EnforcementRequest:
    """Complete or correct the one request of ``rows``; what is in the book stays complete. ``keys`` None
    leaves those of other systems as they are. Needs a transaction.

    Raises Conflict when it was refused or accepted, or would become one that stands; Refused when something
    would be missing of one in the book, or it would be time-barred.
    """
    row = versions.locked(rows, _MISSING)
    columns = _columns(values)
    check(row, columns)
    changes: versions.Changes = {}
    changed = versions.differences(row, columns)
    at = versions.now([row.unit_id])
    if changed:
        changes = versions.change(row, columns | _after(row, columns, today), at=at, taken=_twice())
    keyed = {} if keys is None else _keyed(row, keys, by, at)
    if keyed and not changes:
        row.version += 1
        row.modified_at = at
        row.save(update_fields=["version", "modified_at"])
    if changes or keyed:
        _told(row, "changed", changes | keyed, by)
    return row


def request_known_as(*, key: Key, visible: QuerySet[EnforcementRequest]) -> EnforcementRequest | None:
    """The request that bears ``key``; None when none does. Raises Conflict when one does that is not among
    ``visible``: nothing else is told of it.
    """
    found = bearer(noun="request", key=key)
    if found is None:
        return None
    row = visible.filter(pk=found).first()
    if row is None:
        raise Conflict(Fault("EXTERNAL_ID_TAKEN", params={"key": str(key)}))
    return row


def _after(row: EnforcementRequest, columns: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """What follows from a change of the locked row. Raises as ``change_request`` does."""
    if row.status in (REFUSED, ACCEPTED):
        raise Conflict(Fault("REQUEST_DECIDED", "/status", _status_words(row)))
    then = copy.copy(row)
    for name, value in columns.items():
        setattr(then, name, value)
    _check_days(then, today)
    _derive(then)
    _refuse_twice(then)
    if row.status == REGISTERED:
        _check_complete(then)
        intake.check_limitation(then.requested_on, _limit(then), then.late_ground)
    return {name: getattr(then, name) for name in ("decide_by", "notify_by", "rules", "fingerprint")}


# --- Steps --------------------------------------------------------------------------------------------------


def note_incompleteness(
    *,
    rows: QuerySet[EnforcementRequest],
    defects: Collection[str],
    noted_on: dt.date | None,
    check: versions.Check,
    by: str,
    today: dt.date,
) -> EnforcementRequest:
    """Keep that the requester of the one request of ``rows`` was told what is missing (D152 Đ9.6). Needs a
    transaction. Raises Conflict when it is not one just received, Refused before the law that knows it.
    """
    row, on = _to_step(rows, intake.INCOMPLETENESS, noted_on, "/noted_on", check, today)
    intake.check_incompleteness(on, tables())
    values = {"status": INCOMPLETE, "defects": list(defects), "defects_noted_on": on}
    return _stepped(row, "incomplete", values, by)


def register_request(
    *,
    rows: QuerySet[EnforcementRequest],
    registered_on: dt.date | None,
    late_ground: str | None,
    late_proof: str | None,
    named_units: Collection[int],
    check: versions.Check,
    by: str,
    today: dt.date,
) -> EnforcementRequest:
    """Enter the one request of ``rows`` in the book of requests. ``late_ground`` with its proof takes one
    that came after the limitation (D152 Đ10.2). Former cases are named where one of ``named_units`` has
    them. Needs a transaction.

    Raises Conflict when it cannot take the step, Refused with everything that is missing, for one that came
    too late, and for what may never be requested again.
    """
    row, on = _to_step(rows, intake.REGISTRATION, registered_on, "/registered_on", check, today)
    _check_complete(row)
    if (late_ground is None) != (late_proof is None):
        raise Refused(Fault("REQUEST_LATE_NEEDS_PROOF", "/late_proof" if late_ground else "/late_ground"))
    intake.check_limitation(row.requested_on, _limit(row), late_ground)
    _refuse_barred(row, named_units)
    year = fiscal_year_of(on)
    values = {
        "status": REGISTERED,
        "registered_on": on,
        "book_year": year,
        "book_number": _next_number(row, "book_number", book_year=year),
        "late_ground": late_ground,
        "late_proof": late_proof,
    }
    return _stepped(row, "registered", values, by)


def refuse_request(
    *,
    rows: QuerySet[EnforcementRequest],
    ground: str,
    signer: str,
    decision_number: str,
    decision_date: dt.date | None,
    check: versions.Check,
    by: str,
    today: dt.date,
) -> EnforcementRequest:
    """Refuse the one request of ``rows`` by a notice of the head (L25 Đ34.4; L08 Đ31.5). Needs a transaction.

    Raises Conflict once it was refused or a case was opened on it; Refused for a ground that does not hold,
    and for a signer (by code) without competence.
    """
    row, on = _to_step(rows, intake.REFUSAL, decision_date, "/decision_date", check, today)
    returned, decided = _former(row)
    about = intake.Grounds(
        requested_on=row.requested_on,
        kinds=row.kinds,
        returned=returned,
        decided=decided,
        limit=_limit(row),
        late_ground=row.late_ground,
    )
    intake.check_refusal(ground, on, about, tables())
    _check_signer(signer, on, row.unit)
    values = {
        "status": REFUSED,
        "refusal_ground": ground,
        "refusal_number": decision_number,
        "refused_on": on,
        "refusal_signer": signer,
    }
    return _stepped(row, "refused", values, by)


def _to_step(
    rows: QuerySet[EnforcementRequest],
    number: str,
    on: dt.date | None,
    pointer: str,
    check: versions.Check,
    today: dt.date,
) -> tuple[EnforcementRequest, dt.date]:
    """The one request of ``rows``, locked, and the day of the step. Raises when it cannot take it then."""
    row = versions.locked(rows, _MISSING)
    check(row, {})
    intake.check_step(number, row.status, tables())
    day = on or today
    intake.check_day(day, pointer, row.received_on, today)
    return row, day


def _stepped(row: EnforcementRequest, verb: str, values: Mapping[str, Any], by: str) -> EnforcementRequest:
    at = versions.now([row.unit_id])
    changes = versions.change(row, values, at=at, taken=_MISSING)
    _told(row, verb, changes, by)
    return row


# --- A case opened on it ------------------------------------------------------------------------------------


def request_of(raw: object) -> tuple[object, UUID | None]:
    """The story of a case to be opened without the request it names, and the id of that. Raises NotVisible
    for what is no id.
    """
    if not isinstance(raw, Mapping) or "request" not in raw:
        return raw, None
    story = {name: value for name, value in raw.items() if name != "request"}
    try:
        return story, UUID(str(raw["request"]))
    except ValueError:
        raise _not_found(raw["request"]) from None


def request_to_open(
    *, visible: QuerySet[EnforcementRequest], public_id: UUID, story: Story
) -> EnforcementRequest:
    """The request on which the case of ``story`` is opened, locked. Needs a transaction.

    Raises NotVisible when there is none, Conflict unless it waits in the book for its decision, and Refused
    when the story is not what it asks for.
    """
    rows = visible.filter(public_id=public_id)
    row = rows.select_related("judgment").select_for_update(of=("self",), no_key=True).first()
    if row is None:
        raise _not_found(public_id)
    intake.check_step(intake.OPENING, row.status, tables(), "/request")
    judgment = row.judgment
    assert judgment is not None, "what is in the book has its judgment"
    faults = []
    if story.initiation != _ON_REQUEST:
        faults.append(Fault("REQUEST_OPENS_ON_REQUEST", "/case/initiation"))
    one = story.judgment
    asked = (folded(judgment.number), judgment.issued_on, folded(judgment.issuer))
    if asked != (folded(one.number), one.issued_on, folded(one.issuer)):
        params = {"number": judgment.number, "date": f"{judgment.issued_on:%d/%m/%Y}"}
        faults.append(Fault("REQUEST_OTHER_JUDGMENT", "/case/judgment", params))
    if story.decision_date < row.received_on:
        params = {"date": f"{row.received_on:%d/%m/%Y}"}
        faults.append(Fault("REQUEST_STEP_BEFORE_RECEIPT", "/case/decision_date", params))
    if faults:
        raise Refused(faults)
    return row


def accept_request(*, row: EnforcementRequest, case_id: int, by: str) -> None:
    """Keep that the case of this key was opened on the locked request, in the transaction that opens it."""
    values = {"status": ACCEPTED, "case": Case.objects.get(pk=case_id)}
    _stepped(row, "accepted", values, by)


def _not_found(address: object) -> NotVisible:
    return NotVisible(Fault("REQUEST_NOT_FOUND", "/request", {"enforcementrequest": shown(address)}))


# --- What is asked before -----------------------------------------------------------------------------------


def _check_days(row: EnforcementRequest, today: dt.date) -> None:
    faults = [
        Fault("DATE_IN_FUTURE", f"/{name}", {"date": day.isoformat()})
        for name in ("received_on", "born_on")
        if (day := getattr(row, name)) is not None and day > today
    ]
    if row.requested_on > row.received_on:
        faults.append(Fault("REQUEST_AFTER_RECEIPT", "/requested_on"))
    begin = min(law.valid_from for law in tables().regimes.values() if law.valid_from is not None)
    if row.received_on < begin:
        params = {"begin": f"{begin:%d/%m/%Y}"}
        faults.append(Fault("REQUEST_BEFORE_LAW", "/received_on", params))
    if faults:
        raise Refused(faults)


def _refuse_twice(row: EnforcementRequest) -> None:
    """Raises Conflict naming the first when the unit has received the same request already."""
    same = EnforcementRequest.objects.standing().filter(unit=row.unit_id, fingerprint=row.fingerprint)
    found = same.exclude(status=REFUSED).exclude(pk=row.pk or 0).first()
    if found is not None:
        raise Conflict(_twice(found))


def _twice(found: EnforcementRequest | None = None) -> Fault:
    named = {"number": "–", "date": "–", "id": ""}
    if found is not None:
        named = {
            "number": str(found),
            "date": f"{found.received_on:%d/%m/%Y}",
            "id": str(found.public_id),
        }
    return Fault("REQUEST_EXISTS", "", named)


def _check_complete(row: EnforcementRequest) -> None:
    faults = intake.missing(filing_of(row), row.regime)
    if faults:
        raise Refused(faults, code="REQUEST_NOT_COMPLETE")


def _of_same_judgment(judgment: Judgment) -> QuerySet[Case]:
    return Case.objects.filter(
        judgment__number=judgment.number,
        judgment__issued_on=judgment.issued_on,
        judgment__issuer=judgment.issuer,
    )


def _former(row: EnforcementRequest) -> tuple[bool, bool]:
    """Whether a former request on the judgment was sent back, and whether another case on it stands."""
    if row.judgment is None:
        return False, False
    cases = _of_same_judgment(row.judgment).filter(initiation=_ON_REQUEST)
    return cases.filter(status=_RETURNED).exists(), cases.exclude(status=_RETURNED).exists()


def _limit(row: EnforcementRequest) -> intake.Limitation | None:
    """Until when it could be requested; None without a judgment, and after a former request was sent back."""
    if row.judgment is None or _former(row)[0]:
        return None
    judgment = row.judgment
    return intake.limitation(judgment.issued_on, judgment.effective_on, row.duty_due_on, tables(), vietnam())


def _refuse_barred(row: EnforcementRequest, named_units: Collection[int]) -> None:
    """Raises Refused for each kind asked for that was ended for good between the same people (L25 Đ48.4)."""
    judgment, law, filing = row.judgment, tables(), filing_of(row)
    if judgment is None or not row.kinds:
        return
    people = [filing.requester, *filing.parties]
    debtors = [_side(one) for one in people if one.role == DEBTOR]
    creditors = [_side(one) for one in people if one.role == intake.CREDITOR]
    faults = []
    for former in ended_on(judgment.number, judgment.issued_on, judgment.issuer, law):
        named = f" ({former.decision_number}, {former.decision_date:%d/%m/%Y})"
        for place, kind in enumerate(row.kinds):
            asked = [Content(kind, debtor, creditor) for debtor in debtors for creditor in creditors]
            if requests.barred(asked, former.ended):
                name = named if former.unit_id in named_units else ""
                fault = requests.refusal(place, name, row.regime, law)
                faults.append(Fault(fault.code, f"/kinds/{place}", fault.params, fault.legal_basis))
    if faults:
        raise Refused(faults, code=requests.BARRED)


def _side(one: Person) -> Side:
    return Side(one.name, None if one.id_number is None else sealing.seal(one.id_number))


def _check_signer(code: str, on: dt.date, unit: Unit) -> None:
    """Raises Refused unless the officer may sign the refusal on that day; who is no officer is refused
    alike.
    """
    law, people, act_type = tables(), Signatories(), tables().act_types[_NOTICE]
    desk = Desk.of(on, unit.code, None, people.places, law)
    signer = signer_of(act_type, None, law)
    own = in_force(people.of(code) or (), on, people.places)
    if any(one.officer == code for one in for_act(competent(signer, own, desk, law), act_type)):
        return
    others = in_force(people.over(desk.units), on, people.places)
    could = for_act(competent(signer, others, desk, law), act_type)
    raise Refused(refusal(code, act_type, signer, could, desk, law))


# --- Columns ------------------------------------------------------------------------------------------------


def filing_of(row: EnforcementRequest) -> Filing:
    """What the request says, in clear."""
    clear = {name: _unsealed(getattr(row, column)) for name, column in SEALED.items()}
    requester = Person(
        row.requester_role,
        row.requester_kind,
        row.requester,
        born_on=row.born_on,
        address=row.address,
        **clear,
    )
    return Filing(
        requester,
        tuple(people_of(row.parties_sealed)),
        judgment=row.judgment_id is not None,
        contents=row.contents,
        asset_info=row.asset_info,
        signed=row.signed,
    )


def terms_of(row: EnforcementRequest) -> intake.Terms:
    """The terms of the request. A judgment that came with a case, of whose receipt nothing is known, was held
    when the request came.
    """
    judgment = row.judgment
    held = None if judgment is None else judgment.received_on or row.received_on
    return intake.terms(row.received_on, held, tables(), vietnam())


def people_of(sealed: bytes | memoryview | None) -> list[Person]:
    """The people whom a request names beside its requester, in clear."""
    clear = _unsealed(sealed)
    return [] if clear is None else [_person(one) for one in orjson.loads(clear)]


def _person(told: Mapping[str, Any]) -> Person:
    born_on = told.get("born_on")
    return Person(**{**told, "born_on": None if born_on is None else dt.date.fromisoformat(born_on)})


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields in clear as they are kept."""
    found = dict(values)
    for name, column in SEALED.items():
        if name in found:
            value = found.pop(name)
            found[column] = None if value is None else sealing.seal(value)
    if "parties" in found:
        people = found.pop("parties")
        told = [{name: value for name, value in one.items() if value is not None} for one in people]
        found["parties_sealed"] = sealing.seal(orjson.dumps(told).decode()) if told else None
    return found


def _derive(row: EnforcementRequest) -> None:
    """Set what follows from the other columns: law, terms, and what tells the request from others."""
    terms = terms_of(row)
    row.regime, row.decide_by = terms.regime, terms.decide.due_on
    row.notify_by = None if terms.notify is None else terms.notify.due_on
    row.rules = tables().version
    judgment = None if row.judgment is None else str(row.judgment.public_id)
    row.fingerprint = intake.fingerprint(filing_of(row), judgment, row.requested_on)


def _next_number(row: EnforcementRequest, name: str, **year: int) -> int:
    """The next number of the unit in this year; whoever asks for one meanwhile waits for the end of this
    transaction, so that none is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBERING, row.unit_id])
    taken = EnforcementRequest.objects.filter(unit=row.unit_id, **year)
    return int(taken.aggregate(last=Max(name))["last"] or 0) + 1


def _unsealed(sealed: bytes | memoryview | None) -> str | None:
    return None if sealed is None else sealing.unseal(bytes(sealed))


def _keyed(
    row: EnforcementRequest, keys: Collection[Key], by: str, at: dt.datetime
) -> dict[str, tuple[Any, Any]]:
    written = set_keys(noun="request", row_id=row.pk, keys=keys, by=by, at=at)
    return {} if written is None else {"external_ids": written}


def _status_words(row: EnforcementRequest) -> dict[str, str]:
    name = intake.STATUSES[row.status]
    return {"status": name.vi, "status_en": name.en}


def _told(row: EnforcementRequest, verb: str, changes: Mapping[str, Any], by: str, **data: Any) -> None:
    news = {name: change for name, change in changes.items() if name not in _DERIVED}
    noted(
        row,
        verb,
        changes=news,
        by=by,
        unit_id=row.unit_id,
        private=PRIVATE,
        kind="request",
        status=row.status,
        **data,
    )
