"""One answer of each kind, as the OpenAPI document shows it; the tests compare them with real answers."""

from __future__ import annotations

from typing import Any

CASE_ROW: dict[str, Any] = {
    "id": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "decision_number": "125/QĐ-CCTHADS",
    "decision_date": "2023-11-02",
    "authority": "DN.HC",
    "unit": "DN.HC",
    "officer": {"code": "DN.HC.03", "name": "Nguyễn Minh Tuấn"},
    "initiation": "EX_OFFICIO",
    "initiation_label": "Chủ động",
    "field": "CRIMINAL",
    "field_label": "Hình sự",
    "status": "NOT_ENFORCEABLE",
    "status_label": "Chưa có điều kiện thi hành",
    "bucket": "INELIGIBLE",
    "bucket_label": "Chưa có điều kiện thi hành án",
    "due": "5000000",
    "remaining": "3000000",
    "tags": ["CORRUPTION_ECONOMIC"],
    "tags_label": ["Án tham nhũng, kinh tế"],
    "debtors": ["Nguyễn Văn A"],
    "last_act_on": "2024-02-02",
}
CASE_DETAIL: dict[str, Any] = {
    **CASE_ROW,
    "judgment": {
        "id": "5a7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b12",
        "number": "12/2023/HS-ST",
        "issued_on": "2023-09-11",
        "effective_on": "2023-10-12",
        "issuer": "TAND quận Hải Châu",
        "instrument_type": "CRIMINAL_JUDGMENT",
        "instrument_type_label": "Bản án, quyết định hình sự",
    },
    "parties": [
        {
            "id": "6b7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b13",
            "ref": "d1",
            "role": "DEBTOR",
            "role_label": "Người phải thi hành án",
            "kind": "PERSON",
            "kind_label": "Cá nhân",
            "name": "Nguyễn Văn A",
            "id_number": "********0001",
            "address": "***, Đà Nẵng",
            "phone": "*******567",
            "account": None,
            "external_ids": [{"system": "court", "value": "BC-1"}],
        }
    ],
    "obligations": [
        {
            "id": "7c7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b14",
            "ref": "o1",
            "kind": "COURT_FEE",
            "kind_label": "Án phí, lệ phí Tòa án",
            "debtor": "d1",
            "creditor": None,
            "current_debtor": "d1",
            "current_creditor": None,
            "amount": "5000000",
            "description": None,
            "due": "5000000",
            "remaining": "3000000",
            "bucket": "INELIGIBLE",
            "bucket_label": "Chưa có điều kiện thi hành án",
        }
    ],
    "assets": [
        {
            "id": "8d7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b15",
            "ref": "s1",
            "kind": "REAL_ESTATE",
            "kind_label": "Quyền sử dụng đất, nhà, tài sản gắn liền với đất",
            "owner": "d1",
            "description": "Nhà cấp 4",
            "certificate": "BK 123456",
        }
    ],
    "external_ids": [{"system": "court", "value": "VA-1"}],
    "previous_case": None,
    "acts": {
        "count": 3,
        "url": "https://thads.example/api/v1/cases/0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11/acts/",
    },
    "version": 3,
    "recorded_at": "2026-02-03T08:00:00.104233+07:00",
    "as_of": None,
    "known_at": None,
    "not_dated": [],
    "not_dated_label": None,
}
ACT: dict[str, Any] = {
    "id": "9e7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b16",
    "seq": 1,
    "ref": "a1",
    "type": "COLLECTION",
    "type_label": "Thu tiền thi hành án",
    "effective_on": "2023-12-01",
    "decision_number": None,
    "decision_date": None,
    "signer": None,
    "ground": None,
    "note": None,
    "whole": False,
    "lines": [{"obligation": "o1", "amount": "2000000"}],
    "asset": None,
    "unit": None,
    "officer": None,
    "field": None,
    "initiation": None,
    "to_authority": None,
    "data": None,
    "annuls": None,
    "voids": None,
    "annulled_by": None,
    "voided_by": None,
    "external_ids": [{"system": "bank", "value": "CT-1"}],
    "legal_basis": "L08 Đ47",
    "recorded_at": "2026-02-03T08:00:00.104233+07:00",
    "recorded_by": "API_KEY:1 import",
}


CASE_SENT: dict[str, Any] = {
    "case": {
        "decision_number": "126/QĐ-THADS",
        "decision_date": "2026-07-15",
        "initiation": "EX_OFFICIO",
        "unit": "DN.HC",
        "officer": "DN.HC.03",
        "field": "CRIMINAL",
        "tags": [],
        "judgment": {
            "number": "31/2026/HS-ST",
            "issued_on": "2026-05-20",
            "effective_on": "2026-06-20",
            "issuer": "TAND khu vực 1 – Đà Nẵng",
            "instrument_type": "CRIMINAL_JUDGMENT",
        },
    },
    "parties": [{"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Nguyễn Văn A"}],
    "obligations": [{"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000"}],
}
ACT_SENT: dict[str, Any] = {
    "type": "COLLECTION",
    "effective_on": "2026-08-03",
    "lines": [{"obligation": "o1", "amount": "2000000"}],
}
_STANDS: dict[str, Any] = {
    "version": 1,
    "unit": "DN.HC",
    "officer": "DN.HC.03",
    "initiation": "EX_OFFICIO",
    "initiation_label": "Chủ động",
    "field": "CRIMINAL",
    "field_label": "Hình sự",
    "status": "ASSIGNED",
    "status_label": "Đã phân công, lập hồ sơ",
    "bucket": "ELIGIBLE",
    "bucket_label": "Có điều kiện, đang thi hành",
    "due": "5000000",
    "remaining": "5000000",
}
_LINE_STANDS: dict[str, Any] = {
    name: _STANDS[name] for name in ("due", "remaining", "bucket", "bucket_label")
}
PREVIEW: dict[str, Any] = {
    "act": {
        "type": "COLLECTION",
        "type_label": "Thu tiền thi hành án",
        "effective_on": "2026-08-03",
        "legal_basis": "L25 Đ44",
    },
    "before": _STANDS,
    "after": {**_STANDS, "version": 2, "remaining": "3000000"},
    "lines": [
        {"obligation": "o1", "before": _LINE_STANDS, "after": {**_LINE_STANDS, "remaining": "3000000"}}
    ],
    "warnings": [],
    "deadlines": {
        "started": [
            {
                "clock": "K74",
                "clock_label": "Thanh toán tiền thi hành án",
                "variant": None,
                "legal_basis": "L25 Đ54.6",
                "started_on": "2026-08-03",
                "due_on": "2026-08-13",
                "state": "RUNNING",
                "state_label": "Đang tính",
            }
        ],
        "stopped": [],
    },
    "figures": {
        "period": {"fiscal_year": 2026, "months": 11, "from": "2025-10-01", "to": "2026-08-31"},
        "regime": "TT06_2019",
        "since": "2026-08-03",
        "rows": [],
    },
}
REASSIGNMENT_SENT: dict[str, Any] = {
    "cases": ["0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11"],
    "unit": "DN.HC",
    "officer": "DN.HC.01",
    "effective_on": "2026-08-03",
    "decision_number": "15/QĐ-THADS",
}
REASSIGNED: dict[str, Any] = {
    "recorded": 1,
    "refused": 0,
    "results": [
        {
            "case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
            "act": "9e7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b17",
            "version": 4,
            "errors": [],
        }
    ],
}


def page(row: dict[str, Any]) -> dict[str, Any]:
    """A list of one row."""
    return {"results": [row], "next": None, "previous": None, "count": {"value": 1, "kind": "exact"}}
