"""Scenarios written inline: a folder of small CSV files and a scenario.yaml."""

from __future__ import annotations

import textwrap
from pathlib import Path

from allocopt.errors import Finding
from allocopt.scenario import check_scenario

UNITS = """
unit,territory,segment,hours,demand,rep
u1,East,Key,10,100,Ann
u2,East,Key,10,100,Ann
u3,West,Key,10,100,Bob
"""
REPS = """
rep,hours,cost,territories
Ann,40,10,East
Bob,40,10,
"""
SEGMENTS = """
segment,margin
Key,0.5
"""
START = "calendar: {plan_start: 2026-01-01}\n"
# With these nothing is left to assume.
SETTLED = ("handover.loss=0.1", "workload.overtime_cost=50", "quota.target=300")


def write_scenario(folder: Path, yaml: str = START, **tables: str) -> Path:
    """A folder with two reps, three units and what `tables` replaces or adds; "" leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"units": UNITS, "reps": REPS, "segments": SEGMENTS, **tables}.items():
        if text:
            path = folder / f"{name}.csv"
            path.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
    if yaml:
        (folder / "scenario.yaml").write_text(textwrap.dedent(yaml), encoding="utf-8")
    return folder


def findings_of(folder: Path, *settings: str) -> list[Finding]:
    """All findings of a check."""
    return list(check_scenario(folder, settings).findings)


def coded(findings: list[Finding], code: str) -> list[Finding]:
    """The findings with one code."""
    return [finding for finding in findings if finding.code == code]
