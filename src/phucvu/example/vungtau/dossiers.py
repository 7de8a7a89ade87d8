"""Course of one simulated dossier: when it was submitted, its events, when it ended.

The course depends on the dossier's code and its moment of submission alone: from these two the
whole past and future of the dossier can be drawn again.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from random import Random

from phucvu.example.vungtau.calendar import (
    AT_HOME_SHARE,
    CLOSING,
    add_working_days,
    in_office_hours,
    next_office_moment,
    office_moment,
    working_days_between,
)
from phucvu.example.vungtau.catalogue import ExampleProcedure, Profile, procedures_of, profiles
from phucvu.example.vungtau.chance import draw

__all__ = ["Ending", "SimulatedDossier", "Supplement", "live_number", "number_of"]

# Numbers from here on belong to dossiers of the live stream, whose courses are compressed.
_LIVE_FROM = 13_000
_SAME_DAY_UNTIL = time(15)
_NOT_ACCEPTED, _WITHDRAWN, _STOPPED = 0.02, 0.015, 0.005
_SUPPLEMENTED, _SUPPLEMENTED_AGAIN = 0.07, 0.12
_STUCK = 0.03


class Ending(Enum):
    """Way in which a dossier ends."""

    RESULT = "result"
    NOT_ACCEPTED = "not accepted"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Supplement:
    """A request for more papers, its answer, and the promised date before and after."""

    asked: datetime
    answered: datetime
    promised_before: datetime
    promised_after: datetime


@dataclass(frozen=True, slots=True)
class SimulatedDossier:
    """Course of a dossier from submission to end; `ended` is also the moment of a refusal."""

    code: str
    profile: Profile
    procedure: ExampleProcedure
    online: bool
    ending: Ending
    submitted: datetime
    received: datetime | None
    started: datetime | None
    promised: datetime | None
    supplements: tuple[Supplement, ...]
    ended: datetime
    handed_over: datetime | None

    @classmethod
    def of(cls, code: str, submitted: datetime) -> SimulatedDossier:
        """Draw the course of the dossier with this code, submitted at this moment."""
        chance = draw("life", code)
        profile = profiles(submitted.date())[code.partition("-")[0]]
        kinds = procedures_of(profile.unit)
        procedure = chance.choices(kinds, [item.weight for item in kinds])[0]
        online = chance.random() < _online_chance(profile, submitted)
        compressed = number_of(code) >= _LIVE_FROM
        return _Course(chance, profile, procedure, online, compressed).drawn(code, submitted)

    @property
    def changes(self) -> list[datetime]:
        """Return every moment at which the dossier changes, in order."""
        moments = [self.submitted, self.received, self.started, self.ended, self.handed_over]
        for item in self.supplements:
            moments += [item.asked, item.answered]
        return sorted({moment for moment in moments if moment is not None})

    def next_change(self, after: datetime) -> datetime | None:
        """Return the first change later than `after`, or None."""
        changes = self.changes
        place = bisect_right(changes, after)
        return changes[place] if place < len(changes) else None


def number_of(code: str) -> int:
    """Return the running number at the end of a dossier code."""
    return int(code.rpartition("-")[2])


def live_number(moment: datetime) -> int:
    """Return the number of a dossier that arrives live: the second of the day plus an offset."""
    return _LIVE_FROM + moment.hour * 3600 + moment.minute * 60 + moment.second


def _online_chance(profile: Profile, submitted: datetime) -> float:
    """Return the chance that a dossier submitted at this moment came online.

    Outside office hours it is 1: nobody is at the counter.
    """
    if not in_office_hours(submitted):
        return 1.0
    in_hours = profile.online * (1 - AT_HOME_SHARE)
    return in_hours / (in_hours + 1 - profile.online)


class _Course:
    """Draw of one course, event after event."""

    def __init__(
        self,
        chance: Random,
        profile: Profile,
        procedure: ExampleProcedure,
        online: bool,
        compressed: bool,
    ) -> None:
        self._chance = chance
        self._profile = profile
        self._procedure = procedure
        self._online = online
        # A late dossier cannot be hurried: it must outlive its promise.
        self._late = chance.random() < profile.late
        self._compressed = compressed

    def drawn(self, code: str, submitted: datetime) -> SimulatedDossier:
        chance = self._chance
        fate = chance.random()
        taken_up = self._taken_up(submitted)
        if fate < _NOT_ACCEPTED and self._online:
            return self._life(code, submitted, Ending.NOT_ACCEPTED, ended=taken_up)
        received = taken_up if self._online else submitted
        started = received + self._pause(10, 90, natural=(10, 60))
        promised = self._promise(received)
        supplements = self._supplements(started, promised)
        anchor = started
        if supplements:
            anchor = supplements[-1].answered
            promised = supplements[-1].promised_after
        ending = Ending.RESULT
        if fate > 1 - _WITHDRAWN:
            ending = Ending.WITHDRAWN
        elif fate > 1 - _WITHDRAWN - _STOPPED:
            ending = Ending.STOPPED
        ended = self._end(anchor, promised)
        handed_over = self._hand_over(ended) if ending is Ending.RESULT else None
        return self._life(
            code, submitted, ending, ended=ended, received=received, started=started,
            promised=promised, supplements=supplements, handed_over=handed_over,
        )  # fmt: skip

    def _life(
        self,
        code: str,
        submitted: datetime,
        ending: Ending,
        *,
        ended: datetime,
        received: datetime | None = None,
        started: datetime | None = None,
        promised: datetime | None = None,
        supplements: tuple[Supplement, ...] = (),
        handed_over: datetime | None = None,
    ) -> SimulatedDossier:
        return SimulatedDossier(
            code=code,
            profile=self._profile,
            procedure=self._procedure,
            online=self._online,
            ending=ending,
            submitted=submitted,
            received=received,
            started=started,
            promised=promised,
            supplements=supplements,
            ended=ended,
            handed_over=handed_over,
        )

    def _pause(self, low: int, high: int, *, natural: tuple[int, int]) -> timedelta:
        """Draw a pause: seconds in a compressed course, minutes in a natural one."""
        if self._compressed:
            return timedelta(seconds=self._chance.randint(low, high))
        return timedelta(seconds=self._chance.randint(natural[0] * 60, natural[1] * 60))

    def _taken_up(self, submitted: datetime) -> datetime:
        if self._compressed:
            return submitted + self._pause(20, 120, natural=(0, 0))
        return next_office_moment(submitted + self._pause(0, 0, natural=(5, 150)))

    def _promise(self, received: datetime) -> datetime:
        procedure = self._procedure
        day = received.date()
        if procedure.term == 0:
            # At once means today; what comes after three o'clock, the next working day.
            late_in_day = received.time() >= _SAME_DAY_UNTIL
            return datetime.combine(add_working_days(day, int(late_in_day)), CLOSING)
        if procedure.term_in_working_days:
            return datetime.combine(add_working_days(day, procedure.term), CLOSING)
        return datetime.combine(add_working_days(day + timedelta(procedure.term), 0), CLOSING)

    def _supplements(self, started: datetime, promised: datetime) -> tuple[Supplement, ...]:
        supplements: list[Supplement] = []
        anchor = started
        chance = _SUPPLEMENTED
        while len(supplements) < 2 and self._chance.random() < chance:
            if self._compressed:
                asked = anchor + self._pause(60, 600, natural=(0, 0))
                answered = asked + self._pause(120, 1200, natural=(0, 0))
            else:
                asked = next_office_moment(
                    next_office_moment(anchor) + self._pause(0, 0, natural=(15, 90))
                )
                answered = asked + self._pause(0, 0, natural=(180, 4 * 1440))
            moved = datetime.combine(
                add_working_days(
                    promised.date(), working_days_between(asked.date(), answered.date())
                ),
                CLOSING,
            )
            supplements.append(Supplement(asked, answered, promised, moved))
            promised, anchor, chance = moved, answered, _SUPPLEMENTED_AGAIN
        return tuple(supplements)

    def _end(self, anchor: datetime, promised: datetime) -> datetime:
        chance = self._chance
        if self._late:
            behind = 1 + int(chance.expovariate(1 / 3))
            if chance.random() < _STUCK:
                behind += 40
            day = add_working_days(max(promised.date(), anchor.date()), behind)
            return office_moment(day, chance)
        if self._compressed:
            return anchor + self._pause(60, 2400, natural=(0, 0))
        begin = next_office_moment(anchor)
        days = working_days_between(begin.date(), promised.date())
        ahead = round(days * chance.betavariate(3, 1.4))
        if ahead == 0:
            left = datetime.combine(begin.date(), CLOSING) - begin
            return begin + max(left * chance.uniform(0.1, 0.95), timedelta(minutes=1))
        return office_moment(add_working_days(begin.date(), ahead), chance)

    def _hand_over(self, ended: datetime) -> datetime:
        if self._compressed or (self._online and self._chance.random() < 0.7):
            return ended + self._pause(10, 300, natural=(1, 30))
        day = add_working_days(ended.date() + timedelta(days=1), self._chance.randint(0, 2))
        return office_moment(day, self._chance)
