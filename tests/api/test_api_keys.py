"""API keys through the API: made, limited, changed, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from officers.models import Assignment, Officer, Unit, User
from tests.api.clients import caller
from tests.api.test_units import refused
from tests.registers import bring_in, made_story
from tests.shapes import shape
from thads.common.api.address import client_address, is_within
from thads.integration.models import ApiKey
from thads.journal import sequencer

pytestmark = pytest.mark.django_db
URL, UNITS, ME = "/api/v1/api-keys/", "/api/v1/units/", "/api/v1/me/"
ANY: dict[str, Any] = {"HTTP_IF_MATCH": "*"}
SENT: dict[str, Any] = {"name": "court", "unit": "DN.HC", "role": "STATISTICIAN"}


def head() -> APIClient:
    return caller("DN", "HEAD")


def holder(token: str, **extra: Any) -> APIClient:
    client = APIClient(raise_request_exception=False, **extra)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def made(**change: Any) -> tuple[dict[str, Any], APIClient]:
    """A key and its holder."""
    answer = head().post(URL, {**SENT, **change})
    assert answer.status_code == 201, answer.content
    return answer.json(), holder(answer.json()["key"])


def test_a_key_is_shown_once_works_and_ends() -> None:
    client = head()
    answer = client.post(URL, SENT)
    row = answer.json()
    assert holder(row["key"]).get(UNITS).json()["results"][0]["code"] == "DN.HC"
    detail = client.get(answer["Location"])
    assert "key" not in detail.json() and row["key"].split("_", 2)[2] not in detail.content.decode()
    assert detail.json()["state"] == "ACTIVE" and detail.json()["last_used_at"] is not None
    ended = client.delete(answer["Location"], HTTP_IF_MATCH=detail["ETag"])
    assert ended.status_code == 204
    assert client.get(answer["Location"]).json()["state"] == "REVOKED"
    refused(holder(row["key"]).get(UNITS), 401, "KEY_REVOKED")
    refused(client.patch(answer["Location"], {"name": "x"}, **ANY), 422, "KEY_REVOKED")
    sequencer.sequence_all()
    log = client.get("/api/v1/events/")
    assert [one["type"] for one in log.json()["results"]] == ["api_key.created", "api_key.revoked"]
    kept = ApiKey.objects.get(public_id=row["id"]).secret_hash
    assert "court" not in log.content.decode() and kept not in log.content.decode()


def test_an_answer_given_again_has_no_secret() -> None:
    client = head()
    first = client.post(URL, SENT, HTTP_IDEMPOTENCY_KEY="k1").json()
    again = client.post(URL, SENT, HTTP_IDEMPOTENCY_KEY="k1")
    assert again["Idempotency-Replayed"] == "true"
    assert again.json()["id"] == first["id"] and "key" not in again.json()


def test_a_dry_run_makes_no_key() -> None:
    client = head()
    before = ApiKey.objects.count()
    answer = client.post(URL + "?dry_run=true", SENT)
    assert answer.status_code == 200 and ApiKey.objects.count() == before
    refused(holder(answer.json()["key"]).get(UNITS), 401, "KEY_INVALID")


def test_a_key_does_what_it_was_given_of_its_role_only() -> None:
    _row, client = made(role="HEAD", permissions=["READ_ORGANISATION", "MANAGE_API_KEYS"])
    assert client.get(UNITS).status_code == 200
    refused(client.get("/api/v1/cases/"), 403, "ROLE_MAY_NOT")
    assert [one["code"] for one in client.get(ME).json()["permissions"]] == [
        "READ_ORGANISATION",
        "MANAGE_API_KEYS",
    ]
    refused(client.post(URL, SENT), 403, "KEY_MORE_THAN_OWN", "/permissions")
    refused(client.post(URL, {**SENT, "permissions": ["READ_CASES"]}), 403, "KEY_MORE_THAN_OWN")
    assert client.post(URL, {**SENT, "permissions": ["READ_ORGANISATION"]}).status_code == 201


def test_a_limited_key_may_not_reassign_by_an_act() -> None:
    bring_in([made_story()], counted=False)
    _row, client = made(role="HEAD", permissions=["READ_CASES", "RECORD_ACTS"])
    (case,) = client.get("/api/v1/cases/").json()["results"]
    act = {"type": "REASSIGN", "effective_on": "2024-02-01", "unit": "DN.HC", "officer": "DN.HC.01"}
    refused(client.post(f"/api/v1/cases/{case['id']}/acts/", act), 403, "ROLE_MAY_NOT", "/type")


@pytest.mark.parametrize(
    ("networks", "address", "may"),
    [
        (["10.20.0.0/16"], "10.20.3.4", True),
        (["10.20.0.0/16"], "10.21.3.4", False),
        (["10.20.0.0/16"], "::ffff:10.20.3.4", True),
        (["2001:db8:20::/48"], "2001:db8:20::1", True),
        (["2001:db8:20::/48"], "2001:db8:21::1", False),
        (["10.20.0.0/16", "192.0.2.7"], "192.0.2.7", True),
        (["10.20.0.0/16"], "", False),
        ([], "203.0.113.9", True),
    ],
)
def test_a_key_works_from_its_networks_only(networks: list[str], address: str, may: bool) -> None:
    row, _client = made(networks=networks)
    answer = holder(row["key"], REMOTE_ADDR=address).get(UNITS)
    if may:
        assert answer.status_code == 200
    else:
        refused(answer, 401, "KEY_NETWORK")
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "10.20.0.1", "203.0.113.9"),
        ("10.0.0.5", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.5", "192.0.2.1, 198.51.100.7, 10.0.0.4", "198.51.100.7"),
        ("10.0.0.5", "nonsense", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "10.0.0.6", "10.0.0.6"),
        ("", "", ""),
    ],
)
def test_only_our_own_proxies_are_believed(settings: Any, peer: str, forwarded: str, found: str) -> None:
    import ipaddress

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == found
    assert not is_within("", ["0.0.0.0/0"])


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"name": " "}, 400, "FIELD_INVALID", "/name"),
        ({"unit": "QN"}, 422, "UNIT_NOT_FOUND", "/unit"),
        ({"role": "KING"}, 400, "FIELD_INVALID", "/role"),
        ({"officer": "DN.TK.01"}, 422, "OFFICER_NOT_IN_UNIT", "/officer"),
        ({"officer": "DN.99"}, 422, "OFFICER_NOT_FOUND", "/officer"),
        ({"permissions": ["OPEN_CASES"]}, 422, "PERMISSION_NOT_OF_ROLE", "/permissions/0"),
        ({"networks": ["10.20.0.1/16"]}, 422, "NETWORK_INVALID", "/networks/0"),
        ({"networks": ["10.20.0.0/16", "lan"]}, 422, "NETWORK_INVALID", "/networks/1"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "KEY_EXPIRY_PAST", "/expires_at"),
        ({"secret": "x"}, 400, "FIELD_UNKNOWN", "/secret"),
    ],
)  # fmt: skip
def test_what_a_key_may_not_be(
    change: dict[str, Any], status: int, code: str, pointer: str, staff: dict[str, Officer]
) -> None:
    client = head()
    before = ApiKey.objects.count()
    refused(client.post(URL, {**SENT, **change}), status, code, pointer)
    assert ApiKey.objects.count() == before


def test_a_key_may_be_narrowed_and_stays_what_it_is() -> None:
    row, client = made()
    address = f"{URL}{row['id']}/"
    changed = head().patch(address, {"networks": ["10.0.0.0/8"], "permissions": ["READ_CASES"]}, **ANY)
    assert changed.status_code == 200, changed.content
    refused(client.get(UNITS), 401, "KEY_NETWORK")
    refused(head().patch(address, {"role": "HEAD"}, **ANY), 422, "FIELD_FIXED", "/role")
    refused(head().patch(address, {"expires_at": "2020-01-01T00:00:00Z"}, **ANY), 422, "KEY_EXPIRY_PAST")
    gone = (timezone.now() - dt.timedelta(days=1)).isoformat()
    ApiKey.objects.filter(public_id=row["id"]).update(expires_at=gone, networks=[])
    assert head().get(address).json()["state"] == "EXPIRED"
    refused(client.get(UNITS), 401, "KEY_EXPIRED")


@pytest.mark.parametrize(
    "role", ["DEPUTY", "UNIT_HEAD", "OFFICER", "CLERK", "STATISTICIAN", "AUDITOR", "SYSTEM"]
)
def test_only_a_head_sees_and_makes_keys(role: str) -> None:
    client = caller("DN", role)
    refused(client.get(URL), 403, "ROLE_MAY_NOT")
    refused(client.post(URL, SENT, HTTP_IDEMPOTENCY_KEY="k"), 403, "ROLE_MAY_NOT")


def test_a_head_sees_and_makes_keys_of_his_part_only() -> None:
    row, _client = made(unit="DN.TK")
    branch = caller("DN.HC", "HEAD")
    assert row["id"] not in [one["id"] for one in branch.get(URL).json()["results"]]
    refused(branch.get(f"{URL}{row['id']}/"), 404, "KEY_NOT_FOUND")
    refused(branch.delete(f"{URL}{row['id']}/", **ANY), 404, "KEY_NOT_FOUND")
    refused(branch.post(URL, {**SENT, "unit": "DN"}), 422, "UNIT_NOT_FOUND", "/unit")


def test_a_delegate_makes_no_keys(staff: dict[str, Officer]) -> None:
    from tests.api.test_delegations import day, person, stand

    dn = Unit.objects.get(code="DN")
    for code, role in (("DN.LD01", "HEAD"), ("DN.LD02", "DEPUTY")):
        Assignment.objects.create(officer=Officer.objects.create(code=code), unit=dn, role=role)
    for_head = {"HTTP_X_ACT_AS": str(stand(valid_to=day(3)).public_id)}
    deputy = person(Officer.objects.get(code="DN.LD02"))
    refused(deputy.post(URL, SENT, **for_head), 403, "KEY_BY_DELEGATION")
    assert User.objects.count() == 1


def test_an_officers_key_sees_own_cases_only(staff: dict[str, Officer]) -> None:
    bring_in([made_story(), made_story(number="2/QĐ-CCTHADS", officer="DN.HC.02")], counted=False)
    _row, client = made(role="OFFICER", officer="DN.HC.02")
    assert [one["decision_number"] for one in client.get("/api/v1/cases/").json()["results"]] == [
        "2/QĐ-CCTHADS"
    ]


def test_examples_have_the_shape_of_answers() -> None:
    from thads.integration.api import api_keys

    answer = head().post(URL, api_keys.ApiKeyList.operations["POST"].request_example)
    assert shape(answer.json()) == shape(api_keys.ApiKeyList.operations["POST"].example)
    assert shape(head().get(answer["Location"]).json()) == shape(
        api_keys.ApiKeyDetail.operations["GET"].example
    )
