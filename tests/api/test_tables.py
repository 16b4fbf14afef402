"""Lists as tables: streamed as CSV, written as files by a job; complete, in one snapshot, harmless."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone
from rest_framework.test import APIClient

from cases.models import Case, Party
from officers.models import Assignment, Officer, Unit
from tests.api.clients import caller, walk
from tests.registers import bring_in, made_story
from tests.shapes import shape
from tests.structure.test_scope_gate import SCOPED
from thads.common.api import table
from thads.common.api.base import ScopedListView
from thads.integration import files, lists
from thads.integration.api.lists import ListExports
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"
EXPORTS = "/api/v1/exports/lists/"


@pytest.fixture
def register(staff: dict[str, Officer]) -> None:
    """Seven cases of Hải Châu, two of Thanh Khê; one debtor has the name of a formula."""
    stories = [made_story(number=f"{n}/QĐ") for n in range(7)]
    stories += [made_story(number=f"{n}/QĐ-TK", unit="DN.TK", officer=None) for n in range(2)]
    bring_in(stories, counted=False)
    Party.objects.filter(case__decision_number="3/QĐ", role="DEBTOR").update(name='=1+2;"Bà\nHai"')


@pytest.fixture
def head(register: None) -> APIClient:
    return caller("DN", "HEAD")


def streamed(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:], newline="")))


def dictionaries(rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


# --- Streamed -----------------------------------------------------------------------------------------------


def test_a_table_has_every_row_of_the_list(head: APIClient) -> None:
    answer = head.get(CASES, {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == 'attachment; filename="cases.csv"'
    assert "private" in answer["Cache-Control"]
    rows = dictionaries(streamed(answer))
    assert answer["X-Total-Count"] == "9" == str(len(rows))
    listed = [row for page in walk(head, f"{CASES}?page_size=4", "next") for row in page["results"]]
    assert [row["Mã định danh"] for row in rows] == [row["id"] for row in listed]
    for row, one in zip(rows, listed, strict=True):
        assert row["Số quyết định"] == one["decision_number"]
        assert row["Ngày quyết định"] == one["decision_date"]
        assert row["Còn phải thi hành (đồng)"] == one["remaining"]
        assert (row["Trạng thái thống kê (mã)"], row["Trạng thái thống kê"]) == (
            one["bucket"],
            one["bucket_label"],
        )
        assert row["Chấp hành viên: Mã"] == ((one["officer"] or {}).get("code") or "")


def test_headings_are_in_the_words_of_the_caller(head: APIClient) -> None:
    (english, *_) = streamed(head.get(CASES, {"format": "csv", "lang": "en"}))
    assert english[:3] == ["Id", "Number of decision", "Date of decision"]
    assert "Remaining (đồng)" in english


def test_what_looks_like_a_formula_is_text(head: APIClient) -> None:
    query = {"format": "csv", "decision_number": "3/QĐ"}
    (row,) = dictionaries(streamed(head.get(CASES, query)))
    assert row["Người phải thi hành án"] == '\'=1+2;"Bà\nHai"'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1", "'=1"),
        ("+84 905", "'+84 905"),
        ("-", "'-"),
        ("-5000", "-5000"),
        ("-12.5", "-12.5"),
        ("-1+1", "'-1+1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("a=1", "a=1"),
        (None, ""),
        (True, "true"),
        (dt.date(2024, 2, 29), "2024-02-29"),
        (dt.datetime(2024, 2, 29, 20, tzinfo=dt.UTC), "2024-03-01T03:00:00+07:00"),
        (["=a", "b"], "'=a; b"),
        ([{"a": 1}], '[{"a":1}]'),
        ({"a": None}, '{"a":null}'),
        ([], ""),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    assert table.as_text(value) == text


def test_filters_order_and_scope_hold(head: APIClient) -> None:
    assert len(streamed(head.get(CASES, {"format": "csv", "unit": "DN.TK"}))) == 3
    rising = streamed(head.get(CASES, {"format": "csv", "ordering": "recorded_at"}))
    falling = streamed(head.get(CASES, {"format": "csv", "ordering": "-recorded_at"}))
    assert rising[1:] == falling[:0:-1]
    assert len(streamed(caller("DN.TK", "UNIT_HEAD").get(CASES, {"format": "csv"}))) == 3
    own = caller("DN.HC", "OFFICER", "DN.HC.02")
    mine = Case.objects.filter(officer__code="DN.HC.02").count()
    answer = own.get(CASES, {"format": "csv"})
    assert len(streamed(answer)) == mine + 1 and answer["X-Total-Count"] == str(mine)
    assert head.get(CASES, {"format": "csv", "unit": "XX"}).status_code == 404
    assert head.get(CASES, {"format": "csv", "bucket": "XX"}).status_code == 400
    assert head.get(CASES, {"format": "pdf"}).status_code == 400


@pytest.mark.parametrize("name", table.OF_PAGES)
def test_a_table_has_no_pages(head: APIClient, name: str) -> None:
    value = {"cursor": "x", "page_size": "5"}[name]
    answer = head.get(CASES, {"format": "csv", name: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"?{name}"


def test_a_large_table_is_counted_when_asked_for(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "CAP", 8)
    answer = head.get(CASES, {"format": "csv"})
    assert "X-Total-Count" not in answer and len(streamed(answer)) == 10
    exact = head.get(CASES, {"format": "csv", "count": "exact"})
    assert (exact["X-Total-Count"], len(streamed(exact))) == ("9", 10)
    assert "X-Total-Count" not in head.get(CASES, {"format": "csv", "count": "none", "bucket": "STAYED"})


def test_batches_make_no_difference(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = streamed(head.get(CASES, {"format": "csv"}))
    monkeypatch.setattr(table, "_FIRST", 1)
    monkeypatch.setattr(table, "_BATCH", 2)
    assert streamed(head.get(CASES, {"format": "csv"})) == whole


def test_a_head_request_says_how_many(head: APIClient) -> None:
    answer: Any = head.head(f"{CASES}?format=csv")
    assert (answer["X-Total-Count"], b"".join(answer.streaming_content)) == ("9", b"")


def test_a_table_that_is_not_read_to_its_end_is_closed(
    head: APIClient,
) -> None:
    answer: Any = head.get(CASES, {"format": "csv"})
    next(answer._iterator)
    answer._iterator.close()
    assert head.get(CASES).status_code == 200


def test_a_table_takes_the_same_queries_however_many_rows_a_batch_has(
    head: APIClient, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        streamed(head.get(CASES, {"format": "csv"}))


TABLES = [
    one
    for one in SCOPED
    if one.view is not None
    and issubclass(one.view, ScopedListView)
    and "format" in {parameter.name for parameter in one.parameters}
]


@pytest.mark.parametrize("endpoint", [one for one in TABLES if not one.arguments], ids=lambda one: one.name)
def test_every_list_has_its_table(head: APIClient, endpoint: Any) -> None:
    answer = head.get(f"/{endpoint.route}", {"format": "csv"})
    if answer.status_code != 403:
        assert len(streamed(answer)) == int(answer["X-Total-Count"]) + 1


@pytest.mark.parametrize("endpoint", TABLES, ids=lambda one: one.name)
def test_every_column_has_words(endpoint: Any) -> None:
    view = endpoint.view(lang="vi")
    paths = [column.path for column in table.columns_of(view)]
    assert len(paths) == len(set(paths))
    known = table.headings()
    missing = {name for path in paths for name in path} - {
        name for path in paths for name in path if name in known or name.removesuffix("_label") in known
    }
    assert not missing, "thads/common/api/headings.toml has no words for them"


# --- As a job -----------------------------------------------------------------------------------------------


def asked(client: APIClient, form: str = "xlsx", name: str = "cases", **query: str) -> Any:
    return client.post(EXPORTS, {"list": name, "query": query, "format": form}, format="json")


def done(client: APIClient, answer: Any) -> tuple[dict[str, Any], bytes]:
    assert answer.status_code == 202, answer.content
    assert runner.run(Job.objects.get(public_id=answer.json()["id"]).pk)
    job = client.get(answer["Location"]).json()
    assert job["state"] == "DONE", job
    file: Any = client.get(job["result"])
    content = b"".join(file.streaming_content)
    assert file["X-Content-SHA256"] == hashlib.sha256(content).hexdigest() == job["summary"]["sha256"]
    assert job["summary"]["bytes"] == len(content)
    assert file["X-Total-Count"] == str(job["summary"]["rows"]) == str(job["progress"]["done"])
    return job, content


@pytest.mark.usefixtures("files")
def test_a_list_as_a_workbook(head: APIClient) -> None:
    answer = asked(head, ordering="recorded_at")
    assert shape(ListExports.operations["POST"].example).keys() == shape(answer.json()).keys()
    job, content = done(head, answer)
    assert job["summary"]["rows"] == 9
    assert job["result"].endswith("/file/")
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    listed = head.get(CASES, {"ordering": "recorded_at"}).json()["results"]
    assert [row["Mã định danh"] for row in named] == [one["id"] for one in listed]
    assert [row["Còn phải thi hành (đồng)"] for row in named] == [int(one["remaining"]) for one in listed]
    assert [row["Ngày quyết định"].date().isoformat() for row in named] == [
        one["decision_date"] for one in listed
    ]
    formula = sheet.cell(5, rows[0].index("Người phải thi hành án") + 1)
    assert formula.value == '=1+2;"Bà\nHai"' and formula.data_type in ("s", "inlineStr")


@pytest.mark.usefixtures("files")
def test_a_list_as_a_file_of_text_is_what_is_streamed(head: APIClient) -> None:
    _job, content = done(head, asked(head, "csv", unit="DN.HC"))
    stream: Any = head.get(CASES, {"format": "csv", "unit": "DN.HC"})
    assert content == b"".join(stream.streaming_content)


@pytest.mark.usefixtures("files")
def test_more_rows_than_a_sheet_has(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_SHEET", 5)
    _job, content = done(head, asked(head))
    sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    assert [sheet.max_row for sheet in sheets] == [5, 5, 2]


@pytest.mark.usefixtures("files")
def test_what_its_caller_saw_when_he_asked(head: APIClient) -> None:
    clerk = caller("DN.HC", "CLERK")
    answer = asked(clerk, "csv")
    Officer.objects.filter(code="DN.HC.01").update(name="Đổi Tên")
    Unit.objects.filter(code="DN.TK").update(parent=Unit.objects.get(code="DN.HC"))
    job, content = done(clerk, answer)
    assert job["summary"]["rows"] == 7 and b"-TK" not in content


@pytest.mark.usefixtures("files")
def test_nobody_else_finds_it_and_it_ends(head: APIClient) -> None:
    job, _content = done(head, asked(head, "csv"))
    address = f"{EXPORTS}{job['id']}/"
    other = caller("DN", "HEAD")
    for path in (address, f"{address}file/"):
        assert other.get(path).status_code == 404
    assert other.get(EXPORTS).json()["results"] == []
    assert [one["id"] for one in head.get(EXPORTS).json()["results"]] == [job["id"]]
    later = timezone.now() + files.EXPORTS_KEPT + dt.timedelta(hours=1)
    Job.objects.update(ended_at=timezone.now() - files.EXPORTS_KEPT - dt.timedelta(hours=1))
    assert head.get(address).status_code == head.get(f"{address}file/").status_code == 404
    assert files.sweep_files(now=later) == 1


@pytest.mark.usefixtures("files")
def test_a_crash_begins_anew_without_harm(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_FIRST", 2)
    monkeypatch.setattr(table, "_BATCH", 2)
    for form in ("csv", "xlsx"):
        answer = asked(head, form)
        job = Job.objects.get(public_id=answer.json()["id"])
        real, seen = table.Column.value, [0]

        def dying(column: Any, row: Any, real: Any = real, seen: list[int] = seen) -> Any:
            seen[0] += 1
            if seen[0] == 60:
                raise OperationalError("the connection is gone")
            return real(column, row)

        with monkeypatch.context() as patch:
            patch.setattr(table.Column, "value", dying)
            assert not runner.run(job.pk)
        shown, _content = done(head, answer)
        assert shown["summary"]["rows"] == 9
    folder = Path(default_storage.path("exports"))
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".xlsx"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, None),
        ({"list": "cases"}, 400, "FIELD_REQUIRED"),
        ({"list": "secrets", "format": "csv"}, 400, "LIST_UNKNOWN"),
        ({"list": "case-acts", "format": "csv"}, 400, "LIST_UNKNOWN"),
        ({"list": "cases", "format": "pdf"}, 400, "FIELD_INVALID"),
        ({"list": "cases", "format": "csv", "colour": 1}, 400, "FIELD_UNKNOWN"),
        ({"list": "cases", "format": "csv", "query": []}, 400, "FIELD_INVALID"),
        ({"list": "cases", "format": "csv", "query": {"colour": "red"}}, 400, "PARAMETER_UNKNOWN"),
        ({"list": "cases", "format": "csv", "query": {"page_size": "5"}}, 400, "NOT_WITH_TABLE"),
        ({"list": "cases", "format": "csv", "query": {"bucket": "XX"}}, 400, None),
        ({"list": "cases", "format": "csv", "query": {"unit": "XX"}}, 404, "UNIT_NOT_FOUND"),
        ([], 400, None),
    ],
)
def test_what_is_no_export(head: APIClient, body: Any, status: int, code: str | None) -> None:
    answer = head.post(EXPORTS, body, format="json")
    assert answer.status_code == status, answer.content
    assert code is None or answer.json()["code"] == code
    assert not Job.objects.exists()


def test_a_list_asks_for_its_own_permission(head: APIClient) -> None:
    clerk = caller("DN.HC", "CLERK")
    answer = asked(clerk, name="api-keys")
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_MAY_NOT")


def test_assignments_in_a_cell(head: APIClient) -> None:
    assert Assignment.objects.exists()
    rows = dictionaries(streamed(head.get("/api/v1/officers/", {"format": "csv"})))
    assert rows[0]["Mã"] == "DN.HC.01" and '"unit":"DN.HC"' in rows[0]["Các phân công"]
