"""What an answer looks like, whatever it says."""

from __future__ import annotations

from typing import Any


def shape(value: Any) -> Any:
    """The keys of a value, all the way down; of a list, those of its first row."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None
