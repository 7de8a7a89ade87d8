"""The synchronisation message (`DongBoHoSoMC`): one record of it → one dossier of the register.

The unit
    is the part of `MaHoSo` before `-yyMMdd-`, in either notation (`codes.normal_unit_code`),
    looked up among the units in force on the day the dossier was received (else submitted, else
    today).

Dates
    `yyyyMMddHHmmss` or `yyyyMMdd` on the unit's own clock. What has happened cannot lie more than
    a day ahead; the promise may.

An end or a promise before the reception
    is refused by its date only: real logs hold dossiers ended, by the clock, a little before
    they were received on the same day.

A state that says that a dossier has ended (7, 8, 9, 10) without any date of an end
    is refused: it would be counted as open, and overdue day by day. With the setting
    `PHUCVU_ENDED_WITHOUT_DATE=flag` it is taken in, and counted apart.

Unsure codes
    `NoiNopHoSo` is taken as *not known* where its code is new to us; every other unknown code is
    refused.

Personal data is never read, so it cannot be kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from unicodedata import normalize

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from phucvu.accounts.policy import Scope
from phucvu.intake import authority
from phucvu.intake.codes import population_db_codes, unit_code_in
from phucvu.intake.quick import ODD, Moments, OddError, Sent, SentRecords, is_code, names_of
from phucvu.intake.record import DossierRecord, MappedRecord, Problem, RefusedError, read_each
from phucvu.intake.unit_finding import EPOCH_DAY, UnitFinder
from phucvu.intake.values import FLAGS, Fields, flag_of
from phucvu.register.models import Channel, Status, Subject
from phucvu.register.walltime import DAY_MS
from phucvu.units.tree import UnitEras, UnitNode

__all__ = ["MessageReader", "unit_code_of"]

_LONGEST_CODE = 64
_LONGEST_UNIT_CODE = 40
_MOST_DIGITS = 15  # of one amount
_TOO_MUCH = 10**18  # for a column

_CHANNELS = {
    "": Channel.COUNTER.value,
    "1": Channel.COUNTER.value,
    "2": Channel.ONLINE.value,
    "3": Channel.POST.value,
}
_SUBJECTS = {
    "": "",
    "1": Subject.PERSON.value,
    "2": Subject.BUSINESS.value,
    "3": Subject.STATE.value,
    "4": Subject.OTHER.value,
}
_HAPPENED = ("NgayNopHoSo", "NgayTiepNhan", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi")
_ENDS = frozenset(_HAPPENED[2:])
_PORTALS = {"1": "national", "2": "provincial"}
_STATUSES = {str(status): status for status in Status.values}
_RECEIVED = frozenset(Status.values) - {Status.REGISTERED, Status.NOT_ACCEPTED}
# The date that each of the states needs in which nobody works on a dossier any more; one of the
# others does as well, for systems fill in now one, now the other.
_END_OF = {
    Status.WITHDRAWN: "NgayTuChoi",
    Status.STOPPED: "NgayTuChoi",
    Status.FINISHED: "NgayKetThucXuLy",
    Status.HANDED_OVER: "NgayTra",
}
_PAYMENTS = {"": 0, "0": 0, "1": 1, "2": 2, "3": 3}
# 1 and 2 are two ways to re-use a component.
_REUSED = {None: False, "": False, "0": False, 0: False, "1": True, 1: True, "2": True, 2: True}


def unit_code_of(record: object) -> str | None:
    """Return the code of the unit a record belongs to; None where it names none."""
    if isinstance(record, MappedRecord) and record.unit_code is not None:
        return record.unit_code
    if isinstance(record, Sent):
        code: object = record.code
    else:
        code = record.get("MaHoSo") if isinstance(record, dict) else None
    if not isinstance(code, str) or len(code) > _LONGEST_CODE * 2:
        return None
    unit_code = unit_code_in(normalize("NFC", code).strip())
    return unit_code if unit_code and len(unit_code) <= _LONGEST_UNIT_CODE else None


class MessageReader(UnitFinder):
    """Reader of the records of one batch."""

    def __init__(
        self, units: UnitEras, *, within: Scope | int | None = None, now: datetime | None = None
    ) -> None:
        super().__init__(units, within=within, now=now)
        self._population_codes = population_db_codes()
        refusing = settings.PHUCVU_ENDED_WITHOUT_DATE == "refuse"
        self._needs_end = frozenset(_END_OF) if refusing else frozenset[Status]()
        self._eras: dict[int, int] = {}
        self._moments = Moments()

    def read(self, record: object) -> DossierRecord:
        """Return the dossier of a record. Raises `RefusedError` with all its problems."""
        if type(record) is dict:
            try:
                return self.read_quickly(msgspec.convert(record, Sent))
            except (msgspec.ValidationError, *ODD):
                pass
        return self.read_strictly(record)

    def read_all(self, records: Sequence[object]) -> list[DossierRecord | list[Problem]]:
        """Return the dossier of each record, or all its problems."""
        return read_each(partial(self._read_at, records), range(len(records)))

    def _read_at(self, records: Sequence[object], position: int) -> DossierRecord:
        if not isinstance(records, SentRecords):
            return self.read(records[position])
        try:
            return self.read_quickly(records.usual[position])
        except ODD:
            return self.read_strictly(records[position])

    def read_quickly(self, sent: Sent) -> DossierRecord:
        """Return the dossier of a usual record. Raises one of `ODD` for any other."""
        code = sent.code
        if code is None or not is_code(code, _LONGEST_CODE):
            raise OddError
        names = names_of(sent.procedure_code, sent.procedure_name, sent.field_code, sent.field_name)
        status = _STATUSES[sent.status or ""]
        at = self._moments
        submitted = at[sent.submitted_at]
        received = at[sent.received_at]
        finished = at[sent.finished_at]
        handed_over = at[sent.handed_over_at]
        refused = at[sent.refused_at]
        ends = [end for end in (finished, handed_over, refused) if end is not None]
        dated = received if received is not None else submitted
        if dated is None or (received is None and status in _RECEIVED):
            raise OddError
        if not ends and status in self._needs_end:
            raise OddError
        promised = at[sent.promised_at]
        if received is not None:
            start_of_day = received - received % DAY_MS
            if min(ends, default=received) < start_of_day:
                raise OddError
            if promised is not None and promised < start_of_day:
                raise OddError
        unit = self._known_unit(code, dated)
        if max(dated, submitted or dated, *ends) > self._tomorrow(unit.time_zone):
            raise OddError
        supplements, waited, open_since = self._supplements_of(sent)
        components = sent.components or ()
        digitised = reused = from_store = 0
        for component in components:
            digitised += FLAGS[component.digitised]
            reused += _REUSED[component.reused]
            from_store += FLAGS[component.from_store]
        fees = sent.fees or ()
        fee_total = 0
        for fee in fees:
            fee_total += _amount(fee.amount)
        if fee_total >= _TOO_MUCH:
            raise OddError
        results = sent.results or ()
        with_file = with_code = 0
        for result in results:
            with_file += bool(_stripped(result.file))
            with_code += bool(_stripped(result.code))
        databases = sent.databases or ()
        population_codes = self._population_codes
        return DossierRecord(
            code,
            unit.id,
            *names,
            _CHANNELS[sent.channel or ""],
            _SUBJECTS[sent.subject or ""],
            _PORTALS[sent.submitted_through] if sent.submitted_through else "",
            status,
            submitted,
            received,
            promised,
            finished,
            handed_over,
            refused,
            supplements,
            waited,
            open_since,
            FLAGS[sent.return_by_post],
            FLAGS[sent.vneid],
            _PAYMENTS[sent.payment or ""],
            len(databases),
            any(_stripped(row.code) in population_codes for row in databases),
            FLAGS[sent.has_digitised],
            len(components),
            digitised,
            reused,
            from_store,
            len(fees),
            fee_total,
            len(results),
            with_file,
            with_code,
        )

    def _known_unit(self, code: str, dated: int) -> UnitNode:
        """Return the unit of a dossier code on the day of a wall time. Raises `OddError` without
        one.
        """
        unit_code = unit_code_in(code)
        day = dated // DAY_MS
        era = self._eras.get(day)
        if era is None:
            era = self._eras[day] = self._units.era(date.fromordinal(day + EPOCH_DAY))
        unit = self._found.get((unit_code or "", era))
        if unit is None:
            found = self._unit_on(unit_code, day) if unit_code else ""
            if isinstance(found, str):
                raise OddError
            unit = found
        return unit

    def _supplements_of(self, sent: Sent) -> tuple[int, int, int | None]:
        """Return for a usual record what `_supplements` returns."""
        waited = 0
        open_since: int | None = None
        rows = sent.supplements or ()
        for row in rows:
            asked, answered = self._moments[row.asked_at], self._moments[row.answered_at]
            if asked is None:
                raise OddError
            if answered is None:
                open_since = asked if open_since is None else max(open_since, asked)
            elif answered // DAY_MS < asked // DAY_MS:
                raise OddError
            else:
                waited += max(0, answered - asked)
        return len(rows), waited, open_since

    def read_strictly(self, record: object) -> DossierRecord:
        """Return the dossier of a record read field by field, so that all problems are named."""
        if not isinstance(record, dict):
            raise RefusedError([Problem("", _("must be an object"))])
        problems = list(record.problems) if isinstance(record, MappedRecord) else []
        fields = Fields(record, problems)
        code = fields.code("MaHoSo", _LONGEST_CODE, required=True)
        procedure_code = fields.code("MaTTHC", 40, required=True)
        status = fields.choice("TrangThaiHoSo", _STATUSES, gettext_noop("unknown status"))

        submitted = fields.moment("NgayNopHoSo")
        received = fields.moment("NgayTiepNhan")
        promised = fields.moment("NgayHenTra")
        finished = fields.moment("NgayKetThucXuLy")
        handed_over = fields.moment("NgayTra")
        refused = fields.moment("NgayTuChoi")
        if received is None and status in _RECEIVED and not _named(problems, "NgayTiepNhan"):
            fields.refuse("NgayTiepNhan", _("is required once a dossier is received"))
        undated = finished is handed_over is refused is None
        if status in self._needs_end and undated and not any(_named(problems, e) for e in _ENDS):
            fields.refuse(_END_OF[status], _("is required once a dossier has ended"))
        unit = self._unit(record, code, received if received is not None else submitted, fields)
        latest = None if unit is None else self._tomorrow(unit.time_zone)
        happened = (submitted, received, finished, handed_over, refused)
        for name, moment in zip(_HAPPENED, happened, strict=True):
            if moment is None:
                continue
            if latest is not None and moment > latest:
                fields.refuse(name, _("lies in the future"))
            if received is not None and name in _ENDS:
                _not_before_reception(name, moment, received, fields)
        if received is not None and promised is not None:
            _not_before_reception("NgayHenTra", promised, received, fields)

        supplements, supplement_ms, supplement_open = _supplements(fields)
        components, digitised, reused, from_store = _components(fields)
        fees, fee_total = _fees(fields)
        results, result_files, results_coded = _results(fields)
        databases, population_db = self._databases(fields)
        columns = {
            "code": code,
            "unit_id": unit.id if unit else 0,
            "procedure_code": procedure_code,
            "procedure_name": fields.name("TenTTHC", 500),
            "field_code": fields.code("MaLinhVuc", 40),
            "field_name": fields.name("TenLinhVuc", 300),
            "channel": fields.choice("KenhThucHien", _CHANNELS, gettext_noop("unknown channel")),
            "subject": fields.choice(
                "LoaiDoiTuong", _SUBJECTS, gettext_noop("unknown kind of applicant")
            ),
            "submitted_through": _PORTALS.get(fields.code("NoiNopHoSo", 10), ""),
            "status": status,
            "submitted_at": submitted,
            "received_at": received,
            "promised_at": promised,
            "finished_at": finished,
            "handed_over_at": handed_over,
            "refused_at": refused,
            "supplements": supplements,
            "supplement_ms": supplement_ms,
            "supplement_open_at": supplement_open,
            "return_by_post": fields.flag("HinhThuc"),
            "vneid": fields.flag("TaiKhoanDuocXacThucVoiVNeID"),
            "payment": fields.choice(
                "DuocThanhToanTrucTuyen", _PAYMENTS, gettext_noop("unknown kind of payment")
            ),
            "databases": databases,
            "population_db": population_db,
            "has_digitised": fields.flag("HoSoCoThanhPhanSoHoa"),
            "components": components,
            "components_digitised": digitised,
            "components_reused": reused,
            "components_from_store": from_store,
            "fees": fees,
            "fee_total": fee_total,
            "results": results,
            "result_files": result_files,
            "results_coded": results_coded,
        }
        if problems or unit is None:
            raise RefusedError(_first_of_each_field(problems))
        return DossierRecord(**columns)

    # --- the unit ---------------------------------------------------------------------------

    def _unit(
        self, record: dict[str, Any], code: str, dated: int | None, fields: Fields
    ) -> UnitNode | None:
        unit_code = unit_code_of(record)
        if unit_code is None:
            fields.refuse("MaHoSo", _("does not begin with a unit code and -yyMMdd-"))
            return None
        found = self._unit_on(unit_code, self._today() if dated is None else dated // DAY_MS)
        if isinstance(found, str):
            fields.refuse("MaHoSo", found)
            return None
        # A table may name another unit than the code does: nobody takes a neighbour's codes so.
        if self._within is not None and authority.names_foreign(code, self._within, self._units):
            fields.refuse("MaHoSo", _("begins with the code of a unit the sender may not send for"))
            return None
        return found

    def _databases(self, fields: Fields) -> tuple[int, bool]:
        rows = fields.rows("DSKetNoiCSDL")
        consulted = {_stripped(row.get("MaCSDL")) for row in rows}
        return len(rows), not consulted.isdisjoint(self._population_codes)


def _not_before_reception(name: str, moment: int, received: int, fields: Fields) -> None:
    if moment // DAY_MS < received // DAY_MS:
        fields.refuse(name, _("lies before the day of reception (NgayTiepNhan)"))


# --- the lists ------------------------------------------------------------------------------


def _supplements(fields: Fields) -> tuple[int, int, int | None]:
    """Return the number of supplements, the time waited for them (ms), and since when one is
    awaited.
    """
    rows = fields.rows("DanhSachHoSoBoSung")
    waited = 0
    open_since: int | None = None
    for index, row in enumerate(rows):
        supplement = Fields(row, fields.problems, f"DanhSachHoSoBoSung[{index}].")
        asked = supplement.moment("NgayBoSung")
        answered = supplement.moment("NgayTiepNhanBoSung")
        if asked is None:
            if not _named(fields.problems, f"DanhSachHoSoBoSung[{index}].NgayBoSung"):
                supplement.refuse("NgayBoSung", _("is required"))
        elif answered is None:
            open_since = asked if open_since is None else max(open_since, asked)
        elif answered // DAY_MS < asked // DAY_MS:
            supplement.refuse("NgayTiepNhanBoSung", _("lies before it was asked for (NgayBoSung)"))
        else:
            waited += max(0, answered - asked)
    return len(rows), waited, open_since


def _components(fields: Fields) -> tuple[int, int, int, int]:
    """Count all components, and those digitised, re-used, taken from the citizen's store."""
    rows = fields.rows("TaiLieuNop")
    digitised = reused = from_store = 0
    for index, row in enumerate(rows):
        flags = (
            flag_of(row.get("DuocSoHoa")),
            _reused(row.get("DuocTaiSuDung")),
            flag_of(row.get("DuocLayTuKhoDMQG")),
        )
        if None in flags:
            name = ("DuocSoHoa", "DuocTaiSuDung", "DuocLayTuKhoDMQG")[flags.index(None)]
            fields.refuse(f"TaiLieuNop[{index}].{name}", _("unknown code"))
            break  # the others are most likely wrong in the same way, by the thousand
        digitised += bool(flags[0])
        reused += bool(flags[1])
        from_store += bool(flags[2])
    return len(rows), digitised, reused, from_store


def _amount(value: str | int | None) -> int:
    """Read an amount in plain digits; 0 where it is not given. Raises `OddError` for any other
    text.
    """
    if value is None or value == "":
        return 0
    text = str(value)
    if len(text) > _MOST_DIGITS or not (text.isascii() and text.isdigit()):
        raise OddError
    return int(text)


def _reused(value: Any) -> bool | None:
    try:
        return _REUSED.get(value.strip() if isinstance(value, str) else value)
    except TypeError:  # a list or an object
        return None


def _fees(fields: Fields) -> tuple[int, int]:
    """Return the number of fees, and their sum in VND."""
    rows = fields.rows("DanhSachLePhi")
    total = 0
    for index, row in enumerate(rows):
        price = row.get("Gia")
        if isinstance(price, str) and len(price) <= 9 and price.isascii() and price.isdigit():
            total += int(price)  # as nearly all are
        else:
            total += Fields(row, fields.problems, f"DanhSachLePhi[{index}].").amount("Gia")
    if total >= _TOO_MUCH:
        fields.refuse("DanhSachLePhi", _("the sum is too large"))
    return len(rows), total


def _results(fields: Fields) -> tuple[int, int, int]:
    """Count the results, those with a file, and those with a code."""
    rows = fields.rows("DanhSachGiayToKetQua")
    with_file = sum(bool(_stripped(row.get("DuongDanTepTinKetQua"))) for row in rows)
    with_code = sum(bool(_stripped(row.get("MaGiayToKetQua"))) for row in rows)
    return len(rows), with_file, with_code


def _stripped(value: Any) -> str:
    """Return text without space around it; a number as text; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _named(problems: list[Problem], field: str) -> bool:
    return any(problem.field == field for problem in problems)


def _first_of_each_field(problems: list[Problem]) -> list[Problem]:
    """Keep the first problem of each field; those that follow from it only distract."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.field, problem)
    return list(first.values())
