"""Uplift: effects that can be worked out by hand are found, shrunk, stripped and put back."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from forecasting.effects.happenings import occurrences
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allocopt.forecasting.effects import Occurrences, UpliftOptions, fit_uplift, no_events

MONTHLY = 12
UNSHRUNK = UpliftOptions(shrinkage=1e-9)
# One month in five, so that every baseline has quiet neighbours.
FOUR_TIMES = [3, 10, 17, 24]


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def multiplied(values: np.ndarray, given: Occurrences, *factors: float) -> np.ndarray:
    """Values with each event's factor wherever it runs."""
    logs = np.einsum("ect,e->ct", given.intensity[:, given.place], np.log(factors))
    return values * np.exp(logs)[:, : values.shape[1]]


def test_an_event_that_doubles_sales_is_found() -> None:
    happened = occurrences({"sale": [(0, period) for period in FOUR_TIMES]}, 1, past=30)
    values = multiplied(np.full((1, 30), 50.0), happened, 2.0)
    uplift = fit_uplift(values, MONTHLY, happened, options=UNSHRUNK)
    row = uplift.table().iloc[0]
    assert (row["event"], row["kind"], row["n"]) == ("sale", "promotion", pytest.approx(4))
    assert row["uplift"] == pytest.approx(1.0)
    np.testing.assert_allclose(uplift.strip(values), 50.0)


def test_few_occurrences_are_shrunk_by_hand() -> None:
    # Four months of a doubling against a shrinkage of 4: the kind keeps a half of log 2, the event
    # a half of what is left, a quarter.
    happened = occurrences({"sale": [(0, period) for period in FOUR_TIMES]}, 1, past=30)
    values = multiplied(np.full((1, 30), 50.0), happened, 2.0)
    row = fit_uplift(values, MONTHLY, happened).table().iloc[0]
    assert row["uplift"] == pytest.approx(2**0.75 - 1)
    assert row["measured"] == pytest.approx(1.0)


def test_events_of_a_kind_are_drawn_to_each_other() -> None:
    # Kind: 4 · 1 / (8 + 4) = 1/3. Event a: 1/3 + 4/8 · (1 − 1/3) = 2/3; b: 1/3 − 4/8 · 1/3 = 1/6.
    happened = occurrences(
        {"a": [(0, period) for period in FOUR_TIMES], "b": [(1, period) for period in FOUR_TIMES]},
        2,
        past=30,
    )
    values = multiplied(np.full((2, 30), 50.0), happened, np.e, 1.0)
    table = fit_uplift(values, MONTHLY, happened).table()
    np.testing.assert_allclose(np.log1p(table["uplift"]), [2 / 3, 1 / 6], rtol=1e-9)


def test_kinds_are_not_drawn_to_each_other() -> None:
    cells = [(row, period) for row in range(50) for period in FOUR_TIMES]
    happened = occurrences(
        {"sale": cells, "strike": [(50, 10)]}, 51, past=30, kinds={"strike": "strike"}
    )
    values = multiplied(np.full((51, 30), 50.0), happened, 2.0, 0.5)
    table = fit_uplift(values, MONTHLY, happened).table().set_index("event")
    assert table.loc["sale", "uplift"] == pytest.approx(1.0, rel=0.01)
    # Seen once: 1/5 of log ½ by the kind, 1/5 of the rest by the event.
    assert table.loc["strike", "uplift"] == pytest.approx(0.5 ** (1 - 0.8**2) - 1)


def test_groups_are_drawn_to_the_event_of_all() -> None:
    cells = [(row, period) for row in range(20) for period in FOUR_TIMES]
    happened = occurrences({"sale": cells}, 20, past=30)
    values = multiplied(np.full((20, 30), 50.0), happened, 2.0)
    values[:10, FOUR_TIMES] *= 1.2
    groups = np.array(["North"] * 10 + ["South"] * 10)
    table = fit_uplift(values, MONTHLY, happened, groups).table().set_index("scope")
    assert table["n"].tolist() == pytest.approx([80, 40, 40])
    pooled = np.log1p(table.loc["", "uplift"])
    for scope, own in (("North", 2.4), ("South", 2.0)):
        expected = pooled + 40 / 44 * (np.log(own) - pooled)
        assert np.log1p(table.loc[scope, "uplift"]) == pytest.approx(expected)


def test_events_that_overlap_are_told_apart() -> None:
    happened = occurrences(
        {"sale": [(0, 3), (0, 10), (0, 17)], "fair": [(0, 10), (0, 17), (0, 24)]}, 1, past=30
    )
    values = multiplied(np.full((1, 30), 50.0), happened, 2.0, 1.5)
    table = fit_uplift(values, MONTHLY, happened, options=UNSHRUNK).table()
    np.testing.assert_allclose(table["uplift"], [1.0, 0.5], rtol=1e-6)


def test_half_a_month_of_an_event_tells_of_a_whole_one() -> None:
    happened = occurrences({"sale": [(0, period) for period in FOUR_TIMES]}, 1, past=30)
    half = Occurrences(
        happened.events,
        happened.kinds,
        happened.planned / 2,
        happened.surprise,
        happened.place,
        happened.past,
    )
    values = multiplied(np.full((1, 30), 50.0), half, 4.0)
    assert values[0, 3] == pytest.approx(100)
    uplift = fit_uplift(values, MONTHLY, half, options=UNSHRUNK)
    assert uplift.table()["uplift"].iloc[0] == pytest.approx(3.0)


def test_a_season_is_not_taken_for_an_event() -> None:
    # Sales double every December; the promotion runs in some other months and does nothing.
    values = np.full((30, 60), 50.0)
    values[:, 11::12] = 100
    cells = [(row, 5 + (row * 7 + step * 13) % 50) for row in range(30) for step in range(3)]
    happened = occurrences({"sale": cells}, 30, past=60)
    assert abs(fit_uplift(values, MONTHLY, happened).table()["uplift"].iloc[0]) < 0.01


def test_a_policy_that_stays_is_a_step() -> None:
    # Sales rise by half for good; each region has the policy from another month on.
    values = np.full((12, 48), 80.0)
    cells = [(row, period) for row in range(12) for period in range(20 + row, 51)]
    happened = occurrences({"licence": cells}, 12, past=48, kinds={"licence": "policy"})
    values = multiplied(values, happened, 1.5)
    uplift = fit_uplift(values, MONTHLY, happened)
    assert uplift.table()["uplift"].iloc[0] == pytest.approx(0.5, rel=0.02)
    # Without the policy the forecast falls back to where it was.
    flat = np.full((12, 3), 80.0)
    np.testing.assert_allclose(uplift.apply(flat), 120, rtol=0.02)
    called_off = happened.without(["licence"])
    np.testing.assert_array_equal(uplift.apply(flat, called_off), flat)


def test_without_events_nothing_changes_by_a_bit() -> None:
    values = np.random.default_rng(1).normal(10, 5, (4, 30))
    uplift = fit_uplift(values, MONTHLY, no_events(4, 30, 6))
    np.testing.assert_array_equal(uplift.strip(values), values)
    np.testing.assert_array_equal(uplift.apply(values[:, :6]), values[:, :6])
    assert len(uplift.table()) == 0


def test_series_and_periods_without_an_event_are_untouched_by_a_bit() -> None:
    happened = occurrences({"sale": [(0, period) for period in FOUR_TIMES]}, 2, past=30)
    values = multiplied(np.random.default_rng(1).uniform(5, 9, (2, 30)), happened, 2.0)
    stripped = fit_uplift(values, MONTHLY, happened).strip(values)
    quiet = np.delete(np.arange(30), FOUR_TIMES)
    np.testing.assert_array_equal(stripped[1], values[1])
    np.testing.assert_array_equal(stripped[0, quiet], values[0, quiet])


def test_an_event_planned_for_the_first_time_gets_the_effect_of_its_kind() -> None:
    cells = [(row, period) for row in range(50) for period in FOUR_TIMES]
    happened = occurrences({"sale": cells, "new sale": [(0, 31)]}, 50, past=30)
    values = multiplied(np.full((50, 30), 50.0), happened, 2.0, 1.0)
    forecast = fit_uplift(values, MONTHLY, happened).apply(np.full((50, 3), 50.0))
    assert forecast[0].tolist() == [50, pytest.approx(100, rel=0.02), 50]


def test_a_promotion_of_all_series_at_once_is_one_trial_of_it() -> None:
    # A hundred series that move together by ±20 % tell of one promotion about as much as one does.
    random = np.random.default_rng(3)
    common = np.exp(random.normal(0, 0.2, 40))
    values = 50 * common * np.exp(random.normal(0, 0.02, (100, 40)))
    happened = occurrences({"sale": [(row, 20) for row in range(100)]}, 100, past=40)
    assert fit_uplift(values, MONTHLY, happened).table()["n"].iloc[0] < 2
    alone = 50 * np.exp(random.normal(0, 0.2, (100, 40)))
    assert fit_uplift(alone, MONTHLY, happened).table()["n"].iloc[0] > 30


def test_short_supply_never_raises_sales() -> None:
    happened = occurrences(
        {"plant": [(0, period) for period in FOUR_TIMES]}, 1, past=30, kinds={"plant": "supply"}
    )
    values = multiplied(np.full((1, 30), 50.0), happened, 2.0)
    uplift = fit_uplift(values, MONTHLY, happened)
    np.testing.assert_array_equal(uplift.strip(values), values)


def test_what_was_not_sold_for_want_of_supply_is_unknown() -> None:
    happened = occurrences({"plant": [(0, 5), (0, 6)]}, 1, past=30, kinds={"plant": "supply"})
    values = np.full((1, 30), 50.0)
    values[0, 5] = 0
    stripped = fit_uplift(values, MONTHLY, happened).strip(values)
    assert np.flatnonzero(np.isnan(stripped[0])).tolist() == [5]
    # Of a series that tells nothing else, all would be unknown: it stays as it is.
    always = occurrences(
        {"plant": [(0, period) for period in range(30)]}, 1, past=30, kinds={"plant": "supply"}
    )
    silent = np.zeros((1, 30))
    np.testing.assert_array_equal(fit_uplift(silent, MONTHLY, always).strip(silent), silent)


def test_a_faint_event_never_promises_more_than_any_event_has_shown() -> None:
    # A twentieth of a month at 15 times the sales, thousands of times, would be 15²⁰ for a month.
    cells = [(row, period) for row in range(400) for period in FOUR_TIMES]
    full = occurrences({"sale": [*cells, (0, 31)]}, 400, past=30)
    planned = full.planned.copy()
    planned[:, :, :30] /= 20
    faint = replace(full, planned=planned)
    values = np.full((400, 30), 50.0)
    values[:, FOUR_TIMES] *= 15
    forecast = fit_uplift(values, MONTHLY, faint).apply(np.ones((400, 3)))
    assert forecast.max() == pytest.approx(20)


def test_nothing_after_the_past_is_seen() -> None:
    random = np.random.default_rng(6)
    cells = [(row, period) for row in range(6) for period in (5 + row, 22, 31)]
    happened = occurrences({"sale": cells}, 6, past=36)
    values = multiplied(random.uniform(5, 9, (6, 36)), happened, 2.0)
    changed = values.copy()
    changed[:, 30:] = random.uniform(1, 99, (6, 6))
    then = happened.seen_from(30)
    left = fit_uplift(values[:, :30], MONTHLY, then).apply(np.ones((6, 4)))
    right = fit_uplift(changed[:, :30], MONTHLY, then).apply(np.ones((6, 4)))
    np.testing.assert_array_equal(left, right)
    assert (left[:, 1] > 1).all()


def test_effects_of_seeded_noisy_promotions_are_unbiased() -> None:
    random = np.random.default_rng(5)
    runs = [(int(row), int(period)) for row, period in np.argwhere(random.random((300, 60)) < 0.1)]
    happened = occurrences({"sale": runs}, 300, past=60)
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(60) / 12)
    noisy = 50 * season * np.exp(random.normal(0, 0.1, (300, 60)))
    uplift = fit_uplift(multiplied(noisy, happened, 1.25), MONTHLY, happened)
    row = uplift.table().iloc[0]
    assert row["uplift"] == pytest.approx(0.25, abs=0.01)
    assert 0 < row["error"] < 0.01


def test_money_units_change_nothing() -> None:
    random = np.random.default_rng(2)
    happened = occurrences({"sale": [(row, 3 + row) for row in range(8)]}, 8, past=40)
    values = multiplied(random.uniform(5, 9, (8, 40)), happened, 2.0)
    left = fit_uplift(values, MONTHLY, happened)
    for unit in (1e-9, 7.0, 1e12):
        right = fit_uplift(values * unit, MONTHLY, happened)
        np.testing.assert_allclose(right.strip(values * unit), left.strip(values) * unit, rtol=1e-9)


def test_the_order_of_series_changes_nothing() -> None:
    random = np.random.default_rng(2)
    cells = [(row, period) for row in range(8) for period in (3 + row, 25)]
    happened = occurrences({"sale": cells}, 8, past=40)
    values = multiplied(random.uniform(5, 9, (8, 40)), happened, 2.0)
    groups = np.array(list("ababbaab"))
    order = random.permutation(8)
    left = fit_uplift(values, MONTHLY, happened, groups).strip(values)
    right = fit_uplift(values[order], MONTHLY, happened.of_series(order), groups[order])
    np.testing.assert_allclose(right.strip(values[order]), left[order], rtol=1e-12)


HOSTILE = arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(1, 30)),
    elements=st.sampled_from([0.0, 1.0, -3.0, 5e11, 1e-9, 7.5, float("nan")]),
)


@settings(max_examples=150, deadline=None)
@given(values=HOSTILE, seed=st.integers(0, 99), season=st.sampled_from([1, 4, 12]))
def test_hostile_histories_give_finite_forecasts(
    values: np.ndarray, seed: int, season: int
) -> None:
    series, past = values.shape
    runs = np.random.default_rng(seed).random((series, past + 3)) < 0.4
    cells = [(int(row), int(period)) for row, period in np.argwhere(runs)]
    happened = occurrences(
        {"sale": cells, "plant": cells[::2]}, series, past, kinds={"plant": "supply"}
    )
    with np.errstate(all="raise", under="ignore"):
        uplift = fit_uplift(values, season, happened, np.arange(series) % 2)
        stripped = uplift.strip(values)
        forecast = uplift.apply(np.ones((series, 3)))
    assert np.isfinite(forecast).all()
    assert (forecast > 0).all()
    known = ~np.isnan(values)
    # Only sales without supply become unknown, and never all of a series.
    assert not (np.isnan(stripped) & known & (values > 0)).any()
    assert (np.isnan(stripped).all(axis=1) == ~known.any(axis=1)).all()
    kept = ~np.isnan(stripped)
    restored = stripped * uplift.factor()[:, :past]
    np.testing.assert_allclose(restored[kept], values[kept], rtol=1e-12)
