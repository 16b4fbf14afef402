"""Conflicts of interest: declared, changed, taken back; and asked about before an officer gets a case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import QuerySet

from cases.actions.register import Register
from cases.models import Party
from cases.querysets.standings import Standing
from cases.rules.conflicts import concerned, conflict, given_to
from cases.rules.lawful import LawfulStory
from cases.rules.story import Story, StoryAct
from cases.rules.values import MAX_FAULTS
from officers.actions.officers import home_of
from officers.models import Conflict, Officer
from thads.common import sealing, versions
from thads.common.errors import Fault, Refused
from thads.common.versions import Check
from thads.journal.noting import noted

_MISSING: Final = Fault("CONFLICT_NOT_FOUND", params={"conflict": ""})
_TAKEN: Final = Fault("CONFLICT_TWICE", "/id_number")
#: Of these the log is told only that they were given.
_PRIVATE: Final = frozenset({"name", "relation", "id_number_sealed", "note", "case"})

# --- The register -------------------------------------------------------------------------------------------


def declare_conflict(
    *, officer: Officer, values: Mapping[str, Any], case: uuid.UUID | None, by: str
) -> Conflict:
    """Declare a person close to ``officer``, or a case. Needs a transaction.

    Raises Refused when it is neither or both, Conflict when it stands already.
    """
    number = values.get("id_number")
    faults = []
    if (number is None) == (case is None):
        faults.append(Fault("CONFLICT_OF_WHAT", "/id_number"))
    if number is not None:
        faults += [
            Fault("MISSING", f"/{key}", {"field": key}) for key in ("name", "relation") if not values.get(key)
        ]
    if faults:
        raise Refused(faults)
    row = Conflict(
        officer=officer,
        name=values.get("name", ""),
        relation=values.get("relation", ""),
        id_number_sealed=None if number is None else sealing.seal(number),
        case=case,
        note=values.get("note", ""),
    )
    changes = versions.create(row, at=versions.now([home_of(officer)]), taken=_TAKEN)
    _told(row, "created", changes, by)
    return row


def change_conflict(
    *, rows: QuerySet[Conflict], values: Mapping[str, Any], check: Check, by: str
) -> Conflict:
    """Put name, relation or note right; another person is another row. Needs a transaction. Raises Refused
    when a person would be left without name or relation.
    """
    row = versions.locked(rows.select_related("officer"), _MISSING)
    check(row, values)
    if row.id_number_sealed is not None:
        empty = [key for key in ("name", "relation") if key in values and not values[key]]
        if empty:
            raise Refused(Fault("MISSING", f"/{key}", {"field": key}) for key in empty)
    changes = versions.change(row, values, at=versions.now([home_of(row.officer)]), taken=_TAKEN)
    if changes:
        _told(row, "changed", changes, by)
    return row


def take_back_conflict(*, rows: QuerySet[Conflict], check: Check, by: str) -> None:
    """Take a declaration back. Needs a transaction."""
    row = versions.locked(rows.select_related("officer"), _MISSING)
    check(row, {})
    versions.remove(row, at=versions.now([home_of(row.officer)]))
    _told(row, "removed", {}, by)


def _told(row: Conflict, verb: str, changes: Mapping[str, tuple[Any, Any]], by: str) -> None:
    unit = home_of(row.officer)
    noted(
        row, verb, changes=changes, by=by, unit_id=unit, officer_id=row.officer_id, private=_PRIVATE,
        officer=row.officer.code,
    )  # fmt: skip


# --- Before an officer gets a case --------------------------------------------------------------------------


def refuse_conflict(act: StoryAct, case: Standing, register: Register) -> None:
    """Raises Refused when the act gives the case to an officer who is close to one of its parties, or has an
    interest in it.
    """
    given = given_to(act)
    declared = [] if given is None else register.interests.of(given[0])
    if given is None or not declared:
        return
    numbers = Party.objects.filter(case=case.id).values_list("id_number_sealed", flat=True)
    parties = {bytes(sealed) for sealed in numbers if sealed is not None}
    if concerned(declared, parties=parties, case=case.public_id):
        raise Refused(conflict(*given, act.effective_on, register.tables), code="ACT_REFUSED")


def refuse_opening(story: Story, register: Register) -> None:
    """Raises Refused when a case is opened for an officer who is close to one of its parties."""
    declared = register.interests.of(story.officer) if story.officer is not None else []
    if declared and concerned(declared, parties=_sealed(story)):
        assert story.officer is not None
        raise Refused(conflict(story.officer, "/case/officer", story.decision_date, register.tables))


def warned_of_conflicts(lawful: LawfulStory, register: Register) -> LawfulStory:
    """A story brought in, with a warning wherever it gave the case to an officer who is close to a party."""
    story, interests = lawful.story, register.interests
    if not interests:
        return lawful
    given = [(story.officer, "/case/officer", story.decision_date)]
    for place, act in enumerate(story.acts):
        officer, pointer = given_to(act) or (None, "")
        given.append((officer, f"/acts/{place}{pointer}", act.effective_on))
    parties = _sealed(story)
    faults = [
        conflict(officer, pointer, day, register.tables)
        for officer, pointer, day in given
        if officer is not None and concerned(interests.of(officer), parties=parties)
    ]
    return replace(lawful, warnings=(*lawful.warnings, *faults)[:MAX_FAULTS]) if faults else lawful


def _sealed(story: Story) -> set[bytes]:
    return {sealing.seal(party.id_number) for party in story.parties if party.id_number is not None}
