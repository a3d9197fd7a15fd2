"""What regions say adds up to the compiled model of the whole, row by row and column by column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support_map import made_map
from support_plan import problem_from

from allocopt.decomposition.regions import Regions, cut
from allocopt.decomposition.tasks import ColumnKey, compile_part
from allocopt.decomposition.whole import Part, Whole, put_together
from allocopt.problem import Problem
from allocopt.problem.restriction import Restrictions
from allocopt.scenario import load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = (
    "changing_team",
    "connected_map",
    "demand_loop",
    "media_mix",
    "quota_tree",
    "uncertain_demand",
)


def parts_of(restrictions: Restrictions, regions: Regions) -> list[Part]:
    parts = []
    for region in range(len(regions.names)):
        units, home = regions.units(region), regions.reps(region)
        problem = restrictions.with_guests(units, home)
        guests = frozenset(problem.reps.index) - frozenset(restrictions.problem.reps.index[home])
        places = np.flatnonzero(units[restrictions.stint_unit])
        parts.append(Part(compile_part(problem), places, guests))
    return parts


def whole_of(problem: Problem, regions: Regions) -> tuple[Whole, dict[object, int]]:
    """The whole, and the number of each of its columns by stint or key."""
    parts = parts_of(Restrictions(problem), regions)
    whole = put_together(problem, parts)
    keys = {int(stint): column for column, stint in enumerate(whole.stint) if stint >= 0}
    others = iter(np.flatnonzero(whole.stint < 0))
    for part in parts:
        for key in part.model.columns:
            if isinstance(key, ColumnKey) and key not in keys:
                keys[key] = int(next(others))
    return whole, keys


def expected_sides(model):
    """Lower and upper side by rule, item and sample; a row with two sides comes twice."""
    return {
        (key, bool(np.isfinite(upper))): (lower, upper)
        for key, lower, upper in zip(model.rows, model.row_lower, model.row_upper, strict=True)
    }


def assert_adds_up(problem: Problem, regions: Regions) -> None:
    every = np.ones(len(problem.units), dtype=bool), np.ones(len(problem.reps), dtype=bool)
    # What a restriction leaves out, such as quotas, the whole is compared without.
    plain = compile_part(Restrictions(problem).to_reps(*every))
    whole, number = whole_of(problem, regions)
    assert len(plain.columns) == len(number) == whole.model.shape[1]
    order = [number[key] for key in plain.columns]
    row_of = {key: row for row, key in enumerate(expected_sides(whole.model))}
    rows = [row_of[key] for key in expected_sides(plain)]
    assert len(rows) == whole.model.shape[0]
    difference = abs(whole.model.matrix.tocsr()[rows][:, order] - plain.matrix.tocsr())
    assert difference.max() < 1e-9
    np.testing.assert_allclose(whole.model.row_upper[rows], plain.row_upper)
    np.testing.assert_allclose(whole.model.row_lower[rows], plain.row_lower)
    np.testing.assert_allclose(whole.model.cost[order], plain.cost)
    assert (whole.model.upper[order] >= plain.upper - 1e-9).all()
    assert (whole.model.lower[order] <= plain.lower + 1e-9).all()
    assert whole.model.offset == pytest.approx(plain.offset)


@pytest.mark.parametrize("name", SHIPPED)
def test_regions_of_shipped_scenarios_add_up(name):
    scenario = load_scenario(SCENARIOS / name)
    problem = problem_from(scenario)
    tree = scenario.territory_tree
    deepest = max(tree.depth(node) for node in tree.nodes)
    assert_adds_up(problem, cut(Restrictions(problem), tree, deepest))


def test_open_positions_and_limits_of_the_company_add_up(tmp_path):
    # Units of Mid may go to the open position in West; so few may change their rep.
    yaml = "pairs: {complete: true}\nheadcount: {min: 0, max: 1}\nhandover: {max_units: 4}"
    scenario = made_map(tmp_path, yaml=yaml, open_reps=(1, 4))
    problem = problem_from(scenario)
    assert_adds_up(problem, cut(Restrictions(problem), scenario.territory_tree, 1))
