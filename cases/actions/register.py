"""What a plan needs to know of the organisation: codes, keys and authorities, read once per batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cases.actions import overrides
from cases.querysets.interests import Interests
from cases.querysets.signers import Signatories
from cases.rules.authority import UnitPlace, authority_of
from cases.rules.life import Holder
from cases.rules.story import Reference
from cases.rules.tables import Tables, tables
from officers.models import Officer, Unit
from thads.common.scoping import Scope


@dataclass(frozen=True, slots=True)
class Register:
    """The units and officers as they stand, by code and by key."""

    tables: Tables
    unit_ids: Mapping[str, int]
    officer_ids: Mapping[str, int]
    places: Mapping[str, UnitPlace]
    authority_ids: Mapping[str, int]
    hidden_officers: frozenset[str]
    #: What officers are, and whom they are close to: read when it is asked for.
    people: Signatories = field(default_factory=Signatories, compare=False)
    interests: Interests = field(default_factory=Interests, compare=False)

    @classmethod
    def load(cls, unit_ids: frozenset[int] | None = None) -> Register:
        """The organisation; with ``unit_ids`` the caller may name those units alone, and the others do not
        exist for him.
        """
        overrides.refresh()
        units = list(Unit.objects.standing().values_list("id", "code", "level", "parent__code"))
        everyone = dict(Officer.objects.standing().values_list("code", "id"))
        nameable = set(everyone)
        if unit_ids is not None:
            here = Officer.objects.visible_to(Scope(unit_ids))
            nameable = set(here.values_list("code", flat=True))
        return cls(
            tables(),
            {code: key for key, code, _, _ in units if unit_ids is None or key in unit_ids},
            {code: everyone[code] for code in nameable},
            {code: UnitPlace(level, parent) for _, code, level, parent in units},
            {code: key for key, code, _, _ in units},
            frozenset(set(everyone) - nameable),
            Signatories(everybody=unit_ids is None),
        )

    def with_officers(self) -> Register:
        """The same register with every officer there is now: those a story has just created among them."""
        return replace(self, officer_ids=dict(Officer.objects.values_list("code", "id")))

    @property
    def reference(self) -> Reference:
        """What a story brought in may name."""
        return Reference(self.unit_ids.keys(), self.officer_ids.keys(), self.tables, self.hidden_officers)

    @property
    def live_reference(self) -> Reference:
        """What live work may name: only officers there are."""
        return replace(self.reference, creates_officers=False)

    def holder(self, unit: str, officer: str | None) -> Holder:
        """A holder by keys from one by codes, both known."""
        return Holder(self.unit_ids[unit], None if officer is None else self.officer_ids[officer])

    def authority_id(self, unit: str, day: dt.date) -> int:
        """The key of the authority ``unit`` belonged to on ``day``, which may lie above the units the
        caller may name.
        """
        return self.authority_ids[authority_of(unit, day, self.places, self.tables)]


def nobody() -> Register:
    """A register that names nobody, for acts that name nobody: it costs no query."""
    return Register(tables(), {}, {}, {}, {}, frozenset())
