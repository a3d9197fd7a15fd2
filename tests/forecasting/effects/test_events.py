"""The events table becomes intensities: which share of a period's days, in which series."""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.forecasting.effects import Occurrences, read_events
from allocopt.forecasting.grain import span
from allocopt.territory_tree import TerritoryTree

TREE = TerritoryTree({"Inland": "", "North": "Inland", "South": "Inland", "East": ""})
SERIES = pd.DataFrame(
    {
        "territory": ["North", "South", "East", "North"],
        "segment": ["big", "big", "small", "small"],
    }
)
# April 2025 (30 days) … September; the first four months are known.
MONTHS = span(Calendar("month", pd.Timestamp("2025-04-01"), 1), pd.Timestamp("2025-04-01"), 6)


def read(text: str, past: int = 4) -> Occurrences:
    table = pd.read_csv(StringIO(text), keep_default_na=False, dtype=str)
    table = table.mask(table == "")
    for column in ("start", "end"):
        table[column] = pd.to_datetime(table[column])
    if "known" in table:
        table["known"] = table["known"].map({"true": True, "false": False})
    return read_events(table, SERIES, TREE, MONTHS, past)


def shares(given: Occurrences, event: str) -> list[list[float]]:
    """Intensity per series and period."""
    return given.intensity[given.events.index(event)][given.place].round(6).tolist()


def test_intensity_is_the_share_of_a_periods_days() -> None:
    given = read("event,start,end\nsale,2025-04-16,2025-05-31\n")
    assert shares(given, "sale")[0] == [0.5, 1, 0, 0, 0, 0]


def test_an_event_acts_below_its_territory_and_in_its_segment() -> None:
    given = read(
        "event,start,end,territory,segment\n"
        "inland,2025-04-01,2025-04-30,Inland,\n"
        "big,2025-04-01,2025-04-30,,big\n"
        "both,2025-04-01,2025-04-30,North,small\n"
        "all,2025-04-01,2025-04-30,,\n"
    )
    first = {event: [row[0] for row in shares(given, event)] for event in given.events}
    assert first == {
        "inland": [1, 1, 0, 1],
        "big": [1, 1, 0, 0],
        "both": [0, 0, 0, 1],
        "all": [1, 1, 1, 1],
    }


def test_rows_of_one_event_that_overlap_do_not_count_twice() -> None:
    given = read(
        "event,start,end,territory\n"
        "sale,2025-04-01,2025-04-30,Inland\n"
        "sale,2025-04-01,2025-04-15,North\n"
    )
    assert given.events == ("sale",)
    assert [row[0] for row in shares(given, "sale")] == [1, 1, 0, 1]


def test_a_policy_without_an_end_stays() -> None:
    given = read("event,start,end,kind\nlicence,2025-06-16,,policy\n")
    assert shares(given, "licence")[0] == [0, 0, 0.5, 1, 1, 1]
    assert given.kinds == ("policy",)


def test_an_event_that_is_not_known_ahead_acts_in_the_past_alone() -> None:
    text = (
        "event,start,end,known\n"
        "flood,2025-05-01,2025-09-30,false\n"
        "fair,2025-07-01,2025-08-31,true\n"
        "sale,2025-07-01,2025-08-31,\n"
    )
    given = read(text)
    assert shares(given, "flood")[0] == [0, 1, 1, 1, 0, 0]
    assert shares(given, "fair")[0] == shares(given, "sale")[0] == [0, 0, 0, 1, 1, 0]
    assert shares(read(text, past=2), "flood")[0] == [0, 1, 0, 0, 0, 0]


def test_short_supply_acts_in_the_past_alone() -> None:
    given = read("event,start,end,known,kind\nplant,2025-07-01,2025-08-31,true,supply\n")
    assert shares(given, "plant")[0] == [0, 0, 0, 1, 0, 0]


def test_one_event_known_in_one_year_and_a_surprise_in_another_is_one_event() -> None:
    given = read(
        "event,start,end,known\n"
        "strike,2025-04-01,2025-04-30,false\n"
        "strike,2025-08-01,2025-08-31,true\n"
    )
    assert shares(given, "strike")[0] == [1, 0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    "row", ["sale,2030-01-01,2030-01-31,", "sale,2025-04-01,2025-04-30,Nowhere", ",,,"]
)
def test_an_event_elsewhere_acts_nowhere(row: str) -> None:
    given = read(f"event,start,end,territory\n{row}\n")
    assert not given.intensity.any()
    assert len(given.place) == len(SERIES)


def test_the_order_of_rows_changes_nothing() -> None:
    rows = ["b,2025-04-01,2025-04-10,North", "a,2025-05-01,2025-06-10,", "b,2025-07-01,2025-07-02,"]
    head = "event,start,end,territory\n"
    left, right = read(head + "\n".join(rows)), read(head + "\n".join(rows[::-1]))
    assert left.events == right.events
    assert [shares(left, event) for event in "ab"] == [shares(right, event) for event in "ab"]
