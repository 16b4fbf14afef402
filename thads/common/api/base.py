"""The base of every endpoint: who asks, may this role, what of the register, with which parameters.

A view that reads or writes the register is a ``ScopedAPIView``. It names the permission that it needs, and
starts from ``self.scope``; the class cannot be made without the permission. Lists and details on a model go
through ``scoped()``, so that they cannot forget the scope either.

A POST is done once for one ``Idempotency-Key`` (``thads.common.api.idempotency``) without the view doing
anything but answering: 201 or 202 with ``Location``, and ``id`` in the body. A view whose body says more than
``{"id": …}`` builds it again in ``replayed``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models, transaction
from django.http import HttpResponseBase
from django.utils import translation
from django.utils.module_loading import import_string
from django_filters import FilterSet  # type: ignore[import-untyped]
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from thads.common.api import changes, idempotency
from thads.common.api.etag import etag_of, not_modified
from thads.common.api.filters import documented, filter_faults
from thads.common.api.language import language_of
from thads.common.api.operations import Operation
from thads.common.api.pagination import (
    Branches,
    Cursor,
    Ordering,
    Page,
    Window,
    capped,
    count_of,
    page_at,
    page_of,
    read_cursor,
    window_of,
    with_more,
)
from thads.common.api.parameters import (
    COUNT,
    CURSOR,
    LANG,
    PAGE_SIZE,
    Parameter,
    parameter_fault,
    read_query,
)
from thads.common.api.renderers import OneFormat, to_json
from thads.common.api.schema import ApiSchema
from thads.common.api.searching import read_search, search_parameter
from thads.common.api.shape import Expansion, Shape, read_shape, shape_parameters, shaped
from thads.common.api.table import CSV, FORMAT, Table, TableResponse, check_unpaged
from thads.common.errors import BadRequest, Fault, Forbidden, NotVisible
from thads.common.labels import Label
from thads.common.models import VersionedModel
from thads.common.plain_text import Wanted
from thads.common.principal import Principal, principal_of
from thads.common.scoping import Scope
from thads.common.snapshot import complete_until

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_Found = models.QuerySet[Any, Any]


@cache
def _rule(setting: str) -> Any:
    """The rule a setting names. The layers above know what a role may do and see; this one only asks."""
    return import_string(getattr(settings, setting))


class ScopedAPIView(APIView):
    """An endpoint behind the gate.

    ``permission`` is the permission needed, one for all methods or by method. ``query_parameters`` are the
    ones it takes beside ``lang``; anything else in the query is refused by name. Their values stand in
    ``self.values``.

    ``writes`` says whether POST writes: a calculator does not, takes no key and asks for none. ``streams`` is
    for a view whose body is no JSON and no form but a file too long to be read twice: it keeps the file
    itself, and then calls ``once``. ``takes_if_match`` names the methods that read ``If-Match``.
    """

    abstract: ClassVar[bool] = True
    permission: ClassVar[str | Mapping[str, str] | None] = None
    query_parameters: ClassVar[Sequence[Parameter] | Mapping[str, Sequence[Parameter]]] = ()
    operations: ClassVar[Mapping[str, Operation]] = {}
    writes: ClassVar[bool] = True
    #: Anybody may read it without signing in, and it takes nothing from a scope.
    public: ClassVar[bool] = False
    streams: ClassVar[bool] = False
    takes_if_match: ClassVar[tuple[str, ...]] = ()

    content_negotiation_class = OneFormat
    metadata_class = None
    schema = ApiSchema()
    values: Mapping[str, Any]
    #: The Idempotency-Key under which this request writes.
    _key: str | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__dict__.get("abstract", False):
            return
        cls.abstract = False
        if cls.public:
            if any(cls.answers(method) for method in METHODS if method != "GET"):
                raise TypeError(f"{cls.__module__}.{cls.__qualname__} is public and may only be read")
            return
        missing = [method for method in METHODS if cls.answers(method) and not cls.needed(method)]
        if missing:
            raise TypeError(
                f"{cls.__module__}.{cls.__qualname__} names no permission for {', '.join(missing)}"
            )

    @classmethod
    def answers(cls, method: str) -> bool:
        """Whether ``method`` is one of this address; ``http_method_names`` leaves out what a base brings."""
        return method.lower() in cls.http_method_names and hasattr(cls, method.lower())

    @classmethod
    def needed(cls, method: str) -> str | None:
        """The permission ``method`` needs; HEAD reads as GET does."""
        if isinstance(cls.permission, Mapping):
            return cls.permission.get("GET" if method == "HEAD" else method)
        return cls.permission

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        """Every query parameter ``method`` takes."""
        own = cls.query_parameters
        if isinstance(own, Mapping):
            own = own.get("GET" if method == "HEAD" else method, ())
        return (*own, LANG)

    @classmethod
    def has_version(cls) -> bool:
        """Whether GET shows a row that has a version, and so an ETag."""
        return False

    @cached_property
    def lang(self) -> str:
        return language_of(self.request._request)

    @cached_property
    def principal(self) -> Principal:
        return principal_of(self.request)

    @cached_property
    def scope(self) -> Scope:
        """What the caller may see, worked out once for the request."""
        reads = self.request.method in ("GET", "HEAD")
        # What is written may change the units that came with the key.
        principal = self.principal if reads else replace(self.principal, subtree=None)
        scope: Scope = _rule("SCOPE_RULE")(principal)
        return scope

    def may_ask(self, permission: str | None) -> bool:
        """Whether the caller's role has ``permission``."""
        return permission is not None and bool(_rule("PERMISSION_RULE")(self.principal, permission))

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(language_of(request)):
            response = super().dispatch(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.headers.setdefault("Content-Language", language_of(request))
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses before the view runs: no caller (401), method unknown (405), role may not (403), parameters
        wrong (400).
        """
        super().initial(request, *args, **kwargs)
        method = str(request.method)
        if not self.answers("GET" if method == "HEAD" else method) or method not in (*METHODS, "HEAD"):
            return
        needed = self.needed(method)
        if not self.public and not self.may_ask(needed):
            role = self.principal.role or "–"
            raise Forbidden(Fault("ROLE_MAY_NOT", params={"role": role, "permission": needed or method}))
        if any("\0" in str(value) for value in kwargs.values()):
            raise BadRequest(Fault("CHARACTER_FORBIDDEN", params={"name": request.path.replace("\0", "␀")}))
        self.values = read_query(request._request.GET, self.parameters(method))
        if method == "POST":
            # The handler is looked up after this, and what it raises becomes a problem.
            self.__dict__["post"] = self._under_key(getattr(self, method.lower()))

    # --- Writing once ---------------------------------------------------------------------------------------

    def writes_now(self) -> bool:
        """Whether this request writes something: ``writes``, unless it is a dry run. What does not write
        needs no key and keeps none.
        """
        return self.writes and not self.values.get("dry_run")

    def replayed(self, record: idempotency.Record) -> Any:
        """The body of an answer that is given again: of what ``record.public_id`` names, as it stands now and
        as the caller may see it now. Raises NotVisible when that is nothing any more: then the answer is
        the id alone, because what the caller wrote was written.
        """
        return {"id": record.public_id}

    def public_id_of(self, response: Response) -> uuid.UUID | None:
        """The id that ``replayed`` will be given: the ``id`` of the body, where it has a UUID there."""
        found = response.data.get("id") if isinstance(response.data, Mapping) else None
        try:
            return uuid.UUID(str(found))
        except ValueError:
            return None

    def once(self, body: str, write: Callable[[], Response]) -> Response:
        """The answer of ``write``, which is done unless this key has done it; without a key it is just done.

        ``body`` is the digest of what was sent. Write and record are one transaction: the request's, or one
        of its own where the view said no to that.
        """
        if self._key is None:
            return write()
        claim = idempotency.claim_of(self.request, self.principal, self._key, body)
        own = getattr(self.dispatch, "_non_atomic_requests", None)
        with transaction.atomic() if own else nullcontext():
            return idempotency.once(claim, write, self._replayed, self.public_id_of)

    def _replayed(self, record: idempotency.Record) -> Any:
        try:
            return self.replayed(record)
        except NotVisible:
            return {"id": record.public_id}

    def _under_key(self, post: Callable[..., Response]) -> Callable[..., Response]:
        """``post`` done once for the key of the request. Raises BadRequest for a key that cannot be one, and
        for none where there has to be one.
        """

        def handler(request: Request, *args: Any, **kwargs: Any) -> Response:
            key = idempotency.key_of(request)
            if not self.writes_now():
                return post(request, *args, **kwargs)
            if key is None and self.principal.role == idempotency.OBLIGED:
                raise BadRequest(Fault("IDEMPOTENCY_KEY_REQUIRED"))
            self._key = key
            if key is None or self.streams:
                return post(request, *args, **kwargs)
            return self.once(idempotency.digest_of(request.data), lambda: post(request, *args, **kwargs))

        return handler

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Vary": "Accept-Language, Authorization, Cookie"}


class _ModelView(ScopedAPIView):
    """Reads rows of one model as plain dictionaries: no object is built and no serializer runs.

    ``expansions`` are the relations that ``expand`` takes, by the member of the row.
    """

    abstract = True
    model: ClassVar[type[models.Model]]
    columns: ClassVar[tuple[str, ...]]
    expansions: ClassVar[Mapping[str, Expansion]] = {}

    @cached_property
    def shape(self) -> Shape:
        """What is asked for of each row. Raises BadRequest."""
        return read_shape(self)

    def shaped(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Presented rows as they were asked for."""
        return shaped(self, rows, self.shape)

    def scoped(self) -> models.QuerySet[Any, Any]:
        """The rows of the model that the caller may see. Everything starts here."""
        rows: models.QuerySet[Any, Any] = self.model._default_manager.visible_to(self.scope)  # type: ignore[attr-defined]
        return rows

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows as the API shows them, a page at a time, so that what belongs to them is read in one
        query.
        """
        raise NotImplementedError


#: The parameters of every list that ask for no other rows.
PAGING = frozenset({"ordering", "cursor", "page_size", "count", "lang", "fields", "omit", "expand", "format"})


class ScopedListView(_ModelView):
    """A list. ``orderings`` maps the public name of an order to the field, which holds no NULL; a minus
    before it turns it. ``searched_in`` names what ``q`` is looked for in, where ``search`` does so.
    """

    abstract = True
    paged: ClassVar[bool] = True
    filterset_class: ClassVar[type[FilterSet] | None] = None
    orderings: ClassVar[Mapping[str, str]] = {"code": "code"}
    default_ordering: ClassVar[str] = "code"
    searched_in: ClassVar[Label | None] = None
    #: The parameters, beside those of every list (``PAGING``), of which ``by_statement`` is asked.
    asked_often: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        if method not in ("GET", "HEAD"):
            return super().parameters(method)
        names = (*cls.orderings, *(f"-{name}" for name in cls.orderings))
        order = Parameter(
            "ordering",
            Label("Thứ tự; dấu trừ đằng trước là giảm dần.", "Order; a minus before it means falling."),
            kind="choice",
            choices=names,
            default=cls.default_ordering,
        )
        filters = documented(cls.filterset_class) if cls.filterset_class else ()
        search = (search_parameter(cls.searched_in),) if cls.searched_in else ()
        since = (changes.MODIFIED_SINCE,) if cls.tells_changes() else ()
        shape = shape_parameters(cls.expansions)
        pages = (order, CURSOR, PAGE_SIZE, COUNT, FORMAT)
        return (*search, *filters, *since, *pages, *shape, *super().parameters(method))

    @classmethod
    def tells_changes(cls) -> bool:
        """Whether the list tells what has changed since a moment."""
        return changes.is_tracked(cls.model)

    @property
    def ordering(self) -> Ordering:
        """The order that is asked for."""
        name = self.values["ordering"]
        return Ordering(self.orderings[name.removeprefix("-")], name.startswith("-"))

    def narrow(self, rows: models.QuerySet[Any, Any]) -> models.QuerySet[Any, Any]:
        """What the view's own parameters leave of ``rows``."""
        return rows

    def by_statement(self, window: Window) -> tuple[list[dict[str, Any]], int | None] | None:
        """The rows of a window and their count, where a statement of the noun's own answers what is asked;
        None where the queryset does, with the same answer. Asked only of parameters in ``asked_often``.
        """
        return None

    def branches(self) -> Branches | None:
        """Where the indexes of the list's orders begin, if they do so alike."""
        return None

    @cached_property
    def wanted(self) -> Wanted | None:
        """What ``q`` asks for. Raises BadRequest."""
        return read_search(self.values.get("q"))

    def search(self, rows: models.QuerySet[Any, Any], wanted: Wanted) -> models.QuerySet[Any, Any]:
        """Those of ``rows`` that have what is wanted."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it is searched")

    def search_page(self, rows: models.QuerySet[Any, Any], wanted: Wanted) -> tuple[_Found, _Found]:
        """The same rows twice: for reading a page of them, and for counting them beside it."""
        found = self.search(rows, wanted)
        return found, found

    def searched(self, rows: models.QuerySet[Any, Any]) -> models.QuerySet[Any, Any]:
        """What ``q`` leaves of ``rows``."""
        return rows if self.wanted is None else self.search(rows, self.wanted)

    @cached_property
    def shape(self) -> Shape:
        query, shape = self.request._request.GET, read_shape(self)
        if shape.expand and self.values["format"] == CSV:
            raise BadRequest(parameter_fault("expand", "PARAMETERS_TOGETHER", other="format=csv"))
        high = min((self.expansions[name].rows for name in shape.expand), default=PAGE_SIZE.high)
        if self.values["page_size"] > high and "page_size" in query:
            names = ",".join(name for name in shape.expand if self.expansions[name].rows == high)
            params = {"high": high, "expand": names}
            raise BadRequest(parameter_fault("page_size", "PAGE_TOO_LARGE_TO_EXPAND", **params))
        return shape

    @property
    def page_size(self) -> int:
        """Rows of a page: those asked for, or fewer where each of them is expanded at some cost."""
        rows = [self.expansions[name].rows for name in self.shape.expand]
        return int(min(self.values["page_size"], *rows, PAGE_SIZE.high))

    def everything(self) -> models.QuerySet[Any, Any]:
        """The rows of which the list tells that they have changed: those of ``scoped`` and, where rows are
        kept when they are removed, the removed ones.
        """
        if not issubclass(self.model, VersionedModel):
            return self.scoped()
        rows: models.QuerySet[Any, Any] = self.model._default_manager.within(self.scope)  # type: ignore[attr-defined]
        return rows

    def departed(self, since: dt.datetime) -> changes.Source | None:
        """The rows that have left the caller's scope since, where that is known; None where not."""
        return None

    def count_departed(self, since: dt.datetime, limit: int | None) -> int:
        """How many of them there are, counted no further than ``limit``."""
        return 0

    def modified(self, since: dt.datetime) -> Response:
        """What has changed at ``since`` or later, a page of it (``thads.common.api.changes``)."""
        changes.check_since(since, self.request._request.GET)
        token = self.values["cursor"]
        # Asked before anything is read.
        place = changes.Place(complete_until()) if token is None else changes.read_place(token)
        everything, departed = self.everything(), self.departed(since)
        sources = [changes.of_rows(everything, since), *([departed] if departed else ())]
        page = changes.page_of(sources, place, self.page_size)
        listed = self.searched(self.filtered(self.narrow(self.scoped())))
        listed = listed.filter(pk__in=[one.pk for one in page.changes])
        names = dict.fromkeys((*self.columns, "pk"))
        standing = {row["pk"]: dict(row) for row in listed.values(*names)}
        rows, gone = changes.told(page.changes, standing)
        mode = self.values["count"]
        counted = count_of(everything.filter(modified_at__gte=since), mode)
        return Response(
            {
                "results": self.shaped(self.present(rows)),
                "removed": list(gone),
                "next": self._address(page.next.token()) if page.next else None,
                "previous": self._address(page.previous.token()) if page.previous else None,
                "count": with_more(counted, mode, lambda limit: self.count_departed(since, limit)),
                "modified_until": place.until,
            }
        )

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        size = self.page_size
        if self.tells_changes() and self.values["modified_since"] is not None:
            return self.modified(self.values["modified_since"])
        if self.values["format"] == CSV:
            check_unpaged(request._request.GET)
            name = request.path.strip("/").rpartition("/")[2]
            bare, counted = request.method == "HEAD", self.values["count"]
            return TableResponse(self, self.table(), counted=counted, name=name, bare=bare)
        name, ordering = self.values["ordering"], self.ordering
        token = self.values["cursor"]
        cursor = read_cursor(token, name, self.model, ordering.field) if token is not None else None
        page, count = self.read(name, ordering, cursor, size, self.values["count"])
        return Response(
            {
                "results": self.shaped(self.present(page.rows)),
                "next": self._address(page.next.token()) if page.next else None,
                "previous": self._address(page.previous.token()) if page.previous else None,
                "count": count,
            }
        )

    def read(
        self, name: str, ordering: Ordering, cursor: Cursor | None, size: int, counted: str
    ) -> tuple[Page, dict[str, Any]]:
        """A page of the list in the ordering of this name, and the count (a value of ``count``)."""
        often = (self.asked_often | PAGING).issuperset(self.request._request.GET)
        if often and counted in ("capped", "none"):
            told = self.by_statement(window_of(ordering, cursor, size, counted))
            if told is not None:
                found, number = told
                return page_at(found, name, ordering, cursor, size), capped(number)
        rows = self.filtered(self.narrow(self.scoped()))
        paged, beside = (rows, rows) if self.wanted is None else self.search_page(rows, self.wanted)
        # A condition on words names the table it looks in, which a branch knows by another name.
        branches = self.branches() if self.wanted is None else None
        page = page_of(paged.values(*self.row_columns), name, ordering, cursor, size, branches)
        return page, count_of(beside, counted)

    @property
    def row_columns(self) -> Collection[str]:
        """The columns of a row, what it is ordered by among them."""
        return dict.fromkeys((*self.columns, self.ordering.field, "pk"))

    def table(self) -> Table:
        """All rows of the filter, in their order."""
        name, ordering = self.values["ordering"], self.ordering
        rows = self.searched(self.filtered(self.narrow(self.scoped())))
        return Table(
            rows, self.row_columns, ordering, lambda size: self.read(name, ordering, None, size, "none")[0]
        )

    def filtered(self, rows: models.QuerySet[Any, Any]) -> models.QuerySet[Any, Any]:
        """What the filter set leaves of ``rows``. Raises BadRequest with a fault for each filter whose value
        is wrong.
        """
        given = self.request._request.GET
        if self.filterset_class is None or not self.filterset_class.base_filters.keys() & given.keys():
            return rows
        chosen = self.filterset_class(given, queryset=rows, request=self.request)
        chosen.view = self
        if not chosen.is_valid():
            raise BadRequest(filter_faults(chosen))
        return chosen.qs

    def _address(self, token: str) -> str:
        query = {**self.request._request.GET.dict(), "cursor": token}
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode(query)}")


class ScopedDetailView(_ModelView):
    """One row, by its code or its UUID. What is not visible is not found."""

    abstract = True
    not_found: ClassVar[str] = "NOT_FOUND"
    address: ClassVar[str] = "code"

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        shape = shape_parameters(cls.expansions) if method in ("GET", "HEAD") else ()
        return (*shape, *super().parameters(method))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        shape = self.shape
        row = self.found(kwargs[self.address])
        version = self.version_of(row)
        if version is None:
            return Response(self.shown_of(row))
        if shape.expand:
            # What is expanded has versions of its own.
            body = self.shown_of(row)
            etag = etag_of(version, request, to_json(body))
            return not_modified(request, etag) or Response(body, headers={"ETag": etag})
        etag = etag_of(version, request)
        return not_modified(request, etag) or Response(self.shown_of(row), headers={"ETag": etag})

    def shown_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it was asked for."""
        return self.shaped(self.present([row]))[0]

    @classmethod
    def has_version(cls) -> bool:
        return cls.version_of is not ScopedDetailView.version_of

    def version_of(self, row: Mapping[str, Any]) -> int | None:
        """The version of the row, which rises with all that the detail shows; None where there is none.

        With a version the answer has an ETag, and who has that one already is answered 304 before anything
        that belongs to the row is read.
        """
        return None

    def condition(self, address: str) -> models.Q:
        """The condition for the row at ``address``."""
        return by_address(address)

    def found(self, address: str) -> dict[str, Any]:
        """The row at ``address``. Raises NotVisible."""
        rows = self.scoped().filter(self.condition(address)).values(*self.columns, "pk")[:1]
        for row in rows:
            return dict(row)
        raise NotVisible(Fault(self.not_found, params={self.model._meta.model_name or "": address}))


def by_address(address: str, prefix: str = "") -> models.Q:
    """The condition for a row known by its code or its UUID (``prefix`` leads to it from another model)."""
    try:
        return models.Q(**{f"{prefix}public_id": uuid.UUID(address)})
    except ValueError:
        return models.Q(**{f"{prefix}code": address})
