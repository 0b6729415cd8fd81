"""Django settings: every value an operator may change comes from the environment (see .env.example)."""

from pathlib import Path

import environ

from packprod.embedded.endpoints import resolve_endpoints

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- where data lives -------------------------------------------------------------------------
PACKPROD_DATA_DIR = Path(env.str("PACKPROD_DATA_DIR", default=".data"))
if not PACKPROD_DATA_DIR.is_absolute():
    PACKPROD_DATA_DIR = BASE_DIR / PACKPROD_DATA_DIR
PACKPROD_DATA_DIR.mkdir(parents=True, exist_ok=True)

ENDPOINTS = resolve_endpoints(
    data_dir=PACKPROD_DATA_DIR,
    dynamodb_endpoint_url=env.str("DYNAMODB_ENDPOINT_URL", default=""),
    redis_url=env.str("REDIS_URL", default=""),
)
AWS_REGION = env.str("AWS_REGION", default="ap-southeast-2")
PACKPROD_TABLE_PREFIX = env.str("PACKPROD_TABLE_PREFIX", default="")

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{PACKPROD_DATA_DIR}/packprod.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL lets web, worker and beat read while one writes; IMMEDIATE makes a busy writer wait, not fail.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the business -----------------------------------------------------------------------------
PACKPROD_CLIENT_ID = env.str("PACKPROD_CLIENT_ID", default="packprod")
PACKPROD_TIME_ZONE = env.str("PACKPROD_TIME_ZONE", default="Australia/Sydney")
PACKPROD_CURRENCY = env.str("PACKPROD_CURRENCY", default="AUD")
PACKPROD_DEMO = env.bool("PACKPROD_DEMO", default=False)
PACKPROD_VIP_SPEND = env.str("PACKPROD_VIP_SPEND", default="5000")
PACKPROD_VIP_ORDERS = env.int("PACKPROD_VIP_ORDERS", default=20)
PACKPROD_NEW_DAYS = env.int("PACKPROD_NEW_DAYS", default=30)
PACKPROD_DORMANT_DAYS = env.int("PACKPROD_DORMANT_DAYS", default=180)
PACKPROD_SLOW_QUERY_MS = env.int("PACKPROD_SLOW_QUERY_MS", default=1000)
PACKPROD_THROTTLE = env.bool("PACKPROD_THROTTLE", default=True)

# --- Django -----------------------------------------------------------------------------------
SECRET_KEY = env.str("DJANGO_SECRET_KEY", default="") or ENDPOINTS.secret_key
DEBUG = env.bool("DJANGO_DEBUG", default=False)
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "packprod.urls"
WSGI_APPLICATION = "packprod.wsgi.application"
APPEND_SLASH = True
USE_TZ = True
TIME_ZONE = PACKPROD_TIME_ZONE
LANGUAGE_CODE = "en-au"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
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
    "django_structlog",
    "packprod.dynamodb",
    "packprod.readmodels",
    "packprod.api",
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

# --- Celery: work lives in DynamoDB, a task only wakes a worker (docs/architecture.md) ------------
CELERY_BROKER_URL = ENDPOINTS.redis_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
}
CELERY_TIMEZONE = PACKPROD_TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
