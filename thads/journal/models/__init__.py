from thads.journal.models.stale import Stale

__all__ = ["Stale"]
