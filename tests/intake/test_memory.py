"""What a file takes in memory does not grow with it."""

from __future__ import annotations

import json
import tracemalloc
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from phucvu.intake.files import UnitClock, read_messages, read_table
from phucvu.intake.formats.base import Entry
from phucvu.intake.mapping import load_mapping

_MAPPING = """\
schema: 1
case: id
fields:
  MaTTHC: {column: procedure}
  TrangThaiHoSo: {constant: 4}
  NgayTiepNhan: {column: start}
"""
_BOUND = 6 << 20


def peak(entries: Iterator[Entry]) -> tuple[int, int]:
    """The last line, and the most bytes held at once while the records pass by."""
    tracemalloc.start()
    try:
        last = deque(entries, maxlen=1)
        return last[0].line, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_table_passes_by(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(_MAPPING)
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("id,procedure,start,note\n")
        file.writelines(f"case-{n},1.00{n % 9},2026-10-01,{'x' * 500}\n" for n in range(20_000))
    assert path.stat().st_size > _BOUND

    line, most = peak(read_table(path, load_mapping(tmp_path / "m.yaml"), UnitClock("U", None)))

    assert line == 20_001
    assert most < _BOUND


def test_an_array_passes_by(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    records = [
        {"MaHoSo": f"H29-{n}", "TaiLieuNop": [{"DuocSoHoa": "1"}] * 40} for n in range(20_000)
    ]
    path.write_text(json.dumps(records))
    assert path.stat().st_size > 2 * _BOUND

    number, most = peak(read_messages(path))

    assert number == 20_000
    assert most < 2 * _BOUND
