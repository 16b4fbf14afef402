"""Keys of other systems, as the API reads, shows and finds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import django_filters  # type: ignore[import-untyped]
from rest_framework import serializers

from cases.models import ExternalId
from cases.rules.external_ids import MAX_KEYS, Key, read_address, read_keys
from thads.common.api.parameters import parameter_fault, shortened
from thads.common.api.writing import TextField
from thads.common.errors import BadRequest, Refused
from thads.common.labels import Label


class ExternalIdSerializer(serializers.Serializer[Any]):
    """How another system calls this row."""

    system = serializers.CharField(max_length=40, help_text="code of the system: a-z, 0-9, dot, dash")
    value = TextField(max_length=200, help_text="its key there; names one row of a kind at a time")


def external_ids_field() -> Any:
    """The field with which a noun is written."""
    return serializers.ListSerializer(
        child=ExternalIdSerializer(), required=False, max_length=MAX_KEYS, help_text="all there shall be"
    )


def taken_keys(values: dict[str, Any]) -> tuple[Key, ...] | None:
    """The keys out of a body that has been read, and out of what is written in columns; None when none were
    sent. Raises Refused.
    """
    sent = values.pop("external_ids", None)
    return None if sent is None else read_keys([dict(one) for one in sent])


def shown_keys(noun: str, row_ids: Collection[int]) -> dict[int, list[dict[str, str]]]:
    """The keys of rows of ``noun`` (by database key) as the API shows them."""
    found: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    if not row_ids:
        return found
    rows = ExternalId.objects.filter(ended_at=None, **{f"{noun}_id__among": list(row_ids)})
    for row, system, value in rows.order_by("system", "value").values_list(f"{noun}_id", "system", "value"):
        found[row].append({"system": system, "value": value})
    return found


class ExternalIdFilter(django_filters.CharFilter):
    """The row that another system knows by a key, written ``system:value``."""

    def __init__(self, **kwargs: Any) -> None:
        about = Label(
            "Mã ở hệ thống khác, viết hệ_thống:mã, ví dụ court:123.",
            "Key in another system, written system:value, such as court:123.",
        )
        super().__init__(label=about, **kwargs)

    def filter(self, rows: Any, value: Any) -> Any:
        if not value:
            return rows
        try:
            key = read_address(value)
        except Refused:
            raise BadRequest(
                parameter_fault("external_id", "EXTERNAL_ID_INVALID", value=shortened(value))
            ) from None
        return rows.filter(
            external_ids__system=key.system, external_ids__value=key.value, external_ids__ended_at=None
        )
