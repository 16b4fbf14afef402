"""Workbooks at the door: rows that come in as one, and what an empty one has at the head of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from thads.common.api.table import headings
from thads.common.labels import Label
from thads.jobs import sheets
from thads.jobs.sheets import SheetColumn


class SentSheet(list[Any]):
    """The rows of a workbook as JSON would have brought them, and the workbook itself."""

    def __init__(self, content: bytes) -> None:
        super().__init__(sheets.read(content).bodies)
        self.content = content


class WorkbookParser(BaseParser):
    media_type = sheets.MEDIA_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> SentSheet:
        """The rows sent. Raises TooLarge, BadRequest and Refused."""
        return SentSheet(stream.read(sheets.LIMIT + 1))


class WorkbookRenderer(BaseRenderer):
    """Says in the OpenAPI document what the file is; the file itself is streamed past it."""

    media_type = sheets.MEDIA_TYPE
    format = "xlsx"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return bytes(data or b"")


def columns_of(
    body: serializers.Serializer[Any], *, open_to: frozenset[str] = frozenset()
) -> tuple[SheetColumn, ...]:
    """The columns of an empty workbook for rows that ``body`` reads: of a part one for each of its fields, of
    a list its first place. ``open_to`` are members without fields of their own; whoever sends them names
    their columns himself.
    """
    return tuple(_columns(body.fields, "", True, open_to))


def _columns(
    fields: Mapping[str, Any], above: str, needed: bool, open_to: frozenset[str]
) -> Iterator[SheetColumn]:
    for name, field in fields.items():
        required = needed and field.required
        if (name in open_to and not above) or field.read_only:
            continue
        if isinstance(field, serializers.ListSerializer):
            yield from _columns(field.child.fields, f"{above}{name}.1.", False, open_to)
        elif isinstance(field, serializers.Serializer):
            yield from _columns(field.fields, f"{above}{name}.", required, open_to)
        elif isinstance(field, serializers.ListField):
            yield _column(f"{above}{name}.1", name, field.child, False)
        else:
            yield _column(f"{above}{name}", name, field, required)


def _column(name: str, last: str, field: Any, required: bool) -> SheetColumn:
    known = headings().get(last)
    words = Label(known["vi"], known["en"]) if known else Label(last, last)
    choices = tuple(map(str, field.choices)) if isinstance(field, serializers.ChoiceField) else ()
    return SheetColumn(name, words, str(field.help_text or ""), choices, required)
