"""Settings, from the environment, with defaults that are safe.

SYNCSCOPE_ENV: demo (the default), production, or test (the default under pytest).
SYNCSCOPE_DATA_DIR: what a run keeps, by default in var/: SQLite file, static files, the demo's secret.
SECRET_KEY, ALLOWED_HOSTS (commas between): needed in production, made up in a demo.
DATABASE_URL, REDIS_URL: PostgreSQL and Redis for more than one server process.
SYNCSCOPE_SINGLE_PROCESS: in production without Redis, that there is no other server process; see core.live.processes.
DEBUG, CSRF_TRUSTED_ORIGINS, FORCE_SCRIPT_NAME: Django's.
LOG_LEVEL: DEBUG, INFO (production), WARNING (demo), ERROR or CRITICAL.
PORT, SYNCSCOPE_PROCESSES: where `manage.py serve` listens, and with how many processes.
SYNCSCOPE_MOST_LABS, SYNCSCOPE_MOST_STEPS, SYNCSCOPE_MOST_UES: limits on labs, steps and UEs of one lab.
SYNCSCOPE_MOST_IN_FLIGHT: limit on messages in flight of one lab.
SYNCSCOPE_MOST_WORK: for how many milliseconds one request may compute the steps of labs.
SYNCSCOPE_MOST_SEARCHES, SYNCSCOPE_MOST_STATES: limits on explorations that wait, and on the memory of one.
LIVE_SOCKETS_PER_LAB, LIVE_SOCKETS_PER_PROCESS: limits on sockets; pages beyond them poll.
SYNCSCOPE_IDLE_DAYS: after how many days without use a lab ends, and a browser's right to drive it. A server that has
    its SYNCSCOPE_MOST_LABS ends the least used before: an hour after somebody made and left it, or after a day.
SYNCSCOPE_KEEP_RUNS_DAYS: after how many days an exploration and its answers are forgotten.
SECURE_SSL_REDIRECT, SECURE_HSTS_SECONDS, TRUST_PROXY_HEADERS: production behind a proxy, see README. With
    TRUST_PROXY_HEADERS=1 a client's address is the last one in X-Forwarded-For, the one that the proxy itself adds.

Limits on each browser, ..._PER_BROWSER, and on all browsers of one network address, ..._PER_ADDRESS; 0: none.
Who is over one is answered 429, in a sentence. Watching is never limited.
SYNCSCOPE_LABS_PER_…: new labs in an hour, forks and imports too.
SYNCSCOPE_RUNS_PER_…: explorations started in an hour. SYNCSCOPE_WAITING_PER_…: searches of them that wait at a time.
SYNCSCOPE_DRIVE_LINKS_PER_…: drive links opened in an hour.
SYNCSCOPE_WORK_PER_…: seconds in ten minutes that requests compute which take more than a quarter of a second.
SYNCSCOPE_PASSWORDS_PER_BROWSER: wrong passwords of the admin in ten minutes for one user name from one address;
    SYNCSCOPE_PASSWORDS_PER_ADDRESS: for all user names.
"""

import os
from pathlib import Path

from core import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("SYNCSCOPE_DATA_DIR") or BASE_DIR / "var").resolve()

ENVIRONMENT = environment.choice(
    "SYNCSCOPE_ENV",
    *("demo", "production", "test"),
    # pytest-django reads these settings before any conftest.py could say which they are.
    default="test" if "PYTEST_VERSION" in os.environ else "demo",
)
IS_PRODUCTION = ENVIRONMENT == "production"
IS_TEST = ENVIRONMENT == "test"

DEBUG = not IS_PRODUCTION and environment.flag("DEBUG", default=False)
SECRET_KEY = environment.secret_key(ENVIRONMENT, DATA_DIR)
ALLOWED_HOSTS = environment.allowed_hosts(ENVIRONMENT)
CSRF_TRUSTED_ORIGINS = environment.items("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "core.refusals.views.csrf_failure"
FORCE_SCRIPT_NAME = environment.prefix("FORCE_SCRIPT_NAME")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "channels",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "nodes",
    "nodes.explorations",
    "core",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Pages compress to a fifth. CSRF tokens are masked anew for each page, and Django pads against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.content_security_policy",
    "core.middleware.static_files",
    "core.middleware.plain_text",
    "core.refusals.middleware.refused_bodies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.visitors.browsers.browsers",
    "core.refusals.middleware.DatabaseAway",
    "core.refusals.middleware.SayOverBudget",
]

ROOT_URLCONF = "core.urls"
ASGI_APPLICATION = "core.asgi.application"
TEST_RUNNER = "core.test_runner.PytestRunner"

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
            ],
        },
    },
]

# Fields of forms are rendered by templates/django/forms/field.html.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(ENVIRONMENT, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = os.environ.get("REDIS_URL", "")
SYNCSCOPE_SINGLE_PROCESS = environment.flag("SYNCSCOPE_SINGLE_PROCESS", default=False)
CHANNEL_LAYERS = environment.channel_layers(REDIS_URL)
# The queue is in the database, so that several workers on several machines share it and none is lost with a process.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if IS_TEST:
    # The tests log in often and guard nothing.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

# With the slash Django leaves it as it is; core.static_storage knows what stands before it.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The tests and DEBUG serve the files from where they are written, without collecting them.
STATIC_ROOT = None if IS_TEST else DATA_DIR / "static"
WHITENOISE_USE_FINDERS = IS_TEST or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": ("core.static_storage.AsWritten" if WHITENOISE_USE_FINDERS else "core.static_storage.Collected"),
    },
}

# The name and form of Django 6.0's setting; see core.middleware.
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Without a proxy that sets it, whoever sends such a header made it up.
TRUST_PROXY_HEADERS = environment.flag("TRUST_PROXY_HEADERS", default=False)
if TRUST_PROXY_HEADERS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

if IS_PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = environment.number("SECURE_HSTS_SECONDS", default=31_536_000)
    # Whether all subdomains speak HTTPS, and browsers know it by heart, is for the domain's owner to say.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# Where the demo serves the room: the host by which other machines reach it, whatever name this one's browser uses.
SYNCSCOPE_ROOM_HOST = ""
SYNCSCOPE_MOST_LABS = environment.number("SYNCSCOPE_MOST_LABS", default=1000)
SYNCSCOPE_MOST_STEPS = environment.number("SYNCSCOPE_MOST_STEPS", default=5000)
SYNCSCOPE_MOST_UES = environment.number("SYNCSCOPE_MOST_UES", default=8)
LIVE_SOCKETS_PER_LAB = environment.number("LIVE_SOCKETS_PER_LAB", default=600)
LIVE_SOCKETS_PER_PROCESS = environment.number("LIVE_SOCKETS_PER_PROCESS", default=2000)
SYNCSCOPE_MOST_IN_FLIGHT = environment.number("SYNCSCOPE_MOST_IN_FLIGHT", default=500)
# Tests count the lines that they run, which takes longer than the work itself.
SYNCSCOPE_MOST_WORK = environment.number("SYNCSCOPE_MOST_WORK", default=60_000 if IS_TEST else 1500)
SYNCSCOPE_MOST_SEARCHES = environment.number("SYNCSCOPE_MOST_SEARCHES", default=1000)
SYNCSCOPE_MOST_STATES = environment.number("SYNCSCOPE_MOST_STATES", default=2_000_000)
SYNCSCOPE_IDLE_DAYS = environment.number("SYNCSCOPE_IDLE_DAYS", default=30, least=1)
PORT = environment.number("PORT", default=8000)
SYNCSCOPE_PROCESSES = environment.number("SYNCSCOPE_PROCESSES", default=1, least=1)
SYNCSCOPE_KEEP_RUNS_DAYS = environment.number("SYNCSCOPE_KEEP_RUNS_DAYS", default=90, least=1)
# What one browser and what one address may do, see core.visitors.budgets. A room full of people is one address; and
# may not use up the labs and the queue of everybody. One form can ask for 330 searches.
SYNCSCOPE_BUDGETS = {
    "labs": environment.budget("LABS", browser=60, address=400),
    "runs": environment.budget("RUNS", browser=60, address=400),
    "waiting": environment.budget("WAITING", browser=400, address=800),
    "drive_links": environment.budget("DRIVE_LINKS", browser=60, address=400),
    "work": environment.budget("WORK", browser=60, address=300),
    "passwords": environment.budget("PASSWORDS", browser=10, address=100),
}
# A pasted trace of as many actions as a lab may have, with room for how forms write it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# An uploaded trace of the longest that is read, and the form around it. Nothing that is sent is written to disk.
SYNCSCOPE_MOST_SENT = 4 * 1024 * 1024 + 64 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = SYNCSCOPE_MOST_SENT

LOG_LEVEL = environment.choice("LOG_LEVEL", *logs.LEVELS, default="INFO" if IS_PRODUCTION else "WARNING")
LOGGING = logs.configuration(LOG_LEVEL, as_json=IS_PRODUCTION)
