"""Reading what officers have declared of whom and of which cases they may not handle."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from cases.rules.conflicts import Interest
from officers.models import Conflict


class Interests:
    """What stands declared, by officer: read when it is asked for, and only once."""

    @cached_property
    def _by_officer(self) -> dict[str, list[Interest]]:
        found: defaultdict[str, list[Interest]] = defaultdict(list)
        rows = Conflict.objects.standing().values_list("officer__code", "id_number_sealed", "case")
        for officer, sealed, case in rows:
            found[officer].append(Interest(None if sealed is None else bytes(sealed), case))
        return dict(found)

    def of(self, officer: str) -> list[Interest]:
        """What this officer (code) has declared."""
        return self._by_officer.get(officer, [])

    def __bool__(self) -> bool:
        return bool(self._by_officer)
