"""Arrivals: everything that came in the time that is played, and what of it had come by a day."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from allocopt.plan import INPUTS, Plan
from allocopt.replanning.ledger import Ledger, entered, open_ledger
from allocopt.replanning.reading import TABLES, Arrived, arrive
from allocopt.replanning.replay.known import DATED, hidden
from allocopt.replanning.replay.span import Span
from allocopt.scenario import Scenario
from allocopt.scenario_folder import write_scenario
from allocopt.tables import empty_table

HISTORY = "history"


def arrivals_of_past(scenario: Scenario, then: Scenario, span: Span) -> Arrived:
    """The rows of a scenario that `then` does not know yet: its history are the actuals."""
    ledgers = {name: open_ledger(name, then.table(name)) for name in TABLES}
    ledgers["actuals"] = open_ledger("actuals", empty_table("actuals"))
    for name in DATED:
        rows = scenario.table(name)
        late = rows[hidden(name, rows, span) & (rows[DATED[name]] <= span.played.plan_end)]
        own = "actuals" if name == HISTORY else name
        if len(late):
            ledgers[own] = entered(ledgers[own], late.reset_index(drop=True), name)
    return Arrived(ledgers, {})


def arrivals_of_files(then: Scenario, files: Sequence[Path]) -> Arrived:
    """What files say, read and checked as a replan reads them.

    Raises DataError with the problems of all files.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_scenario(then, folder / INPUTS, {})
        return arrive(folder, Plan({}), then, files)


def arrived_by(arrived: Arrived, day: pd.Timestamp) -> Arrived:
    """What had come by the end of a day; tables whose rows have no day of their own are whole."""
    ledgers = {name: _until(ledger, day) for name, ledger in arrived.ledgers.items()}
    return replace(arrived, ledgers=ledgers)


def _until(ledger: Ledger, day: pd.Timestamp) -> Ledger:
    column = DATED.get(HISTORY if ledger.name == "actuals" else ledger.name)
    if column is None:
        return ledger
    rows = ledger.rows
    late = rows[column] > day
    if ledger.name == "spend":
        late &= rows["kind"] != "committed"
    return replace(ledger, rows=rows[~late].reset_index(drop=True))
