"""Every word of the pages stands in both languages, and figures are printed as people print them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from django.utils import translation

import thads.admin
from thads.admin import formats, words

FOLDER = Path(thads.admin.__file__).parent
SOURCES = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py")]


def test_every_row_has_both_languages_and_the_same_values() -> None:
    for key, label in words.words().items():
        assert label.vi.strip() and label.en.strip(), key
        names = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (label.vi, label.en)
        ]
        assert names[0] == names[1], key


def test_every_word_that_a_page_says_is_known() -> None:
    said = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r"""\bsay\w*\(?\s*f?["']([a-z_]+\.\w+)["']""", text))
    assert len(said) > 150
    assert not said - set(words.words())


@pytest.mark.parametrize(
    ("shown", "vi", "en"),
    [
        (lambda: formats.grouped("12082"), "12.082", "12,082"),
        (lambda: formats.percent("45.67"), "45,67 %", "45.67%"),
        (lambda: formats.thousands("1499"), "1", "1"),
        (lambda: formats.thousands("1500"), "2", "2"),
        (lambda: formats.billions("11589000000000"), "11.589", "11,589"),
        (lambda: formats.billions("824000000000"), "824,0", "824.0"),
        (lambda: formats.signed("-2810", 2), "−2.810,00", "−2,810.00"),
        (
            lambda: formats.money("9007199254740993000"),
            "9.007.199.254.740.993.000",
            "9,007,199,254,740,993,000",
        ),
        (lambda: formats.percent(None), "–", "–"),
    ],
)
def test_figures_are_printed_as_people_print_them(shown: object, vi: str, en: str) -> None:
    for lang, wanted in (("vi", vi), ("en", en)):
        with translation.override(lang):
            assert shown() == wanted  # type: ignore[operator]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1/8/2026", "2026-08-01"),
        ("01-08-2026", "2026-08-01"),
        ("2026-08-01", "2026-08-01"),
        ("hôm nay", "hôm nay"),
    ],
)
def test_days_are_typed_as_people_type_them(typed: str, read: str) -> None:
    assert formats.plain_day(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("5.000.000", "5000000"),
        ("5,000,000 đ", "5000000"),
        ("-2 000", "-2000"),
        ("−2.000", "-2000"),
        ("nhiều", "nhiều"),
    ],
)
def test_money_is_typed_as_people_type_it(typed: str, read: str) -> None:
    assert formats.plain_amount(typed) == read


def test_words_of_the_frame_are_vietnamese() -> None:
    """The compiled words are those of the source."""
    source = (FOLDER / "locale/vi/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'msgid "(.+)"\nmsgstr "(.+)"', source)
    assert len(pairs) > 10
    with translation.override("vi"):
        assert {text: translation.gettext(text) for text, _ in pairs} == dict(pairs)
