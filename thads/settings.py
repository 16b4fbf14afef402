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
``THADS_TRUSTED_PROXIES``   networks of the proxies in front of it (CIDR, separated by commas)
``THADS_HTTPS``             ``1`` when people reach the service through HTTPS
``THADS_DEBUG``             ``1`` on a developer's machine
``THADS_LOG_LEVEL``         ``INFO`` unless said otherwise
``THADS_DOCUMENT_MAX_MB``   the longest file of a document, 25 unless said otherwise
``THADS_DOCUMENT_BUCKET``   an S3 bucket for the files of documents; else a folder of ``THADS_DATA_DIR``
==========================  ==============================================================================
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from thads.admin import words
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


def _networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks in CIDR notation, separated by commas."""
    try:
        return [ipaddress.ip_network(part) for part in _names(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}. Write networks such as 10.0.0.0/8,::1/128.") from None


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


def _megabytes(name: str, default: int) -> int:
    """A number of megabytes, in bytes."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 1024:
        raise ImproperlyConfigured(f"{name}={value!r} is no number of megabytes from 1 to 1024.")
    return int(value) * 2**20


def _document_store() -> dict[str, Any]:
    bucket = os.environ.get("THADS_DOCUMENT_BUCKET", "")
    if not bucket:
        return {"BACKEND": "cases.storage.DocumentFiles"}
    # The address and the keys of the bucket are those of AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and
    # AWS_SECRET_ACCESS_KEY, as every S3 client reads them.
    options = {"bucket_name": bucket, "default_acl": None, "querystring_auth": True, "file_overwrite": True}
    return {"BACKEND": "cases.storage_s3.DocumentBucket", "OPTIONS": options}


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
STATE_CONSUMERS = {"statistics": "reports.projector.project", "deadlines": "cases.actions.dockets.keep"}
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
    "ACTS": "cases.api.bulk.run_acts",
    "JUDGMENTS": "cases.api.judgment_bulk.run_judgments",
    "OFFICERS": "officers.api.bulk.run_officers",
    "LIST": "thads.integration.lists.run",
}

SECRET_KEY = _secret("THADS_SECRET_KEY")
THADS_IDENTIFIER_KEY = _secret("THADS_IDENTIFIER_KEY")
THADS_API_KEY_PEPPER = _secret("THADS_API_KEY_PEPPER")

#: Our own proxies: what they say in X-Forwarded-For is believed.
TRUSTED_PROXIES = _networks("THADS_TRUSTED_PROXIES")

DEBUG = _flag("THADS_DEBUG")
ALLOWED_HOSTS = _names("THADS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _names("THADS_ORIGINS")

INSTALLED_APPS = [
    # Before the admin of Django, whose templates they take the place of.
    "thads.admin",
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "axes",
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
    "thads.common.api.limits.LimitsMiddleware",
    "thads.common.api.compression.GzipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "thads.common.api.outage.OutageMiddleware",
    "cases.api.middleware.RulesMiddleware",
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
AUTHENTICATION_BACKENDS = ["officers.signing_in.LockingBackend", "django.contrib.auth.backends.ModelBackend"]
# Five wrong passwords for one account from one address lock that account for that address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "officers.signing_in.locked_out"
AXES_CLIENT_IP_CALLABLE = "thads.common.api.address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/admin/"
LOGOUT_REDIRECT_URL = "/login/"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
# What Django REST framework does not say in Vietnamese.
LOCALE_PATHS = [BASE_DIR / "thads/common/locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# The admin site (django-unfold). Everything it needs comes from this server.
UNFOLD = {
    "SITE_TITLE": words.later("site.name"),
    "SITE_HEADER": words.later("site.name"),
    "SITE_SUBHEADER": words.later("site.about"),
    "SITE_SYMBOL": "balance",
    "SITE_URL": None,
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "/admin/language/"},
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/thads_admin/icon.svg"}],
    "STYLES": ["/static/thads_admin/desk.css"],
    "SCRIPTS": ["/static/thads_admin/desk.js"],
    "ACCOUNT": {"navigation": [{"title": words.later("menu.password"), "link": "/password/"}]},
    "SIDEBAR": {"navigation": "thads.admin.navigation.groups"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .013 250)",
            "100": "oklch(93.6% .030 250)",
            "200": "oklch(88.4% .056 250)",
            "300": "oklch(80.6% .098 250)",
            "400": "oklch(70.4% .140 250)",
            "500": "oklch(60.0% .155 252)",
            "600": "oklch(50.5% .155 254)",
            "700": "oklch(44.0% .140 255)",
            "800": "oklch(38.0% .115 256)",
            "900": "oklch(32.0% .090 257)",
            "950": "oklch(25.0% .070 258)",
        },
    },
}

STATIC_URL = "/static/"
# The few files served come with the packages; finding them there needs no collecting step before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

MEDIA_ROOT = DATA_DIR / "files"
#: The longest file of a document, in bytes.
DOCUMENT_MAX_BYTES = _megabytes("THADS_DOCUMENT_MAX_MB", 25)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Where the files of documents are: this machine's folder, or a bucket that speaks S3.
    "documents": _document_store(),
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# What a request to the API may bring (thads.common.api.limits).
THADS_QUERY_LIMIT = 16 * 1024
THADS_PARAMETERS = 100
THADS_HEADER_LIMIT = 32 * 1024
THADS_JSON_LIMIT = 10 * 1024 * 1024
THADS_UPLOAD_LIMIT = 2 * 1024**3
DATA_UPLOAD_MAX_MEMORY_SIZE = THADS_JSON_LIMIT

HTTPS = _flag("THADS_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A working day; longer without a sign of life means signing in again.
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"

# What the layers below ask of the layers above, by name: what a caller may see and do.
SCOPE_RULE = "officers.scope.scope_for"
PERMISSION_RULE = "officers.roles.may"
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
    # Where a file comes in a form, the view says so itself.
    "DEFAULT_PARSER_CLASSES": ["thads.common.api.parsers.JSONParser"],
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
    "POSTPROCESSING_HOOKS": [
        "thads.common.api.schema.constants",
        "drf_spectacular.hooks.postprocess_schema_enums",
        "thads.common.api.schema.tidied",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PartyRoleEnum": "cases.api.serializers.PARTY_ROLE_CODES",
        "PartyKindEnum": "cases.api.serializers.PARTY_KIND_CODES",
        "ObligationKindEnum": "cases.api.serializers.OBLIGATION_KIND_CODES",
        "ThemeEnum": "cases.api.filters.THEME_CODES",
        "AssignedThemeEnum": "cases.api.filters.ASSIGNED_CODES",
        "AssetKindEnum": "cases.api.serializers.ASSET_KIND_CODES",
        "DocumentKindEnum": "cases.api.documents.KIND_CODES",
        "ApiKeyStateEnum": "thads.integration.api.serializers.KEY_STATE_CODES",
        "JobStateEnum": "thads.jobs.api.serializers.STATE_CODES",
        "DeadlineStateEnum": "cases.api.filters.STATE_CODES",
        "RequestStatusEnum": "cases.api.request_shapes.STATUS_CODES",
        "RequestSideEnum": "cases.api.request_shapes.SIDE_CODES",
        "CaseStatusEnum": "cases.api.serializers.STATUS_CODES",
        "LevelEnum": "officers.api.serializers.LEVEL_CODES",
        "RankEnum": "officers.api.serializers.RANK_CODES",
        "RoleEnum": "officers.api.serializers.ROLE_CODES",
        "PermissionEnum": "officers.api.serializers.PERMISSION_CODES",
        "TemporaryEnum": "officers.api.serializers.REASON_CODES",
    },
}

# Mails are written to the output of the service unless there is a server for them.
EMAIL_HOST = os.environ.get("THADS_MAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = int(os.environ.get("THADS_MAIL_PORT", "") or 587)
EMAIL_HOST_USER = os.environ.get("THADS_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("THADS_MAIL_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("THADS_MAIL_FROM", "") or "thi-hanh-an@localhost"

LOG_LEVEL = os.environ.get("THADS_LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s %(trace_id)s]: %(message)s",
            "datefmt": "%H:%M:%S",
        }
    },
    # "Not ready yet" is asked for every second while a service starts, and is no error.
    "filters": {
        "without_503": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        },
        "request_id": {"()": "thads.common.api.request_id.RequestIdFilter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["request_id"]}
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # A refused request is an answer, not a fault of the service.
        "django.request": {"level": "ERROR", "filters": ["without_503"]},
        "django.server": {"level": "WARNING"},
    },
}
