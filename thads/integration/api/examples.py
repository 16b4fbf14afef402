"""One answer of each kind, as the OpenAPI document shows it; the tests compare them with real answers."""

from __future__ import annotations

from typing import Any

_SENT: dict[str, Any] = {"state": "QUEUED", "state_label": "Đang chờ", "result": None, "errors": None}
IMPORT_SENT: dict[str, Any] = {
    "id": "7f3c1a52-9a4e-4f0f-8a3e-0d1f6a2f9c20",
    "kind": "IMPORT",
    **_SENT,
    "progress": {"done": 0, "total": 20000},
    "summary": {"mode": "each", "dry_run": False},
    "submitted_at": "2026-02-03T08:00:00.104233+07:00",
    "ended_at": None,
}
IMPORT: dict[str, Any] = {
    **IMPORT_SENT,
    "state": "DONE",
    "state_label": "Đã xong",
    "progress": {"done": 20000, "total": 20000},
    "errors": "https://thads.example/api/v1/imports/7f3c1a52-9a4e-4f0f-8a3e-0d1f6a2f9c20/errors/",
    "summary": {
        "mode": "each",
        "dry_run": False,
        "read": 20000,
        "imported": 19998,
        "unchanged": 0,
        "refused": 2,
        "warnings": 17,
    },
    "ended_at": "2026-02-03T08:01:12.480000+07:00",
}
FINDING: dict[str, Any] = {
    "line": 4711,
    "pointer": "/acts/3/lines/0/amount",
    "severity": "ERROR",
    "code": "MORE_THAN_REMAINS",
    "detail": "Số tiền 6000000 đồng lớn hơn số còn lại 5000000 đồng.",
    "legal_basis": None,
}
STORY = (
    '{"case": {"decision_number": "125/QĐ-CCTHADS", "decision_date": "2023-11-02", '
    '"initiation": "EX_OFFICIO", "unit": "DN.HC", "officer": "DN.HC.03", "field": "CRIMINAL", "tags": [], '
    '"judgment": {"number": "12/2023/HS-ST", "issued_on": "2023-09-11", "effective_on": "2023-10-12", '
    '"issuer": "TAND quận Hải Châu", "instrument_type": "CRIMINAL_JUDGMENT"}}, '
    '"parties": [{"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Nguyễn Văn A"}], '
    '"obligations": [{"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000"}], '
    '"acts": [{"ref": "a1", "type": "COLLECTION", "effective_on": "2023-12-01", '
    '"lines": [{"obligation": "o1", "amount": "2000000"}]}]}\n'
)
EXPORT_REQUEST: dict[str, Any] = {"unit": "DN.HC", "full": False}
EXPORT_SENT: dict[str, Any] = {
    "id": "c1f0a9a4-6f0c-4a53-9d53-2b6d0c2a7b11",
    "kind": "EXPORT",
    **_SENT,
    "progress": {"done": 0, "total": 1873},
    "summary": {"unit": "DN.HC", "full": False},
    "submitted_at": "2026-02-03T08:00:00.104233+07:00",
    "ended_at": None,
}
EXPORT: dict[str, Any] = {
    **EXPORT_SENT,
    "state": "DONE",
    "state_label": "Đã xong",
    "progress": {"done": 1873, "total": 1873},
    "result": "https://thads.example/api/v1/exports/c1f0a9a4-6f0c-4a53-9d53-2b6d0c2a7b11/file/",
    "summary": {
        "unit": "DN.HC",
        "full": False,
        "cases": 1873,
        "bytes": 2841190,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "ended_at": "2026-02-03T08:00:04.480000+07:00",
}


def page(row: dict[str, Any]) -> dict[str, Any]:
    """A list of one row."""
    return {"results": [row], "next": None, "previous": None, "count": {"value": 1, "kind": "exact"}}


EVENTS: dict[str, Any] = {
    "results": [
        {
            "position": 48212,
            "id": "5f0d8a0e-6a55-4a39-9f0e-0f8d1c8f1f7b",
            "type": "act.recorded",
            "case": "0b9f1f43-57cf-4a1c-a3c4-6d9d9c1e8d10",
            "subject": {"kind": "case", "id": "0b9f1f43-57cf-4a1c-a3c4-6d9d9c1e8d10"},
            "sequence": 4,
            "recorded_at": "2026-02-03T08:00:00.104233+07:00",
            "recorded_by": "USER:17",
            "unit": "DN.HC",
            "officer": "DN.HC.03",
            "data": {
                "act": "c7a4ce7c-6b8e-4d6a-8b42-0d4a2b7f5a11",
                "seq": 3,
                "act_type": "COLLECTION",
                "effective_on": "2026-02-02",
                "decision_number": None,
                "decision_date": None,
                "ground": None,
                "lines": [[0, "2000000"]],
                "annuls": None,
                "voids": None,
                "content": "5a7d3c0e9b1f4e62a8d0c4b7f6e1d2930c5b8a7e4f1d6c3b2a9081726354f5e6",
                "bucket": "ELIGIBLE",
                "due": "5000000",
                "remaining": "3000000",
            },
        }
    ],
    "next_after": 48212,
    "latest": 48212,
    "oldest": 1,
}
KEY_SENT: dict[str, Any] = {
    "name": "TAND quận Hải Châu",
    "unit": "DN.HC",
    "role": "SYSTEM",
    "officer": None,
    "permissions": ["READ_CASES", "READ_ORGANISATION"],
    "networks": ["10.20.0.0/16", "2001:db8:20::/48"],
    "expires_at": "2099-12-31T17:00:00Z",
}
KEY_PATCH: dict[str, Any] = {"networks": ["10.20.30.0/24"]}
KEY: dict[str, Any] = {
    **KEY_SENT,
    "id": "3d0b52c1-8a54-4f0e-9f7c-0a3b1f6c2e44",
    "number": 12,
    "state": "ACTIVE",
    "state_label": "Đang dùng",
    "role_label": "Hệ thống kết nối",
    "permission_labels": ["Xem hồ sơ việc thi hành án", "Xem đơn vị, cán bộ, phân công"],
    "created_at": "2026-02-03T08:00:00.104233+07:00",
    "expires_at": "2100-01-01T00:00:00+07:00",
    "revoked_at": None,
    "last_used_at": None,
}
NEW_KEY: dict[str, Any] = {**KEY, "key": "thads_12_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"}
