"""What a principal may see: the subtree of its unit and, for an enforcement officer, own cases only."""

from __future__ import annotations

from officers.models import Unit
from officers.roles import ROLE_BY_CODE
from thads.common.principal import Principal
from thads.common.scoping import Scope

NOTHING = Scope(frozenset())


def scope_for(principal: Principal) -> Scope:
    """The scope of ``principal``: in one query, or in none where his units came with him.

    Without a unit, or with a role nobody knows, there is nothing to see. An OFFICER who is somebody sees that
    person's cases; a key with the role OFFICER that was given to no officer sees the unit.
    """
    if principal.unit_id is None or principal.role not in ROLE_BY_CODE:
        return NOTHING
    unit_ids = principal.subtree
    if unit_ids is None:
        unit_ids = frozenset(Unit.objects.subtree(principal.unit_id).values_list("id", flat=True))
    return Scope(unit_ids, principal.officer_id if principal.role == "OFFICER" else None)
