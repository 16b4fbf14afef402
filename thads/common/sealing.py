"""Sealing of personal identifiers: encrypted at rest, equal values alike.

AES-SIV is deterministic, so one column serves both for keeping a number and for finding it; nothing can be
told from two sealed
values except that they are equal. The key comes from the environment and never enters the database.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings


def seal(clear: str) -> bytes:
    """The sealed form of an identifier."""
    return _cipher(settings.THADS_IDENTIFIER_KEY).encrypt(clear.encode(), None)


def unseal(sealed: bytes) -> str:
    """The identifier in clear. Raises cryptography.exceptions.InvalidTag when the key is not the one it was
    sealed with.
    """
    return _cipher(settings.THADS_IDENTIFIER_KEY).decrypt(sealed, None).decode()


def seal_file(content: bytes) -> bytes:
    """The sealed form of a file that names people."""
    return _cipher(settings.THADS_IDENTIFIER_KEY).encrypt(content, None)


def unseal_file(sealed: bytes) -> bytes:
    """The file in clear. Raises as ``unseal`` does."""
    return _cipher(settings.THADS_IDENTIFIER_KEY).decrypt(sealed, None)


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha512(secret.encode()).digest())
