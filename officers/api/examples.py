"""One answer of each kind, as the OpenAPI document shows it; the tests compare them with real answers."""

from __future__ import annotations

from typing import Any

UNIT_ROW: dict[str, Any] = {
    "id": "0d4c5c0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "code": "DN.HC",
    "name": "Chi cục THADS quận Hải Châu",
    "level": "DISTRICT_BRANCH",
    "level_label": "Chi cục THADS quận, huyện",
    "parent": "DN",
    "valid_from": "1993-07-01",
    "valid_to": None,
}
UNIT_DETAIL: dict[str, Any] = {
    **UNIT_ROW,
    "staff": [{"fiscal_year": 2024, "establishment": 18, "in_post": 17}],
    "predecessors": [],
    "successors": [],
}
HELD: dict[str, Any] = {
    "unit": "DN.HC",
    "role": "OFFICER",
    "role_label": "Chấp hành viên",
    "valid_from": None,
    "valid_to": None,
}
OFFICER: dict[str, Any] = {
    "id": "4f1c1b52-3f4e-4f0f-8a3e-0d1f6a2f9c20",
    "code": "DN.HC.01",
    "name": "Nguyễn Minh Tuấn",
    "rank": "ENFORCER_1",
    "rank_label": "Chấp hành viên sơ cấp",
    "assignments": [HELD],
}
ASSIGNMENT: dict[str, Any] = {**HELD, "officer": "DN.HC.01", "officer_name": "Nguyễn Minh Tuấn"}
ROLE_ROW: dict[str, Any] = {
    "code": "OFFICER",
    "label": "Chấp hành viên",
    "about": "Trực tiếp tổ chức thi hành các việc được phân công và chỉ xem các việc của mình.",
    "permissions": [{"code": "READ_CASES", "label": "Xem hồ sơ việc thi hành án"}],
}


def page(row: dict[str, Any]) -> dict[str, Any]:
    """A list of one row."""
    return {"results": [row], "next": None, "previous": None, "count": {"value": 1, "kind": "exact"}}
