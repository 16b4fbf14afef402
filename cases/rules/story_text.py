"""Writing a case story: the inverse of ``cases.rules.story.parse``.

One canonical form: keys in the order of the format's description, nothing written that is not known. Two
stories have the same digest when they say the same, whatever the order of keys, the spelling of characters
and the names their acts go by. Each act is digested on top of what came before it, so that one act more
extends the digest of a case without reading the case again.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import orjson

from cases.rules.story import Story, StoryAct


def as_object(story: Story) -> dict[str, Any]:
    """The story as a JSON object (money as strings, dates in ISO form)."""
    parties = [party.ref for party in story.parties]
    obligations = [obligation.ref for obligation in story.obligations]
    assets = [asset.ref for asset in story.assets]
    judgment = story.judgment
    body: dict[str, Any] = {
        "case": _known(
            decision_number=story.decision_number,
            decision_date=story.decision_date.isoformat(),
            initiation=story.initiation,
            unit=story.unit,
            officer=story.officer,
            field=story.field,
            tags=sorted(story.tags),
            judgment=_known(
                number=judgment.number,
                issued_on=judgment.issued_on.isoformat(),
                effective_on=judgment.effective_on and judgment.effective_on.isoformat(),
                issuer=judgment.issuer,
                instrument_type=judgment.instrument_type,
            ),
        ),
        "parties": [_known(**party._asdict()) for party in story.parties],
        "obligations": [
            _known(
                ref=line.ref,
                kind=line.kind,
                debtor=None if line.debtor is None else parties[line.debtor],
                creditor=None if line.creditor is None else parties[line.creditor],
                amount=None if line.amount is None else str(line.amount),
                description=line.description,
            )
            for line in story.obligations
        ],
    }
    if story.assets:
        body["assets"] = [
            _known(
                ref=asset.ref,
                kind=asset.kind,
                owner=None if asset.owner is None else parties[asset.owner],
                description=asset.description,
                certificate=asset.certificate,
            )
            for asset in story.assets
        ]
    refs = act_refs(story)
    body["acts"] = [_act(seq, act, obligations, assets, refs) for seq, act in enumerate(story.acts, 1)]
    return body


def act_refs(story: Story) -> dict[int, str]:
    """The name each act goes by: its own, or one made from its place where another act has to point to it."""
    refs = {seq: act.ref for seq, act in enumerate(story.acts, 1) if act.ref}
    taken = set(refs.values())
    for act in story.acts:
        for seq in (act.annuls, act.voids, act.relief):
            if seq and seq not in refs:
                name = f"act-{seq}"
                while name in taken:
                    name += "x"
                taken.add(name)
                refs[seq] = name
    return refs


def digest(story: Story) -> str:
    """SHA-256 over the canonical form of the opening and, on top of it, of every act."""
    opening = as_object(replace(story, acts=()))
    found = _hashed("", opening)
    for act in story.acts:
        found = extended(found, act)
    return found


def extended(before: str, act: StoryAct) -> str:
    """The digest of a case with one act more than at digest ``before``. Acts are named by their places,
    obligations and assets by theirs.
    """
    given = act._asdict()
    # Who passes what on to whom stands in the data.
    del given["ref"], given["passing"]
    data = {"relief": act.relief} if act.relief else {}
    given |= {
        "type": act.type.code,
        "effective_on": act.effective_on.isoformat(),
        "decision_date": act.decision_date and act.decision_date.isoformat(),
        "data": {**act.data, **data} if act.data else None,
    }
    return _hashed(before, _known(**given))


def _hashed(before: str, body: dict[str, Any]) -> str:
    return hashlib.sha256(before.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _act(
    seq: int, act: StoryAct, obligations: list[str], assets: list[str], refs: dict[int, str]
) -> dict[str, Any]:
    data = act.data
    if act.relief and data:
        data = {**data, "relief": refs[act.relief]}
    return _known(
        ref=refs.get(seq),
        type=act.type.code,
        effective_on=act.effective_on.isoformat(),
        decision_number=act.decision_number,
        decision_date=act.decision_date and act.decision_date.isoformat(),
        signer=act.signer,
        ground=act.ground,
        unit=act.unit,
        officer=act.officer,
        to_authority=act.to_authority,
        field=act.field,
        initiation=act.initiation,
        annuls=refs.get(act.annuls or 0),
        voids=refs.get(act.voids or 0),
        lines=None
        if act.lines is None
        else [
            _known(obligation=obligations[index], amount=None if amount is None else str(amount))
            for index, amount in act.lines
        ],
        asset=None if act.asset is None else assets[act.asset],
        note=act.note,
        data=data,
    )


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
