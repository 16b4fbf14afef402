"""Signing in by API key: ``Authorization: Bearer thads_<id>_<secret>``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from thads.common.api.address import client_address
from thads.common.errors import Refused
from thads.common.principal import Principal
from thads.integration.actions.api_keys import check_network, key_for, note_use
from thads.integration.models import ApiKey


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """What stands for the user of a request that came with a key."""

    principal: Principal
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def pk(self) -> str:
        return f"key-{self.principal.id}"


class ApiKeyAuthentication(BaseAuthentication):
    """A request without a bearer token is left to the other ways of signing in; with a wrong one it is
    refused (401).
    """

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        now = timezone.now()
        try:
            key = key_for(token.decode("ascii", "replace").strip(), at=now)
            check_network(key, client_address(request))
        except Refused as refusal:
            raise AuthenticationFailed(refusal.faults[0].text("en"), code=refusal.code) from None
        note_use(key, at=now)
        return KeyHolder(key.principal), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="thads"'


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document speaks of the key."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "thads_<id>_<secret>"}
