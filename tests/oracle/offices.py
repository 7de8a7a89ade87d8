"""Offices through time: what each was called, belonged to and became. Plain lists, no shortcuts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

__all__ = ["Office", "Offices", "State"]

FOREVER = date.max
WHOLE = Fraction(1)


@dataclass(frozen=True)
class State:
    """What an office was from a day on, until the next state or its end."""

    since: date
    code: str
    name: str
    parent: Office | None


@dataclass(eq=False)
class Office:
    """One office; two that bore the same code at different times are two."""

    kind: str
    states: list[State]
    end: date = FOREVER
    became: list[tuple[Office, Fraction]] = field(default_factory=list)

    def in_force(self, day: date) -> bool:
        return self.states[0].since <= day < self.end

    def state(self, day: date) -> State:
        """Its state on a day; before it began its first one, after its end its last one."""
        past = [state for state in self.states if state.since <= day]
        return past[-1] if past else self.states[0]

    @property
    def last_change(self) -> date:
        return self.states[-1].since if self.end == FOREVER else self.end

    def __repr__(self) -> str:
        return f"<{self.kind} {self.states[-1].code} until {self.end}>"


class Offices:
    """All offices there ever were."""

    def __init__(self) -> None:
        self.all: list[Office] = []

    def add(self, kind: str, since: date, code: str, name: str, parent: Office | None) -> Office:
        office = Office(kind, [State(since, code, name, parent)])
        self.all.append(office)
        return office

    def bearing(self, code: str, day: date) -> Office | None:
        """The office that bears a code on a day."""
        for office in self.all:
            if office.in_force(day) and office.state(day).code == code:
                return office
        return None

    def in_force(self, day: date) -> list[Office]:
        return [office for office in self.all if office.in_force(day)]

    # -- which offices a result is about ------------------------------------------------------

    def below_then(self, root: Office, day: date) -> dict[Office, Fraction]:
        """As it was: the root and all below it on a day; what ended stays where it was last."""
        return {office: WHOLE for office in self.all if root in _upwards(office, day)}

    def below_today(self, root: Office, today: date) -> dict[Office, Fraction]:
        """On today's map: each office counts, by its share, for those it became."""
        shares = {}
        for office in self.all:
            share = sum(
                (
                    part
                    for holder, part in _holders(office, today).items()
                    if root in _upwards(holder, today)
                ),
                Fraction(0),
            )
            if share:
                shares[office] = share
        return shares


def _upwards(office: Office, day: date) -> list[Office]:
    """The office itself, what it belonged to on that day (or last), and so on up."""
    line = []
    above: Office | None = office
    while above is not None:
        line.append(above)
        above = above.state(day).parent
    return line


def _holders(office: Office, today: date) -> dict[Office, Fraction]:
    """Who answers today for what an office did, and for which share of it."""
    if office.in_force(today):
        return {office: WHOLE}
    heirs = office.became
    if not heirs:  # nobody took it over: what it belonged to answers for it
        parent = office.state(today).parent
        heirs = [] if parent is None else [(parent, WHOLE)]
    held: dict[Office, Fraction] = {}
    for heir, share in heirs:
        for holder, part in _holders(heir, today).items():
            held[holder] = held.get(holder, Fraction(0)) + share * part
    return held
