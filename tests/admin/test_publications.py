"""The page of the public list."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from cases.actions import dockets
from cases.rules.deadlines import VIET_NAM
from officers.models import Officer
from tests.admin.people import signed_in
from tests.registers import bring_in, made_story

pytestmark = pytest.mark.django_db


def test_what_is_late_stands_before_who_is_published(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dockets.timezone, "localdate", lambda: dt.date(2026, 8, 17))
    acts = [
        {"type": "VERIFICATION", "effective_on": "2026-07-27"},
        {"type": "NO_CONDITION_DECISION", "effective_on": "2026-08-03", "ground": "a"},
    ]
    published = {"type": "PUBLICATION", "effective_on": "2026-08-05"}
    gone_on = {"type": "CONTINUE_DECISION", "effective_on": "2026-08-06"}
    stories = [
        made_story(number="1/QĐ", date="2026-07-20", acts=acts, debtor="Lê Chưa Công Khai"),
        made_story(number="2/QĐ", date="2026-07-20", acts=[*acts, published], debtor="Lê Đang Công Khai"),
        made_story(
            number="3/QĐ", date="2026-07-20", acts=[*acts, published, gone_on], debtor="Lê Phải Chấm Dứt"
        ),
    ]
    bring_in(stories, at=dt.datetime(2026, 8, 3, 9, tzinfo=VIET_NAM))
    client, address = signed_in("DN.HC", "UNIT_HEAD"), reverse("admin:publications")
    text = client.get(address).content.decode()
    due, _, listed = text.partition("Người đã công khai")
    assert "1/QĐ" in due and "3/QĐ" in due and "2/QĐ" not in due and "Quá hạn" in due
    assert "Lê Đang Công Khai" in listed and "Lê Phải Chấm Dứt" in listed and "Lê Chưa" not in listed
    assert "http://testserver/api/v1/public/debtors/" in text
    only = client.get(address, {"state": "LAPSED"}).content.decode()
    assert "Lê Phải Chấm Dứt" in only and "Lê Đang Công Khai" not in only
    assert "11/08/2026" in only, "three working days from 6 August, which is a Thursday"
