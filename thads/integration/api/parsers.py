"""Bodies that are files: handed on as streams, never read into memory."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import BaseParser

NDJSON = "application/x-ndjson"


class NdjsonParser(BaseParser):
    """The body itself as the file: one JSON object on a line, read by whoever keeps it."""

    media_type = NDJSON

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return {"file": stream}
