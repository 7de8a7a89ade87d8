"""Parts of an edition that stand beside its indicators, as values, and the texts they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Vietnamese (the official one where there is one) and in English."""

    vi: str
    en: str

    def get(self, language: str) -> str:
        """Return the text for a language code; Vietnamese for `vi…`, else English."""
        return self.vi if language.startswith("vi") else self.en


@dataclass(frozen=True, slots=True)
class EditionProvenance:
    """Origin of an edition: P the portal's answers, D its description, M, L."""

    source: str
    note: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Origin of one indicator's rule, with the confidence in it (high, medium, low)."""

    sources: tuple[str, ...]
    clause: str
    confidence: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementCount:
    """A quantity of announced procedures as written: SQL texts, not yet checked.

    A procedure counts once where `when` holds of any of its decisions, and is on time where
    `on_time` holds of all of those.
    """

    when: str
    on_time: str
    source: SourceNote


@dataclass(frozen=True, slots=True)
class AnnouncementSpec:
    """Rules of announcement decisions, with terms in working days by the kind of unit.

    `issued_ahead`: at least so long before the legal basis takes effect. `published_within`: at
    most so long after the decision. Both name the same kinds. `counts` are the quantities, each
    of which gives another, `…_on_time`.
    """

    issued_ahead: Mapping[str, int]
    published_within: Mapping[str, int]
    definitions: Mapping[str, str]
    counts: Mapping[str, AnnouncementCount]


@dataclass(frozen=True, slots=True)
class TermSpec:
    """A term in working days, from the first of the moments `since` that there is.

    What comes after closing or on a day off counts as come the next working morning, and a term
    ends with its last day.
    """

    working_days: int
    since: tuple[str, ...]
    source: SourceNote


@dataclass(frozen=True, slots=True)
class LeadSpec:
    """Indicators of which a leading role states figures, and where that is laid down.

    They are named by the portal's code: it stays with an indicator whatever its number.
    """

    portal_codes: tuple[str, ...]
    source: SourceNote
