"""Django settings: every value an operator may change comes from the environment (see .env.example)."""

from datetime import timedelta

from celery.schedules import crontab
from csp import constants as csp
from django.templatetags.static import static
from kombu.entity import Queue

from packprod import __version__
from packprod.configuration import (
    BASE_DIR,
    amount,
    country,
    database,
    dynamodb_endpoint_url,
    env,
    folder,
    log_format,
    redis_url,
    switch,
    text,
    time_zone,
    whole_number,
)
from packprod.embedded.endpoints import resolve_endpoints
from packprod.observability.logs import logging_config

# --- where data lives -------------------------------------------------------------------------
PACKPROD_DATA_DIR = folder("PACKPROD_DATA_DIR", default=".data")
PACKPROD_DATA_DIR.mkdir(parents=True, exist_ok=True)

ENDPOINTS = resolve_endpoints(
    data_dir=PACKPROD_DATA_DIR,
    dynamodb_endpoint_url=dynamodb_endpoint_url(),
    redis_url=redis_url(),
)
AWS_REGION = text("AWS_REGION", default="ap-southeast-2")
_PREFIX = {"pattern": "[A-Za-z0-9_.-]*", "must_be": "letters, digits, dots, hyphens and underscores only"}
PACKPROD_TABLE_PREFIX = text("PACKPROD_TABLE_PREFIX", **_PREFIX)
PACKPROD_READ_MODEL_PREFIX = text("PACKPROD_READ_MODEL_PREFIX", **_PREFIX)

DATABASES = {"default": database("DATABASE_URL", default=f"sqlite:///{PACKPROD_DATA_DIR}/packprod.sqlite3")}
# A connection is kept from request to request: to open one costs more than all that a request reads in SQL.
# One that was lost is noticed before it is used.
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets web, worker and beat read while one writes; IMMEDIATE makes a busy writer wait, not fail.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the business -----------------------------------------------------------------------------
PACKPROD_CLIENT_ID = text(
    "PACKPROD_CLIENT_ID", default="packprod", pattern=r"[^#\s]+", must_be="a name without # and without spaces"
)
PACKPROD_TIME_ZONE = time_zone("PACKPROD_TIME_ZONE", default="Australia/Sydney")
PACKPROD_CURRENCY = text(
    "PACKPROD_CURRENCY", default="AUD", pattern="[A-Z]{3}", must_be="three capital letters, such as AUD"
)
PACKPROD_COUNTRY = country("PACKPROD_COUNTRY", default="AU")
PACKPROD_DEMO = switch("PACKPROD_DEMO", default=False)
PACKPROD_VIP_SPEND = amount("PACKPROD_VIP_SPEND", default="5000")
PACKPROD_VIP_ORDERS = whole_number("PACKPROD_VIP_ORDERS", default=20)
PACKPROD_NEW_DAYS = whole_number("PACKPROD_NEW_DAYS", default=30)
PACKPROD_DORMANT_DAYS = whole_number("PACKPROD_DORMANT_DAYS", default=180)
PACKPROD_SLOW_QUERY_MS = whole_number("PACKPROD_SLOW_QUERY_MS", default=1000)
PACKPROD_INBOX_DAYS = whole_number("PACKPROD_INBOX_DAYS", default=90)
PACKPROD_THROTTLE = switch("PACKPROD_THROTTLE", default=True)

# --- Django -----------------------------------------------------------------------------------
SECRET_KEY = text("DJANGO_SECRET_KEY", default="") or ENDPOINTS.secret_key
DEBUG = switch("DJANGO_DEBUG", default=False)
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "packprod.urls"
WSGI_APPLICATION = "packprod.wsgi.application"
APPEND_SLASH = True
USE_TZ = True
TIME_ZONE = PACKPROD_TIME_ZONE
LANGUAGE_CODE = "en-au"
FORMAT_MODULE_PATH = ["packprod.formats"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a folder that collectstatic has not made yet

MIDDLEWARE = [
    "packprod.api.middleware.RequestContextMiddleware",  # first: its clock covers all others
    "packprod.api.addresses.ExactAddressMiddleware",
    "packprod.api.middleware.HeadMiddleware",
    "packprod.api.middleware.ApiMiddleware",  # answers the API itself: what follows is for pages
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "packprod.api.people.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "packprod.admin.error_pages.OutageMiddleware",
    "packprod.admin.error_pages.ErrorPagesMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a locked-out login into its answer
]
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "packprod.admin.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "packprod.dynamodb",
    "packprod.readmodels",
    "packprod.api",
    "packprod.admin",
    "packprod.embedded",
    "orders",
    "customers",
    "reports",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # a clone that never ran collectstatic still has its admin's looks
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = logging_config(
    form=log_format(),
    level=text(
        "PACKPROD_LOG_LEVEL", default="INFO", pattern="|".join(LOG_LEVELS), must_be=f"one of {', '.join(LOG_LEVELS)}"
    ),
)

# --- sign-in and browser security -----------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a stranger cannot lock out a colleague elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_IPWARE_PROXY_COUNT = whole_number("DJANGO_NUM_PROXIES", default=0) or None
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # `manage.py axes_reset_username NAME` lets somebody in again before the 15 minutes

PACKPROD_HTTPS = switch("PACKPROD_HTTPS", default=False)  # behind a proxy that ends TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PACKPROD_HTTPS
SECURE_SSL_REDIRECT = PACKPROD_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PACKPROD_HTTPS else None
SECURE_HSTS_SECONDS = whole_number("DJANGO_HSTS_SECONDS", default=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0  # whoever asks for it means all of it
SECURE_REDIRECT_EXEMPT = [r"^healthz/?$", r"^readyz/?$", r"^metrics/?$"]
SESSION_ENGINE = "packprod.api.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.SELF],
        "script-src": [csp.SELF, csp.UNSAFE_EVAL],  # unfold's Alpine.js evaluates its attributes
        "style-src": [csp.SELF, csp.UNSAFE_INLINE],  # unfold and Swagger UI set colours and widths inline
        "img-src": [csp.SELF, "data:"],
        "object-src": [csp.NONE],
        "base-uri": [csp.SELF],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
    }
}
UNFOLD_SHADES = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")
UNFOLD_BLUE = (
    "oklch(97% .014 254.604)",
    "oklch(93.2% .032 255.585)",
    "oklch(88.2% .059 254.128)",
    "oklch(80.9% .105 251.813)",
    "oklch(70.7% .165 254.624)",
    "oklch(62.3% .214 259.815)",
    "oklch(54.6% .245 262.881)",
    "oklch(48.8% .243 264.376)",
    "oklch(42.4% .199 265.638)",
    "oklch(37.9% .146 265.522)",
    "oklch(28.2% .091 267.935)",
)
UNFOLD = {
    "SITE_TITLE": "PackProd",
    "SITE_HEADER": "PackProd",
    "SITE_SUBHEADER": "Orders and customers",
    "SITE_SYMBOL": "package_2",
    "SITE_URL": None,  # the admin is the site
    "DASHBOARD_CALLBACK": "reports.overview.page.dashboard",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("packprod/icon.svg")}],
    "STYLES": [
        lambda request: static("packprod/admin.css"),
        lambda request: static("packprod/rows.css"),
        lambda request: static("packprod/pages.css"),
        lambda request: static("packprod/operations.css"),
    ],
    "COLORS": {"primary": dict(zip(UNFOLD_SHADES, UNFOLD_BLUE, strict=True))},
    "SHOW_BACK_BUTTON": True,
    "SHOW_VIEW_ON_SITE": False,
    "COMMAND": {"search_callback": "packprod.admin.palette.found_in_lists"},
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
    },
}

# --- the API --------------------------------------------------------------------------------------
PACKPROD_MAX_BODY_BYTES = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = PACKPROD_MAX_BODY_BYTES  # the import keeps bodies in its inbox
PACKPROD_REQUESTS_PER_MINUTE = {"read": 6000, "write": 3000, "anonymous": 600}  # per client and web process
CACHES = {
    # Only unfold's search would use it, and show for five minutes what is gone, or no longer one's own to see.
    "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "packprod.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["packprod.api.permissions.HasScopeOrPermission"],
    "DEFAULT_PARSER_CLASSES": ["packprod.api.json.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["packprod.api.json.JsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "packprod.api.json.AlwaysFirst",
    "DEFAULT_THROTTLE_CLASSES": ["packprod.api.throttling.MinuteThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": "packprod.api.answers.AllowedMethods",
    "EXCEPTION_HANDLER": "packprod.api.errors.handle_exception",
    "NUM_PROXIES": whole_number("DJANGO_NUM_PROXIES", default=0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PackProd",
    "DESCRIPTION": "Orders in, customer metrics, products and reports out.",
    "VERSION": __version__,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {"HealthStateEnum": "reports.health.checks.STATES"},
    "SORT_OPERATION_PARAMETERS": False,
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True, "defaultModelsExpandDepth": 0},
    "SCHEMA_PATH_PREFIX": "/api|/admin/contacts",
    "PREPROCESSING_HOOKS": ["packprod.api.openapi.without_trailing_slashes"],
}

# --- Celery: work lives in DynamoDB, a task only wakes a worker (docs/architecture.md) ------------
CELERY_BROKER_URL = ENDPOINTS.redis_url
CELERY_TASK_QUEUES = tuple(map(Queue, ("customers", "celery")))  # a worker without --queues takes from both
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A task that outlives its connection to Redis will be delivered again; better stop it than run it twice.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
}
CELERY_TIMEZONE = PACKPROD_TIME_ZONE
CELERY_BEAT_SCHEDULER = "packprod.beat:NotedScheduler"
# Every entry is safe at any time and as often as one likes.
CELERY_BEAT_SCHEDULE = {
    "sweep lost wake-ups": {"task": "readmodels.sweep_dirty", "schedule": 15},
    "rebuild when it is due": {"task": "readmodels.rebuild_if_due", "schedule": 60},
    "refresh customers that time has changed": {"task": "customers.refresh_due", "schedule": 300},
    "sweep runs over the read models": {"task": "readmodels.sweep_runs", "schedule": 15},
    "sweep the index of contacts": {"task": "customers.sweep_contact_keys", "schedule": 60},
    "sweep merges of contacts": {"task": "customers.sweep_merges", "schedule": 15},
    "search for likely duplicates": {"task": "customers.search_duplicates", "schedule": 60},
    "sweep bulk changes": {"task": "orders.sweep_bulk", "schedule": 15},
    "delete old received imports": {"task": "customers.clean_inbox", "schedule": crontab(hour=2, minute=40)},
    "verify and heal": {"task": "readmodels.verify_and_heal", "schedule": crontab(hour=3, minute=10)},
}
# How long the stream consumer rests after an empty read; Amazon allows five reads a second and shard.
PACKPROD_STREAM_POLL_MS = whole_number("PACKPROD_STREAM_POLL_MS", default=250 if ENDPOINTS.dynamodb_url is None else 50)
