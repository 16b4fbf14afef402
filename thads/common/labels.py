"""Words for codes: what an enumeration's upper-case code is called in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a code in both languages of the service."""

    vi: str
    en: str

    def text(self, lang: str = "vi") -> str:
        return self.en if lang == "en" else self.vi


CodeList = Mapping[str, Label]


def label(codes: CodeList, code: str, lang: str = "vi") -> str:
    """The name of ``code`` in ``lang``; a code without a name, and no code, are shown as they are."""
    known = codes.get(code)
    return known.text(lang) if known else code


def choices(codes: CodeList) -> list[tuple[str, str]]:
    """The list as Django field choices, in Vietnamese."""
    return [(code, name.vi) for code, name in codes.items()]
