"""The OpenAPI document as the fuzzing reads it, and what every answer has to be by it."""

from __future__ import annotations

import json
from typing import Any

import schemathesis
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from thads.common.api.schema import document
from thads.jobs import sheets
from thads.wsgi import application

CONFORMS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson", sheets.MEDIA_TYPE)
def lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Stories, and workbooks, as they are sent: bytes as they come, anything else as JSON."""
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else json.dumps(data).encode()


def read_document() -> schemathesis.BaseSchema:
    """The document, bound to the service in this process."""
    loaded = schemathesis.openapi.from_dict(
        document(),
        config=schemathesis.Config.from_dict(
            {
                "generation": {"deterministic": True, "with-security-parameters": False},
                # Methods that are not there are a test of their own.
                "phases": {"coverage": {"unexpected-methods": []}},
                # Whoever has seen an earlier version is told so, whatever it was that he sent.
                "checks": {
                    "negative_data_rejection": {
                        "expected-statuses": [
                            "400",
                            "401",
                            "403",
                            "404",
                            "405",
                            "406",
                            "409",
                            "412",
                            "413",
                            "414",
                            "415",
                            "422",
                            "428",
                            "431",
                        ]
                    }
                },
            }
        ),
    )
    loaded.app = application
    return loaded


def is_file(operation: Any) -> bool:
    """Whether the operation answers with a file that somebody uploaded, which comes back as what it is."""
    answers = operation.definition.raw["responses"].get("200", {})
    return "application/octet-stream" in answers.get("content", {})


def conforming(operation: Any) -> list[Any]:
    """The checks that every answer of the operation has to pass."""
    return [check for check in CONFORMS if not (check is content_type_conformance and is_file(operation))]
