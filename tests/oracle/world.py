"""A made-up province: offices, a catalogue, and facts of two years, drawn at random."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.oracle.facts import Announcement, Copy, Dossier, Facts, Petition, Procedure
from tests.oracle.offices import Office, Offices
from tests.oracle.reorganising import Reorganiser
from tests.oracle.working_days import working_days_from

__all__ = ["ROOT", "World"]

ROOT = "H90"
BEGAN = date(2020, 1, 1)
PARTS = ("has_name", "has_methods", "has_components", "has_term", "has_subjects", "has_body")
Json = dict[str, Any]
Sent = list[tuple[str, list[Json]]]
"""rows for an address of the API, in order"""


class World:
    """Draws what happens, keeps who it belongs to, and says what has to be sent."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.chance = Random(seed)
        self.now = now.replace(microsecond=0)
        self.today = now.date()
        self.earliest = date(self.today.year - 1, 1, 1)
        self.offices, self.facts = Offices(), Facts()
        self.root = self._offices()
        self.reorganiser = Reorganiser(self.offices, self.root, self.chance, self.today)
        self._catalogue()
        self._number = 0

    def _offices(self) -> Office:
        add = self.offices.add
        root = add("province", BEGAN, ROOT, "Tỉnh Thử", None)
        for number in range(1, 5):
            add("department", BEGAN, f"{ROOT}.0{number}", f"Sở {number}", root)
        parents = [root]
        for number in (30, 40, 50):
            parents.append(add("district", BEGAN, f"{ROOT}.{number}", f"Huyện {number}", root))
        for number in range(1, 15):
            parent = parents[number % len(parents)]
            add("commune", BEGAN, f"{ROOT}.1{number:02}", f"Xã {number}", parent)
        return root

    def table(self) -> str:
        """The offices as a table for `phucvu units import`."""
        rows = ["code,name,kind,parent_code,valid_from"]
        for office in self.offices.all:
            state = office.states[0]
            above = "" if state.parent is None else state.parent.states[0].code
            rows.append(f"{state.code},{state.name},{office.kind},{above},{state.since}")
        return "\n".join(rows) + "\n"

    # -- the catalogue ------------------------------------------------------------------------

    def _catalogue(self) -> None:
        terms = ((5, "working_days"), (10, "working_days"), (30, "days"), (None, ""))
        for number in range(12):
            term, unit = self.chance.choice(terms)
            code = f"{1 + number % 2}.0{number:05}"
            self.facts.procedures[code] = Procedure(
                code=code,
                fee=self.chance.choice((0, 50_000, 200_000)),
                term=term,
                term_unit=unit,
                for_people=self.chance.random() < 0.6,
                published=self.chance.random() < 0.8,
                complete=self.chance.random() < 0.7,
            )

    def procedures(self) -> Sent:
        """What each procedure is, and which of the offices of today apply it."""
        rows = [
            {
                "procedure_code": item.code, "unit": ROOT, "name": f"Thủ tục {item.code}",
                "fee": item.fee, "term": item.term, "term_unit": item.term_unit,
                "for_citizen": int(item.for_people), "for_business": 1,
                "published": int(item.published), "has_steps": int(item.complete),
                **dict.fromkeys(PARTS, 1),
            }
            for item in self.facts.procedures.values()
        ]  # fmt: skip
        return [("procedures", rows), ("applied-procedures", self.applied())]

    def applied(self) -> list[Json]:
        """Procedures that offices without any begin to apply."""
        rows = []
        for office in self.offices.in_force(self.today):
            has = any(office in item.applied for item in self.facts.procedures.values())
            if office.kind in ("province", "district") or has or self.chance.random() < 0.2:
                continue
            for item in self.chance.sample(list(self.facts.procedures.values()), 4):
                item.applied[office] = self.chance.choice((2, 3, 4))
                rows.append(
                    {
                        "procedure_code": item.code,
                        "unit": office.state(self.today).code,
                        "online_level": item.applied[office],
                    }
                )
        return rows

    # -- facts --------------------------------------------------------------------------------

    def facts_of_a_round(self, dossiers: int) -> Sent:
        """Draw so many dossiers, with petitions, ratings, payments, lookups and e-copies."""
        drawn = [self._dossier() for _ in range(dossiers)]
        self.facts.dossiers += drawn
        # None that is only registered: it was not received before.
        first = [self._sooner(item) for item in self._some(drawn, 0.15) if item.status != 1]
        return [
            ("dossiers", first),
            ("dossiers", [item.message() for item in drawn]),
            ("ratings", self._ratings(drawn)),
            ("payments", self._payments(drawn)),
            ("lookups", self._lookups(drawn)),
            ("petitions", [self._petition(drawn) for _ in range(dossiers // 12)]),
            ("certified-copies", [self._copy() for _ in range(dossiers // 25)]),
            ("announcements", [self._announcement() for _ in range(dossiers // 25)]),
        ]

    def _moment(self) -> datetime:
        days = (self.today - self.earliest).days - 8  # what follows lies in the past too
        day = self.earliest + timedelta(days=self.chance.randint(0, days))
        seconds = self.chance.randint(7 * 3600, 18 * 3600)
        return datetime.combine(day, time()) + timedelta(seconds=seconds)

    def _after(self, moment: datetime, days: int) -> datetime | None:
        """A moment up to so many days later, or None where that has not come yet."""
        later = moment + timedelta(seconds=self.chance.randint(60, days * 86_400))
        return later if later < self.now else None

    def _where(self, moment: datetime) -> Office:
        kinds = ("department", "commune", "commune", "commune", "district", "province")
        there = self.offices.in_force(moment.date())
        while True:
            kind = self.chance.choice(kinds)
            some = [office for office in there if office.kind == kind]
            if some:
                return self.chance.choice(some)

    def _dossier(self) -> Dossier:
        chance, received = self.chance, self._moment()
        office = self._where(received)
        self._number += 1
        bears = office.state(received.date()).code
        known = chance.random() < 0.95
        dossier = Dossier(
            code=f"{bears}-{received:%y%m%d}-{self._number:05}",
            office=office,
            procedure=chance.choice(list(self.facts.procedures)) if known else "9.999999",
            status=4,
            received=received,
            online=chance.random() < 0.5,
            vneid=chance.random() < 0.3,
            has_digitised=chance.random() < 0.5,
            fees=[chance.choice((0, 50_000)) for _ in range(chance.choice((0, 1, 2)))],
            paid_online=chance.choice(("0", "0", "1", "2", "3")),
            components=[
                (chance.random() < 0.8, chance.random() < 0.2, chance.random() < 0.2)
                for _ in range(chance.choice((0, 0, 1, 2)))
            ],
        )
        if chance.random() < 0.8:
            dossier.promised = received + timedelta(days=chance.randint(1, 40))
        self._outcome(dossier)
        return dossier

    def _outcome(self, dossier: Dossier) -> None:
        """What became of it up to now."""
        chance = self.chance
        at = dossier.received
        for _ in range(chance.choice((0, 0, 0, 0, 1, 2))):
            asked = self._after(at, 8)
            answered = None if asked is None else self._after(asked, 8)
            if asked is None or answered is None:
                break
            dossier.supplements.append((asked, answered))
            at = answered
        end = self._after(at, 40)
        draw = chance.random()
        if draw < 0.04:
            dossier.status = chance.choice((1, 3))  # not accepted: counts nowhere
        elif draw < 0.12 or end is None:
            dossier.status = chance.choice((2, 4, 6))
        elif draw < 0.18:
            dossier.status = 5
            dossier.supplements.append((end, None))
        elif draw < 0.24:
            dossier.status, dossier.refused = chance.choice((7, 8)), end
        else:
            dossier.status, dossier.finished = 9, end
            handed = self._after(end, 5)
            if handed is not None and chance.random() < 0.6:
                dossier.status, dossier.handed_over = 10, handed
            dossier.results = [
                (chance.random() < 0.7, chance.random() < 0.4)
                for _ in range(chance.choice((0, 1, 1)))
            ]

    def _sooner(self, dossier: Dossier) -> Json:
        """An earlier message of the same dossier, when it had just been received."""
        return {
            **dossier.message(), "TrangThaiHoSo": "2", "NgayKetThucXuLy": "", "NgayTra": "",
            "NgayTuChoi": "", "DanhSachHoSoBoSung": [], "DanhSachGiayToKetQua": [],
        }  # fmt: skip

    def _later_that_day(self, dossier: Dossier) -> str:
        return (dossier.received + timedelta(minutes=30)).isoformat()

    def _ratings(self, drawn: list[Dossier]) -> list[Json]:
        rows = []
        for dossier in self._some(drawn, 0.2):
            level = self.chance.choice(("very_satisfied", "satisfied", "not_satisfied"))
            dossier.disputed |= level == "not_satisfied"
            self.facts.opinions += 1
            rows.append(
                {
                    "code": dossier.code, "unit": self._code(dossier),
                    "rated_at": self._later_that_day(dossier), "level": level,
                }
            )  # fmt: skip
        return rows

    def _payments(self, drawn: list[Dossier]) -> list[Json]:
        rows = []
        for dossier in self._some(drawn, 0.2):
            amount, exempt = self.chance.choice((0, 30_000)), self.chance.random() < 0.1
            method = self.chance.choice(("", "national", "gateway", "cash", "transfer"))
            dossier.payments.append((amount, exempt, method))
            at = self._later_that_day(dossier)
            rows.append(
                {
                    "code": f"TT-{dossier.code}", "unit": self._code(dossier),
                    "dossier_code": dossier.code, "amount": amount, "requested_at": at,
                    "exempt": int(exempt), **({"paid_at": at, "method": method} if method else {}),
                }
            )  # fmt: skip
        return rows

    def _lookups(self, drawn: list[Dossier]) -> list[Json]:
        rows = []
        for dossier in self._some(drawn, 0.15):
            dossier.looked_up = True
            rows.append(
                {
                    "code": f"TC-{dossier.code}", "unit": self._code(dossier),
                    "looked_up_at": self._later_that_day(dossier), "dossier_code": dossier.code,
                }
            )  # fmt: skip
        return rows

    def _petition(self, drawn: list[Dossier]) -> Json:
        chance, received = self.chance, self._moment()
        self._number += 1
        petition = Petition(
            code=f"PAKN-{self._number}",
            office=self._where(received),
            received=received,
            about=chance.choice(("", "rules", "staff")),
            refused=chance.random() < 0.1,
            likes=chance.randint(0, 2),
            dislikes=chance.randint(0, 2),
            again=chance.random() < 0.1,
            follows=chance.choice(("", "", "", "PAKN-0")),
        )
        if not petition.refused and chance.random() < 0.8:
            petition.processed = self._after(received, 35)
        self.facts.petitions.append(petition)
        self.facts.opinions += 1
        row = {
            "code": petition.code, "unit": petition.office.state(received.date()).code,
            "about": petition.about, "received_at": received.isoformat(),
            "likes": petition.likes, "dislikes": petition.dislikes,
            "complained_again": int(petition.again), "follows_code": petition.follows,
        }  # fmt: skip
        if petition.refused:
            row["refused_at"] = (received + timedelta(minutes=10)).isoformat()
        if petition.processed:
            row["processed_at"] = petition.processed.isoformat()
        if chance.random() < 0.3:
            dossier = chance.choice(drawn)
            dossier.disputed = True
            row["dossier_code"] = dossier.code
        return row

    def _copy(self) -> Json:
        certified = self._moment()
        copy = Copy(self._where(certified), certified)
        self.facts.copies.append(copy)
        return {
            "code": f"CTBS-{len(self.facts.copies)}", "certified_at": certified.isoformat(),
            "unit": copy.office.state(certified.date()).code,
        }  # fmt: skip

    def _announcement(self) -> Json:
        """A decision of the province; issued and in effect on working days."""
        chance, issued = self.chance, self._moment().date()
        issued = working_days_from(issued, 1)
        effective = working_days_from(issued, chance.randint(1, 9))
        published: date | None = working_days_from(issued, chance.randint(0, 9))
        if chance.random() < 0.15 or published is None or published >= self.today:
            published = None
        item = Announcement(
            chance.choice(list(self.facts.procedures)), issued, effective, published
        )
        self.facts.announcements.append(item)
        row = {
            "unit": ROOT, "decision": f"{len(self.facts.announcements)}/QĐ-UBND",
            "procedure_code": item.procedure, "action": "amended",
            "issued_at": f"{issued}T09:00:00", "effective_at": f"{effective}T00:00:00",
        }  # fmt: skip
        return row if published is None else {**row, "published_at": f"{published}T16:00:00"}

    def _some(self, drawn: list[Dossier], part: float) -> list[Dossier]:
        return [item for item in drawn if self.chance.random() < part]

    def _code(self, dossier: Dossier) -> str:
        return dossier.office.state(dossier.received.date()).code
