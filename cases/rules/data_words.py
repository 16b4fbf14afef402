"""The words of what an act says in its ``data``: what each key is called, and the codes that some take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cases.rules.clock_words import FACTS
from thads.common.labels import CodeList, Label

#: What a verification came to.
_CONCLUSIONS: Final[CodeList] = {
    "ENFORCEABLE": Label("Có điều kiện thi hành", "There are conditions for enforcement"),
    "NO_CONDITION": Label("Chưa có điều kiện thi hành", "There are no conditions for enforcement"),
}

#: Why a right or duty passes on.
_SUCCESSION_REASONS: Final[CodeList] = {
    "DEATH": Label("Cá nhân chết, có người thừa kế", "A person died and has heirs"),
    "MERGER": Label("Tổ chức hợp nhất, sáp nhập", "Organisations merged"),
    "DIVISION": Label("Tổ chức chia, tách", "An organisation was divided"),
    "ASSIGNMENT": Label("Chuyển giao quyền yêu cầu", "A claim was assigned"),
    "DEBT_TRANSFER": Label("Chuyển giao nghĩa vụ", "A debt was taken over"),
    "OTHER": Label("Lý do khác", "Another reason"),
}

KEYS: Final[CodeList] = {
    "fact": Label("Sự kiện", "Fact"),
    "conclusion": Label("Kết luận xác minh", "What the verification came to"),
    "legal_consequence": Label("Hậu quả pháp lý", "Legal consequence"),
    "at": Label("Giờ thực hiện", "Moment"),
    "relief": Label("Theo quyết định miễn, giảm", "Follows the relief"),
    "from": Label("Người chuyển giao", "Whose right or duty passes on"),
    "to": Label("Người nhận chuyển giao", "Who succeeds"),
    "reason": Label("Lý do", "Reason"),
    "requested_on": Label("Ngày văn bản yêu cầu", "Date of the request"),
    "until": Label("Hoãn đến ngày", "Deferred until"),
    "debtors": Label("Người phải thi hành án", "Debtors"),
}
#: The codes that a key takes, where it takes codes.
CHOICES: Final[Mapping[str, CodeList]] = {
    "fact": FACTS,
    "conclusion": _CONCLUSIONS,
    "reason": _SUCCESSION_REASONS,
}


def name_of(key: str, lang: str) -> str:
    """What a key is called; one without a name by itself."""
    found = KEYS.get(key)
    return key if found is None else found.text(lang)


def choice_of(key: str, code: str, lang: str) -> str:
    """What a code of a key is called; one without a name by itself."""
    found = CHOICES.get(key, {}).get(code)
    return code if found is None else found.text(lang)
