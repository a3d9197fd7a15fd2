"""Notes are English text that carries its Chinese along, with the same figures."""

from __future__ import annotations

import copy
import pickle
import re
from io import StringIO

import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.forecasting.demand import read_demand
from allocopt.forecasting.opinions.deals import read_deals
from allocopt.forecasting.opinions.statements import read_statements
from allocopt.forecasting.panel import build_panels, read_history
from allocopt.notes import Note

PLAN_START = pd.Timestamp("2026-01-01")
MONTHS = Calendar("month", PLAN_START, 3)
KEYS = ["territory", "segment", "unit"]


def table(text: str, *dates: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), parse_dates=list(dates))


def of_history() -> tuple[Note, ...]:
    """A row without an amount, one in the plan, a repeat, a moved unit, no November,
    and a December that has hardly begun.
    """
    rows = "\n".join(
        f"{year}-{month:02d}-{day:02d},East,Key,A,{10 * month + day}"
        for year in (2023, 2024, 2025)
        for month in range(1, 13)
        for day in (3, 15, 27)
        if (year, month) not in {(2024, 11), (2025, 12)}
    )
    odd = "2025-05-03,East,Key,A,53\n2025-06-09,East,Key,A,\n2026-01-05,East,Key,A,1"
    december = "2025-12-02,East,Key,A,7"
    history = table(f"date,territory,segment,unit,sales\n{rows}\n{odd}\n{december}", "date")
    units = table("unit,territory,segment\nA,West,Trade")
    read = read_history(history, units, PLAN_START)
    _, notes = build_panels(read, read.rows[KEYS].drop_duplicates(), MONTHS)
    return notes


def of_demand() -> tuple[Note, ...]:
    rows = "East,Key,A,2026-01-01,300\nEast,Key,A,2026-04-01,300"
    demand = table(f"territory,segment,unit,period,mean\n{rows}", "period")
    return read_demand(demand, pd.DataFrame(columns=KEYS), MONTHS)[1]


def of_deals() -> tuple[Note, ...]:
    rows = "1,100,open,2026-02-01\n1,200,open,2026-02-01\n2,,open,2026-02-01"
    deals = table(f"deal,amount,stage,close\n{rows}", "close")
    return read_deals(deals.assign(territory="East", segment="Key"), PLAN_START).notes


def of_judgement() -> tuple[Note, ...]:
    rows = "2026-02-01,2026-01-01,5\n,2026-01-01,6\n2025-12-01,2026-01-01,"
    said = table(f"date,period,commit\n{rows}", "date", "period").assign(territory="East")
    return read_statements(said, MONTHS, PLAN_START).notes


@pytest.mark.parametrize(
    ("made", "count"), [(of_history, 7), (of_demand, 2), (of_deals, 3), (of_judgement, 3)]
)
def test_chinese_names_the_same_figures_and_periods(made: object, count: int) -> None:
    notes: tuple[Note, ...] = made()  # type: ignore[operator]
    assert len(notes) == count
    for note in notes:
        assert re.search(r"[\u4e00-\u9fff]", note.zh)
        assert re.findall(r"\d+", note.zh) == re.findall(r"\d+", note)


def test_a_note_is_its_english_text() -> None:
    note = Note("Left out.", "未使用。")
    assert note == "Left out."
    assert (note.said_in("en"), note.said_in("zh-CN")) == ("Left out.", "未使用。")


def test_a_copy_keeps_its_chinese() -> None:
    note = Note("Left out.", "未使用。")
    for other in (copy.deepcopy(note), pickle.loads(pickle.dumps(note))):  # noqa: S301
        assert (other, other.zh) == (note, note.zh)
