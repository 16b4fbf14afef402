"""May this person sign this act in law: refused, warned or accepted as it is recorded, dry-run and brought in."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.models import Act, Case
from officers.models import Assignment, Delegation, Officer, Unit
from tests.api.clients import caller
from tests.registers import TODAY, bring_in, made_story

pytestmark = pytest.mark.django_db

VERIFIED = {"type": "VERIFICATION", "effective_on": "2024-01-05"}
DEFER = {"type": "DEFER_DECISION", "effective_on": "2026-07-20", "ground": "c"}
MEASURE = {"type": "COERCION_DECISION", "effective_on": "2026-07-20"}


@pytest.fixture
def people(staff: dict[str, Officer]) -> dict[str, Officer]:
    """Beside the officers of the branches: the head and a deputy of Đà Nẵng, the head and the clerk of Hải Châu."""
    places = [
        ("DN.LD01", "HEAD", "DN"),
        ("DN.LD02", "DEPUTY", "DN"),
        ("DN.HC.90", "UNIT_HEAD", "DN.HC"),
        ("DN.HC.91", "CLERK", "DN.HC"),
    ]
    for code, role, unit in places:
        staff[code] = Officer.objects.create(code=code, name=f"Bà {code}")
        Assignment.objects.create(officer=staff[code], unit=Unit.objects.get(code=unit), role=role)
    return staff


@pytest.fixture
def head(people: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def case(people: dict[str, Officer]) -> Case:
    (key,) = bring_in([made_story(acts=[VERIFIED])], counted=False)
    return Case.objects.get(pk=key)


def acts(case: Case) -> str:
    return f"/api/v1/cases/{case.public_id}/acts/"


def tried(client: APIClient, case: Case, act: dict[str, Any], signer: str) -> tuple[int, list[str]]:
    """Status of the dry run, and the codes of what it refuses or warns of."""
    answer = client.post(f"{acts(case)}?dry_run=true", {**act, "signer": signer}, format="json")
    told = answer.json()
    return answer.status_code, [one["code"] for one in told.get("errors", told.get("warnings", []))]


def delegate(people: dict[str, Officer], to: str, unit: str = "DN.HC", **more: Any) -> Delegation:
    made = Delegation.objects.create(
        from_officer=people["DN.LD01"],
        to_officer=people[to],
        role="HEAD",
        unit=Unit.objects.get(code=unit),
        document_number="12/GUQ-THADS",
        **{"valid_from": "2026-07-01", "valid_to": "2026-12-31", "document_date": "2026-06-30", **more},
    )
    return made


REFUSED, ALLOWED = (422, ["SIGNER_NOT_COMPETENT"]), (200, [])


def test_the_head_signs_and_others_by_delegation(
    head: APIClient, people: dict[str, Officer], case: Case
) -> None:
    assert tried(head, case, DEFER, "DN.LD01") == ALLOWED
    for code in ("DN.LD02", "DN.HC.90", "DN.HC.01", "DN.HC.91", "DN.TK.01"):
        assert tried(head, case, DEFER, code) == REFUSED, code
    held = delegate(people, "DN.HC.90")
    assert tried(head, case, DEFER, "DN.HC.90") == ALLOWED
    before = {**DEFER, "decision_date": "2026-06-30"}
    assert tried(head, case, before, "DN.HC.90") == REFUSED, "the day of the decision is asked for"
    Delegation.objects.filter(pk=held.pk).update(revoked_on="2026-07-20")
    assert tried(head, case, DEFER, "DN.HC.90") == REFUSED, "revoked"
    Delegation.objects.filter(pk=held.pk).update(revoked_on=None, permissions=["REASSIGN_CASES"])
    assert tried(head, case, DEFER, "DN.HC.90") == REFUSED, "limited to something else"
    handed = {"type": "REASSIGN", "effective_on": "2026-07-20", "unit": "DN.HC", "officer": "DN.HC.02"}
    assert tried(head, case, handed, "DN.HC.90") == ALLOWED
    Delegation.objects.filter(pk=held.pk).update(permissions=["RECORD_ACTS"])
    assert tried(head, case, DEFER, "DN.HC.90") == ALLOWED
    delegate(people, "DN.LD02", unit="DN.TK")
    assert tried(head, case, DEFER, "DN.LD02") == REFUSED, "over another unit"
    Assignment.objects.filter(officer=people["DN.LD01"]).update(valid_to="2026-07-10")
    assert tried(head, case, DEFER, "DN.HC.90") == REFUSED, "who delegated it is head no more"


def test_who_has_the_case_signs_measures(head: APIClient, case: Case) -> None:
    assert tried(head, case, MEASURE, "DN.HC.01") == ALLOWED
    assert tried(head, case, MEASURE, "DN.LD01") == ALLOWED
    assert tried(head, case, MEASURE, "DN.HC.02") == REFUSED
    handed = {"type": "REASSIGN", "effective_on": "2026-07-10", "unit": "DN.HC", "officer": "DN.HC.02"}
    assert head.post(acts(case), handed, format="json").status_code == 201
    assert tried(head, case, MEASURE, "DN.HC.01") == REFUSED
    assert tried(head, case, MEASURE, "DN.HC.02") == ALLOWED
    assert tried(head, case, {**MEASURE, "effective_on": "2026-07-09"}, "DN.HC.01") == ALLOWED


def test_registry_outsiders_and_who_annuls(head: APIClient, case: Case) -> None:
    sent = {"type": "SEND_VKS", "effective_on": "2026-07-20"}
    assert tried(head, case, sent, "DN.HC.91") == ALLOWED
    assert tried(head, case, sent, "DN.TK.01") == REFUSED
    protest = {"type": "PROTEST", "effective_on": "2026-07-20"}
    assert tried(head, case, protest, "Viện trưởng VKSND quận Hải Châu") == ALLOWED
    assert tried(head, case, protest, "DN.LD01") == REFUSED
    made = head.post(acts(case), {**MEASURE, "signer": "DN.HC.01"}, format="json").json()
    undone = {"type": "ANNUL_ACT", "effective_on": "2026-07-20", "annuls": made["id"]}
    assert tried(head, case, undone, "DN.HC.01") == ALLOWED
    assert tried(head, case, undone, "DN.HC.91") == REFUSED


def test_a_name_is_taken_and_said_to_be_unchecked(head: APIClient, case: Case) -> None:
    assert tried(head, case, DEFER, "Phạm Văn Lợi") == (200, ["SIGNER_NOT_CHECKED"])
    assert tried(head, case, DEFER, "DN.HC.77") == REFUSED, "no such officer is told no other way"
    answer = head.post(acts(case), {**DEFER, "signer": "Phạm Văn Lợi"}, format="json")
    assert (answer.status_code, answer.json()["signer"]) == (201, "Phạm Văn Lợi")


def test_a_refusal_names_who_could_and_the_article_and_writes_nothing(head: APIClient, case: Case) -> None:
    answer = head.post(acts(case), {**DEFER, "signer": "DN.HC.02"}, format="json")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["legal_basis"]) == (
        422, "/signer", "L25 Đ22.3; D152 Đ97.1c",
    )  # fmt: skip
    assert "DN.LD01 Bà DN.LD01" in error["detail"] and "Thủ trưởng" in error["detail"]
    english = head.post(f"{acts(case)}?lang=en", {**DEFER, "signer": "DN.HC.02"}, format="json").json()
    assert "Head of the authority" in english["errors"][0]["detail"]
    assert Act.objects.filter(case=case).count() == 2
    measure = head.post(acts(case), {**MEASURE, "signer": "DN.HC.02"}, format="json").json()["errors"]
    assert measure[0]["legal_basis"] == "L25 Đ23, 66" and "DN.HC.01" in measure[0]["detail"]


def test_to_30_6_2025_the_head_of_a_branch_signs_himself(head: APIClient, case: Case) -> None:
    old = {**DEFER, "effective_on": "2025-06-02"}
    assert tried(head, case, old, "DN.HC.90") == ALLOWED
    assert tried(head, case, old, "DN.LD01") == REFUSED
    answer = head.post(acts(case), {**old, "signer": "DN.LD01"}, format="json")
    assert answer.json()["errors"][0]["legal_basis"] == "L08 Đ23"


def test_many_at_once_are_checked_each(head: APIClient, people: dict[str, Officer], case: Case) -> None:
    handed = {
        "effective_on": "2026-07-20",
        "unit": "DN.HC",
        "officer": "DN.HC.02",
        "cases": [str(case.public_id)],
    }
    url = "/api/v1/cases/reassignments/"
    refused = head.post(url, {**handed, "signer": "DN.HC.02"}, format="json")
    assert [one["code"] for one in refused.json()["errors"]] == ["SIGNER_NOT_COMPETENT"]
    assert refused.json()["errors"][0]["pointer"] == "/cases/0/signer"
    assert head.post(url, {**handed, "signer": "DN.LD01"}, format="json").status_code == 201


def test_a_register_of_the_past_is_warned_where_the_officer_is_known(people: dict[str, Officer]) -> None:
    signed = [
        {**VERIFIED, "signer": "DN.HC.02"},
        {**VERIFIED, "signer": "DN.HC.01"},
        {**VERIFIED, "signer": "Nguyễn Văn Ký"},
        {
            "type": "REASSIGN",
            "effective_on": "2024-02-01",
            "unit": "DN.TK",
            "officer": "DN.TK.01",
            "signer": "DN.HC.90",
        },
        {"type": "VERIFICATION", "effective_on": "2024-03-01", "signer": "DN.TK.01"},
    ]
    plan = plan_story(made_story(acts=signed), register=Register.load(), today=TODAY)
    told = [(one.code, one.pointer) for one in plan.lawful.warnings if one.code.startswith("SIGNER")]
    assert told == [("SIGNER_NOT_COMPETENT", "/acts/0/signer")]
