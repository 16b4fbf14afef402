"""Themes of cases: recorded with their days, ended, told in history; counted from the recording on."""

from __future__ import annotations

from typing import Any

import pytest

from cases.actions import dockets
from cases.api import theme_lists, themes
from cases.models import Case, CaseTheme, EnforceableStretch, ThemeList
from cases.rules.tables import THEME_RULES, tables
from officers.models import Officer
from reports.projector import project
from tests.api.clients import caller
from tests.papers import opened
from tests.registers import bring_in, made_story
from tests.shapes import shape
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
FORM = "/api/v1/statistics/forms/1/?unit=DN.HC&fiscal_year=2024&months=6&columns=total_handled&theme={}"


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def of(case: Case) -> str:
    return f"/api/v1/cases/{case.public_id}/themes/"


def counted(theme: str) -> str:
    project()
    rows = caller("DN.HC", "CLERK").get(FORM.format(theme)).json()["rows"]
    return str(next(row for row in rows if row["key"] == "total")["columns"]["total_handled"]["value"])


def test_a_theme_is_recorded_ended_and_recorded_again() -> None:
    (key,) = bring_in([made_story(tags=["CORRUPTION_ECONOMIC"])])
    case, clerk = Case.objects.get(pk=key), caller("DN.HC", "CLERK")
    (story,) = clerk.get(of(case)).json()["results"]
    assert (story["theme"], story["source"], story["recorded_by"]) == (
        "CORRUPTION_ECONOMIC",
        "RECORDED",
        None,
    )
    sent = {"theme": "BAD_DEBT", "from_on": "2024-01-02", "reason": "Khoản nợ đã bán cho VAMC"}
    assert counted("BAD_DEBT") == "0"
    tried = clerk.post(f"{of(case)}?dry_run=true", sent, format="json")
    assert tried.status_code == 200 and Case.objects.get(pk=key).version == case.version
    once = {"HTTP_IDEMPOTENCY_KEY": "chuyen-de-1"}
    first = clerk.post(of(case), sent, format="json", **once)
    assert first.status_code == 201, first.content
    assert shape(first.json()) == shape(themes.CASE_THEME)
    assert clerk.post(of(case), sent, format="json", **once).json() == first.json()
    assert Case.objects.get(pk=key).version == case.version + 1
    assert codes(clerk.post(of(case), sent, format="json")) == [("/theme", "THEME_RECORDED")]
    assert counted("BAD_DEBT") == "1"
    found = clerk.get("/api/v1/cases/?theme=BAD_DEBT").json()["results"]
    assert found[0]["tags"] == ["BAD_DEBT", "CORRUPTION_ECONOMIC"]

    end = f"{of(case)}BAD_DEBT/end/"
    early, ahead, right = (
        {"ended_on": day, "reason": "VAMC trả lại khoản nợ"}
        for day in ("2024-01-01", "2124-01-01", "2024-02-01")
    )
    assert codes(clerk.post(end, early, format="json")) == [("/ended_on", "THEME_DAYS_REVERSED")]
    assert codes(clerk.post(end, ahead, format="json")) == [("/ended_on", "THEME_DAY_AHEAD")]
    done = clerk.post(end, right, format="json")
    assert done.status_code == 200 and shape(done.json()) == shape(themes.ENDED)
    assert codes(clerk.post(end, right, format="json")) == [("", "THEME_ENDED")]
    assert counted("BAD_DEBT") == "1", "ending a theme changes no figure"
    again = clerk.post(of(case), sent | {"from_on": "2024-03-01"}, format="json").json()
    assert (again["from_on"], again["ended_on"], again["recorded_at"]) == (
        "2024-03-01", None, first.json()["recorded_at"],
    )  # fmt: skip
    told = [
        (row["origin"], row["amended"] and row["amended"]["reason"])
        for row in clerk.get(f"/api/v1/cases/{case.public_id}/history/").json()["results"]
    ]
    assert told[-3:] == [
        ("THEME_CHANGED", sent["reason"]),
        ("THEME_CHANGED", right["reason"]),
        ("THEME_CHANGED", sent["reason"]),
    ]
    events = Outbox.objects.filter(type__startswith="theme.").order_by("id").values_list("type", flat=True)
    assert list(events) == ["theme.recorded", "theme.ended", "theme.recorded"]


def test_what_is_refused_writes_nothing() -> None:
    case, clerk = opened(), caller("DN.HC", "CLERK")

    def refused(body: Any, who: Any = clerk) -> list[tuple[str, str]]:
        return codes(who.post(of(case), body, format="json"))

    assert refused({"theme": "BACKLOG_1Y"}) == [("/theme", "THEME_DERIVED")]
    assert refused({"theme": "KEY_COMPLEX"}) == [("/theme", "THEME_ASSIGNED")]
    assert refused({"theme": "BAD_DEBT", "from_on": "2124-01-01"}) == [("/from_on", "THEME_DAY_AHEAD")]
    assert refused({"theme": "NOTHING"}) == [("/theme", "FIELD_INVALID")]
    end = {"ended_on": "2024-01-01", "reason": "không có"}
    assert codes(clerk.post(f"{of(case)}NOTHING/end/", end, format="json")) == [("", "THEME_NOT_FOUND")]
    assert caller("DN.TK", "CLERK").post(of(case), {"theme": "BAD_DEBT"}, format="json").status_code == 404
    assert caller("DN.HC", "AUDITOR").post(of(case), {"theme": "BAD_DEBT"}, format="json").status_code == 403
    assert (
        clerk.get(of(case)).json()["results"] == [] and Case.objects.get(pk=case.pk).version == case.version
    )
    assigned = caller("DN", "HEAD").post(of(case), {"theme": "KEY_COMPLEX"}, format="json").json()
    assert assigned["source"] == "LIST"
    assert codes(clerk.post(f"{of(case)}KEY_COMPLEX/end/", end, format="json")) == [("", "THEME_ASSIGNED")]


# --- By the rules -------------------------------------------------------------------------------------------

BANK = {"ref": "c1", "role": "CREDITOR", "kind": "ORGANISATION", "name": "NGÂN HÀNG TMCP Biển Đông"}
ACTS: list[dict[str, Any]] = [
    {"ref": "a1", "type": "AGREEMENT", "effective_on": "2023-12-01"},
    {"ref": "a2", "type": "COMPLAINT", "effective_on": "2024-02-01"},
]


def keep() -> None:
    while dockets.keep():
        pass


def told(case: Case, on: str = "2024-12-01") -> tuple[dict[str, str], dict[str, str]]:
    """The themes and the conditions that the service tells of the case, each with its day."""
    body = caller("DN.HC", "CLERK").get(f"{of(case)}derived/?on={on}").json()
    assert set(body) == set(themes.DERIVED)
    both = [{row["theme"]: row["since"] for row in body[name]} for name in ("themes", "conditions")]
    return both[0], both[1]


def found(query: str) -> list[str]:
    rows = caller("DN.HC", "CLERK").get(f"/api/v1/cases/?{query}").json()["results"]
    return sorted(row["decision_number"] for row in rows)


def big(number: str, **more: Any) -> dict[str, Any]:
    """A case of twelve tỷ whose creditor is a bank and whose debtor is a company."""
    story = made_story(number=number, initiation="ON_REQUEST", **more)
    debtor = {"ref": "d1", "role": "DEBTOR", "kind": "ORGANISATION", "name": "Công ty cổ phần Sông Hàn"}
    line = {"ref": "o1", "kind": "MONEY_DEBT", "debtor": "d1", "creditor": "c1", "amount": "12000000000"}
    return {**story, "parties": [debtor, BANK], "obligations": [line]}


def test_the_service_tells_themes_by_their_rules_and_counts_none_of_them() -> None:
    bring_in(
        [big("1/QĐ", acts=ACTS), made_story(number="2/QĐ"), made_story(number="3/QĐ", field="ADMINISTRATIVE")]
    )
    keep()
    first, second, third = Case.objects.order_by("decision_number")
    assert told(first)[0] == {
        "CREDIT_INSTITUTION": "2023-11-02",
        "ENTERPRISE": "2023-11-02",
        "HIGH_VALUE": "2023-11-02",
        "AMICABLE": "2023-12-01",
    }
    assert told(second)[0] == {} and told(third)[0] == {"ADMIN_WATCH": "2023-11-02"}
    assert found("derived_theme=HIGH_VALUE") == found("derived_theme=CREDIT_INSTITUTION") == ["1/QĐ"]
    assert found("derived_theme=ADMIN_WATCH") == ["3/QĐ"] and found("derived_theme=BAD_DEBT") == []
    assert found("theme=HIGH_VALUE") == [] and counted("HIGH_VALUE") == "0"
    clerk = caller("DN.HC", "CLERK")
    clerk.post(of(first), {"theme": "HIGH_VALUE"}, format="json")
    shown = clerk.get(f"{of(first)}derived/").json()["themes"]
    assert {row["theme"]: row["recorded"] for row in shown}["HIGH_VALUE"] is True
    assert counted("HIGH_VALUE") == "1"


def test_an_act_that_was_struck_or_annulled_tells_nothing() -> None:
    struck = {"type": "CORRECTION", "effective_on": "2024-03-01", "voids": "a1", "note": "ghi nhầm"}
    bring_in([big("1/QĐ", acts=[*ACTS, struck])])
    keep()
    assert "AMICABLE" not in told(Case.objects.get())[0]


def test_conditions_of_age_and_delay_are_asked_at_a_day() -> None:
    """With conditions from 02/11/2023 to 01/4/2024 and again from 03/6/2024."""
    acts = [
        {"type": "VERIFICATION", "effective_on": "2024-03-01"},
        {"type": "NO_CONDITION_DECISION", "effective_on": "2024-04-01", "ground": "a"},
        {"type": "CONTINUE_DECISION", "effective_on": "2024-06-03"},
        {"type": "COMPLAINT", "effective_on": "2024-07-01"},
        {"type": "COMPLAINT_DECISION", "effective_on": "2024-08-01"},
        {"type": "PROTEST", "effective_on": "2024-07-15"},
    ]
    (key,) = bring_in([made_story(acts=acts)])
    keep()
    case = Case.objects.get(pk=key)
    stretches = EnforceableStretch.objects.filter(case=case).order_by("from_on")
    assert [(str(one.from_on), str(one.until_on)) for one in stretches] == [
        ("2023-11-02", "2024-04-01"),
        ("2024-06-03", "None"),
    ]
    expected: dict[str, dict[str, str]] = {
        "2024-03-31": {},
        "2024-07-01": {"COMPLAINT_OPEN": "2024-07-01"},
        "2024-08-01": {"PROTEST_OPEN": "2024-07-15"},
        "2024-10-01": {"PROTEST_OPEN": "2024-07-15", "CARRIED_OVER_ENFORCEABLE": "2024-06-03"},
        "2025-06-02": {"PROTEST_OPEN": "2024-07-15", "CARRIED_OVER_ENFORCEABLE": "2024-06-03"},
        "2025-06-03": {
            "PROTEST_OPEN": "2024-07-15",
            "CARRIED_OVER_ENFORCEABLE": "2024-06-03",
            "BACKLOG_1Y": "2024-06-03",
        },
    }
    for day, conditions in expected.items():
        assert told(case, day)[1] == conditions, day
        for code in ("COMPLAINT_OPEN", "PROTEST_OPEN", "CARRIED_OVER_ENFORCEABLE", "BACKLOG_1Y"):
            assert bool(found(f"condition={code}&condition_on={day}")) == (code in conditions), (code, day)


def test_an_answer_that_was_struck_leaves_the_complaint_open() -> None:
    acts = [
        {"type": "COMPLAINT", "effective_on": "2024-07-01"},
        {"ref": "a2", "type": "COMPLAINT_DECISION", "effective_on": "2024-08-01"},
    ]
    struck = {"type": "CORRECTION", "effective_on": "2024-08-05", "voids": "a2", "note": "ghi nhầm việc"}
    answered, open_still = bring_in(
        [made_story(number="1/QĐ", acts=acts), made_story(number="2/QĐ", acts=[*acts, struck])]
    )
    keep()
    day = "2024-09-02"
    assert "COMPLAINT_OPEN" not in told(Case.objects.get(pk=answered), day)[1]
    assert told(Case.objects.get(pk=open_still), day)[1]["COMPLAINT_OPEN"] == "2024-07-01"


def test_a_term_that_ran_out_is_a_condition() -> None:
    """The buyer paid on 02/3/2026: the asset is due within 60 days."""
    (key,) = bring_in([made_story()])
    fact = {"type": "FACT_NOTED", "effective_on": "2026-03-02", "data": {"fact": "BUYER_PAID"}}
    url = f"/api/v1/cases/{Case.objects.get(pk=key).public_id}/acts/"
    assert caller("DN.HC", "UNIT_HEAD").post(url, fact, format="json").status_code == 201
    keep()
    case = Case.objects.get(pk=key)
    due = case.deadlines.get(clock="K70").due_on
    assert told(case, str(due))[1].get("SOLD_UNDELIVERED") is None
    late = told(case, "2026-09-01")[1]["SOLD_UNDELIVERED"]
    assert late > str(due) and found("condition=SOLD_UNDELIVERED&condition_on=2026-09-01") == [
        case.decision_number
    ]


def test_every_rule_is_that_of_some_theme_and_is_told() -> None:
    rows = {
        row["code"]: row for row in caller("DN", "AUDITOR").get("/api/v1/rules/themes/").json()["results"]
    }
    assert {row["rule"] for row in rows.values()} == {None, *THEME_RULES}
    assert rows["HIGH_VALUE"]["rule_values"] == ["10000000000"]
    assert rows["PROTEST_OPEN"]["rule_values"] == ["PROTEST=PROTEST_REPLY"]
    assert all(tables().themes[code].rule for code, row in rows.items() if row["derived"])


def test_a_wrong_day_or_theme_is_refused() -> None:
    clerk = caller("DN.HC", "CLERK")
    for query, pointer in (
        ("derived_theme=BACKLOG_1Y", "?derived_theme"),
        ("condition=HIGH_VALUE", "?condition"),
        ("condition=BACKLOG_1Y&condition_on=hôm+qua", "?condition_on"),
    ):
        assert codes(clerk.get(f"/api/v1/cases/?{query}"))[0][0] == pointer


# --- Lists from above ---------------------------------------------------------------------------------------

LISTS = "/api/v1/theme-lists/"


def sent(*cases: Case, **more: Any) -> dict[str, Any]:
    named = [{"case": str(case.public_id)} for case in cases]
    document = {name: theme_lists.LIST_SENT[name] for name in ("document_number", "document_date", "issuer")}
    return {"theme": "KEY_COMPLEX", **document, "cases": named, **more}


def standing() -> dict[str, tuple[str, str]]:
    rows = CaseTheme.objects.filter(theme="KEY_COMPLEX").order_by("case__decision_number")
    return {row.case.decision_number: (str(row.from_on), str(row.ended_on)) for row in rows}


@pytest.fixture
def three(staff: dict[str, Officer]) -> list[Case]:
    bring_in([made_story(number=f"{place}/QĐ") for place in "123"])
    return list(Case.objects.order_by("decision_number"))


def test_a_list_from_above_puts_cases_under_a_theme(three: list[Case]) -> None:
    head = caller("DN", "HEAD")
    by_number = {"authority": "DN.HC", "decision_number": "2/QĐ", "decision_date": "2023-11-02"}
    body = sent(three[0])
    body["cases"].append(by_number)
    once = {"HTTP_IDEMPOTENCY_KEY": "danh-sach-15"}
    tried = head.post(f"{LISTS}?dry_run=true", body, format="json")
    assert (tried.status_code, ThemeList.objects.count(), standing()) == (200, 0, {})
    first = head.post(LISTS, body, format="json", **once)
    assert first.status_code == 201, first.content
    assert shape(first.json()) == shape(theme_lists.THEME_LIST)
    assert (first.json()["named"], first.json()["added"], first.json()["ended"]) == (2, 2, 0)
    assert head.post(LISTS, body, format="json", **once).json() == first.json()
    assert codes(head.post(LISTS, body, format="json")) == [("/document_number", "THEME_LIST_EXISTS")]
    assert standing() == {"1/QĐ": ("2026-01-15", "None"), "2/QĐ": ("2026-01-15", "None")}
    assert counted("KEY_COMPLEX") == "2"
    assert found(f"theme_list={first.json()['id']}") == ["1/QĐ", "2/QĐ"]

    next_year = sent(three[1], three[2], document_number="2/DS-BCĐ", document_date="2026-07-01", whole=True)
    second = head.post(LISTS, next_year, format="json").json()
    assert (second["named"], second["added"], second["ended"]) == (2, 1, 1)
    assert standing() == {
        "1/QĐ": ("2026-01-15", "2026-06-30"),
        "2/QĐ": ("2026-01-15", "None"),
        "3/QĐ": ("2026-07-01", "None"),
    }
    assert found(f"theme_list={second['id']}") == ["2/QĐ", "3/QĐ"]
    shown = head.get(of(three[2])).json()["results"][0]
    assert (shown["list"], shown["source"]) == (second["id"], "LIST") and "2/DS-BCĐ" in shown["reason"]
    assert [row["id"] for row in head.get(LISTS).json()["results"]] == [second["id"], first.json()["id"]]
    assert caller("DN.TK", "CLERK").get(LISTS).json()["results"] == []
    types = list(Outbox.objects.filter(type__startswith="theme.").values_list("type", flat=True))
    assert sorted(types) == ["theme.ended", *["theme.recorded"] * 3]


def test_a_list_that_is_wrong_writes_nothing(three: list[Case]) -> None:
    head = caller("DN", "HEAD")

    def refused(body: Any) -> list[tuple[str, str]]:
        return codes(head.post(LISTS, body, format="json"))

    unknown = {"case": "0f1c5c0e-6f0c-4a53-9d53-2b6d0c2a7b77"}
    body = sent(three[0], three[0])
    body["cases"] += [unknown, {"decision_number": "9/QĐ"}]
    assert refused(body) == [
        ("/cases/1", "THEME_CASE_TWICE"),
        ("/cases/2", "THEME_CASE_UNKNOWN"),
        ("/cases/3", "THEME_CASE_UNKNOWN"),
    ]
    assert refused(sent(three[0], document_date="2124-01-01"))[0] == ("/document_date", "THEME_DAY_AHEAD")
    assert refused(sent())
    assert refused(sent(three[0], theme="BAD_DEBT")) == [("/theme", "FIELD_INVALID")]
    assert refused(sent(three[0], unit="QN")) == [("/unit", "UNIT_NOT_FOUND")]
    assert caller("DN.HC", "CLERK").post(LISTS, sent(three[0]), format="json").status_code == 403
    assert (standing(), ThemeList.objects.count()) == ({}, 0)
