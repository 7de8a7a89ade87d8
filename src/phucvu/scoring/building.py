"""Builder of a scorecard's values from a checked document."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .quantities import Counts
from .scorecard import (
    Apart,
    Band,
    CatalogueSpec,
    ConditionSpec,
    Empty,
    ExplainSpec,
    FactSpec,
    Group,
    Indicator,
    MeasureSpec,
    Part,
    Scorecard,
    Setting,
)
from .specs import (
    AnnouncementCount,
    AnnouncementSpec,
    EditionProvenance,
    LeadSpec,
    SourceNote,
    TermSpec,
    Text,
)


def build(plain: Any, counts: Counts) -> Scorecard:
    """Build the scorecard of a document without problems."""
    interval = plain["in_force"]
    return Scorecard(
        id=plain["id"],
        title=_text(plain["title"]),
        provenance=EditionProvenance(plain["provenance"]["source"], plain["provenance"]["note"]),
        in_force_from=date.fromisoformat(interval["from"]),
        in_force_to=date.fromisoformat(interval["to"]) if interval.get("to") else None,
        arithmetic_name=plain["arithmetic"],
        bands=tuple(
            Band(Decimal(b["from"]), b["code"], _text(b["name"]), b["colour"], b["fill"])
            for b in plain["bands"]
        ),
        settings={
            name: Setting(
                name,
                _text(s["label"]),
                s["default"],
                s["reason"],
                s["available"],
                tuple(s.get("options", ())),
            )
            for name, s in plain.get("settings", {}).items()
        },
        groups={code: _group(code, g) for code, g in plain["groups"].items()},
        definitions=dict(plain.get("definitions", {})),
        calendar=dict(plain.get("calendar", {})),
        measures=_measures(plain),
        inputs={name: _text(i["label"]) for name, i in plain.get("inputs", {}).items()},
        catalogue=_catalogue(plain.get("catalogue", {})),
        facts={name: _fact(fact) for name, fact in plain.get("facts", {}).items()},
        indicators={id_: _indicator(id_, i, counts) for id_, i in plain["indicators"].items()},
        explain=_explain(plain["explain"]) if "explain" in plain else None,
        announcements=_announcements(plain["announcements"]) if "announcements" in plain else None,
        leads={role: _lead(lead) for role, lead in plain.get("leads", {}).items()},
        headline=tuple(plain.get("headline", ())),
        evidence={code: _text(text) for code, text in plain.get("evidence", {}).items()},
        kinds=tuple(interval.get("kinds", ())),
    )


def _lead(lead: Any) -> LeadSpec:
    return LeadSpec(tuple(lead["portal_codes"]), _source(lead["source"]))


def _announcements(terms: Any) -> AnnouncementSpec:
    return AnnouncementSpec(
        issued_ahead={kind: int(days) for kind, days in terms["issued_ahead"].items()},
        published_within={kind: int(days) for kind, days in terms["published_within"].items()},
        definitions=dict(terms.get("definitions", {})),
        counts={
            name: AnnouncementCount(rule["when"], rule["on_time"], _source(rule["source"]))
            for name, rule in terms["counts"].items()
        },
    )


def _explain(explain: Any) -> ExplainSpec:
    return ExplainSpec(
        verdict=explain["verdict"],
        due=explain["due"],
        judged=explain["judged"],
        waited=explain.get("waited"),
        words={name: _text(text) for name, text in explain.get("words", {}).items()},
    )


def _measures(plain: Any) -> dict[str, MeasureSpec]:
    return {
        name: MeasureSpec(_text(m["label"]), m["when"], m.get("sum"), m.get("clock", False))
        for name, m in plain.get("measures", {}).items()
    }


def _fact(fact: Any) -> FactSpec:
    return FactSpec(
        dict(fact.get("definitions", {})),
        dict(fact.get("calendar", {})),
        _measures(fact),
        {
            column: TermSpec(term["working_days"], tuple(term["from"]), _source(term["source"]))
            for column, term in fact.get("terms", {}).items()
        },
    )


def _catalogue(catalogue: Any) -> CatalogueSpec:
    return CatalogueSpec(
        definitions=dict(catalogue.get("definitions", {})),
        measures={
            name: ConditionSpec(_text(measure["label"]), measure["when"])
            for name, measure in catalogue.get("measures", {}).items()
        },
    )


def _group(code: str, group: Any) -> Group:
    return Group(
        code=code,
        number=group["number"],
        name=_text(group["name"]),
        short=_text(group["short"]),
        points=Decimal(group["points"]),
        colour=group["colour"],
        points_from_rounded=group["points_from"] == "rounded",
        ratio_from=group.get("ratio_from", "points"),
    )


def _indicator(id_: str, indicator: Any, counts: Counts) -> Indicator:
    not_provided = indicator.get("not_provided")
    return Indicator(
        id=id_,
        group=indicator["group"],
        portal_code=indicator["portal_code"],
        name=_text(indicator["name"]),
        meaning=_text(indicator["meaning"]),
        points=Decimal(indicator["points"]),
        target=Decimal(indicator["target"]),
        numerator=Part(_text(indicator["numerator"]), counts.get((id_, "numerator"))),
        denominator=Part(_text(indicator["denominator"]), counts.get((id_, "denominator"))),
        empty=_empty(indicator["empty"]),
        not_provided=_empty(not_provided) if not_provided else None,
        window=indicator["window"],
        dated_by=_text(indicator["dated_by"]),
        levels=tuple(indicator["levels"]),
        parent=indicator["parent"],
        unit=indicator["unit"],
        source=_source(indicator["source"]),
        per_procedure=indicator.get("per_procedure", True),
        needs=tuple(indicator.get("needs", ())),
        apart=Apart(**indicator["apart"]) if "apart" in indicator else None,
        published=indicator.get("published", "scores"),
        short=_text(indicator["short"]) if "short" in indicator else None,
    )


def _source(source: Any) -> SourceNote:
    return SourceNote(
        tuple(source["from"]), source["clause"], source["confidence"], source.get("note", "")
    )


def _empty(rule: Any) -> Empty:
    return Empty(_decimal(rule["ratio"]), _decimal(rule["points"]), rule.get("reason", ""))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _text(text: Any) -> Text:
    return Text(text["vi"], text["en"])
