"""The OpenAPI document: every view's declarations (operations, parameters) as drf-spectacular wants them."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from thads.common.api.changes import MODIFIED_SINCE
from thads.common.api.operations import Operation
from thads.common.api.parameters import Parameter
from thads.common.api.problems import CONTENT_TYPE, TITLES
from thads.common.api.renderers import to_json
from thads.common.api.table import CONTENT_TYPE as TABLE_CONTENT_TYPE
from thads.common.api.table import FORMAT, columns_of
from thads.common.labels import Label
from thads.common.messages import text


class ProblemErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer; ?name for a query parameter")
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]
    request_id = serializers.CharField()


class CountSerializer(serializers.Serializer[Any]):
    value = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=["none", "exact", "capped", "estimated"])


class TombstoneSerializer(serializers.Serializer[Any]):
    """A row that is not in the list any more."""

    id = serializers.UUIDField()
    deleted = serializers.BooleanField(help_text="true")
    modified_at = serializers.DateTimeField(help_text="when it left")


_PAGES: dict[str, type[serializers.BaseSerializer[Any]]] = {}


def page_serializer(
    row: type[serializers.BaseSerializer[Any]], tells_changes: bool = False
) -> type[serializers.BaseSerializer[Any]]:
    """The envelope of a list of ``row``; of one that tells what has changed since a moment, with that."""
    name = f"{row.__name__.removesuffix('Serializer')}PageSerializer"
    if name not in _PAGES:
        parts: dict[str, Any] = {
            "results": row(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "count": CountSerializer(),
        }
        if tells_changes:
            parts["removed"] = TombstoneSerializer(
                many=True, required=False, help_text="with modified_since: what is in the list no longer"
            )
            parts["modified_until"] = serializers.DateTimeField(
                required=False, help_text="with modified_since: the moment to ask from next time"
            )
        _PAGES[name] = type(name, (serializers.Serializer,), parts)
    return _PAGES[name]


#: A table, without what its type says of encoding and headings.
TABLE_TYPE = TABLE_CONTENT_TYPE.partition(";")[0]
_TYPES: dict[str, dict[str, str]] = {
    "string": {"type": "string"},
    "choice": {"type": "string"},
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
    "money": {"type": "string", "pattern": "^-?[0-9]{1,15}$"},
    "uuid": {"type": "string"},
}


def both(label: Label) -> str:
    """Vietnamese first, then English."""
    return " · ".join(part for part in (label.vi, label.en) if part)


#: Headers a request may carry.
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description=both(
        Label(
            "Khóa riêng của yêu cầu này, nhớ trong 7 ngày; gửi lại cùng khóa, cùng nội dung thì nhận lại kết "
            "quả đầu tiên, không ghi lần nữa. Bắt buộc với vai trò SYSTEM.",
            "A key of this request alone, known for 7 days; the same key and content again gets the first "
            "answer, and nothing is written twice. Required from the role SYSTEM.",
        )
    ),
    examples=[OpenApiExample("key", value="8e03978e-40d5-43dd-bc93-6894a57f9324")],
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=both(
        Label(
            "ETag của lần đọc trước; chỉ số phiên bản được so sánh, khác thì 412 và không ghi gì.",
            "The ETag of an earlier answer; its version alone is compared, another one is 412 and nothing is "
            "written.",
        )
    ),
    examples=[OpenApiExample("version", value='"7-0f3a5c1be2d94a68"')],
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description=both(
        Label("ETag đã có; không đổi thì 304.", "The ETag at hand; 304 when nothing has changed.")
    ),
    examples=[OpenApiExample("etag", value='"7-0f3a5c1be2d94a68"')],
)
#: Headers of an answer.
ANSWERED = {
    "Idempotency-Replayed": Label(
        "true khi đây là kết quả của lần gửi trước.", "true when this is the first answer once more."
    ),
    "Location": Label("Địa chỉ của kết quả, khi chỉ có một.", "Where the result is, when it is one."),
    "ETag": Label("Phiên bản hiện nay.", "The version that stands."),
}


def answered(name: str, *statuses: int) -> OpenApiParameter:
    """A header of the answers with these statuses."""
    return OpenApiParameter(
        name, str, OpenApiParameter.HEADER, response=list(statuses), description=both(ANSWERED[name])
    )


def as_openapi(parameter: Parameter) -> OpenApiParameter:
    kind: dict[str, Any] = dict(_TYPES[parameter.kind])
    if parameter.kind == "integer":
        kind |= {"minimum": parameter.low, "maximum": parameter.high}
    if parameter.choices:
        kind["enum"] = list(parameter.choices)
    if parameter.default is not None:
        kind["default"] = parameter.default
    examples = [OpenApiExample(parameter.example, value=parameter.example)] if parameter.example else []
    return OpenApiParameter(
        parameter.name,
        kind,
        OpenApiParameter.QUERY,
        required=parameter.required,
        description=both(parameter.about),
        examples=examples,
    )


#: Statuses of problems that any request can be answered with: an address or headers too long, the database
#: away for a moment.
ANYWHERE = (414, 431, 503)


class ApiSchema(AutoSchema):
    """Reads a view's ``operations`` and parameters; a method without an operation is not part of the public
    document.
    """

    @property
    def operation(self) -> Operation:
        operation: Operation = self.view.operations[self.method]  # type: ignore[attr-defined]
        return operation

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def is_excluded(self) -> bool:
        return self.method not in self.view.operations  # type: ignore[attr-defined]

    def get_operation_id(self) -> str:
        return self.operation.id

    def get_extensions(self) -> dict[str, Any]:
        """``x-expand``: what an expanded member is, by the operation that shows it."""
        expansions = getattr(self.view, "expansions", {}) if self.method == "GET" else {}
        shown = {name: one.view.operations["GET"].id for name, one in expansions.items()}
        return {"x-expand": shown} if shown else {}

    def get_summary(self) -> str:
        return both(self.operation.summary)

    def get_description(self) -> str:  # type: ignore[override]
        return both(self.operation.about)

    def get_override_parameters(self) -> list[Any]:
        listed: list[Any] = [as_openapi(parameter) for parameter in self.view.parameters(self.method)]  # type: ignore[attr-defined]
        for name, about in self.operation.path_parameters.items():
            listed.append(OpenApiParameter(name, str, OpenApiParameter.PATH, description=both(about)))
        return [*listed, *self._headers()]

    @property
    def _keyed(self) -> bool:
        """Whether the method writes under an Idempotency-Key."""
        return self.method == "POST" and self.view.writes  # type: ignore[attr-defined]

    @property
    def _versioned(self) -> bool:
        """Whether the method reads a row that has a version."""
        return self.method == "GET" and self.view.has_version()  # type: ignore[attr-defined]

    @property
    def _tabled(self) -> bool:
        """Whether the method also gives a list as a table."""
        return self.method == "GET" and FORMAT in self.view.parameters("GET")  # type: ignore[attr-defined]

    def _headers(self) -> list[OpenApiParameter]:
        """The headers of the request and of its good answer."""
        status = self.operation.status
        matched = self.method in self.view.takes_if_match  # type: ignore[attr-defined]
        listed = []
        # A good answer beside the first, if it is no dry run, has written too.
        made = [one for one in (status, *self.operation.also) if one in (201, 202)]
        if self._keyed:
            listed += [IDEMPOTENCY_KEY, answered("Idempotency-Replayed", *(made or [status]))]
        if self._keyed and made:
            listed.append(answered("Location", *made))
        if matched:
            listed.append(IF_MATCH)
        if self._versioned:
            listed.append(IF_NONE_MATCH)
        if matched or self._versioned:
            listed.append(answered("ETag", status))
        return listed

    @property
    def _problems(self) -> list[int]:
        """The statuses of problems: those of the operation, those that its body and its headers bring, and
        those that any request can get.
        """
        statuses = {*self.operation.problems, *ANYWHERE}
        if self.operation.request is not None:
            statuses |= {400, 413, 415}
        if self._keyed:
            statuses |= {400, 409, 422}
        if self.method in self.view.takes_if_match:  # type: ignore[attr-defined]
            statuses |= {400, 412} if self.method == "POST" else {400, 412, 428}
        return sorted(statuses)

    def get_request_serializer(self) -> Any:
        return self.operation.request

    def get_response_serializers(self) -> Any:
        good = self.operation.response
        if good is not None and getattr(self.view, "paged", False) and self.method == "GET":
            tells = MODIFIED_SINCE in self.view.parameters("GET")  # type: ignore[attr-defined]
            good = page_serializer(good, tells)
        responses: dict[Any, Any] = {
            self.operation.status: OpenApiResponse(good, description=both(self.operation.summary)),
        }
        if self._tabled:
            responses[(200, TABLE_TYPE)] = OpenApiResponse(OpenApiTypes.STR, description="format=csv")
        for status, (body, _example) in self.operation.also.items():
            responses[status] = OpenApiResponse(body, description=both(self.operation.summary))
        if self._versioned:
            unchanged = "Không đổi so với If-None-Match · Not changed since If-None-Match"
            responses[304] = OpenApiResponse(None, description=unchanged)
        for status in self._problems:
            code = TITLES[status]
            responses[(status, "application/problem+json")] = OpenApiResponse(
                ProblemSerializer, description=f"{text(code, {}, 'vi')} · {text(code, {}, 'en')}"
            )
        return responses

    def get_examples(self) -> list[OpenApiExample]:
        operation = self.operation
        listed = []
        if operation.example is not None:
            listed.append(
                OpenApiExample(
                    operation.id,
                    value=operation.example,
                    response_only=True,
                    media_type=str(self.view.renderer_classes[0].media_type),
                    status_codes=[str(operation.status)],
                )
            )
        for status, (_body, example) in operation.also.items():
            listed.append(
                OpenApiExample(
                    f"{operation.id}_{status}",
                    value=example,
                    response_only=True,
                    media_type=str(self.view.renderer_classes[0].media_type),
                    status_codes=[str(status)],
                )
            )
        if self._tabled:
            head = ",".join(column.heading.vi for column in columns_of(self.view))  # type: ignore[arg-type]
            listed.append(
                OpenApiExample(
                    f"{operation.id}_csv",
                    value=f"\ufeff{head}\r\n",
                    response_only=True,
                    media_type=TABLE_TYPE,
                    status_codes=["200"],
                )
            )
        if operation.request_example is not None:
            listed.append(
                OpenApiExample(
                    operation.id,
                    value=operation.request_example,
                    request_only=True,
                    media_type=str(self.view.parser_classes[0].media_type),
                )
            )
        return listed


# --- The whole document -------------------------------------------------------------------------------------

_COMPONENTS = "#/components/schemas/"


def constants(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """An enumeration of one value is a constant, and gets no name of its own (a hook of drf-spectacular,
    before the one that names enumerations).
    """
    for schema in result.get("components", {}).get("schemas", {}).values():
        for name, field in schema.get("properties", {}).items():
            if len(field.get("enum", ())) == 1:
                schema["properties"][name] = {
                    **{key: value for key, value in field.items() if key != "enum"},
                    "const": field["enum"][0],
                }
    return result


def tidied(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The document as a reader, and a generator of clients, wants it (a hook of drf-spectacular).

    A problem is described once for each status; null is null and no enumeration; what is sent takes no other
    fields, and goes by one name.
    """
    schemas: dict[str, Any] = result.get("components", {}).get("schemas", {})
    replaced: dict[str, Any] = {}
    for name in list(schemas):
        if name == "NullEnum":
            replaced[name] = {"type": "null"}
            del schemas[name]
        elif name.endswith("RequestRequest") and (short := name.removesuffix("Request")) not in schemas:
            replaced[name] = {"$ref": _COMPONENTS + short}
            schemas[short] = schemas.pop(name)
    for name, schema in schemas.items():
        if name.endswith("Request") and "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    result["paths"] = _with(result["paths"], replaced)
    result["components"]["schemas"] = dict(sorted(_with(schemas, replaced).items()))
    result["components"]["responses"] = dict(sorted(_share_problems(result["paths"]).items()))
    return result


def _with(node: Any, replaced: dict[str, Any]) -> Any:
    """The document with references to replaced components made what they stand for."""
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix(_COMPONENTS)
        if name in replaced:
            return {**replaced[name], **{key: value for key, value in node.items() if key != "$ref"}}
        return {key: _with(inner, replaced) for key, inner in node.items()}
    if isinstance(node, list):
        return [_with(inner, replaced) for inner in node]
    if isinstance(node, str) and node.startswith(_COMPONENTS):
        # The mapping of a discriminator names components without $ref.
        return replaced.get(node.removeprefix(_COMPONENTS), {}).get("$ref", node)
    return node


def _share_problems(paths: dict[str, Any]) -> dict[str, Any]:
    """The problems of all operations by name; in the operations a reference takes their place."""
    shared: dict[str, Any] = {}
    for operation in (one for methods in paths.values() for one in methods.values()):
        for status, answer in operation["responses"].items():
            if set(answer.get("content", ())) == {CONTENT_TYPE}:
                name = "".join(part.capitalize() for part in TITLES[int(status)].split("_"))
                shared[name] = answer
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def document() -> dict[str, Any]:
    """The OpenAPI document of the service as it is."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def methods_by_path() -> dict[str, set[str]]:
    """Every address of the API with its methods, in lower case, whether documented or not."""
    found: dict[str, set[str]] = {}
    for path, _regex, method, view in EndpointEnumerator().get_api_endpoints():
        ours = isinstance(getattr(view, "cls", view).schema, ApiSchema)
        if ours and method.lower() in ("get", "post", "put", "patch", "delete"):
            found.setdefault(path, set()).add(method.lower())
    return found


@cache
def _written() -> tuple[bytes, str]:
    """The document as JSON, made once for each process, and its ETag."""
    body = to_json(document())
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'


@require_safe
@condition(etag_func=lambda request: _written()[1])
def schema_page(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for everybody: it says how to ask, and nothing of what is in the register."""
    return HttpResponse(_written()[0], content_type="application/json")
