"""Configuration of the log: one line an event, for people or (as JSON) for programs.

No line has personal data: of a request the kind of its address is written, not the address.
"""

from __future__ import annotations

from typing import Any

import structlog
import structlog.tracebacks

__all__ = ["FORMS", "logging_by"]

FORMS = ("console", "json")

_BEFORE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.StackInfoRenderer(),
]


def logging_by(form: str, *, requests: bool) -> dict[str, Any]:
    """Return Django's `LOGGING` for one of `FORMS`. Raises `ValueError` for another form.

    `requests` tells whether each request has its line.
    """
    if form not in FORMS:
        raise ValueError(f"PHUCVU_LOG={form!r}: expected one of {', '.join(FORMS)}")
    structlog.configure(
        processors=[*_BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    ]
    if form == "json":
        last = [
            # Without the values of variables, which may be anybody's.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"known": {"()": "phucvu.config.faults.KnownFaults"}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _BEFORE,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *last,
                ],
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["known"],
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "httpx": {"level": "WARNING"},
            # What it tells of each attempt is told once (`phucvu.config.faults`).
            "psycopg.pool": {"level": "ERROR"},
            # What was refused stands in the audit.
            "django.request": {"level": "ERROR"},
            "phucvu.requests": {"level": "INFO" if requests else "WARNING"},
        },
    }
