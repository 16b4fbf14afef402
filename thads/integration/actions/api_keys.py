"""API keys: made, recognised, revoked.

The secret has 256 random bits and is shown once. Kept is HMAC-SHA256 of it under a pepper that does not stand
in the database, so that neither a copy of the database nor a slow guess opens the door.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from officers.models import Assignment, Officer, Unit
from officers.roles import ROLE_BY_CODE
from thads.common.errors import Fault, Refused
from thads.integration.models import ApiKey

# Ids end well below the greatest bigint, and nobody should make the database read forty digits.
_SHAPE = re.compile(r"thads_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})", re.ASCII)
USE_NOTED_EVERY = dt.timedelta(minutes=1)


def create_key(
    *,
    name: str,
    unit: str,
    role: str,
    at: dt.datetime,
    officer: str | None = None,
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its text, which is known only now.

    ``unit`` and ``officer`` are codes; the officer has to be, or have been, assigned somewhere in the unit.
    ``expires_at`` is the first moment at which the key no longer works. Raises Refused with a fault for
    everything that is wrong.
    """
    faults: list[Fault] = []
    if not name.strip():
        faults.append(Fault("KEY_NAME_MISSING", "/name"))
    place = Unit.objects.filter(code=unit).first()
    if place is None:
        faults.append(Fault("UNIT_NOT_FOUND", "/unit", {"unit": unit}))
    if role not in ROLE_BY_CODE:
        faults.append(Fault("ROLE_UNKNOWN", "/role", {"role": role, "known": ", ".join(ROLE_BY_CODE)}))
    person = Officer.objects.filter(code=officer).first() if officer is not None else None
    if officer is not None and person is None:
        faults.append(Fault("OFFICER_NOT_FOUND", "/officer", {"officer": officer}))
    if (
        place
        and person
        and not Assignment.objects.filter(officer=person, unit__in=Unit.objects.subtree(place)).exists()
    ):
        faults.append(Fault("OFFICER_NOT_IN_UNIT", "/officer", {"officer": officer, "unit": unit}))
    if expires_at is not None and expires_at <= at:
        faults.append(Fault("KEY_EXPIRY_PAST", "/expires_at", {"day": expires_at.date().isoformat()}))
    if faults or place is None:
        raise Refused(faults)
    secret = secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name.strip(),
        secret_hash=_digest(secret),
        unit=place,
        role=role,
        officer=person,
        created_at=at,
        expires_at=expires_at,
    )
    return key, f"thads_{key.pk}_{secret}"


def key_for(token: str, *, at: dt.datetime) -> ApiKey:
    """The key whose text is ``token``. Raises Refused: KEY_INVALID, and only to its holder KEY_REVOKED or
    KEY_EXPIRED.
    """
    shape = _SHAPE.fullmatch(token)
    key = ApiKey.objects.filter(pk=int(shape[1])).first() if shape else None
    if shape is None or key is None or not hmac.compare_digest(key.secret_hash, _digest(shape[2])):
        raise Refused(Fault("KEY_INVALID"))
    if key.revoked_at is not None and key.revoked_at <= at:
        raise Refused(Fault("KEY_REVOKED"))
    if key.expires_at is not None and key.expires_at <= at:
        raise Refused(Fault("KEY_EXPIRED"))
    return key


def note_use(key: ApiKey, *, at: dt.datetime) -> None:
    """Remembers when the key was last used, at most once a minute, and never waits for another request that
    does the same.
    """
    before = at - USE_NOTED_EVERY
    if key.last_used_at is not None and key.last_used_at > before:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=before)
    free = ApiKey.objects.filter(stale, pk=key.pk).select_for_update(skip_locked=True)
    # Some requests run outside a transaction of their own (consistent reads), and a row lock needs one.
    with transaction.atomic():
        ApiKey.objects.filter(pk__in=free.values("pk")).update(last_used_at=at)


def revoke_key(*, key_id: int, at: dt.datetime) -> ApiKey:
    """Ends a key; one that is already revoked keeps its first moment. Raises Refused when there is no such
    key.
    """
    ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=at)
    key = ApiKey.objects.filter(pk=key_id).first()
    if key is None:
        raise Refused(Fault("KEY_UNKNOWN", "/id", {"id": key_id}))
    return key


def _digest(secret: str) -> str:
    return hmac.new(settings.THADS_API_KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hexdigest()
