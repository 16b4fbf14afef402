"""The one way in which the runtime says that it will not start."""

from __future__ import annotations


class StartRefused(Exception):
    """The service or its servers cannot start; says why in one sentence, in Vietnamese and in English."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi}\n{en}")
