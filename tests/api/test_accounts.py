"""People: demonstration accounts, and as whom a signed-in person acts."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from officers.accounts import FILE, create_demo_accounts, demo_accounts
from officers.models import Assignment, Officer, Unit, User
from officers.scope import scope_for
from thads.common.principal import Principal

pytestmark = pytest.mark.django_db


def test_accounts_are_made_once_and_their_passwords_kept_private(tmp_path: Path) -> None:
    assert demo_accounts(tmp_path) == []
    made = create_demo_accounts(tmp_path)
    assert [(one.role, one.unit) for one in made] == [
        ("HEAD", "DN"),
        ("UNIT_HEAD", "DN.HC"),
        ("OFFICER", "DN.HC"),
        ("STATISTICIAN", "DN"),
        ("AUDITOR", "DN"),
    ]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    before = User.objects.count(), Officer.objects.count(), Assignment.objects.count()
    assert create_demo_accounts(tmp_path) == made == demo_accounts(tmp_path)
    assert (User.objects.count(), Officer.objects.count(), Assignment.objects.count()) == before


def test_each_account_signs_in_and_sees_its_part(tmp_path: Path) -> None:
    expected = {"HEAD": 8, "UNIT_HEAD": 1, "OFFICER": 1, "STATISTICIAN": 8, "AUDITOR": 8}
    for account in create_demo_accounts(tmp_path):
        client = APIClient()
        assert client.login(username=account.username, password=account.password)
        answer = client.get("/api/v1/units/").json()
        assert answer["count"]["value"] == expected[account.role]


def test_an_account_lost_from_the_file_gets_a_new_password(tmp_path: Path) -> None:
    create_demo_accounts(tmp_path)
    (tmp_path / FILE).unlink()
    again = create_demo_accounts(tmp_path)
    assert all(APIClient().login(username=one.username, password=one.password) for one in again)


def test_a_person_acts_by_the_assignment_of_the_day(staff: dict[str, Officer]) -> None:
    officer = staff["DN.HC.01"]
    user = User.objects.create_user("x", officer=officer)
    hc = Unit.objects.get(code="DN.HC")
    assert user.principal == Principal("USER", user.pk, "x", "OFFICER", hc.pk, officer.pk)
    assert scope_for(user.principal).officer_id == officer.pk
    Assignment.objects.create(officer=officer, unit=hc, role="UNIT_HEAD")
    assert User.objects.get(pk=user.pk).principal.role == "UNIT_HEAD"
    Assignment.objects.filter(officer=officer).update(valid_to="2020-12-31")
    assert User.objects.get(pk=user.pk).principal.unit_id is None


def test_who_has_no_assignment_may_do_nothing(staff: dict[str, Officer]) -> None:
    past = User.objects.create_user("past", officer=staff["DN.HC.03"])
    nobody = User.objects.create_user("nobody", is_superuser=True)
    for user in (past, nobody):
        client = APIClient()
        client.force_login(user)
        assert client.get("/api/v1/units/").status_code == 403
        assert scope_for(user.principal).unit_ids == frozenset()


def test_scope() -> None:
    hc = Unit.objects.get(code="DN.HC")
    dn = Unit.objects.get(code="DN")
    assert scope_for(Principal("API_KEY", 1, "k", "OFFICER", hc.pk)).officer_id is None
    assert scope_for(Principal("API_KEY", 1, "k", "OFFICER", hc.pk, 5)).officer_id == 5
    assert scope_for(Principal("API_KEY", 1, "k", "CLERK", hc.pk, 5)).officer_id is None
    assert len(scope_for(Principal("API_KEY", 1, "k", "AUDITOR", dn.pk)).unit_ids) == 8
    assert scope_for(Principal("API_KEY", 1, "k", "HEAD", None)).unit_ids == frozenset()
    assert scope_for(Principal("API_KEY", 1, "k", "KING", dn.pk)).unit_ids == frozenset()


def test_reference_data_again_changes_nothing() -> None:
    before = list(Unit.objects.values())
    call_command("load_reference", verbosity=0, stdout=io.StringIO())
    assert list(Unit.objects.values()) == before
