"""Borders: which units touch, from rows that name units or territories."""

from __future__ import annotations

import pandas as pd
import pytest

from allocopt.borders import unit_borders
from allocopt.territory_tree import TerritoryTree

PLACES = pd.DataFrame({"territory": ["North", "A", "B", "C"], "parent": ["", "North", "North", ""]})
UNITS = pd.DataFrame({"unit": ["a1", "a2", "b1", "c1"], "territory": ["A", "A", "B", "C"]})


def borders_of(*rows):
    """Borders of the four units from rows a, b and perhaps length."""
    table = pd.DataFrame([(*row, None)[:3] for row in rows], columns=["a", "b", "length"])
    table["length"] = table["length"].astype(float)
    return unit_borders(UNITS, table, TerritoryTree.of_tables(PLACES))


def lengths_of(*rows):
    return borders_of(*rows).length.to_dict()


def test_a_row_without_length_is_one_long_and_the_order_of_its_sides_does_not_matter():
    assert lengths_of(("b1", "a1")) == {("a1", "b1"): 1}


def test_a_border_that_stands_twice_is_one_border():
    assert lengths_of(("a1", "b1", 2.0), ("b1", "a1", 2.0)) == {("a1", "b1"): 2}


def test_units_of_a_territory_touch_and_share_its_borders():
    assert lengths_of(("A", "C", 3.0)) == {
        ("a1", "a2"): 0,
        ("a1", "c1"): 1.5,
        ("a2", "c1"): 1.5,
    }


def test_a_territory_stands_for_all_below_it():
    found = lengths_of(("North", "C", 3.0))
    assert sum(found.values()) == pytest.approx(3)
    assert set(found) == {
        *[("a1", "a2"), ("a1", "b1"), ("a2", "b1")],
        *[("a1", "c1"), ("a2", "c1"), ("b1", "c1")],
    }


def test_a_unit_and_a_territory_may_stand_in_one_row():
    assert lengths_of(("c1", "A", 1.0))["a2", "c1"] == pytest.approx(0.5)


def test_parts_are_what_hangs_together():
    borders = borders_of(("a1", "a2"), ("a2", "b1"))
    assert borders.parts(["c1", "a1", "b1"]) == [{"a1"}, {"b1"}, {"c1"}]
    assert borders.parts(["c1", "a1", "a2", "b1"]) == [{"a1", "a2", "b1"}, {"c1"}]
    assert borders.around({"a1", "b1"}) == {"a2"}
    assert borders.neighbours.get("c1") is None


def test_no_rows_are_no_borders():
    assert borders_of().length.empty
    assert len(borders_of().parts(UNITS["unit"])) == 4
