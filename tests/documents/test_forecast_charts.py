"""What the charts of a forecast are drawn from."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from support_scenario import write_scenario

from allocopt.documents.pages.forecast_charts import render_forecast_charts, series_tables
from allocopt.forecasting import Forecast, forecast_scenario
from allocopt.scenario import Scenario, load_scenario

YAML = """
calendar: {plan_start: 2026-01-01, plan_periods: 2}
forecast: {recipe: fast}
"""
# North holds East and West; unit u1 is all of East, and one of its sales has a zero too many. The books
# of August 2024 are missing.
TERRITORIES = "territory,parent\nEast,North\nWest,North\n"
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]
MONTHS.remove("2024-08")
HISTORY = "date,territory,segment,unit,sales\n" + "".join(
    f"{month}-01,{place},Key,{unit},{10 * size if (unit, month) == ('u1', '2025-05') else size}\n"
    for place, unit, size in (("East", "u1", 100), ("West", "u3", 50))
    for month in MONTHS
)
EVENTS = """
event,start,end,territory,segment
Fair,2025-11-10,2025-12-05,North,
Local,2025-03-01,2025-03-02,East,Key
Open,2025-08-01,2025-08-31,,
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Forecast]:
    folder = tmp_path_factory.mktemp("charts") / "s"
    write_scenario(folder, YAML, territories=TERRITORIES, history=HISTORY, events=EVENTS)
    scenario = load_scenario(folder)
    return scenario, forecast_scenario(scenario, backtest=True)


def value(table: pd.DataFrame, series: str, period: str, column: str) -> float:
    (found,) = table.loc[(table["series"] == series) & (table["period"] == period), column]
    return float(found)


def titles(page: str) -> list[str]:
    return re.findall(r"<figcaption>(.*?)</figcaption>", page)


def notes(page: str) -> list[str]:
    return re.findall(r'<p class="more">(.*?)</p>', page)


def test_past_of_nodes_is_the_sum_of_their_cells(made: tuple[Scenario, Forecast]) -> None:
    scenario, forecast = made
    past = series_tables(forecast, scenario.territory_tree, 0.8).past
    for series, sales in (("", 150), ("North", 150), ("East", 100), ("East/Key", 100)):
        assert value(past, series, "2025-01", "sales") == sales
    assert value(past, "West/Key/u3", "2025-01", "sales") == 50


def test_back_test_of_nodes_is_the_sum_of_their_cells(made: tuple[Scenario, Forecast]) -> None:
    scenario, forecast = made
    rows = series_tables(forecast, scenario.territory_tree, 0.8).backtest
    sums = rows.set_index(["origin", "period", "series"])["mean"].unstack("series")
    pd.testing.assert_series_equal(
        sums["North"], sums["East/Key"] + sums["West/Key"], check_names=False
    )


def test_every_series_of_the_forecast_can_be_asked_for(made: tuple[Scenario, Forecast]) -> None:
    scenario, forecast = made
    asked = ("", "North", "East", "East/Key", "East/Key/u1")
    page = render_forecast_charts(forecast, scenario, asked, language="en")
    assert titles(page) == [
        *("The whole company", "North", "East", "East / Key", "East / Key / u1")
    ]


def test_outlier_is_flagged_on_its_series(made: tuple[Scenario, Forecast]) -> None:
    scenario, forecast = made
    page = render_forecast_charts(forecast, scenario, ["East/Key/u1"], language="en")
    (told,) = [note for note in notes(page) if "Outlier" in note]
    assert told.startswith("May 2025: Outlier. 1.00k taken as")
    other = render_forecast_charts(forecast, scenario, ["West/Key/u3"], language="en")
    assert "Outlier" not in other


@pytest.mark.parametrize(
    ("series", "flagged"),
    [
        ("", {"Open"}),  # events of a part do not cover the company
        ("North", {"Open", "Fair"}),
        ("West/Key", {"Open", "Fair"}),
        ("East/Key", {"Open", "Fair", "Local"}),
        ("East", {"Open", "Fair"}),  # Local covers one segment of it
    ],
)
def test_events_are_flagged_on_the_series_that_they_cover(
    made: tuple[Scenario, Forecast], series: str, flagged: set[str]
) -> None:
    scenario, forecast = made
    told = notes(render_forecast_charts(forecast, scenario, [series], language="en"))
    names = {note.rpartition(" ")[2] for note in told if ": Event." in note}
    assert names == flagged


def test_event_is_flagged_in_each_period_that_it_touches(made: tuple[Scenario, Forecast]) -> None:
    scenario, forecast = made
    told = notes(render_forecast_charts(forecast, scenario, ["West/Key"], language="en"))
    fair = [note.partition(":")[0] for note in told if note.endswith("Fair")]
    assert fair == ["November 2025", "December 2025"]


def test_cell_without_a_segment_shows_its_territory(made: tuple[Scenario, Forecast]) -> None:
    # Both are called East; the territory's sum is the one that is drawn.
    scenario, forecast = made
    table = pd.concat(
        [forecast.table, forecast.table.head(2).assign(segment="", mean=1.0)], ignore_index=True
    )
    tables = series_tables(replace(forecast, table=table), scenario.territory_tree, 0.8)
    assert value(tables.forecast, "East", "2026-01", "mean") > 50


def test_line_of_the_past_is_broken_where_the_books_are_missing(
    made: tuple[Scenario, Forecast],
) -> None:
    scenario, forecast = made
    page = render_forecast_charts(forecast, scenario, ["West/Key"], language="en")
    lines = re.findall(r'<path d="([^"]+)"[^>]*class="line"', page)
    assert sorted(line.count("M") for line in lines)[-2:] == [1, 2]  # the forecast, the past


def test_forecast_of_nothing_is_a_page_without_charts(tmp_path: Path) -> None:
    scenario = load_scenario(write_scenario(tmp_path, YAML))
    page = render_forecast_charts(forecast_scenario(scenario), scenario, language="en")
    assert titles(page) == []


def test_findings_by_month_are_no_periods_of_a_plan_in_quarters(tmp_path: Path) -> None:
    yaml = YAML.replace("plan_start", "period: quarter, input_period: quarter, plan_start")
    write_scenario(tmp_path, yaml, territories=TERRITORIES, history=HISTORY)
    scenario = load_scenario(tmp_path)
    page = render_forecast_charts(
        forecast_scenario(scenario), scenario, ["East/Key"], language="en"
    )
    assert titles(page) == ["East / Key"]
    assert "2024-08" not in page
    assert "Aug 24" not in page
