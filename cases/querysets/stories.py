"""Reading cases back as stories: what a full export writes and what a story brought in again is compared
with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from cases.models import Act, ActLine, Asset, Case, CaseTheme, Obligation, Party
from cases.rules import story as rules
from cases.rules.life import OPENING
from cases.rules.tables import Tables
from officers.models import Officer, Unit


def stories(case_ids: Collection[int], tables: Tables) -> dict[int, rules.Story]:
    """The stories of these cases by key, in the order of the keys. A fixed number of queries, however many
    cases.
    """
    units = dict(Unit.objects.values_list("id", "code"))
    officers = dict(Officer.objects.values_list("id", "code"))
    cases = Case.objects.filter(id__in=case_ids).select_related("judgment").order_by("id")
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for case, theme in (
        CaseTheme.objects.filter(case_id__in=case_ids).order_by("id").values_list("case_id", "theme")
    ):
        tags[case].append(theme)
    parties = _by_case(Party, case_ids)
    obligations = _by_case(Obligation, case_ids)
    assets = _by_case(Asset, case_ids)
    acts = _by_case(Act, case_ids, "seq")
    lines: defaultdict[int, list[ActLine]] = defaultdict(list)
    for line in ActLine.objects.filter(act__case_id__in=case_ids).order_by("act_id", "position"):
        lines[line.act_id].append(line)
    found = {}
    for case in cases:
        reader = _CaseReader(case, parties[case.pk], obligations[case.pk], assets[case.pk], acts[case.pk])
        found[case.pk] = reader.story(tuple(tags[case.pk]), lines, units, officers, tables)
    return found


def _by_case(model: Any, case_ids: Collection[int], order: str = "position") -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(case_id__in=case_ids).order_by("case_id", order):
        found[row.case_id].append(row)
    return found


class _CaseReader:
    """One case's rows, and where each stands in its story."""

    def __init__(
        self,
        case: Case,
        parties: list[Party],
        obligations: list[Obligation],
        assets: list[Asset],
        acts: list[Act],
    ) -> None:
        self.case, self.parties, self.obligations, self.assets, self.acts = (
            case,
            parties,
            obligations,
            assets,
            acts,
        )
        self.party_places = {party.pk: place for place, party in enumerate(parties)}
        self.party_refs = {party.ref: place for place, party in enumerate(parties)}
        self.obligation_places = {line.pk: place for place, line in enumerate(obligations)}
        self.asset_places = {asset.pk: place for place, asset in enumerate(assets)}
        self.act_places = {act.pk: act.seq for act in acts}
        self.act_names = {str(act.public_id): act.seq for act in acts}
        self.act_names |= {act.ref: act.seq for act in acts if act.ref}

    def story(
        self,
        tags: tuple[str, ...],
        lines: dict[int, list[ActLine]],
        units: dict[int, str],
        officers: dict[int, str],
        tables: Tables,
    ) -> rules.Story:
        case, judgment = self.case, self.case.judgment
        opening, *rest = self.acts
        assert opening.seq == OPENING
        return rules.Story(
            case.decision_number,
            case.decision_date,
            opening.initiation or "",
            units[opening.unit_id or 0],
            officers.get(opening.officer_id or 0),
            opening.field or "",
            tags,
            rules.Judgment(
                judgment.number,
                judgment.issued_on,
                judgment.effective_on,
                judgment.issuer,
                judgment.instrument_type,
            ),
            tuple(rules.Party(p.ref, p.role, p.kind, p.name, p.id_number, p.address) for p in self.parties),
            tuple(
                rules.Obligation(
                    line.ref,
                    line.kind,
                    self.party_places.get(line.debtor_id or 0),
                    self.party_places.get(line.creditor_id or 0),
                    line.amount,
                    line.description,
                )
                for line in self.obligations
            ),
            tuple(
                rules.Asset(
                    a.ref, a.kind, self.party_places.get(a.owner_id or 0), a.description, a.certificate
                )
                for a in self.assets
            ),
            tuple(self._act(act, lines[act.pk], units, officers, tables) for act in rest),
        )

    def _act(
        self, act: Act, lines: list[ActLine], units: dict[int, str], officers: dict[int, str], tables: Tables
    ) -> rules.StoryAct:
        relief = rules.named_relief(act.type, act.data)
        return rules.StoryAct(
            act.ref,
            tables.act_types[act.type],
            act.effective_on,
            act.decision_number,
            act.decision_date,
            act.signer,
            act.ground,
            act.note,
            None if act.whole else tuple((self.obligation_places[x.obligation_id], x.amount) for x in lines),
            self.asset_places.get(act.asset_id or 0),
            act.data,
            units.get(act.unit_id or 0),
            officers.get(act.officer_id or 0),
            act.to_authority,
            self.act_places.get(act.annuls_id or 0),
            self.act_places.get(act.voids_id or 0),
            None if relief is None else self.act_names.get(relief),
            act.field,
            act.initiation,
            rules.passing_of(act.type, act.data, self.party_refs),
        )
