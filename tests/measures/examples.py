"""Definitions and measures as a scorecard has them, for several tests."""

DEFINITIONS = {
    "placed_at": "coalesce(received_at, submitted_at)",
    "is_received": "status in (2,4,5,6,7,8,9,10)",
    "ended_on_time": "is_received and ended_at is not null and on_time",
    "ended_at": (
        "coalesce(finished_at, handed_over_at,"
        " case when is_received and status in (7,8) then refused_at end,"
        " case when supplements = 1 then supplement_open_at end)"
    ),
    "on_time": "promised_at is null or day(ended_at - supplement_ms) <= day(promised_at)",
}
CALENDAR = {"placed": "placed_at", "ended": "ended_at"}
MEASURES: dict[str, dict[str, object]] = {
    "received": {"when": "is_received"},
    "ended_on_time": {"when": "ended_on_time"},
    "digitised": {"when": "is_received and has_digitised and not return_by_post"},
    "handling_ms": {
        "when": "is_received and ended_at is not null",
        "sum": "ended_at - received_at - supplement_ms",
    },
    "open_overdue": {
        "when": (
            "is_received and ended_at is null and supplements < 2 and day(promised_at) < day(bound)"
        ),
        "clock": True,
    },
}
