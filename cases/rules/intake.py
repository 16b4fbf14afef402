"""Requests for enforcement: what one has to hold, by when it is answered, when it comes too late, and on what
ground it may be refused. Pure.

Steps are rows 2 to 5 and 7 of ``data/transitions.toml``, terms those of ``data/clocks.toml``. What a request
has to hold, and its terms, are read in the law of the day on which it was received; a step in the law of its
own day, as every act.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cases.rules.deadlines import Deadline, due
from cases.rules.requests import folded
from cases.rules.tables import Tables, Transition
from cases.rules.working_days import WorkingCalendar
from thads.common.errors import Conflict, Fault, Refused
from thads.common.labels import CodeList, Label

RECEIVED, INCOMPLETE, REGISTERED = "REQUEST_RECEIVED", "REQUEST_INCOMPLETE", "REQUEST_REGISTERED"
REFUSED, ACCEPTED = "REQUEST_REFUSED", "ACCEPTED"
#: What a request may have come to.
STATUSES: Final[CodeList] = {
    RECEIVED: Label("Đã nhận yêu cầu", "Received"),
    INCOMPLETE: Label("Đã đề nghị sửa đổi, bổ sung", "Incomplete, the requester was told"),
    REGISTERED: Label("Đã vào sổ nhận yêu cầu", "Complete, in the book of requests"),
    REFUSED: Label("Đã từ chối", "Refused"),
    ACCEPTED: Label("Đã ra quyết định thi hành án", "A case was opened on it"),
}
#: Those that still wait for a decision.
OPEN: Final = (RECEIVED, INCOMPLETE, REGISTERED)
#: How it came (D152 Đ9.1).
CHANNELS: Final[CodeList] = {
    "PORTAL": Label("Cổng Dịch vụ công quốc gia", "National public service portal"),
    "ONE_STOP": Label("Hệ thống một cửa của Bộ Tư pháp", "One-stop system of the Ministry of Justice"),
    "VNEID": Label("VNeID", "VNeID"),
    "DIRECT": Label("Nộp trực tiếp", "Handed in"),
    "ORAL": Label("Trình bày bằng lời nói, có biên bản", "Spoken, and taken down"),
    "POST": Label("Dịch vụ bưu chính", "Post"),
}
CREDITOR, DEBTOR = "CREDITOR", "DEBTOR"
REQUESTER_ROLES: Final[CodeList] = {
    CREDITOR: Label("Người được thi hành án", "Creditor"),
    DEBTOR: Label("Người phải thi hành án", "Debtor"),
    "OTHER": Label("Người khác có quyền yêu cầu", "Somebody else with the right to request"),
}
#: Why a request that came after its limitation may be taken all the same (D152 Đ3, 10.2).
LATE_GROUNDS: Final[CodeList] = {
    "EMERGENCY": Label("Tình trạng khẩn cấp", "State of emergency"),
    "OBSTACLE": Label("Trở ngại khách quan", "Objective obstacle"),
    "FORCE_MAJEURE": Label("Sự kiện bất khả kháng", "Force majeure"),
}

#: Rows of the table of moves.
INCOMPLETENESS, REGISTRATION, REFUSAL, OPENING = "3", "4", "5", "7"
#: The grounds of refusal that a rule has something to say about, by law.
_TIME_BARRED: Final = {"L2008": "c", "L2025": "d"}
_NO_DUTY: Final = {"L2025": "b"}
_DECIDED: Final = {"L2025": "đ"}
#: What may not be refused as creating no duty, though its creditor may not hold or control it (D152 Đ9.7).
NEVER_WITHOUT_DUTY: Final = frozenset({"DELIVER_PROPERTY", "DELIVER_LAND", "CHILD_HANDOVER", "VISITATION"})
_MUST_NOT_REFUSE: Final = "D152 Đ9.7"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a request: what of him is told."""

    role: str
    kind: str
    name: str
    id_number: str | None = None
    born_on: dt.date | None = None
    address: str | None = None
    phone: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """What a request says: its requester, the other people it names, and what is asked for. ``judgment``:
    whether the judgment is known and held.
    """

    requester: Person
    parties: Sequence[Person] = ()
    judgment: bool = False
    contents: str | None = None
    asset_info: str | None = None
    signed: bool = False


# --- What it has to hold ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Needed:
    """A field that a request has to hold, and by which article of each law; None where that law asks for no
    such thing. ``of`` says of whom it is asked.
    """

    name: str
    label: Label
    basis_l2008: str | None
    basis_l2025: str | None
    of: Callable[[Any], bool] = field(default=lambda one: True)

    def basis_in(self, regime: str) -> str | None:
        return self.basis_l2008 if regime == "L2008" else self.basis_l2025


_OLD, _NEW = "L08 Đ31.2", "D152 Đ9.2"
OF_REQUEST: Final = (
    Needed("judgment", Label("bản án, quyết định được thi hành", "the judgment"), _OLD, _NEW),
    Needed("contents", Label("nội dung yêu cầu", "what is asked for"), _OLD, _NEW),
    Needed(
        "asset_info",
        Label("thông tin về tài sản, điều kiện thi hành án", "what is known of assets and conditions"),
        _OLD,
        _NEW,
    ),
    Needed(
        "signed",
        Label("chữ ký, điểm chỉ, con dấu hoặc biểu mẫu điện tử", "signature, seal or electronic form"),
        _OLD,
        _NEW,
    ),
)
OF_A_PERSON: Final = (
    Needed("address", Label("địa chỉ", "the address"), _OLD, _NEW),
    Needed(
        "id_number",
        Label("số định danh, mã số tổ chức, doanh nghiệp", "the identity number of the person or body"),
        None,
        _NEW,
    ),
    Needed(
        "born_on",
        Label("ngày, tháng, năm sinh", "the date of birth"),
        None,
        _NEW,
        of=lambda one: one.kind == "PERSON",
    ),
    Needed("phone", Label("số điện thoại", "the telephone number"), None, _NEW),
    Needed(
        "account",
        Label("tài khoản của người được thi hành án", "the bank account of the creditor"),
        None,
        _NEW,
        of=lambda one: one.role == CREDITOR,
    ),
)
SIDES: Final = {
    CREDITOR: Needed("parties", Label("người được thi hành án", "the creditor"), _OLD, _NEW),
    DEBTOR: Needed("parties", Label("người phải thi hành án", "the debtor"), _OLD, _NEW),
}


def missing(filing: Filing, regime: str) -> list[Fault]:
    """What a request does not hold though the law it was received under asks for it, each by its pointer."""
    faults = [*_missing_of(filing, OF_REQUEST, "", regime)]
    faults += _missing_of(filing.requester, OF_A_PERSON, "", regime)
    named = {filing.requester.role, *(one.role for one in filing.parties)}
    faults += [_lacks(row, "/parties", regime) for role, row in SIDES.items() if role not in named]
    for place, one in enumerate(filing.parties):
        faults += _missing_of(one, OF_A_PERSON, f"/parties/{place}", regime)
    return faults


def _missing_of(one: object, rows: Collection[Needed], at: str, regime: str) -> Iterator[Fault]:
    for row in rows:
        if row.basis_in(regime) is not None and row.of(one) and not getattr(one, row.name):
            yield _lacks(row, f"{at}/{row.name}", regime)


def _lacks(row: Needed, pointer: str, regime: str) -> Fault:
    params = {"name": row.label.vi, "name_en": row.label.en}
    return Fault("REQUEST_FIELD_MISSING", pointer, params, row.basis_in(regime))


def fingerprint(filing: Filing, judgment: str | None, requested_on: dt.date) -> str:
    """Alike of two requests that are one received twice: the same requester, judgment (by its id), contents
    and day of request. A requester without a known number is told by name and address.
    """
    one = filing.requester
    who = one.id_number or f"{one.name}\n{one.address or ''}"
    parts = (folded(who), judgment or "", folded(filing.contents or ""), requested_on.isoformat())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# --- By when ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """By when a request is decided (K04; K05 as long as no judgment is held), and by when its requester is
    told what is missing (K03; the old law has no such term).
    """

    regime: str
    decide: Deadline
    notify: Deadline | None


def terms(
    received_on: dt.date, judgment_on: dt.date | None, tables: Tables, calendar: WorkingCalendar
) -> Terms:
    """The terms of a request received on this day; ``judgment_on`` is when its judgment is held, None while
    it is not.
    """
    regime = tables.regime_on(received_on)
    decide = tables.clock("K05", "", regime, received_on)
    trigger = received_on
    if judgment_on is not None:
        decide = tables.clock("K04", "", regime, received_on)
        if "REQUEST_AND_JUDGMENT_RECEIVED" in decide.starts:
            trigger = max(received_on, judgment_on)
    notify = tables.find_clock("K03", "", regime, received_on)
    return Terms(
        regime,
        due(decide, trigger, calendar),
        None if notify is None else due(notify, received_on, calendar),
    )


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day on which it may be requested. ``certain``: not when only the day of the judgment is known,
    which took effect on it or later.
    """

    last_day: dt.date
    certain: bool
    basis: str | None


def limitation(
    issued_on: dt.date,
    effective_on: dt.date | None,
    duty_due_on: dt.date | None,
    tables: Tables,
    calendar: WorkingCalendar,
) -> Limitation:
    """Until when a judgment may be enforced on request (K01): from its effect, or from the day on which the
    duty fell due where that is later.
    """
    start = max(effective_on or issued_on, duty_due_on or dt.date.min)
    clock = tables.clock("K01", "", tables.regime_on(start), start)
    # What lies before the calendar is over whatever its days off were.
    end = due(clock, max(start, dt.date(calendar.first_year, 1, 1)), calendar)
    certain = effective_on is not None or start == duty_due_on
    return Limitation(end.due_on, certain, clock.basis)


def check_limitation(requested_on: dt.date, limit: Limitation | None, late_ground: str | None) -> None:
    """Raises Refused for a request that comes after its limitation without a ground for being late; ``limit``
    is None where there is none, because a first request was returned (L25 Đ34.2, 38.4).
    """
    if limit is None or requested_on <= limit.last_day or late_ground is not None:
        return
    params = {"day": f"{limit.last_day:%d/%m/%Y}"}
    if not limit.certain:
        raise Refused(Fault("REQUEST_EFFECT_UNKNOWN", "/judgment", params, limit.basis))
    raise Refused(Fault("REQUEST_TIME_BARRED", "/requested_on", params, limit.basis))


# --- Steps --------------------------------------------------------------------------------------------------


def step(number: str, on: dt.date, tables: Tables) -> str | None:
    """The article of a step (by the number of its move) under the law of its day."""
    basis: str | None = tables.transitions[number].of_regime("basis", tables.regime_on(on))
    return basis


def check_step(number: str, status: str, tables: Tables, pointer: str = "/status") -> None:
    """Raises Conflict when a request of this status cannot take the step."""
    move = tables.transitions[number]
    if status in move.starts:
        return
    params = {
        "step": move.label,
        "step_en": move.label_en,
        "status": STATUSES[status].vi,
        "status_en": STATUSES[status].en,
        "could": _names(move, "vi"),
        "could_en": _names(move, "en"),
    }
    raise Conflict(Fault("REQUEST_STEP_WRONG", pointer, params, move.basis_l2025))


def _names(move: Transition, lang: str) -> str:
    return ", ".join(STATUSES[code].text(lang) for code in STATUSES if code in move.starts)


def check_day(on: dt.date, pointer: str, received_on: dt.date, today: dt.date) -> None:
    """Raises Refused for a step that lies in the future, or before the request came."""
    if on > today:
        raise Refused(Fault("DATE_IN_FUTURE", pointer, {"date": on.isoformat()}))
    if on < received_on:
        raise Refused(Fault("REQUEST_STEP_BEFORE_RECEIPT", pointer, {"date": f"{received_on:%d/%m/%Y}"}))


def check_incompleteness(on: dt.date, tables: Tables) -> None:
    """Raises Refused before the law that knows the notice of what is missing."""
    if step(INCOMPLETENESS, on, tables) is None:
        move = tables.transitions[INCOMPLETENESS]
        begin = tables.regimes["L2025"].valid_from
        params = {"begin": f"{begin:%d/%m/%Y}"}
        raise Refused(Fault("REQUEST_NOTICE_NO_BASIS", "/noted_on", params, move.basis_l2025))


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is known of a request that is to be refused. ``kinds``: what is asked for; ``returned``: a former
    request on the judgment was sent back; ``decided``: a case on it that was not sent back stands; ``limit``:
    its limitation, None without one or without a judgment; ``late_ground``: accepted for being late.
    """

    requested_on: dt.date
    kinds: Collection[str] = ()
    returned: bool = False
    decided: bool = False
    limit: Limitation | None = None
    late_ground: str | None = None


def check_refusal(ground: str, on: dt.date, about: Grounds, tables: Tables) -> None:
    """Raises Refused for a ground of the wrong law, for a request that may not be refused on it (D152 Đ9.7),
    and for a limitation that is not over.
    """
    regime = tables.regime_on(on)
    if not tables.ground_known("REFUSAL", ground, regime):
        letters = ", ".join(one.letter for one in tables.grounds_of("REFUSAL", regime))
        params: Mapping[str, Any] = {"ground": ground, "regime": regime, "known": letters}
        raise Refused(Fault("REQUEST_GROUND_UNKNOWN", "/ground", params, step(REFUSAL, on, tables)))
    if about.returned and ground == _TIME_BARRED[regime]:
        raise Refused(Fault("REQUEST_AGAIN_AFTER_RETURN", "/ground", {"ground": ground}, _MUST_NOT_REFUSE))
    if about.returned and not about.decided and ground == _DECIDED.get(regime):
        raise Refused(Fault("REQUEST_AGAIN_AFTER_RETURN", "/ground", {"ground": ground}, _MUST_NOT_REFUSE))
    if ground == _NO_DUTY.get(regime) and NEVER_WITHOUT_DUTY.intersection(about.kinds):
        raise Refused(Fault("REQUEST_MUST_NOT_BE_REFUSED", "/ground", {"ground": ground}, _MUST_NOT_REFUSE))
    if ground == _TIME_BARRED[regime]:
        _check_too_late(ground, about)


def _check_too_late(ground: str, about: Grounds) -> None:
    """Raises Refused when a request came in time, or was taken though it was late."""
    limit = about.limit
    if limit is None:
        return
    if about.late_ground is not None or about.requested_on <= limit.last_day:
        params = {"ground": ground, "day": f"{limit.last_day:%d/%m/%Y}"}
        raise Refused(Fault("REQUEST_NOT_TIME_BARRED", "/ground", params, limit.basis))
