"""Succession to rights and duties through the API: the successor comes to the case, the decision passes the line on,
and everything that asks who owes and is owed now is told.
"""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.api.history import HISTORY
from cases.models import Case, CaseChange, Obligation, Party
from cases.querysets.lives import lives
from cases.querysets.stories import stories
from cases.rules import fold, story_text, succession
from cases.rules.tables import tables
from officers.models import Officer
from tests.api.clients import caller
from tests.api.test_live_equals_bulk import every_table, exported, restored, undone
from tests.registers import bring_in, made_story
from tests.shapes import shape
from thads.journal import consumers
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"
CREDITOR = {"ref": "c1", "role": "CREDITOR", "kind": "ORGANISATION", "name": "Ngân hàng C"}
HEIR = {"role": "DEBTOR", "kind": "PERSON", "name": "Nguyễn Thị Bình", "id_number": "048190000002"}
BASIS = "L25 Đ41.4; D152 Đ25"


def story(**more: Any) -> dict[str, Any]:
    body = made_story(initiation="ON_REQUEST", **more)
    return {
        **body,
        "parties": [*body["parties"], CREDITOR],
        "obligations": [
            {"ref": "o1", "kind": "MONEY_DEBT", "debtor": "d1", "creditor": "c1", "amount": "5000000"},
            {"ref": "o2", "kind": "MONEY_DEBT", "debtor": "d1", "creditor": "c1", "amount": "700000"},
        ],
    }


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def case(head: APIClient) -> Case:
    (key,) = bring_in([story()], counted=False)
    found: Case = Case.objects.get(pk=key)
    return found


def party(client: APIClient, case: Case, **sent: Any) -> Any:
    answer = client.post(f"{CASES}{case.public_id}/parties/", {**HEIR, **sent}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def passed(source: str, target: str, day: str = "2026-07-10", *lines: str, **more: Any) -> dict[str, Any]:
    named = {"lines": [{"obligation": line} for line in lines]} if lines else {}
    data = {"from": source, "to": target, "reason": "DEATH"}
    return {"type": "TRANSFER_DECISION", "effective_on": day, "data": data, **named, **more}


def recorded(client: APIClient, case: Case, act: dict[str, Any]) -> Any:
    answer = client.post(f"{CASES}{case.public_id}/acts/", act, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def refused(client: APIClient, case: Case, act: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    answer = client.post(f"{CASES}{case.public_id}/acts/", act, format="json")
    assert answer.status_code == 422, answer.content
    return [(one["code"], one["pointer"], one["legal_basis"]) for one in answer.json()["errors"]]


def sides(client: APIClient, case: Case, query: str = "") -> list[tuple[str | None, str | None]]:
    lines = client.get(f"{CASES}{case.public_id}/{query}").json()["obligations"]
    assert {(line["debtor"], line["creditor"]) for line in lines} == {("d1", "c1")}, (
        "the decision says what it said"
    )
    return [(line["current_debtor"], line["current_creditor"]) for line in lines]


def kept_as_rebuilt() -> None:
    """Who owes and is owed now is kept as folding every story anew gives it."""
    for key, life in lives(list(Case.objects.values_list("pk", flat=True)), tables()).items():
        places = list(Party.objects.filter(case=key).order_by("position").values_list("pk", flat=True))
        kept = Obligation.objects.filter(case=key).order_by("position")
        assert list(kept.values_list("current_debtor", "current_creditor")) == [
            tuple(None if place is None else places[place] for place in own)
            for own in succession.sides(life.duties, fold.fold(life).lines)
        ]


# --- The successor comes to the case ------------------------------------------------------------------------


def test_a_party_comes_to_a_case_that_stands(head: APIClient, case: Case) -> None:
    url = f"{CASES}{case.public_id}/parties/"
    tag = head.get(f"{CASES}{case.public_id}/")["ETag"]
    tried = head.post(f"{url}?dry_run=true", HEIR, format="json", HTTP_IF_MATCH=tag)
    assert tried.status_code == 200 and Party.objects.filter(case=case).count() == 2
    sent = {**HEIR, "phone": "0905123567", "external_ids": [{"system": "court", "value": "BC-2"}]}
    answer = head.post(url, sent, format="json", HTTP_IF_MATCH=tag, HTTP_IDEMPOTENCY_KEY="heir")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert {name: body[name] for name in sent} == sent and (body["ref"], body["version"]) == ("p3", 1)
    assert head.get(answer["Location"]).json() == body
    again = head.post(url, sent, format="json", HTTP_IF_MATCH=tag, HTTP_IDEMPOTENCY_KEY="heir")
    assert again.json() == body and Party.objects.filter(case=case).count() == 3
    stale = head.post(url, HEIR, format="json", HTTP_IF_MATCH=tag)
    assert stale.status_code == 412
    # Another version of the case, the same figures, and no word of who it is in the journal.
    after = Case.objects.get(pk=case.pk)
    assert (after.version, after.due, after.remaining, after.bucket) == (
        case.version + 1, case.due, case.remaining, case.bucket,
    )  # fmt: skip
    assert after.content_digest == story_text.digest(stories([case.pk], tables())[case.pk])
    (event,) = Outbox.objects.filter(type="party.added")
    assert event.sequence == after.version and set(event.data["fields"]) == {
        "name", "id_number", "phone", "external_ids"
    }  # fmt: skip
    assert not [word for word in ("Bình", "048190000002", "0905123567") if word in str(event.data)]
    row = head.get(f"{CASES}{case.public_id}/history/").json()["results"][-1]
    assert (row["origin"], row["amended"]["party"]) == ("PARTY_ADDED", body["id"])
    assert {one["name"]: (one["before"], one["after"]) for one in row["amended"]["fields"]}["name"] == (
        None,
        HEIR["name"],
    )
    assert b"048190000002" not in bytes(CaseChange.objects.get().before_sealed)
    found = head.get("/api/v1/cases/?q=binh").json()["results"]
    assert [one["id"] for one in found] == [str(case.public_id)]


@pytest.mark.parametrize(
    ("sent", "status", "fault"),
    [
        ({"ref": "d1"}, 422, ("/ref", "REF_TWICE")),
        ({"role": "HEIR"}, 400, ("/role", "FIELD_INVALID")),
        ({"name": None}, 400, ("/name", "FIELD_REQUIRED")),
        ({"acts": []}, 400, ("/acts", "FIELD_UNKNOWN")),
    ],
)
def test_what_is_no_party(
    head: APIClient, case: Case, sent: Any, status: int, fault: tuple[str, str]
) -> None:
    answer = head.post(f"{CASES}{case.public_id}/parties/", {**HEIR, **sent}, format="json")
    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["pointer"] == fault[0]
    assert Party.objects.filter(case=case).count() == 2


def test_who_adds_a_party_and_to_which_case(case: Case) -> None:
    url = f"{CASES}{case.public_id}/parties/"
    assert caller("DN.TK", "UNIT_HEAD").post(url, {}, format="json").status_code == 404
    assert caller("DN.HC", "OFFICER", "DN.HC.02").post(url, HEIR, format="json").status_code == 404
    for role in ("AUDITOR", "ACCOUNTANT", "EXAMINER", "SYSTEM"):
        assert caller("DN.HC", role).post(url, HEIR, format="json").status_code == 403
    assert caller("DN.HC", "OFFICER", "DN.HC.01").post(url, HEIR, format="json").status_code == 201


# --- The decision -------------------------------------------------------------------------------------------


def test_a_decision_passes_a_line_on(head: APIClient, case: Case) -> None:
    heir = party(head, case)
    tried = head.post(f"{CASES}{case.public_id}/acts/?dry_run=true", passed("d1", "p3"), format="json")
    assert tried.status_code == 200 and sides(head, case) == [("d1", "c1")] * 2
    figures = Case.objects.values_list("bucket", "status", "due", "remaining").get(pk=case.pk)
    # The successor may be named by id: what is kept is the reference, which stands in an export too.
    act = recorded(head, case, passed("d1", heir["id"], "2026-07-10", "o1"))
    assert act["data"] == {"from": "d1", "to": "p3", "reason": "DEATH"} and act["legal_basis"] == BASIS
    assert Case.objects.values_list("bucket", "status", "due", "remaining").get(pk=case.pk) == figures
    assert sides(head, case) == [("p3", "c1"), ("d1", "c1")]
    assert sides(head, case, "?as_of=2026-07-09") == [("d1", "c1")] * 2
    assert sides(head, case, "?as_of=2026-07-10") == [("p3", "c1"), ("d1", "c1")]
    line = head.get(f"/api/v1/obligations/?case={case.public_id}").json()["results"][0]
    assert (line["debtor"], line["current_debtor"], line["current_creditor"]) == ("d1", "p3", "c1")
    (event,) = Outbox.objects.filter(type="act.recorded")
    assert "p3" not in str(event.data) and event.data["lines"] == [[0, None]]
    row = head.get(f"{CASES}{case.public_id}/history/?lang=vi").json()["results"][-1]
    (changed,) = row["lines"]
    assert (changed["obligation"], changed["succession"]) == (
        "o1",
        "Người phải thi hành án: Nguyễn Văn A → Nguyễn Thị Bình",
    )
    assert shape(changed) == shape(HISTORY["lines"][0]) | {"succession": shape("")}
    kept_as_rebuilt()


def test_what_is_refused_with_its_article(head: APIClient, case: Case) -> None:
    party(head, case, ref="d2")
    party(head, case, ref="r1", role="RELATED")
    assert refused(head, case, {"type": "TRANSFER_DECISION", "effective_on": "2026-07-10"}) == [
        ("DATA_NEEDED", f"/data/{key}", BASIS) for key in ("from", "to", "reason")
    ]
    assert refused(head, case, passed("d1", "d9")) == [("REF_UNKNOWN", "/data/to", None)]
    assert refused(head, case, passed("d1", "d1")) == [("SUCCESSOR_SAME", "/data/to", BASIS)]
    assert refused(head, case, passed("d2", "d1")) == [("SUCCESSION_NOT_HELD", "/data/from", BASIS)]
    assert refused(head, case, passed("d1", "r1")) == [("SUCCESSOR_ROLE", "/data/to", BASIS)]
    assert ("SUCCESSOR_ON_OTHER_SIDE", "/lines/0", BASIS) in refused(
        head, case, passed("d1", "c1", "2026-07-10", "o1")
    )
    named = passed("d1", "d2") | {
        "data": {"from": "d1", "to": "d2", "reason": "DEATH", "name": "Nguyễn Văn B"}
    }
    assert refused(head, case, named) == [("SUCCESSION_DATA", "/data", BASIS)]
    assert refused(head, case, passed("d1", "d2", "2026-06-30"))[0][0] == "ACT_NOT_OF_THIS_LAW"
    assert sides(head, case) == [("d1", "c1")] * 2
    # Nobody passes on what is not his on that day, nor what has ended; nor is one dated back under another.
    recorded(head, case, passed("d1", "d2", "2026-08-10"))
    assert refused(head, case, passed("d1", "d2", "2026-09-10")) == [
        ("SUCCESSION_NOT_HELD", "/data/from", BASIS)
    ]
    party(head, case, ref="d3")
    assert refused(head, case, passed("d1", "d3", "2026-07-10")) == [
        ("LATER_ACT_IMPOSSIBLE", "/effective_on", BASIS)
    ]
    paid = {
        "type": "COLLECTION",
        "effective_on": "2026-09-01",
        "lines": [{"obligation": "o2", "amount": "700000"}],
    }
    recorded(head, case, paid)
    assert refused(head, case, passed("d2", "d3", "2026-09-10", "o2")) == [("LINE_ENDED", "/lines/0", BASIS)]
    kept_as_rebuilt()


def test_annulled_struck_and_dated_back(head: APIClient, case: Case) -> None:
    for ref in ("d2", "d3"):
        party(head, case, ref=ref)
    party(head, case, ref="c2", role="CREDITOR")
    first = recorded(head, case, passed("d1", "d2", "2026-07-10", "o1"))
    second = recorded(head, case, passed("d2", "d3", "2026-08-10"))
    assert sides(head, case) == [("d3", "c1"), ("d1", "c1")]
    undo = {"type": "ANNUL_ACT", "effective_on": "2026-09-01", "annuls": first["id"]}
    assert [code for code, *_ in refused(head, case, undo)] == ["SUCCESSION_GONE_ON"]
    # Before the others, and about the other side: nothing they did is touched.
    recorded(head, case, passed("c1", "c2", "2026-07-05"))
    assert sides(head, case) == [("d3", "c2"), ("d1", "c2")]
    assert sides(head, case, "?as_of=2026-07-06") == [("d1", "c2")] * 2
    recorded(head, case, {"type": "CORRECTION", "effective_on": "2026-09-01", "voids": second["id"]})
    assert sides(head, case) == [("d2", "c2"), ("d1", "c2")]
    kept_as_rebuilt()
    recorded(head, case, undo)
    assert sides(head, case) == [("d1", "c2"), ("d1", "c2")]
    assert Obligation.objects.filter(case=case, current_debtor=None).count() == 2, (
        "back with whom it was decided"
    )
    kept_as_rebuilt()


def test_one_by_one_in_bulk_or_restored_every_table_is_equal(head: APIClient) -> None:
    """A register with successions is the same however it came to be, and so is what is exported of it."""
    parties = [
        {"ref": ref, "role": role, "kind": "PERSON", "name": f"Ông {ref}"}
        for ref, role in (("d2", "DEBTOR"), ("d3", "DEBTOR"), ("c2", "CREDITOR"))
    ]
    acts = [
        {"ref": "a1", "type": "VERIFICATION", "effective_on": "2026-07-02"},
        passed("d1", "d2", "2026-07-10", "o1", ref="a2"),
        passed("c1", "c2", "2026-07-12", ref="a3"),
        {"ref": "a4", "type": "COLLECTION", "effective_on": "2026-07-20",
         "lines": [{"obligation": "o1", "amount": "1000"}]},
        passed("d2", "d3", "2026-08-10", ref="a5"),
        {"ref": "a6", "type": "ANNUL_ACT", "effective_on": "2026-08-20", "annuls": "a3"},
        {"ref": "a7", "type": "CORRECTION", "effective_on": "2026-08-21", "voids": "a5"},
    ]  # fmt: skip
    body = {**story(), "parties": [*story()["parties"], *parties]}
    whole = {**body, "acts": acts}

    def live() -> Any:
        opened = {key: value for key, value in body.items() if key != "acts"}
        answer = head.post(CASES, opened, format="json")
        assert answer.status_code == 201, answer.content
        for act in acts:
            assert head.post(f"{answer['Location']}acts/", act, format="json").status_code == 201
        consumers.catch_up()
        kept_as_rebuilt()
        return exported(), every_table(moments=False), every_table(moments=True)

    lines, netted, exact = undone(live)
    assert [row for row in netted["cases.Obligation"] if "'current_debtor_id': 2" in row], (
        "d2 owes the first line"
    )

    def in_bulk() -> Any:
        bring_in([whole])
        kept_as_rebuilt()
        return every_table(moments=False)

    def from_record() -> Any:
        restored(lines)
        return every_table(moments=True)

    assert undone(in_bulk) == netted
    assert undone(from_record) == exact


def test_several_on_one_case_at_once(head: APIClient, case: Case) -> None:
    for ref in ("d2", "d3"):
        party(head, case, ref=ref)
    rows = [
        {"case": str(case.public_id), **act}
        for act in (
            passed("d1", "d2"),
            passed("d2", "d3", "2026-08-10", "o2"),
            passed("d1", "d3", "2026-09-10"),
        )
    ]
    answer = head.post("/api/v1/acts/bulk/?mode=each", rows, format="json")
    assert answer.status_code in (200, 201), answer.content
    assert sides(head, case) == [("d2", "c1"), ("d3", "c1")]
    kept_as_rebuilt()


# --- Who asks for it ----------------------------------------------------------------------------------------


def test_a_successor_close_to_the_officer(head: APIClient, case: Case) -> None:
    """The succession is a fact and stands; the officer is told that he has to be replaced."""
    sister = {"name": HEIR["name"], "relation": "SIBLING", "id_number": HEIR["id_number"]}
    assert head.post("/api/v1/officers/DN.HC.01/conflicts/", sister, format="json").status_code == 201
    party(head, case, ref="d2")
    act = recorded(head, case, passed("d1", "d2"))
    assert [(one["code"], one["pointer"], one["legal_basis"]) for one in act["warnings"]] == [
        ("SUCCESSOR_IN_CONFLICT", "/data/to", "L25 Đ16.2d")
    ]
    back = {"type": "REASSIGN", "effective_on": "2026-07-20", "unit": "DN.HC", "officer": "DN.HC.01"}
    assert [code for code, *_ in refused(head, case, back)] == ["OFFICER_IN_CONFLICT"]
    assert "warnings" not in recorded(head, case, {**back, "officer": "DN.HC.02"})


def test_what_a_successor_gave_up_is_not_requested_again(head: APIClient, case: Case) -> None:
    party(head, case, ref="c2", role="CREDITOR", name="Công ty mua nợ D", id_number="0400000009")
    recorded(head, case, passed("c1", "c2"))
    given_up = {"type": "TERMINATION_DECISION", "effective_on": "2026-07-20", "ground": "4"}
    recorded(head, case, given_up)
    for creditor in ({**CREDITOR}, {**CREDITOR, "name": "Công ty mua nợ D"}):
        again = story(number="2/QĐ-CCTHADS", date="2026-08-03")
        again["parties"][1] = creditor
        del again["acts"]
        answer = head.post(CASES, again, format="json")
        assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_BARRED"), answer.content
    other = story(number="3/QĐ-CCTHADS", date="2026-08-03")
    other["parties"][1] = {**CREDITOR, "name": "Công ty E"}
    del other["acts"]
    assert head.post(CASES, other, format="json").status_code == 201


def test_an_old_register_brings_its_successions(staff: dict[str, Officer]) -> None:
    """Under the law of its day there was no such decision, so it is warned of; who owes now is kept all the same."""
    raw = story(acts=[passed("d1", "d2", "2024-05-06")])
    raw["parties"].append({"ref": "d2", "role": "DEBTOR", "kind": "PERSON", "name": "Lê Văn E"})
    bring_in([raw])
    kept_as_rebuilt()
    assert set(Obligation.objects.values_list("debtor__ref", "current_debtor__ref")) == {("d1", "d2")}
