"""Levels: the rows that people read, whatever node of the structure each of them is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.sales import TREE

from allocopt.errors import ConfigError
from allocopt.forecasting.levels import levels_of, node_levels, rows_of, structure_of
from allocopt.forecasting.reconciliation import Structure


def structure(*series: tuple[str, str, str]) -> Structure:
    keys = pd.DataFrame(series, columns=["territory", "segment", "unit"])
    return structure_of(keys.assign(product="", channel=""), TREE)


TWO_UNITS = structure(("North", "big", "a"), ("North", "big", "b"), ("East", "big", ""))


def amounts(own: Structure, level: str, values: list[float]) -> dict[tuple[str, ...], float]:
    keys, rows = rows_of(own, level)  # type: ignore[arg-type]
    sums = own.sum(np.array(values)[:, None])[rows, 0]
    return dict(zip(keys.itertuples(index=False, name=None), sums.tolist(), strict=True))


def test_cells_are_sums_of_their_units() -> None:
    told = amounts(TWO_UNITS, "cell", [1.0, 2.0, 4.0])
    assert told == {("East", "big"): 4.0, ("North", "big"): 3.0}


def test_units_are_those_that_have_a_name() -> None:
    told = amounts(TWO_UNITS, "unit", [1.0, 2.0, 4.0])
    assert told == {("North", "big", "a"): 1.0, ("North", "big", "b"): 2.0}


def test_every_node_of_the_tree_is_told_even_where_two_are_the_same_sum() -> None:
    told = amounts(TWO_UNITS, "node", [1.0, 2.0, 4.0])
    # Coast holds East alone, Inland holds North alone.
    assert told == {
        ("",): 7.0,
        ("Coast",): 4.0,
        ("East",): 4.0,
        ("Inland",): 3.0,
        ("North",): 3.0,
    }
    assert amounts(TWO_UNITS, "company", [1.0, 2.0, 4.0]) == {("",): 7.0}


def test_a_blank_segment_is_a_cell_of_its_own_and_not_all_segments() -> None:
    own = structure(("North", "big", ""), ("North", "", ""))
    assert amounts(own, "cell", [1.0, 2.0]) == {("North", ""): 2.0, ("North", "big"): 1.0}


def test_a_blank_territory_is_not_the_company() -> None:
    own = structure(("", "big", ""), ("North", "big", ""))
    told = amounts(own, "node", [1.0, 2.0])
    assert told["North",] == 2.0
    assert amounts(own, "company", [1.0, 2.0]) == {("",): 3.0}
    assert amounts(own, "cell", [1.0, 2.0])["", "big"] == 1.0


def test_units_are_a_level_only_where_history_names_them() -> None:
    assert levels_of(TWO_UNITS) == ("unit", "cell", "node", "company")
    assert levels_of(structure(("North", "big", ""))) == ("cell", "node", "company")


def test_all_levels_have_a_say_where_none_is_named() -> None:
    assert node_levels(TWO_UNITS, None) is None
    assert node_levels(TWO_UNITS, ["node", "cell"]) == ("company", "branch", "territory", "cell")


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        node_levels(TWO_UNITS, ["cell", "galaxy"])
    (finding,) = caught.value.findings
    assert "galaxy" in finding.message
    assert "cell, galaxy" not in finding.message
    assert "node" in finding.mend
    assert "cell" in finding.mend
