"""Accounts: made, closed, locked out; passwords that are shown once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from officers.models import Assignment, Officer, Unit, User
from tests.api.clients import caller
from tests.api.test_units import refused
from tests.shapes import shape
from thads.journal import sequencer

pytestmark = pytest.mark.django_db
URL, ME, LOGIN, PASSWORD = "/api/v1/accounts/", "/api/v1/me/", "/login/", "/password/"
ANY: dict[str, Any] = {"HTTP_IF_MATCH": "*"}
SENT = {"username": "chv.haichau", "officer": "DN.HC.01"}
OWN = "mot-mat-khau-rieng-7"


def head() -> APIClient:
    return caller("DN", "HEAD")


def made() -> dict[str, Any]:
    answer = head().post(URL, SENT)
    assert answer.status_code == 201, answer.content
    return answer.json()


def sign_in(password: str, username: str = SENT["username"], **extra: Any) -> Any:
    return Client(**extra).post(LOGIN, {"username": username, "password": password})


def choose(old: str, new: str, again: str | None = None) -> Any:
    body = {
        "username": SENT["username"],
        "password": old,
        "new_password1": new,
        "new_password2": again or new,
    }
    return Client().post(PASSWORD, body)


def test_an_account_is_made_its_password_chosen_and_then_it_works(staff: dict[str, Officer]) -> None:
    row = made()
    assert row["password_once"] is True and len(row["password"]) == 19
    assert "password" not in head().get(f"{URL}{row['id']}/").json()
    assert sign_in(row["password"]).status_code == 200, "signed in with a password for one use"
    client = APIClient(raise_request_exception=False)
    client.force_login(User.objects.get(username=SENT["username"]))
    refused(client.get("/api/v1/units/"), 403, "PASSWORD_ONCE")
    assert choose(row["password"], "123456").status_code == 200, "a password that anybody guesses"
    assert choose(row["password"], OWN, "another").status_code == 200
    assert choose("wrong", OWN).status_code == 200
    assert choose(row["password"], OWN).status_code == 302
    assert sign_in(row["password"]).status_code == 200
    signed = Client()
    assert signed.post(LOGIN, {"username": SENT["username"], "password": OWN}).status_code == 302
    assert signed.get(ME).json()["acting"]["role"] == "OFFICER"
    sequencer.sequence_all()
    log = head().get("/api/v1/events/")
    assert [one["type"] for one in log.json()["results"]] == ["account.created", "account.password_chosen"]
    text = log.content.decode()
    assert "pbkdf2" not in text and "md5$" not in text and SENT["username"] not in text and OWN not in text


def test_a_closed_account_is_out_at_once(staff: dict[str, Officer]) -> None:
    row = made()
    choose(row["password"], OWN)
    signed = Client()
    signed.post(LOGIN, {"username": SENT["username"], "password": OWN})
    assert signed.get(ME).status_code == 200
    closed = head().patch(f"{URL}{row['id']}/", {"is_active": False}, **ANY)
    assert (closed.status_code, closed.json()["is_active"]) == (200, False)
    assert signed.get(ME).status_code == 401
    assert sign_in(OWN).status_code == 200
    assert head().patch(f"{URL}{row['id']}/", {"is_active": True}, **ANY).status_code == 200
    assert sign_in(OWN).status_code == 302
    assert head().delete(f"{URL}{row['id']}/", **ANY).status_code == 204
    assert sign_in(OWN).status_code == 200
    refused(head().get(f"{URL}{row['id']}/"), 404, "ACCOUNT_NOT_FOUND")
    refused(head().post(URL, SENT), 409, "USERNAME_TAKEN")


def test_a_new_password_ends_the_sessions(staff: dict[str, Officer]) -> None:
    row = made()
    choose(row["password"], OWN)
    signed = Client()
    signed.post(LOGIN, {"username": SENT["username"], "password": OWN})
    answer = head().post(f"{URL}{row['id']}/password/", {}, HTTP_IDEMPOTENCY_KEY="p1")
    assert answer.status_code == 201, answer.content
    assert answer.json()["password"] != row["password"]
    assert signed.get(ME).status_code == 401
    assert choose(answer.json()["password"], OWN + "x").status_code == 302
    refused(
        head().post(f"{URL}{row['id']}/password/", {"password": "mine"}), 400, "FIELD_UNKNOWN", "/password"
    )


def test_five_wrong_passwords_lock_the_account_for_their_address(staff: dict[str, Officer]) -> None:
    row = made()
    choose(row["password"], OWN)
    here, there = {"REMOTE_ADDR": "203.0.113.5"}, {"REMOTE_ADDR": "203.0.113.6"}
    for _ in range(4):
        assert sign_in("sai", **here).status_code == 200
    locked = sign_in("sai", **here)
    assert locked.status_code == 429 and locked["Retry-After"] == "900"
    assert "bị khóa 15 phút" in locked.content.decode()
    assert sign_in(OWN, **here).status_code == 429, "the right password opens a locked account"
    assert sign_in(OWN, **there).status_code == 302
    assert sign_in(OWN, username="nobody", **here).status_code == 200
    assert head().post(f"{URL}{row['id']}/unlock/", {}).status_code == 200
    assert sign_in(OWN, **here).status_code == 302


def test_a_name_that_is_nobodys_is_locked_alike() -> None:
    answers = [sign_in("sai", username="ai-do").status_code for _ in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]


def test_a_forged_address_does_not_open_a_lock(staff: dict[str, Officer]) -> None:
    made()
    codes = [sign_in("sai", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code for number in range(6)]
    assert codes[-1] == 429


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"officer": "DN.99"}, 422, "OFFICER_NOT_FOUND", "/officer"),
        ({"username": "CHV.dn"}, 409, "USERNAME_TAKEN", "/username"),
        ({"username": "a b"}, 400, "FIELD_INVALID", "/username"),
        ({"username": ""}, 400, "FIELD_INVALID", "/username"),
        ({"password": "mine"}, 400, "FIELD_UNKNOWN", "/password"),
        ({"is_superuser": True}, 400, "FIELD_UNKNOWN", "/is_superuser"),
        ({"officer": "DN.HC.02"}, 409, "OFFICER_HAS_ACCOUNT", "/officer"),
    ],
)
def test_what_an_account_may_not_be(
    change: dict[str, Any], status: int, code: str, pointer: str, staff: dict[str, Officer]
) -> None:
    User.objects.create_user("chv.DN", officer=staff["DN.HC.02"])
    refused(head().post(URL, {**SENT, **change}), status, code, pointer)
    assert User.objects.count() == 1


def test_name_and_officer_of_an_account_stay(staff: dict[str, Officer]) -> None:
    address = f"{URL}{made()['id']}/"
    refused(head().patch(address, {"username": "x"}, **ANY), 422, "FIELD_FIXED", "/username")
    refused(head().patch(address, {"officer": "DN.HC.02"}, **ANY), 422, "FIELD_FIXED", "/officer")


def test_nobody_takes_the_account_of_who_works_elsewhere_too(staff: dict[str, Officer]) -> None:
    """Else the head of a branch could sign in as the head of the province who once worked there."""
    row = made()
    Assignment.objects.create(officer=staff["DN.HC.01"], unit=Unit.objects.get(code="DN"), role="HEAD")
    branch = caller("DN.HC", "HEAD")
    refused(branch.post(f"{URL}{row['id']}/password/", {}), 422, "OFFICER_ELSEWHERE")
    refused(branch.patch(f"{URL}{row['id']}/", {"is_active": False}, **ANY), 422, "OFFICER_ELSEWHERE")
    other = caller("DN.TK", "HEAD")
    refused(other.post(f"{URL}{row['id']}/password/", {}), 404, "ACCOUNT_NOT_FOUND")
    refused(other.post(f"{URL}{row['id']}/unlock/", {}), 404, "ACCOUNT_NOT_FOUND")


@pytest.mark.parametrize(
    "role", ["DEPUTY", "UNIT_HEAD", "OFFICER", "CLERK", "STATISTICIAN", "AUDITOR", "SYSTEM"]
)
def test_only_a_head_keeps_accounts(role: str, staff: dict[str, Officer]) -> None:
    row = made()
    client = caller("DN", role)
    refused(client.get(URL), 403, "ROLE_MAY_NOT")
    refused(client.post(URL, SENT, HTTP_IDEMPOTENCY_KEY="k"), 403, "ROLE_MAY_NOT")
    refused(client.post(f"{URL}{row['id']}/password/", {}, HTTP_IDEMPOTENCY_KEY="k"), 403, "ROLE_MAY_NOT")


def test_examples_have_the_shape_of_answers(staff: dict[str, Officer]) -> None:
    from officers.api import accounts

    row = made()
    assert shape(row) == shape(accounts.AccountList.operations["POST"].example)
    assert shape(head().get(f"{URL}{row['id']}/").json()) == shape(
        accounts.AccountDetail.operations["GET"].example
    )
