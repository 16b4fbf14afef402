from officers.models.assignment import Assignment
from officers.models.conflict import Conflict
from officers.models.delegation import Delegation
from officers.models.officer import Officer
from officers.models.staff_count import StaffCount
from officers.models.unit import Unit, UnitSuccession
from officers.models.user import User

__all__ = ["Assignment", "Conflict", "Delegation", "Officer", "StaffCount", "Unit", "UnitSuccession", "User"]
