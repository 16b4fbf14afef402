"""Who asked for a job, as he was when he asked: what he may do and see then is what the job may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from thads.common.principal import Principal
from thads.common.scoping import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal with his scope, to be kept with a job."""

    principal: Principal
    scope: Scope

    def as_params(self) -> dict[str, Any]:
        """As JSON holds it."""
        who, scope = self.principal, self.scope
        return {
            "kind": who.kind,
            "id": who.id,
            "name": who.name,
            "role": who.role,
            "unit": who.unit_id,
            "officer": who.officer_id,
            "permissions": None if who.permissions is None else sorted(who.permissions),
            "behalf": None if who.behalf is None else list(who.behalf),
            "sees_units": sorted(scope.unit_ids),
            "sees_officer": scope.officer_id,
        }

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Caller:
        allowed, behalf = params["permissions"], params["behalf"]
        principal = Principal(
            kind=params["kind"],
            id=params["id"],
            name=params["name"],
            role=params["role"],
            unit_id=params["unit"],
            officer_id=params["officer"],
            permissions=None if allowed is None else frozenset(allowed),
            behalf=None if behalf is None else (behalf[0], behalf[1]),
        )
        return cls(principal, Scope(frozenset(params["sees_units"]), params["sees_officer"]))


def submitted_by(principal: Principal) -> Q:
    """The condition for jobs that this caller himself has submitted, whatever he is called today."""
    return Q(submitted_by__startswith=f"{principal.kind}:{principal.id} ")
