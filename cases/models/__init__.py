from cases.models.act import Act, ActLine
from cases.models.asset import Asset
from cases.models.case import Case, CaseTheme
from cases.models.court import Court
from cases.models.judgment import Judgment
from cases.models.obligation import Obligation
from cases.models.party import Party
from cases.models.rule_version import RuleVersion

__all__ = [
    "Act",
    "ActLine",
    "Asset",
    "Case",
    "CaseTheme",
    "Court",
    "Judgment",
    "Obligation",
    "Party",
    "RuleVersion",
]
