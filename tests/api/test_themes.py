"""Themes of cases: recorded with their days, ended, told in history; counted from the recording on."""

from __future__ import annotations

from typing import Any

import pytest

from cases.api import themes
from cases.models import Case
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
