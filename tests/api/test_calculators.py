"""The deadline calculator: what it takes, what it answers and why, what it refuses; it stores nothing."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.api.calculators import DEADLINE, DEADLINE_SENT
from tests.api.clients import caller
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db

URL = "/api/v1/calculators/deadline/"


@pytest.fixture
def client() -> APIClient:
    """A system, which has to send a key wherever something is written."""
    return caller("DN", "SYSTEM")


def ask(client: APIClient, lang: str = "vi", **body: Any) -> Any:
    return client.post(f"{URL}?lang={lang}", body, format="json")


def refused(answer: Any, status: int) -> list[tuple[str, str]]:
    assert answer.status_code == status, answer.content
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_the_example_is_answered_as_documented_without_a_key_and_nothing_is_stored(client: APIClient) -> None:
    before = Outbox.objects.count()
    answer = ask(client, **DEADLINE_SENT)
    assert answer.status_code == 200 and answer.json() == DEADLINE
    assert Outbox.objects.count() == before
    again = client.post(URL, DEADLINE_SENT, format="json", HTTP_IDEMPOTENCY_KEY="one")
    assert again.status_code == 200 and "Idempotency-Replayed" not in again.headers


def test_every_role_may_ask() -> None:
    for role in ("CLERK", "AUDITOR", "ACCOUNTANT", "HEAD"):
        assert ask(caller("DN.HC", role), clock="K16", trigger_on="2026-09-01").status_code == 200


def test_the_reasons_name_each_day_in_both_languages(client: APIClient) -> None:
    vi = ask(client, clock="K11", trigger_on="2025-12-31").json()
    en = ask(client, "en", clock="K11", trigger_on="2025-12-31").json()
    assert (vi["due_on"], vi["regime"], vi["legal_basis"]) == ("2026-01-07", "L2008", "L08 Đ39.2")
    off = [(one["from"], one["text"]) for one in vi["steps"] if one["kind"] == "DAY_OFF"]
    assert [day for day, _text in off] == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]
    assert "Tết Dương lịch" in off[0][1] and "hoán đổi với thứ Bảy 10/01/2026" in off[1][1]
    assert "Sunday 04/01/2026" in en["steps"][4]["text"]
    assert en["term"] == "3 working days" and vi["term"] == "3 ngày làm việc"


def test_variants_laws_and_switches(client: APIClient) -> None:
    def due(**body: Any) -> tuple[str, str | None, str]:
        found = ask(client, **body).json()
        return found["due_on"], found["variant"], found["regime"]

    general = due(clock="K61", trigger_on="2026-09-07")
    assert general == due(clock="K61", variant="REAL_ESTATE", trigger_on="2026-09-07")
    assert general == ("2026-09-22", "REAL_ESTATE", "L2025")
    assert due(clock="K61", variant="MOVABLE", trigger_on="2026-09-07") == ("2026-09-14", "MOVABLE", "L2025")
    assert due(clock="K61", trigger_on="2026-06-30") == ("2026-09-30", "REAL_ESTATE", "L2008")
    assert due(clock="K16", variant=None, trigger_on="2026-09-02") == ("2026-09-14", None, "L2025")
    assert due(clock="K16", trigger_on="2026-09-02", roll_forward=False)[0] == "2026-09-12"
    assert due(clock="K25a", trigger_on="2026-09-03")[0] == "2026-09-10"
    target = ask(client, clock="K09", trigger_on="2026-09-03").json()
    assert target["legal_basis"] is None and target["doubtful"] and "nội bộ" in target["remark"]


def test_clocks_of_hours_take_moments(client: APIClient) -> None:
    found = ask(client, clock="K13", trigger_on="2026-09-01T03:00:00Z").json()
    assert (found["due_on"], found["due_at"]) == ("2026-09-02", "2026-09-02T10:00:00+07:00")
    assert found["steps"][0]["from_at"] == "2026-09-01T10:00:00+07:00"
    stopped = ask(
        client,
        clock="K13",
        trigger_on="2026-09-01T10:00:00+07:00",
        pauses=[["2026-09-01T12:00:00+07:00", "2026-09-01T15:30:00+07:00"]],
    ).json()
    assert stopped["due_at"] == "2026-09-02T13:30:00+07:00"


def test_what_cannot_be_read_is_refused_by_place(client: APIClient) -> None:
    assert refused(ask(client), 400) == [("/clock", "FIELD_REQUIRED"), ("/trigger_on", "FIELD_REQUIRED")]
    whole = {"clock": "K16", "trigger_on": "2026-09-01"}
    for wrong in (
        "2026-9-1",
        "2026-02-30",
        "tomorrow",
        "2026-09-01T10:00:00",
        "2026-09-01T25:00:00Z",
        "２０２６-09-01",
    ):
        assert refused(ask(client, **whole | {"trigger_on": wrong}), 400) == [
            ("/trigger_on", "DAY_OR_MOMENT_INVALID")
        ]
    assert refused(ask(client, **whole, colour="red"), 400) == [("/colour", "FIELD_UNKNOWN")]
    several = [["2026-09-02"], ["2026-09-03", "x"], ["2026-09-04", "2026-09-05"]]
    assert refused(ask(client, **whole, pauses=several), 400) == [
        ("/pauses/0", "PAUSE_INVALID"),
        ("/pauses/1/1", "DAY_OR_MOMENT_INVALID"),
    ]
    for shape in ("x", [1], {"a": 1}, [[[1], [2]]]):
        assert ask(client, **whole, pauses=shape).status_code == 400
    for body in ([], "x", None, 1):
        assert client.post(URL, body, format="json").status_code == 400
    assert ask(client, **whole | {"clock": "K\x0016"}).status_code == 400


def test_what_the_law_does_not_say_is_refused_with_the_reason(client: APIClient) -> None:
    def why(**body: Any) -> tuple[str, str, str]:
        answer = ask(client, "en", **body)
        assert answer.status_code == 422, answer.content
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        (error,) = answer.json()["errors"]
        return error["pointer"], error["code"], error["detail"]

    assert why(clock="K101", trigger_on="2026-09-01")[:2] == ("/clock", "CLOCK_UNKNOWN")
    pointer, code, detail = why(clock="K61", variant="BOAT", trigger_on="2026-09-01")
    assert (pointer, code) == ("/variant", "CLOCK_VARIANT_UNKNOWN") and "REAL_ESTATE, MOVABLE" in detail
    overlap = [["2026-09-05", "2026-09-07"], ["2026-09-07", "2026-09-09"]]
    pointer, code, detail = why(clock="K16", trigger_on="2026-09-01", pauses=overlap)
    assert (pointer, code) == ("/pauses/1", "PAUSES_OVERLAP")
    assert "07/09/2026 – 09/09/2026" in detail and "05/09/2026 – 07/09/2026" in detail
    reverse = [["2026-09-07", "2026-09-05"]]
    assert why(clock="K16", trigger_on="2026-09-01", pauses=reverse)[:2] == ("/pauses/0", "PAUSE_REVERSED")
    assert why(clock="K13", trigger_on="2026-09-01")[:2] == ("/trigger_on", "MOMENT_NEEDED")
    assert why(clock="K16", trigger_on="2026-09-01T10:00:00Z")[:2] == ("/trigger_on", "DAY_NEEDED")
    assert why(clock="K16", trigger_on="2001-01-01")[:2] == ("/trigger_on", "TRIGGER_BEFORE_LAW")
    assert why(clock="K16", trigger_on="9999-12-31")[:2] == ("/trigger_on", "CALENDAR_ENDS")
    assert why(clock="K13", trigger_on="0001-01-01T00:00:00+14:00")[1] == "CALENDAR_ENDS"
    assert why(clock="K03", trigger_on="2026-06-30") == (
        "/clock",
        "CLOCK_NO_TERM",
        "The law that applies (L2008) states no term for K03; the law that does: L2025.",
    )
    assert why(clock="K48", trigger_on="2026-09-01")[1] == "CLOCK_IS_WINDOW"
    assert why(clock="K47", trigger_on="2026-09-09", pauses=[["2026-09-03", "2026-09-03"]])[1] == (
        "CLOCK_TAKES_NO_PAUSE"
    )
