"""The outbox: events that were committed with their write and have no place in the log yet."""

from __future__ import annotations

from thads.journal.models.event import Event


class Outbox(Event):
    """An event on its way into the log.

    Written in the transaction of the write, under the lock of the case: so for one case the keys rise in the
    order of the locks, and whoever sees a row sees every earlier one of the same case. Between cases the
    keys mean nothing, and they have gaps. The sequencer takes the rows out.
    """
