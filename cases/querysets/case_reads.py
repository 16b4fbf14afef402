"""What belongs to the cases of a page, read in one query for each kind of row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from cases.models import Act, ActLine, Asset, CaseTheme, Obligation, Party

Rows = dict[int, list[dict[str, Any]]]


def themes(case_ids: Collection[int]) -> dict[int, list[str]]:
    """The themes of each case, sorted."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = CaseTheme.objects.filter(case_id__in=case_ids).order_by("case_id", "theme")
    for case, theme in rows.values_list("case_id", "theme"):
        found[case].append(theme)
    return found


def debtors(case_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the debtors of each case, as the story names them."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Party.objects.filter(case_id__in=case_ids, role="DEBTOR").order_by("case_id", "position")
    for case, name in rows.values_list("case_id", "name"):
        found[case].append(name)
    return found


def parties(case_ids: Collection[int]) -> Rows:
    columns = ("public_id", "ref", "role", "kind", "name", "id_number_sealed", "address")
    return _of_cases(Party, case_ids, columns)


def obligations(case_ids: Collection[int]) -> Rows:
    columns = (
        "public_id",
        "ref",
        "kind",
        "debtor__ref",
        "creditor__ref",
        "amount",
        "description",
        "due",
        "remaining",
        "bucket",
    )
    return _of_cases(Obligation, case_ids, columns)


def assets(case_ids: Collection[int]) -> Rows:
    columns = ("public_id", "ref", "kind", "owner__ref", "description", "certificate")
    return _of_cases(Asset, case_ids, columns)


def lines(act_ids: Collection[int]) -> Rows:
    """The lines each act names, by key of the act."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = ActLine.objects.filter(act_id__in=act_ids).order_by("act_id", "position")
    for row in rows.values("act_id", "obligation__ref", "amount"):
        found[row["act_id"]].append(row)
    return found


def undone_by(case_id: int) -> tuple[dict[int, Any], dict[int, Any]]:
    """For a case, by key of the act: the public id of the correction that voids it, and of the annulment that
    stands against it.
    """
    acts = Act.objects.filter(case_id=case_id)
    voided = dict(acts.filter(voids__isnull=False).values_list("voids_id", "public_id"))
    annulments = acts.filter(annuls__isnull=False).order_by("seq").values_list("pk", "annuls_id", "public_id")
    return voided, {annulled: by for key, annulled, by in annulments if key not in voided}


def _of_cases(model: Any, case_ids: Collection[int], columns: tuple[str, ...]) -> Rows:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = model.objects.filter(case_id__in=case_ids).order_by("case_id", "position")
    for row in rows.values("case_id", *columns):
        found[row["case_id"]].append(row)
    return found
