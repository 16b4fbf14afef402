"""Debtors without conditions before the public: who is on the list, what is told of them, and when it ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cases.actions import dockets
from cases.actions.publications import refresh_publications
from cases.api.publications import PublicThrottle
from cases.models import Act, Case, Party, Publication
from officers.models import Officer
from tests.api.clients import caller
from tests.api.test_lifecycle import NO_CONDITION, VERIFIED
from tests.registers import bring_in, made_story

pytestmark = pytest.mark.django_db

CASES, PUBLIC, STAFF = "/api/v1/cases/", "/api/v1/public/debtors/", "/api/v1/publications/"
DAY = "2026-07-20"
KEYS = {"id", "name", "address", "judgment", "decision", "duties", "reason", "published_on"}
#: What only stands in data that may not be published.
SECRETS = ("048099001234", "0905000111", "0041000999", "Trần Thị Được Thi Hành", "bí mật")


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def anybody() -> APIClient:
    return APIClient()


def two_debtors(number: str = "1/QĐ-CCTHADS", **case: Any) -> dict[str, Any]:
    """Two debtors without conditions, one duty each, and a creditor."""
    story = made_story(number=number, acts=[VERIFIED, NO_CONDITION], **case)
    story["parties"] = [
        {"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Đỗ Văn Nợ", "id_number": "048099001234",
         "address": "Tổ 5, phường Hải Châu"},
        {"ref": "d2", "role": "DEBTOR", "kind": "ORGANISATION", "name": "Công ty Vỡ Nợ"},
        {"ref": "c1", "role": "CREDITOR", "kind": "PERSON", "name": "Trần Thị Được Thi Hành"},
    ]  # fmt: skip
    story["obligations"] = [
        {"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000", "description": "bí mật"},
        {"ref": "o2", "kind": "COURT_FEE", "debtor": "d2", "amount": "300000"},
    ]
    return story


def brought_in(story: dict[str, Any]) -> Case:
    (key,) = bring_in([story], counted=False)
    return Case.objects.get(pk=key)


def act(client: APIClient, case: Case, kind: str, day: str = DAY, **more: Any) -> dict[str, Any]:
    body = {"type": kind, "effective_on": day, **more}
    answer = client.post(f"{CASES}{case.public_id}/acts/", body, format="json")
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def refused(client: APIClient, case: Case, kind: str, day: str = DAY, **more: Any) -> list[tuple[str, str]]:
    """Codes and pointers of the refusal; every one names its article."""
    before = Act.objects.filter(case=case).count()
    body = {"type": kind, "effective_on": day, **more}
    answer = client.post(f"{CASES}{case.public_id}/acts/", body, format="json")
    assert answer.status_code == 422, answer.content
    assert Act.objects.filter(case=case).count() == before, "nothing was written"
    errors = answer.json()["errors"]
    assert all(error["legal_basis"] for error in errors)
    return [(error["code"], error["pointer"]) for error in errors]


def names(client: APIClient, query: str = "") -> set[str]:
    answer = client.get(PUBLIC + query)
    assert answer.status_code == 200, answer.content
    return {row["name"] for row in answer.json()["results"]}


def stored(case: Case) -> list[tuple[Any, ...]]:
    columns = [field.column for field in Publication._meta.fields if field.name not in ("id", "public_id")]
    return sorted(Publication.objects.filter(case=case).values_list(*columns), key=repr)


def anew(case: Case) -> list[tuple[Any, ...]]:
    """The rows worked out from nothing but the acts."""
    Publication.objects.filter(case=case).delete()
    with transaction.atomic():
        refresh_publications([case.pk])
    return stored(case)


def test_everybody_reads_what_may_be_published_and_nothing_else(head: APIClient, anybody: APIClient) -> None:
    case = brought_in(two_debtors())
    party = Party.objects.get(case=case, ref="d1")
    path = f"/api/v1/parties/{party.public_id}/"
    etag = head.get(path)["ETag"]
    changed = head.patch(
        path, {"phone": "0905000111", "account": "0041000999"}, format="json", HTTP_IF_MATCH=etag
    )
    assert changed.status_code == 200, changed.content
    assert names(anybody) == set()
    act(head, case, "PUBLICATION")
    answer = anybody.get(f"{PUBLIC}?ordering=published_on")
    assert answer["Cache-Control"] == "public, max-age=60" and "Cookie" not in answer["Vary"]
    text = answer.content.decode()
    assert not [word for word in SECRETS if word in text]
    rows = answer.json()["results"]
    assert {row["name"] for row in rows} == {"Đỗ Văn Nợ", "Công ty Vỡ Nợ"}
    (row,) = [row for row in rows if row["name"] == "Đỗ Văn Nợ"]
    assert row.keys() == KEYS and all(one.keys() == KEYS for one in rows)
    assert row | {"id": ""} == {
        "id": "",
        "name": "Đỗ Văn Nợ",
        "address": "Tổ 5, phường Hải Châu",
        "judgment": {"number": "12/2023/HS-ST", "issued_on": "2023-09-11", "issuer": "TAND quận Hải Châu"},
        "decision": {"number": "1/QĐ-CCTHADS", "date": "2023-11-02"},
        "duties": [
            {"kind": "COURT_FEE", "kind_label": row["duties"][0]["kind_label"], "remaining": "5000000"}
        ],
        "reason": row["reason"],
        "published_on": DAY,
    }
    detail = anybody.get(f"{PUBLIC}{row['id']}/")
    assert detail.json() == row
    english = anybody.get(f"{PUBLIC}{row['id']}/?lang=en").json()
    assert english["reason"] != row["reason"] and english["duties"][0]["kind_label"] == "Court fees"


def test_the_list_is_searched_and_narrowed_by_what_is_public(head: APIClient, anybody: APIClient) -> None:
    case, other = brought_in(two_debtors()), brought_in(two_debtors("2/QĐ", unit="DN.TK", officer="DN.TK.01"))
    act(head, case, "PUBLICATION", data={"debtors": ["d1"]})
    act(head, other, "PUBLICATION", "2026-07-21", data={"debtors": ["d2"]})
    assert names(anybody, "?q=do van") == names(anybody, "?q=ĐỖ") == {"Đỗ Văn Nợ"}
    assert names(anybody, "?q=tran thi duoc") == set(), "nobody is found by who is his creditor"
    assert names(anybody, "?q=1/QĐ") == set()
    assert names(anybody, "?unit=DN.TK") == {"Công ty Vỡ Nợ"}
    assert names(anybody, "?unit=DN") == {"Đỗ Văn Nợ", "Công ty Vỡ Nợ"}
    assert names(anybody, "?published_on__gte=2026-07-21") == {"Công ty Vỡ Nợ"}
    first = anybody.get(f"{PUBLIC}?page_size=1").json()
    assert first["results"][0]["published_on"] == "2026-07-21" and "cursor=" in first["next"]
    assert anybody.get(first["next"]).json()["results"][0]["name"] == "Đỗ Văn Nợ"
    for query, status in (
        ("?unit=NOWHERE", 404),
        ("?format=csv", 400),
        ("?moon=full", 400),
        ("?expand=case", 400),
    ):
        assert anybody.get(PUBLIC + query).status_code == status, query
    assert anybody.post(PUBLIC, {}, format="json").status_code == 405


def test_the_name_put_right_is_the_name_that_is_found(head: APIClient, anybody: APIClient) -> None:
    case = brought_in(two_debtors())
    act(head, case, "PUBLICATION")
    path = f"/api/v1/parties/{Party.objects.get(case=case, ref='d1').public_id}/"
    answer = head.patch(path, {"name": "Lý Thị Khác"}, format="json", HTTP_IF_MATCH=head.get(path)["ETag"])
    assert answer.status_code == 200
    assert names(anybody, "?q=ly thi") == {"Lý Thị Khác"} and names(anybody, "?q=do van") == set()


@pytest.mark.parametrize(
    "ending",
    [
        {"type": "CONTINUE_DECISION"},
        {"type": "DEFER_DECISION", "ground": "c"},
        {"type": "TERMINATION_DECISION", "ground": "4"},
        {"type": "REVOCATION_DECISION", "ground": "a", "data": {"legal_consequence": "Hết hiệu lực."}},
        {"type": "COLLECTION", "lines": [{"obligation": "o1", "amount": "5000000"}, {"obligation": "o2", "amount": "300000"}]},
    ],
    ids=lambda one: one["type"],
)  # fmt: skip
def test_who_is_no_longer_without_conditions_is_gone_at_once(
    ending: dict[str, Any], head: APIClient, anybody: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = brought_in(two_debtors())
    act(head, case, "PUBLICATION")
    (one, _) = anybody.get(PUBLIC).json()["results"]
    more = dict(ending)
    act(head, case, more.pop("type"), "2026-07-27", **more)
    assert names(anybody) == set() and anybody.get(f"{PUBLIC}{one['id']}/").status_code == 404
    rows = head.get(f"{STAFF}?state=LAPSED").json()["results"]
    assert [row["lapsed_on"] for row in rows] == ["2026-07-27"] * 2 and rows[0]["ended_on"] is None
    if ending["type"] == "CONTINUE_DECISION":
        # K25C: three working days, until the act is recorded, whatever is shown.
        dockets.keep()
        (due,) = [one for one in head.get(f"{STAFF}due/").json()["results"] if one["actor"] == "AUTHORITY"]
        assert (due["clock"], due["due_on"]) == ("K25C", "2026-07-30")
        row = head.get(f"{STAFF}?state=LAPSED").json()["results"][0]
        assert row["unpublish_due_on"] == "2026-07-30"
    act(head, case, "UNPUBLICATION", "2026-07-29")
    assert {row["state"] for row in head.get(STAFF).json()["results"]} == {"ENDED"}
    dockets.keep()
    assert [one for one in head.get(f"{STAFF}due/").json()["results"] if one["actor"] == "AUTHORITY"] == []
    assert stored(case) == anew(case)


def test_only_one_debtor_is_freed_when_only_his_duty_goes_on(head: APIClient, anybody: APIClient) -> None:
    """The case as a whole is enforceable then, and the other debtor may still be published."""
    case = brought_in(two_debtors())
    act(head, case, "CONTINUE_DECISION", "2026-07-06", lines=[{"obligation": "o1"}])
    named = {"debtors": ["d1", "d2"]}
    assert refused(head, case, "PUBLICATION", data=named) == [
        ("PUBLICATION_HAS_CONDITIONS", "/data/debtors/0")
    ]
    act(head, case, "PUBLICATION", data={"posted_at_commune": "2026-07-22"})
    assert names(anybody) == {"Công ty Vỡ Nợ"}
    assert head.get(STAFF).json()["results"][0]["posted_on"] == "2026-07-22"


def test_what_may_not_be_recorded(head: APIClient) -> None:
    case = brought_in(two_debtors())
    assert refused(head, case, "UNPUBLICATION") == [("NOT_PUBLISHED", "/type")]
    assert refused(head, case, "PUBLICATION_UPDATE") == [("NOT_PUBLISHED", "/type")]
    for wrong in ([], "d1", ["d1", "d1"], [7]):
        assert refused(head, case, "PUBLICATION", data={"debtors": wrong}) == [
            ("PUBLICATION_DEBTORS_INVALID", "/data/debtors")
        ]
    for wrong in ("c1", "nobody"):
        assert refused(head, case, "PUBLICATION", data={"debtors": [wrong]}) == [
            ("PUBLICATION_NOT_A_DEBTOR", "/data/debtors/0")
        ]
    assert refused(head, case, "PUBLICATION", data={"posted_at_commune": "hôm qua"}) == [
        ("PUBLICATION_POSTED_INVALID", "/data/posted_at_commune")
    ]
    # By id as well as by reference; it is kept by reference, as a story says it.
    party = Party.objects.get(case=case, ref="d1")
    act(head, case, "PUBLICATION", data={"debtors": [str(party.public_id)]})
    assert Act.objects.get(case=case, type="PUBLICATION").data == {"debtors": ["d1"]}
    assert refused(head, case, "PUBLICATION", data={"debtors": ["d1"]}) == [
        ("PUBLISHED_ALREADY", "/data/debtors/0")
    ]
    assert refused(head, case, "PUBLICATION_UPDATE", data={"debtors": ["d2"]}) == [
        ("NOT_PUBLISHED", "/data/debtors/0")
    ]
    act(head, case, "PUBLICATION_UPDATE", "2026-07-21")
    act(head, case, "PUBLICATION", "2026-07-22")
    assert refused(head, case, "PUBLICATION", "2026-07-23") == [("PUBLISHED_ALREADY", "/type")]
    act(head, case, "CONTINUE_DECISION", "2026-07-24")
    assert refused(head, case, "PUBLICATION", "2026-07-24")[0][0] == "WRONG_STATUS"
    act(head, case, "VERIFICATION", "2026-07-27", data={"conclusion": "NO_CONDITION"})
    act(head, case, "NO_CONDITION_DECISION", "2026-07-28", ground="a")
    # What was published before has to be ended first.
    assert refused(head, case, "PUBLICATION", "2026-07-29") == [("PUBLICATION_LAPSED", "/type")]
    act(head, case, "UNPUBLICATION", "2026-07-29")
    act(head, case, "PUBLICATION", "2026-07-30")
    assert Publication.objects.filter(case=case).count() == 4


def test_a_minor_is_not_published(head: APIClient, anybody: APIClient) -> None:
    story = two_debtors()
    story["parties"][0]["id_number"] = "048210001234"
    case = brought_in(story)
    assert refused(head, case, "PUBLICATION", data={"debtors": ["d1"]}) == [
        ("PUBLICATION_OF_A_MINOR", "/data/debtors/0")
    ]
    act(head, case, "PUBLICATION")
    assert names(anybody) == {"Công ty Vỡ Nợ"}


def test_the_rows_are_the_same_whatever_way_the_acts_came(head: APIClient, anybody: APIClient) -> None:
    case = brought_in(two_debtors())
    first = act(head, case, "PUBLICATION", data={"debtors": ["d1"]})
    act(head, case, "CORRECTION", voids=first["id"], note="ghi nhầm ngày")
    assert stored(case) == [] == anew(case)
    second = act(head, case, "PUBLICATION", "2026-07-21")
    ended = act(head, case, "UNPUBLICATION", "2026-07-27")
    assert names(anybody) == set() and stored(case) == anew(case)
    act(head, case, "ANNUL_ACT", "2026-07-28", annuls=ended["id"])
    assert len(names(anybody)) == 2 and stored(case) == anew(case)
    # Dated back: one of them has conditions since before he was published.
    act(head, case, "CONTINUE_DECISION", "2026-07-20", lines=[{"obligation": "o2"}])
    assert names(anybody) == {"Đỗ Văn Nợ"} and stored(case) == anew(case)
    act(head, case, "ANNUL_ACT", "2026-07-29", annuls=second["id"])
    assert names(anybody) == set() and stored(case) == anew(case)


def test_a_register_brings_its_publications_in(head: APIClient, anybody: APIClient) -> None:
    story = two_debtors()
    story["acts"] += [
        {"type": "PUBLICATION", "effective_on": "2024-03-07", "data": {"debtors": ["d2", "gone"]}},
        {"type": "SEPARATE_BOOK", "effective_on": "2025-04-01"},
    ]
    case = brought_in(story)
    assert names(anybody) == {"Công ty Vỡ Nợ"}, "in the separate book he is without conditions still"
    assert stored(case) == anew(case)
    moved = act(head, case, "REASSIGN", unit="DN.TK", officer="DN.TK.01")
    assert moved["type"] == "REASSIGN" and names(anybody, "?unit=DN.TK") == {"Công ty Vỡ Nợ"}
    assert stored(case) == anew(case)


def test_who_publishes_nobody_pays_nothing(head: APIClient) -> None:
    """A case without such acts never touches the list."""
    case = brought_in(two_debtors())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        act(head, case, "SERVICE")
    assert not [one for one in asked.captured_queries if "publication" in one["sql"].lower()]


def test_staff_see_their_own(head: APIClient) -> None:
    case = brought_in(two_debtors())
    act(head, case, "PUBLICATION")
    assert len(caller("DN.HC", "STATISTICIAN").get(STAFF).json()["results"]) == 2
    assert caller("DN.TK", "STATISTICIAN").get(STAFF).json()["results"] == []
    assert caller("DN", "HEAD").get(f"{STAFF}?case={case.public_id}&expand=case").status_code == 200
    assert APIClient().get(STAFF).status_code == 401


def test_who_asks_too_often_is_told_to_wait(anybody: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicThrottle, "cache", LocMemCache("publications", {}))
    monkeypatch.setattr(PublicThrottle, "rate", "2/min")
    assert [anybody.get(PUBLIC).status_code for _ in range(3)] == [200, 200, 429]
    told = anybody.get(PUBLIC)
    assert told.json()["code"] == "TOO_MANY_REQUESTS" and int(told["Retry-After"]) > 0
    assert anybody.get(PUBLIC, REMOTE_ADDR="203.0.113.7").status_code == 200


def test_a_register_older_than_the_list_is_put_on_it(head: APIClient, anybody: APIClient) -> None:
    """Acts recorded before there was a list have no entries until the keeper of dockets has looked at them."""
    case = brought_in(two_debtors())
    act(head, case, "PUBLICATION")
    before = stored(case)
    assert before
    Publication.objects.filter(case=case).delete()
    assert names(anybody) == set()
    while dockets.keep():
        pass
    assert stored(case) == before
