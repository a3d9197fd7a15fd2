"""Structure: which nodes there are, what they are called and how they add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.forecasting.reconciliation import Structure, build_structure, plain_structure

# Two territories of the north, one of the south; the south sells to schools only.
TREE = pd.DataFrame(
    {"territory": ["oslo", "bergen", "rome", "north"], "parent": ["north", "north", "", "world"]}
)
CELLS = pd.DataFrame(
    {
        "territory": ["oslo", "oslo", "bergen", "rome"],
        "segment": ["clinics", "schools", "schools", "schools"],
    }
)


def members(structure: Structure, **key: str) -> set[int]:
    """Series of the node with this name, as positions."""
    names = structure.names
    for column in ("territory", "segment", "unit", "product", "channel"):
        names = names[names[column] == key.get(column, "")]
    (node,) = names["node"].unique()
    return set(structure.summing[node].indices)


def test_nodes_are_the_company_the_tree_segments_and_cells():
    structure = build_structure(CELLS, TREE)
    assert members(structure) == {0, 1, 2, 3}
    assert members(structure, territory="north") == {0, 1, 2}
    assert members(structure, territory="oslo") == {0, 1}
    assert members(structure, segment="schools") == {1, 2, 3}
    assert members(structure, territory="north", segment="schools") == {1, 2}
    assert members(structure, territory="rome", segment="schools") == {3}


def test_groups_with_the_same_members_are_one_node():
    structure = build_structure(CELLS, TREE)
    memberships = [tuple(row.indices) for row in structure.summing]
    assert len(set(memberships)) == len(structure)
    # "world" has the members of "north"; "rome" and "bergen" are one cell each.
    names = structure.names.set_index(["level", "territory", "segment"])["node"]
    assert names["branch", "world", ""] == names["branch", "north", ""]
    assert names["territory", "rome", ""] == names["cell", "rome", "schools"]


def test_series_are_the_last_nodes_in_the_order_given():
    structure = build_structure(CELLS.iloc[::-1], TREE)
    bottom = structure.keys.iloc[structure.aggregates :]
    assert bottom["territory"].tolist() == ["rome", "bergen", "oslo", "oslo"]
    assert set(structure.levels[structure.aggregates :]) == {"cell"}


def test_every_node_is_described_by_a_name_that_leads_to_it():
    structure = build_structure(CELLS, TREE)
    described = structure.keys.assign(level=structure.levels, expected=range(len(structure)))
    found = described.merge(structure.names)
    assert (found["node"] == found["expected"]).all()
    assert len(found) == len(structure)


def test_circular_parents_end_where_they_close():
    circle = pd.DataFrame({"territory": ["a", "b"], "parent": ["b", "a"]})
    series = pd.DataFrame({"territory": ["a", "b"], "segment": ["x", "x"]})
    structure = build_structure(series, circle)
    assert len(structure) == 3
    assert members(structure, territory="a") == {0, 1}


def test_territory_that_sells_itself_and_has_others_below_it_is_the_sum_of_both():
    tree = pd.DataFrame({"territory": ["office"], "parent": ["head"]})
    series = pd.DataFrame({"territory": ["head", "office"], "segment": ["x", "x"]})
    structure = build_structure(series, tree)
    branch = structure.names.query("level == 'branch' and territory == 'head'")["node"].item()
    assert set(structure.summing[branch].indices) == {0, 1}


def test_no_tree_and_no_keys_but_units_still_make_a_company():
    series = pd.DataFrame({"unit": ["u1", "u2"]})
    structure = build_structure(series, pd.DataFrame())
    assert structure.levels.tolist() == ["company", "unit", "unit"]


def test_one_series_is_its_own_company():
    structure = build_structure(CELLS.iloc[:1], TREE)
    assert len(structure) == 1
    assert structure.names["node"].tolist() == [0] * len(structure.names)


def test_products_and_channels_are_crossed_with_places():
    series = pd.DataFrame(
        [
            (place, product, channel)
            for place in ("oslo", "bergen")
            for product in ("pill", "drop")
            for channel in ("shop", "web")
        ],
        columns=["territory", "product", "channel"],
    )
    structure = build_structure(series, TREE)
    assert members(structure, product="pill") == {0, 1, 4, 5}
    assert members(structure, channel="web") == {1, 3, 5, 7}
    assert members(structure, territory="oslo", product="drop") == {2, 3}
    assert structure.levels[-1] == "territory product channel"


def test_levels_that_would_outnumber_the_series_are_left_out():
    # Every series has a product and a channel of its own kind: crossing them would only repeat it.
    random = np.random.default_rng(0)
    series = pd.DataFrame(random.integers(0, 30, (300, 3)).astype(str))
    series.columns = ["territory", "product", "channel"]
    structure = build_structure(series.drop_duplicates(), pd.DataFrame())
    assert len(structure) <= 3 * structure.series
    assert "product" in structure.level_names


def test_sum_takes_known_members_and_is_unknown_without_any():
    structure = plain_structure([[1, 1], [1, 0], [0, 1]])
    sums = structure.sum(np.array([[1.0, np.nan, np.nan], [2.0, 5.0, np.nan]]))
    assert sums[0, :2].tolist() == [3.0, 5.0]
    assert np.isnan(sums[0, 2])
    assert np.isnan(sums[1, 1])


def test_summing_matrix_without_the_series_at_its_end_is_refused():
    with pytest.raises(ValueError, match="last rows"):
        plain_structure([[1, 0], [0, 1], [1, 1]])


@settings(deadline=None, max_examples=12)
@given(st.permutations(range(4)))
def test_order_of_the_series_changes_no_aggregate(order: list[int]):
    values = np.array([[1.0], [2.0], [4.0], [8.0]])
    straight = build_structure(CELLS, TREE)
    shuffled = build_structure(CELLS.iloc[order], TREE)
    assert straight.keys[: straight.aggregates].equals(shuffled.keys[: shuffled.aggregates])
    np.testing.assert_array_equal(
        straight.sum(values)[: straight.aggregates],
        shuffled.sum(values[order])[: shuffled.aggregates],
    )
