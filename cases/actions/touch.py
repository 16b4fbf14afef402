"""What changes in a case without an act: the data of a party put right, a judgment corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from cases.actions.search_words import refresh_words
from cases.actions.write import holders_of
from cases.models import Case, CaseChange, Party
from cases.querysets.standings import Standing, standings
from cases.querysets.stories import stories
from cases.rules import story_text
from cases.rules.tables import tables
from thads.common import sealing
from thads.common.snapshot import announce_write, moment
from thads.journal import consumers, journal


def locked_cases(cases: QuerySet[Case]) -> dict[int, Standing]:
    """The cases chosen, locked until the transaction ends, in the order in which everybody locks cases. Lock
    them before what belongs to them.
    """
    return standings(cases, tables(), lock=True)


def moment_of(cases: Mapping[int, Standing]) -> dt.datetime:
    """The moment at which something of these locked cases is recorded, announced to whoever reads."""
    announce_write({unit for case in cases.values() for unit, _ in holders_of(case.life)})
    return moment()


def touch(
    *,
    cases: Mapping[int, Standing],
    type: str,
    by: str,
    at: dt.datetime,
    data: Mapping[str, Any],
    party: Party | None = None,
    before: str | None = None,
) -> None:
    """Raise the version of locked cases of which something has been written that no act tells, bring the
    digest of their content up to date, keep that it was done, and say so in the journal.

    ``data`` is what the journal is told, with the ``fields`` that changed; ``before`` what stood of a party,
    as JSON.

    Figures come from acts, which have not changed; the mark that the journal leaves makes them be counted
    again with the same result.
    """
    told = stories(list(cases), tables())
    changes, kept = [], []
    for key, case in cases.items():
        digest, version = story_text.digest(told[key]), case.version + 1
        Case.objects.filter(pk=key).update(version=version, modified_at=at, content_digest=digest)
        holders = holders_of(case.life)
        kept.append(
            CaseChange(
                case_id=key,
                version=version,
                type=type,
                party=party,
                fields=sorted(data["fields"]),
                before_sealed=None if before is None else sealing.seal(before),
                recorded_at=at,
                recorded_by=by,
            )
        )
        changes.append(
            journal.Change(
                case_id=key,
                case=case.public_id,
                type=type,
                sequence=version,
                recorded_at=at,
                recorded_by=by,
                unit_id=case.unit_id,
                officer_id=case.officer_id,
                from_unit_id=case.unit_id,
                from_officer_id=case.officer_id,
                units=tuple(sorted({unit for unit, _ in holders})),
                officers=tuple(sorted({officer for _, officer in holders if officer is not None})),
                data={**data, "content": digest},
            )
        )
    refresh_words(list(cases))
    CaseChange.objects.bulk_create(kept)
    journal.append(changes)
    consumers.wake()
