"""Target tree: top-down meets bottom-up, and sums agree at every level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.results.target_tree import (
    Leaves,
    asked_of,
    item_nodes,
    split_targets,
    territory_nodes,
    time_shares,
    tree_table,
)
from allocopt.territory_tree import TerritoryTree

QUARTER = Calendar("month", pd.Timestamp("2026-01-01"), 3)
TREE = TerritoryTree({"China": "", "East": "China", "West": "China"})
KEYS = pd.DataFrame(
    {
        "territory": ["East", "East", "West"],
        "segment": ["Key", "Small", "Key"],
        "rep": ["Ann", "Bob", "Bob"],
    }
)
# 60 a month in the East (Ann 40, Bob 20) and 40 in the West: 300 in the quarter.
EXPECTED = np.array([[40.0] * 3, [20.0] * 3, [40.0] * 3])


def targets(*rows):
    named = [(f"t{n}", *row) for n, row in enumerate(rows)]
    table = pd.DataFrame(named, columns=["name", "scope", "start", "end", "amount"])
    days = {name: pd.to_datetime(table[name]) for name in ("start", "end")}
    return table.assign(**days, measure=None)


def split(*rows):
    return split_targets(EXPECTED, asked_of(targets(*rows), KEYS, TREE, QUARTER))


YEAR = ("2026-01-01", "2026-03-31")


def test_a_target_of_the_company_is_split_as_sales_are_expected():
    cells = split(("company", *YEAR, 600))
    assert cells.tolist() == (EXPECTED * 2).tolist()


def test_what_is_asked_of_a_part_is_taken_from_the_others():
    # 210 for the East leave 90 for the West; inside the East two thirds are Ann's, and months stay even.
    cells = split(("company", *YEAR, 300), ("territory=East", *YEAR, 210))
    assert cells.sum(axis=1).tolist() == pytest.approx([140, 70, 90])
    assert cells[:, 0].tolist() == pytest.approx([140 / 3, 70 / 3, 30])


def test_targets_of_places_and_of_times_hold_together():
    cells = split(
        ("company", *YEAR, 300),
        ("company", "2026-03-01", "2026-03-31", 150),
        ("territory=East", *YEAR, 210),
        ("rep=Bob", *YEAR, 160),
    )
    assert cells.sum() == pytest.approx(300)
    assert cells[:, 2].sum() == pytest.approx(150)
    assert cells[:2].sum() == pytest.approx(210)
    assert cells[1:].sum() == pytest.approx(160)


def test_without_a_target_of_the_company_a_part_moves_alone():
    cells = split(("territory=West", *YEAR, 240))
    assert cells.sum(axis=1).tolist() == [120, 60, 240]


def test_cells_without_expected_sales_share_evenly():
    asked = asked_of(targets(("segment=Key", *YEAR, 60)), KEYS, TREE, QUARTER)
    assert split_targets(EXPECTED * 0, asked)[[0, 2]].tolist() == [[10] * 3] * 2


def test_targets_beyond_the_plan_or_of_other_things_are_left_out():
    rows = targets(
        ("company", "2026-01-01", "2026-12-31", 900),
        ("product=Tea", *YEAR, 10),
        ("company", "2026-01-10", "2026-01-20", 5),
    )
    assert asked_of(rows, KEYS, TREE, QUARTER) == []
    assert (
        asked_of(
            targets(("company", *YEAR, 1)).assign(measure="new_customers"), KEYS, TREE, QUARTER
        )
        == []
    )


def test_months_are_split_into_weeks_by_working_days():
    # January 2026 has 22 working days from Thursday the 1st: 2, 5, 5, 5, 5. February begins on a Sunday.
    shares = time_shares(QUARTER, "week")
    january = shares.loc["2026-01"]
    assert january[january > 0].to_dict() == pytest.approx(
        {
            "2026-W01": 2 / 22,
            "2026-W02": 5 / 22,
            "2026-W03": 5 / 22,
            "2026-W04": 5 / 22,
            "2026-W05": 5 / 22,
        }
    )
    assert shares.sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    # Tuesday the 31st of March ends the plan: its week has two days of the 22.
    assert shares.loc["2026-03", "2026-W14"] == pytest.approx(2 / 22)


def test_coarser_grains_take_whole_periods():
    assert time_shares(QUARTER, "quarter").to_dict() == {
        "2026Q1": dict.fromkeys(QUARTER.labels, 1.0)
    }
    assert time_shares(QUARTER, "month").to_numpy().tolist() == np.eye(3).tolist()
    fiscal = Calendar("month", pd.Timestamp("2026-01-01"), 3, fiscal_start_month=3)
    assert time_shares(fiscal, "year").columns.tolist() == ["2025-03-Y", "2026-03-Y"]


@pytest.fixture(scope="module")
def table():
    grains = {grain: time_shares(QUARTER, grain) for grain in ("quarter", "month", "week")}
    leaves = Leaves(KEYS, EXPECTED * 1.1, EXPECTED)
    top_down = split(("company", *YEAR, 330), ("territory=East", *YEAR, 210))
    return tree_table("territory", leaves, top_down, list(territory_nodes(KEYS, TREE)), grains)


def test_every_node_shows_its_gap(table):
    quarter = table[table["grain"] == "quarter"].set_index(["parent", "node"])
    row = quarter.loc[("territory=China", "territory=East")]
    assert row[["top_down", "quota", "bottom_up", "gap"]].tolist() == pytest.approx(
        [210, 198, 180, 30]
    )
    assert quarter.loc[("", "company"), "gap"] == pytest.approx(30)
    assert quarter.loc[("territory=East", "rep=Bob"), "bottom_up"] == pytest.approx(60)
    assert quarter.loc[("territory=West", "rep=Bob"), "bottom_up"] == pytest.approx(120)


def test_children_add_up_to_their_parent_in_every_period(table):
    amounts = ["top_down", "quota", "bottom_up", "gap"]
    children = table[table["parent"] != ""].groupby(["parent", "grain", "period"])[amounts].sum()
    nodes = table[~table["node"].str.startswith("rep=")]
    parents = nodes.set_index(["node", "grain", "period"])[amounts]
    assert len(children) == len(parents)
    pd.testing.assert_frame_equal(
        children.sort_index(), parents.sort_index(), check_names=False, rtol=1e-12
    )


def test_grains_add_up_to_each_other(table):
    sums = table.groupby(["parent", "node", "grain"])["top_down"].sum().unstack("grain")
    assert np.allclose(sums["week"], sums["quarter"])
    assert np.allclose(sums["month"], sums["quarter"])


def test_items_lie_below_the_company():
    keys = pd.DataFrame({"product": ["Tea", "Milk"]})
    nodes = [(parent, node, own.tolist()) for parent, node, own in item_nodes(keys, "product")]
    assert nodes == [
        ("", "company", [True, True]),
        ("company", "product=Tea", [True, False]),
        ("company", "product=Milk", [False, True]),
    ]
