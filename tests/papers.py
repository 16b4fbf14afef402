"""Files, judgments and cases for the tests of documents, parties and judgments."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case
from tests.registers import bring_in, made_story

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def docx(*, macros: bool = False) -> bytes:
    """The least that is a Word document, the same bytes at any time."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        package.writestr(zipfile.ZipInfo("word/document.xml"), "<w:document/>")
        if macros:
            package.writestr(zipfile.ZipInfo("word/vbaProject.bin"), b"\0")
    return held.getvalue()


def upload(
    content: bytes = PDF, name: str = "biên bản.pdf", declared: str = "application/pdf"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, declared)


def opened(**story: Any) -> Case:
    """A case of Hải Châu, not counted."""
    (key,) = bring_in([made_story(**story)], counted=False)
    case: Case = Case.objects.select_related("judgment").get(pk=key)
    return case


def judgment_sent(**more: Any) -> dict[str, Any]:
    """A judgment as a court sends it, with a party and two lines."""
    return {
        "number": "31/2026/HS-ST",
        "issued_on": "2026-05-20",
        "effective_on": "2026-06-20",
        "issuer": "TAND khu vực 1 – Đà Nẵng",
        "instrument_type": "CRIMINAL_JUDGMENT",
        "received_on": "2026-07-01",
        "external_ids": [{"system": "court", "value": "BA-31"}],
        "parties": [
            {
                "ref": "d1",
                "role": "DEBTOR",
                "kind": "PERSON",
                "name": "Nguyễn Văn A",
                "id_number": "048090000001",
                "address": "12 Lê Lợi, Hải Châu, Đà Nẵng",
            }
        ],
        "obligations": [
            {"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000"},
            {"ref": "o2", "kind": "EVIDENCE_DESTRUCTION", "debtor": "d1"},
        ],
        **more,
    }
