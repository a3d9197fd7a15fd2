"""History of reorganised territories and re-tiered segments under the names of today."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.errors import DataError
from allocopt.forecasting.panel import check_recast, read_history, recast

COLUMNS = ["from_territory", "to_territory", "from_segment", "to_segment", "share", "effective"]
NO_UNITS = pd.DataFrame({"unit": [], "territory": [], "segment": []}, dtype="str")


def history(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["date", "territory", "segment", "sales"])
    return frame.assign(date=pd.to_datetime(frame["date"]), unit=None)


def rules(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"share": float})


def sums(rows: pd.DataFrame) -> dict[tuple[str, str], float]:
    return rows.groupby(["territory", "segment"])["sales"].sum().round(9).to_dict()


def test_history_before_the_day_moves_and_history_from_it_on_stays() -> None:
    rows = history(("2024-12-31", "Old", "a", 10.0), ("2025-01-01", "Old", "a", 1.0))
    table = rules(("Old", "New", None, None, None, "2025-01-01"))
    assert sums(recast(rows, table)) == {("New", "a"): 10.0, ("Old", "a"): 1.0}


def test_without_a_day_all_history_moves() -> None:
    rows = history(("2024-12-31", "Old", "a", 10.0), ("2025-06-01", "Old", "b", 1.0))
    table = rules(("Old", "New", None, None, None, None))
    assert sums(recast(rows, table)) == {("New", "a"): 10.0, ("New", "b"): 1.0}


def test_a_territory_is_split_by_share_to_the_cent() -> None:
    rows = history(("2024-06-01", "Old", "a", 100.0), ("2024-06-01", "Else", "a", 7.0))
    table = rules(
        ("Old", "West", None, None, 0.3, "2025-01-01"),
        ("Old", "East", None, None, 0.7, "2025-01-01"),
    )
    expected = {("West", "a"): 30.0, ("East", "a"): 70.0, ("Else", "a"): 7.0}
    assert sums(recast(rows, table)) == expected


def test_a_part_may_stay_where_it_is() -> None:
    rows = history(("2024-06-01", "Old", "a", 100.0))
    table = rules(
        ("Old", "Old", None, None, 0.6, "2025-01-01"), ("Old", "New", None, None, 0.4, "2025-01-01")
    )
    assert sums(recast(rows, table)) == {("Old", "a"): 60.0, ("New", "a"): 40.0}


def test_two_reorganisations_follow_each_other() -> None:
    rows = history(
        ("2023-06-01", "A", "a", 1.0), ("2024-06-01", "B", "a", 2.0), ("2025-06-01", "C", "a", 4.0)
    )
    # Written in the wrong order: the dates say which came first.
    table = rules(
        ("B", "C", None, None, None, "2025-01-01"), ("A", "B", None, None, None, "2024-01-01")
    )
    assert sums(recast(rows, table)) == {("C", "a"): 7.0}


def test_two_territories_can_change_names_on_one_day() -> None:
    rows = history(("2024-06-01", "A", "a", 1.0), ("2024-06-01", "B", "a", 2.0))
    table = rules(
        ("A", "B", None, None, None, "2025-01-01"), ("B", "A", None, None, None, "2025-01-01")
    )
    assert sums(recast(rows, table)) == {("B", "a"): 1.0, ("A", "a"): 2.0}


def test_territory_and_segment_change_on_one_day_independently() -> None:
    rows = history(("2024-06-01", "A", "small", 1.0), ("2024-06-01", "A", "big", 2.0))
    table = rules(
        ("A", "B", None, None, None, "2025-01-01"),
        (None, None, "small", "tiny", None, "2025-01-01"),
    )
    assert sums(recast(rows, table)) == {("B", "tiny"): 1.0, ("B", "big"): 2.0}


def test_a_rule_for_a_cell_goes_before_the_rule_for_its_territory() -> None:
    rows = history(("2024-06-01", "A", "small", 1.0), ("2024-06-01", "A", "big", 2.0))
    table = rules(
        ("A", "B", None, None, None, "2025-01-01"),
        ("A", "Key accounts", "big", "big", None, "2025-01-01"),
    )
    assert sums(recast(rows, table)) == {("B", "small"): 1.0, ("Key accounts", "big"): 2.0}


def test_every_amount_is_split_and_a_price_is_not() -> None:
    rows = history(("2024-06-01", "Old", "a", 100.0)).assign(units_sold=10.0, price=10.0, orders=2)
    table = rules(
        ("Old", "West", None, None, 0.5, "2025-01-01"),
        ("Old", "East", None, None, 0.5, "2025-01-01"),
    )
    parts = recast(rows, table)
    assert parts["units_sold"].tolist() == [5.0, 5.0]
    assert parts["orders"].tolist() == [1.0, 1.0]
    assert parts["price"].tolist() == [10.0, 10.0]


@pytest.mark.parametrize("parts", [(0.5, 0.4), (0.7, 0.7)])
def test_shares_that_do_not_add_up_are_a_problem_with_its_row(parts: tuple[float, float]) -> None:
    table = rules(
        ("Fine", "New", None, None, None, "2025-01-01"),
        ("Old", "West", None, None, parts[0], "2025-01-01"),
        ("Old", "East", None, None, parts[1], "2025-01-01"),
    )
    (finding,) = check_recast(table)
    assert (finding.row, finding.column, finding.count) == (3, "share", 2)
    assert "Old" in finding.message
    with pytest.raises(DataError):
        recast(history(("2024-06-01", "Old", "a", 1.0)), table)


def test_a_units_cell_of_today_goes_before_the_reorganisation() -> None:
    rows = history(("2024-06-01", "Old", "a", 100.0)).assign(unit="u")
    units = pd.DataFrame({"unit": ["u"], "territory": ["Mine"], "segment": ["b"]})
    table = rules(
        ("Old", "West", None, None, 0.5, "2025-01-01"),
        ("Old", "East", None, None, 0.5, "2025-01-01"),
    )
    read = read_history(rows, units, pd.Timestamp("2026-01-01"), table)
    assert sums(read.rows) == {("Mine", "b"): 100.0}


DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1))
AMOUNTS = st.floats(-1e9, 1e9, allow_nan=False)
ROWS = st.lists(
    st.tuples(DAYS, st.sampled_from("ABCX"), st.sampled_from("st"), AMOUNTS), min_size=1, max_size=8
)


@st.composite
def reorganisations(draw: st.DrawFn) -> pd.DataFrame:
    """A goes to parts of B and C, then B goes to D: no old name lives on."""
    share = draw(st.floats(0.0, 1.0))
    first, second = sorted(draw(st.tuples(DAYS, DAYS)))
    return rules(
        ("A", "B", None, None, share, first),
        ("A", "C", None, None, 1 - share, first),
        ("B", "D", None, None, None, second),
        (None, None, "s", "t", None, draw(DAYS)),
    )


@settings(max_examples=20, deadline=None)
@given(ROWS, reorganisations())
def test_sums_stay_and_recasting_again_changes_nothing(
    rows: list[tuple[object, ...]], table: pd.DataFrame
) -> None:
    frame = history(*rows)  # type: ignore[arg-type]
    once = recast(frame, table)
    scale = frame["sales"].abs().sum()
    assert abs(once["sales"].sum() - frame["sales"].sum()) <= 1e-9 * max(scale, 1e-9)
    if table["effective"].iloc[0] != table["effective"].iloc[2]:  # else both happen at once
        pd.testing.assert_frame_equal(recast(once, table), once)
