"""Many acts at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from cases.actions.record import Entry, Outcome, record_acts
from cases.actions.register import Register
from cases.api.examples import ACT_SENT
from cases.api.serializers import new_act_serializer
from cases.models import Case
from cases.rules.tables import tables
from officers.roles import Permission, may
from thads.common.errors import Fault, NotVisible
from thads.common.labels import Label
from thads.jobs import bulk
from thads.jobs.api.bulk import bulk_of
from thads.jobs.api.sheets import columns_of
from thads.jobs.bulk import Result
from thads.jobs.caller import Caller
from thads.jobs.models import Job


class Acts:
    """Elements of ``acts`` of a story, each with the UUID of its case."""

    def lock(self, caller: Caller, rows: Iterator[Any]) -> None:
        """Lock all the cases, in the order of their keys."""
        chosen = _visible(caller, {case for row in rows if (case := _case_of(row)) is not None})
        list(chosen.order_by("id").select_for_update(of=("self",), no_key=True).values_list("id"))

    def record(self, caller: Caller, rows: Sequence[Any]) -> list[Result]:
        read = [_read(row, caller) for row in rows]
        entries = [one for one in read if isinstance(one, Entry)]
        outcomes = iter(
            record_acts(
                cases=_visible(caller, {entry.case for entry in entries}),
                entries=entries,
                organisation=partial(Register.load, caller.scope.unit_ids),
                by=caller.principal.by,
                today=timezone.localdate(),
                atomic=False,
            )
        )
        return [
            _result(one, next(outcomes)) if isinstance(one, Entry) else Result(_case_of(row), faults=(one,))
            for row, one in zip(rows, read, strict=True)
        ]


def _visible(caller: Caller, cases: set[uuid.UUID]) -> QuerySet[Case]:
    return Case.objects.visible_to(caller.scope).filter(public_id__among=cases)


def _case_of(row: Any) -> uuid.UUID | None:
    """The case a row names, where it names one."""
    try:
        return uuid.UUID(row["case"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _read(row: Any, caller: Caller) -> Entry | Fault:
    """The act to be recorded, or what is wrong with the row before anybody looks at its case."""
    if not isinstance(row, dict):
        return Fault("NOT_AN_OBJECT")
    case = _case_of(row)
    if case is None:
        if "case" not in row:
            return Fault("FIELD_REQUIRED", "/case", {"name": "case"})
        return Fault("ID_INVALID", "/case", {"field": "case"})
    act_type = tables().act_types.get(row["type"]) if isinstance(row.get("type"), str) else None
    # Reassigning a case is another button than recording what happened to it.
    hands_over = act_type is not None and act_type.effect == "REASSIGN"
    if hands_over and not may(caller.principal, Permission.REASSIGN_CASES):
        params = {"role": caller.principal.role, "permission": Permission.REASSIGN_CASES.value}
        return Fault("ROLE_MAY_NOT", "/type", params)
    return Entry(case, {name: value for name, value in row.items() if name != "case"})


def _result(entry: Entry, outcome: Outcome) -> Result:
    if outcome.plan is not None:
        return Result(entry.case, outcome.plan.public_id, outcome.plan.after.version)
    assert outcome.refusal is not None
    at = "/case" if isinstance(outcome.refusal, NotVisible) else ""
    return Result(entry.case, faults=tuple(fault.under(at) for fault in outcome.refusal.faults))


ACTS = Acts()


def run_acts(job: Job) -> dict[str, Any]:
    """Record the acts of a job (``thads.jobs``)."""
    return bulk.run(job, ACTS)


# --- Addresses ----------------------------------------------------------------------------------------------

_NAMES = ("case", "act")
_OUTCOME = {
    "index": 0,
    "case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "act": "9e7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b17",
    "version": 4,
}
ACTS_SENT = [{"case": _OUTCOME["case"], **ACT_SENT}]
ACTS_RECORDED = {
    "id": "4f7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b18",
    "recorded": 1,
    "refused": 0,
    "results": [{**_OUTCOME, "errors": []}],
}


def _rows_serializer() -> Any:
    """The shapes of single acts, each with its case."""
    single = new_act_serializer().serializers
    case = serializers.UUIDField(help_text="UUID of the case")
    return PolymorphicProxySerializer(
        component_name="NewActOfCase",
        serializers={
            code: type(f"Bulk{shape.__name__}", (shape,), {"case": case}) for code, shape in single.items()
        },
        resource_type_field_name="type",
        many=True,
    )


class _ActRowSerializer(serializers.Serializer[Any]):
    """A row of a workbook of acts, whatever the type: what it may not have is refused when it is read."""

    def get_fields(self) -> dict[str, Any]:
        shapes = new_act_serializer().serializers
        fields: dict[str, Any] = {"case": serializers.UUIDField(help_text="UUID of the case")}
        for shape in shapes.values():
            fields |= {name: one for name, one in shape().get_fields().items() if name not in fields}
        fields["type"] = serializers.ChoiceField(choices=list(shapes))
        always = {"case", "type", "effective_on"}
        for name, one in fields.items():
            one.required = name in always
        return fields


ACT_BULK = bulk_of(
    "act",
    "acts",
    Label("hành vi, quyết định", "acts"),
    noun=ACTS,
    permission=Permission.RECORD_ACTS,
    request=_rows_serializer(),
    request_example=ACTS_SENT,
    columns=columns_of(_ActRowSerializer(), open_to=frozenset({"data"})),
    outcome=_NAMES,
    result=_OUTCOME,
    example=ACTS_RECORDED,
)
