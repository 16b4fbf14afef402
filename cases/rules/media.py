"""What a file is, by its content: the types that are taken, and whether what was declared is true. Pure but
for reading the bytes handed in.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Final

import puremagic

from cases.rules.values import shown
from thads.common.errors import Fault, Refused

#: How much of the beginning of a file tells its kind.
_HEAD: Final = 4096
#: The most members of a package that are looked at, so that no archive keeps anybody busy.
_MEMBERS: Final = 10_000

PDF, PNG, JPEG, TIFF = "application/pdf", "image/png", "image/jpeg", "image/tiff"
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
DOCX, XLSX = f"{_OOXML}.wordprocessingml.document", f"{_OOXML}.spreadsheetml.sheet"
ODT, ODS = f"{_ODF}.text", f"{_ODF}.spreadsheet"
DOC, XLS = "application/msword", "application/vnd.ms-excel"
#: The types that are taken, and the endings of the names of such files.
TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    PDF: ("pdf",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
    TIFF: ("tif", "tiff"),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    ODT: ("odt",),
    ODS: ("ods",),
    DOC: ("doc",),
    XLS: ("xls",),
}
#: What a browser may show by itself without running anything of the file.
SHOWABLE: Final = frozenset({PDF, PNG, JPEG})
#: What callers write who do not say what it is.
_UNDECLARED: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
#: Other names of the same types.
_SAME: Final = {"image/jpg": JPEG, "image/pjpeg": JPEG, "image/x-png": PNG, "application/x-pdf": PDF}

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE = b"PK\x03\x04"
#: The member that only such a package has.
_MAIN: Final = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the sender says of a file: its name, and its type where he gives one."""

    name: str
    media_type: str

    @property
    def ending(self) -> str:
        return PurePath(self.name).suffix.removeprefix(".").lower()


def media_type_of(file: IO[bytes], declared: Declared) -> str:
    """The type of ``file`` by its content. Raises Refused when it is none of those that are taken, or when
    the declared name or type says something else; the refusal names what was declared and what was found.
    """
    found = _found(file, declared)
    file.seek(0)
    if found is None:
        listed = ", ".join(ending for endings in TAKEN.values() for ending in endings)
        params = {"name": shown(declared.name), "type": shown(declared.media_type or "–"), "taken": listed}
        raise Refused(Fault("DOCUMENT_TYPE_NOT_TAKEN", "/file", params))
    said = declared.media_type.partition(";")[0].strip().lower()
    said = _SAME.get(said, said)
    if declared.ending not in TAKEN[found] or (said not in _UNDECLARED and said != found):
        params = {
            "name": shown(declared.name),
            "type": shown(declared.media_type or "–"),
            "found": f"{found} (.{TAKEN[found][0]})",
        }
        raise Refused(Fault("DOCUMENT_TYPE_UNTRUE", "/file", params))
    return found


def _found(file: IO[bytes], declared: Declared) -> str | None:
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(_PACKAGE):
        return _packaged(file)
    if head.startswith(_COMPOUND):
        # Old office files of every kind begin alike, so which of the two it is only its name can say.
        return {"doc": DOC, "xls": XLS}.get(declared.ending, DOC)
    try:
        likely = [match.mime_type for match in puremagic.magic_string(head)]
    except puremagic.PureError:
        return None
    return next((one for one in likely if one in (PDF, PNG, JPEG, TIFF)), None)


def _packaged(file: IO[bytes]) -> str | None:
    """The type of an office package; None for any other archive, and for one that brings macros with it."""
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist()[:_MEMBERS])
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next((kind for main, kind in _MAIN.items() if main in names), None)
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                said = package.read("mimetype").decode("ascii", "replace").strip()
                return said if said in (ODT, ODS) else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        # Whatever an archive can be broken in: then it is none that is taken.
        return None
    return None
