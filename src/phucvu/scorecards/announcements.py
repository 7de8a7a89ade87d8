"""Rules of announcement decisions: which count in a period, and which of them are on time.

An edition says it in the language of measures, over one procedure of one decision beside the period
that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phucvu import measures
from phucvu.measures import Column, Expression, Type, Vocabulary
from phucvu.scoring import AnnouncementSpec, Problem, Reading

__all__ = ["ANNOUNCED", "AnnouncementRule", "compile_announcements"]


def _day(name: str, en: str, vi: str, *, nullable: bool = False) -> Column:
    return Column(name, Type.DAY, nullable, en, vi)


ANNOUNCED = Vocabulary(
    "announced_procedure",
    [
        Column("procedure_code", Type.TEXT, False, "procedure code", "mã thủ tục hành chính"),
        _day("issued_on", "when the decision was issued", "ngày ban hành quyết định"),
        _day(
            "effective_on",
            "when its legal basis takes effect",
            "ngày văn bản quy phạm có hiệu lực",
            nullable=True,
        ),
        _day(
            "published_on",
            "when it was published, if that was by the cut-off",
            "ngày công khai, nếu không sau thời điểm chốt",
            nullable=True,
        ),
        _day(
            "due_on",
            "when it has to be published: `published_within` working days after the decision",
            "hạn công khai: `published_within` ngày làm việc sau quyết định",
        ),
        Column(
            "days_ahead",
            Type.INTEGER,
            True,
            "working days from the decision to the day its legal basis takes effect",
            "số ngày làm việc từ ngày ban hành đến ngày văn bản có hiệu lực",
        ),
        Column(
            "issued_ahead",
            Type.INTEGER,
            False,
            "the edition's term for this kind of unit",
            "thời hạn của bộ chỉ số theo loại cơ quan",
        ),
        Column(
            "published_within",
            Type.INTEGER,
            False,
            "the edition's term for this kind of unit",
            "thời hạn của bộ chỉ số theo loại cơ quan",
        ),
        _day("first_day", "the period's first day", "ngày đầu kỳ"),
        _day("last_day", "the period's last day", "ngày cuối kỳ"),
        _day("cut_off_day", "the day up to which facts count", "ngày chốt"),
        Column("period_over", Type.BOOLEAN, False, "whether its last day has passed", "kỳ đã hết"),
    ],
)
"""One procedure in one announcement decision, beside the period it is looked at for."""


@dataclass(frozen=True, slots=True)
class AnnouncementRule:
    """Conditions over `ANNOUNCED`: one for counting in a period, one for being on time."""

    when: Expression
    on_time: Expression


def compile_announcements(
    spec: AnnouncementSpec, reading: Reading
) -> tuple[dict[str, AnnouncementRule], list[Problem]]:
    """Compile the rules by the quantity they count; problems name their file and line."""
    problems = [*_undeclared(spec, reading)]
    texts = {
        f"{name} {part}": {"when": text}
        for name, rule in spec.counts.items()
        for part, text in (("when", rule.when), ("on_time", rule.on_time))
    }
    try:
        found = measures.compile_conditions(spec.definitions, texts, ANNOUNCED)
    except measures.MeasureErrors as errors:
        return {}, [*problems, *(_problem(reading, error) for error in errors.errors)]
    rules = {
        name: AnnouncementRule(found[f"{name} when"], found[f"{name} on_time"])
        for name in spec.counts
    }
    return rules, problems


def _undeclared(spec: AnnouncementSpec, reading: Reading) -> Iterator[Problem]:
    inputs = reading.scorecard.inputs
    for name in spec.counts:
        if lacking := [each for each in (name, f"{name}_on_time") if each not in inputs]:
            message = f"gives the quantities {', '.join(lacking)}: name them under `inputs`"
            yield reading.problem(("announcements", "counts", name), message)


def _problem(reading: Reading, error: measures.MeasureError) -> Problem:
    section, _, name = error.where.partition(" ")
    path = ("definitions", name) if section == "definition" else ("counts", *name.split())
    place = f" at column {error.position}" if error.position is not None else ""
    return reading.problem(("announcements", *path), f"{error.problem}{place}")
