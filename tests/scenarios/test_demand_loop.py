"""`demand_loop`: the forecast finds what its README says is in the data."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from support_cases import REPOSITORY
from support_command import allocopt

FOLDER = REPOSITORY / "scenarios" / "demand_loop"
PROMOTION = "override.events.品牌周;2026-05-01;;零售门店"
POLICY = "override.events.消费券;2024-07-01;西区;零售门店"
CHAINS, SHOPS = "连锁客户", "零售门店"


def forecast(*settings: str) -> dict[str, Any]:
    arguments = [word for setting in settings for word in ("--set", setting)]
    run = allocopt("forecast", FOLDER, "--json", *arguments)
    assert run.exit_code == 0, run.stderr
    document: dict[str, Any] = run.json()
    return document


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return forecast()


@pytest.fixture(scope="module")
def fast() -> pd.DataFrame:
    return cells(forecast("forecast.recipe=fast"))


def cells(document: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(document["table"])
    return table[table["unit"].isin(["", None])]


def shops(table: pd.DataFrame) -> pd.Series[float]:
    """Expected sales of the shops by period."""
    by_period: pd.Series[float] = table[table["segment"] == SHOPS].groupby("period")["mean"].sum()
    return by_period


def history() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "history.csv")


def test_check_finds_no_problem() -> None:
    run = allocopt("check", FOLDER, "--json")
    assert run.exit_code == 0, run.stdout
    severities = {finding["severity"] for finding in run.json()["findings"]}
    assert severities <= {"assumption", "notice"}


# The policy began once and stayed: what else grew in the half year after it is counted in.
@pytest.mark.parametrize(
    ("event", "truth", "off"),
    [("品牌周", 0.25, 0.03), ("春节", -0.45, 0.04), ("消费券", 0.15, 0.06)],
)
def test_effect_of_an_event_is_found(
    told: dict[str, Any], event: str, truth: float, off: float
) -> None:
    effects = pd.DataFrame(told["effects"])
    row = effects[(effects["event"] == event) & effects["scope"].isin(["", None])].iloc[0]
    assert row["uplift"] == pytest.approx(truth, abs=off)


def test_uplift_of_the_promotion_is_found_within_its_error(told: dict[str, Any]) -> None:
    effects = pd.DataFrame(told["effects"])
    row = effects[(effects["event"] == "品牌周") & effects["scope"].isin(["", None])].iloc[0]
    assert abs(row["uplift"] - 0.25) < 3 * row["error"]


def test_closed_territory_is_forecast_at_nothing(told: dict[str, Any]) -> None:
    table = cells(told)
    assert (table.loc[table["territory"] == "昆明", "mean"] == 0).all()
    provenance = pd.DataFrame(told["provenance"])
    assert set(provenance.loc[provenance["territory"] == "昆明", "forecaster"]) == {"closed"}


def test_new_territory_is_forecast_at_about_the_size_it_opened_with(told: dict[str, Any]) -> None:
    rows = history()
    opened = rows.loc[rows["territory"] == "合肥", "sales"].sum() / 4
    table = cells(told)
    expected = table.loc[table["territory"] == "合肥", "mean"].sum() / 6
    assert expected == pytest.approx(opened, rel=0.4)


def test_recast_keeps_sums_and_gives_the_new_territory_a_past() -> None:
    from allocopt.forecasting.panel import read_history
    from allocopt.scenario import load_scenario

    scenario = load_scenario(FOLDER)
    tables = (scenario.table("history"), scenario.table("units"))
    rows = read_history(*tables, pd.Timestamp("2026-01-01"), scenario.table("recast")).rows
    assert rows["sales"].sum() == pytest.approx(history()["sales"].sum(), rel=1e-12)
    before = rows[rows["date"] < "2025-01-01"].groupby("territory")["sales"].sum()
    assert before["无锡"] / (before["无锡"] + before["苏州"]) == pytest.approx(0.4)


def test_optimism_of_the_field_is_taken_off(told: dict[str, Any]) -> None:
    said = pd.read_csv(FOLDER / "judgement.csv")
    last = said[said["date"] == said["date"].max()].groupby("territory")["commit"].sum()
    used = cells(told).groupby("territory")["judgement"].sum()
    ratio = used[last.index].sum() / last.sum()
    assert ratio == pytest.approx(1 / 1.18, rel=0.04)


def test_forecast_lies_between_statistics_pipeline_and_judgement(told: dict[str, Any]) -> None:
    table = cells(told)
    sources = table[["statistical", "pipeline", "judgement"]]
    assert (table["mean"] >= sources.min(axis=1) * (1 - 1e-9)).all()
    assert (table["mean"] <= sources.max(axis=1) * (1 + 1e-9)).all()


def test_report_tells_the_gap_the_order_the_shift_and_what_closed(told: dict[str, Any]) -> None:
    run = allocopt("forecast", FOLDER, "--set", "forecast.recipe=fast", "--language", "zh-CN")
    for told_of in ("重庆", "2023-09", "成都", "2023-10", "2022-08"):
        assert told_of in run.stderr


def test_calling_off_the_promotion_lowers_its_month_alone(fast: pd.DataFrame) -> None:
    without = shops(cells(forecast("forecast.recipe=fast", f"{PROMOTION}=remove")))
    with_it = shops(fast)
    change = with_it / without - 1
    assert change["2026-05"] == pytest.approx(0.25, abs=0.05)
    assert change.drop("2026-05").abs().max() < 0.01


def test_policy_that_goes_on_raises_the_west_after_march(fast: pd.DataFrame) -> None:
    longer = cells(forecast("forecast.recipe=fast", f"{POLICY}.end=2026-06-30"))
    for region, rise in ({"成都", "重庆", "西安"}, 0.17), ({"苏州", "无锡", "杭州"}, 0.0):
        before, after = (shops(some[some["territory"].isin(region)]) for some in (fast, longer))
        assert after["2026-04":].sum() / before["2026-04":].sum() - 1 == pytest.approx(
            rise, abs=0.05
        )


def test_every_command_of_the_readme_names_a_row_that_is_there() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"override\.(events|drivers)\.([^.='\]]*?)(?:\.\w+)?=(?!\[)", readme)
    assert len(named) == 4
    keys = {"events": ["event", "start", "territory", "segment"], "drivers": ["date", "driver"]}
    for table, key in named:
        rows = pd.read_csv(FOLDER / f"{table}.csv", keep_default_na=False)[keys[table]]
        parts = key.split(";")[: len(keys[table])]
        assert (rows == parts).all(axis=1).any(), key
