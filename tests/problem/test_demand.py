"""Demand of a unit: which of its sources counts, and how a cell is shared."""

from __future__ import annotations

import pytest
from support_plan import problem_of

UNITS = """
unit,territory,segment,hours,demand,potential
fixed,East,Key,1,40,
big,East,Key,1,,300
small,East,Key,1,,100
"""
DEMAND = "period,territory,segment,mean\n2026-01,East,Key,240\n"


def demand_of(folder, **tables):
    return problem_of(folder, **tables).demand.iloc[:, 0].to_dict()


def test_what_fixed_units_leave_of_a_cell_is_shared_by_potential(tmp_path):
    # 240 − 40 in the proportion 3 : 1.
    found = demand_of(tmp_path, units=UNITS, demand=DEMAND)
    assert found == pytest.approx({"fixed": 40, "big": 150, "small": 50})


def test_without_potential_a_cell_is_shared_evenly(tmp_path):
    units = UNITS.replace(",300", ",").replace("1,,100", "1,,")
    assert demand_of(tmp_path, units=units, demand=DEMAND) == pytest.approx(
        {"fixed": 40, "big": 100, "small": 100}
    )


def test_own_history_comes_before_potential(tmp_path):
    history = "date,unit,territory,segment,sales\n2025-12-01,small,East,Key,9\n"
    found = demand_of(tmp_path, units=UNITS, demand=DEMAND, history=history)
    assert found == pytest.approx({"fixed": 40, "big": 0, "small": 200})


def test_fixed_units_beyond_their_cell_leave_nothing(tmp_path):
    found = demand_of(tmp_path, units=UNITS.replace("1,40,", "1,400,"), demand=DEMAND)
    assert found == pytest.approx({"fixed": 400, "big": 0, "small": 0})


def test_demand_by_unit_wins_over_the_column(tmp_path):
    demand = "period,unit,territory,segment,mean\n2026-01,fixed,East,Key,70\n"
    assert demand_of(tmp_path, units=UNITS, demand=demand)["fixed"] == pytest.approx(70)


def test_without_any_source_demand_is_nothing(tmp_path):
    units = "unit,territory,segment,hours\nu1,East,Key,1\n"
    assert demand_of(tmp_path, units=units) == {"u1": 0}


def test_forecast_that_no_unit_can_sell_is_told(tmp_path):
    demand = DEMAND + "2026-01,West,Key,500\n"
    territories = "territory\nEast\nWest\n"
    problem = problem_of(tmp_path, units=UNITS, demand=demand, territories=territories)
    assert any("500" in note and "West/Key" in note for note in problem.notes)


def test_potential_below_demand_is_no_ceiling_below_demand(tmp_path):
    units = (
        "unit,territory,segment,hours,demand,potential\na,East,Key,1,100,60\nb,East,Key,1,100,\n"
    )
    ceiling = problem_of(tmp_path, units=units).ceiling.iloc[:, 0]
    assert ceiling["a"] == 100
    assert ceiling["b"] == float("inf")
