from reports.models.movement import CountedCase, Movement
from reports.models.totals import OfficerTotal, TransferTotal, UnitStamp, UnitTotal

__all__ = ["CountedCase", "Movement", "OfficerTotal", "TransferTotal", "UnitStamp", "UnitTotal"]
