"""The law changed at run time: by two people, and then everything reckons by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from cases.actions import dockets, overrides
from cases.models import Deadline, RuleOverride, RuleVersion
from cases.rules.tables import rule_version, shipped, tables
from cases.rules.working_days import add_working_days, vietnam
from officers.models import Assignment, Officer, Unit, User
from tests.api.clients import caller
from tests.registers import bring_in, made_story
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
URL = "/api/v1/rules/overrides/"


@pytest.fixture(autouse=True)
def law_as_shipped() -> Iterator[None]:
    """Every test begins and ends with the rules shipped."""
    overrides.forget()
    yield
    overrides.forget()


def person(code: str, role: str, unit: str = "DN") -> APIClient:
    officer = Officer.objects.create(code=code, name=f"Người {code}")
    Assignment.objects.create(officer=officer, unit=Unit.objects.get(code=unit), role=role)
    client = APIClient(raise_request_exception=False)
    client.force_login(User.objects.create_user(code.lower(), officer=officer))
    return client


@pytest.fixture
def head(db: None) -> APIClient:
    return person("DN.LD01", "HEAD")


@pytest.fixture
def examiner(db: None) -> APIClient:
    return person("DN.TT01", "EXAMINER")


def refused(body: Any) -> list[str]:
    """The codes of what was refused."""
    return [fault["code"] for fault in body["errors"]]


def sent(**change: Any) -> dict[str, Any]:
    return {
        "table": "clocks",
        "code": "K17//L2025",
        "field": "length",
        "value": 10,
        "valid_from": "2026-09-01",
        "basis": "Công báo số 12/2026",
        "reason": "Bản đăng Công báo ghi 10 ngày.",
        **change,
    }


def proposed(client: APIClient, **change: Any) -> str:
    answer = client.post(URL, sent(**change), format="json")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def decide(client: APIClient, override: str, verb: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(f"{URL}{override}/{verb}/", body, format="json")
    assert answer.status_code == status, answer.content
    overrides.refresh(at_once=True)
    return answer.json()


def due_on(client: APIClient, trigger: str) -> str:
    answer = client.post(
        "/api/v1/calculators/deadline/", {"clock": "K17", "trigger_on": trigger}, format="json"
    )
    return str(answer.json()["due_on"])


def test_a_length_is_changed_by_two_people_and_dates_follow(head: APIClient, examiner: APIClient) -> None:
    before = rule_version()
    override = proposed(examiner)
    assert due_on(examiner, "2026-09-01") == "2026-09-10", "a proposal changes nothing"
    approved = decide(head, override, "approval", remark="Đã đối chiếu.")
    assert (approved["state"], approved["state_label"]) == ("APPROVED", "Đã phê duyệt")
    assert approved["decided_by"].startswith("USER:") and approved["decided_by"] != approved["proposed_by"]
    assert due_on(examiner, "2026-09-01") == "2026-09-11"
    assert due_on(examiner, "2026-08-31") == "2026-09-09", "what was triggered before stays"
    assert rule_version() != before
    assert RuleVersion.objects.filter(version=rule_version()).exists()
    rows = [
        row
        for row in head.get("/api/v1/rules/clocks/", {"regime": "L2025"}).json()["results"]
        if row["row"] == "K17//L2025"
    ]
    assert [(row["length"], row["override"], row["legal_basis"]) for row in rows] == [
        (9, None, "L25 Đ37.1"),
        (10, override, "Công báo số 12/2026"),
    ]
    assert [(row["valid_from"], row["valid_to"]) for row in rows] == [
        ("2026-07-01", "2026-08-31"),
        ("2026-09-01", None),
    ]
    told = list(Outbox.objects.filter(type__startswith="rule_override.").values_list("type", flat=True))
    assert told == ["rule_override.proposed", "rule_override.approved"]


def test_running_deadlines_are_worked_out_anew_after_a_day_off(head: APIClient, examiner: APIClient) -> None:
    """A decision to open is sent to the procuracy within three working days."""
    today = timezone.localdate()
    (case,) = bring_in([made_story(number="1/QĐ", date=today.isoformat(), officer=None)], counted=False)
    dockets.keep()
    sent_on = Deadline.objects.get(case=case, clock="K12")
    assert sent_on.due_on == add_working_days(today, 3, vietnam())
    off = str(sent_on.due_on)
    override = proposed(examiner, table="holidays", code=off, field="kind", value="OFF", valid_from=off)
    decide(head, override, "approval")
    assert dockets.sweep(today) == 1
    dockets.keep()
    sent_on.refresh_from_db()
    assert str(sent_on.due_on) > off and sent_on.rules == rule_version()
    assert sent_on.due_on == add_working_days(today, 3, vietnam())
    told = head.get(f"/api/v1/deadlines/{sent_on.public_id}/").json()
    assert off in str(told["steps"]), "the skipped day is named"
    assert dockets.sweep(today) == 0, "nothing is left to work out anew"


def test_nobody_approves_what_he_proposed_in_whatever_capacity(head: APIClient, examiner: APIClient) -> None:
    override = proposed(head)
    assert refused(decide(head, override, "approval", 403)) == ["OVERRIDE_BY_ITSELF"]
    assert refused(decide(head, override, "rejection", 403)) == ["OVERRIDE_BY_ITSELF"]
    assert refused(decide(examiner, override, "withdrawal", 403)) == ["OVERRIDE_NOT_YOURS"]
    assert refused(decide(examiner, override, "approval", 403)) == ["ROLE_MAY_NOT"]
    assert tables() is shipped()
    assert decide(head, override, "withdrawal", remark="Nhầm.")["state"] == "WITHDRAWN"
    assert refused(decide(person("DN.LD02", "DEPUTY"), override, "approval", 409)) == ["OVERRIDE_DECIDED"]


def test_what_was_rejected_is_not_in_force(head: APIClient, examiner: APIClient) -> None:
    override = proposed(examiner)
    assert decide(head, override, "rejection", remark="Công báo ghi 09 ngày.")["state"] == "REJECTED"
    assert tables() is shipped()


def test_only_people_of_the_whole_change_the_law(examiner: APIClient) -> None:
    branch = person("DN.HC.LD", "HEAD", "DN.HC")
    answer = branch.post(URL, sent(), format="json")
    assert (answer.status_code, refused(answer.json())) == (403, ["OVERRIDE_OF_THE_WHOLE"])
    key = caller("DN", "HEAD")
    answer = key.post(URL, sent(), format="json")
    assert (answer.status_code, refused(answer.json())) == (403, ["OVERRIDE_BY_A_PERSON"])
    override = proposed(examiner)
    assert refused(decide(key, override, "approval", 403)) == ["OVERRIDE_BY_A_PERSON"]
    assert refused(decide(branch, override, "approval", 403)) == ["OVERRIDE_OF_THE_WHOLE"]
    assert branch.get(f"{URL}{override}/").status_code == 200, "the law that holds here is read by everybody"


def test_what_does_not_fit_is_refused_and_nothing_is_written(examiner: APIClient) -> None:
    for change, code in (
        ({"table": "laws"}, "OVERRIDE_TABLE_UNKNOWN"),
        ({"field": "starts"}, "OVERRIDE_FIELD_CLOSED"),
        ({"code": "K16//L2025"}, "OVERRIDE_ROW_CERTAIN"),
        ({"code": "K17"}, "OVERRIDE_ROW_UNKNOWN"),
        ({"value": "mười"}, "OVERRIDE_DOES_NOT_FIT"),
    ):
        answer = examiner.post(URL, sent(**change), format="json")
        assert (answer.status_code, refused(answer.json())) == (422, [code])
    assert not RuleOverride.objects.exists()


def test_a_dry_run_writes_nothing(examiner: APIClient) -> None:
    answer = examiner.post(f"{URL}?dry_run=true", sent(), format="json")
    assert (answer.status_code, answer.json()["state"]) == (200, "PROPOSED")
    assert not RuleOverride.objects.exists()


def test_what_a_later_release_no_longer_takes_is_passed_over(head: APIClient, examiner: APIClient) -> None:
    decide(head, proposed(examiner), "approval")
    unit = Unit.objects.get(code="DN")
    now = timezone.now()
    RuleOverride.objects.create(
        unit=unit, table="clocks", code="K17//L2025", field="unit", value="FORTNIGHT", valid_from="2026-10-01",
        basis="x", reason="x", state="APPROVED", proposer="USER:1", proposed_by="USER:1 x", proposed_at=now,
        decider="USER:2", decided_by="USER:2 x", decided_at=now,
    )  # fmt: skip
    overrides.refresh(at_once=True)
    row = tables().clock("K17", "", "L2025", dt.date(2026, 10, 2))
    assert (row.length, row.unit) == (10, "CALENDAR_DAY")


def test_the_database_refuses_what_the_service_never_does(head: APIClient, examiner: APIClient) -> None:
    override = RuleOverride.objects.get(public_id=proposed(examiner))
    decided = {"decided_by": "x", "decided_at": timezone.now()}
    for change in (
        {"state": "APPROVED", "decider": override.proposer, **decided},
        {"state": "APPROVED"},
        {"state": "WITHDRAWN", "decider": "USER:999999", **decided},
        {"state": "DOUBTED", "decider": "USER:999999", **decided},
        {"decider": "USER:999999", **decided},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleOverride.objects.filter(pk=override.pk).update(**change)
    decide(head, str(override.public_id), "approval")
    for write in (
        lambda: RuleOverride.objects.filter(pk=override.pk).update(value=1),
        lambda: RuleOverride.objects.filter(pk=override.pk).delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            write()
