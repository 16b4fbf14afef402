"""The law as data: the tables of ``data/*.toml``, read once, checked row by row, typed.

One row = a code, its values, the legal basis, the days it holds, ``doubtful`` where the text was not seen or
is not certain. The dataclasses below are the schema: a field no row has, a field left out, a word outside the
list, a code that stands twice or points nowhere is a ``RuleFileError`` naming file and row.

Pure: rules get ``Tables`` as an argument; ``tables()`` gives the ones in force, which are the ones shipped
until others are put in force (``cases.rules.overrides``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import tomllib
import types
import typing
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from cases.rules.clock_words import ACTORS, DIRECTIONS, EXPIRIES, FACTS, PAUSES, UNITS

DATA_DIR: Final = Path(__file__).parent / "data"

#: The fold knows these effects and no others.
EFFECTS: Final = (
    "COLLECT", "PERFORM", "INTEREST", "AMEND", "STATE", "END", "RELIEF",
    "REASSIGN", "RECLASSIFY", "ANNUL", "CORRECT", "OPEN", "NONE",
)  # fmt: skip
_TO_NEEDED: Final = ("STATE", "END", "OPEN", "RELIEF", "PERFORM")
_FROM_NEEDED: Final = ("STATE", "END", "COLLECT", "PERFORM", "INTEREST", "AMEND", "RELIEF", "REASSIGN")
AMOUNTS: Final = ("required", "optional", "signed", "whole", "none")
SIGNERS: Final = ("T", "C", "S", "ISSUER", "RESOLVER", "HEAD_PROV", "COURT", "VKS", "PARTY", "ARCHIVIST")
ACT_KEYS: Final = ("ground", "to_authority", "unit", "officer", "field", "initiation", "annuls", "voids")
FEES: Final = ("DUE", "ON_VALUE", "EXEMPT", "NO_VALUE", "NONE", "WITH_PRINCIPAL", "BY_TIER", "BY_T216")
BUCKET_KINDS: Final = ("stock", "separate", "ended", "outside")
STATUS_KINDS: Final = ("intake", "active", "waiting", "terminal", "legacy")
#: What a verification may come to (``data.conclusion``); one that does not say found conditions.
CONCLUSIONS: Final = ("ENFORCEABLE", "NO_CONDITION")
TIER_KINDS: Final = ("BEFORE", "TIER", "REST")
#: The fields of a theme that hold a rule.
THEME_RULES: Final = (
    "creditor_named", "debtor_named", "party_named", "money_from", "creditors_from", "fields", "acts",
    "act_grounds", "open_until", "clock_late", "enforceable_months", "carried_over",
)  # fmt: skip
#: Where one has to hold a role to sign (``data/signers.toml``).
REACHES: Final = ("AUTHORITY", "CASE", "UNIT", "ABOVE", "PROVINCE", "CONCERNED", "OUTSIDE")


class RuleFileError(ValueError):
    """A rule file that does not say what it must: ``file``, ``row`` (number and code) and ``problem``."""

    def __init__(self, file: str, row: str, problem: str) -> None:
        self.file, self.row, self.problem = file, row, problem
        super().__init__(f"{file}, {row}: {problem}" if row else f"{file}: {problem}")


def _one_of(*words: str, default: Any = MISSING, key: str | None = None) -> Any:
    """A field, or list of words, that takes only these words."""
    return _rule({"words": words, "key": key}, default)


def _of_table(table: str, default: Any = MISSING, key: str | None = None) -> Any:
    """A field, list, or values of a mapping, that names rows of another table."""
    return _rule({"table": table, "key": key}, default)


def _rule(metadata: dict[str, Any], default: Any) -> Any:
    if default is MISSING:
        return field(metadata=metadata)
    if isinstance(default, dict):
        return field(metadata=metadata, default_factory=lambda: MappingProxyType({}))
    return field(metadata=metadata, default=default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has: its names, and how far to trust it. ``note`` says what is doubtful; ``override``
    names what changed the row at run time.
    """

    label: str
    label_en: str
    doubtful: bool = False
    note: str | None = None
    override: str | None = field(default=None, metadata={"computed": True})

    @property
    def key(self) -> Any:
        """What the row is looked up by; no two rows of a table share it."""
        raise NotImplementedError

    def check(self) -> str | None:
        """What is wrong between the fields of the row, or None."""
        return None

    def name(self, lang: str = "vi") -> str:
        return self.label_en if lang == "en" else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Row):
    """A row with a stable upper-case code, its legal basis and days of validity (both ends included)."""

    code: str
    basis: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def key(self) -> str:
        return self.code

    def check(self) -> str | None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            return "valid_to is before valid_from"
        return None

    def valid_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActType(Coded):
    """An act: what it does to the lines it touches, who signs it, on what basis.

    ``from_buckets``: where a line may be; with ``strict_from`` an act without lines is refused when any
    open line is elsewhere. ``amount``: whether a line gives one (optional: left out = all that remains;
    signed: may be below zero; whole: only all of the line). ``needs``, ``needs_one_of``, ``takes``: keys a
    story adds to the common ones. ``initiation``: the only kind of case it may happen in. Outside its
    validity it is refused.
    """

    effect: str = _one_of(*EFFECTS)
    signer: str = _one_of(*SIGNERS)
    to: str | None = _of_table("buckets", None)
    to_by_ground: Mapping[str, str] = _of_table("buckets", {})
    from_buckets: tuple[str, ...] = _of_table("buckets", (), key="from")
    strict_from: bool = False
    amount: str = _one_of(*AMOUNTS)
    needs: tuple[str, ...] = _one_of(*ACT_KEYS, default=())
    needs_one_of: tuple[str, ...] = _one_of(*ACT_KEYS, default=())
    takes: tuple[str, ...] = _one_of(*ACT_KEYS, default=())
    catalogue: str | None = _of_table("catalogues", None)
    prerequisites: tuple[str, ...] = _of_table("act_types", ())
    initiation: str | None = _of_table("initiations", None)
    in_story: bool = True
    decision_type: str | None = _of_table("act_types", None)
    books: tuple[str, ...] = ()
    basis_l2008: str | None = None
    basis_l2025: str | None = None

    def check(self) -> str | None:
        if self.effect in _TO_NEEDED and self.to is None:
            return f"effect {self.effect} needs the bucket it leads to"
        if self.effect in ("NONE", "ANNUL", "CORRECT") and (self.to or self.from_buckets):
            return f"effect {self.effect} moves no line of its own and takes neither to nor from"
        if self.effect in _FROM_NEEDED and not self.from_buckets:
            return f"effect {self.effect} needs the buckets it may start from"
        if self.to_by_ground and self.catalogue is None:
            return "to_by_ground needs a catalogue"
        if "ground" in self.needs and self.catalogue is None:
            return "an act that needs a ground needs its catalogue"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(ActType, self).check()

    @property
    def moves(self) -> bool:
        """Whether the act can change buckets, money or keys of counting."""
        return self.effect != "NONE"

    def target(self, ground: str | None = None) -> str | None:
        """The bucket the act leads to on this ground; None when it leads nowhere."""
        return self.to_by_ground.get(ground, self.to) if ground is not None else self.to

    def basis_in(self, regime: str) -> str | None:
        """The articles under this law; None where the law does not know the act."""
        return {"L2008": self.basis_l2008, "L2025": self.basis_l2025}.get(regime) or self.basis

    def basis_on(self, day: dt.date) -> str | None:
        """The articles in force on this day; where that law does not know the act, those of the other."""
        return self.basis_in(tables().regime_on(day)) or self.basis_l2025 or self.basis_l2008


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationKind(Coded):
    """A kind of duty. No ``initiation``: it starts with its principal. No tier: outside the waterfall.
    ``voluntary``: the debtor has time to perform it of his own will (L25 Đ36.1).
    """

    initiation: str | None = _of_table("initiations", None)
    money: str = _one_of("required", "optional")
    state_budget: bool = False
    voluntary: bool = True
    tier_l2025: str | None = _one_of("a", "b", "c", "d", "đ", default=None)
    tier_l2008: str | None = _one_of("a", "b", "c", default=None)
    fee: str = _one_of(*FEES)

    def tier(self, regime: str) -> str | None:
        """The letter of the waterfall (L25 Đ54.1, L08 Đ47.1) the money of this duty ranks in."""
        return self.tier_l2008 if regime == "L2008" else self.tier_l2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Row):
    """A ground of a decision: the letter or number of the law as written, in its catalogue, under one law."""

    catalogue: str
    letter: str
    regime: str = _of_table("regimes")
    basis: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.catalogue, self.letter, self.regime


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(Coded):
    """A kind of judgment or decision that is enforced; ``suffixes``: usual endings of its number."""

    suffixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(Coded):
    """A special category. ``derived``: a condition of age or delay, asked at a day and never a key of totals.
    ``assigned``: given by a list that comes from above. The other fields are the rule by which the service
    tells it (``cases.querysets.theme``): one of them at most. ``money_from`` is đồng.
    """

    derived: bool = False
    assigned: bool = False
    creditor_named: tuple[str, ...] = ()
    debtor_named: tuple[str, ...] = ()
    party_named: tuple[str, ...] = ()
    money_from: int | None = None
    creditors_from: int | None = None
    fields: tuple[str, ...] = _of_table("case_fields", ())
    acts: tuple[str, ...] = _of_table("act_types", ())
    act_grounds: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    open_until: Mapping[str, Any] = _of_table("act_types", {})
    clock_late: str | None = _of_table("clock_codes", None)
    enforceable_months: int | None = None
    carried_over: bool = False

    @property
    def rule(self) -> str | None:
        """The field that holds its rule; None where only people tell."""
        return next((name for name in THEME_RULES if getattr(self, name)), None)

    def check(self) -> str | None:
        told = [name for name in THEME_RULES if getattr(self, name)]
        if len(told) > 1:
            return f"has two rules, {told[0]} and {told[1]}"
        if self.derived and not told:
            return "is derived and has no rule"
        if self.assigned and told:
            return "is assigned and has a rule"
        numbers = (self.money_from, self.creditors_from, self.enforceable_months)
        if any(number is not None and number <= 0 for number in numbers):
            return "a bound is above 0"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(Theme, self).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseField(Coded):
    """A field of law (loại án)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiation(Coded):
    """How enforcement starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRole(Coded):
    """What a party is in a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKind(Coded):
    """Person or organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetKind(Coded):
    """A kind of asset; ``registered``: a register keeps its title."""

    registered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLevel(Coded):
    """A level of the organisation; one that ended is read as its ``successor``."""

    legal_person: bool
    legal_person_until: dt.date | None = None
    successor: str | None = _of_table("unit_levels", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime(Coded):
    """Which law governs, by date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket(Coded):
    """Where a line, its money or a case stands for counting."""

    kind: str = _one_of(*BUCKET_KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Coded):
    """A state of a case and the bucket it counts in; no bucket before the case is opened."""

    kind: str = _one_of(*STATUS_KINDS)
    bucket: str | None = _of_table("buckets", None)
    bucket_by_ground: Mapping[str, str] = _of_table("buckets", {})

    def check(self) -> str | None:
        if self.kind in ("active", "waiting", "legacy") and self.bucket is None:
            return "a status of an opened case needs its bucket"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(Status, self).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Row):
    """A move of a case, or of some of its lines, from one status to the next (``data/transitions.toml``).

    ``starts`` are the statuses it may begin in: those named and those of the kinds named. ``elsewhere``: its
    acts may be done from any other as well, and then lead nowhere. ``any_line``: the case need not be there
    as a whole, one of its lines is enough. ``interim``, ``conclusion``, grounds and initiation tell rows of
    one act apart.
    ``once``: no such act may have been before. ``needs``: keys the act's ``data`` must have. ``refuses``:
    what its ``data`` may not say (``"key=value"``), each with its article.
    """

    number: str
    acts: tuple[str, ...] = _of_table("act_types", ())
    from_statuses: tuple[str, ...] = _of_table("statuses", (), key="from")
    from_kinds: tuple[str, ...] = _one_of(*STATUS_KINDS, default=())
    starts: frozenset[str] = field(default=frozenset(), metadata={"computed": True})
    to: str | None = _of_table("statuses", None)
    signer: str = _one_of(*SIGNERS)
    elsewhere: bool = False
    any_line: bool = False
    part: bool = False
    interim: bool = False
    once: bool = False
    conclusion: str | None = _one_of(*CONCLUSIONS, default=None)
    clock: str | None = None
    initiation_l2008: str | None = _of_table("initiations", None)
    initiation_l2025: str | None = _of_table("initiations", None)
    grounds_l2008: tuple[str, ...] = ()
    grounds_l2025: tuple[str, ...] = ()
    needs_l2008: tuple[str, ...] = ()
    needs_l2025: tuple[str, ...] = ()
    years_l2008: int = 0
    years_l2025: int = 0
    longer_l2008: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    verifications_l2008: int = 0
    verifications_l2025: int = 0
    refuses_l2008: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    refuses_l2025: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    basis_l2008: str | None = None
    basis_l2025: str | None = None

    @property
    def key(self) -> str:
        return self.number

    def of_regime(self, name: str, regime: str) -> Any:
        """What the row says under one law: ``basis``, ``grounds``, ``initiation``, ``needs``, ``years``,
        ``verifications`` or ``refuses``.
        """
        return getattr(self, f"{name}_{regime.lower()}")

    def years(self, regime: str, ground: str | None) -> int:
        """How many years without conditions it takes; longer on some grounds of the 2008 law."""
        longer = self.longer_l2008.get(ground or "") if regime == "L2008" else None
        return int(longer or self.of_regime("years", regime))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer(Coded):
    """Who may sign: as what (``roles``) and where (``reach``) he has to be of the service on the day of the
    decision; ``also`` names signers whose competence is enough too. ``delegable``: a delegation gives it.
    """

    reach: str = _one_of(*REACHES)
    roles: tuple[str, ...] = ()
    also: tuple[str, ...] = _of_table("signers", ())
    delegable: bool = False
    basis_l2008: str | None = None
    basis_l2025: str | None = None

    @property
    def is_outside(self) -> bool:
        """Whether it is nobody of the service."""
        return self.reach == "OUTSIDE"

    def basis_in(self, regime: str) -> str | None:
        """The articles under this law."""
        return self.basis_l2008 if regime == "L2008" else self.basis_l2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition(Coded):
    """What the law forbids in every state, by the code of its refusal; where it is forbidden after an act,
    that act and the grounds on which it was made.
    """

    act: str | None = _of_table("act_types", None)
    grounds_l2008: tuple[str, ...] = ()
    grounds_l2025: tuple[str, ...] = ()
    basis_l2008: str | None = None
    basis_l2025: str | None = None

    def basis_in(self, regime: str) -> str | None:
        """The articles under this law."""
        return self.basis_l2008 if regime == "L2008" else self.basis_l2025

    def grounds_in(self, regime: str) -> tuple[str, ...]:
        return self.grounds_l2008 if regime == "L2008" else self.grounds_l2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday(Row):
    """A day on which the working calendar differs from the package it is built on."""

    day: dt.date
    kind: str = _one_of("OFF", "WORKED")
    basis: str

    @property
    def key(self) -> dt.date:
        return self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Court(Coded):
    """A court that sends judgments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Coded):
    """A legal clock in one variant under one law: how long, from what, who, and what follows.

    ``length`` counts ``unit``s; ``direction`` says whether it lies AFTER the trigger, BEFORE it at the
    latest, comes EVERY so often, is a forbidden WINDOW, or is NONE the law states (the last two have no
    length). ``starts`` and ``met_by`` name acts and facts. ``general`` marks the variant meant when none is
    named; a row without variant is it too. ``retroactive``: it also governs triggers of before its law
    where the law of the trigger knows no such variant.
    """

    name_code: str = _rule({"key": "name"}, MISSING)
    variant: str = ""
    general: bool = False
    regime: str = _of_table("regimes")
    length: int | None = None
    unit: str | None = _one_of(*UNITS, default=None)
    direction: str = _one_of(*DIRECTIONS, default="AFTER")
    starts: tuple[str, ...] = _of_table("clock_events")
    met_by: tuple[str, ...] = _of_table("clock_events", ())
    actor: str = _one_of(*ACTORS)
    pauses: tuple[str, ...] = _one_of(*PAUSES, default=())
    on_expiry: str = _one_of(*EXPIRIES)
    retroactive: bool = False
    remark: str | None = None
    remark_en: str | None = None

    @property
    def key(self) -> Any:
        return *self.place, self.valid_from

    @property
    def place(self) -> tuple[str, str, str]:
        """Which clock it is; where its length changed there is a row for each stretch of days."""
        return self.code, self.variant, self.regime

    @property
    def is_general(self) -> bool:
        """Whether this is the case meant when no variant is named."""
        return self.general or not self.variant

    @property
    def has_term(self) -> bool:
        """Whether a date follows from it."""
        return self.direction in ("AFTER", "BEFORE", "EVERY")

    def check(self) -> str | None:
        if self.has_term != (self.length is not None and self.unit is not None):
            return f"direction {self.direction} and its length and unit do not go together"
        if self.length is not None and (self.length < 0 or (self.length == 0) != (self.unit == "AT_ONCE")):
            return "a length is above 0, and AT_ONCE has 0"
        if self.direction == "BEFORE" and (self.unit == "HOUR" or self.pauses):
            return "what lies before its trigger is counted in days and not paused"
        if self.retroactive and not self.variant:
            return "retroactive needs a variant"
        if (self.remark is None) != (self.remark_en is None):
            return "a remark is given in both languages"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(Clock, self).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketRule(Coded):
    """How a clock runs in the docket of a case (``data/docket.toml``), beyond its length."""

    kinds: tuple[str, ...] = _of_table("obligation_kinds", ())
    statuses: tuple[str, ...] = _of_table("statuses", ())
    after_end: bool = False
    still_due: bool = False
    only_named: bool = False
    then: str | None = _of_table("clock_events", None)
    needs: tuple[str, ...] = _of_table("act_types", ())
    unless_last: str | None = _of_table("act_types", None)
    by_ground: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeBracket(Coded):
    """A bracket of the enforcement fee by what one creditor has received so far (T216 Đ4.1).

    ``above`` and ``up_to`` bound it in đồng, the first left out; the bounds named ``…_base_salaries`` are
    multiples of the base salary instead. The fee is ``fixed`` đồng and ``rate`` ten-thousandths of the
    WHOLE received, or of the EXCESS over ``above``.
    """

    above: int = 0
    up_to: int | None = None
    above_base_salaries: int | None = None
    up_to_base_salaries: int | None = None
    fixed: int = 0
    rate: int
    of: str = _one_of("WHOLE", "EXCESS")

    @property
    def key(self) -> Any:
        return self.code, self.valid_from

    def check(self) -> str | None:
        if min(self.above, self.fixed, self.rate) < 0 or self.rate > 10_000:
            return "bounds and amounts are not below 0, and a rate is no more than all of it"
        if self.up_to is not None and self.up_to <= self.above:
            return "ends before it begins"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(FeeBracket, self).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallTier(Coded):
    """A place in the order of payment under one law; ``rank`` from 1, ``tier`` its letter if any."""

    regime: str = _of_table("regimes")
    rank: int
    kind: str = _one_of(*TIER_KINDS)
    tier: str | None = _one_of("a", "b", "c", "d", "đ", default=None)

    @property
    def key(self) -> Any:
        return self.code, self.regime

    def check(self) -> str | None:
        if (self.kind == "TIER") != (self.tier is not None):
            return "a tier has a letter, and nothing else has"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(WaterfallTier, self).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Coded):
    """An amount in đồng a month that holds from one day to another, one after the other."""

    amount: int

    @property
    def key(self) -> Any:
        return self.code, self.valid_from

    def check(self) -> str | None:
        if self.valid_from is None:
            return "needs the day it begins"
        if self.amount <= 0:
            return "an amount is above 0"
        # Two-argument super: slots=True makes a second class, which the bare form does not find.
        return super(Rate, self).check()


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumWage(Rate):
    """The minimum wage of a region (``code``: I, II, III, IV)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseSalary(Rate):
    """The base salary of the State (lương cơ sở)."""


R = TypeVar("R", bound=Row)

#: Table name = file name; the array inside the file has the singular name given here.
_FILES: Final[Mapping[str, tuple[str, type[Row]]]] = {
    "act_types": ("act_type", ActType),
    "obligation_kinds": ("obligation_kind", ObligationKind),
    "grounds": ("ground", Ground),
    "instruments": ("instrument", Instrument),
    "themes": ("theme", Theme),
    "case_fields": ("case_field", CaseField),
    "initiations": ("initiation", Initiation),
    "party_roles": ("party_role", PartyRole),
    "party_kinds": ("party_kind", PartyKind),
    "asset_kinds": ("asset_kind", AssetKind),
    "unit_levels": ("unit_level", UnitLevel),
    "regimes": ("regime", Regime),
    "buckets": ("bucket", Bucket),
    "statuses": ("status", Status),
    "transitions": ("transition", Transition),
    "signers": ("signer", Signer),
    "prohibitions": ("prohibition", Prohibition),
    "holidays": ("holiday", Holiday),
    "courts": ("court", Court),
    "clocks": ("clock", Clock),
    "docket": ("docket_rule", DocketRule),
    "fees": ("fee", FeeBracket),
    "waterfall": ("tier", WaterfallTier),
    "minimum_wages": ("minimum_wage", MinimumWage),
    "base_salaries": ("base_salary", BaseSalary),
}
_TABLE_OF: Final = {row_type: table for table, (_, row_type) in _FILES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All tables by name, read-only and in the order of their files, and the version of what they say."""

    act_types: Mapping[str, ActType]
    obligation_kinds: Mapping[str, ObligationKind]
    grounds: Mapping[tuple[str, str, str], Ground]
    instruments: Mapping[str, Instrument]
    themes: Mapping[str, Theme]
    case_fields: Mapping[str, CaseField]
    initiations: Mapping[str, Initiation]
    party_roles: Mapping[str, PartyRole]
    party_kinds: Mapping[str, PartyKind]
    asset_kinds: Mapping[str, AssetKind]
    unit_levels: Mapping[str, UnitLevel]
    regimes: Mapping[str, Regime]
    buckets: Mapping[str, Bucket]
    statuses: Mapping[str, Status]
    transitions: Mapping[str, Transition]
    signers: Mapping[str, Signer]
    prohibitions: Mapping[str, Prohibition]
    holidays: Mapping[dt.date, Holiday]
    courts: Mapping[str, Court]
    clocks: Mapping[tuple[str, str, str, dt.date | None], Clock]
    docket: Mapping[str, DocketRule]
    fees: Mapping[tuple[str, dt.date | None], FeeBracket]
    waterfall: Mapping[tuple[str, str], WaterfallTier]
    minimum_wages: Mapping[tuple[str, dt.date], MinimumWage]
    base_salaries: Mapping[tuple[str, dt.date], BaseSalary]
    #: The transitions by the act that makes them, and the clocks by the act or fact that starts them.
    moves: Mapping[str, tuple[Transition, ...]]
    started: Mapping[str, tuple[Clock, ...]]
    #: The rows of one clock, variant and law, the earlier first.
    stretches: Mapping[tuple[str, str, str], tuple[Clock, ...]]
    version: str

    def regime_on(self, day: dt.date) -> str:
        """The law that governs what is triggered on this day; what is older is read by the first."""
        found = ""
        for regime in self.regimes.values():
            if not found or (regime.valid_from is not None and regime.valid_from <= day):
                found = regime.code
        return found

    def clock(self, code: str, variant: str, regime: str, on: dt.date) -> Clock:
        """The row of a clock for what is triggered on this day; outside all its days the nearest. KeyError
        if unknown.
        """
        found = self.find_clock(code, variant, regime, on)
        if found is None:
            raise KeyError((code, variant, regime))
        return found

    def find_clock(self, code: str, variant: str, regime: str, on: dt.date) -> Clock | None:
        """As ``clock``; None if unknown."""
        rows = self.stretches.get((code, variant, regime), ())
        return next(
            (row for row in rows if row.valid_to is None or on <= row.valid_to), rows[-1] if rows else None
        )

    def ground_known(self, catalogue: str, letter: str, regime: str) -> bool:
        return (catalogue, letter, regime) in self.grounds

    def grounds_of(self, catalogue: str, regime: str) -> tuple[Ground, ...]:
        """The grounds of a catalogue under one law, in the order of the law."""
        return tuple(g for g in self.grounds.values() if g.catalogue == catalogue and g.regime == regime)

    def level_on(self, code: str, day: dt.date) -> UnitLevel:
        """The level as it is on this day: an ended one is followed to its successor. KeyError if unknown."""
        level = self.unit_levels[code]
        while level.valid_to is not None and level.valid_to < day and level.successor is not None:
            level = self.unit_levels[level.successor]
        return level

    def is_legal_person(self, level: str, day: dt.date) -> bool:
        """Whether a unit of this level is an authority of its own on this day."""
        row = self.level_on(level, day)
        return row.legal_person and (row.legal_person_until is None or day <= row.legal_person_until)


def row_type_of(table: str) -> type[Row]:
    """The schema of the rows of a table. KeyError if unknown."""
    return _FILES[table][1]


def table_of(row: Row) -> str:
    """The table a row stands in."""
    return _TABLE_OF[type(row)]


@cache
def shipped_rows() -> Mapping[str, list[dict[str, Any]]]:
    """The rows of the files shipped with the service, by table, as they stand there. Raises RuleFileError."""
    return read_rows(DATA_DIR)


@cache
def shipped() -> Tables:
    """The tables shipped with the service. Raises RuleFileError."""
    return build_tables(shipped_rows())


_in_force: list[Tables] = []


def tables() -> Tables:
    """The tables in force in this process: those shipped, or what ``put_in_force`` was given."""
    return _in_force[0] if _in_force else shipped()


def put_in_force(merged: Tables | None) -> None:
    """Work by these tables from now on; with None by those shipped. Who has asked before keeps his."""
    _in_force[:] = [] if merged is None else [merged]


def rule_version() -> str:
    """What the tables in force say, as twelve hexadecimal digits; comments and layout do not count."""
    return tables().version


def load_tables(folder: Path) -> Tables:
    """Read and check all files of a folder. Raises RuleFileError for the first file and row that is wrong."""
    return build_tables(read_rows(folder))


def read_rows(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of all files of a folder, unchecked. Raises RuleFileError for a file that cannot be read."""
    stray = sorted(p.stem for p in folder.glob("*.toml") if p.stem not in _FILES)
    if stray:
        raise RuleFileError(f"{stray[0]}.toml", "", "no such table is known")
    return {name: _read(folder / f"{name}.toml", array) for name, (array, _) in _FILES.items()}


def build_tables(
    raw: Mapping[str, list[dict[str, Any]]], overrides: Mapping[tuple[str, int], str] = MappingProxyType({})
) -> Tables:
    """The tables of these rows. ``overrides`` names what changed a row, by its table and place. Raises
    RuleFileError for the first row that is wrong.
    """
    marks: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for (table, place), override in overrides.items():
        marks[table][place] = override
    built: dict[str, Mapping[Any, Row]] = {
        name: _build(f"{name}.toml", raw[name], row_type, marks[name])
        for name, (_, row_type) in _FILES.items()
    }
    _check_references(built)
    _check_regimes(typing.cast(Iterable[Regime], built["regimes"].values()))
    clocks = typing.cast(Collection[Clock], built["clocks"].values())
    stretches = _stretches(clocks)
    _check_clocks(clocks)
    for name in ("minimum_wages", "base_salaries"):
        _check_rates(f"{name}.toml", typing.cast(Iterable[Rate], built[name].values()))
    built["transitions"] = _with_starts(built)
    canonical = json.dumps(raw, ensure_ascii=False, sort_keys=True, default=str)
    version = hashlib.sha256(canonical.encode()).hexdigest()[:12]
    ways: defaultdict[str, list[Transition]] = defaultdict(list)
    for row in typing.cast(Iterable[Transition], built["transitions"].values()):
        for act in row.acts:
            ways[act].append(row)
    started: defaultdict[str, list[Clock]] = defaultdict(list)
    for clock in clocks:
        for event in clock.starts:
            started[event].append(clock)
    return Tables(
        **typing.cast(dict[str, Any], built),
        moves=MappingProxyType({act: tuple(rows) for act, rows in ways.items()}),
        started=MappingProxyType({event: tuple(rows) for event, rows in started.items()}),
        stretches=stretches,
        version=version,
    )


def _stretches(clocks: Iterable[Clock]) -> Mapping[tuple[str, str, str], tuple[Clock, ...]]:
    """The rows of each clock in the order of their days, which do not overlap."""
    found: defaultdict[tuple[str, str, str], list[Clock]] = defaultdict(list)
    for clock in clocks:
        found[clock.place].append(clock)
    for rows in found.values():
        rows.sort(key=lambda row: row.valid_from or dt.date.min)
        for before, row in itertools.pairwise(rows):
            if before.valid_to is None or row.valid_from is None or row.valid_from <= before.valid_to:
                raise RuleFileError("clocks.toml", " ".join(filter(None, row.place)), "stands twice")
    return MappingProxyType({place: tuple(rows) for place, rows in found.items()})


def _with_starts(built: Mapping[str, Mapping[Any, Row]]) -> Mapping[Any, Row]:
    """The transitions, each with every status it may begin in."""
    statuses = typing.cast(Collection[Status], built["statuses"].values())
    rows = typing.cast(Mapping[str, Transition], built["transitions"])
    return MappingProxyType(
        {
            number: replace(
                row,
                starts=frozenset(row.from_statuses) | {s.code for s in statuses if s.kind in row.from_kinds},
            )
            for number, row in rows.items()
        }
    )


def _read(path: Path, array: str) -> list[dict[str, Any]]:
    """The rows of one file: one array of tables, nothing else."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RuleFileError(path.name, "", "the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(path.name, "", f"not readable as TOML: {error}") from error
    rows = content.get(array)
    if set(content) != {array} or not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise RuleFileError(path.name, "", f"holds rows [[{array}]] and nothing else, not {sorted(content)}")
    return rows


def _build(
    file: str, raw: list[dict[str, Any]], row_type: type[R], overrides: Mapping[int, str]
) -> Mapping[Any, R]:
    hints = typing.get_type_hints(row_type)
    columns = {
        (f.metadata.get("key") or f.name): f for f in fields(row_type) if not f.metadata.get("computed")
    }
    built: dict[Any, R] = {}
    for number, values in enumerate(raw, start=1):
        where = _row_name(values, number)
        unknown = sorted(set(values) - set(columns))
        if unknown:
            raise RuleFileError(file, where, f"unknown field {unknown[0]!r}")
        given: dict[str, Any] = {}
        for key, column in columns.items():
            if key in values:
                given[column.name] = _value(file, where, key, values[key], hints[column.name], column)
            elif column.default is MISSING and column.default_factory is MISSING:
                raise RuleFileError(file, where, f"field {key!r} is missing")
        row = row_type(**given, override=overrides.get(number - 1))
        problem = row.check() or _basis_problem(row)
        if problem:
            raise RuleFileError(file, where, problem)
        if row.key in built:
            raise RuleFileError(file, where, "stands twice")
        built[row.key] = row
    return MappingProxyType(built)


def _row_name(values: Mapping[str, Any], number: int) -> str:
    """How an error names a row: by its code or its parts, and always by its number."""
    parts = [
        str(values[k]) for k in ("code", "number", "catalogue", "letter", "regime", "day") if k in values
    ]
    if "code" in values:
        parts = parts[:1]
    return f"row {number} ({' '.join(parts)})" if parts else f"row {number}"


def _value(file: str, where: str, key: str, value: Any, hint: Any, column: Field[Any]) -> Any:
    """``value`` as the type the field declares, checked against its words. Empty text is no value."""
    kind = _plain(hint)
    ok: bool
    if kind is bool:
        ok = isinstance(value, bool)
    elif kind is int:
        ok = isinstance(value, int) and not isinstance(value, bool)
    elif kind is str:
        ok = isinstance(value, str) and bool(value.strip())
    elif kind is dt.date:
        ok = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    elif typing.get_origin(kind) is tuple:
        ok = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
        ok = ok and len(set(value)) == len(value)
        value = tuple(value) if ok else value
    else:
        ok = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        value = MappingProxyType(value) if ok else value
    if not ok:
        raise RuleFileError(file, where, f"field {key!r} does not take {value!r}")
    words: tuple[str, ...] | None = column.metadata.get("words")
    lost = [word for word in _words(value) if word not in words] if words else []
    if words and lost:
        raise RuleFileError(file, where, f"field {key!r} does not take {lost[0]!r}, only {', '.join(words)}")
    return value


def _plain(hint: Any) -> Any:
    """``str`` of ``str | None``."""
    if isinstance(hint, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint


def _words(value: Any) -> tuple[str, ...]:
    """The codes in a field: itself, the items of a list, or the values of a mapping."""
    if isinstance(value, str):
        return (value,)
    return tuple(value.values()) if isinstance(value, Mapping) else tuple(value)


def _basis_problem(row: Row) -> str | None:
    named = any(getattr(row, name, None) for name in ("basis", "basis_l2008", "basis_l2025"))
    return None if named or row.doubtful else "has no legal basis and is not marked doubtful"


def _check_references(built: Mapping[str, Mapping[Any, Row]]) -> None:
    """Every code that points into another table stands there."""
    grounds = typing.cast(Iterable[Ground], built["grounds"].values())
    known: dict[str, Collection[Any]] = {
        **built,
        "catalogues": {ground.catalogue for ground in grounds},
        "clock_codes": {row.code for row in typing.cast(Iterable[Clock], built["clocks"].values())},
        "clock_events": built["act_types"].keys() | FACTS.keys(),
    }
    for table, rows in built.items():
        for number, row in enumerate(rows.values(), start=1):
            problem = _reference_problem(row, known)
            if problem is None and isinstance(row, ActType):
                letters = {ground.letter for ground in grounds if ground.catalogue == row.catalogue}
                lost = [letter for letter in row.to_by_ground if letter not in letters]
                problem = f"to_by_ground names {lost[0]!r}, unknown in {row.catalogue}" if lost else None
            if problem:
                values = {f.name: getattr(row, f.name) for f in fields(row)}
                raise RuleFileError(f"{table}.toml", _row_name(values, number), problem)


def _reference_problem(row: Row, known: Mapping[str, Collection[Any]]) -> str | None:
    for column in fields(row):
        target: str | None = column.metadata.get("table")
        value = getattr(row, column.name)
        if target is None or not value:
            continue
        lost = [word for word in _words(value) if word not in known[target]]
        if lost:
            key = column.metadata.get("key") or column.name
            return f"field {key!r} names {lost[0]!r}, unknown in {target}"
    return None


def _check_regimes(regimes: Iterable[Regime]) -> None:
    """The laws follow each other day by day, and the last has no end."""
    before: Regime | None = None
    for regime in regimes:
        if regime.valid_from is None:
            raise RuleFileError("regimes.toml", regime.code, "needs the day it begins")
        if before is not None and (
            before.valid_to is None or before.valid_to + dt.timedelta(days=1) != regime.valid_from
        ):
            raise RuleFileError(
                "regimes.toml", regime.code, f"does not begin the day after {before.code} ends"
            )
        before = regime
    if before is None or before.valid_to is not None:
        raise RuleFileError("regimes.toml", before.code if before else "", "the last law must have no end")


def _check_clocks(clocks: Iterable[Clock]) -> None:
    """A clock has one name, and under each law that knows it one case meant when no variant is named."""
    names: dict[str, str] = {}
    general: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for clock in clocks:
        if names.setdefault(clock.code, clock.name_code) != clock.name_code:
            raise RuleFileError("clocks.toml", clock.code, f"has two names, one is {clock.name_code!r}")
        variants = general[clock.code, clock.regime]
        if clock.is_general:
            variants.add(clock.variant)
    for (code, regime), variants in general.items():
        if len(variants) != 1:
            raise RuleFileError(
                "clocks.toml", f"{code} {regime}", f"has {len(variants)} general cases, not one"
            )


def _check_rates(file: str, rates: Iterable[Rate]) -> None:
    """Of one code, a rate begins the day after the one before it ends."""
    last: dict[str, Rate] = {}
    for rate in rates:
        before = last.get(rate.code)
        if before is not None and (
            before.valid_to is None or before.valid_to + dt.timedelta(days=1) != rate.valid_from
        ):
            raise RuleFileError(
                file, f"{rate.code} {rate.valid_from}", "does not begin where the last one ends"
            )
        last[rate.code] = rate
