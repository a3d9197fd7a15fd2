"""Consensus: what the field and the pipeline expect enters by how right it was before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting.cases import fitted, opened
from forecasting.sales import MONTHS, history, seasonal

from allocopt.forecasting.consensus import has_opinions
from allocopt.forecasting.fitting import HOLDOUTS_FOR_OPINIONS, fit

COLUMNS = ["date", "period", "rep", "territory", "segment", "commit", "best_case", "reason", "note"]
ROWS = history(seasonal(periods=60))


def judgement(told: pd.DataFrame) -> pd.DataFrame:
    return told.assign(rep="", reason="", note="", best_case=np.nan).reindex(columns=COLUMNS)


def right_each_month() -> pd.DataFrame:
    """Said a month ahead of each of the last two years: exactly what North/big then sold."""
    cell = ROWS[(ROWS["territory"] == "North") & (ROWS["segment"] == "big")]
    past = cell[cell["date"] >= "2024-01-01"]
    said = pd.DataFrame(
        {
            "date": past["date"] - pd.Timedelta(days=1),
            "period": past["date"],
            "territory": "North",
            "segment": "big",
            "commit": past["sales"],
        }
    )
    return judgement(said)


def said_of_january(amount: float) -> pd.DataFrame:
    """What is said of the first month of the plan."""
    row = {
        "date": pd.Timestamp("2025-12-31"),
        "period": MONTHS.plan_start,
        "territory": "North",
        "segment": "big",
        "commit": amount,
    }
    return judgement(pd.DataFrame([row]))


def test_without_opinions_the_forecast_is_that_of_statistics() -> None:
    made = fitted(ROWS)
    consensus = made.consensus()
    np.testing.assert_array_equal(consensus.mean, made.mean())
    assert consensus.sources == {}
    assert not has_opinions(made.case.sources)


def test_opinions_without_a_past_are_told_and_have_no_weight() -> None:
    made = fitted(ROWS, judgement=said_of_january(1e6))
    forecast = made.forecast()
    table = forecast.table
    np.testing.assert_allclose(table["mean"], table["statistical"], rtol=1e-9)
    january = table[(table["territory"] == "North") & (table["period"] == "2026-01")]
    assert january.loc[january["segment"] == "big", "judgement"].item() == pytest.approx(1e6)
    assert table["judgement"].isna().any()


def test_opinions_that_were_right_draw_the_forecast_to_what_they_say() -> None:
    said = pd.concat([right_each_month(), said_of_january(800.0)], ignore_index=True)
    made = fitted(ROWS, judgement=said)
    statistical, consensus = made.mean(), made.consensus()
    row = made.case.record.judged.series.query("territory == 'North' and segment == 'big'").index[0]
    assert statistical[row, 0] < consensus.mean[row, 0] <= 800.0
    others = np.delete(np.arange(len(statistical)), row)
    np.testing.assert_allclose(consensus.mean[others], statistical[others], rtol=1e-9)
    np.testing.assert_allclose(consensus.mean[row, 1:], statistical[row, 1:], rtol=1e-9)
    weights = consensus.weights
    assert weights["weight"].max() > 0.3


def test_opinions_are_judged_at_more_dates_than_a_weight_is_chosen_by() -> None:
    assert len(fitted(ROWS).trials) == 2
    assert len(fitted(ROWS, judgement=right_each_month()).trials) == HOLDOUTS_FOR_OPINIONS


def test_what_was_said_later_is_not_known_at_an_origin() -> None:
    later = right_each_month()
    # The last two months of the targets were only spoken of after the origin.
    later["commit"] = np.where(later["date"] > "2025-06-01", 9e9, later["commit"])
    first, second = (
        fit(opened(ROWS, judgement=said).at(53, 3), lambda done, message: None).consensus()
        for said in (right_each_month(), later)
    )
    assert "judgement" in first.sources
    np.testing.assert_array_equal(first.mean, second.mean)


def test_what_was_said_too_late_is_left_out_and_told() -> None:
    late = said_of_january(1e6).assign(date=pd.Timestamp("2027-12-31"))
    made = fitted(ROWS, judgement=late)
    consensus = made.consensus()
    np.testing.assert_array_equal(consensus.mean, made.mean())
    assert any("table judgement" in note for note in consensus.notes)
