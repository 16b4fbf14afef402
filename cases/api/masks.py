"""What of a person's identifiers everybody may see: enough to tell two people apart, not to use.

Who sees them whole: a role with SEE_IDENTIFIERS, an officer those of his own cases. A key with the role
OFFICER that was given to no officer has no own cases.
"""

from __future__ import annotations

from typing import Any, Final

from cases.actions.parties import SEALED
from officers.roles import Permission, may
from thads.common import sealing
from thads.common.principal import Principal

_SHOWN = 4
_SHOWN_OF_PHONE = 3


def lifted(principal: Principal) -> bool:
    """Whether ``principal`` sees what is behind the masks of the cases that he may see."""
    own_only = principal.role == "OFFICER"
    return may(principal, Permission.SEE_IDENTIFIERS) and not (own_only and principal.officer_id is None)


def shown_identifiers(row: dict[str, Any], clear: bool) -> dict[str, str | None]:
    """Identity number, address, phone and account of a row with the columns of a party, as they are kept."""
    opened = {
        name: None if row.get(column) is None else sealing.unseal(_bytes(row[column]))
        for name, column in SEALED.items()
    }
    if clear:
        return {**opened, "address": row["address"]}
    return {
        "id_number": masked_number(opened["id_number"]),
        "address": masked_address(row["address"]),
        "phone": masked_phone(opened["phone"]),
        "account": masked_number(opened["account"]),
    }


def masked_field(name: str, value: Any) -> Any:
    """A value of a party by the name of its field; what is no identifier stays in clear."""
    mask = _MASKS.get(name)
    return value if mask is None else mask(value)


def _bytes(sealed: Any) -> bytes:
    """As the database gives it, or in hexadecimal out of JSON."""
    return bytes.fromhex(sealed) if isinstance(sealed, str) else bytes(sealed)


def masked_number(number: str | None) -> str | None:
    """An identity or account number with its last digits in clear: at most four, never more than a third."""
    return _ends(number, _SHOWN)


def masked_phone(phone: str | None) -> str | None:
    """A telephone number with its last digits, at most three, in clear."""
    return _ends(phone, _SHOWN_OF_PHONE)


def masked_address(address: str | None) -> str | None:
    """An address without its house and street: what stands after the last comma."""
    if address is None:
        return None
    _, comma, last = address.rpartition(",")
    return f"***, {last.strip()}" if comma and last.strip() else "***"


def _ends(text: str | None, most: int) -> str | None:
    if text is None:
        return None
    shown = min(most, len(text) // 3)
    return "*" * (len(text) - shown) + text[len(text) - shown :]


_MASKS: Final = {
    "id_number": masked_number,
    "address": masked_address,
    "phone": masked_phone,
    "account": masked_number,
}
