"""Units, officers, assignments and roles through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from officers.models import Assignment, Officer, StaffCount, Unit, UnitSuccession
from officers.queries import count_enforcers
from officers.roles import ROLES
from tests.api.clients import caller, walk

pytestmark = pytest.mark.django_db
API = "/api/v1"


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["code"] for row in answer.json()["results"]]


def test_the_head_sees_all_units_and_a_branch_sees_itself() -> None:
    assert len(codes(caller("DN", "HEAD").get(f"{API}/units/"))) == 8
    assert codes(caller("DN.HC", "UNIT_HEAD").get(f"{API}/units/")) == ["DN.HC"]


def test_a_unit_row() -> None:
    row = caller("DN", "HEAD").get(f"{API}/units/DN.HC/?lang=en").json()
    assert {
        key: row[key] for key in ("code", "name", "level", "level_label", "parent", "valid_from", "valid_to")
    } == {
        "code": "DN.HC",
        "name": "Chi cục THADS quận Hải Châu",
        "level": "DISTRICT_BRANCH",
        "level_label": "District branch",
        "parent": "DN",
        "valid_from": "1993-07-01",
        "valid_to": None,
    }


def test_labels_are_vietnamese_unless_said_otherwise() -> None:
    assert (
        caller("DN", "HEAD").get(f"{API}/units/DN.HC/").json()["level_label"] == "Chi cục THADS quận, huyện"
    )


def test_code_and_uuid_are_the_same_address(staff: dict[str, Officer]) -> None:
    client = caller("DN", "HEAD")
    for noun, code in (("units", "DN.HC"), ("officers", "DN.HC.01")):
        row = client.get(f"{API}/{noun}/{code}/").json()
        assert client.get(f"{API}/{noun}/{row['id']}/").json() == row


def test_what_is_unseen_is_not_found_as_what_is_not_there(staff: dict[str, Officer]) -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    other = Unit.objects.get(code="DN.TK")
    for address in ("DN.TK", "DN", "DN.XX", str(other.public_id), "%00", "a" * 300, "đ"):
        answer = client.get(f"{API}/units/{address}/")
        assert answer.status_code in (400, 404), address
    unseen, unknown = (client.get(f"{API}/units/{code}/").json() for code in ("DN.TK", "DN.XX"))
    assert unseen["code"] == unknown["code"] == "UNIT_NOT_FOUND"
    assert client.get(f"{API}/officers/DN.TK.01/").json()["code"] == "OFFICER_NOT_FOUND"
    for noun in ("units", "officers", "assignments"):
        for code in ("DN.TK", "DN", "DN.XX", ""):
            answer = client.get(f"{API}/{noun}/", {"unit": code})
            assert (answer.status_code, answer.json()["code"]) == (404, "UNIT_NOT_FOUND"), (noun, code)
            assert answer.json()["errors"][0]["pointer"] == "?unit"


def test_a_unit_means_its_subtree_and_own_the_unit_alone() -> None:
    client = caller("DN", "HEAD")
    assert len(codes(client.get(f"{API}/units/?unit=DN"))) == 8
    assert codes(client.get(f"{API}/units/?unit=DN&own=true")) == ["DN"]
    assert codes(client.get(f"{API}/units/?own=true")) == ["DN"]
    assert codes(client.get(f"{API}/units/?unit=DN.HC")) == ["DN.HC"]


def test_units_by_level_and_day() -> None:
    client = caller("DN", "HEAD")
    assert codes(client.get(f"{API}/units/?level=PROV_DEPT")) == ["DN"]
    assert "DN.CL" not in codes(client.get(f"{API}/units/?valid_on=2005-08-04"))
    assert "DN.CL" in codes(client.get(f"{API}/units/?valid_on=2005-08-05"))
    Unit.objects.filter(code="DN.HV").update(valid_to="2025-06-30")
    assert "DN.HV" in codes(client.get(f"{API}/units/?valid_on=2025-06-30"))
    assert "DN.HV" not in codes(client.get(f"{API}/units/?valid_on=2025-07-01"))


def test_a_unit_tells_its_staff_and_what_became_of_it() -> None:
    old = Unit.objects.get(code="DN.HC")
    StaffCount.objects.create(unit=old, fiscal_year=2024, establishment=20, in_post=18)
    new = Unit.objects.create(
        code="DN.KV1", name="Khu vực 1", level="AREA_UNIT", parent=old.parent, valid_from="2025-07-01"
    )
    UnitSuccession.objects.create(predecessor=old, successor=new, on="2025-07-01")
    client = caller("DN", "HEAD")
    row = client.get(f"{API}/units/DN.HC/").json()
    assert row["staff"] == [{"fiscal_year": 2024, "establishment": 20, "in_post": 18}]
    assert row["successors"] == [{"unit": "DN.KV1", "on": "2025-07-01"}]
    assert client.get(f"{API}/units/DN.KV1/").json()["predecessors"] == [
        {"unit": "DN.HC", "on": "2025-07-01"}
    ]


def test_officers_are_seen_through_their_assignments(staff: dict[str, Officer]) -> None:
    Officer.objects.create(code="DN.99", name="nobody's")
    assert codes(caller("DN", "HEAD").get(f"{API}/officers/")) == sorted(staff)
    assert codes(caller("DN.TK", "OFFICER", "DN.TK.01").get(f"{API}/officers/")) == ["DN.TK.01", "DN.TK.02"]


def test_an_unnamed_officer(staff: dict[str, Officer]) -> None:
    row = caller("DN", "HEAD").get(f"{API}/officers/DN.HC.02/").json()
    assert (row["name"], row["rank"], row["rank_label"]) == (None, None, None)
    assert row["assignments"][0]["valid_from"] == "2020-01-01"


def test_of_an_officer_who_moved_each_unit_sees_its_own_assignment(staff: dict[str, Officer]) -> None:
    Assignment.objects.create(officer=staff["DN.HC.03"], unit=Unit.objects.get(code="DN.TK"), role="OFFICER")

    def units(viewer: str) -> list[str]:
        row = caller(viewer, "UNIT_HEAD").get(f"{API}/officers/DN.HC.03/").json()
        return [one["unit"] for one in row["assignments"]]

    assert (units("DN"), units("DN.HC"), units("DN.TK")) == (["DN.HC", "DN.TK"], ["DN.HC"], ["DN.TK"])


def test_officers_by_unit_role_day_and_rank(staff: dict[str, Officer]) -> None:
    client = caller("DN", "HEAD")
    assert codes(client.get(f"{API}/officers/?unit=DN.HC&valid_on=2023-01-01")) == ["DN.HC.01", "DN.HC.02"]
    assert codes(client.get(f"{API}/officers/?unit=DN&own=true")) == []
    assert codes(client.get(f"{API}/officers/?role=CLERK")) == []
    assert codes(client.get(f"{API}/officers/?rank=ENFORCER_1")) == ["DN.HC.01", "DN.TK.02"]
    assert codes(client.get(f"{API}/officers/?ordering=-code&page_size=2")) == ["DN.TK.02", "DN.TK.01"]


def test_assignments(staff: dict[str, Officer]) -> None:
    client = caller("DN", "HEAD")
    rows = client.get(f"{API}/assignments/?unit=DN.HC&valid_on=2022-12-31&role=OFFICER").json()["results"]
    assert [row["officer"] for row in rows] == ["DN.HC.01", "DN.HC.02", "DN.HC.03"]
    assert rows[0]["role_label"] == "Chấp hành viên"
    seen = caller("DN.TK", "CLERK").get(f"{API}/assignments/").json()["results"]
    assert {row["unit"] for row in seen} == {"DN.TK"}


def test_roles_are_readable() -> None:
    answer = caller("DN.HC", "CLERK").get(f"{API}/roles/?lang=en").json()
    assert [row["code"] for row in answer["results"]] == [role.code for role in ROLES]
    auditor = next(row for row in answer["results"] if row["code"] == "AUDITOR")
    reading = ("READ_", "EXPORT_", "SEE_", "REVEAL_")
    assert all(one["code"].startswith(reading) for one in auditor["permissions"])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
@pytest.mark.parametrize("ordering", ["code", "-code", "name", "-valid_from"])
def test_pages_forwards_and_back_hold_every_row_once(size: int, ordering: str) -> None:
    client = caller("DN", "HEAD")
    url = f"{API}/units/?ordering={ordering}&page_size={size}"
    whole = codes(client.get(f"{API}/units/?ordering={ordering}&page_size=200"))
    assert len(whole) == 8
    forwards = walk(client, url, "next")
    assert [row["code"] for page in forwards for row in page["results"]] == whole
    assert forwards[0]["previous"] is None and forwards[-1]["next"] is None
    last = walk(client, forwards[-2]["next"], "previous") if len(forwards) > 1 else forwards
    assert [row["code"] for page in reversed(last) for row in page["results"]] == whole
    assert last[-1]["previous"] is None


def test_a_cursor_belongs_to_its_ordering() -> None:
    client = caller("DN", "HEAD")
    url = client.get(f"{API}/units/?page_size=2").json()["next"]
    answer = client.get(url + "&ordering=name")
    assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID")


def test_filters_stay_in_the_next_address() -> None:
    client = caller("DN", "HEAD")
    pages = walk(client, f"{API}/units/?level=DISTRICT_BRANCH&page_size=3", "next")
    assert [len(page["results"]) for page in pages] == [3, 3, 1]


def test_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    client = caller("DN", "HEAD")

    def count(mode: str) -> dict[str, Any]:
        return dict(client.get(f"{API}/units/?count={mode}&page_size=1").json()["count"])

    assert count("none") == {"value": None, "kind": "none"}
    assert count("exact") == count("capped") == {"value": 8, "kind": "exact"}
    assert count("estimated")["kind"] == "estimated" and count("estimated")["value"] >= 0
    monkeypatch.setattr("thads.common.api.pagination.CAP", 5)
    assert count("capped") == {"value": 5, "kind": "capped"}
    assert count("exact") == {"value": 8, "kind": "exact"}


def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    staff: dict[str, Officer], django_assert_num_queries: Any
) -> None:
    client = caller("DN", "HEAD")
    client.get(f"{API}/officers/")
    # savepoint and its release, key with its units, page, assignments of the page, count
    for size in (1, 5):
        with django_assert_num_queries(6):
            client.get(f"{API}/officers/?page_size={size}")


def test_enforcers_are_counted_once_and_on_the_day(staff: dict[str, Officer]) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    Assignment.objects.create(officer=staff["DN.TK.01"], unit=units["DN.HC"], role="OFFICER")
    Assignment.objects.create(officer=staff["DN.TK.02"], unit=units["DN.HC"], role="UNIT_HEAD")

    def enforcers(day: str, *wanted: str) -> int:
        return count_enforcers((units[code].pk for code in wanted), dt.date.fromisoformat(day))

    assert enforcers("2022-12-31", "DN.HC") == 4
    assert enforcers("2023-01-01", "DN.HC") == 3
    assert enforcers("2019-12-31", "DN.HC") == 3
    assert enforcers("2023-01-01", "DN.HC", "DN.TK") == 4
    assert enforcers("2023-01-01") == 0
    assert Officer.objects.enforcing_on(dt.date(2023, 1, 1)).count() == 4


def test_a_ring_of_units_does_not_run_for_ever() -> None:
    top, below = Unit.objects.get(code="DN"), Unit.objects.get(code="DN.HC")
    Unit.objects.filter(pk=top.pk).update(parent=below)
    assert Unit.objects.subtree(top).count() == 8
