from cases.models.act import Act, ActLine
from cases.models.asset import Asset
from cases.models.case import Case, CaseTheme
from cases.models.change import CaseChange
from cases.models.court import Court
from cases.models.deadline import Deadline
from cases.models.digest import DigestMail
from cases.models.document import Document
from cases.models.external_id import ExternalId
from cases.models.judgment import Judgment, JudgmentCorrection, ProposedObligation, ProposedParty
from cases.models.obligation import Obligation
from cases.models.party import Party
from cases.models.publication import Publication
from cases.models.request import EnforcementRequest
from cases.models.reveal import RevealLog
from cases.models.rule_override import RuleOverride
from cases.models.rule_version import RuleVersion
from cases.models.search import CaseSearch, JudgmentSearch
from cases.models.stretch import EnforceableStretch
from cases.models.tag import CaseTag, Tag
from cases.models.theme_list import ThemeList

__all__ = [
    "Act",
    "ActLine",
    "Asset",
    "Case",
    "CaseChange",
    "CaseSearch",
    "CaseTag",
    "CaseTheme",
    "Court",
    "Deadline",
    "DigestMail",
    "Document",
    "EnforceableStretch",
    "EnforcementRequest",
    "ExternalId",
    "Judgment",
    "JudgmentCorrection",
    "JudgmentSearch",
    "Obligation",
    "Party",
    "ProposedObligation",
    "ProposedParty",
    "Publication",
    "RevealLog",
    "RuleOverride",
    "RuleVersion",
    "Tag",
    "ThemeList",
]
