"""Examples of the OpenAPI document."""

from __future__ import annotations

_HOST = "https://thads.example.vn/api/v1"
_CELL = (
    f"{_HOST}/statistics/cases/?unit=DN&fiscal_year=2024&months=6&measure=cases"
    "&known_at=2024-04-05T01:00:00.000000Z&column="
)

FORM_1 = {
    "form": 1,
    "title": "Kết quả thi hành án dân sự tính bằng việc",
    "measure": "CASES",
    "currency": None,
    "regime": "TT06_2019",
    "scope": {
        "unit": "DN",
        "unit_name": "Cục Thi hành án dân sự thành phố Đà Nẵng",
        "own": False,
        "officer": None,
        "own_cases_only": False,
        "initiation": None,
        "field": None,
        "theme": None,
    },
    "period": {"fiscal_year": 2024, "months": 6, "from": "2023-10-01", "to": "2024-03-31"},
    "known_at": "2024-04-05T08:00:00+07:00",
    "pending": 0,
    "rule_version": "b985ac3f4a80-5c1f0e9d2a47",
    "comparison": None,
    "rows": [
        {
            "key": "total",
            "kind": "total",
            "label": "Tổng số",
            "depth": 0,
            "columns": {
                "total_handled": {"value": "12082", "cases": f"{_CELL}total_handled"},
                "done_ratio": {
                    "value": "45.67",
                    "numerator": "3583",
                    "denominator": "7845",
                    "kind": "ratio",
                    "decimals": 2,
                    "of": "done",
                    "base": "eligible",
                    "cases": f"{_CELL}done",
                },
            },
        }
    ],
    "averages": [],
    "identities": [{"code": "HANDLED", "says": "1 = 2 + 3", "rows": 24, "holds": True, "failing": []}],
    "digest": "1f0b9c…",
    "bridge": {
        "carried_out_last_year": "7000",
        "entered_separate_last_year": "471",
        "carried_in": "6529",
        "difference": "0",
        "holds": True,
    },
}

_CASE = "3f0c6a2e-1b77-4a35-9d55-5f0a3a1d8e11"
CELL = {
    "column": "done",
    "label": "Giải quyết xong",
    "measure": "CASES",
    "currency": None,
    "book": "ALL",
    "regime": "TT06_2019",
    "scope": FORM_1["scope"],
    "period": FORM_1["period"],
    "single_month": False,
    "known_at": FORM_1["known_at"],
    "pending": 0,
    "rule_version": FORM_1["rule_version"],
    "total": "3583",
    "results": [
        {
            "case": {
                "id": _CASE,
                "decision_number": "214/QĐ-CCTHADS",
                "decision_date": "2023-11-02",
                "url": f"{_HOST}/cases/{_CASE}/",
            },
            "share": "1",
            "movements": [
                {
                    "effective_on": "2024-03-01",
                    "recorded_at": "2024-03-01T15:20:11.402117+07:00",
                    "from": "ELIGIBLE",
                    "from_label": "Có điều kiện thi hành",
                    "to": "COMPLETED",
                    "to_label": "Thi hành xong",
                    "unit": "DN.HC",
                    "officer": "DN.HC.01",
                    "transfer": None,
                    "other_unit": None,
                    "cases": "1",
                    "money": "0",
                    "counts": "1",
                    "act": {
                        "id": "8d1b0c51-93b5-44f0-a0f6-4d0c7a1f9b02",
                        "seq": 7,
                        "type": "COLLECTION",
                        "label": "Thu tiền thi hành án",
                        "effective_on": "2024-03-01",
                        "decision_number": None,
                        "recorded_at": "2024-03-01T15:20:11.402117+07:00",
                    },
                    "known_through": None,
                }
            ],
        }
    ],
    "next": f"{_CELL}done&cursor=WyJjYXNlIiw1MCw1MCxmYWxzZV0",
    "previous": None,
    "count": {"value": 3583, "kind": "exact"},
}

REBUILD_ASKED = {"unit": "DN.HC"}
REBUILD_SENT = {
    "id": "0b8f2f0e-6a52-4a46-9c0e-7c1f5f3f8f10",
    "kind": "REBUILD",
    "state": "QUEUED",
    "state_label": "Đang chờ",
    "progress": {"done": 0, "total": 3120},
    "result": None,
    "errors": None,
    "summary": {"fiscal_year": None},
    "submitted_at": "2024-04-05T08:00:00+07:00",
    "ended_at": None,
}
REBUILD = {
    **REBUILD_SENT,
    "state": "DONE",
    "state_label": "Đã xong",
    "progress": {"done": 3120, "total": 3120},
    "summary": {
        "fiscal_year": None,
        "cases": 3120,
        "movements_changed": 0,
        "not_counted": 0,
        "totals_changed": 0,
    },
    "ended_at": "2024-04-05T08:00:09+07:00",
}
REBUILDS = {"results": [REBUILD], "next": None, "previous": None, "count": {"value": 1, "kind": "exact"}}
