from __future__ import annotations

import pytest

from cases.models import Case
from officers.models import Assignment, Officer, Unit
from tests.registers import bring_in, made_story


@pytest.fixture
def staff(db: None) -> None:
    """Two enforcement officers, one in each of two units."""
    for code, name, unit in (("DN.HC.01", "Nguyễn Minh Tuấn", "DN.HC"), ("DN.TK.01", "Lê Thị Mai", "DN.TK")):
        officer = Officer.objects.create(code=code, name=name, rank="ENFORCER_1")
        Assignment.objects.create(officer=officer, unit=Unit.objects.get(code=unit), role="OFFICER")


@pytest.fixture
def case(staff: None) -> str:
    """A case of Hải Châu: five million to collect, evidence to destroy."""
    (key,) = bring_in([made_story()])
    return str(Case.objects.get(pk=key).public_id)


@pytest.fixture
def foreign(staff: None) -> str:
    """A case of Thanh Khê."""
    (key,) = bring_in(
        [made_story(unit="DN.TK", officer="DN.TK.01", number="9/QĐ-TK", debtor="Bà Ở Thanh Khê")]
    )
    return str(Case.objects.get(pk=key).public_id)
