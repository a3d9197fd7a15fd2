"""Actuals: what came in the time of a plan, read and checked as any table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from allocopt.errors import DataError, Finding, Severity, problems
from allocopt.plan import INPUTS
from allocopt.scenario import Scenario, check_tables
from allocopt.tables import table_named

Span = tuple[pd.Timestamp, pd.Timestamp]


class Arrival(NamedTuple):
    """A file of what came: which table it is, its rows, and what reading had to say short of a problem."""

    path: Path
    table: str
    rows: pd.DataFrame
    findings: tuple[Finding, ...]


PLACE = ("territory", "segment")
# Tables whose rows happened on a day.
DATED = ("actuals", "spend")
_DATE_BEHIND = re.compile(r"[\W_]*\d.*$")
EVER: Span = (pd.Timestamp.min, pd.Timestamp.max)


def read_actuals(
    folder: Path, scenario: Scenario, files: Sequence[Path]
) -> dict[str, pd.DataFrame]:
    """Tables by name: a file that is called as the table `spend` is spend, any other has actual sales.

    `folder` is the plan's; its territories, segments, units and levers are what the files may name.

    Raises DataError with the problems of all files.
    """
    calendar = scenario.calendar
    came: dict[str, list[pd.DataFrame]] = {}
    span = (calendar.plan_start, calendar.plan_end)
    for file in read_files(folder, files, ("spend",), span, _twice(files)):
        came.setdefault(file.table, []).append(file.rows)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in came.items()}


def read_files(
    folder: Path,
    files: Sequence[Path],
    tables: Sequence[str],
    span: Span,
    known: Iterable[Finding] = (),
) -> list[Arrival]:
    """Each file with the table that it is, its rows, and what reading it had to say.

    A file that is called as one of `tables` is that table, any other has actual sales; sales and spend lie
    in the `span` of days. `folder` is a plan's; its territories, segments, units and levers are what the
    files may name. Raises DataError with the problems of all files and those that are `known` before.
    """
    came: list[Arrival] = []
    findings = list(known)
    for path in files:
        name = _table_of(path, tables)
        setting = f"tables.{name}={json.dumps(str(path.resolve()), ensure_ascii=False)}"
        # The file stands where the past was: what needs the past, such as a fit, is not judged here.
        check = check_tables(folder / INPUTS, [setting])
        if check.scenario is None:
            findings += problems(check.findings)
            continue
        frame = check.scenario.table(name)
        findings += _outside(path, frame, span if name in DATED else EVER)
        own = tuple(f for f in check.findings if Path(f.file).name.startswith(path.name))
        came.append(Arrival(path, name, frame, own))
    if findings:
        raise DataError(findings)
    return came


def _table_of(path: Path, tables: Sequence[str]) -> str:
    """The table that a file is called as, with or without a date behind: `spend`, `market_2026Q1`."""
    called = (table_named(stem) for stem in (path.stem, _DATE_BEHIND.sub("", path.stem)))
    return next((name for name in called if name in tables), "actuals")


def _outside(path: Path, frame: pd.DataFrame, span: Span) -> Iterator[Finding]:
    """Rows that did not happen in a span of days, or none at all."""
    first, last = span
    expected = f"days from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if frame.empty:
        yield _problem(path, "there is no row", expected)
    if span is EVER:
        return
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


def placed(rows: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Rows of sales that all name their territory and segment: a unit's own goes before what a row says.

    `units` is indexed by unit.
    """
    own = {name: rows["unit"].map(units[name]).fillna(rows[name]) for name in PLACE}
    return rows.assign(**own)
