"""Whatever is sent, the answer is one that the OpenAPI document tells of: never a defect.

schemathesis reads the document and asks every operation as three roles: with the examples of the document,
with the edges of every parameter and field (coverage), and with what comes by chance, lawful and not. Where a
path names a row, or a parameter a unit, it is asked again with one that is there. The same is asked in every
run; ``THADS_FUZZ_EXAMPLES`` asks for more of each kind (a night's run: 1000).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.hypothesis.examples import generate_one
from schemathesis.generation.overrides import Override
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.fuzz.reading import conforming
from tests.fuzz.world import OPERATIONS, World, at_home, undone

#: How many cases of each kind every operation is asked as every role.
EXAMPLES = int(os.environ.get("THADS_FUZZ_EXAMPLES", "6"))
#: Coverage is taken from so many times as many cases, so that not only the first field is tried.
SPREAD = 20
limited = hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def operations(schema: schemathesis.BaseSchema) -> dict[str, schemathesis.APIOperation[Any, Any, Any, Any]]:
    found = [one.ok() for one in schema.get_all_operations()]
    return {operation.label: operation for operation in found}


# schemathesis leaves a streamed answer to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_in_the_document(
    label: str, role: str, operations: Any, world: World, db: None
) -> None:
    operation = operations[label]
    conforms = conforming(operation)
    # What is packed, schemathesis does not unpack.
    headers = {**world.headers[role], "Accept-Encoding": "identity"}

    # Row by row, wrong rows are named in a good answer (mode=each).
    refusing = [] if operation.path.endswith("/bulk/") else [negative_data_rejection]

    def ask(case: schemathesis.Case) -> None:
        sent(case, headers, [*conforms, *refusing])
        if at_home(case, world):
            sent(case, headers, conforms)

    for case in (*examples(operation), *edges(operation)):
        ask(case)
    for mode in schemathesis.GenerationMode:
        strategy = operation.as_strategy(generation_mode=mode)
        limited(hypothesis.given(strategy)(ask))()


def examples(operation: Any) -> Iterator[schemathesis.Case]:
    """The examples of the document, put together to whole requests."""
    yield from (generate_one(strategy) for strategy in operation.get_strategies_from_examples())


def edges(operation: Any) -> list[schemathesis.Case]:
    """Cases at the edges of parameters and fields, one after another or spread over what there is."""
    generator = CoverageGenerator(
        operation=operation,
        generation_modes=list(schemathesis.GenerationMode),
        generation_config=operation.schema.config.generation_for(operation=operation, phase="coverage"),
        auth_storage=None,
        override=Override(),
        feedback=NO_FEEDBACK,
    )
    cases = list(islice(generator, EXAMPLES * SPREAD))
    return cases[:: max(1, len(cases) // EXAMPLES)]


def sent(case: schemathesis.Case, headers: dict[str, str], checks: list[Any]) -> None:
    """Send the case as this caller, check the answer, and undo what it has done."""
    with undone():
        response = case.call(headers=headers)
    case.validate_response(response, checks=checks)
