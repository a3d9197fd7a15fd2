"""Outcomes: bounds, joint paths and scenarios around one and the same forecast."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting.cases import FAST, fitted
from forecasting.sales import history, seasonal

from allocopt.forecasting.fitting import Fitted
from allocopt.forecasting.outcomes import Outcomes, quantiles_of


@pytest.fixture(scope="module")
def made() -> Fitted:
    return fitted(history(seasonal(units=2)))


@pytest.fixture(scope="module")
def outcomes(made: Fitted) -> Outcomes:
    return made.outcomes(made.mean())


def test_an_interval_leaves_out_as_much_below_as_above() -> None:
    np.testing.assert_allclose(quantiles_of(0.9), [0.05, 0.5, 0.95])


def test_every_path_is_coherent_and_not_negative(made: Fitted, outcomes: Outcomes) -> None:
    assert outcomes.paths is not None
    structure = made.case.record.structure
    every = np.arange(len(structure))
    nodes = outcomes.paths.at(every)
    assert len(nodes) == len(outcomes.paths) > 100
    for number, path in enumerate(outcomes.paths):
        assert (path >= 0).all()
        np.testing.assert_allclose(structure.summing @ path, nodes[number], rtol=1e-9)


def test_bounds_enclose_the_mean_of_every_node(made: Fitted, outcomes: Outcomes) -> None:
    rows = np.arange(len(made.case.record.structure))
    mean = made.case.record.structure.summing @ made.mean()
    lower, median, upper = outcomes.of(rows, mean)
    assert (lower >= 0).all()
    assert (lower <= np.minimum(mean, median)).all()
    assert (upper >= np.maximum(mean, median)).all()


def test_about_the_promised_share_of_paths_lies_inside(made: Fitted, outcomes: Outcomes) -> None:
    company = made.case.record.structure.at("company")
    mean = made.case.record.structure.summing[company] @ made.mean()
    lower, _, upper = outcomes.of(company, mean)
    assert outcomes.paths is not None
    totals = outcomes.paths.at(company)
    inside = (totals >= lower) & (totals <= upper)
    assert inside.mean() == pytest.approx(FAST.interval, abs=0.05)


def test_scenarios_have_weights_and_the_mean_of_the_forecast(
    made: Fitted, outcomes: Outcomes
) -> None:
    few = outcomes.scenarios(5)
    assert few is not None
    assert few.weight.sum() == pytest.approx(1.0)
    assert (few.bottom >= 0).all()
    mean = np.einsum("k,ksh->sh", few.weight, few.bottom)
    np.testing.assert_allclose(mean, made.mean(), rtol=1e-9)
    assert outcomes.scenarios(0) is None


def test_all_periods_together_are_less_uncertain_than_their_bounds(
    made: Fitted, outcomes: Outcomes
) -> None:
    company = made.case.record.structure.at("company")
    mean = made.case.record.structure.summing[company] @ made.mean()
    total = mean.sum(axis=1, keepdims=True)
    lower, _, upper = outcomes.together().of(company, total)
    each_lower, _, each_upper = outcomes.of(company, mean)
    assert lower[0, 0] <= total[0, 0] <= upper[0, 0]
    assert upper[0, 0] - lower[0, 0] <= (each_upper - each_lower).sum() + 1e-9


def test_without_a_past_anything_up_to_twice_the_mean_may_come() -> None:
    short = fitted(history({("North", "a", ""): [4.0, 6.0]}))
    mean = short.mean()
    lower, median, upper = short.outcomes(mean).of(np.array([0]), mean)
    assert (lower == 0).all()
    np.testing.assert_array_equal(median, mean)
    np.testing.assert_array_equal(upper, 2 * mean)
    assert short.outcomes(mean).scenarios(4) is None
