"""The one settings file. Every value that differs between machines comes from the environment.

``manage.py`` and the tests fill the environment from the embedded servers when ``DATABASE_URL`` and
``REDIS_URL`` are not set (see ``thads.runtime``). A value that is wrong stops the start with a sentence that
says what to set.

==========================  ==============================================================================
``DATABASE_URL``            ``postgresql://thads_app:…@host:port/name``; may not touch old acts
``DATABASE_OWNER_URL``      the same database as ``thads_owner``; used for migrations only
``REDIS_URL``               ``redis://host:port/0`` or ``unix:///path/to/socket?db=0``
``THADS_DB_ROLE``           ``app`` (default) or ``owner``: which of the two addresses this process uses
``THADS_DATA_DIR``          folder of the embedded servers, the generated secrets and the uploaded files
``THADS_SECRET_KEY``        signs sessions
``THADS_IDENTIFIER_KEY``    encrypts and fingerprints identity numbers; losing it loses them
``THADS_API_KEY_PEPPER``    goes into the digest of every API key
``THADS_ALLOWED_HOSTS``     host names, separated by commas
``THADS_ORIGINS``           trusted origins with their scheme, separated by commas, when behind a proxy
``THADS_HTTPS``             ``1`` when people reach the service through HTTPS
``THADS_DEBUG``             ``1`` on a developer's machine
``THADS_LOG_LEVEL``         ``INFO`` unless said otherwise
==========================  ==============================================================================
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from thads.runtime.addresses import AddressError, celery_broker, django_database, no_database
from thads.runtime.places import default_data_dir

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = default_data_dir()


def _flag(name: str) -> bool:
    """A yes-or-no value; anything but an unmistakable word is an error, not a silent no."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Set it to 1 or 0.")


def _names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _secret(name: str) -> str:
    """A secret from the environment.

    Without a database nothing can be signed or stored for later, so a key that dies with the process is
    enough; with a database a key that changes at every start would make stored data unreadable, so it has to
    be given.
    """
    value = os.environ.get(name, "")
    if value:
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} is too short: {len(value)} characters, 32 are needed.")
        return value
    if os.environ.get("DATABASE_URL"):
        raise ImproperlyConfigured(
            f"{name} is not set. With a database of your own, make it once and keep it safe: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return secrets.token_urlsafe(32)


def _database() -> dict[str, Any]:
    role = os.environ.get("THADS_DB_ROLE", "app")
    if role not in {"app", "owner"}:
        raise ImproperlyConfigured(f"THADS_DB_ROLE={role!r}: it is either app or owner.")
    variable = "DATABASE_URL" if role == "app" else "DATABASE_OWNER_URL"
    address = os.environ.get(variable, "")
    if not address:
        if os.environ.get("DATABASE_URL"):
            raise ImproperlyConfigured(
                f"{variable} is not set, and THADS_DB_ROLE={role} needs it. "
                f"Set {variable}=postgresql://thads_{role}:…@host:port/name beside DATABASE_URL."
            )
        return no_database()
    try:
        return django_database(address)
    except AddressError as error:
        raise ImproperlyConfigured(f"{variable}: {error}") from None


#: Who has to catch up with changed cases (``thads.journal``): name in the stale set, and the callable that
#: does a batch of it.
STATE_CONSUMERS = {"statistics": "reports.projector.project"}
#: Those of them who take cases just written from the hands of their writer, which saves reading them back:
#: the callable that gets their lives by key.
STORY_CONSUMERS = {"statistics": "reports.projector.project_written"}
#: What the layers above say of an act that is only planned: name in the answer, and the callable behind it.
ACT_PREVIEWS = {"figures": "reports.preview.figures"}
#: What runs each kind of job (``thads.jobs``).
JOB_KINDS = {
    "IMPORT": "thads.integration.imports.run",
    "EXPORT": "thads.integration.exports.run",
    "REBUILD": "reports.rebuild.run",
}

SECRET_KEY = _secret("THADS_SECRET_KEY")
THADS_IDENTIFIER_KEY = _secret("THADS_IDENTIFIER_KEY")
THADS_API_KEY_PEPPER = _secret("THADS_API_KEY_PEPPER")

DEBUG = _flag("THADS_DEBUG")
ALLOWED_HOSTS = _names("THADS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _names("THADS_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "thads.runtime",
    "thads.journal",
    "thads.jobs",
    "thads.integration",
    "officers",
    "cases",
    "reports",
]

MIDDLEWARE = [
    "thads.common.api.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "thads.common.api.outage.OutageMiddleware",
]

ROOT_URLCONF = "thads.urls"
WSGI_APPLICATION = "thads.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "thads" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# One transaction per request: it is what keeps a refused act from leaving half of itself behind.
DATABASES = {"default": {**_database(), "ATOMIC_REQUESTS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "unix:///REDIS_URL-is-not-set?db=0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "thads",
        # A server that does not answer must not keep a request waiting.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    },
}
CELERY_BROKER = celery_broker(REDIS_URL)

AUTH_USER_MODEL = "officers.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/api/v1/docs/"
LOGOUT_REDIRECT_URL = "/login/"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
# The few files served come with the packages; finding them there needs no collecting step before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

HTTPS = _flag("THADS_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"

# What the layers below ask of the layers above, by name: what a caller may see, and what a role may do.
SCOPE_RULE = "officers.scope.scope_for"
PERMISSION_RULE = "officers.roles.permits"
# The module that keeps the answers of POSTs under an Idempotency-Key.
IDEMPOTENCY_STORE = "thads.integration.idempotency"
# Each is called by load_reference, in this order, and says in one line what it loaded.
REFERENCE_LOADERS = ["officers.reference.load", "cases.reference.load"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "thads.integration.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["thads.common.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "thads.common.api.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "thads.common.api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": False,
    "UNICODE_JSON": True,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "THADS – Thi hành án dân sự",
    "DESCRIPTION": (
        "Quản lý việc thi hành án dân sự và thống kê kết quả thi hành án.\n\n"
        "Civil judgment enforcement: the register of cases and the statistics made from it."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PartyRoleEnum": "cases.api.serializers.PARTY_ROLE_CODES",
        "PartyKindEnum": "cases.api.serializers.PARTY_KIND_CODES",
        "AssetKindEnum": "cases.api.serializers.ASSET_KIND_CODES",
        "LevelEnum": "officers.api.serializers.LEVEL_CODES",
        "RankEnum": "officers.api.serializers.RANK_CODES",
        "RoleEnum": "officers.api.serializers.ROLE_CODES",
        "PermissionEnum": "officers.api.serializers.PERMISSION_CODES",
    },
}

LOG_LEVEL = os.environ.get("THADS_LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%H:%M:%S"}
    },
    # "Not ready yet" is asked for every second while a service starts, and is no error.
    "filters": {
        "without_503": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # A refused request is an answer, not a fault of the service.
        "django.request": {"level": "ERROR", "filters": ["without_503"]},
        "django.server": {"level": "WARNING"},
    },
}
