"""The connection to PostgreSQL (``DATABASES["default"]["ENGINE"]``)."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether a connection that was kept from the request before still stands.

        A server that has ended it has said so, or closed its side: either can be seen without asking the
        server anything. Only where something has come is it asked, because that may be a harmless notice.
        """
        if self.connection is None or self.connection.closed:
            return False
        seen = select.poll()
        seen.register(self.connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return bool(super().is_usable()) if seen.poll(0) else True
