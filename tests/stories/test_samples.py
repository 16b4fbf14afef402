"""The eighteen worked samples: a one-case register each, with every column it gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.stories.builder import Json
from tests.stories.reading import differences, life_of

SAMPLES: list[Json] = json.loads((Path(__file__).parent / "samples.json").read_text("utf-8"))["samples"]


def test_there_are_eighteen() -> None:
    assert len(SAMPLES) == 18


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["rule"] for sample in SAMPLES])
def test_sample(sample: Json) -> None:
    life = life_of(sample["story"])
    assert [line for row in sample["expect"] for line in differences(life, row)] == []
