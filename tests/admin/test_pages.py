"""Who sees which page: every page as every role, nothing of another unit, and as many queries for a long list as
for a short one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from officers.roles import ROLE_BY_CODE, Permission
from tests.admin.people import PASSWORD, account, signed_in
from tests.registers import bring_in, made_story
from thads.admin.addresses import PAGES
from thads.admin.site import site

P = Permission
#: Pages without arguments, the permission each needs.
PLAIN = {
    "index": None, "cases": P.READ_CASES, "open-case": P.OPEN_CASES, "judgments": P.READ_CASES,
    "new-judgment": P.KEEP_JUDGMENTS, "units": P.READ_ORGANISATION, "new-unit": P.MANAGE_ORGANISATION,
    "officers": P.READ_ORGANISATION, "new-officer": P.MANAGE_STAFF, "assignments": P.READ_ORGANISATION,
    "new-assignment": P.MANAGE_STAFF, "imports": P.IMPORT_STORIES,
    "tags": P.READ_CASES, "new-tag": P.MANAGE_TAGS, "targets": P.READ_STATISTICS, "new-target": P.MANAGE_TARGETS,
    "staff-counts": P.READ_ORGANISATION, "new-staff-count": P.MANAGE_ORGANISATION,
    "delegations": P.READ_ORGANISATION, "new-delegation": P.DELEGATE, "accounts": P.MANAGE_ACCOUNTS,
    "new-account": P.MANAGE_ACCOUNTS, "api-keys": P.MANAGE_API_KEYS, "new-api-key": P.MANAGE_API_KEYS,
    "queue": P.READ_CASES, "deadlines": P.READ_CASES, "publications": P.READ_CASES,
    "reveals": P.READ_REVEALS, "acting": P.READ_ORGANISATION,
}  # fmt: skip
#: Pages of one row: arguments from the case, and the permission.
OF_CASE = {
    "case": P.READ_CASES, "case-history": P.READ_CASES, "record": P.RECORD_ACTS, "record-act": P.RECORD_ACTS,
    "case-documents": P.READ_CASES,
}  # fmt: skip
FORMS = (1, 2, 4, 5)
#: Pages of rows that tests of their own look at.
ELSEWHERE = {
    "judgment", "change-judgment", "unit", "change-unit", "officer", "change-officer", "change-assignment", "import",
    "form", "figure", "case-tags", "change-tag", "change-target", "change-staff-count", "change-delegation", "change-api-key", "account",
    "change-party", "reveal-party", "document", "change-document", "document-content", "judgment-documents", "deadline",
}  # fmt: skip
HUMANS = [code for code in ROLE_BY_CODE if code != "SYSTEM"]


def address(name: str, **kwargs: Any) -> str:
    return reverse(f"admin:{name}", kwargs=kwargs)


def of_case(name: str, case: str) -> str:
    return address(name, id=case, **({"type": "COLLECTION"} if name == "record-act" else {}))


def test_every_page_is_looked_at() -> None:
    assert {name for _, _, name in PAGES} == set(PLAIN) | set(OF_CASE) | ELSEWHERE


@pytest.mark.parametrize("role", HUMANS)
def test_every_page_as_every_role(role: str, case: str) -> None:
    client = signed_in("DN.HC", role, "DN.HC.01" if role == "OFFICER" else None)
    wanted = [(address(name), needed) for name, needed in PLAIN.items()]
    wanted += [(of_case(name, case), needed) for name, needed in OF_CASE.items()]
    wanted += [(address("form", number=number), P.READ_STATISTICS) for number in FORMS]
    wanted += [
        (address("unit", code="DN.HC"), P.READ_ORGANISATION),
        (address("officer", code="DN.HC.01"), P.READ_ORGANISATION),
        (address("change-unit", code="DN.HC"), P.MANAGE_ORGANISATION),
        (address("change-officer", code="DN.HC.01"), P.MANAGE_STAFF),
    ]
    for url, needed in wanted:
        may = needed is None or needed in ROLE_BY_CODE[role].permissions
        answer = client.get(url)
        assert answer.status_code == (200 if may else 403), (url, role)
        assert "Thi hành án dân sự" in answer.content.decode(), url


@pytest.mark.parametrize("role", HUMANS)
def test_a_case_of_another_unit_is_not_there(role: str, foreign: str) -> None:
    client = signed_in("DN.HC", role)
    for name, needed in OF_CASE.items():
        if needed in ROLE_BY_CODE[role].permissions:
            for answer in (client.get(of_case(name, foreign)), client.post(of_case(name, foreign))):
                assert answer.status_code in (404, 405) or name in ("case", "case-history"), name
                assert "Thanh Khê" not in answer.content.decode()
            assert client.get(of_case(name, foreign)).status_code == 404
    assert "9/QĐ-TK" not in client.get(address("cases")).content.decode()
    assert client.get(address("unit", code="DN.TK")).status_code == 404
    assert client.get(address("officer", code="DN.TK.01")).status_code == 404


def test_an_officer_sees_own_cases_only(case: str, staff: None) -> None:
    other = signed_in("DN.HC", "OFFICER", "DN.HC.99")
    assert other.get(address("case", id=case)).status_code == 404
    assert signed_in("DN.HC", "OFFICER", "DN.HC.01").get(address("case", id=case)).status_code == 200


#: Addresses of the site that are for everybody.
OPEN = {"login", "logout", "language"}
ARGUMENTS = {
    "id": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "code": "DN.HC",
    "number": 1,
    "type": "COLLECTION",
    "rest": "x",
}


@pytest.mark.django_db
def test_who_has_not_signed_in_is_asked_to() -> None:
    """A walk over every address there is, so that a new one is asked, too."""
    names = {pattern.name: pattern.pattern.regex.groupindex for pattern in site.get_urls()}
    assert len(names) == len(site.get_urls()) and set(names) > OPEN
    for name in set(names) - OPEN:
        url = address(name, **{argument: ARGUMENTS[argument] for argument in names[name]})
        for answer in (Client().get(url), Client().post(url)):
            assert answer.status_code == 302 and answer["Location"].startswith("/admin/login/"), name
    page = Client().get("/admin/login/")
    assert page.status_code == 200 and "Mật khẩu" in page.content.decode()


@pytest.mark.django_db
def test_one_signs_in_with_name_and_password() -> None:
    user = account("DN.HC", "CLERK")
    client = Client()
    wrong = client.post(
        "/admin/login/", {"username": user.username, "password": "không phải", "next": "/admin/"}
    )
    assert wrong.status_code == 200 and "không đúng" in wrong.content.decode()
    right = client.post(
        "/admin/login/", {"username": user.username, "password": PASSWORD, "next": "/admin/cases/"}
    )
    assert right.status_code == 302 and right["Location"] == "/admin/cases/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_who_has_no_role_today_does_not_come_in() -> None:
    from officers.models import User

    User.objects.create_user(username="khách", password=PASSWORD)
    answer = Client().post("/admin/login/", {"username": "khách", "password": PASSWORD, "next": "/admin/"})
    assert answer.status_code == 200 and "phân công" in answer.content.decode()


@pytest.mark.django_db
def test_what_is_not_there_is_said_in_the_frame_of_the_site(staff: None) -> None:
    answer = signed_in("DN", "HEAD").get("/admin/không/có/")
    assert answer.status_code == 404 and "Không tìm thấy" in answer.content.decode()


def test_the_language_is_switched_and_vietnamese_without_asking(case: str) -> None:
    client = signed_in("DN", "HEAD")
    assert (
        "Việc thi hành án" in client.get(address("cases"), headers={"accept-language": "en"}).content.decode()
    )
    client.post("/admin/language/", {"language": "en", "next": "/admin/"})
    english = client.get(address("case", id=case)).content.decode()
    assert "What happened" in english and "Eligible, in progress" in english


def test_a_wrong_filter_is_told_and_no_error(case: str) -> None:
    client = signed_in("DN", "HEAD")
    for query in ("decision_date__gte=hôm-qua", "bucket=NO", "cursor=x"):
        assert client.get(f"{address('cases')}?{query}").status_code == 400, query
    assert client.get(f"{address('cases')}?unit=DN.KHÔNG").status_code == 404
    assert client.get(f"{address('form', number=1)}?fiscal_year=2024&months=13").status_code == 400
    assert client.get(address("form", number=3)).status_code == 404


def test_identity_numbers_are_masked_as_the_api_masks_them(case: str) -> None:
    shown = signed_in("DN.HC", "AUDITOR").get(address("case", id=case)).content.decode()
    assert "048090000001" not in shown and "********0001" in shown and "12 Lê Lợi" not in shown


# --- Cost ---------------------------------------------------------------------------------------------------


def asked_for(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["cases", "officers", "assignments", "units", "judgments"])
def test_a_long_list_costs_no_more_queries_than_a_short_one(name: str, case: str) -> None:
    client = signed_in("DN", "HEAD")
    client.get(address(name))
    few = asked_for(client, address(name))
    bring_in(made_story(number=f"{place}/QĐ", officer=f"DN.HC.{place}") for place in range(20, 60))
    assert asked_for(client, address(name)) == few <= 25


def test_a_page_of_figures_costs_few_queries(case: str) -> None:
    client = signed_in("DN", "HEAD")
    urls: list[Callable[[], str]] = [lambda: "/admin/", lambda: address("form", number=1)]
    for url in urls:
        client.get(url())
        assert asked_for(client, url()) <= 45, url()
