"""Random reorganisations of a province, each a command and what it does to the offices.

Any may be dated long before it is entered, so that facts stand already on offices that ended.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tests.oracle.offices import FOREVER, Office, Offices, State

__all__ = ["Reorganiser"]

Words = list[str]


class Reorganiser:
    """Draws changes that the rules allow: none from before the latest one of whom it concerns."""

    def __init__(self, offices: Offices, root: Office, chance: Random, today: date) -> None:
        self.offices, self.root, self.chance, self.today = offices, root, chance, today
        self._number = 0

    def change(self) -> Words:
        """Make one change; the words of the command that does the same."""
        kinds: list[Callable[[], Words | None]] = [
            self.merge, self.merge, self.merge_into_new, self.split, self.split, self.move,
            self.rename, self.change_code, self.end, self.end_district, self.create,
        ]  # fmt: skip
        while True:
            words = self.chance.choice(kinds)()
            if words is not None:
                return words

    # -- what may change ----------------------------------------------------------------------

    def _standing(self) -> list[Office]:
        return [office for office in self.offices.all if office.end == FOREVER]

    def _leaves(self, kind: str = "commune") -> list[Office]:
        parents = {office.states[-1].parent for office in self._standing()}
        return [o for o in self._standing() if o.kind == kind and o not in parents]

    def _pick(self, number: int) -> list[Office] | None:
        leaves = self._leaves(self.chance.choice(("commune", "commune", "department")))
        return self.chance.sample(leaves, number) if len(leaves) > number + 1 else None

    def _parents(self) -> list[Office]:
        return [o for o in self._standing() if o.kind in ("province", "district")]

    def _day(self, *concerned: Office | None) -> date | None:
        """A day from the latest change of these, and of what they belong to, up to today."""
        first = max(office.last_change for office in concerned if office is not None)
        for office in concerned:
            if office is not None and (parent := office.states[-1].parent) is not None:
                first = max(first, parent.states[0].since)
        first = max(first + timedelta(days=1), self.today - timedelta(days=600))
        span = (self.today - first).days
        return first + timedelta(days=self.chance.randint(0, span)) if span >= 0 else None

    def _dated(self, day: date) -> Words:
        return ["--from", day.isoformat(), "--decision", f"{self._number}/QĐ-UBND"]

    def _new_code(self) -> str:
        """A code not in use; sometimes one that an office bore that ended long ago."""
        self._number += 1
        return f"H90.N{self._number}"

    # -- changes ------------------------------------------------------------------------------

    def merge(self) -> Words | None:
        picked = self._pick(self.chance.choice((2, 2, 3)))
        if picked is None or (day := self._day(*picked)) is None:
            return None
        heir, *gone = picked
        self._number += 1
        words = [office.state(day).code for office in gone]
        for office in gone:
            office.end, office.became = day, [(heir, Fraction(1))]
        return ["units", "merge", *words, "--into", heir.state(day).code, *self._dated(day)]

    def merge_into_new(self) -> Words | None:
        picked = self._pick(2)
        if picked is None or (day := self._day(*picked)) is None:
            return None
        parents = {office.states[-1].parent for office in picked}
        if len(parents) > 1:
            return None
        code = self._new_code()
        heir = self.offices.add(picked[0].kind, day, code, f"Mới {code}", parents.pop())
        for office in picked:
            office.end, office.became = day, [(heir, Fraction(1))]
        codes = [office.state(day).code for office in picked]
        return ["units", "merge", *codes, "--into", f"{code}=Mới {code}", *self._dated(day)]

    def split(self) -> Words | None:
        picked = self._pick(3)
        if picked is None:
            return None
        gone, *heirs = picked
        if self.chance.random() < 0.5:
            heirs = heirs[:1]
        if (day := self._day(gone, *heirs)) is None:
            return None
        code = self._new_code()
        parent = gone.states[-1].parent
        assert parent is not None
        heirs.append(self.offices.add(gone.kind, day, code, f"Phần {code}", parent))
        shares = [Fraction(1, len(heirs) + 1)] * (len(heirs) - 1)
        shares.append(1 - sum(shares, Fraction(0)))
        parts = []
        for heir, share in zip(heirs, shares, strict=True):
            named = f"{code}=Phần {code}" if heir is heirs[-1] else heir.state(day).code
            parts += ["--part", f"{named}:{share}"]
        gone.end, gone.became = day, list(zip(heirs, shares, strict=True))
        return ["units", "split", gone.state(day).code, *parts, *self._dated(day)]

    def move(self) -> Words | None:
        picked = self._pick(1)
        if picked is None:
            return None
        (office,) = picked
        parent = self.chance.choice(self._parents())
        if parent is office.states[-1].parent or (day := self._day(office, parent)) is None:
            return None
        self._number += 1
        state = office.states[-1]
        office.states.append(State(day, state.code, state.name, parent))
        return ["units", "move", state.code, parent.state(day).code, *self._dated(day)]

    def rename(self) -> Words | None:
        office = self.chance.choice(self._standing())
        if (day := self._day(office)) is None:
            return None
        self._number += 1
        state = office.states[-1]
        office.states.append(State(day, state.code, f"Tên {self._number}", state.parent))
        return ["units", "rename", state.code, f"Tên {self._number}", *self._dated(day)]

    def change_code(self) -> Words | None:
        picked = self._pick(1)
        if picked is None or (day := self._day(*picked)) is None:
            return None
        (office,) = picked
        code, state = self._new_code(), picked[0].states[-1]
        office.states.append(State(day, code, state.name, state.parent))
        return ["units", "change-code", state.code, code, *self._dated(day)]

    def end(self) -> Words | None:
        picked = self._pick(1)
        if picked is None or (day := self._day(*picked)) is None:
            return None
        self._number += 1
        picked[0].end = day
        return ["units", "end", picked[0].state(day).code, *self._dated(day)]

    def end_district(self) -> Words | None:
        """The district level ends; its communes go with it, and nobody takes them over."""
        districts = [office for office in self._standing() if office.kind == "district"]
        if len(districts) < 2 or self.chance.random() < 0.6:
            return None
        district = self.chance.choice(districts)
        below = [o for o in self._standing() if o.states[-1].parent is district]
        latest = [o for o in self.offices.all if o.states[-1].parent is district]
        if (day := self._day(district, *below, *latest)) is None:
            return None
        self._number += 1
        for office in (district, *below):
            office.end = day
        return [
            "units", "end", district.state(day).code, "--with-all-below", *self._dated(day),
        ]  # fmt: skip

    def create(self) -> Words | None:
        """A new office, sometimes under a code that another one bore before it ended."""
        parent = self.chance.choice(self._parents())
        free = [o for o in self.offices.all if o.end < self.today and o.kind == "commune"]
        used = {state.code for o in self._standing() for state in o.states}
        again = [o for o in free if o.states[-1].code not in used]
        if again and self.chance.random() < 0.7:
            code = self.chance.choice(again).states[-1].code
            bearers = [o for o in self.offices.all if any(s.code == code for s in o.states)]
        else:
            code, bearers = self._new_code(), []
        if (day := self._day(parent, *bearers)) is None:
            return None
        self._number += 1
        self.offices.add("commune", day, code, f"Xã {code}", parent)
        return [
            "units", "create", code, f"Xã {code}", "--kind", "commune",
            "--parent", parent.state(day).code, *self._dated(day),
        ]  # fmt: skip
