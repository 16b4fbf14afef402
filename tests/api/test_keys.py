"""API keys: what the command prints, and which keys open the door."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from officers.models import Officer
from thads.common.errors import Refused
from thads.integration.actions.api_keys import create_key, key_for, note_use, revoke_key
from thads.integration.models import ApiKey

pytestmark = pytest.mark.django_db
UNITS = "/api/v1/units/"


def create(*arguments: str) -> str:
    out = io.StringIO()
    call_command("api_key", "create", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_the_command_prints_the_key_alone_on_the_last_line_and_it_works() -> None:
    token = create("--name", "court", "--unit", "DN", "--role", "STATISTICIAN").splitlines()[-1]
    assert re.fullmatch(r"thads_\d+_[A-Za-z0-9_-]+", token)
    assert bearer(token).get(UNITS).status_code == 200


def test_the_secret_is_not_kept() -> None:
    token = create("--name", "court", "--unit", "DN", "--role", "STATISTICIAN").split()[-1]
    kept = ApiKey.objects.values_list().get()
    assert not any(token.split("_", 2)[2] in str(value) for value in kept)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--unit", "DN.XX", "--role", "HEAD"), "DN.XX"),
        (("--unit", "DN", "--role", "BOSS"), "BOSS"),
        (("--unit", "DN", "--role", "OFFICER", "--officer", "DN.HC.99"), "DN.HC.99"),
        (("--unit", "DN", "--role", "HEAD", "--expires", "2001-01-01"), "01/2001"),
    ],
)
def test_what_is_not_known_is_named_and_nothing_is_made(arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=re.escape(says)) as refused:
        create("--name", "n", *arguments)
    assert refused.value.returncode == 1
    assert not ApiKey.objects.exists()


def test_an_officer_of_another_unit_is_refused(staff: dict[str, Officer]) -> None:
    with pytest.raises(CommandError, match=r"DN\.TK\.01"):
        create("--name", "n", "--unit", "DN.HC", "--role", "OFFICER", "--officer", "DN.TK.01")
    create("--name", "n", "--unit", "DN", "--role", "OFFICER", "--officer", "DN.TK.01")


def test_list_and_revoke() -> None:
    token = create("--name", "court", "--unit", "DN", "--role", "AUDITOR").split()[-1]
    number = token.split("_")[1]
    out = io.StringIO()
    call_command("api_key", "list", stdout=out)
    assert "court" in out.getvalue() and "ACTIVE" in out.getvalue() and token not in out.getvalue()
    call_command("api_key", "revoke", "--id", number, stdout=io.StringIO())
    answer = bearer(token).get(UNITS)
    assert (answer.status_code, answer.json()["code"]) == (401, "KEY_REVOKED")
    with pytest.raises(CommandError, match="999999"):
        call_command("api_key", "revoke", "--id", "999999", stdout=io.StringIO())


def test_an_expiry_day_is_the_last_day_on_which_the_key_works() -> None:
    create("--name", "n", "--unit", "DN", "--role", "HEAD", "--expires", "2199-12-31")
    expires = ApiKey.objects.get().expires_at
    assert expires is not None
    assert timezone.localtime(expires).isoformat() == "2200-01-01T00:00:00+07:00"


def test_an_expired_key_is_refused() -> None:
    now = timezone.now()
    before = now - dt.timedelta(days=2)
    _key, token = create_key(
        name="n", unit="DN", role="HEAD", at=before, expires_at=now - dt.timedelta(days=1)
    )
    assert bearer(token).get(UNITS).json()["code"] == "KEY_EXPIRED"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "thads",
        "thads_1_short",
        "thads_1_" + "A" * 43,
        "thads_99999999999999999999999_" + "A" * 43,
        "thads_٣_" + "A" * 43,
        "Bearer x",
        "\udcff",
    ],
)
def test_a_wrong_key_is_refused_and_says_how_to_sign_in(wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        key_for(wrong, at=timezone.now())
    assert refused.value.code == "KEY_INVALID"


def test_a_key_with_another_secret_is_refused() -> None:
    _key, token = create_key(name="n", unit="DN", role="HEAD", at=timezone.now())
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    answer = bearer(other).get(UNITS)
    assert (answer.status_code, answer.json()["code"]) == (401, "KEY_INVALID")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_without_credentials_401() -> None:
    answer = APIClient().get(UNITS)
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_use_is_noted_at_most_once_a_minute() -> None:
    start = timezone.now()
    key, _token = create_key(name="n", unit="DN", role="HEAD", at=start)

    def noted(seconds: int) -> dt.datetime | None:
        key.refresh_from_db()
        note_use(key, at=start + dt.timedelta(seconds=seconds))
        key.refresh_from_db()
        return key.last_used_at

    assert noted(0) == start
    assert noted(59) == start
    assert noted(61) == start + dt.timedelta(seconds=61)


def test_use_is_noted_in_a_request_without_a_transaction(committed_database: Any) -> None:
    key, _token = create_key(name="n", unit="DN", role="HEAD", at=timezone.now())
    note_use(key, at=timezone.now())
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_revoking_twice_keeps_the_first_moment() -> None:
    now = timezone.now()
    key, _token = create_key(name="n", unit="DN", role="HEAD", at=now)
    revoke_key(key_id=key.pk, at=now)
    assert revoke_key(key_id=key.pk, at=now + dt.timedelta(days=1)).revoked_at == now
