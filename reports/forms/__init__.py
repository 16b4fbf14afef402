"""The statutory forms, one definition file each: what is counted, in which rows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CLASSES, HOLDERS = "CLASSES", "HOLDERS"


@dataclass(frozen=True, slots=True)
class Form:
    """A form. ``layout`` CLASSES: initiation and case field, then thematic rows; HOLDERS: unit, then officer.

    ``averages`` names the columns whose average per officer goes with the form.
    """

    number: int
    title: str
    title_en: str
    measure: str
    book: str
    layout: str
    themes: list[str]
    averages: list[str]


@cache
def forms() -> Mapping[int, Form]:
    """All forms by number."""
    found = [
        Form(**tomllib.loads(path.read_text(encoding="utf-8")))
        for path in Path(__file__).parent.glob("form_*.toml")
    ]
    return {form.number: form for form in sorted(found, key=lambda form: form.number)}
