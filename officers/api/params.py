"""The unit parameter, read the same way everywhere: the subtree, cut to what the caller may see."""

from __future__ import annotations

from officers.models import Officer, Unit
from thads.common.api.base import ScopedAPIView, by_address
from thads.common.api.parameters import parameter_fault, shortened
from thads.common.errors import NotVisible
from thads.common.scoping import Scope


def visible_unit(
    scope: Scope, code: str, own: bool = False, *, name: str = "unit"
) -> tuple[Unit, frozenset[int]]:
    """The unit at ``code`` (or UUID) and the keys of its subtree within the scope; with ``own`` its own key
    alone.

    Raises NotVisible (404) with code UNIT_NOT_FOUND and the parameter's name, for a unit that is not there
    and for one that the caller may not see alike.
    """
    unit = None if "\0" in code else Unit.objects.visible_to(scope).filter(by_address(code)).first()
    if unit is None:
        raise NotVisible(parameter_fault(name, "UNIT_NOT_FOUND", unit=shortened(code)))
    if own:
        return unit, frozenset([unit.pk])
    return unit, frozenset(Unit.objects.subtree(unit).values_list("pk", flat=True)) & scope.unit_ids


def chosen_units(view: ScopedAPIView) -> frozenset[int] | None:
    """The units a list was asked for by its ``unit`` and ``own`` parameters; None when it was not asked for
    any.

    ``own`` without a unit means the caller's. Raises NotVisible as ``visible_unit`` does.
    """
    code, own = view.values["unit"], view.values["own"]
    if code is None:
        caller = view.principal.unit_id
        return frozenset([caller] if caller else []) & view.scope.unit_ids if own else None
    return visible_unit(view.scope, code, own)[1]


def visible_officer(scope: Scope, address: str, *, name: str = "officer") -> int:
    """The key of the officer at ``address`` (code or UUID). Who sees his own cases only may ask for nobody
    else.

    Raises NotVisible (404) with code OFFICER_NOT_FOUND and the parameter's name, for an officer that is not
    there and for one that the caller may not ask for alike.
    """
    seen = Officer.objects.visible_to(scope).filter(by_address(address))
    key = None if "\0" in address else seen.values_list("id", flat=True).first()
    if key is None or scope.officer_id not in (None, key):
        raise NotVisible(parameter_fault(name, "OFFICER_NOT_FOUND", officer=shortened(address)))
    return int(key)
