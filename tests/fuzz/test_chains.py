"""Whatever is done one after another, every answer is one that the OpenAPI document tells of.

schemathesis reads from the document which operation makes what another takes (an id, a code), and walks from
one to the next: what was made is there, what was removed is not. Each walk is undone at its end. The same
walks are taken in every run; ``THADS_FUZZ_CHAINS`` asks for more of them.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck
from schemathesis.generation.stateful import run_state_machine_as_test
from schemathesis.specs.openapi.checks import ensure_resource_availability, use_after_free

from tests.fuzz.reading import conforming
from tests.fuzz.world import KNOWN_QUERY, World, allowed, at_home

#: How many walks each role takes, and how long one is at most.
CHAINS = int(os.environ.get("THADS_FUZZ_CHAINS", "20"))
STEPS = 10

walks = hypothesis.settings(
    max_examples=CHAINS,
    stateful_step_count=STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_every_answer_of_a_walk_is_in_the_document(
    role: str, schema: schemathesis.BaseSchema, world: World, db: None
) -> None:
    followed: Counter[int] = Counter()
    open_to_him = schema.include(lambda context: context.operation.label in allowed(role))

    class Walk(open_to_him.as_state_machine()):  # type: ignore[misc]
        """One walk: steps in a transaction that is undone."""

        def setup(self) -> None:
            self._writing = transaction.atomic()
            self._writing.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self._writing.__exit__(None, None, None)

        def step(self, input: Any) -> Any:
            # What may be left out of address and headers is the other tests' matter: here the next step counts.
            needed = {one.name for one in input.case.operation.query if one.is_required}
            asked = {name: value for name, value in (input.case.query or {}).items() if name in needed}
            input.case.query = asked | {name: KNOWN_QUERY[name] for name in asked if name in KNOWN_QUERY}
            input.case.headers = {"If-Match": "*"} if "If-Match" in (input.case.headers or {}) else {}
            if input.transition is None:
                at_home(input.case, world)
            output = super().step(input)
            if input.transition is not None:
                followed[output.response.status_code] += 1
            return output

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            return {"headers": {**world.headers[role], "Accept-Encoding": "identity"}}

        def validate_response(self, response: Any, case: schemathesis.Case, **kwargs: Any) -> None:
            case.validate_response(
                response,
                checks=[*conforming(case.operation), use_after_free, ensure_resource_availability],
                transport_kwargs=kwargs or None,
                recorder=self.recorder,
            )

    run_state_machine_as_test(Walk, settings=walks)
    gc.collect()  # schemathesis leaves a streamed answer to the garbage collector
    assert followed.total() > CHAINS
    assert sum(count for status, count in followed.items() if status < 400) > CHAINS // 5, followed
