from __future__ import annotations

from collections.abc import Iterator

import pytest

from officers.models import Assignment, Officer, Unit


@pytest.fixture
def staff(db: None) -> Iterator[dict[str, Officer]]:
    """Three officers of Hải Châu, one of them gone, and two of Thanh Khê; by code."""
    rows = [
        ("DN.HC.01", "Nguyễn Minh Tuấn", "ENFORCER_1", "DN.HC", None, None),
        ("DN.HC.02", "", "", "DN.HC", "2020-01-01", None),
        ("DN.HC.03", "Đỗ Văn Nam", "ENFORCER_2", "DN.HC", "2010-01-01", "2022-12-31"),
        ("DN.TK.01", "Lê Thị Mai", "ENFORCER_3", "DN.TK", None, None),
        ("DN.TK.02", "Phan Văn Sơn", "ENFORCER_1", "DN.TK", None, None),
    ]
    found = {}
    for code, name, rank, unit, start, end in rows:
        found[code] = Officer.objects.create(code=code, name=name, rank=rank)
        place = Unit.objects.get(code=unit)
        Assignment.objects.create(
            officer=found[code], unit=place, role="OFFICER", valid_from=start, valid_to=end
        )
    yield found
