"""What of a person's identifiers everybody may see: enough to tell two people apart, not to use."""

from __future__ import annotations

_SHOWN = 4


def masked_number(number: str | None) -> str | None:
    """An identity number with its last digits, at most four and never more than a third, in clear."""
    if number is None:
        return None
    shown = min(_SHOWN, len(number) // 3)
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def masked_address(address: str | None) -> str | None:
    """An address without its house and street: what stands after the last comma."""
    if address is None:
        return None
    _, comma, last = address.rpartition(",")
    return f"***, {last.strip()}" if comma and last.strip() else "***"
