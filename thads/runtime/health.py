"""Is the process alive, and may it be sent requests. For load balancers and for people who wait for the first
start.
"""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from thads.runtime.models import Milestone, MilestoneName
from thads.runtime.models import ready as is_ready

OK, MISSING, WAITING = "ok", "unreachable", "waiting"


@never_cache
@require_safe
@transaction.non_atomic_requests
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> JsonResponse:
    """200 once reference data and, if wanted, demonstration data are loaded and counted; 503 before, and
    without servers.
    """
    checks = {"database": OK, "redis": _redis()}
    try:
        reached = Milestone.reached()
    except DatabaseError:
        reached = frozenset()
        checks["database"] = MISSING
        # A connection that broke must not be the one that the next request is given.
        connection.close()
    checks["reference_data"] = OK if MilestoneName.REFERENCE_LOADED in reached else WAITING
    checks["demonstration_data"] = _demonstration(reached)
    good = checks["database"] == checks["redis"] == OK and is_ready(reached)
    return JsonResponse({"status": OK if good else WAITING, "checks": checks}, status=200 if good else 503)


def _demonstration(reached: frozenset[MilestoneName]) -> str:
    if MilestoneName.DEMO_COUNTED in reached:
        return OK
    if MilestoneName.DEMO_LOADED in reached:
        return "counting"
    if MilestoneName.DEMO_DECLINED in reached:
        return "not wanted"
    return WAITING


def _redis() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        return MISSING
    return OK
