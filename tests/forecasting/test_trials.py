"""Trials: what was forecast at earlier dates beside what came."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.cases import fitted, opened
from forecasting.sales import QUARTERS, history, seasonal

from allocopt.forecasting.evaluation import Origins
from allocopt.forecasting.trials import (
    at_grain,
    compare,
    comparison_of,
    report_rows,
    targets_at,
    wape_over_cells,
)

TWO = {("North", "a", ""): [1.0, 2, 3, 4, 5, 6, 7, 8], ("South", "a", ""): [10.0] * 8}
ORIGINS = Origins((5, 6), 2)


def test_what_came_is_what_the_books_say_of_every_node() -> None:
    record = opened(history(TWO)).record
    nodes = len(record.structure)
    trials = compare(record, ORIGINS, [np.zeros((nodes, 2))] * 2)
    company = record.structure.at("company")[0]
    assert trials.actual[:, company].tolist() == [[16, 17], [17, 18]]
    assert len(trials) == 2


def test_a_gap_of_the_books_is_compared_with_nothing() -> None:
    rows = history({key: [*own * 2, 9.0] for key, own in TWO.items()})
    label = sorted(rows["date"].unique())[14]
    record = opened(rows[rows["date"] != label]).record
    trials = compare(record, Origins((13,), 2), [np.zeros((len(record.structure), 2))])
    assert np.isnan(trials.actual[0, :, 1]).all()
    assert np.isfinite(trials.actual[0, :, 0]).all()
    assert np.isfinite(trials.nodes).all()


def test_error_over_cells_is_a_share_of_their_sales() -> None:
    record = opened(history(TWO)).record
    actual = record.structure.sum(record.judged.values)
    off = [actual[:, place : place + 2] * 1.1 for place in ORIGINS.places]
    assert wape_over_cells(compare(record, ORIGINS, off), record) == pytest.approx(0.1)
    unknown = [np.full_like(own, np.nan) for own in off]
    assert np.isnan(wape_over_cells(compare(record, ORIGINS, unknown), record))


def test_dates_are_the_same_in_finer_periods() -> None:
    months = pd.date_range("2020-01-01", "2025-12-01", freq="MS")
    values = np.random.default_rng(1).uniform(50, 90, len(months))
    rows = pd.DataFrame(
        {"date": months, "territory": "North", "segment": "a", "unit": "", "sales": values}
    )
    case = opened(rows, QUARTERS)
    assert list(case.record.panels) == ["quarter", "month"]
    origins = Origins((18, 20), 4)
    finer = at_grain(case.record, origins, "month")
    assert (finer.places, finer.horizon) == ((54, 60), 12)
    assert at_grain(case.record, origins, "quarter") == origins
    targets = targets_at(case.record, origins, 0)
    assert targets.starts[0] == pd.Timestamp("2024-07-01")
    assert len(targets) == 4


def test_every_reported_row_has_a_level() -> None:
    record = opened(history(seasonal(units=2))).record
    rows, levels = report_rows(record)
    assert len(rows) == len(levels)
    counts = dict(zip(*np.unique(levels, return_counts=True), strict=True))
    # Two cells in each of three territories; Inland, Coast and the company above them.
    assert counts == {"cell": 6, "company": 1, "node": 6, "unit": 12}


def test_forecasts_are_compared_level_by_level() -> None:
    made = fitted(history(seasonal()))
    record, trials = made.case.record, made.trials
    comparison = comparison_of(record, trials, {"ours": trials.forecast, "perfect": trials.actual})
    assert set(comparison.level_names) == {"cell", "node", "company"}


def test_held_out_forecasts_add_up() -> None:
    made = fitted(history(seasonal(units=2)))
    structure = made.case.record.structure
    assert len(made.trials) == 2
    for forecast in made.trials.forecast:
        series = forecast[structure.aggregates :]
        np.testing.assert_allclose(forecast, structure.summing @ series, rtol=1e-9)
