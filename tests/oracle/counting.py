"""Counting fact by fact, as the published rules of the 766 scorecard read.

The rules are those of the portal's document (period, lateness, supplements, terms) and of its
component formulas; the comments name the component.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from tests.oracle.facts import Announcement, Dossier, Facts, Petition
from tests.oracle.offices import Office
from tests.oracle.periods import Span
from tests.oracle.working_days import deadline, working_days_from, working_days_until

__all__ = ["Count", "Place", "count"]

RECEIVED = {2, 4, 5, 6, 7, 8, 9, 10}
# Working days.
PETITION_TERM = 15
ISSUED_AHEAD = PUBLISHED_WITHIN = 5  # of a province
Weights = Mapping[Office, Fraction]


@dataclass(frozen=True)
class Place:
    """The offices a result is about: with the share each counts by, and the communes listed."""

    weights: Weights
    communes: Mapping[Office, Weights]
    """each commune in force, with the offices that count for it"""


@dataclass(frozen=True)
class Count:
    """Numerator and denominator of a component; `shared`: a part of a split office is in it."""

    numerator: Fraction
    denominator: Fraction
    shared: bool = False


def count(facts: Facts, place: Place, period: Span, today: date) -> dict[str, Count | None]:
    """Count every component over the offices of a place; None is not provided.

    An office weighs 1, or the share of it that counts here.
    """
    return _Counting(facts, place, period, today).components()


class _Counting:
    def __init__(self, facts: Facts, place: Place, period: Span, today: date) -> None:
        weights = place.weights
        self.facts, self.weights, self.communes, self.today = facts, weights, place.communes, today
        _name, self.first, self.last = period
        self.bound = min(self.last, today)
        self.shared = any(weight != 1 for weight in weights.values())
        mine = [item for item in facts.dossiers if item.office in weights]
        self.known = bool(mine)  # a unit that never had a dossier has nothing counted
        ours = [item for item in mine if item.status in RECEIVED]
        self.received = [item for item in ours if self.placed(item)]
        self.in_period = [item for item in ours if self.placed(item) or self.carried_over(item)]

    # -- what belongs to the period -----------------------------------------------------------

    def placed(self, dossier: Dossier) -> bool:
        return self.first <= dossier.received.date() <= self.last

    def carried_over(self, dossier: Dossier) -> bool:
        """Received before, and not ended before the period began."""
        if dossier.received.date() >= self.first:
            return False
        end = ended(dossier)
        return end is None or end.date() >= self.first

    # -- 2.1 ----------------------------------------------------------------------------------

    def due(self, dossier: Dossier) -> date | None:
        if dossier.promised is not None:
            return dossier.promised.date()
        procedure = self.facts.procedures.get(dossier.procedure)
        if procedure is None or procedure.term is None:
            return None
        return deadline(dossier.received, procedure.term, procedure.term_unit)

    def is_on_time(self, dossier: Dossier) -> bool:
        due, end = self.due(dossier), ended(dossier)
        if end is not None:
            return due is None or (end - waited(dossier)).date() <= due
        if len(dossier.supplements) > 1:  # asked more than once and not finished
            return False
        if due is None:
            return True
        if dossier.promised is not None:
            return due >= self.bound
        # A term stands still while a supplement is awaited; the bound is the day's last moment.
        last_moment = datetime.combine(self.bound + timedelta(days=1), datetime.min.time())
        return due >= (last_moment - timedelta(milliseconds=1) - waited(dossier)).date()

    # -- components ---------------------------------------------------------------------------

    def components(self) -> dict[str, Count | None]:
        found: dict[str, Count | None] = {}
        for name, (of, top) in self.pooled().items():
            found[name] = self.share(of, top) if self.known else None
        found["2.2"] = self.handling() if self.known else None
        if not self.facts.opinions:
            found["5.3"] = None
        return found | self.procedures() | self.petitions() | self.announced() | self.copies()

    def pooled(self) -> dict[str, tuple[list[Dossier], Callable[[Dossier], bool]]]:
        return {
            "2.1": (self.in_period, self.is_on_time),
            "3.3": (self.received, lambda item: item.online),
            "3.6": ([item for item in self.received if has_fee(item)], is_paid_online),
            "4.1": (self.in_period, has_result_file),
            "4.2": (self.in_period, is_digitised),
            "4.3": (self.in_period, lambda d: any(reused for _, reused, _ in d.components)),
            "4.4": (self.in_period, is_shared),
            "4.5": (self.in_period, uses_population_data),
            "5.3": (self.in_period, lambda d: self.is_on_time(d) and not d.disputed),
        }

    def share(self, of: list[Dossier], top: Callable[[Dossier], bool]) -> Count:
        weigh = self.weights.__getitem__
        return Count(
            sum((weigh(item.office) for item in of if top(item)), Fraction(0)),
            sum((weigh(item.office) for item in of), Fraction(0)),
            self.shared,
        )

    def handling(self) -> Count:
        """2.2: milliseconds from reception to the end of processing, supplements taken off."""
        total, number = Fraction(0), Fraction(0)
        for item in self.received:
            end = item.finished or item.handed_over
            if end is not None:
                spent = max(end - item.received - waited(item), timedelta(0))
                total += self.weights[item.office] * round(spent.total_seconds() * 1000)
                number += self.weights[item.office]
        return Count(total, number, self.shared)

    def procedures(self) -> dict[str, Count | None]:
        """3.1, 3.2, 3.4, 3.5, 4.6: each procedure once, at its highest level.

        A number of different procedures cannot be shared out: of a split office's only whole
        ones count.
        """
        whole = {office for office, weight in self.weights.items() if weight == 1}
        levels = {
            code: max(level for office, level in procedure.applied.items() if office in whole)
            for code, procedure in self.facts.procedures.items()
            if any(office in whole for office in procedure.applied)
        }
        names = ("3.1", "3.2", "3.4", "3.5", "4.6")
        if not levels:
            return dict.fromkeys(names)
        of = self.facts.procedures
        online = {code for code, level in levels.items() if level >= 3}
        with_fee = {code for code in levels if of[code].fee > 0}
        people = {code for code in levels if of[code].for_people}

        def having(dossiers: list[Dossier], true: Callable[[Dossier], bool]) -> set[str]:
            return {item.procedure for item in dossiers if item.office in whole and true(item)}

        pairs: dict[str, tuple[set[str], set[str]]] = {
            "3.1": (online, set(levels)),
            "3.2": (having(self.received, lambda item: item.online) & online, online),
            "3.4": (having(self.received, has_fee) & with_fee, with_fee),
            "3.5": (having(self.received, is_paid_online) & with_fee, with_fee),
            "4.6": (having(self.in_period, uses_population_data) & people, people),
        }
        known = any(item.office in whole for item in self.facts.dossiers)
        return {
            name: Count(Fraction(len(top)), Fraction(len(of_all)), self.shared)
            if known or name == "3.1"
            else None
            for name, (top, of_all) in pairs.items()
        }

    def announced(self) -> dict[str, Count | None]:
        """1.1, 1.2, 1.3: the province's, the same for every office below it.

        Each procedure counts once; one late occurrence makes it late.
        """
        of = self.facts.announcements
        issued = [item for item in of if self.first <= item.issued <= self.last]
        late = {item.procedure for item in issued if is_announced_late(item)}
        published = [item for item in of if self.is_publication(item)]
        behind = {item.procedure for item in published if is_published_late(item)}
        shown = [item for item in self.facts.procedures.values() if item.published]
        return {
            "1.1": _once({item.procedure for item in issued}, late) if of else None,
            "1.2": _once({item.procedure for item in published}, behind) if of else None,
            "1.3": Count(Fraction(sum(item.complete for item in shown)), Fraction(len(shown))),
        }

    def is_publication(self, item: Announcement) -> bool:
        """Published in the period, or due in it; what is not published once the day has passed."""
        due = publication_due(item)
        if item.published is not None and self.first <= item.published <= self.last:
            return True
        return self.first <= due <= self.last and (item.published is not None or due < self.today)

    def copies(self) -> dict[str, Count | None]:
        """4.7: communes with at least one certified copy in the period ÷ communes in force."""
        if not self.facts.copies:
            return {"4.7": None}
        having = {
            item.office
            for item in self.facts.copies
            if self.first <= item.certified.date() <= self.last
        }
        top = [1 for offices in self.communes.values() if having & offices.keys()]
        shared = any(share != 1 for offices in self.communes.values() for share in offices.values())
        return {"4.7": Count(Fraction(len(top)), Fraction(len(self.communes)), shared)}

    def petitions(self) -> dict[str, Count | None]:
        """5.1, 5.2 and the two rows on what petitions are about; a refused one counts nowhere."""
        if not self.facts.petitions:
            return dict.fromkeys(("5.1", "5.2", "5.C1", "5.C2"))
        ours = [
            item
            for item in self.facts.petitions
            if item.office in self.weights
            and not item.refused
            and self.first <= item.received.date() <= self.last
        ]
        first = [item for item in ours if not item.follows]

        def tally(of: list[Petition], true: Callable[[Petition], bool]) -> Count:
            weigh = self.weights.__getitem__
            return Count(
                sum((weigh(item.office) for item in of if true(item)), Fraction(0)),
                sum((weigh(item.office) for item in of), Fraction(0)),
                self.shared,
            )

        return {
            "5.1": tally(ours, lambda p: not self.is_late(p)),
            "5.2": tally(first, lambda p: not (self.is_late(p) or p.dislikes > p.likes or p.again)),
            "5.C1": tally(ours, lambda p: p.about == "rules"),
            "5.C2": tally(ours, lambda p: p.about == "staff"),
        }

    def is_late(self, petition: Petition) -> bool:
        due = deadline(petition.received, PETITION_TERM)
        return (petition.processed.date() if petition.processed else self.bound) > due


# -- one announcement -------------------------------------------------------------------------


def publication_due(item: Announcement) -> date:
    return working_days_from(item.issued, PUBLISHED_WITHIN)


def is_announced_late(item: Announcement) -> bool:
    return working_days_until(item.issued, item.effective) < ISSUED_AHEAD


def is_published_late(item: Announcement) -> bool:
    return item.published is None or item.published > publication_due(item)


def _once(of: set[str], late: set[str]) -> Count:
    return Count(Fraction(len(of - late)), Fraction(len(of)))


# -- one dossier ------------------------------------------------------------------------------


def ended(dossier: Dossier) -> datetime | None:
    """The first that exists of finished, handed over, and stopped, refused or withdrawn.

    Asked for a supplement once and nothing later: that moment is the end.
    """
    refused = dossier.refused if dossier.status in (7, 8, 9, 10) else None
    end = dossier.finished or dossier.handed_over or refused
    if end is None and len(dossier.supplements) == 1 and dossier.supplements[0][1] is None:
        return dossier.supplements[0][0]
    return end


def waited(dossier: Dossier) -> timedelta:
    """The time between asking for supplements and the answers."""
    pauses = [answered - asked for asked, answered in dossier.supplements if answered]
    return sum(pauses, timedelta(0))


def has_fee(dossier: Dossier) -> bool:
    """3.4, 3.6: payments of their own speak; else the message's list of fees."""
    if dossier.payments:
        return any(amount > 0 and not exempt for amount, exempt, _ in dossier.payments)
    return sum(dossier.fees) > 0


def is_paid_online(dossier: Dossier) -> bool:
    if dossier.payments:
        return any(
            how in ("national", "gateway") and amount > 0 and not exempt
            for amount, exempt, how in dossier.payments
        )
    return dossier.paid_online in ("1", "2")


def has_result_file(dossier: Dossier) -> bool:
    return any(with_file for with_file, _ in dossier.results)


def is_digitised(dossier: Dossier) -> bool:
    """4.2: components digitised and, once it is finished, the result."""
    if dossier.components:
        components = all(digitised for digitised, _, _ in dossier.components)
    else:
        components = dossier.has_digitised
    is_finished = dossier.finished is not None or dossier.handed_over is not None
    return components and (not is_finished or has_result_file(dossier))


def is_shared(dossier: Dossier) -> bool:
    """4.4: a component from the citizen's store, or the result put there."""
    return any(stored for _, _, stored in dossier.components) or any(
        coded for _, coded in dossier.results
    )


def uses_population_data(dossier: Dossier) -> bool:
    """4.5: verified with VNeID, from the store, or the population database consulted."""
    stored = any(stored for _, _, stored in dossier.components)
    return dossier.vneid or stored or dossier.looked_up
