"""Figures, money and days as they are printed: 12.082 việc, 1.000 đ, tỷ, 45,67 %, 31/12/2024."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from thads.admin.words import lang

NOTHING = "–"
_TYPED_DAY = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")


def grouped(value: Any, decimals: int = 0) -> str:
    """A number with its thousands apart: 12.082 and 45,67 in Vietnamese, 12,082 and 45.67 in English."""
    number = _number(value)
    if number is None:
        return NOTHING
    text = f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,.{decimals}f}"
    return (text if lang() == "en" else text.translate(str.maketrans(",.", ".,"))).replace("-", "−")


def money(value: Any) -> str:
    """đồng, whole."""
    return grouped(value)


def thousands(value: Any) -> str:
    """đồng in units of 1.000 đ, as the forms print them, rounded half up."""
    number = _number(value)
    return NOTHING if number is None else grouped(number / 1000)


def billions(value: Any) -> str:
    """đồng in tỷ, with three decimals below one, one below a thousand, none above."""
    number = _number(value)
    if number is None:
        return NOTHING
    amount = number / 1_000_000_000
    size = abs(amount)
    return grouped(amount, 0 if size >= 1000 or not size else 1 if size >= 1 else 3)


def percent(value: Any) -> str:
    number = _number(value)
    if number is None:
        return NOTHING
    return grouped(number, 2) + ("%" if lang() == "en" else " %")


def signed(value: Any, decimals: int = 0) -> str:
    """A difference, always with its sign."""
    number = _number(value)
    if number is None:
        return NOTHING
    return ("+" if number > 0 else "") + grouped(number, decimals)


def day(value: Any) -> str:
    """31/12/2024, from a date or its ISO text."""
    found = value if isinstance(value, dt.date) else parse_date(str(value or "")[:10])
    return found.strftime("%d/%m/%Y") if found else NOTHING


def moment(value: Any) -> str:
    """31/12/2024 09:05, in the time of Vietnam."""
    found = value if isinstance(value, dt.datetime) else parse_datetime(str(value or ""))
    return timezone.localtime(found).strftime("%d/%m/%Y %H:%M") if found else NOTHING


def last_day(value: Any) -> str:
    """The last day of what ends at a moment: 31/12/2024 for the midnight after it."""
    found = parse_datetime(str(value or ""))
    return timezone.localtime(found - dt.timedelta(microseconds=1)).strftime("%d/%m/%Y") if found else NOTHING


def plain_day(typed: str) -> str:
    """A day as people type it, 1/8/2026 or 01-08-2026, as the API reads it; what is no day stays as it is,
    and is refused there.
    """
    found = _TYPED_DAY.fullmatch(typed.strip())
    if not found:
        return typed.strip()
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"


def typed_day(value: str) -> str:
    """A day for a field of a form: 01/08/2026 for an ISO date, anything else as it was typed."""
    found = parse_day(value)
    return found.strftime("%d/%m/%Y") if found else value


def parse_day(value: str) -> dt.date | None:
    """The date of an ISO text; None for anything else."""
    try:
        return parse_date(value)
    except ValueError:
        return None


def plain_amount(typed: str) -> str:
    """An amount as people type it, as the API reads it: without the signs that group thousands."""
    text = typed.strip().replace("−", "-")
    for sign in (" ", "\u00a0", ".", ",", "đ", "₫"):
        text = text.replace(sign, "")
    return text


def _number(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
