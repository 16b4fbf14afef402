"""The digest of the morning: to whom, what it says, and only once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail

from cases.actions import digest, dockets
from cases.models import DigestMail
from cases.rules.deadlines import VIET_NAM
from officers.models import Assignment, Officer, Unit, User
from tests.registers import bring_in, made_story

pytestmark = pytest.mark.django_db

#: Monday; the Sunday before is a day off.
MORNING = dt.datetime(2026, 8, 17, 7, 30, tzinfo=VIET_NAM)


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """An officer with two cases and an account, the head of his unit, and a colleague without an address."""
    monkeypatch.setattr(dockets.timezone, "localdate", lambda: dt.date(2026, 8, 17))
    unit = Unit.objects.get(code="DN.HC")
    for number, role, email in (("01", "OFFICER", "a@x"), ("02", "UNIT_HEAD", "b@x"), ("03", "OFFICER", "")):
        officer = Officer.objects.create(code=f"DN.HC.{number}", name=f"Cán bộ {number}")
        Assignment.objects.create(officer=officer, unit=unit, role=role)
        User.objects.create_user(f"u{number}", email=email, officer=officer)
    stories = [
        made_story(number="1/QĐ", date="2026-08-14"),
        made_story(
            number="2/QĐ", date="2026-08-03", acts=[{"type": "SERVICE", "effective_on": "2026-08-03"}]
        ),
    ]
    bring_in(stories, at=dt.datetime(2026, 8, 3, 9, tzinfo=VIET_NAM))


def sent(now: dt.datetime = MORNING) -> dict[str, Any]:
    mail.outbox.clear()
    digest.send_due(now)
    return {one.to[0]: one for one in mail.outbox}


def test_each_is_told_of_his_own_and_the_head_of_what_is_late() -> None:
    found = sent()
    assert set(found) == {"a@x", "b@x"}
    own = found["a@x"].body
    assert "Quá hạn (2)" in own and "K12 Gửi quyết định" in own and "việc 2/QĐ" in own
    assert "Hết hạn trong 7 ngày tới" in own and "việc 1/QĐ" in own
    assert "L25 Đ35.2" in own and "06/08/2026, quá 11 ngày" in own
    assert "Nguyễn" not in own, "nobody who is a party is named"
    head = found["b@x"].body
    assert "quá hạn trên 3 ngày làm việc" in head and "[DN.HC.01]" in head


def test_only_once_a_day_and_only_in_working_hours() -> None:
    assert not sent(dt.datetime(2026, 8, 17, 6, 59, tzinfo=VIET_NAM))
    assert not sent(dt.datetime(2026, 8, 16, 9, tzinfo=VIET_NAM))
    assert len(sent()) == 2
    assert not sent(dt.datetime(2026, 8, 17, 9, tzinfo=VIET_NAM))
    assert len(sent(dt.datetime(2026, 8, 18, 9, tzinfo=VIET_NAM))) == 2


def test_an_address_that_cannot_be_reached_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    send = digest.EmailMessage.send

    def refused(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.to == ["a@x"]:
            raise OSError("no such host")
        return send(self, *args, **kwargs)

    monkeypatch.setattr(digest.EmailMessage, "send", refused)
    assert set(sent()) == {"b@x"}
    assert DigestMail.objects.count() == 1
    monkeypatch.setattr(digest.EmailMessage, "send", send)
    assert set(sent()) == {"a@x"}, "tried again"
