"""An example of the overview, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from reports.api.examples import FORM_1

_QUERY = "unit=DN&fiscal_year=2024&months=6&measure=cases&known_at=2024-04-05T01:00:00.000000Z"
_CASES = f"https://thads.example/api/v1/statistics/cases/?{_QUERY}&column="


def _percent(kind: str, value: str, numerator: str, denominator: str, base: str) -> dict[str, Any]:
    return {
        "value": value,
        "numerator": numerator,
        "denominator": denominator,
        "kind": kind,
        "decimals": 2,
        "base": base,
    }


def _both(cell: dict[str, Any]) -> dict[str, Any]:
    return {"CASES": cell, "MONEY": cell}


def _figure(value: str, column: str) -> dict[str, Any]:
    return {"value": value, "cases": f"{_CASES}{column}"}


_RATIO = {
    **_percent("ratio", "45.67", "3583", "7845", "eligible"),
    "of": "done",
    "cases": f"{_CASES}done",
}
_MONTH = {
    "month": 1,
    "to": "2023-10-31",
    "figures": _both({"newly_accepted": _figure("812", "newly_accepted"), "done": _figure("318", "done")}),
}
_RANKED = {
    "rank": 1,
    "code": "DN.HC",
    "label": "Chi cục Thi hành án dân sự quận Hải Châu",
    "few": False,
    "figures": _both(_RATIO),
}

OVERVIEW = {
    "scope": FORM_1["scope"],
    "period": FORM_1["period"],
    "compared_with": {
        "kind": "prior_same_period",
        "period": {"fiscal_year": 2023, "months": 6, "from": "2022-10-01", "to": "2023-03-31"},
        "known_at": "2024-04-05T08:00:00+07:00",
        "basis": "live",
    },
    "regime": "TT06_2019",
    "known_at": "2024-04-05T08:00:00+07:00",
    "pending": 0,
    "rule_version": FORM_1["rule_version"],
    "ratios": _both({**_RATIO, "prior": "37.18", "pp": "8.49"}),
    "targets": _both(
        {
            "id": "6e7f2d7c-9a51-4b35-8c55-6a8a4f1d9e55",
            "percent": "84.50",
            "pp": "-38.83",
            "document_number": "1357/QĐ-TCTHADS",
            "document_date": "2023-10-15",
        }
    ),
    "late_clocks": {
        "today": "2024-04-01",
        "breached": 12,
        "due_today": 3,
        "next_step": 41,
        "pending": 0,
        "deadlines": "https://thads.example/api/v1/deadlines/?unit=DN&state=BREACHED",
    },
    "backlog": [
        {
            "column": "carried_out",
            "label": "Số chuyển kỳ sau",
            "figures": _both(
                {
                    **_figure("8200", "carried_out"),
                    "prior": "7503",
                    "growth_abs": "697",
                    "growth_pct": _percent("growth_pct", "9.29", "697", "7503", "carried_out"),
                }
            ),
        }
    ],
    "ageing": {
        "of": "carried_out",
        "on": "2024-03-31",
        "figures": _both(_figure("8200", "carried_out")),
        "bands": [
            {
                "from_years": 0,
                "to_years": 1,
                "label": "Dưới 1 năm",
                "figures": _both(
                    {"value": "3100", "share": _percent("share", "37.80", "3100", "8200", "carried_out")}
                ),
            }
        ],
    },
    "few_below": 10,
    "units": [_RANKED],
    "officers": [{**_RANKED, "code": "DN.HC.01", "label": "Nguyễn Minh Tuấn"}],
    "throughput": [{"fiscal_year": 2024, "months": [_MONTH]}],
    "averages": [
        {
            "of": "done",
            "label": "Giải quyết xong",
            "per": "officer",
            "measure": "CASES",
            "value": "65.15",
            "numerator": "3583",
            "denominator": "55",
            "kind": "average",
            "decimals": 2,
            "fiscal_year": 2024,
            "months": 6,
            "officers_on": "2024-03-31",
        }
    ],
    "links": {
        f"form_{number}": f"https://thads.example/api/v1/statistics/forms/{number}/?unit=DN&fiscal_year=2024&months=6"
        for number in (1, 2, 4, 5)
    }
    | {
        f"statistics_{measure}": f"https://thads.example/api/v1/statistics/?{_QUERY}&group_by=unit,officer"
        for measure in ("cases", "money")
    },
    "digest": "1f0b9c…",
}
