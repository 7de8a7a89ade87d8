"""Files of every kind of fact: templates, messages, mapped tables, a watched folder, commands."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from phucvu.intake.commands import import_, mapping, template
from phucvu.intake.excel.columns import load_form
from phucvu.intake.excel.writing import template_bytes
from phucvu.intake.formats.xlsx import open_xlsx
from phucvu.intake.importing import Terms
from phucvu.intake.journal_commands import batch
from phucvu.intake.kinds import KINDS, PETITIONS, kind_called
from phucvu.intake.watch import Watcher
from phucvu.register.facts import DOSSIERS, FACTS, FIGURES
from phucvu.register.models import CertifiedCopy, Lookup, Petition
from phucvu.register.walltime import from_wall
from tests.intake.rows import certified, lookup, petition
from tests.intake.tables import workbook

pytestmark = pytest.mark.django_db

OURS = [plural for plural in KINDS if plural != "dossiers"]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def run(*arguments: object) -> Result:
    return CliRunner().invoke(import_, [str(argument) for argument in arguments])


def filled(path: Path, plural: str, *rows: dict[str, Any]) -> Path:
    form = load_form(plural)
    headings = [column.heading for column in form.columns]
    table = [[cells.get(name) for name in form.names] for cells in rows]
    return workbook(path, [headings, form.names, *table], sheet=form.sheet)


def test_every_kind_has_a_template() -> None:
    for plural, kind in KINDS.items():
        assert kind.form.columns, plural
    facts = [kind.fact for kind in KINDS.values()]
    assert facts[0] is DOSSIERS and len(facts) == len(FACTS) + 1
    assert all(fact in facts for fact in (*FACTS.values(), FIGURES))


# Steps have the fields of a message, as dossiers have; announced procedures have no code, and
# figures no measures.
@pytest.mark.parametrize(
    "plural", [p for p in OURS if p not in ("progress-steps", "announcements", "figures")]
)
def test_the_form_says_what_the_record_holds(plural: str) -> None:
    kind = kind_called(plural)
    form = kind.form
    dated = plural in ("procedures", "applied-procedures")
    assert form.names[:2] == ["procedure_code" if dated else "code", "unit"]
    assert all(column.meaning and column.help for column in form.columns)
    reckoned = {"unit_id", "state", "history", "sent_for"}
    reckoned |= {"code"} if dated else set()
    assert set(kind.record.__struct_fields__) - reckoned == set(form.names) - {"unit"}
    columns = {field.column for field in kind.fact.model._meta.concrete_fields}
    inner = {"digest", "changed_at", "history", "sent_for", "speaks"}
    assert set(kind.fact.vocabulary) == columns - inner
    moments = {c.name for c in form.columns if c.kind == "moment"} - {"until_at"}
    assert set(kind.fact.clock_columns) == moments


@pytest.mark.parametrize("plural", OURS)
def test_a_template_comes_with_an_example_that_is_good(
    units: SimpleNamespace, tmp_path: Path, plural: str
) -> None:
    path = tmp_path / "t.xlsx"
    assert CliRunner().invoke(template, [plural, str(path)]).exit_code == 0
    assert path.read_bytes()[:2] == b"PK"
    assert "0 accepted, 0 unchanged, 0 refused" in run(path).output

    form = load_form(plural)
    path.write_bytes(template_bytes(form))
    with open_xlsx(path, preferred=form.sheet) as table:
        names, example = (list(next(table.rows).cells) for _row in range(2))
    example[0] = str(example[0]).partition(": ")[2]
    again = workbook(tmp_path / "again.xlsx", [names, example])
    assert "1 accepted" in run(again).output
    assert kind_called(plural).fact.model._default_manager.get().unit in (units.ward, units.city)


def test_a_filled_template_says_itself_what_it_is(units: SimpleNamespace, tmp_path: Path) -> None:
    path = filled(
        tmp_path / "p.xlsx",
        "petitions",
        {
            "code": "P-1",
            "unit": "H29.01",
            "about": "staff - Hành vi của cán bộ",
            "received_at": datetime(2026, 3, 2, 8, 5),
            "processed_at": "10/03/2026 15:00",
            "complained_again": "1 - Có",
            "likes": 3,
        },
        {"code": "P-2", "unit": "H29.01", "received_at": "31/02/2026"},
        {"code": "P-3", "unit": "H99", "received_at": "02/03/2026", "likes": "many"},
    )
    result = run(path)

    assert "1 accepted, 0 unchanged, 2 refused" in result.output
    assert result.exit_code == 1
    kept = Petition.objects.get()
    assert (kept.about, kept.complained_again, kept.likes) == ("staff", True, 3)
    assert from_wall(kept.processed_at or 0) == datetime(2026, 3, 10, 15)

    refused = tmp_path / "p.xlsx.refused.xlsx"
    with open_xlsx(refused, preferred="Phản ánh kiến nghị") as table:
        rows = [list(row.cells) for row in table.rows]
    assert rows[0][-1] == "ly_do"
    assert [row[0] for row in rows[1:]] == ["P-2", "P-3"]
    assert "received_at: there is no such date and time" in str(rows[1][-1])
    assert "there is no unit with the code H99" in str(rows[2][-1])


def test_the_refused_rows_are_mended_and_sent_again(units: SimpleNamespace, tmp_path: Path) -> None:
    path = filled(tmp_path / "c.xlsx", "certified-copies", {"code": "C-1", "unit": "H29.01"})
    assert "1 refused" in run(path).output
    with open_xlsx(tmp_path / "c.xlsx.refused.xlsx", preferred="Chứng thực điện tử") as table:
        names, row = (list(next(table.rows).cells) for _row in range(2))
    row[names.index("certified_at")] = datetime(2026, 3, 2, 9)
    assert "1 accepted" in run(workbook(tmp_path / "mended.xlsx", [names, row])).output
    assert CertifiedCopy.objects.get().copies == 1


def test_messages_need_to_be_called_what_they_are(units: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text("\n".join(json.dumps(petition(f"P-{n}")) for n in range(3)))

    assert "3 refused" in run(path).output
    assert "3 accepted" in run(path, "--kind", "petitions").output
    assert "3 unchanged" in run(path, "--kind", "petitions").output
    assert Petition.objects.count() == 3


def test_a_foreign_table_is_mapped(units: SimpleNamespace, tmp_path: Path) -> None:
    table = tmp_path / "pakn.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Mã PAKN", "Phân loại", "Ngày gửi", "Ngày xử lý", "Họ tên", "Đơn vị"])
        writer.writerow(["7", "Hành vi của cán bộ", "02/03/2026", "10/03/2026", "A", "H29.01"])
        writer.writerow(["8", "Quy định, thủ tục hành chính", "02/03/2026", "", "B", "H29.02"])
    out = tmp_path / "m.yaml"
    proposed = CliRunner().invoke(
        mapping, ["propose", str(table), "--kind", "petitions", "--out", str(out)]
    )
    assert proposed.exit_code == 0, proposed.output
    text = out.read_text("utf-8")
    assert "kind: petitions" in text
    assert '"Hành vi của cán bộ": staff' in text
    assert '#   "Họ tên"' in text

    assert "2 accepted" in run(table, "--mapping", out).output
    told = Petition.objects.order_by("code").values_list("code", "unit__code", "about", "state")
    assert list(told) == [
        ("7", "H29.01", "staff", "processed"),
        ("8", "H29.02", "rules", "received"),
    ]
    wrong = run(table, "--mapping", out, "--kind", "lookups")
    assert "is a mapping for petitions" in wrong.output


def test_a_mapping_knows_the_fields_of_its_kind_only(
    units: SimpleNamespace, tmp_path: Path
) -> None:
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n")
    path = tmp_path / "m.yaml"
    path.write_text("schema: 1\nkind: lookups\ncase: a\nfields: {MaTTHC: {column: b}}\n")
    assert "m.yaml, line 4, fields" in run(table, "--mapping", path).output
    path.write_text("schema: 1\nkind: surveys\ncase: a\nfields: {}\n")
    assert "m.yaml, line 2, kind" in run(table, "--mapping", path).output


def test_a_folder_of_one_kind_is_watched(units: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "l.jsonl").write_text(json.dumps(lookup("L-1")))
    watcher = Watcher(
        tmp_path, Terms(kind=kind_called("lookups")), lambda _line: None, lambda: False
    )
    watcher.look()
    watcher.look()

    assert Lookup.objects.get().code == "L-1"
    assert (tmp_path / "done" / "l.jsonl").exists()


def test_the_journal_shows_what_a_batch_holds(units: SimpleNamespace, tmp_path: Path) -> None:
    from phucvu.intake.actions import receive

    number = receive([petition("P-1")], kind=PETITIONS).batch
    receive([certified("P-1")], kind=kind_called("certified-copies"))

    def told(*arguments: object) -> str:
        return CliRunner().invoke(batch, [str(argument) for argument in arguments]).output

    assert "holds petitions" in told("show", number)
    assert "no batch brought this dossier" in told("history", "P-1")
    assert "no batch brought" not in told("history", "P-1", "--kind", "petitions")
    withdrawn = told("withdraw", number, "--reason", "test")
    assert "0 petitions restored, 1 removed" in withdrawn
    assert CertifiedCopy.objects.count() == 1
