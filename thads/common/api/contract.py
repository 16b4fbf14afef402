"""What the API has promised: the published OpenAPI document, compared with the one of the code.

A *breaking* difference is one with which a client written for the published document may fail; an *addition*
is everything else that can be seen. What a client sends is compared the other way round than what it gets: a
new field is welcome in an answer, and in a request as long as it need not be there.

=========================  ===================================================================================
an operation               vanished, or goes by another operation id
a parameter                vanished, is newly required, takes fewer values or another type
a request                  loses a media type or a field, asks for a new field or forbids null, takes fewer
                           values, another type or narrower bounds
an answer                  loses a status, a media type, a header or a field, leaves out or nulls a field that
                           was always there, has another type
=========================  ===================================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Document = Mapping[str, Any]
Schema = Mapping[str, Any]
#: SENT is what a client writes, GOT what it reads.
Way = Literal["SENT", "GOT"]

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"
#: Bounds that must not fall, and bounds that must not rise, where a client sends.
_UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One difference: where (operation and place in it) and what."""

    place: str
    says: str
    breaking: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


def read(file: Path) -> Document:
    """The document in ``file``."""
    found: Document = json.loads(file.read_text(encoding="utf-8"))
    return found


def written(document: Document) -> str:
    """The document as a file that people compare line by line."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def differences(published: Document, present: Document) -> list[Difference]:
    """Everything in which ``present`` differs from what was ``published``, each component told once."""
    return list(dict.fromkeys(_Comparison(published, present).all()))


def gaps(document: Document, expected: Mapping[str, set[str]]) -> list[str]:
    """What the document does not tell: methods of ``expected`` addresses (path → methods in lower case) that
    are not in it, and operations without an id of their own, a summary in two languages, an example, the
    errors that any caller can get, words for a parameter.
    """
    found = [
        f"{method.upper()} {path}: not in the document"
        for path, methods in expected.items()
        for method in sorted(methods - set(document["paths"].get(path, {})))
    ]
    ids: dict[str, str] = {}
    for place, operation in _operations(document).items():
        identity = operation.get("operationId", "")
        if identity in ids:
            found.append(f"{place}: has the operation id {identity!r} of {ids[identity]}")
        ids[identity] = place
        found += [f"{place}: {says}" for says in _untold(document, operation)]
    return found


def _untold(document: Document, operation: Mapping[str, Any]) -> Iterator[str]:
    if not operation.get("operationId"):
        yield "has no operation id"
    if " · " not in operation.get("summary", ""):
        yield "has no summary in two languages"
    for parameter in operation.get("parameters", ()):
        if not parameter.get("description"):
            yield f"says nothing of the parameter {parameter['name']}"
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        if media == "application/json" and not _has_example(body):
            yield "has no example of its request"
    statuses = set(operation["responses"])
    # What is read without signing in refuses nobody.
    refusals = {"400", "401", "403"} if operation.get("security") else {"400", "429"}
    if missing := refusals - statuses:
        yield f"does not tell of {', '.join(sorted(missing))}"
    for status, answer in operation["responses"].items():
        media_types = _resolved(document, answer).get("content", {})
        if status >= "400" and set(media_types) != {PROBLEM}:
            yield f"answers {status} with something else than {PROBLEM}"
        if status < "300" and not all(map(_has_example, media_types.values())):
            yield f"has no example of its answer {status}"


def _has_example(body: Mapping[str, Any]) -> bool:
    binary = body.get("schema", {}).get("format") == "binary"
    return binary or "example" in body or bool(body.get("examples"))


def _operations(document: Document) -> dict[str, Mapping[str, Any]]:
    return {
        f"{method.upper()} {path}": methods[method]
        for path, methods in document["paths"].items()
        for method in METHODS
        if method in methods
    }


class _Comparison:
    """One run over two documents. Pairs of components already compared are not compared again."""

    def __init__(self, published: Document, present: Document) -> None:
        self.published, self.present = published, present
        self._seen: set[tuple[str, str, Way]] = set()

    def all(self) -> Iterator[Difference]:
        before, after = _operations(self.published), _operations(self.present)
        for place, old in before.items():
            if place in after:
                yield from self._operation(place, old, after[place])
            else:
                yield Difference(place, "the operation has vanished")
        for place in after.keys() - before.keys():
            yield Difference(place, "the operation is new", breaking=False)

    def _operation(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
        if old["operationId"] != new["operationId"]:
            was, now = old["operationId"], new["operationId"]
            yield Difference(place, f"the operation id {was!r} has become {now!r}")
        yield from self._parameters(place, old.get("parameters", ()), new.get("parameters", ()))
        yield from self._request(place, old.get("requestBody"), new.get("requestBody"))
        yield from self._answers(place, old["responses"], new["responses"])
        if (old.get("summary"), old.get("description")) != (new.get("summary"), new.get("description")):
            yield Difference(place, "its words have changed", breaking=False)

    # --- What is sent ---------------------------------------------------------------------------------------

    def _parameters(self, place: str, old: Any, new: Any) -> Iterator[Difference]:
        before = {(one["in"], one["name"]): one for one in old}
        after = {(one["in"], one["name"]): one for one in new}
        for key, was in before.items():
            where = f"{place} ?{key[1]}" if key[0] == "query" else f"{place} {key[0]} {key[1]}"
            now = after.get(key)
            if now is None:
                yield Difference(where, "the parameter has vanished")
                continue
            if now.get("required") and not was.get("required"):
                yield Difference(where, "the parameter is newly required")
            yield from self._schema(where, was["schema"], now["schema"], "SENT")
        for key in after.keys() - before.keys():
            required = bool(after[key].get("required"))
            says = "a new parameter is required" if required else "the parameter is new"
            yield Difference(f"{place} {key[0]} {key[1]}", says, breaking=required)

    def _request(self, place: str, old: Any, new: Any) -> Iterator[Difference]:
        where = f"{place} request"
        if old is None:
            if new is not None:
                yield Difference(where, "a body is new", breaking=bool(new.get("required")))
            return
        if new is None:
            yield Difference(where, "the body has vanished")
            return
        if new.get("required") and not old.get("required"):
            yield Difference(where, "the body is newly required")
        yield from self._content(where, old["content"], new["content"], "SENT")

    # --- What comes back ------------------------------------------------------------------------------------

    def _answers(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
        for status, answer in old.items():
            where = f"{place} answer {status}"
            if status not in new:
                yield Difference(where, "the answer has vanished")
                continue
            was, now = _resolved(self.published, answer), _resolved(self.present, new[status])
            for name in was.get("headers", {}).keys() - now.get("headers", {}).keys():
                yield Difference(where, f"the header {name} has vanished")
            yield from self._content(where, was.get("content", {}), now.get("content", {}), "GOT")
        for status in new.keys() - old.keys():
            yield Difference(f"{place} answer {status}", "the answer is new", breaking=False)

    def _content(
        self, place: str, old: Mapping[str, Any], new: Mapping[str, Any], way: Way
    ) -> Iterator[Difference]:
        for media, was in old.items():
            if media not in new:
                yield Difference(place, f"{media} has vanished")
            elif "schema" in was:
                yield from self._schema(place, was["schema"], new[media].get("schema", {}), way)
        for media in new.keys() - old.keys():
            yield Difference(place, f"{media} is new", breaking=False)

    # --- Shapes ---------------------------------------------------------------------------------------------

    def _schema(self, place: str, old: Schema, new: Schema, way: Way) -> Iterator[Difference]:
        key = (old.get("$ref", ""), new.get("$ref", ""), way)
        if key[0] and key[1]:
            if key in self._seen:
                return
            self._seen.add(key)
        was, now = _Shape.of(self.published, old), _Shape.of(self.present, new)
        yield from _types(place, was, now, way)
        yield from _values(place, was, now, way)
        if way == "SENT":
            yield from _bounds(place, was, now)
        yield from self._fields(place, was, now, way)
        for name in ("items", "additionalProperties"):
            inner, other = was.one.get(name), now.one.get(name)
            if isinstance(inner, Mapping) and isinstance(other, Mapping):
                yield from self._schema(f"{place}/*", inner, other, way)
        yield from self._alternatives(place, was, now, way)

    def _fields(self, place: str, was: _Shape, now: _Shape, way: Way) -> Iterator[Difference]:
        for name, inner in was.fields.items():
            where = f"{place}/{name}"
            if name not in now.fields:
                yield Difference(where, "the field has vanished")
                continue
            if way == "SENT" and name in now.required - was.required:
                yield Difference(where, "the field is newly required")
            if way == "GOT" and name in was.required - now.required:
                yield Difference(where, "the field may be left out now")
            yield from self._schema(where, inner, now.fields[name], way)
        for name in now.fields.keys() - was.fields.keys():
            asked = way == "SENT" and name in now.required
            says = "a new field is required" if asked else "the field is new"
            yield Difference(f"{place}/{name}", says, breaking=asked)

    def _alternatives(self, place: str, was: _Shape, now: _Shape, way: Way) -> Iterator[Difference]:
        for name, inner in was.alternatives.items():
            if name in now.alternatives:
                yield from self._schema(f"{place}[{name}]", inner, now.alternatives[name], way)
            elif way == "SENT" or not now.alternatives:
                yield Difference(place, f"the alternative {name} has vanished")
        for name in now.alternatives.keys() - was.alternatives.keys():
            yield Difference(place, f"the alternative {name} is new", breaking=False)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A schema without references: its own keys, its fields, what it may be instead, whether null."""

    one: Schema
    types: frozenset[str]
    nullable: bool
    fields: Mapping[str, Schema]
    required: frozenset[str]
    alternatives: Mapping[str, Schema]

    @classmethod
    def of(cls, document: Document, schema: Schema) -> _Shape:
        one = _resolved(document, schema)
        nullable = False
        choices: dict[str, Schema] = {}
        for place, inner in enumerate((*one.get("oneOf", ()), *one.get("anyOf", ()))):
            if inner.get("type") == "null" or inner.get("enum") == [None]:
                nullable = True
            else:
                choices[inner.get("$ref", f"#{place}").rpartition("/")[2]] = inner
        if len(choices) == 1 and nullable:
            # X or null: X, and it may be null.
            one, choices = {**one, **_resolved(document, next(iter(choices.values())))}, {}
        types = one.get("type", ())
        types = {types} if isinstance(types, str) else set(types)
        return cls(
            one=one,
            types=frozenset(types - {"null"}),
            nullable=nullable or "null" in types or None in (one.get("enum") or ()),
            fields=one.get("properties", {}),
            required=frozenset(one.get("required", ())),
            alternatives=choices,
        )


def _resolved(document: Document, schema: Schema) -> Schema:
    """The schema itself, with the parts of ``allOf`` put together."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = {**found, **{key: value for key, value in schema.items() if key != "$ref"}}
    if "allOf" not in schema:
        return schema
    whole: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema["allOf"]:
        inner = _resolved(document, part)
        fields = {**whole.get("properties", {}), **inner.get("properties", {})}
        required = [*whole.get("required", ()), *inner.get("required", ())]
        whole = {**whole, **inner} | ({"properties": fields, "required": required} if fields else {})
    return whole


def _types(place: str, was: _Shape, now: _Shape, way: Way) -> Iterator[Difference]:
    narrower, wider = (was.types, now.types) if way == "SENT" else (now.types, was.types)
    # No type at all takes everything.
    if (wider and not narrower) or not narrower <= (wider or narrower):
        names = [" or ".join(sorted(types)) or "anything" for types in (was.types, now.types)]
        yield Difference(place, f"the type {names[0]} has become {names[1]}")
    if way == "SENT" and was.nullable and not now.nullable:
        yield Difference(place, "null is no longer taken")
    if way == "GOT" and now.nullable and not was.nullable:
        yield Difference(place, "may be null now")
    if was.one.get("format") != now.one.get("format"):
        yield Difference(place, f"the format {was.one.get('format')} has become {now.one.get('format')}")


def _values(place: str, was: _Shape, now: _Shape, way: Way) -> Iterator[Difference]:
    before, after = _enum(was.one), _enum(now.one)
    if way == "SENT":
        if after is not None and before is None:
            yield Difference(place, "only some values are taken now")
        if gone := set(before or ()) - set(after if after is not None else before or ()):
            yield Difference(place, f"no longer takes {', '.join(sorted(gone))}")
    elif before is not None and after is None:
        yield Difference(place, "may be any value now")
    elif before and after and (gone := set(before) - set(after)):
        # Clients ask and branch by these values: one that has gone is a case that never comes again.
        yield Difference(place, f"no longer says {', '.join(sorted(gone))}")
    if before is not None and after is not None and (new := set(after) - set(before)):
        yield Difference(place, f"{', '.join(sorted(new))}: new values", breaking=False)


def _enum(schema: Schema) -> list[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else [str(value) for value in values if value is not None]


def _bounds(place: str, was: _Shape, now: _Shape) -> Iterator[Difference]:
    for name in (*_UPPER, *_LOWER):
        before, after = was.one.get(name), now.one.get(name)
        falls = name in _UPPER
        tighter = after is not None and (before is None or (after < before if falls else after > before))
        if tighter:
            yield Difference(place, f"{name} {before} has become {after}")
    if now.one.get("pattern") not in (None, was.one.get("pattern")):
        yield Difference(place, f"has to look like {now.one['pattern']} now")
