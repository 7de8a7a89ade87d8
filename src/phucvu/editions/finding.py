"""Which edition scores a period: the one rule, for every page, file, command and feed.

The edition in force on the period's last day for the kind of unit; in its place what an operator
chose for the period, or what the setting PHUCVU_SCORECARD names for all periods. Whoever asks for
another edition gets a comparison, which is labelled and has no rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings

from phucvu import clock, scorecards
from phucvu.editions.models import AdoptedEdition, EditionChoice
from phucvu.scorecards import Edition, ScorecardError
from phucvu.scoring import Kind, Period

__all__ = ["Basis", "Editions", "InUse", "PeriodEdition", "Stretch", "UnknownEditionError"]


class UnknownEditionError(LookupError):
    """No edition in use has this id. `known`: the ids there are."""

    def __init__(self, id_: str, known: Sequence[str]) -> None:
        self.id, self.known = id_, tuple(known)
        super().__init__(f"There is no scorecard {id_!r} in use; there are: {', '.join(known)}.")


class Basis(StrEnum):
    """Why an edition scores a period."""

    IN_FORCE = "in_force"
    """it is in force on the period's last day"""
    CHOSEN = "chosen"
    """an operator chose it for the period"""
    SETTING = "setting"
    """the installation's setting names it for all periods"""
    NONE_IN_FORCE = "none_in_force"
    """none is in force on that day; this one is the nearest in time"""
    COMPARED = "compared"
    """a reader asked for it in place of the one that scores the period"""


@dataclass(frozen=True)
class Stretch:
    """The part of a period from `first` on in which one edition is in force; None where none is."""

    first: date
    edition: Edition | None


@dataclass(frozen=True)
class InUse:
    """An edition that may score, and since when it does here; None is always."""

    edition: Edition
    since: datetime | None = None


@dataclass(frozen=True)
class PeriodEdition:
    """The edition that scores units of a kind in a period, and why.

    `reason`, `at`: an operator's choice. `stretches`: where a rule boundary cuts the period, its
    parts in order; of a period that none cuts there are none. `stands`: of a comparison, what
    scores the period.
    """

    period: Period
    kind: str
    edition: Edition
    basis: Basis
    reason: str = ""
    at: datetime | None = None
    stretches: Sequence[Stretch] = ()
    stands: PeriodEdition | None = None

    @property
    def is_comparison(self) -> bool:
        """Tell whether a reader asked for another edition than the one that scores the period."""
        return self.basis is Basis.COMPARED

    @property
    def standing(self) -> Edition:
        """Give the edition that scores the period, also behind a comparison."""
        return self.stands.edition if self.stands else self.edition

    def is_like(self, other: PeriodEdition) -> bool:
        """Tell whether numbers of both are by one rule, and may be compared."""
        return self.edition.digest == other.edition.digest


@dataclass(frozen=True)
class Editions:
    """The editions in use and the choices that were made, as read at one moment."""

    in_use: Sequence[InUse]
    choices: Sequence[EditionChoice] = ()
    setting: Edition | None = None

    @classmethod
    def open(cls) -> Editions:
        """Read them from the store. Raises ScorecardError where the setting's cannot be used.

        Editions of the package are in use; an operator's from the moment its measures are counted.
        """
        folders = settings.PHUCVU_SCORECARDS
        since = dict(AdoptedEdition.objects.values_list("edition", "since"))
        found = [
            InUse(edition, since.get(id_))
            for id_ in scorecards.available(folders)
            if id_ in since or scorecards.is_shipped(id_)
            if (edition := _loaded(id_)) is not None
        ]
        named = settings.PHUCVU_SCORECARD
        setting = scorecards.load(named, folders) if named else None
        return cls(found, tuple(EditionChoice.objects.order_by("pk")), setting)

    def of(
        self,
        period: Period,
        kind: str = "",
        *,
        asked: Edition | None = None,
        known_at: datetime | None = None,
    ) -> PeriodEdition:
        """Find what scores units of a kind in a period.

        `asked`: another edition, for a comparison. `known_at`: leave out choices and editions that
        came later than this moment.
        """
        stands = self._standing(period, kind, known_at or clock.now())
        if asked is None or asked.digest == stands.edition.digest:
            return stands
        return replace(
            stands, edition=asked, basis=Basis.COMPARED, reason="", at=None, stretches=(),
            stands=stands,
        )  # fmt: skip

    def today(self, kind: str = "") -> Edition:
        """Find what scores the month that runs, for what is shown of no period."""
        return self.of(Period.containing(clock.today(), Kind.MONTH), kind).edition

    def named(self, id_: str) -> Edition:
        """Find the edition in use with this id. Raises UnknownEditionError."""
        for each in self.in_use:
            if each.edition.id == id_:
                return each.edition
        if self.setting is not None and self.setting.id == id_:
            return self.setting
        raise UnknownEditionError(id_, [each.edition.id for each in self.in_use])

    def with_digest(self, digest: str) -> Edition | None:
        """Find the edition of this exact text; None where it is not in use any more."""
        every = [*(each.edition for each in self.in_use), *filter(None, [self.setting])]
        return next((edition for edition in every if edition.digest == digest), None)

    def _standing(self, period: Period, kind: str, known_at: datetime) -> PeriodEdition:
        choice = self._choice(period, kind, known_at)
        if choice is not None:
            edition = self.named(choice.edition)
            return PeriodEdition(period, kind, edition, Basis.CHOSEN, choice.reason, choice.at)
        if self.setting is not None:
            return PeriodEdition(period, kind, self.setting, Basis.SETTING)
        known = [
            each.edition for each in self.in_use if each.since is None or each.since <= known_at
        ]
        found = scorecards.in_force(period.last_day, known, kind)
        if found is None:
            nearest = _nearest(period.last_day, known, kind)
            return PeriodEdition(period, kind, nearest, Basis.NONE_IN_FORCE)
        stretches = _stretches(period, known, kind)
        return PeriodEdition(period, kind, found, Basis.IN_FORCE, stretches=stretches)

    def _choice(self, period: Period, kind: str, known_at: datetime) -> EditionChoice | None:
        """Find the choice that stands: for the kind, else for every kind."""
        usable = {each.edition.id for each in self.in_use}
        for wanted in dict.fromkeys((kind, "")):
            made = [
                each
                for each in self.choices
                if each.period == str(period) and each.kind == wanted and each.at <= known_at
            ]
            if made and made[-1].edition in usable:
                return made[-1]
        return None


def _loaded(id_: str) -> Edition | None:
    """Load it; None where its file was spoilt since, which must not take every page down."""
    try:
        return scorecards.load(id_, settings.PHUCVU_SCORECARDS)
    except ScorecardError:
        return None


def _nearest(day: date, editions: Sequence[Edition], kind: str) -> Edition:
    """Find the edition that ended last before `day`, else the first to begin after it."""
    fitting = [e for e in editions if e.scorecard.is_for(kind)] or list(editions)
    ended = [
        (to, e.id, e)
        for e in fitting
        if (to := e.scorecard.in_force_to) is not None and e.scorecard.in_force_from <= day
    ]
    if ended:
        return max(ended, key=lambda each: each[:2])[2]
    return min(fitting, key=lambda e: (e.scorecard.in_force_from, e.id))


def _stretches(period: Period, editions: Sequence[Edition], kind: str) -> tuple[Stretch, ...]:
    """Cut a period where its edition changes; no part where one is in force all through it."""
    days = {period.first_day}
    for each in editions:
        card = each.scorecard
        days.add(card.in_force_from)
        if card.in_force_to is not None:
            days.add(card.in_force_to + timedelta(days=1))
    found: list[Stretch] = []
    for day in sorted(day for day in days if period.first_day <= day <= period.last_day):
        edition = scorecards.in_force(day, editions, kind)
        if not found or found[-1].edition is not edition:
            found.append(Stretch(day, edition))
    return tuple(found) if len(found) > 1 else ()
