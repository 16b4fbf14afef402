"""Examples of free cuts, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from reports.api.examples import FORM_1

_CASES = (
    "https://thads.example/api/v1/statistics/cases/?unit=DN.HC&fiscal_year=2024&months=6&measure=cases&own=true"
    "&known_at=2024-04-05T01:00:00.000000Z&column="
)
_RATIO: dict[str, Any] = {
    "value": "45.67",
    "numerator": "3583",
    "denominator": "7845",
    "kind": "ratio",
    "decimals": 2,
    "base": "eligible",
    "of": "done",
    "cases": f"{_CASES}done",
}


def _row(key: dict[str, Any], labels: dict[str, str], done: str) -> dict[str, Any]:
    return {
        "key": key,
        "labels": labels,
        "period": FORM_1["period"],
        "regime": "TT06_2019",
        "columns": {"done": {"value": done, "cases": f"{_CASES}done"}, "done_ratio": _RATIO},
    }


CUT = {
    "measure": "CASES",
    "currency": None,
    "book": "ALL",
    "regime": "TT06_2019",
    "scope": FORM_1["scope"],
    "period": FORM_1["period"],
    "known_at": "2024-04-05T01:00:00.000000Z",
    "pending": 0,
    "rule_version": FORM_1["rule_version"],
    "group_by": ["unit"],
    "columns": [
        {"name": "done", "number": "8", "label": "Giải quyết xong", "kind": "flow"},
        {
            "name": "done_ratio",
            "number": "17",
            "label": "Tỷ lệ thi hành xong trên số có điều kiện (%)",
            "kind": "ratio",
        },
    ],
    "notes": [],
    "total": _row({}, {}, "3583"),
    "rows": [_row({"unit": "DN.HC"}, {"unit": "Chi cục Thi hành án dân sự quận Hải Châu"}, "512")],
    "digest": "1f0b9c…",
}
