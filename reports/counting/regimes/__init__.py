"""The reporting regimes: which columns a report of a given last day has, and which identities must hold in
each of its rows.

One TOML file per circular beside this module. The regime follows the last day of the report (statistics.md
§1).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from reports.counting import tally

_FOLDER = Path(__file__).parent


class DefinitionError(ValueError):
    """A definition file that cannot be used: names the file and the row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``terms`` are (sign, kind, name), kind one of column, opening, balance, flow, separate,
    moved.
    """

    name: str
    number: str
    label: str
    label_en: str
    terms: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A percentage of two columns, rounded half up to ``decimals``."""

    name: str
    number: str
    label: str
    label_en: str
    numerator: str
    denominator: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Identity:
    """What must hold in every row, for việc and for tiền."""

    code: str
    says: str
    left: str
    terms: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, eq=False)
class Regime:
    """A circular: its columns in order of computation, ratios and identities. There is one of each."""

    code: str
    label: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    columns: tuple[Column, ...]
    ratios: tuple[Ratio, ...]
    identities: tuple[Identity, ...]

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def flows(self) -> frozenset[str]:
        """The columns made of nothing but what moved in the period: those of two periods that follow each
        other in a year have a difference. All others are, in part, what stands at the end.
        """
        found: set[str] = set()
        for column in self.columns:
            if all(
                kind in ("flow", "moved") or (kind == "column" and name in found)
                for _, kind, name in column.terms
            ):
                found.add(column.name)
        return frozenset(found)


def regime_on(day: dt.date) -> Regime:
    """The regime of a report whose last day is ``day``."""
    for regime in regimes().values():
        if (regime.valid_from is None or regime.valid_from <= day) and (
            regime.valid_to is None or day <= regime.valid_to
        ):
            return regime
    raise DefinitionError(f"no regime covers {day}")


@cache
def regimes() -> Mapping[str, Regime]:
    """All regimes by code, checked."""
    raw = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))
    }
    return {code: _regime(code, raw) for code in raw}


@cache
def version() -> str:
    """A short digest of the definition files: part of every answer's rule version."""
    digest = hashlib.sha256()
    for path in sorted(_FOLDER.glob("*.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _regime(code: str, raw: Mapping[str, Mapping[str, Any]]) -> Regime:
    chain = [raw[code]]
    while "extends" in chain[0]:
        chain.insert(0, raw[chain[0]["extends"]])
    own = raw[code]
    columns = _columns(code, _merged(chain, "column", "name"))
    names = {column.name for column in columns}
    return Regime(
        code,
        own["label"],
        own.get("valid_from"),
        own.get("valid_to"),
        columns,
        tuple(Ratio(**row) for row in _merged(chain, "ratio", "name")),
        tuple(
            Identity(row["code"], row["says"], row["left"], _terms(code, row["code"], row["right"], names))
            for row in _merged(chain, "identity", "code")
        ),
    )


def _merged(chain: list[Mapping[str, Any]], table: str, key: str) -> list[Mapping[str, Any]]:
    rows: dict[str, Mapping[str, Any]] = {}
    for definition in chain:
        for row in definition.get(table, ()):
            rows[row[key]] = row
    return list(rows.values())


def _columns(code: str, rows: list[Mapping[str, Any]]) -> tuple[Column, ...]:
    known: set[str] = set()
    columns = []
    for row in rows:
        terms = _terms(code, row["name"], row["sum"], known)
        columns.append(Column(row["name"], row["number"], row["label"], row["label_en"], terms))
        known.add(row["name"])
    return tuple(columns)


_KINDS = {
    "opening": tally.OPENINGS,
    "balance": tally.BALANCES,
    "flow": tally.FLOWS,
    "separate": ("this_year", "earlier"),
    "moved": ("in", "out"),
}


def _terms(code: str, row: str, sums: list[str], known: set[str]) -> tuple[tuple[int, str, str], ...]:
    terms = []
    for text in sums:
        sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
        kind, _, name = text.rpartition(".")
        if not (name in known if not kind else name in _KINDS.get(kind, ())):
            raise DefinitionError(f"{code}, {row}: unknown term {text}")
        terms.append((sign, kind or "column", name))
    return tuple(terms)
