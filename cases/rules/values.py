"""Reading JSON values: what any reader of stories does with objects, lists, texts, codes, dates and money.

A reader collects faults instead of stopping at the first, so that one pass names everything that is wrong,
each with a JSON pointer. Pure.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from thads.common.errors import Fault

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: Up to 999,999 tỷ a line, more than the whole country has to enforce, so that sums stay within 64 bits.
_MONEY: Final = re.compile(r"[1-9]\d{0,14}", re.ASCII)
_SIGNED_MONEY: Final = re.compile(r"-?[1-9]\d{0,14}", re.ASCII)
#: Longer texts than any decision, name or note needs are refused rather than cut.
MAX_TEXT: Final = 2000
MAX_CODE: Final = 200
#: The longest list of a story: one case had over 43,000 creditors.
MAX_PARTS: Final = 100_000
#: How many faults, and warnings, of one story are told.
MAX_FAULTS: Final = 100
#: Data beside an act: deeper objects, and numbers that JSON writes in more than one way, are refused.
MAX_DATA_DEPTH: Final = 16
MAX_DATA_NUMBER: Final = 10**15


class ValueReader:
    """Takes values out of JSON objects. ``at`` is the pointer of the object, ``key`` the field read."""

    __slots__ = ("faults",)

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def _each(self, body: dict[str, Any], key: str, read: Callable[[object, str], Any]) -> list[Any]:
        raw = body.get(key)
        if raw is None:
            return []
        if not isinstance(raw, list):
            self._fault("NOT_A_LIST", f"/{key}")
            return []
        if len(raw) > MAX_PARTS:
            self._fault("LIST_TOO_LONG", f"/{key}", limit=MAX_PARTS)
            return []
        found = []
        for place, item in enumerate(raw):
            if len(self.faults) >= MAX_FAULTS:
                break
            part = read(item, f"/{key}/{place}")
            if part is not None:
                found.append(part)
        return found

    def _object(self, raw: object, at: str, keys: Collection[str]) -> dict[str, Any] | None:
        if raw is None:
            self._fault("MISSING", at, field=at.rpartition("/")[2])
            return None
        if not isinstance(raw, dict):
            self._fault("NOT_AN_OBJECT", at)
            return None
        if not raw.keys() <= keys:  # type: ignore[operator]
            for key in raw.keys() - keys:
                self._fault("FIELD_UNKNOWN", f"{at}/{escaped(key)}", key=shown(key))
        return raw

    def _text(
        self, body: dict[str, Any], at: str, key: str, *, required: bool = False, limit: int = MAX_TEXT
    ) -> str | None:
        value = body.get(key)
        if value is None:
            if required:
                self._fault("MISSING", f"{at}/{key}", field=key)
            return None
        if not isinstance(value, str) or not value.strip() or "\x00" in value:
            self._fault("TEXT_INVALID", f"{at}/{key}", field=key)
            return None
        # Composing can make a text longer, so the length that counts is that of what is kept.
        kept = composed(value)
        if len(kept) > limit:
            self._fault("TEXT_TOO_LONG", f"{at}/{key}", field=key, limit=limit)
            return None
        return kept

    def _code(
        self, body: dict[str, Any], at: str, key: str, known: Collection[str], *, required: bool = False
    ) -> str | None:
        value = body.get(key)
        if value is None:
            if required:
                self._fault("MISSING", f"{at}/{key}", field=key)
            return None
        if not isinstance(value, str) or value not in known:
            self._fault("CODE_UNKNOWN", f"{at}/{key}", field=key, code=shown(value))
            return None
        return value

    def _date(self, body: dict[str, Any], at: str, key: str, *, required: bool = False) -> dt.date | None:
        value = body.get(key)
        if value is None:
            if required:
                self._fault("MISSING", f"{at}/{key}", field=key)
            return None
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        self._fault("DATE_INVALID", f"{at}/{key}", field=key, value=shown(value))
        return None

    def _money(self, body: dict[str, Any], at: str, *, signed: bool = False) -> int | None:
        if "amount" not in body:
            return None
        value = body["amount"]
        if isinstance(value, str) and (_SIGNED_MONEY if signed else _MONEY).fullmatch(value):
            return int(value)
        self._fault("AMOUNT_INVALID", f"{at}/amount", value=shown(value))
        return None

    def _ref(self, body: dict[str, Any], at: str, refs: dict[str, int]) -> str | None:
        ref = self._text(body, at, "ref", required=True, limit=MAX_CODE)
        if ref is None:
            return None
        if ref in refs:
            self._fault("REF_TWICE", f"{at}/ref", ref=ref)
        refs[ref] = int(at.rpartition("/")[2])
        return ref

    def _reference(
        self, body: dict[str, Any], at: str, key: str, refs: Mapping[str, int], *, required: bool = False
    ) -> int | None:
        ref = body.get(key)
        if ref is None:
            if required:
                self._fault("MISSING", f"{at}/{key}", field=key)
            return None
        index = refs.get(composed(ref)) if isinstance(ref, str) else None
        if index is None:
            self._fault("REF_UNKNOWN", f"{at}/{key}", field=key, ref=shown(ref))
        return index

    def _fault(self, code: str, pointer: str, /, **params: Any) -> None:
        self.faults.append(Fault(code, pointer, params))


def keepable(value: object, depth: int) -> bool:
    """Whether the register gives this JSON value back exactly as it was: no character 0, no number of
    ±10^15 or more, no minus zero, no deeper than ``depth``.
    """
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, float):
        return abs(value) < MAX_DATA_NUMBER and (value != 0 or str(value) == "0.0")
    if isinstance(value, int):
        return abs(value) < MAX_DATA_NUMBER
    if isinstance(value, dict):
        return depth > 0 and all("\x00" not in k and keepable(v, depth - 1) for k, v in value.items())
    if isinstance(value, list):
        return depth > 0 and all(keepable(item, depth - 1) for item in value)
    return value is None


def shown(value: object) -> str:
    """A value as a message may show it: short."""
    text = (value if isinstance(value, str) else repr(value)).replace("\x00", "␀")
    return text if len(text) <= 60 else text[:57] + "…"


def escaped(key: object) -> str:
    """A key as a JSON pointer writes it (RFC 6901)."""
    return shown(key).replace("~", "~0").replace("/", "~1")


def composed(text: str) -> str:
    """Vietnamese is written in two ways that look alike; one of them (NFC) is kept, without outer blanks."""
    return unicodedata.normalize("NFC", text.strip())
