from reports.models.movement import CountedCase, Movement
from reports.models.target import Target
from reports.models.totals import OfficerTotal, TransferTotal, UnitStamp, UnitTotal

__all__ = ["CountedCase", "Movement", "OfficerTotal", "Target", "TransferTotal", "UnitStamp", "UnitTotal"]
