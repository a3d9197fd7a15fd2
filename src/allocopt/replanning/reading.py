"""Reading: files of what came, checked as any table, and written into the ledgers of a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan
from allocopt.replanning.course import Course
from allocopt.replanning.ledger import SOURCE, Ledger, entered, open_ledger, replaced
from allocopt.rolling.actuals import DATED, PLACE, Arrival, placed, read_files
from allocopt.scenario import Scenario

# What may come besides sales: a file that is called as one of these tables is that table.
TABLES = (
    *("spend", "market", "kpi_values", "actions", "pipeline", "judgement", "drivers", "events"),
    "absences",
)
# Spend of a plan that nobody has told of is taken to have been spent as planned.
AS_PLANNED = "as planned"
# Columns that a file may have or leave out; with them, its rows are others than without.
OPTIONAL = ("unit", "rep", "product", "channel")
# So many places of one kind are questioned.
MOST_ASKED = 5
# What plan.json calls the files that have been entered.
ENTERED = "entered"


@dataclass(frozen=True)
class Arrived:
    """Everything that came up to now, by table, and what is to be said of the files.

    `files` has the sha256 of every file that was ever entered, by which it is known again, and its name.
    """

    ledgers: Mapping[str, Ledger]
    files: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Finding, ...] = ()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Rows by table."""
        return {name: ledger.rows for name, ledger in self.ledgers.items()}

    @property
    def restated(self) -> pd.DataFrame:
        """Amounts that a file says otherwise than a file before."""
        frames = [ledger.restated for ledger in self.ledgers.values()]
        told = [frame for frame in frames if len(frame)]
        return pd.concat(told, ignore_index=True) if told else frames[0]

    @property
    def changed(self) -> bool:
        """Whether anything came that was not known."""
        return any(ledger.changed for ledger in self.ledgers.values())


def matching(patterns: Sequence[str]) -> tuple[Path, ...]:
    """Files that the names and patterns (`actuals/*.csv`) mean, each once, in order of their names.

    Raises DataError for those that mean none.
    """
    found: dict[Path, None] = {}
    missing = []
    for pattern in patterns:
        path = Path(pattern)
        paths = [path] if path.is_file() else _globbed(path)
        if not paths:
            missing.append(_no_file(pattern))
        found.update(dict.fromkeys(paths))
    if missing:
        raise DataError(missing)
    return tuple(found)


def _globbed(pattern: Path) -> list[Path]:
    """Files that a pattern matches, in order of their names."""
    if not any(letter in str(pattern) for letter in "*?["):
        return []
    below = pattern.relative_to(pattern.anchor) if pattern.anchor else pattern
    return sorted(path for path in Path(pattern.anchor).glob(str(below)) if path.is_file())


def arrive(
    folder: Path, plan: Plan, scenario: Scenario, files: Sequence[Path], *, whole: bool = False
) -> Arrived:
    """What is known with what further files say; `folder` is that of the plan.

    Files are entered by the latest day that they tell of, so that a later word is the last one; one that
    was entered before changes nothing, whatever has been corrected since. `whole`: each file of sales has
    all there is of the periods and territories that it names. Raises DataError with the problems of all
    files.
    """
    course = Course(plan, scenario, ())
    calendar = course.calendar
    known = {name: open_ledger(name, _known(scenario, name)) for name in ("actuals", *TABLES)}
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    before: Mapping[str, str] = plan.summary.get(ENTERED, {})
    new = [path for path in files if digests[path] not in before]
    came = read_files(folder, new, TABLES, (calendar.plan_start, calendar.plan_end))
    for file in sorted(came, key=_latest_day):
        name = file.table
        # A row that names a unit is the same row whether or not it names the unit's place.
        rows = placed(file.rows, course.units) if name == "actuals" else file.rows
        known[name] = (
            replaced(known[name], rows, file.path.name, calendar)
            if whole and name in DATED
            else entered(known[name], rows, file.path.name)
        )
    entered_now = {digests[path]: path.name for path in new}
    old = [path for path in files if digests[path] in before]
    said = [finding for file in came for finding in (*file.findings, *_elsewhere(file, course))]
    notices = (*said, *_old(old), *_notices(known), *_grains(known["actuals"].rows, calendar))
    return Arrived(known, {**before, **entered_now}, notices)


def came_of_horizon(
    folder: Path, plan: Plan, scenario: Scenario, files: Sequence[Path]
) -> tuple[Scenario, dict[str, pd.DataFrame]]:
    """A plan's scenario with the history of before its horizon, and all that came since, by table.

    What an earlier replan has entered counts once, whether or not `files` name it again. Raises DataError
    with the problems of all files.
    """
    start = Course(plan, scenario, ()).calendar.plan_start
    came = arrive(folder, plan, scenario, files).tables
    history = scenario.table("history")
    tables = {**scenario.tables, "history": history[history["date"] < start]}
    # The ledger of spend has that of before as well.
    tables |= {"spend": came["spend"]} if len(came["spend"]) else {}
    return replace(scenario, tables=MappingProxyType(tables)), {"actuals": came["actuals"]}


def _latest_day(file: Arrival) -> pd.Timestamp:
    return file.rows["date"].max() if "date" in file.rows else pd.Timestamp.min


def _elsewhere(file: Arrival, course: Course) -> Iterator[Finding]:
    """Rows that put a unit into a place that is not its own."""
    if file.table != "actuals":
        return
    for name in PLACE:
        own = file.rows["unit"].map(course.units[name])
        apart = own.notna() & file.rows[name].notna() & (own != file.rows[name])
        if apart.any():
            first = file.rows.loc[apart].iloc[0]
            yield Finding(
                Severity.WARNING,
                f"{int(apart.sum())} rows name another {name} than that of their unit, which counts",
                file=file.path.name,
                column=name,
                value=str(first[name]),
                expected=f"{own[apart].iloc[0]}, where {first['unit']} lies",
                code="unit-elsewhere",
                count=int(apart.sum()),
            )


def _old(files: Sequence[Path]) -> Iterator[Finding]:
    for path in files:
        message = "the file was entered before and changes nothing"
        yield Finding(Severity.NOTICE, message, file=path.name, code="file-known")


def _known(scenario: Scenario, name: str) -> pd.DataFrame:
    """Rows of a table that somebody told: those that were assumed are made anew."""
    rows = scenario.table(name)
    return rows[rows[SOURCE] != AS_PLANNED] if SOURCE in rows else rows


def _notices(ledgers: Mapping[str, Ledger]) -> Iterator[Finding]:
    """What was known already, and what is said otherwise now."""
    for name, ledger in ledgers.items():
        if ledger.repeated:
            message = f"{ledger.repeated} rows were known already and change nothing"
            yield Finding(Severity.NOTICE, message, file=name, code="actuals-known")
        if len(ledger.restated):
            was, now = ledger.restated["was"].sum(), ledger.restated["now"].sum()
            message = f"{len(ledger.restated)} entries are restated, together from {was:,.2f} to {now:,.2f}"
            yield Finding(Severity.WARNING, message, file=name, code="actuals-restated")


def _grains(rows: pd.DataFrame, calendar: Calendar) -> Iterator[Finding]:
    """Places that one file reports by unit, rep, product or channel and another does not: told twice?"""
    table = rows[[*PLACE, SOURCE]].fillna("").assign(period=calendar.label_of(rows["date"]))
    place = [*PLACE, "period"]
    for column in OPTIONAL:
        named = table.assign(named=rows[column].notna().astype(float))
        by_file = named.groupby([*place, SOURCE])["named"].mean().reset_index()
        apart = by_file.groupby(place)["named"].agg(["min", "max"])
        twice = apart[(apart["min"] == 0) & (apart["max"] == 1)].reset_index()
        asked = by_file.merge(twice[place].head(MOST_ASKED), on=place)
        for (territory, segment, period), own in asked.groupby(place):
            yield Finding(
                Severity.WARNING,
                f"{territory} × {segment} in {period} is reported with and without {column}",
                file=", ".join(own[SOURCE]),
                expected="each sale once",
                mend="keep one of them, and enter it with --replace",
                code="actuals-twice",
                names=(str(territory),),
            )


def _no_file(pattern: str) -> Finding:
    return Finding(
        Severity.PROBLEM,
        "there is no such file",
        file=pattern,
        expected="a file, or a pattern such as actuals/*.csv that some files match",
        code="no-file",
    )
