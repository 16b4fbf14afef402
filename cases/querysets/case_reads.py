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


def undone_by(act_ids: Collection[int]) -> tuple[dict[int, Any], dict[int, Any]]:
    """The public id of the correction that voids each act, and of the annulment that stands against it."""
    voided, annulled = {}, {}
    for key, by in Act.objects.filter(voids_id__in=act_ids).values_list("voids_id", "public_id"):
        voided[key] = by
    standing = Act.objects.filter(annuls_id__in=act_ids, voided_by__isnull=True)
    for key, by in standing.order_by("seq").values_list("annuls_id", "public_id"):
        annulled[key] = by
    return voided, annulled


def _of_cases(model: Any, case_ids: Collection[int], columns: tuple[str, ...]) -> Rows:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = model.objects.filter(case_id__in=case_ids).order_by("case_id", "position")
    for row in rows.values("case_id", *columns):
        found[row["case_id"]].append(row)
    return found
