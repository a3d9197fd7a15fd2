"""A study strips a panel of surprises and events, and can be wound back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from forecasting.cases import opened
from forecasting.sales import history, seasonal

from allocopt.forecasting import Options
from allocopt.forecasting.study import Study, closed_at, node_features, prepare


def study(values: dict[tuple[str, str, str], list[float]], **given: object) -> Study:
    clean = bool(given.pop("clean", True))
    case = opened(history(values), options=Options("fast", clean=clean), **given)  # type: ignore[arg-type]
    return prepare(case, "month")[0]


# North/big is the third series; its 31st period is July 2024.
SPIKE = 2, 30


def spiked() -> dict[tuple[str, str, str], list[float]]:
    series = seasonal()
    series["North", "big", ""][30] *= 30
    return series


def test_a_spike_is_tamed_in_the_baseline_and_stays_in_the_books() -> None:
    own = study(spiked())
    assert own.panel.values[SPIKE] > 10 * own.baseline[SPIKE]


def test_cleaning_can_be_switched_off() -> None:
    own = study(spiked(), clean=False)
    np.testing.assert_array_equal(own.baseline, own.panel.values)


def test_without_events_the_factor_is_one_over_past_and_plan() -> None:
    own = study(seasonal())
    assert own.factor.shape == (6, 48 + 6)
    assert (own.factor == 1).all()


def test_a_promotion_is_no_outlier_and_is_stripped_from_the_baseline() -> None:
    random = np.random.default_rng(6)
    series = {("North", f"s{k}", ""): random.normal(100, 2, 48).tolist() for k in range(6)}
    for own in series.values():
        own[30] *= 2
        own[40] *= 2
    start = pd.Series(pd.to_datetime(["2024-07-01", "2025-05-01"]))
    events = pd.DataFrame({"event": "sale", "start": start, "end": start + pd.offsets.MonthEnd(0)})
    own = study(series, events=events.assign(territory="", segment="", kind="promotion"))
    np.testing.assert_array_equal(own.inspection.values[:, 30], own.panel.values[:, 30])
    assert (own.factor[:, [30, 40]] > 1.5).all()
    assert (own.factor[:, 41:] == 1).all()
    np.testing.assert_allclose(own.baseline[:, 30], 100.0, rtol=0.25)


def test_a_series_closes_when_its_silence_is_longer_than_chance_explains() -> None:
    often = [5.0] * 20
    ended = [5.0] * 6 + [0.0] * 14
    assert closed_at(np.array([often, ended]), 4).tolist() == [False, True]
    # By then it had been silent for a season only.
    assert closed_at(np.array([often, ended])[:, :10], 4).tolist() == [False, False]


def test_features_of_a_node_are_the_mean_of_those_that_know_it() -> None:
    own = study({("North", "a", ""): [1.0] * 30, ("South", "a", ""): [2.0] * 30})
    structure = own.task.structure
    told = node_features(np.array([[[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]]]), structure)
    assert told is not None
    np.testing.assert_array_equal(told[0, structure.at("company")[0]], [2.0, 5.0, np.nan])
    assert node_features(None, structure) is None
