"""Reading a case story: the interchange format of a case with everything that happened to it.

``parse`` checks the shape (keys, codes, dates, money, references) and gives back a ``Story`` and warnings;
what the acts do to each other is the fold's business. Pure: the codes that are known and today's date come in
as arguments. Every fault carries a JSON pointer into the story.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from cases.rules.clock_words import FACTS
from cases.rules.life import Duty, Holder, Life, LifeAct, Passing
from cases.rules.tables import CONCLUSIONS, ActType, Tables
from cases.rules.values import MAX_CODE, MAX_DATA_DEPTH, MAX_FAULTS, ValueReader, composed, keepable, shown
from thads.common.errors import Fault, Refused

_OFFICER: Final = re.compile(r"(?P<unit>[A-Z0-9][A-Z0-9.]*)\.\d{2,3}", re.ASCII)
#: How many acts times lines a fold takes on.
MAX_STEPS: Final = 500_000

_STORY_KEYS = frozenset({"case", "parties", "obligations", "assets", "acts"})
_CASE_KEYS = frozenset(
    {"decision_number", "decision_date", "initiation", "unit", "officer", "field", "tags", "judgment"}
)
_JUDGMENT_KEYS = frozenset({"number", "issued_on", "effective_on", "issuer", "instrument_type"})
_PARTY_KEYS = frozenset({"ref", "role", "kind", "name", "id_number", "address"})
_OBLIGATION_KEYS = frozenset({"ref", "kind", "debtor", "creditor", "amount", "description"})
_ASSET_KEYS = frozenset({"ref", "kind", "owner", "description", "certificate"})
_LINE_KEYS = frozenset({"obligation", "amount"})
_ACT_COMMON = frozenset(
    {
        "ref",
        "type",
        "effective_on",
        "decision_number",
        "decision_date",
        "signer",
        "ground",
        "note",
        "lines",
        "asset",
        "data",
    }
)  # fmt: skip
#: Keys that only acts of this effect take.
_ACT_EXTRA: Final = {
    "REASSIGN": frozenset({"unit", "officer"}),
    "RECLASSIFY": frozenset({"field", "initiation"}),
    "ANNUL": frozenset({"annuls"}),
    "CORRECT": frozenset({"voids"}),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """The codes a story may name: known units and officers, and the tables of the law."""

    units: Collection[str]
    officers: Collection[str]
    tables: Tables
    #: Officers that exist where the caller may not look: to him they are unknown, and he cannot create them.
    hidden_officers: Collection[str] = frozenset()
    #: Whether a story may bring an officer with it who is not known yet: a register brought in may, live work
    #: may not.
    creates_officers: bool = True


class Judgment(NamedTuple):
    """The enforceable instrument a case rests on."""

    number: str
    issued_on: dt.date
    effective_on: dt.date | None
    issuer: str
    instrument_type: str | None


class Party(NamedTuple):
    ref: str
    role: str
    kind: str
    name: str
    id_number: str | None
    address: str | None


class Obligation(NamedTuple):
    """One line of duty. ``amount`` in đồng, None without money; debtor and creditor index the parties."""

    ref: str
    kind: str
    debtor: int | None
    creditor: int | None
    amount: int | None
    description: str | None


class Asset(NamedTuple):
    ref: str
    kind: str
    owner: int | None
    description: str | None
    certificate: str | None


class StoryAct(NamedTuple):
    """An act as written. ``lines`` are (index of obligation, amount in đồng), None where the story leaves
    them out.
    """

    ref: str | None
    type: ActType
    effective_on: dt.date
    decision_number: str | None
    decision_date: dt.date | None
    signer: str | None
    ground: str | None
    note: str | None
    lines: tuple[tuple[int, int | None], ...] | None
    asset: int | None
    data: Mapping[str, Any] | None
    unit: str | None
    officer: str | None
    to_authority: str | None
    annuls: int | None
    voids: int | None
    relief: int | None
    field: str | None
    initiation: str | None
    passing: Passing | None = None

    def life_act(
        self,
        seq: int,
        holder: Callable[[str, str | None], Holder] = Holder,
        recorded_at: dt.datetime | None = None,
    ) -> LifeAct:
        """What the fold needs of the act at place ``seq``; ``holder`` as in ``Story.life``."""
        return LifeAct(
            seq,
            self.type,
            self.effective_on,
            self.lines,
            self.ground,
            holder(self.unit, self.officer) if self.unit is not None else None,
            self.annuls,
            self.voids,
            self.relief,
            self.field,
            self.initiation,
            recorded_at,
            conclusion_of(self.type.code, self.data),
            self.passing,
        )


@dataclass(frozen=True, slots=True)
class Story:
    """A case with everything that happened to it, checked but not yet folded."""

    decision_number: str
    decision_date: dt.date
    initiation: str
    unit: str
    officer: str | None
    field: str
    tags: tuple[str, ...]
    judgment: Judgment
    parties: tuple[Party, ...]
    obligations: tuple[Obligation, ...]
    assets: tuple[Asset, ...]
    acts: tuple[StoryAct, ...]
    new_officers: tuple[str, ...] = ()

    def life(
        self,
        tables: Tables,
        holder: Callable[[str, str | None], Holder] = Holder,
        recorded_at: dt.datetime | None = None,
    ) -> Life:
        """The life the fold reads; ``holder`` turns unit and officer codes into what the caller counts by."""
        kinds = tables.obligation_kinds
        life = Life(
            self.decision_date,
            self.initiation,
            self.field,
            holder(self.unit, self.officer),
            tuple(Duty.of(kinds[o.kind], o.amount) for o in self.obligations),
            tuple(act.life_act(seq, holder, recorded_at) for seq, act in enumerate(self.acts, 1)),
            recorded_at,
        )
        if all(act.passing is None for act in self.acts):
            return life
        return with_sides(
            life, [(o.debtor, o.creditor) for o in self.obligations], [party.role for party in self.parties]
        )

    def holders(self) -> list[tuple[str, str | None]]:
        """Unit and officer (codes) of everybody who ever held the case, the first at the opening."""
        given = [(act.unit, act.officer) for act in self.acts if act.unit is not None]
        return [(self.unit, self.officer), *given]


#: The act that may name, in its data, the relief it follows, and then moves nothing.
NAMES_RELIEF: Final = "TERMINATION_DECISION"


def named_relief(act_type: str, data: Mapping[str, Any] | None) -> str | None:
    """The reference by which an act names the relief it follows; read alike wherever an act comes from."""
    relief = data.get("relief") if data and act_type == NAMES_RELIEF else None
    return composed(relief) if isinstance(relief, str) else None


#: The act that passes a right or duty on, from whom to whom in its data.
PASSES_ON: Final = "TRANSFER_DECISION"
#: What its data name: parties, and why (L25 Đ41.4).
PASSED_BETWEEN: Final = ("from", "to")
SUCCESSION_REASONS: Final = ("DEATH", "MERGER", "DIVISION", "ASSIGNMENT", "DEBT_TRANSFER", "OTHER")


def passing_of(act_type: str, data: Mapping[str, Any] | None, places: Mapping[str, int]) -> Passing | None:
    """From whom to whom an act passes rights or duties on, by the places of the parties it names; read alike
    wherever an act comes from.
    """
    if not data or act_type != PASSES_ON:
        return None
    named = [data.get(key) for key in PASSED_BETWEEN]
    found = [places.get(composed(name)) for name in named if isinstance(name, str)]
    source, target = found if len(found) == len(named) else (None, None)
    return None if source is None or target is None else Passing(source, target)


def with_sides(life: Life, sides: Sequence[tuple[int | None, int | None]], roles: Sequence[str]) -> Life:
    """The same life knowing who its parties are (by role) and who of them was decided to owe and be owed
    each line (by place).
    """
    duties = zip(life.duties, sides, strict=True)
    return replace(
        life,
        duties=tuple(replace(duty, debtor=debtor, creditor=creditor) for duty, (debtor, creditor) in duties),
        roles=tuple(roles),
    )


#: The act that records a fact which a clock of the law knows, in its data.
FACT_NOTED: Final = "FACT_NOTED"
#: The act that may say, in its data, what it came to.
CONCLUDES: Final = "VERIFICATION"


def conclusion_of(act_type: str, data: Mapping[str, Any] | None) -> str | None:
    """What a verification came to (``CONCLUSIONS``), where it says so; read alike wherever an act comes
    from.
    """
    conclusion = data.get("conclusion") if data and act_type == CONCLUDES else None
    return conclusion if conclusion in CONCLUSIONS else None


@dataclass(frozen=True, slots=True)
class Refs:
    """What a story's references point to: the index of a party, obligation or asset, the place of an act."""

    parties: dict[str, int]
    obligations: dict[str, int]
    assets: dict[str, int]
    acts: dict[str, int]


def parse_act(
    raw: object,
    reference: Reference,
    today: dt.date,
    *,
    refs: Refs,
    opened_on: dt.date,
    told: Mapping[str, dt.date],
) -> tuple[StoryAct, list[Fault]]:
    """Read one more act of a case that stands. Pointers start at the act itself.

    ``refs`` is what the case's parts are called, ``told`` the first date of each type of act it has. Returns
    the act with its warnings; raises Refused with every fault found.
    """
    reader = _Reader(reference, today, refs)
    return reader.one_act(raw, opened_on, told)


def parse(raw: object, reference: Reference, today: dt.date) -> tuple[Story, list[Fault]]:
    """Read one story. Returns it with its warnings; raises Refused with every fault found."""
    return _Reader(reference, today).story(raw)


class _Reader(ValueReader):
    """One reading. Faults are collected, so that one pass names everything that is wrong."""

    __slots__ = ("_tables", "new_officers", "opened_on", "reference", "refs", "today", "warnings")

    def __init__(self, reference: Reference, today: dt.date, refs: Refs | None = None) -> None:
        super().__init__()
        self.reference, self.today = reference, today
        self._tables = reference.tables
        self.warnings: list[Fault] = []
        self.new_officers: list[str] = []
        self.refs = refs or Refs({}, {}, {}, {})
        self.opened_on: dt.date | None = None

    def story(self, raw: object) -> tuple[Story, list[Fault]]:
        body = self._object(raw, "", _STORY_KEYS)
        if body is None:
            raise Refused(self.faults)
        header = self._case(body.get("case"))
        parties = self._each(body, "parties", self._party)
        obligations = self._each(body, "obligations", self._obligation)
        if not obligations and "obligations" not in {f.pointer.strip("/").split("/")[0] for f in self.faults}:
            self._fault("OBLIGATIONS_MISSING", "/obligations")
        assets = self._each(body, "assets", self._asset)
        self._name_acts(body.get("acts"))
        acts = self._each(body, "acts", self.act)
        if len(acts) * len(obligations) > MAX_STEPS:
            self._fault("STORY_TOO_LARGE", "/acts", limit=MAX_STEPS)
        if self.faults or header is None:
            raise Refused(self.faults)
        self._warn_about(header, obligations)
        self._warn_about_order(acts)
        return (
            Story(
                **header,
                parties=tuple(parties),
                obligations=tuple(obligations),
                assets=tuple(assets),
                acts=tuple(acts),
                new_officers=tuple(dict.fromkeys(self.new_officers)),
            ),
            self.warnings[:MAX_FAULTS],
        )

    def one_act(
        self, raw: object, opened_on: dt.date, told: Mapping[str, dt.date]
    ) -> tuple[StoryAct, list[Fault]]:
        self.opened_on = opened_on
        act = self.act(raw, "")
        if act is not None and act.ref in self.refs.acts:
            self._fault("REF_TWICE", "/ref", ref=act.ref)
        if self.faults or act is None:
            raise Refused(self.faults)
        self._warn_about_prerequisites(act, "", told)
        return act, self.warnings

    # The parts of a story.

    def _case(self, raw: object) -> dict[str, Any] | None:
        body = self._object(raw, "/case", _CASE_KEYS)
        if body is None:
            return None
        tables = self._tables
        self.opened_on = self._date(body, "/case", "decision_date", required=True)
        if self.opened_on and self.opened_on > self.today:
            self._fault("DATE_IN_FUTURE", "/case/decision_date", date=self.opened_on.isoformat())
        unit = self._unit(body, "/case")
        return {
            "decision_number": self._text(body, "/case", "decision_number", required=True, limit=MAX_CODE),
            "decision_date": self.opened_on,
            "initiation": self._code(body, "/case", "initiation", tables.initiations, required=True),
            "unit": unit,
            "officer": self._officer(body, "/case", unit),
            "field": self._code(body, "/case", "field", tables.case_fields, required=True),
            "tags": self._tags(body.get("tags")),
            "judgment": self._judgment(body.get("judgment")),
        }

    def _tags(self, raw: object) -> tuple[str, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list):
            self._fault("NOT_A_LIST", "/case/tags")
            return ()
        for place, tag in enumerate(raw):
            if not isinstance(tag, str) or tag not in self._tables.themes:
                self._fault("CODE_UNKNOWN", f"/case/tags/{place}", field="tags", code=shown(tag))
        return tuple(dict.fromkeys(tag for tag in raw if isinstance(tag, str)))

    def _judgment(self, raw: object) -> Judgment | None:
        at = "/case/judgment"
        body = self._object(raw, at, _JUDGMENT_KEYS)
        if body is None:
            return None
        number = self._text(body, at, "number", required=True, limit=MAX_CODE)
        issued_on = self._date(body, at, "issued_on", required=True)
        effective_on = self._date(body, at, "effective_on")
        issuer = self._text(body, at, "issuer", required=True, limit=MAX_CODE)
        kind = self._code(body, at, "instrument_type", self._tables.instruments)
        if issued_on and issued_on > self.today:
            self._fault("DATE_IN_FUTURE", f"{at}/issued_on", date=issued_on.isoformat())
        if number is None or issued_on is None or issuer is None:
            return None
        return Judgment(number, issued_on, effective_on, issuer, kind)

    def _party(self, raw: object, at: str) -> Party | None:
        body = self._object(raw, at, _PARTY_KEYS)
        if body is None:
            return None
        ref = self._ref(body, at, self.refs.parties)
        role = self._code(body, at, "role", self._tables.party_roles, required=True)
        kind = self._code(body, at, "kind", self._tables.party_kinds, required=True)
        name = self._text(body, at, "name", required=True)
        id_number = self._text(body, at, "id_number", limit=MAX_CODE)
        address = self._text(body, at, "address")
        if ref is None or role is None or kind is None or name is None:
            return None
        return Party(ref, role, kind, name, id_number, address)

    def _obligation(self, raw: object, at: str) -> Obligation | None:
        body = self._object(raw, at, _OBLIGATION_KEYS)
        if body is None:
            return None
        ref = self._ref(body, at, self.refs.obligations)
        code = self._code(body, at, "kind", self._tables.obligation_kinds, required=True)
        debtor = self._reference(body, at, "debtor", self.refs.parties)
        creditor = self._reference(body, at, "creditor", self.refs.parties)
        amount = self._money(body, at)
        description = self._text(body, at, "description")
        if (
            code is not None
            and "amount" not in body
            and self._tables.obligation_kinds[code].money == "required"
        ):
            self._fault(
                "OBLIGATION_AMOUNT_MISSING", at, kind=code, basis=self._tables.obligation_kinds[code].basis
            )
        if ref is None or code is None:
            return None
        return Obligation(ref, code, debtor, creditor, amount, description)

    def _asset(self, raw: object, at: str) -> Asset | None:
        body = self._object(raw, at, _ASSET_KEYS)
        if body is None:
            return None
        ref = self._ref(body, at, self.refs.assets)
        kind = self._code(body, at, "kind", self._tables.asset_kinds, required=True)
        owner = self._reference(body, at, "owner", self.refs.parties)
        description = self._text(body, at, "description")
        certificate = self._text(body, at, "certificate", limit=MAX_CODE)
        return None if ref is None or kind is None else Asset(ref, kind, owner, description, certificate)

    # Acts.

    def _name_acts(self, raw: object) -> None:
        """Act references may point forward or back, so the names are learned before the acts are read."""
        for place, act in enumerate(raw if isinstance(raw, list) else ()):
            ref = act.get("ref") if isinstance(act, dict) else None
            if isinstance(ref, str) and ref:
                ref = composed(ref)
                if ref in self.refs.acts:
                    self._fault("REF_TWICE", f"/acts/{place}/ref", ref=ref)
                self.refs.acts[ref] = place + 1

    def act(self, raw: object, at: str) -> StoryAct | None:
        if not isinstance(raw, dict):
            self._fault("NOT_AN_OBJECT", at)
            return None
        act_type = self._act_type(raw, at)
        if act_type is None:
            return None
        extra = _ACT_EXTRA.get(act_type.effect, frozenset())
        if "to_authority" in act_type.needs or "to_authority" in act_type.takes:
            extra |= {"to_authority"}
        body = self._object(raw, at, _ACT_COMMON | extra)
        if body is None:
            return None
        effective_on = self._act_date(body, at, act_type)
        unit = officer = None
        if act_type.effect == "REASSIGN":
            unit = self._unit(body, at)
            officer = self._officer(body, at, unit)
        if act_type.effect == "RECLASSIFY" and "field" not in body and "initiation" not in body:
            self._fault("RECLASSIFY_NOTHING", at)
        data = body.get("data")
        if data is not None and not isinstance(data, dict):
            self._fault("NOT_AN_OBJECT", f"{at}/data")
            data = None
        elif act_type.code == FACT_NOTED and (data or {}).get("fact") not in FACTS:
            self._fault("CODE_UNKNOWN", f"{at}/data/fact", field="fact", code=shown((data or {}).get("fact")))
        elif data and not keepable(data, MAX_DATA_DEPTH):
            self._fault("DATA_INVALID", f"{at}/data", depth=MAX_DATA_DEPTH)
            data = None
        self._check_passing(data, at, act_type)
        found = StoryAct(
            self._text(body, at, "ref", limit=MAX_CODE),
            act_type,
            effective_on or dt.date.min,
            self._text(body, at, "decision_number", limit=MAX_CODE),
            self._date(body, at, "decision_date"),
            self._text(body, at, "signer"),
            self._ground(body, at, act_type, effective_on),
            self._text(body, at, "note"),
            self._lines(body, at, act_type),
            self._reference(body, at, "asset", self.refs.assets),
            data,
            unit,
            officer,
            self._to_authority(body, at, act_type),
            self._act_reference(body, at, "annuls", required=True) if act_type.effect == "ANNUL" else None,
            self._act_reference(body, at, "voids", required=True) if act_type.effect == "CORRECT" else None,
            self._relief(data, at, act_type),
            self._code(body, at, "field", self._tables.case_fields)
            if act_type.effect == "RECLASSIFY"
            else None,
            self._code(body, at, "initiation", self._tables.initiations)
            if act_type.effect == "RECLASSIFY"
            else None,
            passing_of(act_type.code, data, self.refs.parties),
        )
        return found

    def _act_type(self, raw: dict[str, Any], at: str) -> ActType | None:
        code = raw.get("type")
        if code is None:
            self._fault("MISSING", f"{at}/type", field="type")
            return None
        act_type = self._tables.act_types.get(code) if isinstance(code, str) else None
        if act_type is None or not act_type.in_story:
            self._fault("CODE_UNKNOWN", f"{at}/type", field="type", code=shown(code))
            return None
        return act_type

    def _act_date(self, body: dict[str, Any], at: str, act_type: ActType) -> dt.date | None:
        day = self._date(body, at, "effective_on", required=True)
        if day is None:
            return None
        where = f"{at}/effective_on"
        if day > self.today:
            self._fault("DATE_IN_FUTURE", where, date=day.isoformat())
        if self.opened_on and day < self.opened_on:
            self._fault("DATE_BEFORE_OPENING", where, date=day.isoformat(), opened=self.opened_on.isoformat())
        if act_type.valid_from and day < act_type.valid_from:
            self._fault_by_law("ACT_NOT_YET_LAW", where, act_type, day, since=act_type.valid_from.isoformat())
        if act_type.valid_to and day > act_type.valid_to:
            self._fault_by_law("ACT_NO_LONGER_LAW", where, act_type, day, until=act_type.valid_to.isoformat())
        return day

    def _ground(self, body: dict[str, Any], at: str, act_type: ActType, day: dt.date | None) -> str | None:
        ground = self._text(body, at, "ground", limit=MAX_CODE)
        if act_type.catalogue is None or day is None:
            return ground
        if ground is None:
            if "ground" in act_type.needs:
                self._warn("GROUND_MISSING", at, act_type, day)
        elif not self._tables.ground_known(act_type.catalogue, ground, self._tables.regime_on(day)):
            self._warn("GROUND_UNKNOWN", f"{at}/ground", act_type, day, ground=ground)
        return ground

    def _to_authority(self, body: dict[str, Any], at: str, act_type: ActType) -> str | None:
        code = self._text(body, at, "to_authority", limit=MAX_CODE)
        if code is None and "to_authority" in act_type.needs:
            self.warnings.append(Fault("TO_AUTHORITY_MISSING", at, {"act": act_type.code}))
        return code

    def _lines(
        self, body: dict[str, Any], at: str, act_type: ActType
    ) -> tuple[tuple[int, int | None], ...] | None:
        raw = body.get("lines")
        if raw is None:
            return None
        if not isinstance(raw, list):
            self._fault("NOT_A_LIST", f"{at}/lines")
            return None
        if not raw:
            self._fault("LINES_EMPTY", f"{at}/lines")
            return None
        lines: list[tuple[int, int | None]] = []
        seen: set[int] = set()
        for place, item in enumerate(raw):
            here = f"{at}/lines/{place}"
            line = self._object(item, here, _LINE_KEYS)
            if line is None:
                continue
            index = self._reference(line, here, "obligation", self.refs.obligations, required=True)
            amount = self._money(line, here, signed=act_type.amount == "signed")
            if index is None:
                continue
            if index in seen:
                self._fault("LINE_TWICE", f"{here}/obligation", ref=shown(line.get("obligation")))
            seen.add(index)
            lines.append((index, amount))
        return tuple(lines)

    def _relief(self, data: Mapping[str, Any] | None, at: str, act_type: ActType) -> int | None:
        if not data or act_type.code != NAMES_RELIEF or data.get("relief") is None:
            return None
        place = self.refs.acts.get(named_relief(act_type.code, data) or "")
        if place is None:
            self._fault("REF_UNKNOWN", f"{at}/data/relief", field="relief", ref=shown(data["relief"]))
        return place

    def _check_passing(self, data: Mapping[str, Any] | None, at: str, act_type: ActType) -> None:
        """Whom an act that passes rights or duties on names are parties, and why is one of the reasons."""
        if not data or act_type.code != PASSES_ON:
            return
        for key in PASSED_BETWEEN:
            name = data.get(key)
            if name is not None and not (isinstance(name, str) and composed(name) in self.refs.parties):
                self._fault("REF_UNKNOWN", f"{at}/data/{key}", field=key, ref=shown(name))
        reason = data.get("reason")
        if reason is not None and reason not in SUCCESSION_REASONS:
            self._fault("CODE_UNKNOWN", f"{at}/data/reason", field="reason", code=shown(reason))

    # Values.

    def _unit(self, body: dict[str, Any], at: str) -> str | None:
        code = self._text(body, at, "unit", required=True, limit=MAX_CODE)
        if code is not None and code not in self.reference.units:
            self._fault("UNIT_UNKNOWN", f"{at}/unit", unit=shown(code))
            return None
        return code

    def _officer(self, body: dict[str, Any], at: str, unit: str | None) -> str | None:
        code = self._text(body, at, "officer", limit=MAX_CODE)
        if code is None or unit is None:
            return code
        where = f"{at}/officer"
        if code not in self.reference.officers:
            form = _OFFICER.fullmatch(code)
            hidden = code in self.reference.hidden_officers
            known_form = form is not None and form["unit"] in self.reference.units
            if hidden or not known_form or not self.reference.creates_officers:
                self._fault("OFFICER_UNKNOWN", where, officer=shown(code))
                return None
            if code not in self.new_officers:
                self.new_officers.append(code)
                self.warnings.append(Fault("OFFICER_CREATED", where, {"officer": code}))
        if code.rpartition(".")[0] != unit:
            self.warnings.append(Fault("OFFICER_OF_OTHER_UNIT", where, {"officer": code, "unit": unit}))
        return code

    def _act_reference(self, body: dict[str, Any], at: str, key: str, *, required: bool) -> int | None:
        return self._reference(body, at, key, self.refs.acts, required=required)

    # Faults and warnings.

    def _fault_by_law(
        self, code: str, pointer: str, act_type: ActType, day: dt.date, /, **params: Any
    ) -> None:
        params["act"] = act_type.code
        self.faults.append(Fault(code, pointer, params, act_type.basis_on(day)))

    def _warn(self, code: str, pointer: str, act_type: ActType, day: dt.date, /, **params: Any) -> None:
        params["act"] = act_type.code
        self.warnings.append(Fault(code, pointer, params, act_type.basis_on(day)))

    def _warn_about(self, header: dict[str, Any], obligations: list[Obligation]) -> None:
        judgment, opened = header["judgment"], header["decision_date"]
        if judgment and judgment.issued_on > opened:
            self.warnings.append(
                Fault(
                    "JUDGMENT_AFTER_DECISION",
                    "/case/judgment/issued_on",
                    {"issued": judgment.issued_on.isoformat(), "opened": opened.isoformat()},
                )
            )
        for place, obligation in enumerate(obligations):
            kind = self._tables.obligation_kinds[obligation.kind]
            if kind.initiation and kind.initiation != header["initiation"]:
                self.warnings.append(
                    Fault(
                        "KIND_OF_OTHER_INITIATION",
                        f"/obligations/{place}/kind",
                        {"kind": obligation.kind, "initiation": header["initiation"]},
                        kind.basis,
                    )
                )

    def _warn_about_order(self, acts: list[StoryAct]) -> None:
        """What the law wants before an act, and the story does not tell of."""
        first: dict[str, dt.date] = {}
        for act in acts:
            first[act.type.code] = min(act.effective_on, first.get(act.type.code, act.effective_on))
        for place, act in enumerate(acts):
            self._warn_about_prerequisites(act, f"/acts/{place}", first)

    def _warn_about_prerequisites(self, act: StoryAct, at: str, first: Mapping[str, dt.date]) -> None:
        for needed in act.type.prerequisites:
            if first.get(needed, dt.date.max) > act.effective_on:
                self._warn("PREREQUISITE_MISSING", at, act.type, act.effective_on, needed=needed)
