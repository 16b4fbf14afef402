"""The language of an answer: ``?lang=vi|en``, else Accept-Language, else Vietnamese."""

from __future__ import annotations

from typing import Any

from django.utils.translation.trans_real import parse_accept_lang_header

from thads.common.messages import LANGUAGES


def language_of(request: Any) -> str:
    """``vi`` or ``en``. An unknown ``lang`` is refused by the view; here it falls back, so that the refusal
    has words.
    """
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return str(asked)
    for tag, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if (primary := tag.partition("-")[0]) in LANGUAGES:
            return str(primary)
    return LANGUAGES[0]
