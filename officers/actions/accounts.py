"""Accounts: made for an officer, closed and opened, given a new password.

A password made here is good for one thing: signing in to choose another. It is told once and kept as a hash.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from axes.utils import reset
from django.db import models
from django.db.models import Q
from django.utils import timezone

from officers.models import Assignment, Officer, User
from officers.models.officer import OfficerQuerySet
from officers.models.unit import UnitQuerySet
from thads.common import versions
from thads.common.errors import Conflict, Fault, Refused
from thads.common.versions import Changes, Check
from thads.journal.noting import noted

#: What the log is told of an account.
TOLD = ("officer", "is_active", "password_once", "password")
FIXED = ("username", "officer")
#: Only that it is another.
_NEW_PASSWORD: Changes = {"password": (None, None)}


def create_account(
    *, values: Mapping[str, Any], officers: OfficerQuerySet, units: UnitQuerySet, by: str
) -> tuple[User, str]:
    """An account for one of ``officers`` and its password, which is known only now.

    Raises Refused (the officer is not seen, or works elsewhere too) and Conflict (the officer has an account,
    the name is taken).
    """
    officer = officers.filter(code=values["officer"]).first()
    if officer is None:
        raise Refused(Fault("OFFICER_NOT_FOUND", "/officer", {"officer": values["officer"]}))
    officer = versions.locked(Officer.objects.filter(pk=officer.pk), Fault("NOT_FOUND"))
    unit_id = _unit_of(officer, units, "/officer")
    if User.objects.standing().filter(officer=officer).exists():
        raise Conflict(Fault("OFFICER_HAS_ACCOUNT", "/officer", {"officer": officer.code}))
    taken = Fault("USERNAME_TAKEN", "/username", {"username": values["username"]})
    if User.objects.filter(username__iexact=values["username"]).exists():
        raise Conflict(taken)
    user = User(**{**values, "officer": officer}, password_once=True)
    password = _new_password(user)
    changes = versions.create(user, at=versions.now([unit_id]), taken=taken)
    _note(user, "created", changes, by, unit_id)
    return user, password


def change_account(
    *,
    rows: models.QuerySet[User],
    values: Mapping[str, Any],
    units: UnitQuerySet,
    by: str,
    check: Check = versions.unchecked,
) -> User:
    """Close an account or open it again; name and officer stay. Raises Refused."""
    user, unit_id = _locked(rows, units)
    given = {name: value for name, value in values.items() if name not in FIXED}
    check(user, given)
    stands = {"username": user.username, "officer": user.officer.code if user.officer else None}
    for name in FIXED:
        if name in values and values[name] != stands[name]:
            raise Refused(Fault("FIELD_FIXED", f"/{name}", {"name": name, "value": stands[name] or "–"}))
    changes = versions.change(user, given, at=versions.now([unit_id]), taken=Fault("CONFLICT"))
    if changes:
        _note(user, "changed", changes, by, unit_id)
    return user


def remove_account(
    *, rows: models.QuerySet[User], units: UnitQuerySet, by: str, check: Check = versions.unchecked
) -> None:
    """Close an account for good: nobody signs in with it any more, and its name is not given again."""
    user, unit_id = _locked(rows, units)
    check(user, {})
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    versions.remove(user, at=versions.now([unit_id]))
    _note(user, "removed", {}, by, unit_id)


def reset_password(*, rows: models.QuerySet[User], units: UnitQuerySet, by: str) -> tuple[User, str]:
    """A new password, known only now; every session of the account ends, and so does its lock."""
    user, unit_id = _locked(rows, units)
    password = _new_password(user)
    user.save(update_fields=["password"])
    changes = versions.change(
        user,
        {"password_once": True},
        at=versions.now([unit_id]),
        taken=Fault("CONFLICT"),
        also=_NEW_PASSWORD,
    )
    reset(username=user.username)
    _note(user, "password_reset", changes, by, unit_id)
    return user, password


def release_lock(*, rows: models.QuerySet[User], units: UnitQuerySet, by: str) -> User:
    """Forget the wrong passwords of an account, so that it can be tried again at once."""
    user, unit_id = _locked(rows, units)
    reset(username=user.username)
    user.modified_at = versions.now([unit_id])
    _note(user, "unlocked", {}, by, unit_id)
    return user


def choose_password(*, user: User, password: str) -> None:
    """A password of the holder's own takes the place of the one that stands; every session ends."""
    row = versions.locked(User.objects.filter(pk=user.pk), Fault("ACCOUNT_NOT_FOUND"))
    row.set_password(password)
    row.save(update_fields=["password"])
    changes = versions.change(
        row, {"password_once": False}, at=versions.now([]), taken=Fault("CONFLICT"), also=_NEW_PASSWORD
    )
    if row.officer is not None:
        by = f"USER:{row.pk} {row.get_username()}"
        held = Assignment.objects.standing().filter(officer=row.officer).order_by("-pk").first()
        if held is not None:
            _note(row, "password_chosen", changes, by, held.unit_id)


def _new_password(user: User) -> str:
    """16 characters of some 95 bits, in groups that can be read out."""
    letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
    password = "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    user.set_password(password)
    return password


def _locked(rows: models.QuerySet[User], units: UnitQuerySet) -> tuple[User, int]:
    """The account, locked, and the unit whose readers are told of it."""
    user = versions.locked(rows.select_related("officer"), Fault("ACCOUNT_NOT_FOUND"))
    if user.officer is None:
        raise Refused(Fault("ACCOUNT_NOT_FOUND"))
    return user, _unit_of(user.officer, units, "")


def _unit_of(officer: Officer, units: UnitQuerySet, pointer: str) -> int:
    """Where the officer works. Raises Refused when it is also somewhere that the caller does not see: who
    holds the account of such a one would act there.
    """
    held = Assignment.objects.standing().filter(officer=officer)
    working = held.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()))
    if working.exclude(unit__in=units).exists():
        raise Refused(Fault("OFFICER_ELSEWHERE", pointer, {"officer": officer.code}))
    return int((working.order_by("pk").first() or held.order_by("pk")[0]).unit_id)


def _note(user: User, verb: str, changes: Changes, by: str, unit_id: int) -> None:
    told = {name: change for name, change in changes.items() if name in TOLD}
    noted(
        user,
        verb,
        changes=told,
        private=frozenset({"password"}),
        by=by,
        unit_id=unit_id,
        officer_id=user.officer_id,
        kind="account",
        officer=versions.named(user.officer),
    )
