"""A restriction is the problem of some units and reps, with what the rules say of them."""

from __future__ import annotations

import numpy as np
import pytest
from support_map import made_map
from support_plan import problem_from

from allocopt.problem.restriction import ELSEWHERE, Restrictions


@pytest.fixture(name="whole")
def _whole(tmp_path):
    return Restrictions(problem_from(made_map(tmp_path)))


def in_west(restrictions):
    units = (restrictions.problem.units["territory"] == "West").to_numpy()
    reps = (restrictions.problem.reps["territory"] == "West").to_numpy()
    return units, reps


def test_pairs_with_reps_outside_are_left_out(whole):
    units, reps = in_west(whole)
    part = whole.to_reps(units, reps)
    assert set(part.reps.index) == {"r0", "r1"}
    assert set(part.stints.get_level_values("rep")) <= {"r0", "r1"}
    assert set(part.units.index) == set(whole.problem.units.index[units])
    assert len(part.pairs) == len(part.stints) < int(units[whole.pair_unit].sum())


def test_guests_bring_no_hours_and_no_band(whole):
    units, reps = in_west(whole)
    part = whole.with_guests(units, reps)
    guests = part.reps.index.difference(["r0", "r1"])
    assert len(guests) > 0
    assert len(part.pairs) == int(units[whole.pair_unit].sum())
    assert (part.tenures.selling_time.loc[guests] == 0).all(axis=None)
    assert (part.balance[0].upper.loc[guests] == 0).all()
    own = whole.problem.balance[0].upper.loc[["r0", "r1"]]
    assert part.balance[0].upper.loc[["r0", "r1"]].tolist() == own.tolist()


def test_sizes_of_a_measure_are_those_of_the_whole(whole):
    part = whole.to_reps(*in_west(whole)).balance[0]
    assert part.amounts.abs().sum() == pytest.approx(whole.problem.balance[0].amounts.abs().sum())
    assert part.amounts[ELSEWHERE] > 0


def test_chosen_stints_alone_leave_one_rep_to_each_unit(whole):
    chosen = np.zeros(len(whole.stint_unit), dtype=bool)
    chosen[np.unique(whole.stint_unit, return_index=True)[1]] = True
    part = whole.to_stints(chosen)
    assert len(part.pairs) == len(part.stints) == len(part.units)
    assert set(part.stints) == set(whole.problem.stints[chosen])
