"""Cases found by words: of their numbers and of their parties' names, within what the caller may see."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from cases.actions.search_words import refresh_words
from cases.models import Case, CaseSearch, Party
from cases.querysets import search
from officers.models import Officer, Unit
from tests.api.clients import caller, walk
from tests.papers import judgment_sent
from tests.registers import bring_in, made_story
from thads.common.plain_text import wanted
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases/"
BULK = "/api/v1/acts/bulk/"


def numbers(client: APIClient, q: str, **more: str) -> list[str]:
    """The decision numbers of the cases found, in order; the count says as many."""
    answer = client.get(CASES, {"q": q, "ordering": "recorded_at", **more})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["count"]["value"] == len(body["results"]), body
    return [row["decision_number"].partition("/")[0] for row in body["results"]]


def judgment(number: str) -> dict[str, Any]:
    return {"number": number, "issued_on": "2023-09-11", "issuer": "TAND quận Hải Châu"}


@pytest.fixture
def register() -> None:
    bring_in(
        [
            made_story(number="101/QĐ-CCTHADS", debtor="Nguyễn Văn Đường"),
            made_story(number="102/QĐ-CCTHADS", debtor="NGUYỄN THỊ ĐƯỢC", judgment=judgment("77/2024/DS-ST")),
            made_story(
                number="1013/QĐ-CCTHADS",
                debtor=unicodedata.normalize("NFD", "Nguyễn Văn Hoàng"),
                officer="DN.HC.02",
            ),
            made_story(number="104/QĐ-CCTHADS", debtor="Nguyễn Văn Đường", unit="DN.TK", officer="DN.TK.01"),
            made_story(number="105/QĐ-CCTHADS", debtor="Công ty TNHH “Đường–Sữa” (Việt Nam)"),
        ],
        counted=False,
    )


@pytest.mark.usefixtures("register")
def test_words_are_found_however_they_are_written() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    spelled = "Nguyễn Văn"
    for q in (
        "nguyen van",
        "NGUYỄN VĂN",
        spelled,
        unicodedata.normalize("NFD", spelled),
        unicodedata.normalize("NFD", spelled.upper()),
        "  văn,\tNGUYEN ",
        "nguyen va",
    ):
        assert numbers(client, q) == ["101", "1013"], q
    assert numbers(client, "đường") == numbers(client, "DUONG") == ["101", "105"]
    assert numbers(client, "Ðường nguyễn") == ["101"], "ð for đ"
    assert numbers(client, "duong-sua") == numbers(client, "viet nam sua") == ["105"]
    assert numbers(client, "nguyen van tran") == numbers(client, "uyen") == []


@pytest.mark.usefixtures("register")
def test_numbers_are_found_whole_and_by_their_parts() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    for q in ("101/QĐ-CCTHADS", "101/qd-ccthads", "101 / QĐ", "101/qđ", "101"):
        assert numbers(client, q) == ["101"], q
    for q in ("77/2024/DS-ST", "77/2024", "2024/DS", "77", "102 77/2024"):
        assert numbers(client, q) == ["102"], q
    assert numbers(client, "77/2023") == numbers(client, "10") == numbers(client, "2024/77") == []
    assert numbers(client, "101 nguyen", bucket="REVOKED") == []
    assert numbers(client, "12/2023/HS-ST nguyen") == ["101", "1013"]


@pytest.mark.usefixtures("register")
def test_nothing_is_found_outside_the_scope() -> None:
    everything = ["101", "102", "1013", "104"]
    assert numbers(caller("DN", "HEAD"), "nguyen") == everything
    assert numbers(caller("DN", "HEAD"), "nguyen", unit="DN.TK") == ["104"]
    assert numbers(caller("DN.TK", "UNIT_HEAD"), "nguyen") == ["104"]
    assert numbers(caller("DN.HC", "OFFICER", "DN.HC.01"), "nguyen") == ["101", "102"]
    assert numbers(caller("DN.HC", "OFFICER", "DN.HC.02"), "101/QĐ-CCTHADS") == []
    assert numbers(caller("DN.TK", "UNIT_HEAD"), "101/QĐ-CCTHADS") == []


@pytest.mark.usefixtures("register")
def test_many_are_walked_in_order_and_found_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    client = caller("DN", "HEAD")
    for q in ("nguyen", "nguyen van d", "khong co"):
        sought = {"q": q, "page_size": "1", "ordering": "-decision_date", "count": "exact"}
        found = []
        for few in (search.FEW, 0):
            monkeypatch.setattr(search, "FEW", few)
            first = client.get(CASES, sought).json()
            url = client.get(CASES, sought).wsgi_request.build_absolute_uri()
            rows = [row["id"] for page in walk(client, url, "next") for row in page["results"]]
            assert first["count"] == {"value": len(rows), "kind": "exact"}
            found.append(rows)
        assert found[0] == found[1]
    units = frozenset(Unit.objects.values_list("pk", flat=True))
    assert search.few(wanted("nguyen"), units) is None
    assert search.few(wanted("khong co"), units) == []


@pytest.mark.usefixtures("register")
def test_a_case_handed_over_is_found_where_it_went() -> None:
    case = Case.objects.get(decision_number="101/QĐ-CCTHADS")
    here, there = caller("DN.HC", "UNIT_HEAD"), caller("DN.TK", "UNIT_HEAD")
    address = f"{CASES}{case.public_id}/acts/"
    head = caller("DN", "HEAD")

    def handed(day: str, **to: str) -> None:
        act = {"type": "REASSIGN", "effective_on": day, **to}
        answer = head.post(address, act, format="json")
        assert answer.status_code == 201, answer.content

    handed("2024-01-10", unit="DN.TK", officer="DN.TK.01")
    assert (numbers(here, "van duong"), numbers(there, "van duong")) == ([], ["101", "104"])
    handed("2024-01-11", unit="DN.TK")
    assert numbers(there, "101") == ["101"]
    acts = [
        {"type": "REASSIGN", "effective_on": "2024-01-12", "unit": "DN.HC", "officer": "DN.HC.01"},
        {"type": "VERIFICATION", "effective_on": "2024-01-12"},
    ]
    rows = [{"case": str(case.public_id), **act} for act in acts]
    answer = head.post(BULK, rows, format="json")
    assert answer.status_code == 201, answer.content
    assert (numbers(here, "van duong"), numbers(there, "van duong")) == (["101"], ["104"])
    words_follow_from_the_rows()


@pytest.mark.usefixtures("register")
def test_what_is_put_right_is_found_as_it_is_now() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    party = Party.objects.get(case__decision_number="101/QĐ-CCTHADS")
    address = f"/api/v1/parties/{party.public_id}/"
    changed = client.patch(
        address, {"name": "Trần Thị Bưởi"}, format="json", HTTP_IF_MATCH=client.get(address)["ETag"]
    )
    assert changed.status_code == 200, changed.content
    assert (numbers(client, "tran buoi"), numbers(client, "van duong")) == (["101"], [])

    case = Case.objects.get(decision_number="102/QĐ-CCTHADS")
    address = f"/api/v1/judgments/{case.judgment.public_id}/"
    corrected = client.patch(
        address,
        {"number": "78/2024/DS-ST", "correction_reason": "Số bản án bị ghi nhầm khi nhận"},
        format="json",
        HTTP_IF_MATCH=client.get(address)["ETag"],
    )
    assert corrected.status_code == 200, corrected.content
    assert (numbers(client, "78/2024"), numbers(client, "77/2024")) == (["102"], [])
    words_follow_from_the_rows()


def words_follow_from_the_rows() -> None:
    """The words kept are those that the rows give."""
    kept = dict(CaseSearch.objects.values_list("case_id", "words"))
    assert set(kept) == set(Case.objects.values_list("pk", flat=True))
    refresh_words(list(kept))
    assert dict(CaseSearch.objects.values_list("case_id", "words")) == kept


@pytest.mark.usefixtures("register", "files")
def test_tables_hold_what_was_searched() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    answer = client.get(CASES, {"q": "Nguyễn Văn", "format": "csv", "ordering": "recorded_at"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert (answer["X-Total-Count"], len(lines)) == ("2", 3)
    assert "101/QĐ-CCTHADS" in lines[1] and "1013/QĐ-CCTHADS" in lines[2]
    asked = {"list": "cases", "query": {"q": "NGUYEN VAN"}, "format": "xlsx"}
    job = client.post("/api/v1/exports/lists/", asked, format="json")
    assert job.status_code == 202, job.content
    assert runner.run(Job.objects.get(public_id=job.json()["id"]).pk)
    assert client.get(job["Location"]).json()["summary"]["rows"] == 2
    refused = client.post("/api/v1/exports/lists/", {**asked, "query": {"q": "!"}}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "SEARCH_WITHOUT_WORDS")


@pytest.mark.usefixtures("register")
def test_what_cannot_be_searched_for_is_refused_by_name() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    for q, code in (
        ("x" * 201, "SEARCH_TOO_LONG"),
        ("?! …", "SEARCH_WITHOUT_WORDS"),
        ("🙂🙂", "SEARCH_WITHOUT_WORDS"),
        ("\u0301\u0302", "SEARCH_WITHOUT_WORDS"),
        (" ".join("abcdefghijklm"), "SEARCH_TOO_MANY_WORDS"),
        ("nguyen\0van", "CHARACTER_FORBIDDEN"),
    ):
        for more in ({}, {"format": "csv"}):
            answer = client.get(CASES, {"q": q, **more})
            body = answer.json()
            assert (answer.status_code, body["errors"][0]["code"]) == (400, code), body
            assert body["errors"][0]["pointer"] == "?q"
    for q in ("", "   "):
        assert len(numbers(client, q)) == 4, "nothing is asked for"
    for q in (
        "'); DROP TABLE cases_case; --",
        "a' & !b:*",
        "\\x",
        "~:x",
        "日本語 देवनागरी ﷺ",
        "ﬁ ½ Ⅷ",
        "x" * 193,
    ):
        assert numbers(client, f"nguyen {q}") == [], q


def test_names_of_any_length_are_written_and_found() -> None:
    long = "".join(chr(0x4E00 + place) for place in range(300))
    told = made_story(debtor=f"{long} 🙂 '\\: & | ! 5 tỷ")
    people = [" ".join(f"từ{number}{letter}" for letter in "abcdefghijklmno") for number in range(300)]
    told["parties"] += [
        {"ref": f"c{place}", "role": "RELATED", "kind": "PERSON", "name": name}
        for place, name in enumerate(people)
    ]
    bring_in([told], counted=False)
    client = caller("DN.HC", "UNIT_HEAD")
    assert numbers(client, long[:60]) == numbers(client, "tu0a") == numbers(client, "1/QĐ-CCTHADS") == ["1"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(length(words)) FROM cases_casesearch")
        assert cursor.fetchone()[0] == 2_500


@pytest.mark.usefixtures("register")
def test_small_lists_are_searched_by_code_and_name() -> None:
    client = caller("DN", "HEAD")
    Officer.objects.filter(code="DN.HC.01").update(name="Đỗ Thị Ánh Tuyết")
    for address, q, found in (
        ("officers", "do thi anh", ["DN.HC.01"]),
        ("officers", "DN.HC.01", ["DN.HC.01"]),
        ("officers", "khong co ai", []),
        ("units", "dn.hc", ["DN.HC"]),
        ("units", "HAI CHAU", ["DN.HC"]),
    ):
        body = client.get(f"/api/v1/{address}/", {"q": q}).json()
        assert [row["code"] for row in body["results"]] == found, (address, q, body)
        assert body["count"]["value"] == len(found)


@pytest.mark.usefixtures("register")
def test_judgments_are_found_by_what_is_named_in_them_and_by_their_cases() -> None:
    address = "/api/v1/judgments/"
    head, clerk = caller("DN", "HEAD"), caller("DN.HC", "CLERK")
    sent = clerk.post(address, {**judgment_sent(), "unit": "DN.HC"}, format="json")
    assert sent.status_code == 201, sent.content

    def found(client: APIClient, q: str) -> list[str]:
        body = client.get(address, {"q": q, "ordering": "recorded_at"}).json()
        assert body["count"]["value"] == len(body["results"])
        return [row["number"].partition("/")[0] for row in body["results"]]

    here, there = caller("DN.HC", "UNIT_HEAD"), caller("DN.TK", "UNIT_HEAD")
    for client in (head, here, clerk):
        assert found(client, "31/2026") == found(client, "nguyen văn a") == ["31"]
        assert found(client, "77/2024/DS-ST") == found(client, "nguyễn thị được") == ["77"]
    assert found(here, "nguyen") == ["12", "77", "31"]
    assert (found(there, "31/2026"), found(there, "thi duoc"), found(there, "duong")) == ([], [], ["12"])
    # The judgment of a colleague's case is not found by whom that case names.
    other = caller("DN.HC", "OFFICER", "DN.HC.02")
    assert (found(other, "hoang"), found(other, "duong"), found(other, "31/2026")) == (["12"], [], [])

    at = sent["Location"]
    changed = clerk.patch(at, {"number": "32/2026/HS-ST"}, format="json", HTTP_IF_MATCH=sent["ETag"])
    assert changed.status_code == 200, changed.content
    assert (found(here, "31/2026"), found(here, "32/2026")) == ([], ["32"])
    assert clerk.delete(at, HTTP_IF_MATCH=changed["ETag"]).status_code == 204
    assert found(here, "32/2026") == []
