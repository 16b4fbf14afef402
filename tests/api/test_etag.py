"""ETags: what has been seen (If-Match), what is at hand (If-None-Match)."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory, force_authenticate

from officers.api.units import UnitDetail
from tests.api.clients import caller
from thads.common.api.etag import FOREIGN, check_version, etag_of, if_match, is_known, required_if_match
from thads.common.errors import BadRequest, Fault, PreconditionFailed, PreconditionRequired
from thads.common.principal import Principal

FACTORY = APIRequestFactory()


def who(role: str = "CLERK") -> Any:
    return SimpleNamespace(
        principal=Principal("API_KEY", 1, "test", role, 1), is_authenticated=True, is_active=True
    )


def sent(query: str = "", role: str = "CLERK", headers: Mapping[str, str] | None = None) -> Request:
    plain = FACTORY.get(f"/api/v1/x/{query}", headers=dict(headers or {}))
    force_authenticate(plain, user=who(role))
    request = Request(plain)
    request.user = who(role)
    return request


def matching(header: str) -> Request:
    return sent(headers={"If-Match": header})


# --- The tag ------------------------------------------------------------------------------------------------


def test_a_tag_is_the_version_and_a_hash_of_the_form() -> None:
    tag = etag_of(7, sent())
    assert tag.startswith('"7-') and tag.endswith('"') and tag == etag_of(7, sent())
    forms = [
        sent(),
        sent("?lang=en"),
        sent("?fields=id"),
        sent("?fields=id,version"),
        sent("?expand=parties"),
        sent("?as_of=2024-01-01"),
        sent(role="AUDITOR"),
    ]
    tags = {etag_of(7, form) for form in forms} | {etag_of(8, sent()), etag_of(7, sent(), "unmasked")}
    assert len(tags) == len(forms) + 2


def test_the_language_counts_however_it_is_asked_for() -> None:
    assert etag_of(7, sent("?lang=en")) == etag_of(7, sent(headers={"Accept-Language": "en-GB"}))
    assert etag_of(7, sent("?lang=vi")) == etag_of(7, sent())


def test_the_order_of_the_query_does_not_count() -> None:
    assert etag_of(7, sent("?a=1&b=2")) == etag_of(7, sent("?b=2&a=1"))


# --- If-Match -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "version"),
    [
        ('"7-0f3a5c1be2d94a68"', 7),
        ('W/"7-0f3a5c1be2d94a68"', 7),
        ('"7"', 7),
        ('"7-a", "9-b" ,W/"8-c"', 9),
        ('"7-a,b"', 7),
        (',"7-a",', 7),
        ("*", None),
        (" * ", None),
        ('"x"', FOREIGN),
        ('""', FOREIGN),
        ('"-7"', FOREIGN),
        ('"7x"', FOREIGN),
        (f'"{"9" * 19}-a"', FOREIGN),
        ('"x", "7-a"', 7),
    ],
)
def test_the_version_that_was_seen(header: str, version: int | None) -> None:
    assert if_match(matching(header)) == version


@pytest.mark.parametrize(
    "header", ["", "7", "7-a", '"7-a', 'w/"7-a"', '*, "7-a"', '"7-a" "8-b"', '"7 a"', '", ' + " ," * 5000]
)
def test_what_is_no_list_of_tags_is_a_problem(header: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        if_match(matching(header))
    assert refusal.value.code == "IF_MATCH_INVALID"


def test_without_the_header_any_version_will_do_unless_it_has_to_be_there() -> None:
    assert if_match(sent()) is None
    with pytest.raises(PreconditionRequired) as refusal:
        required_if_match(sent())
    assert (refusal.value.status, refusal.value.code) == (428, "IF_MATCH_REQUIRED")
    assert required_if_match(matching('"3-a"')) == 3
    assert required_if_match(matching("*")) is None


def test_a_stale_version_is_refused_and_told_the_current_one() -> None:
    check_version(None, 9)
    check_version(9, 9)
    for asked in (8, 10, FOREIGN):
        with pytest.raises(PreconditionFailed) as refusal:
            check_version(asked, 9)
        assert (refusal.value.status, refusal.value.code) == (412, "VERSION_STALE")
        assert "9" in refusal.value.faults[0].text("vi") and "9" in refusal.value.faults[0].text("en")
    with pytest.raises(PreconditionFailed) as refusal:
        check_version(8, 9, (Fault("NOT_FOUND"),))
    assert refusal.value.code == "VERSION_STALE"
    assert [fault.code for fault in refusal.value.faults] == ["VERSION_STALE", "NOT_FOUND"]


# --- If-None-Match ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"7-a"', True),
        ('W/"7-a"', True),
        ('"6-a", "7-a"', True),
        ("*", True),
        ('"7-b"', False),
        ("7-a", False),
    ],
)
def test_what_is_at_hand(header: str, known: bool) -> None:
    assert is_known(sent(headers={"If-None-Match": header}), '"7-a"') is known


class VersionedUnit(UnitDetail):
    """A detail whose rows have a version."""

    def version_of(self, row: Mapping[str, Any]) -> int:
        return int(row["pk"])


@pytest.mark.django_db
def test_a_detail_with_a_version_is_not_sent_twice() -> None:
    client, view = caller("DN.HC", "UNIT_HEAD"), VersionedUnit.as_view()

    def get(**headers: str) -> Any:
        plain = FACTORY.get(
            "/api/v1/units/DN.HC/",
            headers={"Authorization": client._credentials["HTTP_AUTHORIZATION"], **headers},
        )
        return view(plain, code="DN.HC").render()

    first = get()
    assert first.status_code == 200 and first.data["code"] == "DN.HC"
    with CaptureQueriesContext(
        connection,
    ) as whole:
        assert get(**{"Accept-Language": "en"})["ETag"] != first["ETag"]
    with CaptureQueriesContext(connection) as short:
        second = get(**{"If-None-Match": first["ETag"]})
    assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])
    assert second["Vary"] == "Accept-Language, Authorization, Cookie"
    assert second["Cache-Control"] == "private, no-cache"
    assert len(short) < len(whole)


# --- The document -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def headers_of(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}


def test_every_post_that_writes_tells_of_its_key(document: dict[str, Any]) -> None:
    posts = [(path, methods["post"]) for path, methods in document["paths"].items() if "post" in methods]
    computed = [operation for path, operation in posts if "/calculators/" in path]
    assert computed and not any("Idempotency-Key" in headers_of(one) for one in computed)
    posts = [(path, operation) for path, operation in posts if operation not in computed]
    assert posts
    for path, operation in posts:
        assert "Idempotency-Key" in headers_of(operation), path
        assert {"400", "409", "422"} <= set(operation["responses"]), path
        good = {
            status: one.get("headers", {}) for status, one in operation["responses"].items() if status < "300"
        }
        made = [headers for status, headers in good.items() if status in ("201", "202")]
        assert all({"Idempotency-Replayed", "Location"} <= set(headers) for headers in made), path
        assert made or any("Idempotency-Replayed" in headers for headers in good.values()), path


def test_acts_tell_of_the_version(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/cases/{id}/acts/"]["post"]
    assert "If-Match" in headers_of(operation)
    assert "412" in operation["responses"] and "ETag" in operation["responses"]["201"]["headers"]
