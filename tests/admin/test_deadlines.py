"""The pages of what is to be done."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from cases.actions import dockets
from cases.models import Deadline
from cases.rules.deadlines import VIET_NAM
from officers.models import Officer
from tests.admin.people import signed_in
from tests.registers import bring_in, made_story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def register(staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dockets.timezone, "localdate", lambda: dt.date(2026, 8, 17))
    stories = [
        made_story(number="1/QĐ", date="2026-08-14"),
        made_story(number="2/QĐ", date="2026-08-03", officer="DN.HC.02"),
        made_story(number="3/QĐ", date="2024-01-02"),
    ]
    bring_in(stories, at=dt.datetime(2026, 8, 3, 9, tzinfo=VIET_NAM))


def page(client: object, name: str, query: str = "", **kwargs: object) -> str:
    answer = client.get(reverse(f"admin:{name}", kwargs=kwargs) + query)  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_an_officer_sees_what_is_late_and_due_on_his_own_cases() -> None:
    shown = page(signed_in("DN.HC", "OFFICER", "DN.HC.01"), "queue")
    assert "Hết hạn trong 7 ngày tới" in shown and "1/QĐ" in shown and "2/QĐ" not in shown
    assert "Trên 90 ngày chưa có hành vi" in shown and "3/QĐ" in shown
    assert "L25 Đ35.2" in shown


def test_a_head_chooses_an_officer_and_sees_all_of_a_section() -> None:
    head = signed_in("DN.HC", "UNIT_HEAD")
    assert "1/QĐ" in page(head, "queue") and "2/QĐ" in page(head, "queue")
    shown = page(head, "queue", "?officer=DN.HC.02")
    assert "Quá hạn" in shown and "2/QĐ" in shown and "1/QĐ" not in shown
    listed = page(head, "deadlines", "?state=BREACHED")
    assert "2/QĐ" in listed and "1/QĐ" not in listed
    assert "Không có dòng nào phù hợp" in page(head, "deadlines", "?clock=K29")


def test_a_deadline_says_why_it_ends_on_its_day() -> None:
    row = Deadline.objects.get(case__decision_number="1/QĐ", clock="K12")
    head = signed_in("DN.HC", "UNIT_HEAD")
    shown = page(head, "deadline", id=row.public_id)
    assert "Vì sao hết hạn vào ngày này" in shown and "15/08/2026" in shown and "19/08/2026" in shown
    assert "Gửi quyết định" in page(head, "case", id=row.case.public_id)
