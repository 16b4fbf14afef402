"""Where the things that rows name of cases are shown by themselves (``expand``)."""

from __future__ import annotations

from thads.common.api.shape import Expansion

#: Rows of a page that bring much of another noun with them.
_MANY = 50

CASE_SHOWN = Expansion("cases.api.views.CaseDetail", rows=_MANY)
JUDGMENT_SHOWN = Expansion("cases.api.judgments.JudgmentDetail", rows=_MANY)
PARTY_SHOWN = Expansion("cases.api.parties.PartyDetail")
OBLIGATION_SHOWN = Expansion("cases.api.obligations.ObligationDetail")

#: For rows of cases, which do not name these.
JUDGMENT_OF_CASE = Expansion("cases.api.judgments.JudgmentDetail", back="cases__public_id", rows=_MANY)
PARTIES_OF_CASE = Expansion(
    "cases.api.parties.PartyDetail", back="case__public_id", many=True, order="position", rows=_MANY
)
OBLIGATIONS_OF_CASE = Expansion(
    "cases.api.obligations.ObligationDetail", back="case__public_id", many=True, order="position", rows=_MANY
)
#: Those that nobody has met yet and that have not lost their ground.
DEADLINES_OF_CASE = Expansion(
    "cases.api.deadlines.DeadlineDetail",
    back="case__public_id",
    many=True,
    order="due_on",
    only=(("closed_on", None),),
    rows=_MANY,
)
