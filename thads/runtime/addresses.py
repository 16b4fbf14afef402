"""Addresses of PostgreSQL and Redis: from one URL to what Django and Celery each want to hear. Knows no
Django.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

#: Seconds a connection is kept for the next request of the same thread.
CONNECTION_LIFE = 60
#: Uses after which a statement is planned once for a connection without being told so. Who wants it says so
#: (thads.common.statements); most are written anew by each request and would only push the others out.
NEVER_BY_ITSELF = 2**31


class AddressError(ValueError):
    """An address that cannot be understood; the message says what is wrong and shows a right one, never the
    password.
    """


def django_database(address: str) -> dict[str, Any]:
    """A ``postgresql://user:password@host:port/name?option=value`` as an entry of Django's ``DATABASES``.

    A socket folder may stand as the host, percent-encoded, or in the ``host`` option. Raises AddressError.
    """
    example = "Write it as postgresql://user:password@host:5432/name."
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise AddressError(f"not an address. {example}") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise AddressError(f"the scheme is {parts.scheme!r}, only PostgreSQL is possible. {example}")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise AddressError(f"the name of the database is missing. {example}")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "thads.common.postgres",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", port or "")),
        "OPTIONS": {"application_name": "thads", "prepare_threshold": NEVER_BY_ITSELF, **options},
        "CONN_MAX_AGE": CONNECTION_LIFE,
        "CONN_HEALTH_CHECKS": True,
    }


def no_database() -> dict[str, Any]:
    """An entry for work that needs no database; the error of whoever connects says what to set."""
    return {
        "ENGINE": "thads.common.postgres",
        "NAME": "none",
        "HOST": "/DATABASE_URL-is-not-set,-start-through-manage.py-or-set-it",
        "CONN_MAX_AGE": 0,
    }


def postgres_url(
    *, user: str, password: str, name: str, host: str, port: int | str, options: dict[str, str] | None = None
) -> str:
    """The address of one role at one database; ``host`` may be a socket folder."""
    query = {"host": host, **(options or {})} if host.startswith("/") else dict(options or {})
    where = f":{port}" if host.startswith("/") else f"{host}:{port}"
    tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return (
        f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@{where}/{quote(name, safe='')}{tail}"
    )


def celery_broker(redis_url: str) -> str:
    """The same Redis in the words of Celery, which has its own scheme for sockets."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    secret = f":{parts.password}@" if parts.password else ""
    return f"redis+socket://{secret}{parts.path}?virtual_host={number}"
