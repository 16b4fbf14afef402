"""Rows sent as a workbook: read as JSON would bring them, given back with the bad cells marked, and what is no
plain workbook refused.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cases.api.bulk import ACT_BULK
from cases.models import Act, Judgment
from officers.models import Officer
from tests.api.clients import caller
from tests.registers import made_story
from thads.common.errors import Refused
from thads.jobs import bulk, runner, sheets
from thads.jobs.models import BulkOutcome, BulkWorkbook, Finding, Job

pytestmark = pytest.mark.django_db

JUDGMENTS = "/api/v1/judgments/bulk/"
OFFICERS = "/api/v1/officers/bulk/"
RED = "FFFFC7CE"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def workbook(*rows: Iterable[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content: bytes, **changes: bytes) -> bytes:
    """The workbook with these parts put in, or in the place of the old ones."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.pop(name, old.read(name)))
        for name, part in changes.items():
            new.writestr(name, part)
    return file.getvalue()


def send(client: APIClient, url: str, content: bytes, query: str = "", **headers: Any) -> Any:
    return client.post(f"{url}{query}", content, content_type=sheets.MEDIA_TYPE, **headers)


def run(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 202, answer.content
    runner.run(Job.objects.get(public_id=answer.json()["id"]).pk)
    return dict(answer.json())


def cells(answer: Any) -> dict[str, tuple[Any, bool, str | None]]:
    """Value, whether it is red, and the comment, of every cell that has any of them."""
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content)
    return {
        cell.coordinate: (
            cell.value,
            cell.fill.fgColor.rgb == RED,
            cell.comment.text if cell.comment else None,
        )
        for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
        for cell in row
        if cell.value is not None or cell.comment
    }


HEADINGS = (
    "number", "issued_on", "issuer", "parties.1.ref", "parties.1.role", "parties.1.kind", "parties.1.name",
    "parties.2.ref", "parties.2.role", "parties.2.kind", "parties.2.name",
    "obligations.1.ref", "obligations.1.kind", "obligations.1.debtor", "obligations.1.amount",
)  # fmt: skip
DEBTOR, CREDITOR = ("d1", "DEBTOR", "PERSON", "Nguyễn Văn A"), ("c1", "CREDITOR", "PERSON", "=Bà B")


def judgment(number: Any, **changes: Any) -> tuple[Any, ...]:
    row = (number, dt.date(2024, 3, 1), "TAND quận Hải Châu", *DEBTOR, *(None,) * 4, "o1", "COURT_FEE", "d1")
    return tuple(
        changes.get(name.replace(".", "_"), value)
        for name, value in zip(HEADINGS, (*row, 5_000_000), strict=True)
    )


def test_a_workbook_is_a_bulk_and_comes_back_with_its_bad_cells_marked(head: APIClient) -> None:
    rows = [
        judgment("1/2024/DS-ST"),
        (None,) * len(HEADINGS),
        judgment("2/2024/DS-ST", issued_on="30/02/2024", obligations_1_kind="FEE"),
        judgment("3/2024/DS-ST", issuer=None),
    ]
    content = workbook(HEADINGS, *rows)
    answer = send(head, JUDGMENTS, content, HTTP_IDEMPOTENCY_KEY="w1")
    assert answer.json()["workbook"] is None
    address = f"{JUDGMENTS}{answer.json()['id']}/"
    assert head.get(f"{address}workbook/").json()["code"] == "WORKBOOK_NOT_READY"
    run(answer)
    job = head.get(address).json()
    assert (job["state"], job["summary"]["refused"]) == ("FAILED", 2) and not Judgment.objects.exists()
    assert job["workbook"].endswith(f"{address}workbook/")
    found = cells(head.get(job["workbook"]))
    assert found["A2"] == ("1/2024/DS-ST", False, None)
    # The blank row keeps its place.
    assert found["B4"][:2] == ("30/02/2024", True) and "YYYY-MM-DD" in str(found["B4"][2])
    assert found["M4"][:2] == ("FEE", True) and found["M4"][2]
    assert found["C5"][:2] == (None, True) and found["B2"][0].date() == dt.date(2024, 3, 1)
    assert {name for name, (_value, red, _said) in found.items() if red} == {"B4", "M4", "C5"}
    assert cells(head.get(f"{job['workbook']}?lang=en"))["C5"][2] != found["C5"][2]
    pointers = {one["pointer"] for one in head.get(job["errors"]).json()["results"]}
    assert pointers == {"/1/issued_on", "/1/obligations/0/kind", "/2/issuer"}
    # The same again under its key is the same job; somebody else finds no workbook.
    again = send(head, JUDGMENTS, content, HTTP_IDEMPOTENCY_KEY="w1")
    assert again.headers["Idempotency-Replayed"] == "true" and again.json()["id"] == job["id"]
    assert caller("DN.HC", "CLERK").get(job["workbook"]).status_code == 404
    # What lies in the database names nobody.
    assert b"PK" not in bytes(BulkWorkbook.objects.get().content)[:4]


def test_of_each_row_what_is_written_is_gone_from_the_workbook(head: APIClient) -> None:
    with_both = dict(
        zip((f"parties_2_{name}" for name in ("ref", "role", "kind", "name")), CREDITOR, strict=True)
    )
    book = openpyxl.load_workbook(io.BytesIO(workbook(HEADINGS, judgment("1/2024/DS-ST", **with_both))))
    book.active["K2"].data_type = "s"
    book.active.append(judgment("1/2024/DS-ST", issuer="TAND khác", issued_on="x"))
    job = run(send(head, JUDGMENTS, saved(book), "?mode=each"))
    (made,) = Judgment.objects.all()
    shown = head.get(f"/api/v1/judgments/{made.public_id}/").json()
    assert [party["name"] for party in shown["parties"]] == ["Nguyễn Văn A", "=Bà B"]
    assert shown["issued_on"] == "2024-03-01" and shown["obligations"][0]["amount"] == "5000000"
    found = cells(head.get(f"{JUDGMENTS}{job['id']}/workbook/"))
    assert "A2" not in found and found["A3"][0] == "1/2024/DS-ST" and found["B3"][1]


def test_officers_and_acts_come_as_workbooks(head: APIClient) -> None:
    sent = workbook(
        ("code", "name", "rank", "assignment.unit", "assignment.role", "assignment.valid_from"),
        ("DN.HC.41", "Trần Thị C", "ENFORCER_1", "DN.HC", "OFFICER", dt.date(2026, 2, 1)),
    )
    tried = run(send(head, OFFICERS, sent, "?dry_run=true"))
    assert not Officer.objects.filter(code="DN.HC.41").exists()
    assert cells(head.get(f"{OFFICERS}{tried['id']}/workbook/"))["A2"][0] == "DN.HC.41"
    run(send(head, OFFICERS, sent))
    assert Officer.objects.get(code="DN.HC.41").name == "Trần Thị C"
    body = made_story(number="1/QĐ")
    del body["acts"]
    case = head.post("/api/v1/cases/", body, format="json").json()["id"]
    columns = ("case", "type", "effective_on", "lines.1.obligation", "lines.1.amount", "data.receipt")
    rows = [(case, "COLLECTION", dt.date(2024, 3, 1), "o1", amount, "BL-1") for amount in (1000, -5)]
    job = run(send(head, "/api/v1/acts/bulk/", workbook(columns, *rows), "?mode=each"))
    act = Act.objects.get(case__public_id=case, type="COLLECTION")
    assert act.data == {"receipt": "BL-1"} and act.lines.get().amount == 1000
    found = cells(head.get(f"/api/v1/acts/bulk/{job['id']}/workbook/"))
    assert [name for name, (_value, red, _said) in found.items() if red] == ["E3"]


@pytest.mark.parametrize("noun", ["acts", "judgments", "officers"])
def test_an_empty_workbook_says_what_its_columns_are(head: APIClient, noun: str) -> None:
    answer = head.get(f"/api/v1/{noun}/bulk/template/")
    assert answer["Content-Type"] == sheets.MEDIA_TYPE and f"{noun}.xlsx" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    sheet = sheets.read(content)
    assert len(sheet.names) > 5 and not sheet.rows
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert "Bắt buộc" in page["A1"].comment.text and all(cell.comment for cell in page[1])
    if noun == "acts":
        assert set(sheet.names) >= {"case", "type", "ground", "to_authority", "lines.1.obligation"}
        assert {column.name for column in ACT_BULK.template.sheet_columns if column.required} == {
            "case", "type", "effective_on"
        }  # fmt: skip


PLAIN = workbook(("number", "issuer"), ("1", "TAND"))
SHEET = "xl/worksheets/sheet1.xml"


def _sheet(row: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    name = '<row r="1"><c r="A1" t="inlineStr"><is><t>number</t></is></c></row>'
    return f"{head}{name}{row}</sheetData></worksheet>".encode()


REFUSED: dict[str, tuple[bytes, int, str]] = {
    "not a workbook": (b"number,issuer\n1,TAND\n", 400, "WORKBOOK_BROKEN"),
    "no zip that ends": (PLAIN[:-40], 400, "WORKBOOK_BROKEN"),
    "a part that is not there": (repacked(PLAIN, **{"xl/workbook.xml": b"<x/>"}), 400, "WORKBOOK_BROKEN"),
    "entities": (
        repacked(PLAIN, **{SHEET: b'<!DOCTYPE x [<!ENTITY a "b">]>' + _sheet("")}),
        400,
        "WORKBOOK_BROKEN",
    ),
    "entities in another encoding": (
        repacked(PLAIN, **{SHEET: _sheet("").decode().encode("utf-16")}),
        400,
        "WORKBOOK_BROKEN",
    ),
    "macros": (repacked(PLAIN, **{"xl/vbaProject.bin": b"\0"}), 422, "WORKBOOK_ACTIVE"),
    "another file": (
        repacked(PLAIN, **{"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        422,
        "WORKBOOK_ACTIVE",
    ),
    "a row that no sheet has": (
        repacked(PLAIN, **{SHEET: _sheet('<row r="1048580"><c r="A1048580"><v>1</v></c></row>')}),
        400,
        "WORKBOOK_BROKEN",
    ),
    "a column far out": (
        repacked(PLAIN, **{SHEET: _sheet('<row r="2"><c r="XFD2"><v>1</v></c></row>')}),
        400,
        "WORKBOOK_COLUMNS",
    ),
    "no headings": (workbook((None,), ("1",)), 400, "WORKBOOK_NO_HEADINGS"),
    "a heading twice": (workbook(("number", "number"), ("1", "2")), 400, "WORKBOOK_HEADING"),
    "a heading in another": (workbook(("unit", "unit.code"), ("1", "2")), 400, "WORKBOOK_HEADING"),
    "places and names": (workbook(("parties.1", "parties.name"), ("1", "2")), 400, "WORKBOOK_HEADING"),
    "a column without a name": (workbook(("number", None), ("1", "2")), 422, "WORKBOOK_CELL_UNNAMED"),
    "a formula": (workbook(("number", "issuer"), ("=1+1", "TAND")), 422, "WORKBOOK_FORMULA"),
    "an error": (workbook(("number", "issuer"), ("#N/A", "TAND")), 422, "WORKBOOK_CELL_ERROR"),
    "a number with lost digits": (workbook(("number",), (1234567890123456,)), 422, "WORKBOOK_NUMBER_LONG"),
    "no rows": (workbook(("number", "issuer")), 400, "ROWS_INVALID"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_workbook_of_rows_is_refused(head: APIClient, name: str) -> None:
    content, status, code = REFUSED[name]
    answer = send(head, JUDGMENTS, content)
    assert (answer.status_code, {error["code"] for error in answer.json()["errors"]}) == (status, {code})
    assert not Job.objects.exists()


def test_a_workbook_is_no_larger_than_it_may_be(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 1)
    two = workbook(("number",), ("1",), ("2",))
    assert send(head, JUDGMENTS, two).json()["code"] == "WORKBOOK_ROWS"
    # A megabyte of nothing is a thousand times smaller when it is packed.
    monkeypatch.setattr(sheets, "UNPACKED", 2**20)
    bomb = repacked(PLAIN, **{"xl/media/x.png": bytes(2**20)})
    assert len(bomb) < 20_000
    answer = send(head, JUDGMENTS, bomb)
    assert (answer.status_code, answer.json()["code"]) == (413, "WORKBOOK_UNPACKED")
    monkeypatch.setattr(sheets, "LIMIT", 100)
    answer = send(head, JUDGMENTS, PLAIN)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    with pytest.raises(Refused):
        sheets.read(PLAIN)


def test_what_bulks_keep_is_not_kept_for_ever(head: APIClient) -> None:
    job = run(send(head, JUDGMENTS, workbook(HEADINGS, judgment("1/2024/DS-ST"), judgment("x", issued_on="x")),
                   "?mode=each"))  # fmt: skip
    address, now = f"{JUDGMENTS}{job['id']}/", timezone.now()
    assert bulk.sweep(now=now) == 0
    ended = Job.objects.filter(public_id=job["id"])
    ended.update(ended_at=now - bulk.WORKBOOKS_KEPT)
    assert bulk.sweep(now=now) == 1 and not BulkWorkbook.objects.exists()
    assert head.get(f"{address}workbook/").status_code == 410
    assert head.get(f"{address}results/").status_code == head.get(f"{address}errors/").status_code == 200
    ended.update(ended_at=now - bulk.OUTCOMES_KEPT)
    assert bulk.sweep(now=now) == 1 and bulk.sweep(now=now) == 0
    assert not BulkOutcome.objects.exists() and not Finding.objects.exists()
    assert head.get(f"{address}results/").status_code == head.get(f"{address}errors/").status_code == 410
    over = head.get(address).json()
    assert (over["result"], over["errors"], over["workbook"], over["summary"]["recorded"]) == (
        None,
        None,
        None,
        1,
    )
