"""Delegations: who may give them, and what who holds one may do, and for how long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from officers.acting import capacities
from officers.models import Assignment, Delegation, Officer, Unit, User
from tests.api.clients import caller
from tests.api.test_units import refused
from tests.registers import bring_in, made_story
from tests.shapes import shape
from thads.journal import sequencer

pytestmark = pytest.mark.django_db
URL, ME = "/api/v1/delegations/", "/api/v1/me/"
ANY: dict[str, Any] = {"HTTP_IF_MATCH": "*"}


def day(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def leaders(staff: dict[str, Officer]) -> dict[str, Officer]:
    """A head and a deputy of Đà Nẵng beside the staff."""
    dn = Unit.objects.get(code="DN")
    for code, role in (("DN.LD01", "HEAD"), ("DN.LD02", "DEPUTY")):
        staff[code] = Officer.objects.create(code=code, name=f"Lãnh đạo {code}")
        Assignment.objects.create(officer=staff[code], unit=dn, role=role)
    return staff


def sent(**change: Any) -> dict[str, Any]:
    return {
        "from_officer": "DN.LD01",
        "to_officer": "DN.LD02",
        "role": "HEAD",
        "unit": "DN",
        "valid_from": day(0),
        "valid_to": day(10),
        "document_number": "12/GUQ-CTHADS",
        "document_date": day(-1),
        **change,
    }


def person(officer: Officer) -> APIClient:
    """A client in which this officer has signed in."""
    client = APIClient(raise_request_exception=False)
    client.force_login(User.objects.create_user(f"u{officer.pk}", officer=officer))
    return client


def stand(**change: Any) -> Delegation:
    given = sent(**change)
    people = {name: Officer.objects.get(code=given[name]) for name in ("from_officer", "to_officer")}
    unit = Unit.objects.get(code=given["unit"])
    made = Delegation.objects.create(**{**given, **people, "unit": unit})
    made.refresh_from_db()
    return made


def test_a_delegation_is_given_revoked_and_told(leaders: dict[str, Officer]) -> None:
    client = caller("DN", "HEAD")
    made = client.post(URL, sent())
    assert made.status_code == 201, made.content
    row = made.json()
    assert client.get(f"{URL}?valid_on={day(0)}").json()["results"] == [row]
    refused(client.post(URL, sent()), 409, "DELEGATION_TWICE")
    refused(
        client.patch(made["Location"], {"valid_to": day(20)}, HTTP_IF_MATCH=made["ETag"]),
        422,
        "DELEGATION_BEGUN",
    )
    refused(client.delete(made["Location"], HTTP_IF_MATCH=made["ETag"]), 422, "DELEGATION_BEGUN")
    revoked = client.patch(made["Location"], {"revoked_on": day(0)}, HTTP_IF_MATCH=made["ETag"])
    assert (revoked.status_code, revoked.json()["revoked_on"]) == (200, day(0))
    assert client.get(f"{URL}?valid_on={day(0)}").json()["results"] == []
    sequencer.sequence_all()
    told = [one["type"] for one in client.get("/api/v1/events/").json()["results"]]
    assert told == ["delegation.created", "delegation.changed"]


def test_one_that_has_not_begun_may_change_and_go(leaders: dict[str, Officer]) -> None:
    client = caller("DN", "HEAD")
    made = client.post(URL, sent(valid_from=day(2)))
    changed = client.patch(made["Location"], {"valid_to": day(20)}, HTTP_IF_MATCH=made["ETag"])
    assert changed.json()["valid_to"] == day(20)
    refused(client.patch(made["Location"], {"role": "DEPUTY"}, **ANY), 422, "FIELD_FIXED", "/role")
    assert client.delete(made["Location"], **ANY).status_code == 204
    refused(client.get(made["Location"]), 404, "DELEGATION_NOT_FOUND")


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"to_officer": "DN.LD01"}, 422, "DELEGATION_TO_ONESELF", "/to_officer"),
        ({"to_officer": "QN.01"}, 422, "OFFICER_NOT_FOUND", "/to_officer"),
        ({"unit": "QN"}, 422, "UNIT_NOT_FOUND", "/unit"),
        ({"from_officer": "DN.LD02", "to_officer": "DN.LD01"}, 422, "DELEGATOR_LACKS_ROLE", "/role"),
        ({"role": "SYSTEM"}, 422, "ROLE_FOR_PROGRAMS", "/role"),
        ({"permissions": ["READ_CASES", "FLY"]}, 400, "FIELD_INVALID", "/permissions/1"),
        ({"valid_to": day(-1)}, 422, "ENDS_BEFORE_IT_BEGINS", "/valid_to"),
        ({"document_date": day(1)}, 422, "DELEGATION_BEFORE_DOCUMENT", "/document_date"),
        ({"document_number": ""}, 400, "FIELD_INVALID", "/document_number"),
    ],
)  # fmt: skip
def test_what_a_delegation_may_not_be(
    change: dict[str, Any], status: int, code: str, pointer: str, leaders: dict[str, Officer]
) -> None:
    refused(caller("DN", "HEAD").post(URL, sent(**change)), status, code, pointer)
    assert not Delegation.objects.exists()


def test_a_permission_has_to_be_the_roles(leaders: dict[str, Officer]) -> None:
    Assignment.objects.create(officer=leaders["DN.LD01"], unit=Unit.objects.get(code="DN"), role="AUDITOR")
    answer = caller("DN", "HEAD").post(URL, sent(role="AUDITOR", permissions=["OPEN_CASES"]))
    refused(answer, 422, "PERMISSION_NOT_OF_ROLE", "/permissions/0")


def test_a_deputy_delegates_his_own_only_and_nobody_what_stands_above(leaders: dict[str, Officer]) -> None:
    deputy = person(leaders["DN.LD02"])
    own = sent(from_officer="DN.LD02", to_officer="DN.HC.01", role="DEPUTY")
    assert deputy.post(URL, own).status_code == 201
    refused(deputy.post(URL, sent(to_officer="DN.HC.01")), 403, "DELEGATION_OF_ANOTHER")
    branch = Assignment.objects.create(
        officer=leaders["DN.HC.01"], unit=Unit.objects.get(code="DN.HC"), role="HEAD"
    )
    above = sent(from_officer="DN.HC.01", to_officer="DN.HC.02", unit="DN.HC")
    refused(caller("DN.HC", "UNIT_HEAD").post(URL, above), 403, "ROLE_ABOVE_OWN")
    assert branch.pk
    for role in ("OFFICER", "CLERK", "AUDITOR", "STATISTICIAN"):
        refused(caller("DN", role).post(URL, sent()), 403, "ROLE_MAY_NOT")


def test_who_holds_a_delegation_acts_by_it_and_the_log_says_for_whom(leaders: dict[str, Officer]) -> None:
    deputy = person(leaders["DN.LD02"])
    refused(deputy.patch("/api/v1/units/DN.HC/", {"name": "X"}, **ANY), 403, "ROLE_MAY_NOT")
    held = stand()
    deputy = person(leaders["DN.HC.01"]) if not held else APIClient(raise_request_exception=False)
    deputy.force_login(User.objects.get(officer=leaders["DN.LD02"]))
    for_head = {"HTTP_X_ACT_AS": str(held.public_id)}
    # Without a word he is himself, whatever stands higher.
    unasked = deputy.get(ME).json()["acting"]
    assert (unasked["role"], unasked["on_behalf_of"]) == ("DEPUTY", None)
    refused(deputy.patch("/api/v1/units/DN.HC/", {"name": "X"}, **ANY), 403, "ROLE_MAY_NOT")
    me = deputy.get(ME, **for_head).json()
    assert (me["acting"]["role"], me["acting"]["on_behalf_of"], me["officer"]) == (
        "HEAD",
        "DN.LD01",
        "DN.LD02",
    )
    assert [one["role"] for one in me["capacities"]] == ["DEPUTY", "HEAD"]
    changed = deputy.patch("/api/v1/units/DN.HC/", {"name": "Tên theo ủy quyền"}, **for_head, **ANY)
    assert changed.status_code == 200, changed.content
    refused(deputy.post(URL, sent(to_officer="DN.HC.01"), **for_head), 403, "DELEGATION_NOT_PASSED_ON")
    sequencer.sequence_all()
    (event,) = caller("DN", "HEAD").get("/api/v1/events/").json()["results"]
    user = User.objects.get(officer=leaders["DN.LD02"])
    assert event["recorded_by"] == f"USER:{user.pk} FOR OFFICER:{leaders['DN.LD01'].pk}"


def test_acts_say_on_whose_behalf(leaders: dict[str, Officer]) -> None:
    bring_in([made_story()], counted=False)
    for_head = {"HTTP_X_ACT_AS": str(stand().public_id)}
    deputy = person(leaders["DN.LD02"])
    (case,) = deputy.get("/api/v1/cases/", **for_head).json()["results"]
    act = {"type": "VERIFICATION", "effective_on": "2024-02-01"}
    answer = deputy.post(f"/api/v1/cases/{case['id']}/acts/", act, **for_head)
    assert answer.status_code == 201, answer.content
    assert "FOR OFFICER:" in answer.json()["recorded_by"]


def test_one_may_say_as_what_he_acts(leaders: dict[str, Officer]) -> None:
    held = stand()
    deputy = person(leaders["DN.LD02"])
    own = Assignment.objects.get(officer=leaders["DN.LD02"])
    own.refresh_from_db()
    as_deputy = {"HTTP_X_ACT_AS": str(own.public_id)}
    assert deputy.get(ME, **as_deputy).json()["acting"]["role"] == "DEPUTY"
    refused(deputy.patch("/api/v1/units/DN.HC/", {"name": "X"}, **as_deputy, **ANY), 403, "ROLE_MAY_NOT")
    assert deputy.get(ME, HTTP_X_ACT_AS=str(held.public_id)).json()["acting"]["role"] == "HEAD"
    other = Assignment.objects.get(officer=leaders["DN.HC.01"])
    other.refresh_from_db()
    for wrong in (str(other.public_id), "x", "", "\u0111".encode().decode("latin-1")):
        refused(deputy.get(ME, HTTP_X_ACT_AS=wrong), 403, "ACT_AS_NOT_HELD")
    refused(caller("DN", "HEAD").get(ME, HTTP_X_ACT_AS=str(own.public_id)), 400, "ACT_AS_KEY")


def test_a_delegation_limited_to_some_permissions_gives_no_others(leaders: dict[str, Officer]) -> None:
    for_head = {"HTTP_X_ACT_AS": str(stand(permissions=["READ_ORGANISATION", "MANAGE_TARGETS"]).public_id)}
    deputy = person(leaders["DN.LD02"])
    assert deputy.get("/api/v1/units/", **for_head).status_code == 200
    refused(deputy.get("/api/v1/cases/", **for_head), 403, "ROLE_MAY_NOT")
    assert deputy.get("/api/v1/cases/").status_code == 200


def test_who_may_do_nothing_else_learns_who_he_is(leaders: dict[str, Officer]) -> None:
    """By a delegation that does not let him read the organisation; who has no role at all is nobody here."""
    held = stand(permissions=["READ_CASES"])
    deputy = person(leaders["DN.LD02"])
    told = deputy.get(ME, HTTP_X_ACT_AS=str(held.public_id))
    assert (told.status_code, told.json()["acting"]["role"]) == (200, "HEAD")
    assert [one["code"] for one in told.json()["permissions"]] == ["READ_CASES"]
    stranger = person(Officer.objects.create(code="DN.LD09", name="Chưa phân công"))
    refused(stranger.get(ME), 403, "ROLE_MAY_NOT")
    assert APIClient(raise_request_exception=False).get(ME).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": day(1)},
        {"valid_from": day(-5), "valid_to": day(-1)},
        {"revoked_on": day(0)},
        {"unit": "DN.HC"},
    ],
    ids=["not yet", "over", "revoked", "another unit"],
)
def test_it_holds_in_its_days_and_where_it_says(change: dict[str, Any], leaders: dict[str, Officer]) -> None:
    for_head = {"HTTP_X_ACT_AS": str(stand(**change).public_id)}
    deputy = person(leaders["DN.LD02"])
    assert deputy.get(ME).json()["acting"]["role"] == "DEPUTY"
    if "unit" in change:
        assert deputy.get(ME, **for_head).json()["acting"]["unit"] == "DN.HC"
        wrong = deputy.patch("/api/v1/units/DN.TK/", {"name": "X"}, **for_head, **ANY)
        refused(wrong, 404, "UNIT_NOT_FOUND")
    else:
        refused(deputy.get(ME, **for_head), 403, "ACT_AS_NOT_HELD")


def test_it_ends_with_the_role_of_who_gave_it(leaders: dict[str, Officer]) -> None:
    stand()
    today = timezone.localdate()
    assert [one.role for one in capacities(leaders["DN.LD02"].pk, today)] == ["DEPUTY", "HEAD"]
    Assignment.objects.filter(officer=leaders["DN.LD01"]).update(valid_to=day(-1))
    assert [one.role for one in capacities(leaders["DN.LD02"].pk, today)] == ["DEPUTY"]


def test_what_an_officer_delegates_is_his_own_cases(leaders: dict[str, Officer]) -> None:
    bring_in(
        [made_story(officer="DN.HC.01"), made_story(number="2/QĐ-CCTHADS", officer="DN.HC.02")], counted=False
    )
    held = stand(from_officer="DN.HC.01", to_officer="DN.HC.02", role="OFFICER", unit="DN.HC")
    client = person(leaders["DN.HC.02"])

    def seen(**headers: str) -> list[str]:
        return [one["decision_number"] for one in client.get("/api/v1/cases/", **headers).json()["results"]]

    assert seen() == ["2/QĐ-CCTHADS"]
    assert seen(HTTP_X_ACT_AS=str(held.public_id)) == ["1/QĐ-CCTHADS"]


def test_a_temporary_assignment_widens_while_it_lasts(leaders: dict[str, Officer]) -> None:
    tk = Unit.objects.get(code="DN.TK")
    Assignment.objects.create(
        officer=leaders["DN.HC.01"],
        unit=tk,
        role="UNIT_HEAD",
        temporary="ACTING",
        valid_from=day(0),
        valid_to=day(3),
    )
    me = person(leaders["DN.HC.01"]).get(ME).json()
    assert (me["acting"]["role"], me["acting"]["unit"], me["acting"]["valid_to"]) == (
        "UNIT_HEAD",
        "DN.TK",
        day(3),
    )
    assert me["capacities"][1]["own_cases_only"] is True


def test_examples_have_the_shape_of_answers(leaders: dict[str, Officer]) -> None:
    from officers.api import delegations, me

    client = caller("DN", "HEAD")
    made = client.post(URL, delegations.DelegationList.operations["POST"].request_example)
    assert made.status_code == 201, made.content
    assert shape(made.json()) == shape(delegations.DelegationDetail.operations["GET"].example)
    assert shape(person(leaders["DN.HC.01"]).get(ME).json()) == shape(me.Me.operations["GET"].example)
    key = client.get(ME).json()
    assert (key["kind"], key["capacities"], key["acting"]["unit"]) == ("API_KEY", [], "DN")
