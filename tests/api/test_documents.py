"""Documents: uploaded for what they are, fetched through the gate, taken out; and the store they lie in."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage.handler import StorageHandler
from django.utils import timezone

from cases import storage
from cases.actions.documents import sweep_orphans
from cases.api import documents
from cases.models import Act, Document, Judgment
from cases.storage_s3 import DocumentBucket
from tests.api.clients import caller
from tests.papers import PDF, PNG, docx, judgment_sent, opened, upload
from tests.shapes import shape
from thads import settings as thads_settings
from thads.journal.models import Outbox

pytestmark = pytest.mark.django_db
ALL = "/api/v1/documents/"


def sent(subject: Any, kind: str = "case", **more: Any) -> dict[str, Any]:
    return {
        "file": upload(),
        kind: str(subject.public_id),
        "title": "Biên bản xác minh",
        "kind": "VERIFICATION_RECORD",
        "number": "15/BB-XM",
        "dated_on": "2023-12-01",
        **more,
    }


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def post(client: Any, form: dict[str, Any], **headers: Any) -> Any:
    return client.post(ALL, form, format="multipart", **headers)


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_kept_as_it_was_sent_and_fetched_under_its_name(files: Path) -> None:
    case, clerk = opened(), caller("DN.HC", "CLERK")
    keys = '[{"system": "court", "value": "TL-1"}]'
    answer = post(clerk, sent(case, external_ids=keys))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["case"], body["media_type"], body["size"]) == (
        str(case.public_id),
        "application/pdf",
        len(PDF),
    )
    assert body["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert clerk.get(answer["Location"]).json() == body
    listed = clerk.get(f"{ALL}?case={case.public_id}&external_id=court:TL-1").json()
    assert listed["results"] == [body]
    assert shape(listed) == shape(documents.DocumentList.operations["GET"].example) | {
        "results": shape([body])
    }
    fetched = clerk.get(f"{ALL}{body['id']}/content/")
    assert content_of(fetched) == PDF
    assert fetched["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('biên bản.pdf')}"
    assert (fetched["Content-Type"], fetched["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "default-src 'none'" in fetched["Content-Security-Policy"]
    shown = clerk.get(f"{ALL}{body['id']}/content/?inline=true")
    assert shown["Content-Disposition"].startswith("inline") and content_of(shown) == PDF
    kept = files / "documents" / body["sha256"][:2] / body["sha256"]
    assert kept.read_bytes() == PDF and kept.stat().st_mode & 0o077 == 0
    (event,) = Outbox.objects.filter(type="document.added")
    assert "xác minh" not in str(event.data) and event.data["sha256"] == body["sha256"]


def test_the_same_bytes_are_kept_once_and_office_files_are_never_opened_inline(files: Path) -> None:
    case, clerk = opened(), caller("DN.HC", "CLERK")
    word = {"name": "đơn.docx", "declared": "application/octet-stream"}
    ids = [post(clerk, sent(case, file=upload(docx(), **word))).json()["id"] for _ in range(2)]
    assert ids[0] != ids[1]
    assert sum(path.is_file() for path in (files / "documents").rglob("*")) == 1
    answer = clerk.get(f"{ALL}{ids[0]}/content/?inline=true")
    assert answer["Content-Disposition"].startswith("attachment") and content_of(answer) == docx()


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        (upload(PNG, "ảnh.pdf", "application/pdf"), "DOCUMENT_TYPE_UNTRUE", ("ảnh.pdf", "image/png")),
        (upload(PDF, "đơn.pdf", "image/png"), "DOCUMENT_TYPE_UNTRUE", ("image/png", "application/pdf")),
        (upload(b"<html><script>1</script>", "đơn.pdf"), "DOCUMENT_TYPE_NOT_TAKEN", ("đơn.pdf",)),
        (upload(b"MZ" + bytes(200), "đơn.exe", ""), "DOCUMENT_TYPE_NOT_TAKEN", ("đơn.exe",)),
        (upload(b"PK\x03\x04" + bytes(40), "đơn.docx", ""), "DOCUMENT_TYPE_NOT_TAKEN", ("đơn.docx",)),
        (upload(docx(macros=True), "đơn.docx", ""), "DOCUMENT_TYPE_NOT_TAKEN", ("đơn.docx",)),
        (upload(docx(), "đơn.xlsx", ""), "DOCUMENT_TYPE_UNTRUE", ("đơn.xlsx", ".docx")),
        (upload(b"", "đơn.pdf"), "DOCUMENT_EMPTY", ()),
    ],
    ids=["picture", "declared", "page", "program", "archive", "macros", "other office", "empty"],
)
def test_what_a_file_is_not(files: Path, file: Any, code: str, words: tuple[str, ...]) -> None:
    file.seek(0)
    answer = post(caller("DN.HC", "CLERK"), sent(opened(), file=file))
    assert (answer.status_code, codes(answer)) == (422, [("/file", code)])
    assert all(word in answer.json()["detail"] for word in words)
    assert not Document.objects.exists() and not (files / "documents").exists()


@pytest.mark.parametrize(
    ("change", "status", "fault"),
    [
        ({"case": None}, 400, ("/case", "DOCUMENT_OF_ONE_THING")),
        ({"judgment": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11"}, 400, ("/case", "DOCUMENT_OF_ONE_THING")),
        ({"file": None}, 400, ("/file", "FIELD_REQUIRED")),
        ({"file": "words"}, 400, ("/file", "FIELD_REQUIRED")),
        ({"kind": "LETTER"}, 400, ("/kind", "FIELD_INVALID")),
        ({"title": None}, 400, ("/title", "FIELD_REQUIRED")),
        ({"titel": "x"}, 400, ("/titel", "FIELD_UNKNOWN")),
        ({"title": ["a", "b"]}, 400, ("/title", "FIELD_TWICE")),
        ({"external_ids": "{"}, 400, ("/external_ids", "JSON_BROKEN")),
        ({"external_ids": "[1]"}, 400, ("/external_ids", "NOT_A_LIST")),
        ({"case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11"}, 404, ("/case", "CASE_NOT_FOUND")),
    ],
)
def test_what_cannot_be_uploaded(files: Path, change: Any, status: int, fault: tuple[str, str]) -> None:
    form = {**sent(opened()), **change}
    answer = post(
        caller("DN.HC", "CLERK"), {name: value for name, value in form.items() if value is not None}
    )
    assert (answer.status_code, codes(answer)) == (status, [fault])


def test_a_file_that_is_too_long_is_not_read_to_its_end(files: Path, settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    case, clerk = opened(), caller("DN.HC", "CLERK")

    class Endless(io.RawIOBase):
        """A body of two hundred megabytes that remembers how much of it was asked for."""

        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"x" * size

    body = Endless()
    answer = clerk.generic(
        "POST", ALL, b"", "multipart/form-data; boundary=b",
        **{"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": body},
    )  # fmt: skip
    assert (answer.status_code, codes(answer)) == (413, [("/file", "FILE_TOO_LARGE")])
    assert body.taken == 0
    # The form as a whole is short enough for the header, and the file in it is not.
    longer = post(clerk, sent(case, file=upload(PDF + bytes(1024 * 1024 + 10))))
    assert (longer.status_code, longer.json()["code"]) == (413, "FILE_TOO_LARGE")
    assert post(clerk, sent(case, file=upload(PDF + bytes(1024 * 1000)))).status_code == 201
    assert Document.objects.count() == 1


def test_the_same_key_uploads_once(files: Path) -> None:
    case, system = opened(), caller("DN.HC", "SYSTEM")
    assert post(system, sent(case)).json()["code"] == "IDEMPOTENCY_KEY_REQUIRED"
    answers = [post(system, sent(case), HTTP_IDEMPOTENCY_KEY="one") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() and answers[1]["Idempotency-Replayed"] == "true"
    other = post(system, sent(case, file=upload(PDF + b"\n")), HTTP_IDEMPOTENCY_KEY="one")
    assert other.status_code == 422 and Document.objects.count() == 1


def test_who_may_not_see_the_case_sees_no_document_of_it(files: Path) -> None:
    case = opened()
    judgment = Judgment.objects.get(pk=case.judgment_id)
    clerk, other = caller("DN.HC", "CLERK"), caller("DN.TK", "UNIT_HEAD")
    ids = [
        post(clerk, sent(one, kind)).json()["id"] for one, kind in ((case, "case"), (judgment, "judgment"))
    ]
    assert other.get(ALL).json()["results"] == []
    for key in ids:
        assert other.get(f"{ALL}{key}/").status_code == other.get(f"{ALL}{key}/content/").status_code == 404
        assert other.delete(f"{ALL}{key}/", HTTP_IF_MATCH='"1"').status_code == 404
    assert post(other, sent(case)).status_code == 404
    assert post(caller("DN.HC", "AUDITOR"), sent(case)).status_code == 403
    assert len(caller("DN.HC", "AUDITOR").get(ALL).json()["results"]) == 2


def test_described_anew_and_taken_out(files: Path) -> None:
    case, clerk = opened(), caller("DN.HC", "CLERK")
    body = post(clerk, sent(case)).json()
    url = f"{ALL}{body['id']}/"
    described = clerk.patch(url, {"title": "Biên bản thứ hai"}, format="json", HTTP_IF_MATCH='"1"')
    assert (described.json()["title"], described.json()["version"]) == ("Biên bản thứ hai", 2)
    replaced = clerk.put(url, {"title": "Ba", "kind": "OTHER"}, format="json", HTTP_IF_MATCH='"2"').json()
    assert (replaced["number"], replaced["dated_on"], replaced["sha256"]) == (None, None, body["sha256"])
    assert clerk.patch(url, {"size": 1}, format="json", HTTP_IF_MATCH='"3"').status_code == 400
    assert clerk.delete(url, HTTP_IF_MATCH='"1"').status_code == 412
    assert clerk.delete(url, HTTP_IF_MATCH='"3"').status_code == 204
    assert clerk.get(url).status_code == clerk.get(f"{url}content/").status_code == 404
    assert clerk.get(ALL).json()["results"] == []
    row = Document.objects.get()
    assert row.deleted_at is not None
    with storage.opened(row.sha256) as file:
        assert file.read() == PDF


def test_a_document_of_an_act_stays_while_the_act_stands(files: Path) -> None:
    case, head = opened(), caller("DN.HC", "UNIT_HEAD")
    acts = f"/api/v1/cases/{case.public_id}/acts/"
    act = head.post(acts, {"type": "VERIFICATION", "effective_on": "2023-12-01"}, format="json").json()
    body = post(head, sent(Act.objects.get(public_id=act["id"]), "act")).json()
    assert (body["case"], body["act"]) == (str(case.public_id), act["id"])
    url = f"{ALL}{body['id']}/"
    refused = head.delete(url, HTTP_IF_MATCH='"1"')
    assert (refused.status_code, codes(refused)) == (409, [("", "DOCUMENT_OF_STANDING_ACT")])
    void = {"type": "CORRECTION", "effective_on": "2023-12-01", "voids": act["id"]}
    assert head.post(acts, void, format="json").status_code == 201
    assert head.delete(url, HTTP_IF_MATCH='"1"').status_code == 204


def test_a_document_of_a_judgment_nobody_has_opened_a_case_on(files: Path) -> None:
    clerk = caller("DN.HC", "CLERK")
    row = clerk.post("/api/v1/judgments/", judgment_sent(), format="json").json()
    judgment = Judgment.objects.get(public_id=row["id"])
    body = post(clerk, sent(judgment, "judgment")).json()
    assert body["judgment"] == row["id"]
    refused = clerk.delete(f"/api/v1/judgments/{row['id']}/", HTTP_IF_MATCH='"1"')
    assert codes(refused) == [("", "JUDGMENT_HAS_DOCUMENTS")]


# --- The store ----------------------------------------------------------------------------------------------


def test_what_no_document_speaks_of_is_swept_once_it_is_old(files: Path) -> None:
    case, clerk = opened(), caller("DN.HC", "CLERK")
    kept = post(clerk, sent(case)).json()["sha256"]
    orphan = hashlib.sha256(PNG).hexdigest()
    storage.keep(io.BytesIO(PNG), orphan, len(PNG))
    half = files / "documents" / kept[:2] / f"{kept}.0123"
    half.write_bytes(b"half")
    assert sweep_orphans(now=timezone.now()) == 0, "an upload may still be under way"
    old = (timezone.now() - dt.timedelta(days=2)).timestamp()
    for path in (files / "documents").rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    # The transaction of this test still holds what it has just kept, as an upload under way does.
    later = timezone.now() + dt.timedelta(days=3)
    assert {storage.content_of(name) for name in storage.kept()} == {kept, orphan, half.name}
    assert sweep_orphans(now=later) == 2
    assert sweep_orphans(now=later) == 0
    assert [storage.content_of(name) for name in storage.kept()] == [kept]


def test_a_broken_file_in_the_store_is_written_again(files: Path) -> None:
    sha256 = hashlib.sha256(PDF).hexdigest()
    path = files / storage.name_of(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(PDF[:5])
    storage.keep(io.BytesIO(PDF), sha256, len(PDF))
    assert path.read_bytes() == PDF


def test_a_file_that_is_gone_is_said_to_be_gone(files: Path) -> None:
    body = post(caller("DN.HC", "CLERK"), sent(opened())).json()
    (files / storage.name_of(body["sha256"])).unlink()
    answer = caller("DN.HC", "CLERK").get(f"{ALL}{body['id']}/content/")
    assert (answer.status_code, answer.json()["code"]) == (410, "DOCUMENT_FILE_GONE")


def test_the_settings_choose_where_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, unless a bucket is named; the address and the keys of a bucket are not the settings' affair."""
    monkeypatch.delenv("THADS_DOCUMENT_BUCKET", raising=False)
    assert thads_settings._document_store() == {"BACKEND": "cases.storage.DocumentFiles"}
    monkeypatch.setenv("THADS_DOCUMENT_BUCKET", "giay-to")
    chosen = thads_settings._document_store()
    made = StorageHandler({storage.ALIAS: chosen})[storage.ALIAS]
    assert isinstance(made, DocumentBucket) and made.bucket_name == "giay-to"
    # Nobody finds a file by an address without a signature, and a name is kept as it is: it is the content.
    assert made.querystring_auth and made.default_acl is None and made.get_available_name("a/b") == "a/b"
