"""Reading a case at a moment: the parameters, and what they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from thads.common import snapshot
from thads.common.api.parameters import Parameter, parameter_fault
from thads.common.errors import BadRequest
from thads.common.labels import Label

AS_OF = Parameter(
    "as_of",
    Label(
        "Cuối ngày này, theo ngày có hiệu lực của các hành vi.",
        "At the end of this day in law: by the dates on which acts take effect.",
    ),
    kind="date",
    example="2024-03-31",
)
KNOWN_AT = Parameter(
    "known_at",
    Label(
        "Như đã biết tại thời điểm này: chỉ những gì đã ghi đến lúc đó; kèm múi giờ.",
        "As it was known at this moment: only what had been recorded by then; with its offset.",
    ),
    kind="moment",
    example="2024-04-05T08:00:00+07:00",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in both clocks. ``as_of`` None: whatever the day in law.

    Everything recorded of the case up to ``known_at`` can be read by now, so the same question about the same
    moment has one answer for ever.
    """

    as_of: dt.date | None
    known_at: dt.datetime

    @property
    def query(self) -> dict[str, str]:
        """The parameters that ask for this very moment again."""
        known_at = self.known_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
        asked = {"known_at": known_at.replace("+00:00", "Z")}
        return asked if self.as_of is None else {"as_of": self.as_of.isoformat(), **asked}


def asked_moment(values: Mapping[str, Any], unit_id: int) -> Moment | None:
    """The moment a case of this unit (key) is asked for; None: as it stands. Ask before the case's acts are
    read.

    Who writes a case announces every unit that ever held it, so the unit that holds it now stands for all.
    Raises BadRequest for what is yet to come.
    """
    as_of, asked = values["as_of"], values["known_at"]
    if as_of is None and asked is None:
        return None
    today = timezone.localdate()
    if as_of is not None and as_of > today:
        shown = {"as_of": as_of.isoformat(), "today": today.isoformat()}
        raise BadRequest(parameter_fault("as_of", "AS_OF_IN_FUTURE", **shown))
    settled = snapshot.settled([unit_id])
    if asked is None:
        return Moment(as_of, settled)
    if asked > settled:
        _refuse_future(asked)
    return Moment(as_of, min(asked, settled))


def _refuse_future(asked: dt.datetime) -> None:
    now = snapshot.moment()
    if asked > now:
        shown = {"known_at": asked.isoformat(), "now": now.isoformat()}
        raise BadRequest(parameter_fault("known_at", "KNOWN_AT_IN_FUTURE", **shown))
