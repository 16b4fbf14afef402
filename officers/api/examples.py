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
UNIT_SENT: dict[str, Any] = {
    "code": "DN.KV1",
    "name": "Phòng THADS khu vực 1",
    "level": "AREA_UNIT",
    "parent": "DN",
    "valid_from": "2025-07-01",
    "valid_to": None,
    "predecessors": [{"unit": "DN.HC", "on": "2025-07-01"}],
    "successors": [],
}
UNIT_PATCH: dict[str, Any] = {"valid_to": "2025-06-30"}
HELD: dict[str, Any] = {
    "id": "b7f0f3b1-20dc-4c57-9d0b-5b1f4f1f6f0a",
    "unit": "DN.HC",
    "role": "OFFICER",
    "role_label": "Chấp hành viên",
    "valid_from": None,
    "valid_to": None,
    "temporary": None,
    "temporary_label": None,
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
OFFICER_BODY: dict[str, Any] = {"code": "DN.HC.01", "name": "Nguyễn Minh Tuấn", "rank": "ENFORCER_2"}
OFFICER_PATCH: dict[str, Any] = {"rank": "ENFORCER_2"}
OFFICER_SENT: dict[str, Any] = {
    "code": "DN.HC.09",
    "name": "Huỳnh Thị Thảo",
    "rank": "ENFORCER_1",
    "assignment": {"unit": "DN.HC", "role": "OFFICER", "valid_from": "2026-02-01"},
}
ASSIGNMENT_SENT: dict[str, Any] = {
    "officer": "DN.HC.01",
    "unit": "DN.HC",
    "role": "UNIT_HEAD",
    "valid_from": "2026-02-01",
    "valid_to": "2026-07-31",
    "temporary": "ACTING",
}
ASSIGNMENT_PATCH: dict[str, Any] = {"valid_to": "2026-06-30"}
DELEGATION_SENT: dict[str, Any] = {
    "from_officer": "DN.LD01",
    "to_officer": "DN.LD02",
    "role": "HEAD",
    "unit": "DN",
    "permissions": ["READ_CASES", "RECORD_ACTS"],
    "valid_from": "2026-02-01",
    "valid_to": "2026-02-28",
    "document_number": "12/GUQ-CTHADS",
    "document_date": "2026-01-30",
    "revoked_on": None,
}
DELEGATION_PATCH: dict[str, Any] = {"revoked_on": "2026-02-15"}
DELEGATION: dict[str, Any] = {
    **DELEGATION_SENT,
    "id": "2c3f9c5c-1d5e-4d0b-8b55-8b5d6f6f0c11",
    "role_label": "Thủ trưởng cơ quan THADS",
    "permission_labels": ["Xem hồ sơ việc thi hành án", "Ghi hành vi, quyết định của việc"],
}
ACCOUNT_SENT: dict[str, Any] = {"username": "chv.haichau", "officer": "DN.HC.01"}
ACCOUNT_PATCH: dict[str, Any] = {"is_active": False}
ACCOUNT: dict[str, Any] = {
    "id": "9a5e5f0e-7e0e-4a4f-9d6a-0b1c6a1f2c33",
    "username": "chv.haichau",
    "officer": "DN.HC.01",
    "officer_name": "Nguyễn Minh Tuấn",
    "is_active": True,
    "password_once": True,
    "last_login": None,
}
NEW_ACCOUNT: dict[str, Any] = {**ACCOUNT, "password": "vTQ4-m3Zk-0pXw"}
ME: dict[str, Any] = {
    "kind": "USER",
    "id": 17,
    "name": "tuan",
    "officer": "DN.HC.01",
    "acting": {
        "id": "b7f0f3b1-20dc-4c57-9d0b-5b1f4f1f6f0a",
        "role": "OFFICER",
        "role_label": "Chấp hành viên",
        "unit": "DN.HC",
        "valid_to": None,
        "on_behalf_of": None,
        "own_cases_only": True,
    },
    "capacities": [
        {
            "id": "b7f0f3b1-20dc-4c57-9d0b-5b1f4f1f6f0a",
            "role": "OFFICER",
            "role_label": "Chấp hành viên",
            "unit": "DN.HC",
            "valid_to": None,
            "on_behalf_of": None,
            "own_cases_only": True,
        }
    ],
    "permissions": [{"code": "READ_ORGANISATION", "label": "Xem đơn vị, cán bộ, phân công"}],
}
ROLE_ROW: dict[str, Any] = {
    "code": "OFFICER",
    "label": "Chấp hành viên",
    "about": "Trực tiếp tổ chức thi hành các việc được phân công và chỉ xem các việc của mình.",
    "permissions": [{"code": "READ_CASES", "label": "Xem hồ sơ việc thi hành án"}],
}


def page(row: dict[str, Any]) -> dict[str, Any]:
    """A list of one row."""
    return {"results": [row], "next": None, "previous": None, "count": {"value": 1, "kind": "exact"}}
