from reports.models.movement import CountedCase, Movement
from reports.models.totals import OfficerTotal, TransferTotal, UnitTotal

__all__ = ["CountedCase", "Movement", "OfficerTotal", "TransferTotal", "UnitTotal"]
