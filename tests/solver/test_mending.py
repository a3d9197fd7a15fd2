"""Mending: units of a rep that are cut off go to whom they touch."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from allocopt.borders import Borders
from allocopt.solver.mending import mended

UNITS = ("u1", "u2", "u3", "u4", "u5")
ALL = frozenset(UNITS)


@pytest.fixture
def row():
    """Five units in a row."""
    index = pd.MultiIndex.from_tuples(pairwise(UNITS), names=["a", "b"])
    return Borders(pd.Series(1.0, index=index))


def held(**units):
    return {rep: frozenset(names) for rep, names in units.items()}


def test_what_hangs_together_stays(row):
    assert mended(row, held(Ann=UNITS[:2], Bob=UNITS[2:]), {"Ann": ALL, "Bob": ALL}) == {}


def test_the_smaller_part_goes_to_the_rep_beside_it(row):
    # Ann has u1, u2 and u5: u5 touches Bob's u4.
    plan = held(Ann=("u1", "u2", "u5"), Bob=("u3", "u4"))
    assert mended(row, plan, {"Ann": ALL, "Bob": ALL}) == {"u5": ("Ann", "Bob")}


def test_of_parts_of_one_size_the_first_stays_and_each_other_goes_to_who_touches_it(row):
    # Ann keeps u1; u3 touches Bob and Cem, who have one unit each, and u5 touches Cem.
    plan = held(Ann=("u1", "u3", "u5"), Bob=("u2",), Cem=("u4",))
    taken = mended(row, plan, {"Ann": ALL, "Bob": ALL, "Cem": ALL})
    assert taken is not None
    assert {unit: after for unit, (_, after) in taken.items()} == {"u3": "Bob", "u5": "Cem"}


def test_nobody_who_may_have_a_unit_touches_it(row):
    plan = held(Ann=("u1", "u2", "u5"), Bob=("u3", "u4"))
    assert mended(row, plan, {"Ann": ALL, "Bob": frozenset({"u3", "u4"})}) is None
