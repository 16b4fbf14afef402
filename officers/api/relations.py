"""Where what rows of any layer name of the organisation is shown by itself (``expand``)."""

from __future__ import annotations

from thads.common.api.shape import Expansion

UNIT_SHOWN = Expansion("officers.api.units.UnitDetail")
OFFICER_SHOWN = Expansion("officers.api.officers.OfficerDetail")
