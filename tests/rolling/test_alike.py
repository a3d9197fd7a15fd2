"""New rows of sales take the names that the history of their place has."""

from __future__ import annotations

from io import StringIO

import pandas as pd

from allocopt.rolling.alike import named_alike
from allocopt.rolling.steps import append_rows
from allocopt.tables import empty_table


def rows(text: str) -> pd.DataFrame:
    """Rows of sales; a blank cell says nothing."""
    read = pd.read_csv(StringIO(text), parse_dates=["date"])
    return append_rows(empty_table("history"), read)


BY_PRODUCT = rows(
    """date,territory,segment,product,sales
2024-06-01,East,Key,old,999
2025-06-01,East,Key,a,30
2025-07-01,East,Key,b,10
"""
)
PLAIN = rows("date,territory,segment,sales\n2025-06-01,East,Key,30\n")


def test_names_that_a_place_never_has_are_left_out():
    came = rows(
        "date,territory,segment,unit,product,channel,sales\n2026-01-31,East,Key,u1,a,web,8\n"
    )
    named = named_alike(came, PLAIN)
    assert named[["unit", "product", "channel"]].isna().all(axis=None)
    assert named["sales"].tolist() == [8]


def test_rows_without_a_name_that_a_place_always_has_are_divided_as_the_last_year_was():
    came = rows("date,territory,segment,sales,units_sold\n2026-01-31,East,Key,80,8\n")
    named = named_alike(came, BY_PRODUCT).set_index("product")
    assert named["sales"].to_dict() == {"a": 60, "b": 20}
    assert named["units_sold"].to_dict() == {"a": 6, "b": 2}


def test_places_without_a_history_and_rows_named_alike_stay_as_they_are():
    came = rows(
        "date,territory,segment,product,sales\n2026-01-31,West,Key,a,5\n2026-01-31,East,Key,b,7\n"
    )
    named = named_alike(came, BY_PRODUCT)
    assert named[["territory", "product", "sales"]].to_numpy().tolist() == [
        ["West", "a", 5],
        ["East", "b", 7],
    ]


def test_no_amount_is_lost():
    came = rows(
        "date,territory,segment,unit,sales\n2026-01-31,East,Key,,80\n2026-01-31,East,Key,u1,-7\n"
    )
    assert named_alike(came, BY_PRODUCT)["sales"].sum() == 73
