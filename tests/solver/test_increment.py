"""Increment: arrays that are changed are those that would be made anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_arrays import assert_same
from support_plan import EVERYTHING, EVERYTHING_TABLES, HEAD
from support_scenario import write_scenario

from allocopt.config import parse_settings
from allocopt.errors import DataError
from allocopt.forecasting import forecast_scenario
from allocopt.planning import problem_of
from allocopt.scenario import change_scenario, load_scenario
from allocopt.solver.warm.increment import Arrays, Named, arrays_of, incremented, matched

# All rules but those whose rows come in rounds or are numbered through.
YAML = EVERYTHING.replace("contiguity: {hard: true, ", "contiguity: {").replace(", max_reps: 3", "")
NO_RISK = YAML.replace("risk: {samples: 3, weight: 0.1, cvar_level: 0.6}", "")
ALL_PAIRS = 1.0
OWNED = {**EVERYTHING_TABLES, "overlays": None}


class World:
    """A scenario with its arrays."""

    def __init__(self, scenario):
        self.scenario, self.forecast = scenario, forecast_scenario(scenario)
        self.arrays = arrays_of(self.problem(scenario))

    def problem(self, scenario):
        """The problem of a scenario with the forecast of the first one."""
        return replace(problem_of(scenario, self.forecast), interchangeable=())

    def changed(self, *texts):
        """The problem of a change."""
        return self.problem(change_scenario(self.scenario, parse_settings(texts)))

    def check(self, *texts):
        """Whether a change is told apart; its arrays are those that are made anew."""
        after = self.changed(*texts)
        step = incremented(self.arrays, after, ALL_PAIRS)
        if step is not None:
            assert_same(step.arrays.named, arrays_of(after).named)
        return step is not None


def small(folder, yaml=YAML, tables=EVERYTHING_TABLES):
    tables = {name: text for name, text in tables.items() if text is not None}
    return World(load_scenario(write_scenario(folder, HEAD.format(months=2) + yaml, **tables)))


@pytest.fixture(scope="module")
def risky(tmp_path_factory):
    return small(tmp_path_factory.mktemp("risky"))


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return small(tmp_path_factory.mktemp("everything"), NO_RISK)


@pytest.fixture(scope="module")
def unsupported(tmp_path_factory):
    return small(tmp_path_factory.mktemp("unsupported"), NO_RISK, OWNED)


CHANGES = [
    "tables.reps.Ann.hours=20",
    "tables.reps.Ann.cost=12",
    "tables.reps.Bob.quota_max=200",
    "tables.reps.Bob.quota_before=90",
    "tables.units.u1.lock=",
    "tables.units.u5.lock=told",
    "tables.units.u4.demand=75",
    "tables.units.u5.potential=99",
    "tables.units.u6.share_max=1",
    "tables.units.u2.renewal=",
    "tables.units.u3.family=",
    "tables.units.u6.apart=",
    "override.units.u1=remove",
    "override.units.u6=remove",
    "tables.pairs.u2;New.value=9",
    "handover.max_units=2",
    "handover.max_share_of_sales=0.5",
    "workload.overtime_cost=3",
    "workload.overtime_max=0.1",
    "headcount.min=0",
    "headcount.hire_cost=50",
    "budget.total_max=40",
    "budget.roi_min=1.0",
    "tables.levers.ads.total_max=20",
    "tables.segments.Key.margin=0.7",
    "tables.targets.least.amount=60",
    "tables.targets.aim.price=0.5",
    "contiguity.cut_price=0.5",
    "quota.fairness=2",
    "balance=[{measure: demand, tolerance: 0.1, price: 0.5, most_outside: 90}]",
]


@pytest.mark.parametrize("change", CHANGES)
def test_changed_arrays_are_those_made_anew(everything, change):
    everything.check(change)


@pytest.mark.parametrize("change", CHANGES[::4])
@pytest.mark.parametrize("world", ["unsupported", "risky"])
def test_so_they_are_with_fewer_rules_and_with_outcomes_of_demand(request, world, change):
    request.getfixturevalue(world).check(change)


def test_changes_of_one_rep_or_unit_are_told_apart(unsupported):
    told = ["tables.reps.Ann.hours=20", "tables.units.u4.demand=75", "override.units.u1=remove"]
    assert all(unsupported.check(change) for change in told)
    assert unsupported.check("tables.reps.New.cost=3", "headcount.hire_cost=50")


@given(st.lists(st.sampled_from(CHANGES), min_size=2, max_size=4, unique=True))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_several_changes_at_once_are_exact_too(unsupported, changes):
    try:
        unsupported.check(*changes)
    except DataError:
        return


def test_what_concerns_all_units_is_made_anew(everything):
    for change in ("workload.hard=false", "quota.over_assignment=0.3", "handover.similarity=0.1"):
        assert not everything.check(change)


def test_arrays_that_do_not_have_the_part_before_are_not_changed(unsupported):
    # A column that costs otherwise than its problem says: the difference would be wrong.
    model = unsupported.arrays.named.model
    wrong = replace(model, cost=model.cost + 1.0)
    before = Arrays(unsupported.arrays.problem, Named(wrong))
    after = unsupported.changed("tables.units.u4.demand=75")
    assert incremented(before, after, ALL_PAIRS) is None
    assert incremented(unsupported.arrays, after, ALL_PAIRS) is not None


def test_values_are_carried_by_name(unsupported):
    after = unsupported.changed("override.units.u1=remove")
    fresh = arrays_of(after)
    step = matched(unsupported.arrays, fresh)
    numbers = {name: float(k) for k, name in enumerate(unsupported.arrays.named.column_names)}
    carried = step.carried(np.array([*numbers.values()]), step.columns, -1.0)
    names = fresh.named.column_names
    assert carried.tolist() == [numbers.get(name, -1.0) for name in names]
    assert not any("u1" in name[-1] for name in names)
