"""Filter sets (django-filter) with the words and refusals of this API.

A set names groups of lookups (``days``, ``money``, ``codes``, ``texts`` …), each of which gives the filters
of one field: ``decision_date``, ``decision_date__gte``, ``bucket__in`` and so on. A wrong value is refused by
the name of its parameter. Nothing is looked up to check a value: a row that is not there matches nothing.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.db.models import Q

from thads.common.api.parameters import Kind, Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest, Fault
from thads.common.labels import CodeList, Label

#: The most values that one parameter takes, separated by commas.
MANY = 200

#: The filters of a set, by the name of their parameter.
Group = Mapping[str, django_filters.Filter]


class Filters(django_filters.FilterSet):
    """A filter set made of groups. Only what the address asks for is built; ``view`` is who asks."""

    lookups: ClassVar[tuple[Group, ...]] = ()
    view: Any = None

    @classmethod
    def get_filters(cls) -> dict[str, django_filters.Filter]:
        grouped = {name: one for group in cls.lookups for name, one in group.items()}
        return {**grouped, **super().get_filters()}

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        every: Any = type(self)
        self.base_filters: dict[str, Any] = {
            name: one for name, one in every.base_filters.items() if name in (data or {})
        }
        super().__init__(data, *args, **kwargs)


class Lookup(django_filters.CharFilter):
    """One lookup of a field: the value is read as the parameter ``one``; with ``many`` there are several,
    separated by commas.
    """

    def __init__(
        self, one: Parameter, *, field_name: str, lookup_expr: str = "exact", many: bool = False
    ) -> None:
        super().__init__(field_name=field_name, lookup_expr=lookup_expr, label=one.about)
        self.one, self.many = one, many

    @property
    def parameter(self) -> Parameter:
        """As it is documented."""
        return replace(self.one, kind="string", choices=()) if self.many else self.one

    def values(self, given: str) -> Any:
        """What was sent, read. Raises BadRequest."""
        if not self.many:
            return self._read(given)
        parts = [part.strip() for part in given.split(",")]
        if len(parts) > MANY:
            raise BadRequest(parameter_fault(self.one.name, "PARAMETER_VALUES_MANY", high=MANY))
        found: list[Any] = []
        faults: list[Fault] = []
        for part in parts:
            try:
                found.append(self._read(part))
            except BadRequest as refusal:
                faults.extend(refusal.faults)
        if faults:
            raise BadRequest(faults)
        return found

    def _read(self, given: str) -> Any:
        if not given and (self.many or self.one.kind != "string"):
            raise BadRequest(parameter_fault(self.one.name, "PARAMETER_REQUIRED"))
        return self.one.read(unicodedata.normalize("NFC", given))

    def filter(self, rows: Any, value: str | None) -> Any:
        if not value and not self.many and self.one.kind == "string":
            return rows
        return rows.filter(self.condition(rows, self.values(value or "")))

    def condition(self, rows: Any, wanted: Any) -> Q:
        return Q(**{f"{self.field_name}__{self.lookup_expr}": wanted})


class RowLookup(Lookup):
    """Rows that point at one of these, each known by its code or UUID. With ``seen`` only at one that the
    caller may see: for what a row does not show everybody.
    """

    def __init__(self, one: Parameter, *, seen: bool = False, **kwargs: Any) -> None:
        super().__init__(one, **kwargs)
        self.seen = seen

    def condition(self, rows: Any, wanted: Any) -> Q:
        asked = wanted if self.many else [wanted]
        ids = [key for key in map(_uuid, asked) if key is not None]
        named = Q(public_id__in=ids) | Q(code__in=[one for one in asked if _uuid(one) is None])
        model = rows.model._meta.get_field(self.field_name).related_model
        others = (
            model._default_manager.visible_to(self.parent.view.scope) if self.seen else model._base_manager
        )
        return Q(**{f"{self.field_name}__in": others.filter(named).values("pk")})


def _uuid(given: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(given)
    except ValueError:
        return None


# --- Groups of lookups --------------------------------------------------------------------------------------

_ANY = Label("một trong các giá trị, cách nhau dấu phẩy", "any of these, separated by commas")
_DAY_BOUNDS = {
    "gte": Label("từ ngày này", "this day or later"),
    "lte": Label("đến hết ngày này", "this day or earlier"),
    "gt": Label("sau ngày này", "later than this day"),
    "lt": Label("trước ngày này", "earlier than this day"),
}
_MOMENT_BOUNDS = {
    "gte": Label("từ thời điểm này", "this moment or later"),
    "lte": Label("đến thời điểm này", "this moment or earlier"),
    "gt": Label("sau thời điểm này", "later than this moment"),
    "lt": Label("trước thời điểm này", "earlier than this moment"),
}
_SUM_BOUNDS = {
    "gte": Label("từ mức này", "this much or more"),
    "lte": Label("đến mức này", "this much or less"),
    "gt": Label("trên mức này", "more than this"),
    "lt": Label("dưới mức này", "less than this"),
}


def _said(about: Label, more: Label) -> Label:
    return Label(f"{about.vi}: {more.vi}.", f"{about.en}: {more.en}.")


def _sentence(about: Label) -> Label:
    return Label(f"{about.vi}.", f"{about.en}.")


def _bounded(
    name: str, about: Label, kind: Kind, field: str | None, bounds: Mapping[str, Label], exact: bool
) -> dict[str, django_filters.Filter]:
    at = field or name
    found = {
        f"{name}__{lookup}": Lookup(
            Parameter(f"{name}__{lookup}", _said(about, words), kind=kind), field_name=at, lookup_expr=lookup
        )
        for lookup, words in bounds.items()
    }
    if exact:
        found[name] = Lookup(Parameter(name, _sentence(about), kind=kind), field_name=at)
    return found


def days(name: str, about: Label, *, field: str | None = None, nullable: bool = False) -> Group:
    """A day, and days from it on, until it, after it, before it."""
    return {**_bounded(name, about, "date", field, _DAY_BOUNDS, True), **_null(name, about, field, nullable)}


def moments(name: str, about: Label, *, field: str | None = None, nullable: bool = False) -> Group:
    """Moments from one on, until it, after it, before it."""
    found = _bounded(name, about, "moment", field, _MOMENT_BOUNDS, False)
    return {**found, **_null(name, about, field, nullable)}


def money(name: str, about: Label, *, field: str | None = None, nullable: bool = False) -> Group:
    """An amount in đồng, and more or less."""
    return {**_bounded(name, about, "money", field, _SUM_BOUNDS, True), **_null(name, about, field, nullable)}


def numbers(name: str, about: Label, *, field: str | None = None) -> Group:
    """A whole number, and more or less."""
    return _bounded(name, about, "integer", field, _SUM_BOUNDS, True)


def codes(
    name: str, known: CodeList, about: Label, *, field: str | None = None, nullable: bool = False
) -> Group:
    """A code of a list, and any of several."""
    choices = tuple(known)
    listed = Parameter(f"{name}__in", _said(about, _ANY), kind="choice", choices=choices)
    return {
        name: CodeFilter(known, _sentence(about), field_name=field or name),
        f"{name}__in": Lookup(listed, field_name=field or name, lookup_expr="in", many=True),
        **_null(name, about, field, nullable),
    }


def texts(name: str, about: Label, *, field: str | None = None, nullable: bool = False) -> Group:
    """A text, every letter of it, and any of several."""
    return _exact(name, about, "string", field, nullable)


def ids(name: str = "id", about: Label | None = None, *, field: str = "public_id") -> Group:
    """A UUID, and any of several: of the rows themselves, or (``field``) of what they belong to."""
    words = about or Label("UUID", "UUID")
    return _exact(name, words, "uuid", field, False)


def _exact(name: str, about: Label, kind: Kind, field: str | None, nullable: bool) -> Group:
    listed = Parameter(f"{name}__in", _said(about, _ANY), kind=kind)
    return {
        name: Lookup(Parameter(name, _sentence(about), kind=kind), field_name=field or name),
        f"{name}__in": Lookup(listed, field_name=field or name, lookup_expr="in", many=True),
        **_null(name, about, field, nullable),
    }


def rows(name: str, about: Label, *, nullable: bool = False, one: bool = True, seen: bool = False) -> Group:
    """Another row that this one points at, by its code or UUID, and any of several; without ``one`` the view
    itself reads the parameter of this name. ``seen``: see ``RowLookup``.
    """
    listed = Parameter(f"{name}__in", _said(about, _ANY))
    single = {name: RowLookup(Parameter(name, _sentence(about)), field_name=name, seen=seen)} if one else {}
    return {
        **single,
        f"{name}__in": RowLookup(listed, field_name=name, lookup_expr="in", many=True, seen=seen),
        **_null(name, about, name, nullable),
    }


def _null(name: str, about: Label, field: str | None, nullable: bool) -> Group:
    if not nullable:
        return {}
    words = Label("true: không có; false: có", "true: there is none; false: there is one")
    parameter = Parameter(f"{name}__isnull", _said(about, words), kind="boolean")
    return {parameter.name: Lookup(parameter, field_name=field or name, lookup_expr="isnull")}


# --- Filters by themselves ----------------------------------------------------------------------------------


class IsoDateFilter(django_filters.Filter):
    """A day written as 2024-03-31 and in no other way."""

    class field_class(forms.DateField):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class CodeFilter(django_filters.ChoiceFilter):
    """One code of a list."""

    def __init__(self, codes: CodeList, about: Label, **kwargs: Any) -> None:
        super().__init__(choices=[(code, code) for code in codes], label=about, **kwargs)


#: The parameters of every filter set that has been asked for them.
_DOCUMENTED: dict[Any, tuple[Parameter, ...]] = {}


def documented(filterset: type[django_filters.FilterSet]) -> tuple[Parameter, ...]:
    """The filters of ``filterset`` as parameters of the address; ``label`` of a filter is a ``Label``."""
    if filterset not in _DOCUMENTED:
        every: Any = filterset
        _DOCUMENTED[filterset] = tuple(_parameter(name, one) for name, one in every.base_filters.items())
    return _DOCUMENTED[filterset]


def _parameter(name: str, one: Any) -> Parameter:
    if isinstance(one, Lookup):
        return one.parameter
    about = one.label if isinstance(one.label, Label) else Label(str(one.label), str(one.label))
    kind: Kind = "string"
    choices: tuple[str, ...] = ()
    if isinstance(one, IsoDateFilter):
        kind = "date"
    elif isinstance(one, django_filters.BooleanFilter):
        kind = "boolean"
    elif isinstance(one, django_filters.ChoiceFilter):
        kind, choices = "choice", tuple(code for code, _words in one.extra["choices"])
    return Parameter(name, about, kind=kind, choices=choices)


def filter_faults(chosen: django_filters.FilterSet) -> Iterator[Fault]:
    """A fault for each filter of a bound, invalid filter set."""
    known = {parameter.name: parameter for parameter in documented(type(chosen))}
    for name in chosen.form.errors:
        parameter = known[name]
        value = shortened(str(chosen.data.get(name, "")))
        if parameter.kind == "choice":
            yield parameter_fault(name, "PARAMETER_CHOICE", value=value, choices=", ".join(parameter.choices))
        elif parameter.kind == "date":
            yield parameter_fault(name, "PARAMETER_DATE", value=value)
        else:
            reason = " ".join(str(message) for message in chosen.form.errors[name])
            yield parameter_fault(name, "PARAMETER_INVALID", value=value, expected=reason)
