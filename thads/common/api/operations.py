"""What the OpenAPI document says about one method of an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rest_framework import serializers

from thads.common.labels import Label


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of an address.

    ``id`` is the stable name that generated clients use; ``response`` describes the body (the element, for a
    list) and ``example`` is one such body; ``problems`` are the statuses it can answer with beside the good
    one, ``also`` further good ones, each with its body and an example.
    """

    id: str
    summary: Label
    response: type[serializers.BaseSerializer[Any]] | None
    example: Any = None
    about: Label = field(default_factory=lambda: Label("", ""))
    request: Any = None
    request_example: Any = None
    status: int = 200
    problems: tuple[int, ...] = (400, 401, 403)
    path_parameters: Mapping[str, Label] = field(default_factory=dict)
    also: Mapping[int, tuple[type[serializers.BaseSerializer[Any]], Any]] = field(default_factory=dict)
