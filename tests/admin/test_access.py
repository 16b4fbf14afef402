"""Accounts, delegations, keys, targets: made, shown once, changed, ended, by whoever may."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from officers.models import Assignment, Delegation, Officer, StaffCount, Unit, User
from reports.models import Target
from tests.admin.people import PASSWORD, account, fields, signed_in
from thads.integration.models import ApiKey


@pytest.fixture
def head(staff: None) -> Client:
    return signed_in("DN", "HEAD", "DN.00")


def secret(page: object) -> str:
    found = re.search(r'id="secret">([^<]+)<', page.content.decode())  # type: ignore[attr-defined]
    assert found, page.content.decode()  # type: ignore[attr-defined]
    return found[1]


def test_an_account_is_made_and_its_password_shown_once(head: Client) -> None:
    typed = {**fields(head.get("/admin/accounts/new/")), "officer": "DN.HC.01", "username": "minh.tuan"}
    made = head.post("/admin/accounts/new/", typed)
    password = secret(made)
    assert "no-store" in made.headers["Cache-Control"]
    again = head.post("/admin/accounts/new/", typed)
    assert again.status_code == 200 and password not in again.content.decode()
    assert "đã được cho xem một lần" in again.content.decode()
    user = User.objects.get(username="minh.tuan")
    assert user.check_password(password) and user.password_once
    url = f"/admin/accounts/{user.public_id}/"
    assert "minh.tuan" in head.get("/admin/accounts/").content.decode()

    page = head.get(url)
    assert head.post(url, {**fields(page, 2), "step": "close"}).status_code == 302
    user.refresh_from_db()
    assert not user.is_active and "Đã khóa" in head.get(url).content.decode()
    assert head.post(url, {**fields(head.get(url), 2), "step": "open"}).status_code == 302
    other = secret(head.post(url, {**fields(head.get(url)), "step": "password"}))
    user.refresh_from_db()
    assert user.is_active and user.check_password(other) and other != password
    assert head.post(url, {**fields(head.get(url), 1), "step": "unlock"}).status_code == 302
    assert head.post(url, {**fields(head.get(url)), "step": "sing"}).status_code == 403
    assert head.post(url, {**fields(head.get(url), 3), "step": "remove"}).status_code == 302
    assert head.get(url).status_code == 404


def test_somebody_acts_for_another_and_is_named_so(head: Client, case: str) -> None:
    deputy = account("DN.HC", "EXAMINER", "DN.HC.07", "Phạm Văn Phó")
    today = timezone.localdate()
    typed = {
        "from_officer": "DN.00", "to_officer": "DN.HC.07", "role": "HEAD", "unit": "DN",
        "valid_from": today.strftime("%d/%m/%Y"), "valid_to": f"31/12/{today.year + 1}",
        "document_number": "7/QĐ-UQ", "document_date": "01/01/2024",
        "permissions": ["READ_CASES", "RECORD_ACTS", "EDIT_PARTIES", "SEE_IDENTIFIERS"],
    }  # fmt: skip
    url = "/admin/delegations/new/"
    done = head.post(url, {**fields(head.get(url)), **typed})
    assert done.status_code == 302, done.content.decode()
    listed = head.get("/admin/delegations/").content.decode()
    assert "7/QĐ-UQ" in listed and "Phạm Văn Phó" in listed and "Ghi hành vi" in listed

    client = Client()
    client.force_login(deputy, backend="django.contrib.auth.backends.ModelBackend")
    held = Delegation.objects.get()
    assert "Thay mặt" in client.get("/admin/acting/").content.decode()
    assert "Đang làm việc thay mặt" not in client.get("/admin/cases/").content.decode(), (
        "not without choosing"
    )
    assert client.post("/admin/acting/", {"capacity": str(held.public_id)}).status_code == 302
    shown = client.get(f"/admin/cases/{case}/").content.decode()
    assert "Đang làm việc thay mặt Người HEAD" in shown and "Sửa thông tin" in shown
    assert client.get("/admin/accounts/").status_code == 403, "not among what was delegated"
    for page in ("", "acting/", "cases/", f"cases/{case}/record/COLLECTION/"):
        assert client.get(f"/admin/{page}").status_code == 200, page
    assert client.post("/admin/acting/", {"capacity": "x"}).status_code == 403

    change = f"/admin/delegations/{held.public_id}/change/"
    typed["revoked_on"] = today.strftime("%d/%m/%Y")
    done = head.post(change, {**fields(head.get(change)), **typed, "step": "save"})
    assert done.status_code == 302, done.content.decode()
    again = client.get(f"/admin/cases/{case}/")
    assert "Đang làm việc thay mặt" not in again.content.decode(), "the capacity ended with it"


def test_a_key_is_shown_once_and_revoked(head: Client) -> None:
    url = "/admin/api-keys/new/"
    typed = {
        "name": "Hệ thống tòa án", "unit": "DN.HC", "role": "CLERK", "officer": "",
        "expires_at": f"31/12/{timezone.localdate().year + 1}", "networks": "10.1.0.0/16\r\n192.168.1.5\r\n",
        "permissions": ["READ_CASES"],
    }  # fmt: skip
    wrong = head.post(url, {**fields(head.get(url)), **typed, "networks": "mạng"})
    assert wrong.status_code in (400, 422) and 'class="fault"' in wrong.content.decode()
    text = secret(head.post(url, {**fields(head.get(url)), **typed}))
    key = ApiKey.objects.get()
    assert key.networks == ["10.1.0.0/16", "192.168.1.5/32"] and key.permissions == ["READ_CASES"]
    assert timezone.localtime(key.expires_at).strftime("%d/%m %H:%M") == "01/01 00:00"
    assert Client().get("/api/v1/cases/", headers={"authorization": f"Bearer {text}"}).status_code == 401
    listed = head.get("/admin/api-keys/").content.decode()
    assert "Hệ thống tòa án" in listed and text not in listed and "10.1.0.0/16" in listed
    change = f"/admin/api-keys/{key.public_id}/change/"
    page = head.get(change)
    assert f'value="31/12/{timezone.localdate().year + 1}"' in page.content.decode()
    assert head.post(change, {**fields(page, 1), "step": "remove"}).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_target_is_set_shown_beside_the_ratio_and_changed(head: Client, case: str) -> None:
    url = "/admin/targets/new/"
    typed = {
        "unit": "DN", "fiscal_year": "2024", "measure": "CASES", "percent": "84,5 %",
        "document_number": "12/QĐ", "document_date": "1/10/2023",
    }  # fmt: skip
    form = fields(head.get(url))
    done = head.post(url, {**form, **typed})
    assert done.status_code == 302, done.content.decode()
    assert head.post(url, {**form, **typed}).status_code == 302
    target = Target.objects.get()
    assert "84,50 %" in head.get("/admin/targets/?fiscal_year=2024").content.decode()
    front = head.get("/admin/?fiscal_year=2024&months=12").content.decode()
    assert "chỉ tiêu năm 84,50 %" in front and "−84,50 điểm %" in front
    change = f"/admin/targets/{target.public_id}/change/"
    form = fields(head.get(change))
    body = {**form, **typed, "percent": "90", "step": "save"}
    assert [head.post(change, body).status_code for _ in range(2)] == [302, 302], "the second press says so"
    target.refresh_from_db()
    assert target.percent == 90 and target.version == 2


def test_a_staff_count_is_put_down_and_who_comes_later_is_told(head: Client) -> None:
    url = "/admin/staff-counts/new/"
    form = fields(head.get(url))
    assert "Chưa ghi biên chế" in head.get("/admin/staff-counts/").content.decode()
    wrong = head.post(
        url, {**form, "unit": "DN.HC", "fiscal_year": "2024", "establishment": "", "in_post": "x"}
    )
    assert wrong.status_code == 400 and wrong.content.decode().count('class="fault"') == 2
    typed = {"unit": "DN.HC", "fiscal_year": "2024", "establishment": "18", "in_post": "17"}
    assert [head.post(url, {**form, **typed}).status_code for _ in range(2)] == [302, 302]
    count = StaffCount.objects.get()
    assert "18" in head.get("/admin/staff-counts/?fiscal_year=2024").content.decode()
    change = f"/admin/staff-counts/{count.public_id}/change/"
    mine, other = fields(head.get(change)), fields(head.get(change))
    assert head.post(change, {**other, **typed, "in_post": "16", "step": "save"}).status_code == 302
    late = head.post(change, {**mine, **typed, "in_post": "15", "step": "save"})
    assert late.status_code == 412 and "Người khác vừa sửa" in late.content.decode()
    count.refresh_from_db()
    assert (count.in_post, count.version) == (16, 2)


def test_the_one_time_password_lets_nobody_in(head: Client) -> None:
    officer = Officer.objects.create(code="DN.HC.30", name="Mới Đến")
    Assignment.objects.create(officer=officer, unit=Unit.objects.get(code="DN.HC"), role="CLERK")
    typed = {**fields(head.get("/admin/accounts/new/")), "officer": "DN.HC.30", "username": "moi.den"}
    password = secret(head.post("/admin/accounts/new/", typed))
    client = Client()
    sign_in = {"username": "moi.den", "next": "/admin/"}
    assert client.post("/admin/login/", {**sign_in, "password": password}).status_code == 200
    chosen = {
        "username": "moi.den",
        "password": password,
        "new_password1": PASSWORD,
        "new_password2": PASSWORD,
    }
    assert client.post("/password/", chosen).status_code == 302
    assert client.post("/admin/login/", {**sign_in, "password": PASSWORD}).status_code == 302
    assert client.get("/admin/").status_code == 200
