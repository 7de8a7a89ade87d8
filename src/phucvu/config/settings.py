"""Settings of Django. Everything that differs between installations comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from phucvu.config import environment, logs, signing_in
from phucvu.config.private_files import keep_private
from phucvu.intake.personal import fields as personal
from phucvu.workdays import OfficeHours

PACKAGE = Path(__file__).resolve().parent.parent
DATA = environment.data_folder()

DEBUG = environment.flag("PHUCVU_DEBUG")
SECRET_KEY = environment.secret_key(DATA)
ALLOWED_HOSTS = environment.words("PHUCVU_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("PHUCVU_ORIGINS")

INSTALLED_APPS = [
    "phucvu.clock",
    "phucvu.changes",
    "phucvu.units",
    "phucvu.accounts",
    "phucvu.editions",
    "phucvu.register",
    "phucvu.counters",
    "phucvu.results",
    "phucvu.intake",
    "phucvu.web",
    "phucvu.config.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "phucvu.config.problems.Problems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "phucvu.web.middleware.ChosenLanguage",
    "phucvu.config.faults.Faults",
    "django.middleware.common.CommonMiddleware",
    # Before whatever reads a body, the check of forms' tokens among it.
    "phucvu.config.gate.Gate",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "phucvu.config.urls"
ASGI_APPLICATION = "phucvu.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "phucvu.web.desk.gate.rights",
            ],
        },
    },
]

# --- the store ------------------------------------------------------------------------------

_SQLITE = {
    # A writer takes its lock at once instead of failing half-way through a batch.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    # FULL: what was acknowledged survives the loss of power, not only of the process.
    "init_command": (
        # Of a new store. Facts come in any order, so that each changes a page of several indexes:
        # smaller pages are less to write.
        "PRAGMA page_size=2048;"
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        # What its log holds is copied into the store beside the requests (`store_connections`);
        # a commit has to only where more than 128 MB wait.
        "PRAGMA wal_autocheckpoint=64000;"
    ),
}

DATABASES = {
    "default": dj_database_url.config(default=f"sqlite:///{DATA / 'phucvu.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = _SQLITE
    keep_private(str(DATABASES["default"]["NAME"]))
CACHES = {
    # Shared by all processes, and there after a restart: who failed to sign in how often.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "TIMEOUT": 900,
        # So many that no stranger's attempts push out those of another: each address may make a
        # few dozen a minute.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Of one process: what pages would work out anew.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- words, dates, numbers ------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "locale/sign_in"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["phucvu.config.formats"]

# --- static files ---------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
# Built files carry a fingerprint in their name: whoever has one need not ask again.
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[0-9A-Z]{8}\.(css|js|svg|txt|woff2)$"

# --- safety ---------------------------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
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
_TLS = environment.flag("PHUCVU_TLS")
SESSION_COOKIE_SECURE = _TLS
CSRF_COOKIE_SECURE = _TLS
SECURE_SSL_REDIRECT = _TLS
# Whoever watches the server asks it directly.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        # ECharts and Tabler set sizes through the style attribute.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *signing_in.form_targets()],
        "frame-ancestors": [NONE],
    },
}
globals().update(signing_in.settings(DATA, _TLS))
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
# A file that is brought goes to the disk at once, never into memory, and to the disk it stays on.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600

# --- ours -----------------------------------------------------------------------------------

# An edition that scores every period, whichever is in force then; empty: each period has its own.
PHUCVU_SCORECARD = environment.text("PHUCVU_SCORECARD")
# Folders with an operator's own scorecards beside the shipped ones.
(DATA / "scorecards").mkdir(exist_ok=True)
PHUCVU_SCORECARDS = [DATA / "scorecards", *map(Path, environment.words("PHUCVU_SCORECARDS"))]
# Codes under which a dossier's list of consulted databases names the population database;
# empty: the codes we expect (`phucvu.intake.codes`).
PHUCVU_POPULATION_DB_CODES = environment.words("PHUCVU_POPULATION_DB_CODES")
# A dossier whose state says that it ended, without the day: refused, or taken in and counted apart.
PHUCVU_ENDED_WITHOUT_DATE = environment.one_of("PHUCVU_ENDED_WITHOUT_DATE", ("refuse", "flag"))
# The largest file the desk takes (MiB).
PHUCVU_UPLOAD_MIB = environment.whole("PHUCVU_UPLOAD_MIB", 512)
# What reading one file may take, in a process of its own (intake.apart).
PHUCVU_FILE_MIB = environment.whole("PHUCVU_FILE_MIB", 1024)
PHUCVU_FILE_SECONDS = environment.whole("PHUCVU_FILE_SECONDS", 60)
PHUCVU_FILES_AT_ONCE = environment.whole("PHUCVU_FILES_AT_ONCE", 2)
# When offices work; a time limit in hours runs in these only.
PHUCVU_WORKING_HOURS = OfficeHours.parse(
    ",".join(environment.words("PHUCVU_WORKING_HOURS", "7:00-11:30,13:30-17:00"))
)
# A file with another rule for peer groups; empty: `phucvu/results/peers.yaml`.
PHUCVU_PEERS = os.environ.get("PHUCVU_PEERS", "")
# The licence of the open data: its name and the address of its text.
PHUCVU_LICENCE = environment.pair(
    "PHUCVU_LICENCE", ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
)
# Figures by procedure with fewer dossiers behind them stay hidden.
PHUCVU_SMALLEST_CELL = environment.whole("PHUCVU_SMALLEST_CELL", 5)
# How often one address may read from the API.
PHUCVU_API_PER_MINUTE = environment.whole("PHUCVU_API_PER_MINUTE", 300)
# How many wrong keys one address may show in a minute.
PHUCVU_WRONG_KEYS_PER_MINUTE = environment.whole("PHUCVU_WRONG_KEYS_PER_MINUTE", 20)
# Personal fields of the message that are kept, sealed; empty: all are dropped.
PHUCVU_PERSONAL = personal.turned_on(environment.words("PHUCVU_PERSONAL"))
# The keys they are sealed with, the newest first.
PHUCVU_PERSONAL_KEYS = personal.keys_in(
    PHUCVU_PERSONAL,
    environment.words("PHUCVU_PERSONAL_KEYS"),
    environment.text("PHUCVU_PERSONAL_KEY_FILE"),
)
# The file with the keys that seal second factors; made at first need.
PHUCVU_FACTOR_KEY_FILE = environment.text("PHUCVU_FACTOR_KEY_FILE") or str(DATA / "factor_key")
# The file with the keys of what the store must show unchanged (accounts.integrity_key).
PHUCVU_INTEGRITY_KEY_FILE = environment.text("PHUCVU_INTEGRITY_KEY_FILE") or str(
    DATA / "integrity_key"
)
# Whether a second factor is asked of whoever grants, keeps keys or sees dossiers.
PHUCVU_SECOND_FACTOR = environment.flag("PHUCVU_SECOND_FACTOR", default=True)
# Days after a dossier's end until its personal data are purged.
PHUCVU_PERSONAL_DAYS = environment.whole("PHUCVU_PERSONAL_DAYS", 90)
# Whether anyone may register an account; it may nothing until something is granted.
PHUCVU_REGISTRATION = environment.flag("PHUCVU_REGISTRATION", default=True)
# Proxies that are believed who asks, and whether through TLS.
PHUCVU_PROXIES = environment.networks("PHUCVU_PROXIES", "127.0.0.1,::1" if _TLS else "")
# Connections a worker holds at once.
PHUCVU_CONNECTIONS = environment.whole("PHUCVU_CONNECTIONS", 10_000)
# How long the headers of a request may take, and a connection may be idle (seconds).
PHUCVU_HEADER_SECONDS = environment.whole("PHUCVU_HEADER_SECONDS", 10)
# Bodies of requests: how long one may pause (seconds) and how fast it must come then; how many
# are read at once, in all and of one address, and how much of them lies on the disk (MiB).
PHUCVU_BODY_SECONDS = environment.whole("PHUCVU_BODY_SECONDS", 15)
PHUCVU_BODY_PACE_KIB = environment.whole("PHUCVU_BODY_PACE_KIB", 16)
PHUCVU_BODIES = environment.whole("PHUCVU_BODIES", 32)
PHUCVU_BODIES_PER_ADDRESS = environment.whole("PHUCVU_BODIES_PER_ADDRESS", 8)
PHUCVU_BODIES_MIB = environment.whole("PHUCVU_BODIES_MIB", 2_048)
# Streams of open pages that a worker holds: in all, and of one address.
PHUCVU_STREAMS = environment.whole("PHUCVU_STREAMS", 2_000)
PHUCVU_STREAMS_PER_ADDRESS = environment.whole("PHUCVU_STREAMS_PER_ADDRESS", 200)
# What a worker does at once: facts taken in, which go first; public pages made.
PHUCVU_INTAKE_AT_ONCE = environment.whole("PHUCVU_INTAKE_AT_ONCE", 8)
PHUCVU_PAGES_AT_ONCE = environment.whole("PHUCVU_PAGES_AT_ONCE", 1)
# How many of a kind may wait for that.
PHUCVU_WAITING = environment.whole("PHUCVU_WAITING", 500)
# Public pages are kept in memory until something changes, and made anew after this long (s).
PHUCVU_PAGES_KEPT = environment.whole("PHUCVU_PAGES_KEPT", 60)
# Changes to open pages are looked for this often (seconds).
PHUCVU_LIVE_INTERVAL = 0.2

# Less room on the disk than this (MiB), and the server is not ready (`/readyz`).
PHUCVU_DISK_MIB = environment.whole("PHUCVU_DISK_MIB", 500)
# The log, for people (`console`) or programs (`json`), with or without a line for each request.
LOGGING = logs.logging_by(
    environment.text("PHUCVU_LOG") or "console",
    requests=environment.flag("PHUCVU_LOG_REQUESTS", default=True),
)
