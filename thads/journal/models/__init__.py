from thads.journal.models.entry import Entry
from thads.journal.models.head import Head
from thads.journal.models.outbox import Outbox
from thads.journal.models.stale import Stale

__all__ = ["Entry", "Head", "Outbox", "Stale"]
