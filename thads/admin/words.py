"""The words of the admin site in Vietnamese and English: ``words.toml``, one row per key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from cases.rules.tables import tables
from thads.common.labels import Label

_FILE = Path(__file__).with_name("words.toml")


@cache
def words() -> Mapping[str, Label]:
    """Every row by its key, ``section.name``. Raises ValueError for a row that lacks a language."""
    found = {}
    for section, rows in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        for name, row in rows.items():
            if set(row) != {"vi", "en"}:
                raise ValueError(f"{section}.{name} in {_FILE.name} needs exactly vi and en")
            found[f"{section}.{name}"] = Label(row["vi"], row["en"])
    return found


def lang() -> str:
    """The language of the page: ``vi`` or ``en``."""
    return "en" if get_language() == "en" else "vi"


def say(key: str, **values: Any) -> str:
    """The words of ``key`` in the language of the page. Raises KeyError for a key that has none."""
    text = words()[key].text(lang())
    return text.format(**values) if values else text


_CODE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b")


def in_words(sentence: str) -> str:
    """A sentence of the rules as people read it: codes of acts, states and kinds by their names."""
    law = tables()
    lists = (law.act_types, law.buckets, law.obligation_kinds)

    def named(found: re.Match[str]) -> str:
        for rows in lists:
            row: Any = rows.get(found[0])  # type: ignore[attr-defined]
            if row is not None:
                return f"“{row.name(lang())}”"
        return found[0]

    return _CODE.sub(named, sentence)


def later(key: str) -> Any:
    """The same, said when the page is made: for settings."""
    return lazy(say, str)(key)
