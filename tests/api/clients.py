"""Callers for the tests of the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from thads.integration.actions.api_keys import create_key
from thads.journal.models import Outbox


def caller(unit: str, role: str, officer: str | None = None) -> APIClient:
    """A client that signs in with a new key of this unit, role and officer."""
    _key, token = create_key(name="test", unit=unit, role=role, officer=officer, at=timezone.now())
    # What these tests read in the log is what their clients do.
    Outbox.objects.filter(type="api_key.created").delete()
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def walk(client: APIClient, url: str, direction: str) -> list[dict[str, Any]]:
    """The pages from ``url`` to the end in ``direction`` (``next`` or ``previous``), as the client got them."""
    pages = []
    address: str | None = url
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        pages.append(answer.json())
        address = pages[-1][direction]
        assert len(pages) < 100, "a list without end"
    return pages
