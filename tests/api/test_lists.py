"""What every list and detail takes: fields, omit, expand, modified_since, lookups. General rules are asked of every
address, by walking the configuration.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from cases.actions.tags import create_tag
from cases.api.views import CaseList
from cases.models import Act, Case, Judgment, Party, Tag
from officers.models import Assignment, Officer, Unit
from tests.api.clients import caller, walk
from tests.databases import TestDatabase
from tests.live import opening, proposal
from tests.registers import bring_in, made_story
from tests.structure.test_scope_gate import ENDPOINTS, OWN, PLANTERS, Endpoint, Planted, query_for
from thads.common.api.base import ScopedDetailView, ScopedListView
from thads.common.api.filters import Lookup, documented
from thads.common.api.shape import members_of
from thads.common.scoping import Scope
from thads.common.snapshot import complete_until, moment

ROLES = ("HEAD", "OFFICER", "CLERK", "STATISTICIAN", "AUDITOR", "SYSTEM")


def _views(kind: type) -> list[Endpoint]:
    return [
        one for one in ENDPOINTS if one.scoped and isinstance(one.view, type) and issubclass(one.view, kind)
    ]


READ = [*_views(ScopedListView), *_views(ScopedDetailView)]
LISTS = [one for one in _views(ScopedListView) if "cursor" in {p.name for p in one.parameters}]
TRACKED = [one for one in LISTS if one.view.tells_changes()]  # type: ignore[union-attr]
#: Where a row of a view is shown by itself.
DETAILS = {one.view: one.name for one in _views(ScopedDetailView)}


@pytest.fixture
def planted(db: None, files: Path) -> Planted:
    """Rows of every noun, in the unit of the callers."""
    everything = Planted()
    for planter in PLANTERS:
        everything.paths |= planter(Unit.objects.get(code=OWN)).paths
    return everything


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def url_of(endpoint: Endpoint, planted: Planted) -> str:
    known = planted.paths.get(endpoint.name, {})
    return reverse(endpoint.name, kwargs={name: known[name] for name in endpoint.arguments})


def rows_of(body: Any) -> list[dict[str, Any]]:
    return list(body["results"]) if "results" in body and "count" in body else [body]


def refused(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


def good(client: APIClient, url: str, query: dict[str, Any] | None = None) -> Any:
    answer = client.get(url, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


# --- fields and omit ----------------------------------------------------------------------------------------


def test_every_list_and_detail_shows_what_is_asked_for(planted: Planted) -> None:
    clients = [caller(OWN, "HEAD"), caller(OWN, "STATISTICIAN")]
    seen = set()
    for endpoint in READ:
        url, base = url_of(endpoint, planted), query_for(endpoint, OWN)
        members = members_of(endpoint.view)  # type: ignore[arg-type]
        some = [name for name in members if name != "id"][:2]
        for client in [one for one in clients if one.get(url, base).status_code == 200][:1]:
            seen.add(endpoint.name)
            for row in rows_of(good(client, url, base | {"fields": ",".join(some)})):
                assert set(row) - {"id"} == set(some), endpoint.name
                assert ("id" in row) == ("id" in members)
            for row in rows_of(
                good(client, url, base | {"omit": ",".join({some[0], *members} & {some[0], "id"})})
            ):
                assert set(row) == set(members) - {some[0]}, endpoint.name
            for name in ("fields", "omit"):
                wrong = client.get(url, base | {name: f"{some[0]},nothing"})
                assert refused(wrong) == [(f"?{name}", "SHAPE_UNKNOWN")], endpoint.name
                detail = wrong.json()["errors"][0]["detail"]
                assert "“nothing”" in detail and all(one in detail for one in members)
    mine_alone = {one.name for one in READ if "bulk" in one.name or "list-export" in one.name}
    assert {one.name for one in READ} - seen <= mine_alone


def test_a_field_within_a_field_and_what_it_saves(head: APIClient) -> None:
    bring_in([made_story(number=f"{place}/QĐ") for place in range(3)])
    url = reverse("cases")
    row = good(head, url, {"fields": "officer.name,remaining"})["results"][0]
    assert set(row) == {"id", "officer", "remaining"} and set(row["officer"]) == {"name"}
    assert set(good(head, url, {"omit": "officer.name"})["results"][0]["officer"]) == {"code"}
    assert refused(head.get(url, {"fields": "officer.age"})) == [("?fields", "SHAPE_UNKNOWN")]
    assert refused(head.get(url, {"fields": ""})) == [("?fields", "SHAPE_UNKNOWN")]
    case = Case.objects.all()[0]
    detail = good(head, reverse("case", kwargs={"id": case.public_id}), {"fields": "parties.name,version"})
    assert set(detail) == {"id", "parties", "version"} and set(detail["parties"][0]) == {"name"}


def test_columns_of_a_table_are_chosen_and_ordered(head: APIClient) -> None:
    bring_in([made_story()])
    url, chosen = reverse("cases"), {"fields": "remaining,officer.code,decision_number", "lang": "en"}
    answer = head.get(url, {**chosen, "format": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    whole = head.get(url, {"format": "csv", "lang": "en"})
    (headings, *_) = csv.reader(io.StringIO(b"".join(whole.streaming_content).decode("utf-8-sig")))
    assert lines[1][1:] == ["5000000", "DN.HC.01", "1/QĐ-CCTHADS"] and len(lines[0]) == 4
    assert set(lines[0]) < set(headings) and lines[0][0] == headings[0]
    left = head.get(url, {"format": "csv", "lang": "en", "omit": "officer,tags"})
    (fewer, *_) = csv.reader(io.StringIO(b"".join(left.streaming_content).decode("utf-8-sig")))
    assert len(fewer) == len(headings) - 3
    assert refused(head.get(url, {"format": "csv", "expand": "unit"})) == [("?expand", "PARAMETERS_TOGETHER")]
    wrong: list[tuple[dict[str, str], str]] = [
        ({"fields": "nothing"}, "?fields"),
        ({"expand": "unit"}, "?expand"),
        ({"modified_since": "2024-01-01T00:00:00Z"}, "?modified_since"),
    ]
    for query, pointer in wrong:
        body = {"list": "cases", "query": query, "format": "xlsx"}
        answer = head.post(reverse("list-exports"), body, format="json")
        assert [place for place, _code in refused(answer)] == [pointer]


# --- expand -------------------------------------------------------------------------------------------------


def listed(value: Any) -> list[Any]:
    """The things that stand in a member."""
    return [] if value is None else value if isinstance(value, list) else [value]


def key_of(value: Any) -> str:
    """The code or id of a thing, whatever it is shown as."""
    return str(value if isinstance(value, str) else value.get("id") or value.get("code"))


def at(row: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield row
    elif isinstance(row, list):
        for one in row:
            yield from at(one, path)
    elif isinstance(row, dict):
        yield from at(row.get(path[0]), path[1:])


def test_what_is_expanded_is_what_its_own_address_shows(planted: Planted) -> None:
    officer = Officer.objects.create(code=f"{OWN}.01", name="Nguyễn Minh Tuấn")
    Assignment.objects.create(officer=officer, unit=Unit.objects.get(code=OWN), role="OFFICER")
    bring_in([made_story(number=f"{place}/QĐ", unit=OWN, officer=officer.code) for place in range(2)])
    compared = 0
    for role in ROLES:
        client = caller(OWN, role, officer.code if role == "OFFICER" else None)
        alone: dict[str, Any] = {}

        def by_itself(view: Any, key: str, client: APIClient = client, alone: dict[str, Any] = alone) -> Any:
            """What the address of a row shows this caller; None when it shows nothing."""
            address = reverse(DETAILS[view], kwargs={view.address: key})
            if address not in alone:
                answer = client.get(address)
                assert answer.status_code in (200, 403, 404)
                alone[address] = answer.json() if answer.status_code == 200 else None
            return alone[address]

        for endpoint in READ:
            view: Any = endpoint.view
            url, base = url_of(endpoint, planted), query_for(endpoint, OWN)
            if not view.expansions or not view.needed("GET"):
                continue
            size = {"page_size": "20"} if endpoint in LISTS else {}
            before = client.get(url, {**base, **size})
            if before.status_code != 200:
                continue
            shown = good(client, url, {**base, **size, "expand": ",".join(view.expansions)})
            for row, was in zip(rows_of(shown), rows_of(before.json()), strict=True):
                tops = set()
                for name, expansion in view.expansions.items():
                    path = (expansion.within or name).split(".")
                    tops.add(path[0])
                    for value in [one for values in at(row, path) for one in listed(values)]:
                        key = key_of(value)
                        theirs = by_itself(expansion.view, key)
                        if isinstance(value, str) or theirs is None:
                            # What its own address does not show stays as it was.
                            assert theirs is None, (role, endpoint.name, name, value)
                            assert value in [one for values in at(was, path) for one in listed(values)]
                        else:
                            assert value == theirs, (role, endpoint.name, name)
                            compared += 1
                rest = [{k: v for k, v in one.items() if k not in tops} for one in (row, was)]
                assert rest[0] == rest[1]
    assert compared > 100


def test_nothing_of_another_unit_comes_with_an_expansion(staff: dict[str, Officer]) -> None:
    """A case whose authority is another unit, and a judgment that another unit has received."""
    bring_in([made_story()])
    case = Case.objects.get()
    case.authority = Unit.objects.get(code="DN.TK")
    case.save(update_fields=["authority"])
    case.judgment.unit = Unit.objects.get(code="DN.TK")
    case.judgment.save(update_fields=["unit"])
    client = caller("DN.HC", "CLERK")
    (row,) = good(
        client, reverse("cases"), {"expand": "authority,unit,judgment,parties,obligations,officer"}
    )["results"]
    assert row["authority"] == "DN.TK" and row["unit"]["code"] == "DN.HC"
    assert row["judgment"]["unit"] is None and row["officer"]["assignments"]
    assert [one["ref"] for one in row["obligations"]] == ["o1", "o2"] and len(row["parties"]) == 1
    clear = caller("DN.HC", "CLERK"), caller("DN.HC", "STATISTICIAN")
    masks = [
        good(one, reverse("cases"), {"expand": "parties"})["results"][0]["parties"][0]["masked"]
        for one in clear
    ]
    assert masks == [False, True]
    query = {"unit__in": "DN.TK"}
    assert not good(client, reverse("judgments"), query)["results"], "who received it is not told"
    assert good(caller("DN", "HEAD"), reverse("judgments"), query)["results"]


def test_one_query_for_a_relation_whatever_the_rows(head: APIClient) -> None:
    url, expand = reverse("cases"), {"expand": "unit,officer,authority,judgment,parties,obligations"}

    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as found:
            good(head, url, query)
        return len(found)

    bring_in([made_story()])
    # The first request of a key keeps that it was used.
    queries()
    plain, one = queries(), queries(**expand)
    bring_in([made_story(number=f"{place}/QĐ", officer=f"DN.HC.0{place % 3 + 1}") for place in range(12)])
    assert queries() == plain and queries(**expand) == one
    assert queries(expand="unit") <= plain + 4
    assert queries(expand="unit", fields="decision_number") == plain
    many = head.get(url, {"expand": "parties", "page_size": "51"})
    assert refused(many) == [("?page_size", "PAGE_TOO_LARGE_TO_EXPAND")]
    inner = good(head, url, {"expand": "unit", "fields": "unit.code,unit.name"})["results"][0]
    assert refused(head.get(url, {"expand": "nothing"})) == [("?expand", "SHAPE_UNKNOWN")]
    assert inner["unit"] == {"code": "DN.HC", "name": Unit.objects.get(code="DN.HC").name}


def test_the_tag_of_an_expanded_detail_is_of_all_that_it_shows(head: APIClient) -> None:
    bring_in([made_story()])
    url = reverse("case", kwargs={"id": Case.objects.get().public_id})
    plain, with_unit = head.get(url), head.get(url, {"expand": "unit"})
    assert plain["ETag"] != with_unit["ETag"]
    tags = {"HTTP_IF_NONE_MATCH": f"{plain['ETag']}, {with_unit['ETag']}"}
    assert head.get(url, {"expand": "unit"}, **tags).status_code == 304
    Unit.objects.filter(code="DN.HC").update(name="Tên khác")
    assert head.get(url, **tags).status_code == 304
    again = head.get(url, {"expand": "unit"}, **tags)
    assert again.status_code == 200 and again.json()["unit"]["name"] == "Tên khác"
    then = head.get(url, {"expand": "obligations", "as_of": "2023-12-31"})
    assert refused(then) == [("?expand", "PARAMETERS_TOGETHER")]
    assert good(head, url, {"expand": "unit", "as_of": "2023-12-31"})["unit"]["code"] == "DN.HC"


# --- modified_since -----------------------------------------------------------------------------------------


def test_every_tracked_list_tells_what_has_changed(planted: Planted) -> None:
    assert {one.name for one in TRACKED} >= {"cases", "judgments", "parties", "documents", "tags", "units", "officers",
                                             "assignments", "delegations", "accounts", "targets", "api-keys"}  # fmt: skip
    client = caller(OWN, "HEAD")
    for endpoint in TRACKED:
        url, base = url_of(endpoint, planted), query_for(endpoint, OWN)
        every = {row["id"] for page in walk(client, f"{url}?page_size=2", "next") for row in page["results"]}
        pages = walk(client, f"{url}?modified_since=2020-01-01T00:00:00Z&page_size=2&count=exact", "next")
        told = [row["id"] for page in pages for row in page["results"]]
        assert set(told) == every and len(told) == len(every), endpoint.name
        assert len({page["modified_until"] for page in pages}) == 1
        gone = [row["id"] for page in pages for row in page["removed"]]
        assert pages[0]["count"] == {"value": len(told) + len(gone), "kind": "exact"}
        if len(pages) > 1:
            back = walk(client, pages[-1]["previous"], "previous")
            assert [page["results"] for page in reversed(back)] == [page["results"] for page in pages[:-1]]
        since = {"modified_since": pages[0]["modified_until"]}
        assert not good(client, url, base | since)["removed"]
        ahead = (moment() + dt.timedelta(hours=1)).isoformat()
        assert refused(client.get(url, base | {"modified_since": ahead})) == [
            ("?modified_since", "MOMENT_AHEAD")
        ]
        ordering = next(one for one in endpoint.parameters if one.name == "ordering").default
        for other in ({"ordering": ordering}, {"format": "csv"}):
            answer = client.get(url, base | since | other)
            assert refused(answer) == [("?modified_since", "PARAMETERS_TOGETHER")], endpoint.name
        assert refused(client.get(url, base | since | {"cursor": "W10"})) == [("?cursor", "CURSOR_INVALID")]


def test_lists_that_do_not_know_refuse_the_parameter(head: APIClient) -> None:
    for endpoint in LISTS:
        if endpoint not in TRACKED and not endpoint.arguments:
            answer = head.get(reverse(endpoint.name), {"modified_since": "2024-01-01T00:00:00Z"})
            assert refused(answer) == [("?modified_since", "PARAMETER_UNKNOWN")]


def test_what_is_removed_or_left_the_filter_has_a_tombstone(head: APIClient) -> None:
    url = reverse("tags")
    tags = [
        head.post(url, {"name": f"nhãn {n}", "colour": "#000000", "unit": "DN.HC"}, format="json").json()
        for n in range(3)
    ]
    since = good(head, url, {"modified_since": tags[0]["modified_at"]})
    assert [row["name"] for row in since["results"]] == ["nhãn 0", "nhãn 1", "nhãn 2"]
    gone = reverse("tag", kwargs={"id": tags[0]["id"]})
    assert head.delete(gone, HTTP_IF_MATCH="*").status_code == 204
    renamed = reverse("tag", kwargs={"id": tags[1]["id"]})
    assert head.patch(renamed, {"name": "khác"}, format="json", HTTP_IF_MATCH="*").status_code == 200
    after = good(head, url, {"modified_since": since["modified_until"]})
    row = Tag.objects.get(name="nhãn 0")
    assert after["removed"] == [
        {"id": tags[0]["id"], "deleted": True, "modified_at": after["removed"][0]["modified_at"]}
    ]
    assert dt.datetime.fromisoformat(after["removed"][0]["modified_at"]) == row.modified_at
    assert after["results"][-1]["name"] == "khác"
    of_name = good(head, url, {"modified_since": tags[0]["modified_at"], "name__in": "nhãn 0,nhãn 1,nhãn 2"})
    assert [one["name"] for one in of_name["results"]] == ["nhãn 2"]
    assert {one["id"] for one in of_name["removed"]} == {tags[0]["id"], tags[1]["id"]}
    beside = good(caller("DN.TK", "HEAD"), url, {"modified_since": tags[0]["modified_at"]})
    assert not beside["results"] and not beside["removed"]


def test_a_case_that_was_handed_on_is_a_tombstone_for_who_had_it(head: APIClient) -> None:
    bring_in([made_story(number=f"{place}/QĐ") for place in range(3)])
    cases = list(Case.objects.order_by("pk"))
    clerk, officer, other = (
        caller("DN.HC", "CLERK"),
        caller("DN.HC", "OFFICER", "DN.HC.01"),
        caller("DN.TK", "CLERK"),
    )
    url = reverse("cases")
    since = {
        one: good(one, url, {"modified_since": "2020-01-01T00:00:00Z"})
        for one in (clerk, officer, other, head)
    }
    assert [len(body["results"]) for body in since.values()] == [3, 3, 0, 3]

    def hand(case: Case, unit: str, to: str) -> None:
        act = {"type": "REASSIGN", "effective_on": "2024-01-15", "unit": unit, "officer": to}
        answer = head.post(reverse("case-acts", kwargs={"id": case.public_id}), act, format="json")
        assert answer.status_code == 201, answer.content

    hand(cases[0], "DN.TK", "DN.TK.01")
    hand(cases[1], "DN.HC", "DN.HC.02")

    def changed(client: APIClient) -> tuple[list[str], list[str]]:
        body = good(client, url, {"modified_since": since[client]["modified_until"], "count": "exact"})
        rows, gone = body["results"], body["removed"]
        assert body["count"]["value"] == len(rows) + len(gone)
        assert all(set(one) == {"id", "deleted", "modified_at"} and one["deleted"] for one in gone)
        return [row["id"] for row in rows], [row["id"] for row in gone]

    first, second, third = (str(case.public_id) for case in cases)
    found = {
        name: changed(client) for name, client in (("clerk", clerk), ("officer", officer), ("other", other))
    }
    overlap = {first, second, third}
    assert set(found["clerk"][0]) <= overlap - {first} and second in found["clerk"][0]
    assert found["clerk"][1] == [first]
    assert found["officer"][1] == [first, second] and first not in found["officer"][0]
    assert found["other"] == ([first], [])
    assert not changed(head)[1] and {first, second} <= set(changed(head)[0])
    hand(cases[0], "DN.HC", "DN.HC.01")
    assert changed(clerk)[1] == [] and first in changed(clerk)[0], "it has come back"
    assert changed(other) == ([], [first])
    pages = walk(officer, f"{url}?modified_since=2020-01-01T00:00:00Z&page_size=1", "next")
    places = [*(one["id"] for page in pages for one in (*page["results"], *page["removed"]))]
    assert sorted(places) == sorted(overlap) and [len(page["removed"]) for page in pages].count(1) == 1


def test_the_version_of_a_case_rises_whenever_its_moment_moves(head: APIClient) -> None:
    chance = random.Random(3)
    url = head.post(reverse("cases"), opening(1, chance), format="json")["Location"]
    case = Case.objects.get()

    def stands() -> tuple[int, dt.datetime]:
        return Case.objects.values_list("version", "modified_at").get(pk=case.pk)

    seen, risen = [stands()], 0
    assert seen[0][0] == 1
    party = Party.objects.get(
        case=case, position=Party.objects.filter(case=case).order_by("position")[0].position
    )
    tag = create_tag(unit=Unit.objects.get(code="DN.HC"), name="x", colour="#000000", by="TEST")
    refs: list[str] = []
    for turn in range(40):
        act = {**proposal(chance, str(case.decision_date), refs), "ref": f"a{turn}"}
        writes = (
            lambda act=act: head.post(f"{url}acts/", act, format="json"),
            lambda turn=turn: head.patch(
                reverse("party", kwargs={"id": party.public_id}),
                {"address": f"{turn} Lê Lợi"}, format="json", HTTP_IF_MATCH="*",
            ),
            lambda: head.put(reverse("case-tag", kwargs={"id": case.public_id, "tag": tag.public_id})),
            lambda: head.get(url),
        )  # fmt: skip
        answer = writes[turn % 4 if turn % 3 else 0]()
        if answer.status_code == 201:
            refs.append(act["ref"])
        before, now = seen[-1], stands()
        assert (now[0] > before[0]) == (now[1] > before[1]) and now[0] >= before[0]
        risen += now[0] > before[0]
        seen.append(now)
    assert 10 < risen < 40
    last = Act.objects.filter(case=case).order_by("-recorded_at")[0]
    assert seen[-1][1] >= last.recorded_at


def test_nothing_is_missed_however_late_it_is_committed(committed_database: TestDatabase) -> None:
    """Writers keep their transactions open after they have written; a reader follows them by modified_until."""
    unit = Unit.objects.get(code="DN.HC")
    client, url = caller("DN.HC", "HEAD"), reverse("tags")
    seen: dict[str, int] = {}
    over = threading.Event()

    def writing(worker: int) -> None:
        chance = random.Random(worker)
        try:
            for turn in range(12):
                with transaction.atomic():
                    tag = create_tag(unit=unit, name=f"{worker}/{turn}", colour="#000000", by="TEST")
                    time.sleep(chance.random() / 40)
                    if chance.random() < 0.1:
                        transaction.set_rollback(True)
                with transaction.atomic():
                    Tag.objects.filter(pk=tag.pk).update(version=2, modified_at=moment())
                    time.sleep(chance.random() / 40)
        finally:
            connections.close_all()

    def follow(since: str) -> str:
        address: str | None = f"{url}?modified_since={since.replace('+', '%2B')}&page_size=7&count=none"
        until = since
        while address:
            body = good(client, address)
            until = body["modified_until"]
            for row in body["results"]:
                seen[row["id"]] = max(seen.get(row["id"], 0), row["version"])
            address = body["next"]
        return until

    def reading() -> None:
        try:
            since = "2020-01-01T00:00:00Z"
            while not over.is_set():
                since = follow(since)
            follow(since)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(reading)
        for one in [pool.submit(writing, worker) for worker in range(6)]:
            one.result()
        over.set()
        reader.result()
    standing = {str(tag.public_id): tag.version for tag in Tag.objects.all()}
    assert len(standing) > 40 and seen == standing


def test_the_moment_lies_before_whatever_is_still_being_written(committed_database: TestDatabase) -> None:
    begun, seen, done = threading.Event(), threading.Event(), threading.Event()
    unit = Unit.objects.get(code="DN.HC")

    def slow() -> None:
        try:
            with transaction.atomic():
                # No announcement: an account or a key is written like this.
                Tag.objects.create(unit=unit, name="chậm", colour="#000000")
                begun.set()
                seen.wait(10)
            done.set()
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(10)
    until = complete_until()
    seen.set()
    thread.join()
    assert done.is_set() and until <= Tag.objects.get().modified_at < complete_until()


# --- Lookups ------------------------------------------------------------------------------------------------

SOME = {
    "date": "2024-03-31",
    "moment": "2024-03-31T08:00:00+07:00",
    "money": "5000000",
    "uuid": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "boolean": "true",
    "integer": "1",
    "string": "DN.HC",
}
REFUSED = {
    "date": "PARAMETER_DATE",
    "moment": "PARAMETER_MOMENT",
    "money": "PARAMETER_MONEY",
    "uuid": "PARAMETER_UUID",
    "boolean": "PARAMETER_BOOLEAN",
    "integer": "PARAMETER_NUMBER",
    "choice": "PARAMETER_CHOICE",
}


def test_every_lookup_is_documented_taken_and_refused_by_name(planted: Planted) -> None:
    clients = [caller(OWN, "HEAD"), caller(OWN, "STATISTICIAN")]
    tried = 0
    for endpoint in LISTS:
        view: Any = endpoint.view
        if view.filterset_class is None:
            continue
        url, base = url_of(endpoint, planted), query_for(endpoint, OWN)
        client = next((one for one in clients if one.get(url, base).status_code == 200), None)
        if client is None:
            continue
        told = {one.name: one for one in endpoint.parameters}
        assert {one.name for one in documented(view.filterset_class)} <= set(told)
        lookups = {
            name: one for name, one in view.filterset_class.base_filters.items() if isinstance(one, Lookup)
        }
        right = {
            name: one.one.choices[0] if one.one.kind == "choice" else SOME[one.one.kind]
            for name, one in lookups.items()
        }
        assert all(told[name].about.vi and told[name].about.en for name in right)
        with CaptureQueriesContext(connection) as plain:
            good(client, url, base)
        with CaptureQueriesContext(connection) as narrowed:
            good(client, url, base | right)
        # The list of cases has a shorter way for what is asked most (cases.querysets.case_lists).
        longer = 2 if issubclass(view, CaseList) else 0
        assert len(narrowed) <= len(plain) + longer, (endpoint.name, "a value was looked up")
        single = {
            name: REFUSED[one.one.kind]
            for name, one in lookups.items()
            if not one.many and one.one.kind in REFUSED
        }
        wrong = refused(client.get(url, base | dict.fromkeys(single, "sai")))
        assert dict(wrong) == {f"?{name}": code for name, code in single.items()}
        for name, one in lookups.items():
            if one.many and one.one.kind in REFUSED:
                answer = client.get(url, base | {name: f"sai,{right[name]},nữa"})
                assert refused(answer) == [(f"?{name}", REFUSED[one.one.kind])] * 2
        tried += len(lookups)
    assert tried > 150
    listed = [("", "PARAMETER_REQUIRED"), (",".join(["1/QĐ"] * 201), "PARAMETER_VALUES_MANY")]
    for value, code in listed:
        answer = clients[0].get(reverse("cases"), {"decision_number__in": value})
        assert refused(answer) == [("?decision_number__in", code)]


def test_cases_are_found_by_lookups(head: APIClient) -> None:
    paid = {
        "type": "COLLECTION",
        "effective_on": "2024-02-01",
        "lines": [{"obligation": "o1", "amount": "1000000"}],
    }
    bring_in(
        [
            made_story(number="1/QĐ", date="2023-11-02", acts=[paid]),
            made_story(number="2/QĐ", date="2023-12-05", officer="DN.HC.02"),
            made_story(number="3/QĐ", date="2024-01-09", officer=None),
            made_story(number="4/QĐ", date="2024-01-10", unit="DN.TK", officer="DN.TK.01"),
        ]
    )  # fmt: skip
    cases = {case.decision_number[0]: str(case.public_id) for case in Case.objects.all()}

    def found(**query: str) -> str:
        rows = good(head, reverse("cases"), {**query, "ordering": "recorded_at"})["results"]
        return "".join(row["decision_number"][0] for row in rows)

    assert found(id__in=f"{cases['1']},{cases['4']}") == "14"
    assert found(decision_date__gt="2023-11-02", decision_date__lt="2024-01-10") == "23"
    assert found(remaining__lt="5000000") == "1" and found(remaining__gte="5000000") == "234"
    assert found(remaining="4000000") == "1" and found(due__lte="4999999") == ""
    assert found(officer__in="DN.HC.01,DN.TK.01") == "14" and found(officer__isnull="true") == "3"
    assert found(officer__in=str(Officer.objects.get(code="DN.HC.02").public_id)) == "2"
    assert found(unit__in="DN.TK") == "4" and found(unit__in="DN") == "", "the very unit"
    assert found(authority__in="DN.TK,NOBODY") == "4"
    assert found(decision_number__in="1/QĐ, 3/QĐ") == "13"
    assert found(last_act_on__gte="2024-02-01") == "1"
    assert found(judgment_number__in="12/2023/HS-ST") == "1234"
    assert found(initiation__in="EX_OFFICIO", field__in="CRIMINAL,CIVIL", unit__in="DN.HC") == "123"
    judgment = Case.objects.all()[0].judgment.public_id
    assert found(judgment=str(judgment)) == "1234"
    acts = reverse("case-acts", kwargs={"id": cases["1"]})
    assert [one["seq"] for one in good(head, acts, {"type__in": "COLLECTION"})["results"]] == [1]
    assert [one["seq"] for one in good(head, acts, {"effective_on__lt": "2024-02-01"})["results"]] == [0]
    party = Party.objects.filter(case__public_id=cases["2"])[0]
    listed = good(head, reverse("parties"), {"case__in": f"{cases['2']},{cases['3']}"})["results"]
    assert len(listed) == 2 and str(party.public_id) in {one["id"] for one in listed}
    lines = good(head, reverse("obligations"), {"amount__isnull": "false", "amount__gte": "5000000"})
    assert len(lines["results"]) == 4


def test_a_row_is_found_by_the_key_of_another_system(planted: Planted) -> None:
    """Wherever a noun has such keys, its list takes one, that of the acts of a case too."""
    client = caller(OWN, "HEAD")
    asked = set()
    for endpoint in LISTS:
        if "external_ids" in members_of(endpoint.view) and not endpoint.name.startswith("judgment-"):  # type: ignore[arg-type]
            asked.add(endpoint.name)
        if "external_id" in {one.name for one in endpoint.parameters}:
            asked.add(endpoint.name)
            url = url_of(endpoint, planted)
            assert good(client, url, {"external_id": "court:nobody"})["results"] == []
            assert refused(client.get(url, {"external_id": "x"})) == [("?external_id", "EXTERNAL_ID_INVALID")]
            assert "external_id" in {one.name for one in endpoint.parameters}
    assert asked == {"cases", "case-acts", "judgments", "requests", "parties", "case-parties", "documents"}


def test_an_officer_changes_with_his_assignments(head: APIClient) -> None:
    url, detail = reverse("officers"), reverse("officer", kwargs={"code": "DN.HC.01"})
    before, until = (
        head.get(detail),
        good(head, url, {"modified_since": moment().isoformat()})["modified_until"],
    )
    given = {"officer": "DN.HC.01", "unit": "DN.TK", "role": "OFFICER", "valid_from": "2024-01-01"}
    assert head.post(reverse("assignments"), given, format="json").status_code == 201
    body = good(head, url, {"modified_since": until})
    assert "DN.HC.01" in [row["code"] for row in body["results"]]
    again = head.get(detail, HTTP_IF_NONE_MATCH=before["ETag"])
    assert again.status_code == 200 and len(again.json()["assignments"]) == 2


def test_judgments_are_the_same_whichever_way_they_are_read(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in(
        [made_story(number=f"{n}/QĐ", unit=unit, officer=None) for n, unit in enumerate(("DN.HC", "DN.TK"))]
    )
    officer = Officer.objects.create(code="DN.TK.09")
    Case.objects.filter(unit__code="DN.TK").update(officer=officer)
    Judgment.objects.filter(unit__code=OWN).update(unit=Unit.objects.get(code="DN"))
    every, found = frozenset(Unit.objects.values_list("pk", flat=True)), []
    units = [frozenset({pk}) for pk in every]
    for scope in [Scope(every), Scope(every, officer.pk), *map(Scope, units)]:
        for few in (0, 20_000):
            monkeypatch.setattr("cases.querysets.judgment.FEW", few)
            listed = set(Judgment.objects.listed_for(scope).values_list("pk", flat=True))
            assert listed == set(Judgment.objects.within(scope).values_list("pk", flat=True))
            found.append(len(listed))
    assert max(found) > 1 and 0 in found
