"""Beginners get a share of what holds them; series with a past keep their forecast."""

from __future__ import annotations

import numpy as np
import pandas as pd
from forecasting.cases import opened
from forecasting.engine.made import task
from forecasting.sales import history

from allocopt.forecasting.beginners import Beginners, find_beginners, group_of, numbers
from allocopt.forecasting.engine import Task

SERIES = pd.DataFrame(
    {
        "territory": ["North", "South", "East", "North"],
        "segment": "s",
        "unit": ["u000", "u001", "u002", "u003"],
        "product": "",
        "channel": "",
    }
)
NONE = np.zeros(4)


def beginners(
    few: int | None = None,
    waiting: np.ndarray = NONE,
    announced: np.ndarray = NONE,
    series: pd.DataFrame = SERIES,
) -> Beginners:
    return Beginners(series, np.zeros((4, 0)), waiting > 0, announced > 0, few)


def own_task(new: float, known: int = 2) -> Task:
    """Three series that sell 10 in each of 12 periods, and one that has just begun."""
    young = [np.nan] * (12 - known) + [new] * known
    return task([[10.0] * 12, [10.0] * 12, [10.0] * 12, young])


def forecast(own: Task, **given: object) -> np.ndarray:
    """Forecast of the newest series after all nodes were forecast at their last value."""
    base = np.repeat(np.nan_to_num(own.nodes[:, -1:]), own.horizon, axis=1)
    return beginners(**given).replace(base, own)[0][-1]  # type: ignore[arg-type]


def test_who_has_hardly_begun_is_young() -> None:
    own = own_task(5.0)
    base = np.ones((len(own.structure), 3))
    assert beginners().replace(base, own)[1].tolist() == [False, False, False, True]
    assert not beginners(few=2).replace(base, own)[1].any()


def test_a_beginner_of_half_the_size_gets_about_half() -> None:
    assert 5.0 <= forecast(own_task(5.0)).mean() < 7.0
    np.testing.assert_allclose(forecast(own_task(10.0)), 10.0)
    assert 25.0 < forecast(own_task(40.0)).mean() <= 40.0


def test_where_nobody_else_sells_the_share_is_one_of_what_lies_above() -> None:
    # East has no other series: a share of the segment, which sells 10 in each of the others.
    series = SERIES.assign(territory=["North", "South", "North", "East"])
    own = own_task(10.0)
    base = np.repeat(np.nan_to_num(own.nodes[:, -1:]), own.horizon, axis=1)
    alone = beginners(series=series)
    np.testing.assert_allclose(alone.replace(base, own)[0][-1], 10.0)
    stranger = beginners(series=series.assign(segment=["s", "s", "s", "t"]))
    np.testing.assert_allclose(stranger.replace(base, own)[0][-1], 10.0)


def test_the_more_is_known_the_more_it_counts() -> None:
    one, three = (forecast(own_task(2.0, known)).mean() for known in (1, 3))
    assert abs(three - 2.0) < abs(one - 2.0)


def test_series_with_a_past_keep_their_forecast() -> None:
    own = own_task(5.0)
    base = np.arange(len(own.structure) * 3.0).reshape(-1, 3)
    made, _ = beginners().replace(base, own)
    np.testing.assert_array_equal(made[:-1], base[:-1])
    assert not np.array_equal(made[-1], base[-1])


def test_nothing_can_be_a_share_of_a_single_series() -> None:
    own = task([[10.0] * 12, *[[np.nan] * 11 + [5.0]] * 3])
    base = np.ones((len(own.structure), 3))
    made, young = beginners().replace(base, own)
    assert made is base
    assert not young.any()


def test_series_that_stand_for_units_to_come_are_no_beginners() -> None:
    own = own_task(5.0)
    base = np.ones((len(own.structure), 3))
    waiting = np.array([0.0, 0.0, 0.0, 1.0])
    assert not beginners(waiting=waiting).replace(base, own)[1].any()


def test_who_has_not_begun_is_known_only_where_announced_and_only_today() -> None:
    own = own_task(np.nan)
    base = np.zeros((len(own.structure), 3))
    announced = np.array([0.0, 0.0, 0.0, 1.0])
    assert not beginners().replace(base, own)[1].any()
    assert beginners(announced=announced).replace(base, own)[1].tolist()[3]
    assert not beginners(announced=announced).replace(base, own, today=False)[1].any()


def test_figures_of_units_tell_sizes_and_places_do_not() -> None:
    units = pd.DataFrame(
        {
            "unit": ["u000", "u001", "u002", "u003"],
            "beds": [10, 10, 10, 40],
            "latitude": [50.0, 51.0, 52.0, 53.0],
            "change": [-1.0, 2.0, 3.0, 4.0],
            "empty": [np.nan] * 4,
        }
    )
    assert list(numbers(units).columns) == ["beds"]
    case = opened(
        history({("North", "s", f"u00{k}"): [10.0] * 12 for k in range(4)}),
        units=units.assign(territory="North", segment="s"),
    )
    found = find_beginners(case.record.judged.series, case)
    np.testing.assert_array_equal(found.attributes[:, 0], [10, 10, 10, 40])


def test_groups_agree_in_their_columns() -> None:
    assert group_of(SERIES, ["territory"]).tolist() == [1, 2, 0, 1]
    assert group_of(SERIES, []).tolist() == [0, 0, 0, 0]
