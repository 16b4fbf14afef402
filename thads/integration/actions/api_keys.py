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
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q

from officers.models import Assignment, Officer, Unit
from officers.models.unit import SUBTREE, UnitQuerySet
from officers.roles import ROLE_BY_CODE, is_above
from thads.common import versions
from thads.common.api.address import is_within, network_of
from thads.common.errors import Fault, Forbidden, Refused
from thads.common.principal import Principal
from thads.common.statements import row_of
from thads.common.versions import Changes, Check
from thads.integration.models import ApiKey
from thads.journal.noting import noted

# Ids end well below the greatest bigint, and nobody should make the database read forty digits.
_SHAPE = re.compile(r"thads_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})", re.ASCII)
#: What a key is for: another one of these is another key.
FIXED = ("unit", "role", "officer")
USE_NOTED_EVERY = dt.timedelta(minutes=1)


def create_key(
    *,
    name: str,
    unit: str,
    role: str,
    at: dt.datetime,
    officer: str | None = None,
    expires_at: dt.datetime | None = None,
    permissions: Sequence[str] = (),
    networks: Sequence[str] = (),
    units: UnitQuerySet | None = None,
    giver: Principal | None = None,
    by: str = "SYSTEM:api_key",
) -> tuple[ApiKey, str]:
    """A new key and its text, which is known only now.

    ``unit`` and ``officer`` are codes; the unit is one of ``units`` (all, without), the officer has to be, or
    have been, assigned somewhere in it. ``expires_at`` is the first moment at which the key no longer works;
    ``permissions`` and ``networks`` as ``ApiKey`` says. Raises Refused with a fault for everything that is
    wrong, and Forbidden when the key could do what its ``giver`` may not.
    """
    faults: list[Fault] = []
    if not name.strip():
        faults.append(Fault("KEY_NAME_MISSING", "/name"))
    place = (Unit.objects.standing() if units is None else units).filter(code=unit).first()
    if place is None:
        faults.append(Fault("UNIT_NOT_FOUND", "/unit", {"unit": unit}))
    if role not in ROLE_BY_CODE:
        faults.append(Fault("ROLE_UNKNOWN", "/role", {"role": role, "known": ", ".join(ROLE_BY_CODE)}))
    person = Officer.objects.standing().filter(code=officer).first() if officer is not None else None
    if officer is not None and person is None:
        faults.append(Fault("OFFICER_NOT_FOUND", "/officer", {"officer": officer}))
    if place and person and not _works_in(person, place):
        faults.append(Fault("OFFICER_NOT_IN_UNIT", "/officer", {"officer": officer, "unit": unit}))
    faults += _content_faults(role, permissions, networks, expires_at, at)
    if faults or place is None:
        raise Refused(faults)
    _refuse_more_than_own(role, permissions, giver)
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        name=name.strip(),
        secret_hash=_digest(secret),
        unit=place,
        role=role,
        officer=person,
        permissions=list(permissions),
        networks=[network_of(one) for one in networks],
        created_at=at,
        expires_at=expires_at,
    )
    with transaction.atomic():
        changes = versions.create(key, at=versions.now([place.pk]), taken=Fault("CONFLICT"))
        _note(key, "created", changes, by)
    return key, f"thads_{key.pk}_{secret}"


def change_key(
    *,
    rows: models.QuerySet[ApiKey],
    values: Mapping[str, Any],
    giver: Principal,
    by: str,
    at: dt.datetime,
    check: Check = versions.unchecked,
) -> ApiKey:
    """Change the name, the permissions, the networks or the expiry of a key; the secret, the role, the unit
    and the officer stay. Raises Refused and Forbidden.
    """
    key = versions.locked(rows.select_related("unit", "officer"), Fault("KEY_NOT_FOUND"))
    given = {name: value for name, value in values.items() if name not in FIXED}
    if "networks" in given:
        faults = _content_faults(key.role, (), given["networks"], None, at)
        if faults:
            raise Refused(faults)
        given["networks"] = [network_of(one) for one in given["networks"]]
    check(key, given)
    for name in FIXED:
        stands = versions.named(getattr(key, name))
        if name in values and values[name] != stands:
            raise Refused(Fault("FIELD_FIXED", f"/{name}", {"name": name, "value": stands or "–"}))
    if key.revoked_at is not None:
        raise Refused(Fault("KEY_REVOKED"))
    changed = versions.differences(key, given)
    permissions = given.get("permissions", key.permissions)
    expires_at = given.get("expires_at") if "expires_at" in changed else None
    if faults := _content_faults(key.role, permissions, (), expires_at, at):
        raise Refused(faults)
    _refuse_more_than_own(key.role, permissions, giver)
    changes = versions.change(key, given, at=versions.now([key.unit_id]), taken=Fault("CONFLICT"))
    if changes:
        _note(key, "changed", changes, by)
    return key


_COLUMNS = tuple(field.attname for field in ApiKey._meta.concrete_fields)
_KEY = f"""
    SELECT {", ".join(f"k.{name}" for name in _COLUMNS)}, ARRAY({SUBTREE.replace("%s", "k.unit_id")})
    FROM integration_apikey k WHERE k.id = %s
"""  # noqa: S608  # the names are the model's own


def _with_units(key_id: int) -> ApiKey | None:
    """The key of this number and the units it is for, in one statement: every request asks it."""
    row = row_of(_KEY, [key_id])
    if row is None:
        return None
    *values, units = row
    key = ApiKey.from_db(connection.alias, _COLUMNS, values)
    key.subtree = frozenset(units)
    return key


def key_for(token: str, *, at: dt.datetime) -> ApiKey:
    """The key whose text is ``token``. Raises Refused: KEY_INVALID, and only to its holder KEY_REVOKED or
    KEY_EXPIRED.
    """
    shape = _SHAPE.fullmatch(token)
    key = _with_units(int(shape[1])) if shape else None
    if shape is None or key is None or not hmac.compare_digest(key.secret_hash, _digest(shape[2])):
        raise Refused(Fault("KEY_INVALID"))
    if key.revoked_at is not None and key.revoked_at <= at:
        raise Refused(Fault("KEY_REVOKED"))
    if key.expires_at is not None and key.expires_at <= at:
        raise Refused(Fault("KEY_EXPIRED"))
    return key


def check_network(key: ApiKey, address: str) -> None:
    """Raises Refused(KEY_NETWORK) when the key may not be used from ``address``."""
    if key.networks and not is_within(address, key.networks):
        raise Refused(Fault("KEY_NETWORK"))


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


def revoke_key(
    *,
    key_id: int,
    at: dt.datetime,
    by: str = "SYSTEM:api_key",
    giver: Principal | None = None,
    check: Check = versions.unchecked,
) -> ApiKey:
    """Ends a key; one that is already revoked keeps its first moment. Raises Refused when there is no such
    key, and Forbidden when it stands above its ``giver``.
    """
    with transaction.atomic():
        key = ApiKey.objects.filter(pk=key_id).select_for_update().first()
        if key is None:
            raise Refused(Fault("KEY_UNKNOWN", "/id", {"id": key_id}))
        check(key, {})
        if giver is not None and is_above(key.role, giver.role):
            raise Forbidden(Fault("ROLE_ABOVE_OWN", "", {"role": key.role, "own": giver.role}))
        if key.revoked_at is None:
            changes = versions.change(
                key, {"revoked_at": at}, at=versions.now([key.unit_id]), taken=Fault("CONFLICT")
            )
            _note(key, "revoked", changes, by)
    return key


def _works_in(officer: Officer, unit: Unit) -> bool:
    held = Assignment.objects.standing().filter(officer=officer)
    return held.filter(unit__in=Unit.objects.subtree(unit)).exists()


def _content_faults(
    role: str,
    permissions: Sequence[str],
    networks: Sequence[str],
    expires_at: dt.datetime | None,
    at: dt.datetime,
) -> list[Fault]:
    faults = []
    known = ROLE_BY_CODE.get(role)
    for place, permission in enumerate(permissions):
        if known is not None and permission not in known.permissions:
            params = {"permission": permission, "role": role}
            faults.append(Fault("PERMISSION_NOT_OF_ROLE", f"/permissions/{place}", params))
    for place, network in enumerate(networks):
        try:
            network_of(network)
        except ValueError:
            faults.append(Fault("NETWORK_INVALID", f"/networks/{place}", {"network": network[:60]}))
    if expires_at is not None and expires_at <= at:
        faults.append(Fault("KEY_EXPIRY_PAST", "/expires_at", {"day": expires_at.date().isoformat()}))
    return faults


def _refuse_more_than_own(role: str, permissions: Sequence[str], giver: Principal | None) -> None:
    """A key does no more than who gives it, and for longer than a delegation lasts nobody gives one."""
    if giver is None:
        return
    if giver.behalf is not None:
        raise Forbidden(Fault("KEY_BY_DELEGATION"))
    if is_above(role, giver.role):
        raise Forbidden(Fault("ROLE_ABOVE_OWN", "/role", {"role": role, "own": giver.role}))
    limit = giver.permissions
    if limit is not None and not (permissions and limit.issuperset(permissions)):
        raise Forbidden(Fault("KEY_MORE_THAN_OWN", "/permissions"))


def _note(key: ApiKey, verb: str, changes: Changes, by: str) -> None:
    told = {name: change for name, change in changes.items() if name != "secret_hash"}
    noted(
        key,
        verb,
        changes=told,
        by=by,
        unit_id=key.unit_id,
        private=frozenset({"name"}),
        kind="api_key",
        number=key.pk,
    )


def _digest(secret: str) -> str:
    return hmac.new(settings.THADS_API_KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hexdigest()
