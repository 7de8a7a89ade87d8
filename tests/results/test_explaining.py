"""Each dossier's verdict, by the rule that counts them all."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu import scorecards
from phucvu.counters.reading import Window
from phucvu.measures import DOSSIER
from phucvu.register.models import Dossier
from phucvu.results.explain_command import explain_
from phucvu.results.explaining import Belonging, Explanation, Verdict, explain
from phucvu.results.explaining_json import as_plain
from phucvu.results.scores import bound_of
from phucvu.results.verdict_words import belonging_text, reasons, sentence
from phucvu.scoring import Period
from tests.dossiers import counts_of, dossier, store, unit

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EDITION = scorecards.load("qd766-portal-2026")
DOCUMENT = scorecards.load("qd766-document")
NOW = datetime(2026, 4, 10, 5, tzinfo=UTC)
MARCH, APRIL = Period.parse("2026-03"), Period.parse("2026-04")


def explained(period: Period = MARCH, **columns: object) -> Explanation:
    ward = unit("A")
    store(dossier("A-1", ward, **columns))
    return explain(Dossier.objects.get(), period, EDITION, NOW)


def said(found: Explanation, language: str = "vi") -> str:
    with translation.override(language):
        return sentence(found)


@pytest.mark.parametrize(
    ("columns", "verdict", "vi", "en"),
    [
        (
            {"status": 9, "finished_at": "2026-03-14T09:00", "promised_at": "2026-03-12T17:00"},
            Verdict.OVERDUE,
            ("Quá hạn 2 ngày: kết thúc ngày 14/03/2026 (ngày kết thúc xử lý); "
            "hẹn trả ngày 12/03/2026."),
            ("2 days overdue: ended on 14 Mar 2026 (when processing ended); "
            "promised for 12 Mar 2026."),
        ),
        (
            {"status": 10, "handed_over_at": "2026-03-12T18:00", "promised_at": "2026-03-12T17:00"},
            Verdict.ON_TIME,
            "Đúng hạn: kết thúc ngày 12/03/2026 (ngày trả); hẹn trả ngày 12/03/2026.",
            None,
        ),
        (
            {"status": 7, "refused_at": "2026-03-10T18:00", "promised_at": "2026-03-12T17:00"},
            Verdict.ON_TIME,
            ("Trước hạn 2 ngày: kết thúc ngày 10/03/2026 (dừng xử lý, từ chối hoặc rút hồ sơ); "
            "hẹn trả ngày 12/03/2026."),
            None,
        ),
        (
            {"status": 9, "finished_at": "2026-03-16T09:00", "promised_at": "2026-03-12T17:00",
             "supplements": 1, "supplement_ms": 3 * 86_400_000},
            Verdict.OVERDUE,
            ("Quá hạn 1 ngày: kết thúc ngày 16/03/2026 (ngày kết thúc xử lý); "
            "hẹn trả ngày 12/03/2026; đã trừ 3 ngày chờ bổ sung."),
            None,
        ),
        (
            {"promised_at": "2026-03-29T17:00"},
            Verdict.OVERDUE,
            "Quá hạn 2 ngày: đến ngày 31/03/2026 chưa kết thúc; hẹn trả ngày 29/03/2026.",
            None,
        ),
        (
            {"promised_at": "2026-04-02T17:00"},
            Verdict.WITHIN_TERM,
            "Còn hạn 2 ngày: đến ngày 31/03/2026 chưa kết thúc; hẹn trả ngày 02/04/2026.",
            None,
        ),
        (
            {"supplements": 2, "promised_at": "2026-04-02T17:00"},
            Verdict.OVERDUE,
            ("Quá hạn do đã yêu cầu bổ sung 2 lần: đến ngày 31/03/2026 chưa kết thúc; "
            "hẹn trả ngày 02/04/2026."),
            None,
        ),
        (
            {"promised_at": None, "term_due_at": "2026-03-09T23:59", "status": 9,
             "finished_at": "2026-03-10T08:00"},
            Verdict.OVERDUE,
            ("Quá hạn 1 ngày: kết thúc ngày 10/03/2026 (ngày kết thúc xử lý); "
            "đến hạn ngày 09/03/2026 theo thời hạn tối đa của thủ tục."),
            None,
        ),
        (
            {"promised_at": None, "status": 9, "finished_at": "2026-03-10T08:00"},
            Verdict.ON_TIME,
            ("Đúng hạn: kết thúc ngày 10/03/2026 (ngày kết thúc xử lý); "
            "không có ngày hẹn trả và danh mục không có thời hạn."),
            None,
        ),
        (
            {"received": "2026-03-02", "status": 5, "supplements": 1,
             "supplement_open_at": "2026-03-05T08:00", "promised_at": "2026-03-12T17:00"},
            Verdict.ON_TIME,
            ("Trước hạn 7 ngày: kết thúc ngày 05/03/2026 (yêu cầu bổ sung, chưa được đáp ứng); "
            "hẹn trả ngày 12/03/2026."),
            None,
        ),
        ({"status": 3}, Verdict.NOT_COUNTED,
         "Không tính: trạng thái hồ sơ là “không tiếp nhận”.", None),
        ({"received": "2026-04-02"}, Verdict.NOT_IN_PERIOD,
         "Không thuộc kỳ này: tiếp nhận sau kỳ, ngày 02/04/2026.", None),
    ],
)  # fmt: skip
def test_the_verdict_in_a_sentence(columns, verdict, vi, en):
    found = explained(**columns)
    assert found.verdict is verdict
    assert said(found) == vi
    if en:
        assert said(found, "en") == en


@pytest.mark.parametrize(
    ("columns", "belonging"),
    [
        ({"received": "2026-04-02"}, Belonging.RECEIVED),
        ({}, Belonging.CARRIED_OVER),
        ({"status": 9, "finished_at": "2026-04-01"}, Belonging.CARRIED_OVER),
        ({"status": 9, "finished_at": "2026-03-31T23:59"}, Belonging.ENDED_BEFORE),
        ({"received": "2026-05-02"}, Belonging.PLACED_AFTER),
        ({"received_at": None, "submitted_at": None, "status": 1}, Belonging.NOT_PLACED),
    ],
)
def test_whether_it_belongs_to_the_period(columns, belonging):
    found = explained(APRIL, **columns)
    assert found.belonging is belonging
    assert belonging_text(found)


def test_what_left_it_out_of_each_measure():
    found = explained(supplements=2, channel="online", fee_total=5000)
    with translation.override("en"):
        told = {name: reasons(found, item) for name, item in found.measures.items()}
    assert told["received_online"] == told["fee_bearing"] == []
    assert told["open_asked_once_at_most"] == [
        "does not hold: supplements <= 1; here supplements = 2"
    ]
    assert told["electronic_result"] == ["does not hold: result_files > 0; here result_files = 0"]
    assert "every component is digitised" in told["digitised"][0]
    assert "supplement_ms = 0, " in told["ended_on_time"][-1]
    by_id = {item.indicator.id: item for item in found.indicators}
    assert (by_id["3.6"].numerator, by_id["3.6"].denominator) == (0, 1)
    assert by_id["3.2"].numerator is None  # numbers of procedures are not of one dossier
    assert by_id["1.4"].denominator is None  # nor is the national report


def test_an_edition_by_the_hour_counts_hours(tmp_path):
    (tmp_path / "hours.yaml").write_text(
        "schema: 1\nid: hours\nextends: qd766-document\nin_force: {from: 2030-01-01}\n"
        "definitions: {on_time: on_time_by_timestamp}\n",
        encoding="utf-8",
    )
    edition = scorecards.load("hours", [tmp_path])
    ended = {"status": 9, "finished_at": "2026-03-12T20:00", "promised_at": "2026-03-12T17:00"}
    store(dossier("A-1", unit("A"), **ended))
    found = explain(Dossier.objects.get(), MARCH, edition, NOW)
    assert found.verdict is Verdict.OVERDUE
    assert said(found).startswith("Quá hạn 3 giờ:")


def test_the_command():
    store(dossier("A-1", unit("A"), status=9, finished_at="2026-03-14T09:00"))
    run = CliRunner(env={"COLUMNS": "200"}).invoke
    result = run(explain_, ["A-1"])
    assert result.exit_code == 0
    assert "Quá hạn 2 ngày" in result.output
    assert "QĐ 766/QĐ-TTg" in result.output
    plain = json.loads(run(explain_, ["A-1", "2026-03", "--json"]).output)
    assert plain["verdict"]["result"] == "overdue"
    assert plain["verdict"]["en"].startswith("2 days overdue")
    assert plain["days_late"] == 2
    assert run(explain_, ["B-1"]).exit_code == 2
    assert run(explain_, ["A-1", "March"]).exit_code == 2
    assert run(explain_, ["A-1", "--scorecard", "nothing"]).exit_code == 2


_MOMENTS = st.sampled_from(
    ["2026-02-10", "2026-02-27T16:00", "2026-03-05T08:00", "2026-03-20", "2026-03-31T23:59",
     "2026-04-01", "2026-04-09T10:00"]
)  # fmt: skip
_DOSSIERS = st.fixed_dictionaries(
    {
        "received": _MOMENTS,
        "status": st.integers(1, 10),
        "promised_at": st.none() | _MOMENTS,
        "term_due_at": st.none() | _MOMENTS,
        "finished_at": st.none() | _MOMENTS,
        "handed_over_at": st.none() | _MOMENTS,
        "refused_at": st.none() | _MOMENTS,
        "supplements": st.integers(0, 3),
        "supplement_ms": st.sampled_from([0, 3_600_000, 3 * 86_400_000]),
        "supplement_open_at": st.none() | _MOMENTS,
        "payment": st.integers(0, 3),
        "fee_total": st.sampled_from([0, 8000]),
        "channel": st.sampled_from(["counter", "online"]),
        "vneid": st.booleans(),
        "components": st.integers(0, 2),
        "components_digitised": st.integers(0, 2),
        "has_digitised": st.booleans(),
        "result_files": st.integers(0, 1),
        "petitions": st.integers(0, 1),
        "rating": st.sampled_from(["", "satisfied", "not_satisfied"]),
    }
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(_DOSSIERS, min_size=1, max_size=6),
    period=st.sampled_from([MARCH, APRIL, Period.parse("2026-Q1"), Period.parse("2026")]),
    edition_id=st.sampled_from([EDITION.id, DOCUMENT.id]),
)
def test_verdicts_add_up_to_the_counts(drawn, period, edition_id):
    """Summed over all dossiers, what each adds to a measure is what was counted."""
    edition = scorecards.load(edition_id)
    with transaction.atomic():
        ward = unit("A")
        store(*(dossier(f"A-{n}", ward, **columns) for n, columns in enumerate(drawn)))
        bound = bound_of(period, NOW)
        found = [explain(item, period, edition, NOW) for item in Dossier.objects.all()]
        for window in Window:
            total = Counter()
            for item in (e for e in found if window in e.windows):
                total.update({name: m.value for name, m in item.measures.items() if m.value})
            counted = counts_of(ward, edition.measures, period, window, bound)
            assert total == Counter({name: n for name, n in counted.items() if n})
        for item in found:
            # The sentence says nothing else than the rule.
            if item.verdict is Verdict.OVERDUE and item.dossier.supplements < 2:
                assert item.days_late > 0
            if item.verdict in (Verdict.ON_TIME, Verdict.WITHIN_TERM):
                assert item.days_late is None or item.days_late <= 0
            assert all(m.failing or m.value or m.measure.value for m in item.measures.values())
            assert said(item)
            assert as_plain(item)["dossier"] == item.dossier.code
        transaction.set_rollback(True)


def test_every_column_is_read_from_the_register():
    item = dossier("A-1", unit("A"))
    assert all(hasattr(item, name) for name in DOSSIER)
