"""The base of what is written as a whole: POST to a list, PUT, PATCH and DELETE to a row.

A body is read by a serializer; a field that it does not know is refused by name. Each verb calls one action,
inside the caller's scope: the view says which rows (``scoped``), the action finds, locks, decides and writes.

``If-Match`` is required on PUT, PATCH and DELETE: 428 without, 412 with the fields that differ when somebody
has written meanwhile. ``dry_run=true`` does everything and rolls it back: the same answer with 200, refusals
included. ``Idempotency-Key`` is the base's (``ScopedAPIView``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models, transaction
from django.http import QueryDict
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from thads.common import versions
from thads.common.api.base import ScopedDetailView, ScopedListView, by_address
from thads.common.api.etag import check_version, etag_of, required_if_match
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter, read_query, shortened
from thads.common.errors import BadRequest, Fault
from thads.common.labels import Label
from thads.common.models import VersionedModel

DRY_RUN = Parameter(
    "dry_run",
    Label(
        "true: làm thử, trả lời 200 như khi ghi, không ghi gì.",
        "true: try it, answer 200 as if it were written, and write nothing.",
    ),
    kind="boolean",
    default=False,
)


class TextField(serializers.CharField):
    """Text in composed form (NFC), so that one name is one text however it was typed."""

    def to_internal_value(self, data: Any) -> str:
        return unicodedata.normalize("NFC", super().to_internal_value(data))


def read_body(
    serializer: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False, **context: Any
) -> dict[str, Any]:
    """What was sent, checked. Raises BadRequest naming every field that is not known and every value of
    another JSON type than the document says, and ValidationError (400) for what is missing or wrong. With
    ``partial`` a field that was not sent is left out.
    """
    reader = serializer(data=data, context=context)
    misfits = list(_misfits(reader, data, ""))
    if misfits:
        raise BadRequest(misfits)
    if partial and isinstance(data, Mapping):
        # What belongs to a row is sent whole, so the serializer's own ``partial``, which goes all the way
        # down, would take too little.
        for name in reader.fields.keys() - data.keys():
            del reader.fields[name]
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)


def _misfits(field: Any, data: Any, pointer: str) -> Iterator[Fault]:
    """A fault for every key, at any depth, that the serializer does not take, and for every value whose JSON
    type is not the field's: a serializer by itself would make a text of the number 0 and a yes of "on".
    """
    if isinstance(field, (serializers.ListSerializer, serializers.ListField)) and isinstance(data, list):
        for place, row in enumerate(data):
            yield from _misfits(field.child, row, f"{pointer}/{place}")
    elif isinstance(field, serializers.Serializer) and isinstance(data, Mapping):
        known = {name: one for name, one in field.fields.items() if not one.read_only}
        for name, inner in data.items():
            if name in known:
                yield from _misfits(known[name], inner, f"{pointer}/{name}")
            else:
                key = str(name)
                yield Fault("FIELD_UNKNOWN", f"{pointer}/{_escaped(key)}", {"key": shortened(key)})
    elif data is not None:  # whether nothing may be said is for the field
        for kinds, fits, code in _TYPES:
            if isinstance(field, kinds) and not fits(data):
                yield Fault(code, pointer, {"name": pointer.rpartition("/")[2]})


def _is_whole(value: Any) -> bool:
    """Whether JSON Schema calls it an integer: 2026.0 is one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1


#: Kinds of fields, which values of JSON they take, and what is said of others.
_TYPES: Sequence[tuple[tuple[type[Any], ...], Callable[[Any], bool], str]] = (
    (
        (
            serializers.CharField,
            serializers.ChoiceField,
            serializers.DateField,
            serializers.DateTimeField,
            serializers.DecimalField,
            serializers.UUIDField,
        ),
        lambda value: isinstance(value, str),
        "FIELD_NOT_TEXT",
    ),
    ((serializers.IntegerField,), _is_whole, "FIELD_NOT_WHOLE_NUMBER"),
    ((serializers.BooleanField,), lambda value: isinstance(value, bool), "FIELD_NOT_BOOLEAN"),
)


def _escaped(name: str) -> str:
    """A name inside a JSON pointer (RFC 6901)."""
    return shortened(name).replace("~", "~0").replace("/", "~1")


def tried(dry_run: bool, write: Callable[[], Response]) -> Response:
    """The answer of ``write``; of a dry run with 200, after everything that was written is undone."""
    if not dry_run:
        return write()
    with transaction.atomic():
        response = write()
        transaction.set_rollback(True)
    response.status_code = 200
    for name in ("Location", "ETag"):
        response.headers.pop(name, None)
    return response


def shown(view: type[ScopedDetailView], request: Request, public_id: Any) -> tuple[Any, int | None]:
    """The row as its own address shows it to this caller, and its version. Raises NotVisible."""
    detail = view(request=request, kwargs={view.address: str(public_id)})
    detail.values = read_query(QueryDict(), view.parameters("GET"))
    row = detail.found(str(public_id))
    return detail.present([row])[0], detail.version_of(row)


def _answer(view: type[ScopedDetailView], request: Request, public_id: Any, **more: Any) -> Response:
    body, version = shown(view, request, public_id)
    headers = {} if version is None else {"ETag": etag_of(version, request)}
    return Response(body | more, headers=headers)


class WritableListView(ScopedListView):
    """A list to which something can be added. ``body`` reads what is sent, ``create`` calls the action, and
    the answer is what ``detail`` (at the address named ``detail_name``) shows of the new row.
    """

    abstract = True
    body: ClassVar[type[serializers.Serializer[Any]]]
    detail: ClassVar[type[ScopedDetailView]]
    detail_name: ClassVar[str]

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        return _with_dry_run(super().parameters(method), method)

    def create(self, values: dict[str, Any]) -> VersionedModel:
        """Do the action with the values sent, and give the new row."""
        raise NotImplementedError(f"{type(self).__name__} creates nothing")

    def only_now(self, row: VersionedModel) -> Mapping[str, Any]:
        """What of the new row is shown this once: a secret. It is not in an answer that is given again."""
        return {}

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = read_body(self.body, request.data)

        def write() -> Response:
            row = self.create(values)
            response = _answer(self.detail, request, row.public_id, **self.only_now(row))
            response.status_code = 201
            response.headers["Location"] = self.address_of(response.data)
            return response

        return tried(self.values["dry_run"], write)

    def address_of(self, body: Mapping[str, Any]) -> str:
        """The address of a row, by its UUID."""
        path = reverse(self.detail_name, kwargs={**self.kwargs, self.detail.address: str(body["id"])})
        return self.request.build_absolute_uri(path)

    def replayed(self, record: Any) -> Any:
        return shown(self.detail, self.request, record.public_id)[0]


class WritableDetailView(ScopedDetailView):
    """A row that can be replaced (PUT), changed (PATCH) and removed (DELETE), those of them for which
    ``permission`` names one.
    """

    abstract = True
    body: ClassVar[type[serializers.Serializer[Any]]]
    #: Fields of which a stale caller is told that they differ, and not how they stand.
    private: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if not cls.__dict__.get("abstract", False):
            written = [method for method in _HANDLERS if cls.needed(method)]
            for method in written:
                if not hasattr(cls, method.lower()):
                    setattr(cls, method.lower(), _HANDLERS[method])
            cls.takes_if_match = (*cls.takes_if_match, *written)
        super().__init_subclass__(**kwargs)

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        return _with_dry_run(super().parameters(method), method)

    def version_of(self, row: Mapping[str, Any]) -> int | None:
        return int(row["version"])

    def condition(self, address: str) -> models.Q:
        """By code or UUID; of a model without codes by UUID alone."""
        if any(field.name == "code" for field in self.model._meta.get_fields()):
            return by_address(address)
        return by_uuid(address)

    def change(
        self, rows: models.QuerySet[Any], values: dict[str, Any], check: versions.Check
    ) -> VersionedModel:
        """Do the action on the one row of ``rows`` and give it."""
        raise NotImplementedError(f"{type(self).__name__} changes nothing")

    def remove(self, rows: models.QuerySet[Any], check: versions.Check) -> None:
        """Do the action that removes the one row of ``rows``."""
        raise NotImplementedError(f"{type(self).__name__} removes nothing")

    def _replace(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._changed(request, partial=False)

    def _patch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._changed(request, partial=True)

    def _delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self._addressed()
        check = self._check(request)
        # In a dry run the answer shows what would go.
        standing = _answer(type(self), request, self.kwargs[self.address]) if self._dry_run else None

        def write() -> Response:
            self.remove(rows, check)
            return standing or Response(status=204)

        return tried(self._dry_run, write)

    def _changed(self, request: Request, *, partial: bool) -> Response:
        rows = self._addressed()
        check = self._check(request)
        values = read_body(self.body, request.data, partial=partial)

        def write() -> Response:
            row = self.change(rows, values, check)
            return _answer(type(self), request, row.public_id)

        return tried(self._dry_run, write)

    @property
    def _dry_run(self) -> bool:
        return bool(self.values["dry_run"])

    def _addressed(self) -> models.QuerySet[Any]:
        """The row of this address, if the caller may see it. Raises NotVisible, before the body is read."""
        address = self.kwargs[self.address]
        self.found(address)
        return self.scoped().filter(self.condition(address))

    def _check(self, request: Request) -> versions.Check:
        """Compares with ``If-Match``, and tells whose version is old which of his fields differ from what
        stands now. Raises PreconditionRequired without the header.
        """
        asked = required_if_match(request)

        def check(row: VersionedModel, values: Mapping[str, Any]) -> None:
            if asked is None or asked == row.version:
                return
            told = (
                Fault("FIELD_DIFFERS", f"/{name}", {"name": name})
                if name in self.private
                else Fault("FIELD_STANDS", f"/{name}", {"name": name, "value": _words(stands)})
                for name, (stands, _sent) in versions.differences(row, values).items()
            )
            check_version(asked, row.version, tuple(told))

        return check


#: What a view gets for each method that its permission names.
_HANDLERS: Mapping[str, Callable[..., Response]] = {
    "PUT": WritableDetailView._replace,
    "PATCH": WritableDetailView._patch,
    "DELETE": WritableDetailView._delete,
}


def by_uuid(address: str) -> models.Q:
    """The condition for a row known by its UUID alone; anything else is no row's."""
    found = by_address(address)
    return found if "public_id" in dict(found.children) else models.Q(pk=None)  # type: ignore[arg-type]


def _words(value: Any) -> str:
    return "–" if value in (None, "", []) else shortened(str(value))


def _with_dry_run(parameters: tuple[Parameter, ...], method: str) -> tuple[Parameter, ...]:
    return (DRY_RUN, *parameters) if method in ("POST", "PUT", "PATCH", "DELETE") else parameters


#: What a write can answer with, beside what its headers bring.
PROBLEMS = (400, 401, 403, 404, 409, 422)


def row_operations(
    noun: str,
    name: Label,
    *,
    response: type[serializers.BaseSerializer[Any]],
    example: Any,
    body: type[serializers.Serializer[Any]],
    sent: Any,
    patch: Any,
    path: Mapping[str, Label],
    about: Mapping[str, Label] | None = None,
) -> dict[str, Operation]:
    """PUT, PATCH and DELETE of one ``noun`` for the OpenAPI document; ``about`` says more by method."""
    says = about or {}
    nothing = Label("", "")
    common: dict[str, Any] = {"problems": PROBLEMS, "path_parameters": path}
    written: dict[str, Any] = {**common, "response": response, "example": example, "request": body}
    return {
        "PUT": Operation(
            f"replace_{noun}",
            Label(f"Thay toàn bộ {name.vi}", f"Replace {name.en}"),
            request_example=sent,
            about=says.get("PUT", nothing),
            **written,
        ),
        "PATCH": Operation(
            f"change_{noun}",
            Label(f"Sửa {name.vi}", f"Change {name.en}"),
            request_example=patch,
            about=says.get("PATCH", nothing),
            **written,
        ),
        "DELETE": Operation(
            f"remove_{noun}",
            Label(f"Bỏ {name.vi}", f"Remove {name.en}"),
            None,
            about=says.get("DELETE", nothing),
            status=204,
            also={200: (response, example)},
            **common,
        ),
    }


def add_operation(
    noun: str,
    name: Label,
    *,
    response: type[serializers.BaseSerializer[Any]],
    example: Any,
    body: type[serializers.Serializer[Any]],
    sent: Any,
    about: Label | None = None,
) -> Operation:
    """POST of one ``noun`` for the OpenAPI document."""
    return Operation(
        f"create_{noun}",
        Label(f"Lập {name.vi}", f"Add {name.en}"),
        response,
        example=example,
        request=body,
        request_example=sent,
        about=about or Label("", ""),
        status=201,
        problems=PROBLEMS,
        also={200: (response, example)},
    )
