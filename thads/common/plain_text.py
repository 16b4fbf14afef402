"""Text without accents, and the words a text is found by.

Names are written with composed or decomposed accents, in capitals or without any accent at all, and asked for
in another of these ways. Both sides are brought to the same plain words here, and nowhere else.

A number with its signs is kept together as well: ``12/2024/HS-ST`` has the words ``12``, ``2024``, ``hs``
and ``st`` and the pairs ``12/2024``, ``2024/hs`` and ``hs/st``. So it is found by any part of it, and who
asks for ``12/2024`` does not find what has a 12 in one place and a 2024 in another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

#: Characters of a word that count; two words with the same beginning of this length are one.
WORD: Final = 40
#: Words and pairs by which a text, or several together, are found; the first ones count.
MOST: Final = 2_500

#: The letters đ and ð, which look the same as capitals and are mistaken for each other; they do not come
#: apart into a d and a mark.
_D: Final = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ɖ": "d", "Ɖ": "D"})
_WORD: Final = re.compile(r"[^\W_]+")
#: Nearly all of the marks that letters of our texts are written with.
_MARKS: Final = re.compile("[\u0300-\u036f]+")
#: What stands between the parts of a number.
_JOINED: Final = re.compile(r"\s*/\s*|[/\\.\-‐–—−]{1,2}")
_DIGIT: Final = re.compile(r"\d")


class Wanted(NamedTuple):
    """What a text asks for: every one of ``words``, and a word that begins with ``beginning`` if there is
    one.
    """

    words: tuple[str, ...]
    beginning: str | None


def plain(text: str) -> str:
    """``text`` without accents, in small letters, with single spaces between its parts."""
    if not text.isascii():
        text = _bare(_bare(text).translate(_D))
    if not text.isascii():
        # Small letters may come apart again.
        text = _bare(text.casefold())
    return " ".join(text.lower().split())


def _bare(text: str) -> str:
    decomposed = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if decomposed.isascii():
        return decomposed
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def words(*texts: str) -> list[str]:
    """The words and the pairs that these texts are found by, each once, at most ``MOST``."""
    found: dict[str, None] = {}
    for text in texts:
        for part in _parts(text):
            found.update(dict.fromkeys(part))
            found.update(dict.fromkeys(_pairs(part)))
            if len(found) >= MOST:
                return list(found)[:MOST]
    return list(found)


def wanted(text: str) -> Wanted:
    """What ``text`` asks for. A number is asked for as it stands; of everything else the last word may be the
    beginning of one, because it may still be being typed.
    """
    asked: dict[str, None] = {}
    last: str | None = None
    for part in _parts(text):
        pairs = _pairs(part)
        asked.update(dict.fromkeys(pairs or part))
        last = None if pairs or _DIGIT.search(part[0]) else part[0]
    if last is not None:
        asked.pop(last)
    return Wanted(tuple(asked), last)


def found_in(asked: Wanted, *texts: str) -> bool:
    """Whether these texts together have what is asked for."""
    known = words(*texts)
    if not set(asked.words).issubset(known):
        return False
    return asked.beginning is None or any(word.startswith(asked.beginning) for word in known)


def _pairs(part: list[str]) -> list[str]:
    return [f"{one}/{next_one}" for one, next_one in pairwise(part)]


def _parts(text: str) -> Iterator[list[str]]:
    """The words of ``text`` one by one, those of one number together."""
    text = plain(text)
    together: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        if together and not _JOINED.fullmatch(text, end, match.start()):
            yield from _number_or_words(together)
            together = []
        together.append(match[0][:WORD])
        end = match.end()
    if together:
        yield from _number_or_words(together)


def _number_or_words(together: list[str]) -> Iterable[list[str]]:
    return [together] if any(map(_DIGIT.search, together)) else [[word] for word in together]
