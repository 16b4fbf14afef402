"""The WSGI application: ``granian --interface wsgi thads.wsgi:application``."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thads.settings")

application = get_wsgi_application()

# Every view is imported now and not by the first request. All of it stays for as long as the process lives,
# so the garbage collector needs not look at it again and again; and an answer of some thousand small objects
# is made without being interrupted.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
