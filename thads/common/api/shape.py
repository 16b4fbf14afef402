"""What of a row is shown: ``fields`` and ``omit`` choose among its members, ``expand`` puts the detail of
what it names in the place of a code or an id.

All of it works on rows as they are presented. An expanded member is what the detail's own address shows to
the same caller, read through the same scope for a whole page at once; what he may not read stays as it was.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import QueryDict
from django.utils.module_loading import import_string
from rest_framework import serializers

from thads.common.api.parameters import Parameter, parameter_fault, read_query, shortened
from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label

FIELDS = Parameter(
    "fields",
    Label(
        "Chỉ những trường này, cách nhau dấu phẩy; trường con viết officer.name. id luôn có; các trường khác "
        "của mô tả thì không. Với format=csv: các cột, theo thứ tự này.",
        "These fields alone, separated by commas; a field within one is written officer.name. id is always "
        "there, the other fields of the schema are not. With format=csv: the columns, in this order.",
    ),
)
OMIT = Parameter(
    "omit",
    Label(
        "Bỏ những trường này, cách nhau dấu phẩy; id luôn có.",
        "Without these fields, separated by commas; id is always there.",
    ),
)
#: What of a row cannot be left out.
ALWAYS = "id"

Row = dict[str, Any]
#: The members of a row, and of each the members within.
Members = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Expansion:
    """A relation of a noun: ``detail`` is the view (by its path) whose rows stand in the place of what the
    member of this name says: a code, an id, an object with either, or a list of them.

    ``within`` is where the member stands in the row, when it is not at the top: ``assignments.unit``.
    ``back`` is for what the row does not name itself: the way from the detail's model to the id of the row,
    with ``many`` for a list of all there are that fit ``only``, in the order of ``order``. ``rows`` is the
    most rows of a page that it is done for.
    """

    detail: str
    within: str = ""
    back: str = ""
    many: bool = False
    order: str = "pk"
    only: tuple[tuple[str, Any], ...] = ()
    rows: int = 200

    @property
    def view(self) -> Any:
        return import_string(self.detail)


@dataclass(frozen=True, slots=True)
class Shape:
    """What one request asks of its rows. Of ``keep`` and ``drop`` a name without names within it is meant
    whole; ``keep`` is None where nothing was chosen.
    """

    keep: Mapping[str, frozenset[str]] | None = None
    drop: Mapping[str, frozenset[str]] | None = None
    expand: tuple[str, ...] = ()

    def wants(self, *names: str) -> bool:
        """Whether any of these members will be shown: what nobody asked for need not be read."""
        dropped = {name for name, within in (self.drop or {}).items() if not within}
        return any((self.keep is None or name in self.keep) and name not in dropped for name in names)

    @property
    def chooses(self) -> bool:
        return self.keep is not None or bool(self.drop)

    def of(self, row: Row) -> Row:
        """What was chosen of ``row``."""
        chosen = row
        if self.keep is not None:
            kept = {ALWAYS: frozenset[str](), **self.keep}
            chosen = {name: _kept(row[name], within) for name, within in kept.items() if name in row}
        for name, within in (self.drop or {}).items():
            if within and name in chosen:
                chosen = {**chosen, name: _dropped(chosen[name], within)}
            elif name != ALWAYS:
                chosen = {one: value for one, value in chosen.items() if one != name}
        return chosen


def _kept(value: Any, within: frozenset[str]) -> Any:
    if not within or value is None:
        return value
    if isinstance(value, list):
        return [_kept(one, within) for one in value]
    return {name: inner for name, inner in value.items() if name in within}


def _dropped(value: Any, within: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_dropped(one, within) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {name: inner for name, inner in value.items() if name not in within}


# --- What was asked for -------------------------------------------------------------------------------------


def shape_parameters(expansions: Mapping[str, Expansion]) -> tuple[Parameter, ...]:
    """The parameters of a noun with these relations."""
    return _parameters(tuple(expansions))


@cache
def _parameters(relations: tuple[str, ...]) -> tuple[Parameter, ...]:
    if not relations:
        return (FIELDS, OMIT)
    known = ", ".join(relations)
    expand = Parameter(
        "expand",
        Label(
            f"Thay mã, id bằng nội dung của chính đối tượng đó, một cấp, cách nhau dấu phẩy: {known}. Phần "
            "người gọi không được xem vẫn là mã.",
            f"Puts the thing itself in the place of its code or id, one level, separated by commas: {known}. "
            "What the caller may not see stays a code.",
        ),
    )
    return (FIELDS, OMIT, expand)


def read_shape(view: Any) -> Shape:
    """What the parameters of ``view`` say. Raises BadRequest naming every name that is not known, and what
    else is known.
    """
    values = view.values
    faults: list[Fault] = []
    expand = tuple(dict.fromkeys(_expanded_names(values.get("expand"), view.expansions, faults)))
    tops = [name for name in expand if not view.expansions[name].within]
    members = {**members_of(view.__class__), **{name: _within(view, name) for name in tops}}
    keep = _chosen("fields", values.get("fields"), members, faults)
    drop = _chosen("omit", values.get("omit"), members, faults)
    if faults:
        raise BadRequest(faults)
    shape = Shape(keep, drop, expand)
    return Shape(keep, drop, tuple(name for name in expand if shape.wants(_path(view, name)[0])))


def _path(view: Any, name: str) -> list[str]:
    """The way through a row to the member that the relation ``name`` expands."""
    return (view.expansions[name].within or name).split(".")


def _within(view: Any, name: str) -> Collection[str]:
    """What an expanded member has: its own members, and those of the detail."""
    own = members_of(view.__class__).get(name, ())
    return {**members_of(view.expansions[name].view), **dict.fromkeys(own)}


def _expanded_names(
    given: str | None, expansions: Mapping[str, Expansion], faults: list[Fault]
) -> Iterator[str]:
    for name in _split(given):
        if name in expansions:
            yield name
        else:
            known = ", ".join(expansions)
            faults.append(parameter_fault("expand", "SHAPE_UNKNOWN", value=shortened(name), known=known))


def _chosen(
    parameter: str, given: str | None, members: Members, faults: list[Fault]
) -> Mapping[str, frozenset[str]] | None:
    """The names of ``given`` with those within each; a whole one stands for all that is within it."""
    if given is None:
        return None
    whole: set[str] = set()
    parts: dict[str, set[str]] = {}
    for path in _split(given):
        name, _, inner = path.partition(".")
        known = members.get(name, members)
        if name in members and (inner in known or "." not in path):
            parts.setdefault(name, set()).add(inner)
            whole |= {name} if "." not in path else set()
            continue
        listed = ", ".join(known if name not in members else (f"{name}.{one}" for one in known)) or name
        faults.append(parameter_fault(parameter, "SHAPE_UNKNOWN", value=shortened(path), known=listed))
    return {name: frozenset() if name in whole else frozenset(inner) for name, inner in parts.items()}


def _split(given: str | None) -> list[str]:
    return [] if given is None else [name.strip() for name in given.split(",")]


@cache
def members_of(view: Any) -> Members:
    """The members of a row of ``view``, as its operation describes them."""
    shape = view.operations["GET"].response
    return {name: tuple(_fields(field)) for name, field in _fields(shape()).items()}


def _fields(shape: Any) -> Mapping[str, Any]:
    inner = shape.child if isinstance(shape, serializers.ListSerializer) else shape
    return inner.fields if isinstance(inner, serializers.Serializer) else {}


# --- What is shown ------------------------------------------------------------------------------------------


def shaped(view: Any, rows: list[Row], shape: Shape) -> list[Row]:
    """The presented ``rows`` of ``view`` in ``shape``."""
    for name in shape.expand:
        rows = _expand(view, rows, name)
    return [shape.of(row) for row in rows] if shape.chooses else rows


def _expand(view: Any, rows: list[Row], name: str) -> list[Row]:
    expansion: Expansion = view.expansions[name]
    detail = _as_caller(expansion.view, view)
    if detail is None or not rows:
        return rows
    if expansion.back:
        belonging = _belonging(detail, expansion, [row[ALWAYS] for row in rows])
        return [{**row, name: _theirs(belonging[row[ALWAYS]], expansion.many)} for row in rows]
    path = _path(view, name)
    found = _named(detail, {key for row in rows for key in _keys_at(row, path)})
    return [_replaced_at(row, path, found) for row in rows]


def _theirs(found: list[Row], many: bool) -> Any:
    if many:
        return found
    return found[0] if found else None


def _as_caller(view: Any, asking: Any) -> Any:
    """The detail as the same caller would ask for it; None when he may not."""
    if not asking.may_ask(view.needed("GET")):
        return None
    detail = view(request=asking.request, args=(), kwargs={})
    detail.values = read_query(QueryDict(), view.parameters("GET"))
    detail.__dict__.update(principal=asking.principal, scope=asking.scope, lang=asking.lang)
    return detail


def _read(detail: Any, rows: Any, *more: str) -> list[tuple[Row, Row]]:
    """Rows as they were read and as the detail shows them; one that was found twice is shown once."""
    names = dict.fromkeys((*detail.columns, "pk", "public_id", *more))
    found = [dict(row) for row in rows.values(*names)]
    once = {row["pk"]: row for row in found}
    presented = dict(zip(once, detail.present(list(once.values())), strict=True))
    return [(row, presented[row["pk"]]) for row in found]


def _belonging(detail: Any, expansion: Expansion, ids: list[Any]) -> Mapping[Any, list[Row]]:
    """What belongs to each of ``ids``."""
    back = expansion.back
    rows = detail.scoped().filter(**{f"{back}__in": ids}, **dict(expansion.only)).order_by(expansion.order)
    found: dict[Any, list[Row]] = defaultdict(list)
    for row, presented in _read(detail, rows, back):
        found[row[back]].append(presented)
    return found


def _named(detail: Any, keys: set[str]) -> Mapping[str, Row]:
    """Rows of the detail by their code or id, those of ``keys`` that the caller may see."""
    ids = {key for key in keys if _is_id(key)}
    codes = keys - ids
    coded = any(field.name == "code" for field in detail.model._meta.fields)
    found: dict[str, Row] = {}
    if ids:
        for row, presented in _read(detail, detail.scoped().filter(public_id__in=ids)):
            found[str(row["public_id"])] = presented
    if codes and coded:
        for row, presented in _read(detail, detail.scoped().filter(code__in=codes), "code"):
            found[row["code"]] = presented
    return found


def _keys_at(value: Any, path: list[str]) -> Iterable[str]:
    if not path:
        yield from _keys(value)
    elif isinstance(value, list):
        for one in value:
            yield from _keys_at(one, path)
    elif isinstance(value, Mapping):
        yield from _keys_at(value.get(path[0]), path[1:])


def _replaced_at(value: Any, path: list[str], found: Mapping[str, Row]) -> Any:
    if not path:
        return _replaced(value, found)
    if isinstance(value, list):
        return [_replaced_at(one, path, found) for one in value]
    if not isinstance(value, Mapping) or path[0] not in value:
        return value
    return {**value, path[0]: _replaced_at(value[path[0]], path[1:], found)}


def _keys(value: Any) -> Iterable[str]:
    """What a member names: a code, an id, an object with either, or a list of them."""
    if isinstance(value, list):
        for one in value:
            yield from _keys(one)
    elif isinstance(value, Mapping):
        yield from _keys(value.get("id") or value.get("code"))
    elif value is not None:
        yield str(value)


def _replaced(value: Any, found: Mapping[str, Row]) -> Any:
    if isinstance(value, list):
        return [_replaced(one, found) for one in value]
    for key in _keys(value):
        return found.get(key, value)
    return value


def _is_id(key: str) -> bool:
    try:
        uuid.UUID(key)
    except ValueError:
        return False
    return True
