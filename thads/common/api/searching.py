"""``q``: rows found by words, written with accents or without."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

from thads.common.api.parameters import Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest
from thads.common.labels import Label
from thads.common.plain_text import Wanted, found_in, wanted

Q: Final = "q"
#: Characters, and words, that are taken.
LONGEST: Final = 200
MOST_WORDS: Final = 12


def search_parameter(within: Label) -> Parameter:
    """``q`` of a list that is searched in what ``within`` names."""
    return Parameter(
        Q,
        Label(
            f"Tìm trong {within.vi}; có dấu hay không dấu, chữ hoa hay thường đều như nhau. Phải có đủ các "
            "từ; từ cuối có thể mới gõ phần đầu. Số hiệu viết liền (12/2024) được tìm đúng như vậy.",
            f"Search in {within.en}; with or without accents, in any case of letters. Every word has to be "
            "there; of the last one the beginning is enough. A number (12/2024) is found as it stands.",
        ),
        example="nguyen van",
    )


def read_search(given: str | None) -> Wanted | None:
    """What ``q`` asks for; None when it is not given or blank. Raises BadRequest when it is too long, or has
    no word in it, which nothing could be found by.
    """
    if given is None or not given.strip():
        return None
    if len(given) > LONGEST:
        raise BadRequest(parameter_fault(Q, "SEARCH_TOO_LONG", limit=LONGEST, length=len(given)))
    asked = wanted(given)
    count = len(asked.words) + (asked.beginning is not None)
    if not count:
        raise BadRequest(parameter_fault(Q, "SEARCH_WITHOUT_WORDS", value=shortened(given)))
    if count > MOST_WORDS:
        raise BadRequest(parameter_fault(Q, "SEARCH_TOO_MANY_WORDS", limit=MOST_WORDS, count=count))
    return asked


def found_among(rows: models.QuerySet[Any, Any], wanted: Wanted, *fields: str) -> models.QuerySet[Any, Any]:
    """Those of ``rows`` that have what is wanted in these fields. Every row is read and looked at, so it is
    for lists of which a caller sees hundreds or a few thousand.
    """
    texts = rows.order_by().values_list("pk", *fields)
    return rows.filter(pk__among=[key for key, *own in texts if found_in(wanted, *own)])
