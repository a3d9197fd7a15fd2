"""Attainable quotas: the share of expected sales that demand reaches with a probability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from allocopt.problem.attainable import attainable_shares, passed_with
from allocopt.problem.demand_samples import DemandSamples

# In one of two outcomes u1 sells 50 and u2 150, in the other the other way round; u3 always sells 100.
KEYS = pd.DataFrame({"territory": "East", "segment": "Key", "unit": ["u1", "u2", "u3"]})
DEMAND = np.array([[[50.0], [150], [100]], [[150.0], [50], [100]]])
SAMPLES = DemandSamples(KEYS, ("2026-01",), np.array([0.5, 0.5]), DEMAND)
REPS = pd.DataFrame(index=["Ann", "Bob"])


def shares(owners, probability):
    index = pd.Index(["u1", "u2", "u3"], name="unit")
    units = KEYS.drop(columns="unit").set_index(index).assign(owner=owners)
    demand = pd.DataFrame({"2026-01": 100.0}, index=index)
    found = attainable_shares(probability, units, REPS, demand, SAMPLES)
    assert found is not None
    return found["2026-01"].to_dict()


@pytest.mark.parametrize(("probability", "ann"), [(0.9, 0.5), (0.5, 1.5)])
def test_share_is_what_the_own_units_reach(probability, ann):
    # Bob's unit is certain.
    assert shares(["Ann", "", "Bob"], probability) == {"Ann": ann, "Bob": 1}


def test_units_that_move_against_each_other_make_up_for_each_other():
    assert shares(["Ann", "Ann", "Bob"], 0.9) == {"Ann": 1, "Bob": 1}


def test_rep_without_units_is_held_to_what_all_reach():
    assert shares(["Ann", "", ""], 0.9) == {"Ann": 0.5, "Bob": 1}


def test_nothing_is_held_where_nothing_is_asked():
    assert attainable_shares(None, KEYS, REPS, pd.DataFrame(), SAMPLES) is None


def test_highest_value_that_enough_outcomes_reach():
    values, weight = np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3])
    assert [float(passed_with(values, p, weight)) for p in (0.2, 0.5, 0.6)] == [3, 2, 1]
