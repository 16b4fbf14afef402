"""Parties, documents and tags of a case: put right, looked behind, brought in, fetched, taken out."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case, CaseTag, Document, Party, RevealLog, Tag
from tests.admin.people import fields, signed_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def officer(staff: None) -> Client:
    return signed_in("DN.HC", "OFFICER", "DN.HC.01")


def test_a_party_is_put_right_on_the_version_looked_at(officer: Client, case: str) -> None:
    party = Party.objects.filter(case__public_id=case).order_by("position")[0]
    url = f"/admin/parties/{party.public_id}/change/"
    mine, others = officer.get(url), officer.get(url)
    assert "048090000001" in mine.content.decode()
    typed = {"name": party.name, "id_number": "048090000002", "address": "24 Trần Phú", "phone": "0905123567",
             "account": "", "step": "save"}  # fmt: skip
    done = officer.post(url, {**fields(others), **typed})
    assert done.status_code == 302, done.content.decode()
    shown = officer.get(f"/admin/cases/{case}/").content.decode()
    assert "048090000002" in shown and "0905123567" in shown
    late = officer.post(url, {**fields(mine), **typed, "name": "Người Khác"})
    assert late.status_code == 412 and "Người khác vừa sửa" in late.content.decode()
    assert officer.post(url, {**fields(mine), **typed}).status_code == 302, "nothing is left to change"
    history = f"/admin/cases/{case}/history/"
    told = officer.get(history).content.decode()
    assert "Sửa thông tin đương sự" in told and party.name in told
    assert "<del>048090000001</del>" in told and "<ins>048090000002</ins>" in told
    masked = signed_in("DN.HC", "AUDITOR").get(history).content.decode()
    assert "<ins>********0002</ins>" in masked and "04809000000" not in masked


def test_a_look_behind_the_mask_needs_a_reason_and_is_shown_once(case: str) -> None:
    examiner = signed_in("DN.HC", "EXAMINER", "DN.HC.77")
    shown = examiner.get(f"/admin/cases/{case}/").content.decode()
    assert "048090000001" not in shown and "Xem phần bị che" in shown and "Sửa thông tin" not in shown
    party = Party.objects.filter(case__public_id=case).order_by("position")[0]
    assert examiner.get(f"/admin/parties/{party.public_id}/change/").status_code == 403
    url = f"/admin/parties/{party.public_id}/reveal/"
    form = fields(examiner.get(url))
    short = examiner.post(url, {**form, "reason": "xem", "fields": ["id_number"]})
    assert short.status_code in (400, 422) and 'class="fault"' in short.content.decode()
    sent = {**form, "token": "reveal-1", "reason": "Đối chiếu căn cước khi tống đạt", "fields": ["id_number"]}
    look = examiner.post(url, sent)
    page = look.content.decode()
    assert "048090000001" in page and "đã được ghi vào nhật ký" in page and "12 Lê Lợi" not in page
    assert "no-store" in look.headers["Cache-Control"]
    again = examiner.post(url, sent).content.decode()
    assert "048090000001" not in again and RevealLog.objects.count() == 1
    log = signed_in("DN", "HEAD").get("/admin/reveals/").content.decode()
    assert "Đối chiếu căn cước" in log and "Người EXAMINER (DN.HC.77)" in log and "048090000001" not in log
    assert examiner.get("/admin/reveals/").status_code == 403


def test_a_document_comes_in_is_fetched_and_taken_out(officer: Client, case: str) -> None:
    url = f"/admin/cases/{case}/documents/"
    form = fields(officer.get(url))
    told = {"title": "Biên bản “xác minh”", "kind": "VERIFICATION_RECORD", "dated_on": "1/8/2024"}

    def send(**more: object) -> object:
        file = SimpleUploadedFile("biên bản.pdf", PDF, "application/pdf")
        return officer.post(url, {**form, **told, "file": file, **more})

    assert [send().status_code for _ in range(2)] == [302, 302]  # type: ignore[attr-defined]
    row = Document.objects.get()
    assert row.title == "Biên bản “xác minh”" and row.file_name == "biên bản.pdf"
    page = officer.get(url).content.decode()
    assert "biên bản.pdf" in page and "Nguyễn Minh Tuấn (DN.HC.01)" in page
    fetched = officer.get(f"/admin/documents/{row.public_id}/content/")
    assert b"".join(fetched.streaming_content) == PDF  # type: ignore[attr-defined]
    assert "attachment" in fetched.headers["Content-Disposition"]
    fake = SimpleUploadedFile("a.pdf", b"MZ not a pdf", "application/pdf")
    wrong = send(file=fake, token="another")
    assert wrong.status_code in (415, 422) and "note bad" in wrong.content.decode()  # type: ignore[attr-defined]
    assert officer.post(url, {**form, **told}).status_code == 422
    foreign = signed_in("DN.TK", "CLERK")
    for address in (url, f"/admin/documents/{row.public_id}/", f"/admin/documents/{row.public_id}/content/"):
        assert foreign.get(address).status_code == 404
    change = f"/admin/documents/{row.public_id}/change/"
    opened = officer.get(change)
    kept = {"title": "Biên bản", "kind": "MINUTES", "number": "", "dated_on": "", "step": "save"}
    assert officer.post(change, {**fields(opened), **kept}).status_code == 302
    assert "Biên bản làm việc" in officer.get(f"/admin/documents/{row.public_id}/").content.decode()
    gone = officer.post(change, {**fields(officer.get(change), 1), "step": "remove"})
    assert gone.status_code == 302 and gone["Location"] == url
    assert "Chưa có tài liệu nào" in officer.get(url).content.decode()
    judgment = Case.objects.get(public_id=case).judgment.public_id
    assert officer.get(f"/admin/judgments/{judgment}/documents/").status_code == 200


def test_a_tag_goes_on_and_off(case: str) -> None:
    clerk = signed_in("DN.HC", "CLERK")
    new = "/admin/tags/new/"
    typed = {"name": "Cần phối hợp xã", "unit": "DN.HC", "colour": "#d97706"}
    assert clerk.post(new, {**fields(clerk.get(new)), **typed}).status_code == 302
    tag, url = Tag.objects.get(), f"/admin/cases/{case}/tags/"
    assert [clerk.post(url, {"tag": str(tag.public_id)}).status_code for _ in range(2)] == [302, 302]
    assert CaseTag.objects.filter(ended_at=None).count() == 1
    assert "Cần phối hợp xã" in clerk.get(f"/admin/cases/{case}/").content.decode()
    assert case in clerk.get(f"/admin/cases/?tag={tag.public_id}").content.decode()
    assert clerk.post(url, {"tag": str(tag.public_id), "step": "take"}).status_code == 302
    assert not CaseTag.objects.filter(ended_at=None).exists()
    assert signed_in("DN.HC", "AUDITOR").post(url, {"tag": str(tag.public_id)}).status_code == 403
