"""Filter sets (django-filter) with the words and refusals of this API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django import forms

from thads.common.api.parameters import Kind, Parameter, parameter_fault, shortened
from thads.common.errors import Fault
from thads.common.labels import CodeList, Label


class IsoDateFilter(django_filters.Filter):
    """A day written as 2024-03-31 and in no other way."""

    class field_class(forms.DateField):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class CodeFilter(django_filters.ChoiceFilter):
    """One code of a list."""

    def __init__(self, codes: CodeList, about: Label, **kwargs: Any) -> None:
        super().__init__(choices=[(code, code) for code in codes], label=about, **kwargs)


def documented(filterset: type[django_filters.FilterSet]) -> tuple[Parameter, ...]:
    """The filters of ``filterset`` as parameters of the address; ``label`` of a filter is a ``Label``."""
    return tuple(_parameter(name, one) for name, one in filterset.base_filters.items())


def _parameter(name: str, one: Any) -> Parameter:
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
