"""JSON in, by orjson: valid UTF-8, no NaN, no number beyond a double, no nesting so deep that it would end
the process, no larger than it may be.
"""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from thads.common.errors import Fault, TooLarge

#: Deeper than this nobody's data are; what is read in can always be written out again.
DEEPEST = 64


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value sent. Raises TooLarge and ParseError."""
        limit = settings.THADS_JSON_LIMIT
        sent = stream.read(limit + 1)
        if len(sent) > limit:
            raise TooLarge(Fault("BODY_TOO_LARGE", params={"limit": limit}))
        try:
            value = orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            raise ParseError(str(error)) from None
        if sent.count(b"[") + sent.count(b"{") > DEEPEST and _is_deeper(value, DEEPEST):
            raise ParseError(f"nested deeper than {DEEPEST} levels")
        return value


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in one another at more than ``levels`` levels."""
    here = [value]
    for _level in range(levels + 1):
        here = [one for one in here if isinstance(one, (list, dict))]
        if not here:
            return False
        here = [inner for one in here for inner in (one.values() if isinstance(one, dict) else one)]
    return True
