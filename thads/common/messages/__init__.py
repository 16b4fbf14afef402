"""The words of every error code, in Vietnamese and English: ``*.toml`` beside this file, one row per code."""

from __future__ import annotations

import datetime as dt
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("vi", "en")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All messages by code. A code given twice, or in one language only, is a mistake in the files."""
    merged: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for code, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in merged:
                raise ValueError(f"message {code} stands twice, the second time in {path.name}")
            if set(row) != set(LANGUAGES):
                raise ValueError(f"message {code} in {path.name} needs exactly the languages {LANGUAGES}")
            merged[code] = row
    return merged


def text(code: str, params: Mapping[str, Any] | None = None, lang: str = "vi") -> str:
    """The sentence of ``code`` in ``lang`` (Vietnamese when the language is unknown).

    Raises KeyError for a code or a parameter the files do not know: a message that cannot be said is a
    defect.
    """
    row = catalogue()[code]
    return _Formatter(lang).vformat(row.get(lang, row["vi"]), (), dict(params or {}))


def with_bare_names(words: str) -> str:
    """The words of a code for a reader, to whom it is nothing how a parameter is formatted."""
    parts = string.Formatter().parse(words)
    return "".join(text if name is None else f"{text}{{{name}}}" for text, name, _, _ in parts)


class _Formatter(string.Formatter):
    """Python's own formatting; ``{amount:money}``: đồng in groups of three, as is written there; and
    ``{on:day}``: a day as people write it.
    """

    def __init__(self, lang: str) -> None:
        self._mark = "," if lang == "en" else "."

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "money":
            return f"{int(value):,}".replace(",", self._mark)
        if format_spec == "day":
            return _day(str(value))
        return str(super().format_field(value, format_spec))


def _day(value: str) -> str:
    """What is no day in ISO stays as it was sent."""
    try:
        return f"{dt.date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return value
