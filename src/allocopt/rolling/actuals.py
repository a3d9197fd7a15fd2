"""Actuals: what came in the time of a plan, read and checked as any table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.plan import INPUTS
from allocopt.scenario import Scenario, check_tables
from allocopt.tables import table_named


def read_actuals(
    folder: Path, scenario: Scenario, files: Sequence[Path]
) -> dict[str, pd.DataFrame]:
    """Tables by name: a file that is called as the table `spend` is spend, any other has actual sales.

    `folder` is the plan's; its territories, segments, units and levers are what the files may name.

    Raises DataError with the problems of all files.
    """
    came: dict[str, list[pd.DataFrame]] = {}
    findings: list[Finding] = []
    for path in files:
        name = "spend" if table_named(path.stem) == "spend" else "actuals"
        setting = f"tables.{name}={json.dumps(str(path.resolve()), ensure_ascii=False)}"
        # The file stands where the past was: what needs the past, such as a fit, is not judged here.
        check = check_tables(folder / INPUTS, [setting])
        if check.scenario is None:
            findings += problems(check.findings)
            continue
        frame = check.scenario.table(name)
        findings += _outside(path, frame, scenario)
        came.setdefault(name, []).append(frame)
    findings += _twice(files)
    if findings:
        raise DataError(findings)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in came.items()}


def _outside(path: Path, frame: pd.DataFrame, scenario: Scenario) -> Iterator[Finding]:
    """Rows that did not happen in the time of the plan, or none at all."""
    calendar = scenario.calendar
    first, last = calendar.plan_start, calendar.plan_end
    expected = f"days from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if frame.empty:
        yield _problem(path, "there is no row", expected)
    for rows, where in (
        (frame["date"] < first, "before the plan starts"),
        (frame["date"] > last, "after the plan ends"),
    ):
        if rows.any():
            days = frame.loc[rows, "date"]
            message = f"{int(rows.sum())} rows lie {where}"
            yield _problem(path, message, expected, f"{days.min():%Y-%m-%d}")


def _twice(files: Sequence[Path]) -> Iterator[Finding]:
    seen: set[Path] = set()
    for path in files:
        if path.resolve() in seen:
            yield _problem(path, "the file is named twice", "each file once")
        seen.add(path.resolve())


def _problem(path: Path, message: str, expected: str, value: str = "") -> Finding:
    return Finding(
        Severity.PROBLEM,
        message,
        file=str(path),
        column="date" if value else "",
        value=value,
        expected=expected,
        code="actuals-outside",
    )
