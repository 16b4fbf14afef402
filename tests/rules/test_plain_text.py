"""Words of a text: the same however it is written, bounded whatever it is."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from thads.common.plain_text import MOST, WORD, Wanted, found_in, plain, wanted, words

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwzàằầèềìòồờùừỳảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹáắấéếíóốớúứýạặậẹệịọộợụựỵ"
NAMES = st.text(VIETNAMESE + VIETNAMESE.upper() + " ", max_size=60)


def bare(text: str) -> str:
    """Without accents, by a way of its own."""
    folded = text.lower().replace("đ", "d")
    return unicodedata.normalize("NFD", folded).encode("ascii", "ignore").decode()


@given(NAMES)
def test_a_name_has_the_same_words_however_it_is_written(name: str) -> None:
    expected = list(dict.fromkeys(bare(name).split()))
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        for text in (name, name.upper(), name.lower(), name.title(), bare(name)):
            assert words(unicodedata.normalize(form, text)) == expected
    if expected:
        assert found_in(wanted(name), name.upper()) and found_in(wanted(bare(name)), "Ông", name)


@given(st.text(max_size=200))
def test_any_text_has_plain_words_by_which_it_is_found(text: str) -> None:
    found = words(text)
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text)) == found
    assert words(plain(text)) == found
    assert len(set(found)) == len(found)
    for word in found:
        assert len(word) <= 2 * WORD + 1
        assert all(sign.isalnum() for sign in word.replace("/", "", 1)), (
            "what the index reads without escapes"
        )
    asked = wanted(text)
    assert set(asked.words).issubset(found) and (asked.beginning is None or asked.beginning in found)
    assert bool(asked.words or asked.beginning) == bool(found)


@given(st.lists(st.text(max_size=300), max_size=30), st.integers(1, 200))
def test_there_is_an_end_to_words(texts: list[str], times: int) -> None:
    assert len(words(*(f"{text}{place}" for place in range(times) for text in texts))) <= MOST


def test_numbers_are_kept_together() -> None:
    assert words("123/QĐ-CCTHADS") == ["123", "qd", "ccthads", "123/qd", "qd/ccthads"]
    assert wanted("123/QĐ-CCTHADS") == Wanted(("123/qd", "qd/ccthads"), None)
    assert wanted("12 / 2024") == wanted("12/2024") == wanted("12-2024/") == Wanted(("12/2024",), None)
    assert wanted("Số 12") == Wanted(("so", "12"), None)
    for q in ("12/2024/HS-ST", "12/2024", "2024/hs", "12", "hs-st", "2024/HS–ST", "12.2024"):
        assert found_in(wanted(q), "12/2024/HS-ST"), q
    for q in ("2/2024", "12/2023", "2024/12", "12/hs", "1"):
        assert not found_in(wanted(q), "12/2024/HS-ST"), q


def test_words_are_whole_but_for_the_last() -> None:
    assert wanted("Nguyễn Văn  Đ") == Wanted(("nguyen", "van"), "d")
    assert found_in(wanted("nguyen van đ"), "NGUYỄN VĂN ĐƯỜNG")
    assert not found_in(wanted("nguy van"), "Nguyễn Văn Đường")
    assert wanted("an an") == Wanted((), "an")
    assert wanted("Trần-Văn, (Bé)") == Wanted(("tran", "van"), "be")


def test_odd_signs_do_no_harm() -> None:
    for text in ("", "🙂", "\u0301\u0302", "--//..", "\0", "\ud800", "_" * 10_000):
        assert words(text) == []
    assert words("Ðường ĐƯỜNG ðường") == ["duong"]
    assert words("１２/２０２４") == ["12", "2024", "12/2024"]
    assert words("x" * 1_000_000) == ["x" * WORD]
    assert len(words(" ".join(map(str, range(10_000))))) == MOST
    assert words("日本語 עברית") == ["日本語", "עברית"]
