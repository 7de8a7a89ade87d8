"""Serializer of an explanation, for the API and `phucvu explain --json`."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from phucvu.measures import Part
from phucvu.register.walltime import from_wall
from phucvu.results.explaining import Explanation, MeasureOutcome
from phucvu.results.verdict_words import belonging_text, reasons, sentence
from phucvu.scoring import Text

__all__ = ["as_plain"]

_LANGUAGES = ("vi", "en")


def as_plain(found: Explanation) -> dict[str, Any]:
    """Return the explanation as plain values, with its sentences in Vietnamese and English."""
    return {
        found.kind.name: found.fact.code,
        "unit": found.fact.unit.code,
        **({"procedure": found.fact.procedure_code} if found.kind.by_procedure else {}),
        "period": str(found.period),
        "scorecard": found.edition.id,
        "judged_up_to": _moment(found.bound),
        "in_period": found.in_period,
        "belonging": {"reason": found.belonging.value, **_both(lambda: belonging_text(found))},
        "placed_at": _moment(found.placed_at),
        "ended_at": _moment(found.ended_at),
        "end": found.end,
        "due_at": _moment(found.due_at),
        "due_by": found.due_by,
        "supplement_ms": found.waited,
        "days_late": found.days_late,
        "verdict": {
            "result": found.verdict and found.verdict.value,
            **_both(lambda: sentence(found)),
        },
        "measures": [_measure(found, name, item) for name, item in found.measures.items()],
        "indicators": [
            {
                "id": item.indicator.id,
                "name": _text(item.indicator.name),
                "clause": item.indicator.source.clause,
                "window": item.indicator.window,
                "in_window": item.inside,
                "numerator": item.numerator,
                "denominator": item.denominator,
            }
            for item in found.indicators
        ],
    }


def _measure(found: Explanation, name: str, outcome: MeasureOutcome) -> dict[str, Any]:
    return {
        "name": name,
        "label": _text(found.labels[name]),
        "value": outcome.value,
        "counts": not outcome.failing,
        "indicators": [
            item.indicator.id
            for item in found.indicators
            for count in (item.indicator.numerator.count, item.indicator.denominator.count)
            if count is not None and name in count.mentioned
        ],
        "left_out_by": [_part(part) for part in outcome.failing],
        "reasons": _both(lambda: reasons(found, outcome)),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "definition": part.name,
        "condition": part.text,
        "holds": part.holds,
        "columns": dict(part.columns),
    }


def _both(say: Any) -> dict[str, Any]:
    said = {}
    for language in _LANGUAGES:
        with translation.override(language):
            said[language] = say()
    return said


def _text(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _moment(wall: int | None) -> str | None:
    """Write a moment as the unit's own clock shows it, without a zone."""
    return None if wall is None else from_wall(wall).isoformat(timespec="seconds")
