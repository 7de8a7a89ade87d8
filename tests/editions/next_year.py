"""A made-up edition of 2027: one component numbered anew, one new, one rule changed, one gone."""

from __future__ import annotations

from pathlib import Path

__all__ = ["NEXT", "TEXT", "write"]

NEXT = "made-up-2027"

TEXT = f"""\
schema: 1
id: {NEXT}
extends: qd766-portal-2026
title: {{vi: Bộ chỉ số năm 2027 (giả định), en: Made-up scorecard of 2027}}
provenance: {{source: L, note: Made up for tests.}}
in_force: {{from: 2027-01-01, to: null}}
measures:
  received_at_counter:
    label: {{vi: Hồ sơ tiếp nhận trực tiếp, en: Dossiers received at the counter}}
    when: is_received and channel = 'counter'
explain: {{verdict: "2.3"}}
leads: {{justice: null}}
indicators:
  # Numbered anew: what was 2.1 is 2.3.
  "2.3":
    group: TDGQ
    portal_code: totalOnTime/totalReceived
    name: {{vi: "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn", en: Dossiers handled early or on time}}
    meaning: {{vi: Tỷ lệ hồ sơ đúng hạn., en: The share that is on time.}}
    points: 20
    target: 100
    numerator:
      vi: Số hồ sơ đúng hạn
      en: Dossiers on time
      count: ended_on_time + open_asked_once_at_most - open_overdue
    denominator: {{vi: Số hồ sơ trong kỳ, en: Dossiers of the period, count: in_period}}
    empty: {{ratio: 0, points: 0}}
    window: in_period
    dated_by: {{vi: Ngày tiếp nhận, en: Date of reception}}
    levels: [province, department, commune]
    parent: pooled
    unit: percent
    source: {{from: [L], clause: "Giả định, khoản 2", confidence: low}}
  # New, under the number that is free now.
  "2.1":
    portal_code: COUNTER
    name: {{vi: Tỷ lệ hồ sơ tiếp nhận trực tiếp, en: Dossiers received at the counter}}
    points: 0
    numerator: {{vi: Số hồ sơ nộp trực tiếp, en: At the counter, count: received_at_counter}}
    denominator: {{vi: Số hồ sơ tiếp nhận, en: Dossiers received, count: received}}
    empty: {{ratio: 0, points: 0}}
    apart: null
    window: received
    source: {{from: [L], clause: "Giả định, khoản 1", confidence: low}}
  # Another rule: full marks at half, in place of all.
  "3.6": {{target: 50}}
  # Gone; its points go to 4.1.
  "4.7": null
  "4.1": {{points: 8}}
"""


def write(folder: Path, text: str = TEXT, name: str = NEXT) -> Path:
    """Write the edition's file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path
