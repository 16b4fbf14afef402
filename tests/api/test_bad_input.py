"""What no client should send is refused in the shape of every refusal, in the caller's language, and nothing is
written.
"""

from __future__ import annotations

import gzip
import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

from cases.models import Act, Case
from officers.models import Officer, Unit
from tests.api.clients import caller
from tests.registers import made_story
from thads.common.api.compression import Unpacked
from thads.common.api.request_id import RequestIdFilter, RequestIdMiddleware, trace_id_of
from thads.common.errors import BadRequest, TooLarge
from thads.jobs.models import Job

CASES, UNITS = "/api/v1/cases/", "/api/v1/units/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def story(**changes: Any) -> dict[str, Any]:
    body = made_story(**changes)
    del body["acts"]
    return body


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Act, Unit, Job))


def refused(answer: Any, *statuses: int) -> dict[str, Any]:
    """The problem in the answer, which has one of these statuses."""
    assert answer.status_code in statuses, (answer.status_code, answer.content[:400])
    assert answer["Content-Type"] == "application/problem+json" and answer["X-Request-Id"]
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code and body["detail"] and body["request_id"]
    return body


# --- Bodies -------------------------------------------------------------------------------------------------

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"case": {"decision_number": "1"',
    "two values": b"{} {}",
    "not UTF-8": b'{"case": "\xff\xfe"}',
    "UTF-16": json.dumps({"case": "Đ"}).encode("utf-16"),
    "half a character": b'{"case": "\\ud800"}',
    "half a character, raw": b'{"case": "\xed\xa0\x80"}',
    "a zero": b'{"case": "\\u0000"}',
    "NaN": b'{"case": NaN}',
    "infinity": b'{"case": 1e400}',
    "four hundred digits": b'{"case": 1' + b"0" * 400 + b"}",
    "a list in a list, very deep": b"[" * 100_000 + b"]" * 100_000,
    "an object in an object, deep": b'{"a":' * 900 + b"1" + b"}" * 900,
    "deep inside what is known": b'{"case": ' + b"[" * 80 + b"]" * 80 + b"}",
    "a text": b'"text"',
    "null": b"null",
    "a list": b"[1, 2]",
    "a number": b"7",
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_broken_body_is_refused(head: APIClient, kind: str, lang: str) -> None:
    before = written()
    for address in (CASES, UNITS, "/api/v1/cases/reassignments/", "/api/v1/exports/"):
        for key in ({}, {"HTTP_IDEMPOTENCY_KEY": "k1"}):
            sent = head.generic(
                "POST", f"{address}?lang={lang}", BODIES[kind], content_type="application/json", **key
            )
            refused(sent, 400, 422)
            assert sent["Content-Language"] == lang
    assert written() == before


TEXTS = {
    "a zero": "1\x00",
    "right to left": "\u202eĐQ/1",
    "combining marks": "Nguye\u0302\u0303n" + "\u0301" * 500,
    "without width": "\u200b\ufeff",
    "another plane": "𝔄" * 300,
    "a private character": "\ue000",
    "controls": "\x01\x1f\x7f",
    "very long": "Đ" * 200_000,
}
PLACES: dict[str, Callable[[dict[str, Any], str], object]] = {
    "a number of a decision": lambda body, text: body["case"].update(decision_number=text),
    "a name": lambda body, text: body["parties"][0].update(name=text),
    "a unit": lambda body, text: body["case"].update(unit=text),
    "a code": lambda body, text: body["case"].update(initiation=text),
    "an amount": lambda body, text: body["obligations"][0].update(amount=text),
    "a date": lambda body, text: body["case"].update(decision_date=text),
    "a field that is not known": lambda body, text: body.update({text: 1}),
}


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_odd_text_is_taken_whole_or_refused(head: APIClient, kind: str, place: str) -> None:
    body = story()
    PLACES[place](body, TEXTS[kind])
    before = written()
    answer = head.post(CASES, body, format="json")
    if answer.status_code == 201:
        assert place in ("a number of a decision", "a name")
        return
    refused(answer, 400, 422)
    assert written() == before


NUMBERS = [10**400, -(10**400), 2**63, -(2**63) - 1, 2**31, 1e308, -0.0, 1.5, True]


@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_a_huge_number_is_refused_where_a_text_or_a_number_belongs(head: APIClient, number: Any) -> None:
    body = story()
    body["obligations"][0]["amount"] = number
    before = written()
    refused(head.generic("POST", CASES, json.dumps(body), content_type="application/json"), 400, 422)
    rebuild = json.dumps({"fiscal_year": number})
    refused(
        head.generic("POST", "/api/v1/statistics/rebuild/", rebuild, content_type="application/json"),
        400,
        422,
    )
    assert written() == before


@pytest.mark.parametrize(
    "amount", ["9" * 400, "-1", "1e400", "NaN", "Infinity", "1_000", "٣", "０", " 1", "+1", "0x1"]
)
def test_a_huge_or_odd_amount_is_refused(head: APIClient, amount: str) -> None:
    body = story()
    body["obligations"][0]["amount"] = amount
    refused(head.post(CASES, body, format="json"), 400, 422)


@pytest.mark.parametrize("path", ["page_size", "count", "cursor", "lang", "ordering", "unit", "level"])
@pytest.mark.parametrize(
    "value", ["\x00", "\u202e", "Đ" * 2000, "1" * 400, "٣", "%", "%ff", "-1", "NaN", "[]", "'\""]
)
def test_odd_parameters_are_refused(head: APIClient, path: str, value: str) -> None:
    answer = head.get(UNITS, {path: value})
    refused(answer, 400, 404)


def test_a_query_that_is_not_utf8(head: APIClient) -> None:
    refused(head.get(f"{UNITS}?unit=%ff%fe"), 400, 404)
    refused(head.get("/api/v1/units/%ff%00/"), 400, 404)


@pytest.mark.parametrize("path", [CASES, "/api/v1/statistics/rebuild/"])
@pytest.mark.parametrize(
    "media",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",  # in a form an empty field and none are one
        "image/png",
        "nonsense",
        "",
    ],
)
def test_another_media_type_is_refused(head: APIClient, media: str, path: str) -> None:
    before = written()
    refused(head.generic("POST", path, b"<case/>", content_type=media), 415)
    assert written() == before


def test_a_form_without_a_boundary_and_one_that_breaks_off(head: APIClient) -> None:
    before = written()
    for media, body in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data; na"),
        ("multipart/form-data; boundary=" + "a" * 500, b"--a--"),
    ):
        refused(head.generic("POST", "/api/v1/imports/", body, content_type=media), 400, 415)
    assert written() == before


# --- Size ---------------------------------------------------------------------------------------------------


def test_a_body_may_not_be_larger_than_the_limit(head: APIClient, settings: Any) -> None:
    settings.THADS_JSON_LIMIT = 1000
    before = written()
    for lang, words in (("vi", "1000 byte"), ("en", "larger than 1000 bytes")):
        sent = head.generic(
            "POST", f"{CASES}?lang={lang}", b" " * 1001 + b"{}", content_type="application/json"
        )
        body = refused(sent, 413)
        assert body["code"] == "BODY_TOO_LARGE" and words in body["detail"]
    assert written() == before


def test_any_body_has_a_limit(head: APIClient, settings: Any) -> None:
    settings.THADS_UPLOAD_LIMIT = 1000
    sent = head.generic("POST", "/api/v1/imports/", b"{}\n" * 400, content_type="application/x-ndjson")
    assert refused(sent, 413)["code"] == "BODY_TOO_LARGE"
    assert not Job.objects.exists()


@pytest.mark.parametrize("length", ["-1", "many", "1e3", "٣"])
def test_a_length_that_is_none(length: str) -> None:
    sent = APIClient(raise_request_exception=False).generic("GET", UNITS, CONTENT_LENGTH=length)
    assert refused(sent, 400)["code"] == "CONTENT_LENGTH_INVALID"


def test_a_very_long_query(head: APIClient) -> None:
    for lang, words in (("vi", "Phần truy vấn"), ("en", "The query is")):
        body = refused(head.get(f"{UNITS}?unit={'x' * 20_000}&lang={lang}"), 414)
        assert body["code"] == "QUERY_TOO_LONG" and words in body["detail"]


@pytest.mark.parametrize("many", [101, 5000])
def test_too_many_parameters(head: APIClient, many: int) -> None:
    body = refused(head.get(UNITS + "?lang=en" + "&a=" * many), 400)
    assert body["code"] == "PARAMETERS_TOO_MANY" and "parameters" in body["detail"]


def test_headers_too_large(head: APIClient) -> None:
    body = refused(head.get(UNITS, HTTP_X_ANYTHING="x" * 40_000, HTTP_ACCEPT_LANGUAGE="en"), 431)
    assert body["code"] == "HEADERS_TOO_LARGE" and "headers" in body["detail"]


def test_pages_have_no_limits_of_the_api() -> None:
    assert APIClient().get("/health/live", HTTP_X_ANYTHING="x" * 40_000).status_code == 200


# --- gzip ---------------------------------------------------------------------------------------------------


def packed(head: APIClient, address: str, body: bytes, media: str = "application/json", **more: Any) -> Any:
    return head.generic("POST", address, body, content_type=media, HTTP_CONTENT_ENCODING="gzip", **more)


def test_a_packed_body_is_read(head: APIClient) -> None:
    body = gzip.compress(json.dumps(story()).encode())
    answer = packed(head, CASES, body, HTTP_IDEMPOTENCY_KEY="k")
    assert answer.status_code == 201, answer.content
    again = head.post(CASES, story(), format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert again["Idempotency-Replayed"] == "true", "packed or not, it is the same content"


def test_packed_stories_are_brought_in(head: APIClient, files: Any) -> None:
    body = gzip.compress(json.dumps(made_story()).encode() + b"\n")
    answer = packed(head, "/api/v1/imports/", body, "application/x-ndjson")
    assert answer.status_code == 202, answer.content
    form = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        + json.dumps(made_story()).encode()
        + b"\r\n--b--\r\n"
    )
    sent = packed(head, "/api/v1/imports/", gzip.compress(form), "multipart/form-data; boundary=b")
    assert sent.status_code == 202, sent.content


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"\x1f\x8b",
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{}")[:12],
        gzip.compress(b"{}") + b"tail",
        b"\x00" * 100,
    ],
    ids=["not packed", "a beginning", "without its end", "half", "with a tail", "zeros"],
)
def test_a_broken_gzip_is_refused(head: APIClient, body: bytes) -> None:
    before = written()
    assert refused(packed(head, CASES + "?lang=en", body), 400)["code"] == "GZIP_BROKEN"
    assert (
        refused(packed(head, "/api/v1/imports/", body, "application/x-ndjson"), 400)["code"] == "GZIP_BROKEN"
    )
    assert written() == before


def test_a_small_body_that_unpacks_to_much_is_refused(head: APIClient, settings: Any) -> None:
    bomb = gzip.compress(b" " * 30_000_000)
    assert len(bomb) < 40_000
    assert refused(packed(head, CASES, bomb), 413)["code"] == "BODY_TOO_LARGE"
    settings.THADS_UPLOAD_LIMIT = 100_000
    assert refused(packed(head, "/api/v1/imports/", bomb, "application/x-ndjson"), 413)
    assert not Job.objects.exists()


@pytest.mark.parametrize("given", ["br", "deflate", "gzip, gzip", "x" * 500])
def test_another_encoding_is_refused(head: APIClient, given: str) -> None:
    sent = head.generic("POST", CASES, b"{}", content_type="application/json", HTTP_CONTENT_ENCODING=given)
    assert refused(sent, 415)["code"] == "CONTENT_ENCODING_UNKNOWN"
    assert sent["Accept-Encoding"] == "gzip"


def test_a_stream_is_unpacked_piece_by_piece() -> None:
    body = bytes(range(256)) * 5000
    whole = gzip.compress(body[:700_000]) + gzip.compress(body[700_000:])
    reader = io.BufferedReader(Unpacked(io.BytesIO(whole), len(body)))
    assert b"".join(iter(lambda: reader.read(777), b"")) == body
    with pytest.raises(TooLarge):
        io.BufferedReader(Unpacked(io.BytesIO(whole), len(body) - 1)).read()
    with pytest.raises(BadRequest):
        io.BufferedReader(Unpacked(io.BytesIO(whole[:-1]), len(body))).read()


def test_an_answer_goes_packed_to_who_takes_it(head: APIClient) -> None:
    plain = head.get(UNITS)
    answer = head.get(UNITS, HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer["Vary"]
    assert gzip.decompress(answer.content) == plain.content
    assert not plain.has_header("Content-Encoding")


def test_a_packed_answer_has_a_tag_that_still_counts(head: APIClient) -> None:
    url = UNITS + "DN.HC/"
    tag = head.get(url, HTTP_ACCEPT_ENCODING="gzip")["ETag"]
    assert head.get(url, HTTP_IF_NONE_MATCH=tag, HTTP_ACCEPT_ENCODING="gzip").status_code == 304
    changed = head.patch(url, {"name": "Chi cục"}, format="json", HTTP_IF_MATCH=tag)
    assert changed.status_code == 200, changed.content


# --- Numbers of requests ------------------------------------------------------------------------------------

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("given", "trace"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f" 00-{TRACE}-00f067aa0ba902b7-00 ", TRACE),
        (f"cc-{TRACE}-00f067aa0ba902b7-01-more", TRACE),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_a_trace_is_read(given: str, trace: str | None) -> None:
    assert trace_id_of(given) == trace


def test_log_lines_name_the_request_and_its_trace() -> None:
    said: list[logging.LogRecord] = []

    def answer(request: Any) -> Any:
        record = logging.makeLogRecord({"msg": "x"})
        RequestIdFilter().filter(record)
        said.append(record)
        return {}

    request = RequestFactory().get(
        UNITS, HTTP_X_REQUEST_ID="court-42", HTTP_TRACEPARENT=f"00-{TRACE}-00f067aa0ba902b7-01"
    )
    RequestIdMiddleware(answer)(request)
    record = logging.makeLogRecord({"msg": "x"})
    RequestIdFilter().filter(record)
    assert [(one.request_id, one.trace_id) for one in (*said, record)] == [("court-42", TRACE), ("-", "-")]  # type: ignore[attr-defined]


def test_a_defect_is_logged_under_the_number_its_caller_got(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, head: APIClient
) -> None:
    from officers.api.units import UnitList

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(UnitList, "get", broken)
    caplog.handler.addFilter(RequestIdFilter())
    answer = head.get(UNITS, HTTP_X_REQUEST_ID="court-43")
    assert answer.status_code == 500 and b"secret" not in answer.content
    assert answer.json()["request_id"] == answer["X-Request-Id"] == "court-43"
    assert [record.request_id for record in caplog.records if record.name == "django.request"] == ["court-43"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path", ["/", "/health/live", "/login/", UNITS, "/api/v1/nothing/", "/nothing", "/api/v1/schema/"]
)
def test_every_answer_has_a_number(path: str) -> None:
    assert APIClient(raise_request_exception=False).get(path)["X-Request-Id"]
