"""A scenario folder goes in, a forecast comes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from forecasting.sales import MONTHS, QUARTERS, TREE, history, seasonal

from allocopt.forecasting import forecast_scenario
from allocopt.scenario import load_scenario

UNITS = """unit,territory,segment,hours
a,North,big,10
b,South,small,10
"""
REPS = """rep,hours
Ann,40
"""
YAML = """
calendar: {period: quarter, plan_start: 2026-01-01, plan_periods: 4, input_period: quarter}
forecast: {recipe: fast, interval: 0.9}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenario.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "reps.csv").write_text(REPS, encoding="utf-8")
    TREE.assign(parent=None).to_csv(tmp_path / "territories.csv", index=False)
    (tmp_path / "segments.csv").write_text("segment,margin\nbig,0.5\nsmall,0.5\n", encoding="utf-8")
    history(seasonal()).drop(columns="unit").to_csv(tmp_path / "history.csv", index=False)
    return tmp_path


def test_history_of_a_scenario_is_forecast(folder: Path) -> None:
    result = forecast_scenario(load_scenario(folder))
    assert set(result.table["period"]) == set(QUARTERS.labels)
    assert len(result.table) == 6 * 4
    assert result.past["period"].max() == "2025Q4"


def test_a_demand_table_comes_before_history(folder: Path) -> None:
    rows = [f"{label},North,big,{100 + k}" for k, label in enumerate(QUARTERS.labels)]
    text = "\n".join(["period,territory,segment,mean", *rows])
    (folder / "demand.csv").write_text(text, encoding="utf-8")
    result = forecast_scenario(load_scenario(folder))
    assert result.table["mean"].tolist() == [100, 101, 102, 103]
    assert result.provenance["forecaster"].tolist() == ["given"]
    assert len(result.past)


def test_months_of_history_serve_a_monthly_plan(folder: Path) -> None:
    settings = ["calendar.period=month", "calendar.plan_periods=6"]
    result = forecast_scenario(load_scenario(folder, settings))
    assert set(result.table["period"]) == set(MONTHS.labels)
