"""Regions follow the territory tree, as small as asked and no smaller."""

from __future__ import annotations

import pytest
from support_map import made_map
from support_plan import problem_from, scenario_of

from allocopt.decomposition.regions import cut
from allocopt.problem.restriction import Restrictions


@pytest.fixture(name="made")
def _made(tmp_path):
    scenario = made_map(tmp_path)
    return Restrictions(problem_from(scenario)), scenario.territory_tree


def test_a_depth_cuts_at_its_nodes(made):
    restrictions, tree = made
    regions = cut(restrictions, tree, 1)
    assert regions.names == ("West", "Mid", "East")
    own = restrictions.problem.units["territory"].map(
        {name: n for n, name in enumerate(regions.names)}
    )
    assert regions.of_unit.tolist() == own.tolist()
    assert regions.of_rep.tolist() == [0, 0, 1, 1, 2, 2]


def test_a_problem_that_is_small_enough_is_one_region(made):
    restrictions, tree = made
    assert cut(restrictions, tree, most=len(restrictions.stint_unit)).names == ("company",)


def test_neighbours_that_fit_together_are_joined(made):
    restrictions, tree = made
    sizes = [
        int(cut(restrictions, tree, 1).units(k)[restrictions.stint_unit].sum()) for k in range(3)
    ]
    regions = cut(restrictions, tree, most=max(sizes[0] + sizes[1], sizes[2]))
    assert regions.names == ("West + Mid", "East")


def test_a_level_below_the_tree_is_one_region(made):
    restrictions, tree = made
    assert len(cut(restrictions, tree, 7).names) == 1


def test_families_and_cells_that_share_spend_stay_together(tmp_path):
    # b and c are a family across the border; a and b share a cell in which a lever works.
    scenario = scenario_of(
        tmp_path,
        territories="territory,parent\ncompany,\nEast,company\nWest,company\n",
        units="unit,territory,segment,hours,demand,family\na,East,Key,1,9,\nb,East,Key,1,9,f\n"
        "c,West,Key,1,9,f\nd,West,Top,1,9,\n",
        segments="segment,margin\nKey,1\nTop,1\n",
        reps="rep,hours,territory\nr,40,West\ns,40,East\n",
        levers="lever\nads\n",
        responses="lever,territory,segment,form,lift_max,lift_unit,half,shape\n"
        "ads,East,Key,adbudg,5,currency,2,1\n",
    )
    restrictions = Restrictions(problem_from(scenario))
    regions = cut(restrictions, scenario.territory_tree, 1)
    assert regions.names == ("East", "West")
    assert regions.of_unit.tolist() == [0, 0, 0, 1]
    assert regions.of_rep.tolist() == [1, 0]
