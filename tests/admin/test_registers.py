"""Units, officers, assignments, judgments: added, changed and removed on the version looked at."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Judgment
from officers.models import Assignment, Officer, Unit
from tests.admin.people import fields, signed_in


@pytest.fixture
def head(staff: None) -> Client:
    return signed_in("DN", "HEAD")


def test_an_officer_is_added_and_changed(head: Client) -> None:
    opened = fields(head.get("/admin/officers/new/"))
    typed = {
        "code": "DN.HC.44", "name": "Trần Văn Mới", "rank": "ENFORCER_1", "assignment.unit": "DN.HC",
        "assignment.role": "OFFICER", "assignment.valid_from": "01/08/2024",
    }  # fmt: skip
    first = head.post("/admin/officers/new/", {**opened, **typed})
    assert first.status_code == 302, first.content.decode()
    assert head.post("/admin/officers/new/", {**opened, **typed}).status_code == 302, "pressed twice"
    assert Officer.objects.get(code="DN.HC.44").name == "Trần Văn Mới"
    form = fields(head.get("/admin/officers/DN.HC.44/change/"))
    changed = head.post(
        "/admin/officers/DN.HC.44/change/", {**form, "name": "Trần Văn Đổi", "rank": "", "step": "save"}
    )
    assert changed.status_code == 302
    assert Officer.objects.get(code="DN.HC.44").name == "Trần Văn Đổi"
    assert "Trần Văn Đổi" in head.get("/admin/officers/DN.HC.44/").content.decode()


def test_who_is_overtaken_is_told_what_stands_now(head: Client) -> None:
    url = "/admin/units/DN.HC/change/"
    mine, others = head.get(url), head.get(url)
    unit = Unit.objects.get(code="DN.HC")
    typed = {"level": unit.level, "parent": "DN", "valid_from": "01/07/1993", "valid_to": "", "step": "save"}
    done = head.post(url, {**fields(others), **typed, "name": "Tên của người kia"})
    assert done.status_code == 302, done.content.decode()
    late = head.post(url, {**fields(mine), **typed, "name": "Tên của tôi"})
    page = late.content.decode()
    assert late.status_code == 412 and "Tên của người kia" in page and 'value="Tên của tôi"' in page
    assert Unit.objects.get(code="DN.HC").name == "Tên của người kia"
    assert head.post(url, {**fields(late), **typed, "name": "Tên của tôi"}).status_code == 302
    assert Unit.objects.get(code="DN.HC").name == "Tên của tôi"


def test_what_is_wrong_stands_at_its_field(head: Client) -> None:
    answer = head.post("/admin/units/new/", {"code": "chữ thường", "name": "", "level": "NO", "parent": "DN"})
    page = answer.content.decode()
    assert answer.status_code == 400 and page.count('class="fault"') >= 3


def test_an_assignment_ends_and_is_removed(head: Client) -> None:
    head.post(
        "/admin/assignments/new/",
        {"officer": "DN.HC.01", "unit": "DN", "role": "EXAMINER", "valid_from": "01/01/2024"},
    )
    made = Assignment.objects.get(officer__code="DN.HC.01", role="EXAMINER")
    url = f"/admin/assignments/{made.public_id}/change/"
    assert head.post(url, {**fields(head.get(url), 1), "step": "remove"}).status_code == 302
    made.refresh_from_db()
    assert made.deleted_at is not None
    assert head.get(url).status_code == 404


def test_a_judgment_is_received(staff: None) -> None:
    clerk = signed_in("DN.HC", "CLERK")
    typed = {"number": "15/2024/DS-ST", "issued_on": "01/03/2024", "issuer": "TAND quận Hải Châu"}
    done = clerk.post("/admin/judgments/new/", typed)
    assert done.status_code == 302, done.content.decode()
    assert Judgment.objects.get().number == "15/2024/DS-ST"
    assert "15/2024/DS-ST" in clerk.get(done["Location"]).content.decode()
    assert "15/2024/DS-ST" in clerk.get("/admin/judgments/").content.decode()


def test_a_change_of_another_units_row_is_not_found(staff: None) -> None:
    clerk = signed_in("DN.HC", "UNIT_HEAD")
    assert clerk.post("/admin/units/DN.TK/change/", {"name": "x", "step": "save"}).status_code in (403, 404)
    assert Unit.objects.get(code="DN.TK").name != "x"
