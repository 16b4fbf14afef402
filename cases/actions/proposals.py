"""Proposed parties and obligations of a judgment: what the court sends with it, and what a case opened on it
starts from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cases.models import Judgment, ProposedObligation, ProposedParty
from cases.rules.tables import tables
from cases.rules.values import shown
from thads.common import sealing
from thads.common.errors import Fault, NotVisible, Refused


@dataclass(frozen=True, slots=True)
class Proposal:
    """Parties and obligations as sent, each a mapping by field with its ``ref``; None leaves what stands.

    An obligation names its parties by their refs; ``amount`` in đồng, None without money.
    """

    parties: Sequence[Mapping[str, Any]] | None = None
    obligations: Sequence[Mapping[str, Any]] | None = None


def replace_proposal(*, judgment: Judgment, proposal: Proposal) -> dict[str, tuple[Any, Any]]:
    """Have the judgment, locked or new, propose these parties and obligations instead of those before.
    Returns what changed, by numbers of rows. Needs a transaction. Raises Refused with every wrong reference
    and every missing amount.
    """
    if proposal.parties is None and proposal.obligations is None:
        return {}
    before = _standing(judgment)
    after = Proposal(
        before.parties if proposal.parties is None else proposal.parties,
        before.obligations if proposal.obligations is None else proposal.obligations,
    )
    _check(after)
    if _same(before, after):
        return {}
    ProposedObligation.objects.filter(judgment=judgment).delete()
    ProposedParty.objects.filter(judgment=judgment).delete()
    people = _write_parties(judgment, after.parties or ())
    _write_obligations(judgment, after.obligations or (), people)
    return {
        "parties": (len(before.parties or ()), len(after.parties or ())),
        "obligations": (len(before.obligations or ()), len(after.obligations or ())),
    }


def opening_on(*, raw: object, visible: QuerySet[Judgment]) -> object:
    """The story of a case to be opened, with what is taken from its judgment where the story names one by
    ``{"id": …}``: its words, and its proposed parties and obligations where the story brings none.

    A story that carries its judgment itself stays as it is. Raises NotVisible when there is no such judgment.
    """
    case = raw.get("case") if isinstance(raw, dict) else None
    named = case.get("judgment") if isinstance(case, dict) else None
    if not isinstance(raw, dict) or not isinstance(case, dict) or not isinstance(named, dict):
        return raw
    if "id" not in named:
        return raw
    if len(named) > 1:
        raise Refused(Fault("JUDGMENT_ID_ALONE", "/case/judgment"))
    row = _named(named["id"], visible)
    story = {**raw, "case": {**case, "judgment": _words_of(row)}}
    if "parties" not in raw and "obligations" not in raw:
        proposal = _standing(row)
        story["parties"] = [_known(one) for one in proposal.parties or ()]
        story["obligations"] = [_known(one) for one in proposal.obligations or ()]
    return story


def _named(address: object, visible: QuerySet[Judgment]) -> Judgment:
    try:
        found = visible.filter(public_id=UUID(str(address))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotVisible(Fault("JUDGMENT_NOT_FOUND", "/case/judgment/id", {"judgment": shown(address)}))
    return found


def _words_of(row: Judgment) -> dict[str, Any]:
    words = {
        "number": row.number,
        "issued_on": row.issued_on.isoformat(),
        "effective_on": row.effective_on and row.effective_on.isoformat(),
        "issuer": row.issuer,
        "instrument_type": row.instrument_type,
    }
    return _known(words)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """As a story writes it: nothing is left out by being null, and money is a string."""
    return {
        name: str(value) if name == "amount" else value for name, value in values.items() if value is not None
    }


def _standing(judgment: Judgment) -> Proposal:
    parties = ProposedParty.objects.filter(judgment=judgment).order_by("position")
    obligations = (
        ProposedObligation.objects.filter(judgment=judgment)
        .select_related("debtor", "creditor")
        .order_by("position")
    )
    return Proposal(
        [
            {
                "ref": one.ref,
                "role": one.role,
                "kind": one.kind,
                "name": one.name,
                "id_number": one.id_number,
                "address": one.address,
            }
            for one in parties
        ],
        [
            {
                "ref": one.ref,
                "kind": one.kind,
                "debtor": one.debtor and one.debtor.ref,
                "creditor": one.creditor and one.creditor.ref,
                "amount": one.amount,
                "description": one.description,
            }
            for one in obligations
        ],
    )


def _same(before: Proposal, after: Proposal) -> bool:
    def plain(proposal: Proposal) -> list[list[dict[str, Any]]]:
        both = (proposal.parties or (), proposal.obligations or ())
        return [[_known(one) for one in rows] for rows in both]

    return plain(before) == plain(after)


def _check(proposal: Proposal) -> None:
    faults: list[Fault] = []
    parties = {one["ref"] for one in proposal.parties or ()}
    for name, rows in (("parties", proposal.parties or ()), ("obligations", proposal.obligations or ())):
        first: dict[str, int] = {}
        for place, one in enumerate(rows):
            if first.setdefault(one["ref"], place) != place:
                faults.append(Fault("REF_TWICE", f"/{name}/{place}/ref", {"ref": one["ref"]}))
    kinds = tables().obligation_kinds
    for place, one in enumerate(proposal.obligations or ()):
        at = f"/obligations/{place}"
        for name in ("debtor", "creditor"):
            ref = one.get(name)
            if ref is not None and ref not in parties:
                faults.append(Fault("REF_UNKNOWN", f"{at}/{name}", {"field": name, "ref": ref}))
        kind = kinds[one["kind"]]
        if kind.money == "required" and one.get("amount") is None:
            params = {"kind": one["kind"], "basis": kind.basis}
            faults.append(Fault("OBLIGATION_AMOUNT_MISSING", at, params))
    if faults:
        raise Refused(faults)


def _write_parties(judgment: Judgment, rows: Sequence[Mapping[str, Any]]) -> dict[str, ProposedParty]:
    written = ProposedParty.objects.bulk_create(
        ProposedParty(
            judgment=judgment,
            position=position,
            ref=one["ref"],
            role=one["role"],
            kind=one["kind"],
            name=one["name"],
            id_number_sealed=sealing.seal(one["id_number"]) if one.get("id_number") else None,
            address=one.get("address"),
        )
        for position, one in enumerate(rows)
    )
    return {one.ref: one for one in written}


def _write_obligations(
    judgment: Judgment, rows: Sequence[Mapping[str, Any]], people: Mapping[str, ProposedParty]
) -> None:
    ProposedObligation.objects.bulk_create(
        ProposedObligation(
            judgment=judgment,
            position=position,
            ref=one["ref"],
            kind=one["kind"],
            debtor=people.get(one.get("debtor") or ""),
            creditor=people.get(one.get("creditor") or ""),
            amount=one.get("amount"),
            description=one.get("description"),
        )
        for position, one in enumerate(rows)
    )
