"""Weights of opinions: by the past, by how much of it there is, and none without it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
import pytest
from forecasting.opinions.deals_and_sales import MONTHS, PLACES, SERIES, baseline, deals
from hypothesis import given, settings
from hypothesis import strategies as st

from allocopt.forecasting.opinions import WEIGHTS, Opinion, TrackRecord, blend, read_pipeline


def opinion(
    mean: object,
    errors: object,
    statistical_errors: object,
    *,
    source: str = "judgement",
    origins: int = 10,
) -> Opinion:
    """One scope that speaks of one series with sales of 100, and was off by `errors`."""
    mean = np.atleast_2d(np.asarray(mean, dtype=float))
    shape = (origins, 1, mean.shape[1])
    actual = np.full(shape, 100.0)
    said = actual + errors
    record = TrackRecord(
        pd.DataFrame({"scope": ["Ann"], "kind": ["rep"]}),
        actual + statistical_errors,
        said,
        said,
        actual,
    )
    kind = np.where(np.isnan(mean), -1, 0)
    return Opinion(source, mean, ("rep",), kind, record)


STATISTICAL = np.array([[100.0]])


def test_equal_errors_share_equally_as_far_as_they_are_trusted():
    # Ten comparisons are half trusted: a precision of ½ beside 1 is a weight of one third.
    found = blend(STATISTICAL, [opinion(160.0, 10.0, -10.0)])
    assert found.table["weight"].tolist() == pytest.approx([1 / 3])
    assert found.mean[0, 0] == pytest.approx(120)


def test_half_the_error_is_four_times_the_weight():
    # Precision 4, half trusted: 2 of 3.
    found = blend(STATISTICAL, [opinion(160.0, 5.0, -10.0)])
    assert found.table["weight"].tolist() == pytest.approx([2 / 3])
    assert found.mean[0, 0] == pytest.approx(140)


def test_weight_falls_to_nothing_with_the_number_of_comparisons():
    weights = [
        blend(STATISTICAL, [opinion(1.0, 10.0, 10.0, origins=n)]).table["weight"].iloc[0]
        for n in (0, 1, 10, 1000)
    ]
    assert weights == pytest.approx([0, 1 / 12, 1 / 3, 1000 / 1010 / (1 + 1000 / 1010)])


def test_opinion_without_a_past_has_the_weight_that_is_configured():
    told = opinion(160.0, 0.0, 0.0, origins=0)
    assert blend(STATISTICAL, [told]).mean[0, 0] == 100
    assert blend(STATISTICAL, [told], {"judgement": 0.25}).mean[0, 0] == pytest.approx(115)
    assert blend(STATISTICAL, [told], {"pipeline": 0.25}).mean[0, 0] == 100


def test_configured_weight_does_not_replace_a_past():
    told = opinion(160.0, 10.0, 10.0)
    given_ = blend(STATISTICAL, [told], {"judgement": 0.9}).mean
    np.testing.assert_array_equal(given_, blend(STATISTICAL, [told]).mean)


def test_silent_opinion_leaves_the_statistical_forecast_as_it_is():
    found = blend(np.array([[100.0, 200.0]]), [opinion([nan, 400.0], 10.0, 10.0)])
    assert found.mean[0, 0] == 100
    assert found.mean[0, 1] > 200


def test_two_opinions_and_statistics_share_by_their_precisions():
    # 1 : ½ : ½ of 100, 160 and 40.
    both = [
        opinion(160.0, 10.0, 10.0),
        opinion(40.0, 10.0, 10.0, source="pipeline"),
    ]
    found = blend(STATISTICAL, both)
    assert found.table["weight"].tolist() == pytest.approx([0.25, 0.25])
    assert found.mean[0, 0] == pytest.approx(100)


def test_each_class_of_horizon_has_its_own_weight():
    # Right next month, far off later.
    errors = np.array([1.0, 50.0, 50.0])
    found = blend(np.full((1, 3), 100.0), [opinion([130.0] * 3, errors, 10.0)])
    assert found.table.columns.tolist() == WEIGHTS
    assert found.table["horizon"].tolist() == ["1", "2–3"]
    assert found.table["weight"].iloc[0] > 0.9
    assert found.table["weight"].iloc[1] < 0.05
    assert found.table["wape"].tolist() == pytest.approx([0.01, 0.5])
    assert found.table["bias"].tolist() == pytest.approx([0.01, 0.5])
    assert found.table["n"].tolist() == [10, 10]


def test_opinion_that_was_always_exact_is_not_taken_for_truth():
    found = blend(STATISTICAL, [opinion(200.0, 0.0, 10.0)])
    assert found.table["weight"].iloc[0] == pytest.approx(10 / 11)


def test_many_scopes_at_one_origin_are_trusted_like_a_few():
    # 1,000 scopes at one origin share one market: five count, a third is trusted.
    shape = (1, 1000, 1)
    actual = np.full(shape, 100.0)
    scopes = pd.DataFrame({"scope": [f"s{n}" for n in range(1000)], "kind": "cell"})
    record = TrackRecord(scopes, actual + 10, actual - 10, actual - 10, actual)
    mean = np.full((1000, 1), 100.0)
    told = Opinion("pipeline", mean, ("cell",), np.zeros((1000, 1), int), record)
    found = blend(mean, [told])
    assert found.table["weight"].iloc[0] == pytest.approx((1 / 3) / (4 / 3))
    assert found.table["n"].iloc[0] == 1000


def test_no_opinions_leave_the_forecast_as_it_is():
    found = blend(STATISTICAL, [])
    np.testing.assert_array_equal(found.mean, STATISTICAL)
    assert found.table.columns.tolist() == WEIGHTS


def test_scope_that_never_sold_anything_decides_nothing():
    told = opinion(160.0, -100.0, -50.0)
    record = told.record
    nothing = TrackRecord(
        record.scopes, record.statistical, record.said, record.opinion, np.zeros_like(record.actual)
    )
    found = blend(STATISTICAL, [Opinion("judgement", told.mean, told.kinds, told.kind, nothing)])
    assert np.isfinite(found.mean).all()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0, 300), min_size=1, max_size=8),
    st.lists(st.floats(-200, 200), min_size=1, max_size=2),
    st.sampled_from([1e-9, 1.0, 1e12]),
)
def test_mean_lies_between_its_parts_and_scales_with_the_currency(means, errors, unit):
    values = np.array([means])
    told = opinion(values, errors[0], errors[-1])
    found = blend(np.full(values.shape, 100.0), [told])
    assert (found.mean >= np.minimum(values, 100) - 1e-9).all()
    assert (found.mean <= np.maximum(values, 100) + 1e-9).all()
    record = told.record
    scaled = TrackRecord(
        record.scopes,
        *(unit * part for part in (record.statistical, record.said)),
        unit * record.opinion,
        unit * record.actual,
    )
    other = Opinion("judgement", unit * told.mean, told.kinds, told.kind, scaled)
    again = blend(np.full(values.shape, 100.0 * unit), [other])
    np.testing.assert_allclose(again.mean, unit * found.mean, rtol=1e-9)


def test_pipeline_that_knows_next_month_improves_on_statistics():
    # All sales are deals, found a month ahead and always won; statistics only know their mean.
    random = np.random.default_rng(8)
    sales = random.gamma(2, 50, (3, 14))  # eleven months of 2025 and the plan's three
    months = [MONTHS.shift(MONTHS.plan_start, step) for step in range(-11, 3)]
    rows = [
        {
            "deal": f"{unit}-{k}",
            "snapshot_date": months[k],
            "unit": unit,
            "stage": "Won",
            "amount": sales[number, k],
            "close": months[k] + pd.Timedelta(days=9),
        }
        for k in range(12)
        for number, unit in enumerate(SERIES["unit"])
    ]
    base = baseline(100.0, origins=11)
    windows = np.stack([sales[:, k : k + 3] for k in range(11)])
    ahead = np.arange(11)[:, None] + np.arange(3)[None, :]
    came = np.where((ahead >= 11)[:, None, :], np.nan, windows)
    found = read_pipeline(deals(*rows), replace(base, actual=came), PLACES)
    blended = blend(base.mean, [found.opinion])
    next_month = sales[:, 11]
    assert np.abs(blended.mean[:, 0] - next_month).sum() < 0.6 * np.abs(100 - next_month).sum()
    # Of the months after, the pipeline knows nothing: they stay as they are.
    np.testing.assert_allclose(blended.mean[:, 1:], 100)
