"""The tables of a forecast beside each other: products, samples, events, drivers, levels."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forecasting.sales import MONTHS, TREE, history, seasonal

from allocopt.calendar import Calendar
from allocopt.errors import ConfigError
from allocopt.forecasting import Forecast, Options, Sources, forecast_sources

PLACE = ["territory", "segment", "period"]
AMOUNTS = ["mean", "lower", "upper", "median"]
PROMOTED = pd.Timestamp("2026-03-01")


def forecast(
    rows: pd.DataFrame, options: Options | None = None, **tables: pd.DataFrame
) -> Forecast:
    sources = Sources({"history": rows, "territories": TREE, **tables})
    return forecast_sources(sources, MONTHS, options or Options("fast"))


def company(result: Forecast) -> np.ndarray:
    return result.nodes.loc[result.nodes["node"] == "", "mean"].to_numpy()


def with_products(rows: pd.DataFrame) -> pd.DataFrame:
    """Each row split over two products and, in the first of them, two channels."""
    split = (("pump", "web", 0.2), ("pump", "shop", 0.3), ("valve", "", 0.5))
    parts = [
        rows.assign(product=product, channel=channel, sales=rows["sales"] * share)
        for product, channel, share in split
    ]
    return pd.concat(parts, ignore_index=True)


def promotions(*months: str) -> pd.DataFrame:
    """A promotion of a whole month, in each of these."""
    start = pd.to_datetime(pd.Series(months))
    return pd.DataFrame(
        {
            "event": "sale",
            "start": start,
            "end": start + pd.offsets.MonthEnd(0),
            "territory": "",
            "segment": "",
            "known": True,
            "kind": "promotion",
        }
    )


def promoted(months: tuple[str, ...], factor: float = 2.0) -> pd.DataFrame:
    """Sales that hardly move but in promotions, when they are `factor` times as high."""
    random = np.random.default_rng(4)
    series = {
        (("North", "South", "East")[k % 3], f"s{k}", ""): (
            100.0 * (1 + k) * random.normal(1, 0.02, 48)
        ).tolist()
        for k in range(6)
    }
    rows = history(series)
    during = rows["date"].isin(pd.to_datetime(pd.Series(months)))
    return rows.assign(sales=rows["sales"].where(~during, factor * rows["sales"]))


def drivers(values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": pd.to_datetime(pd.Series(list(values))),
            "driver": "index",
            "value": list(values.values()),
            "territory": "",
            "segment": "",
        }
    )


def test_quantiles_are_in_order_and_the_median_lies_inside_the_bounds() -> None:
    result = forecast(history(seasonal(units=3)))
    for table in (result.table, result.nodes):
        assert (table["lower"] <= table["median"]).all()
        assert (table["median"] <= table["upper"]).all()


def test_a_wider_interval_holds_a_narrower_one() -> None:
    rows = history(seasonal(units=3))
    narrow, wide = (forecast(rows, Options("fast", interval=share)).table for share in (0.5, 0.95))
    assert (wide["lower"] <= narrow["lower"] + 1e-9).all()
    assert (wide["upper"] >= narrow["upper"] - 1e-9).all()
    np.testing.assert_allclose(wide["mean"], narrow["mean"], rtol=1e-12)


def test_products_add_up_to_their_cells() -> None:
    result = forecast(with_products(history(seasonal())))
    sums = result.products.groupby(PLACE)["mean"].sum()
    cells = result.table[result.table["unit"] == ""].set_index(PLACE)["mean"].sort_index()
    assert set(result.products["channel"]) == {"", "shop", "web"}
    np.testing.assert_allclose(sums, cells, rtol=1e-9)


def test_samples_are_coherent_and_their_mean_is_the_forecast() -> None:
    rows = history(seasonal(units=3))
    result = forecast(rows, Options("fast", samples=7))
    samples = result.samples
    weights = samples.drop_duplicates("sample")["weight"]
    assert len(weights) == 7
    assert weights.sum() == pytest.approx(1.0)
    named = samples["unit"] != ""
    units = samples[named].groupby(["sample", *PLACE])["demand"].sum()
    cells = samples[~named].groupby(["sample", *PLACE])["demand"].sum()
    np.testing.assert_allclose(units, cells, rtol=1e-9)
    expected = samples["weight"] * samples["demand"]
    mean = expected.groupby([samples[key] for key in [*PLACE, "unit"]]).sum()
    told = result.table.groupby([*PLACE, "unit"])["mean"].sum()
    np.testing.assert_allclose(mean, told, rtol=1e-9)


def test_samples_of_rare_sales_have_the_mean_of_the_forecast_and_are_not_negative() -> None:
    rare = [0.0, 0, 0, 8, 0, 0, 0, 0, 0, 30] * 4
    often = [5.0, 6, 7, 5, 4] * 8
    rows = history(
        {("North", "a", ""): rare, ("South", "a", ""): rare[::-1], ("East", "b", ""): often}
    )
    result = forecast(rows, Options("fast", samples=5))
    assert (result.samples["demand"] >= 0).all()
    expected = result.samples["weight"] * result.samples["demand"]
    mean = expected.groupby([result.samples[key] for key in PLACE]).sum()
    told = result.table.groupby(PLACE)["mean"].sum()
    np.testing.assert_allclose(mean, told, rtol=1e-9)


def test_order_and_currency_do_not_matter_to_products_units_and_events() -> None:
    months = ("2023-05-01", "2024-08-01", "2025-02-01")
    rows = with_products(promoted(months)).assign(unit=lambda table: "u" + table["segment"])
    events = promotions(*months, "2026-03-01")
    shuffled = rows.sample(frac=1.0, random_state=5, ignore_index=True)
    left = forecast(rows, events=events)
    mixed = forecast(shuffled, events=events.iloc[::-1].reset_index(drop=True))
    dear = forecast(rows.assign(sales=rows["sales"] * 1e4), events=events)
    pd.testing.assert_frame_equal(left.table, mixed.table, check_exact=True)
    pd.testing.assert_frame_equal(left.products, mixed.products, check_exact=True)
    np.testing.assert_allclose(left.table[AMOUNTS] * 1e4, dear.table[AMOUNTS], rtol=1e-8)


def test_a_forecast_with_events_adds_up() -> None:
    months = ("2023-05-01", "2024-08-01", "2025-02-01")
    events = promotions(*months, "2026-03-01").assign(territory="North")
    result = forecast(promoted(months), events=events)
    cells = result.table[result.table["unit"] == ""].groupby("period")["mean"].sum()
    np.testing.assert_allclose(cells, company(result), rtol=1e-9)


def test_an_announced_promotion_raises_its_month_and_none_else() -> None:
    months = ("2022-05-01", "2022-11-01", "2023-05-01", "2024-08-01", "2025-02-01")
    rows = promoted(months)
    plain = forecast(rows, events=promotions(*months))
    announced = forecast(rows, events=promotions(*months, "2026-03-01"))
    ratio = company(announced) / company(plain)
    # Five doubled months of six series: the effect is drawn to nothing by little.
    assert 1.6 < ratio[2] <= 2.05
    np.testing.assert_allclose(np.delete(ratio, 2), 1.0, rtol=1e-9)
    assert announced.effects.loc[0, "uplift"] == pytest.approx(ratio[2] - 1, rel=0.05)


def test_without_a_table_of_events_nothing_is_known_of_them() -> None:
    rows = promoted(("2023-05-01", "2024-08-01"))
    without = forecast(rows)
    empty = forecast(rows, events=promotions())
    assert len(without.effects) == 0
    pd.testing.assert_frame_equal(without.table, empty.table, check_exact=True)


def test_the_assumed_future_of_a_driver_moves_the_forecast() -> None:
    months = pd.date_range("2022-01-01", periods=54, freq="MS")
    index = np.exp(0.3 * np.sin(np.arange(48) * 1.7) + 0.2 * np.cos(np.arange(48) * 0.45))
    plain = seasonal(units=5, seed=2)
    rows = history({key: (np.array(own) * index).tolist() for key, own in plain.items()})
    past = dict(zip(months[:48].astype(str), index, strict=True))
    low, high = (
        drivers({**past, **dict.fromkeys(months[48:].astype(str), value)}) for value in (0.6, 1.6)
    )
    options = Options("balanced")
    assert company(forecast(rows, options, drivers=low)).sum() < (
        company(forecast(rows, options, drivers=high)).sum()
    )


def test_a_closed_series_sells_nothing_more() -> None:
    series = seasonal()
    series["East", "shut", ""] = [50.0] * 6 + [0.0] * 42
    result = forecast(history(series), Options("fast", samples=3))
    shut = result.table[result.table["segment"] == "shut"]
    assert (shut[AMOUNTS] == 0).all(axis=None)
    assert (result.samples.loc[result.samples["segment"] == "shut", "demand"] == 0).all()
    told = result.provenance[result.provenance["segment"] == "shut"]
    assert told["forecaster"].tolist() == ["closed"]
    open_ = result.provenance[result.provenance["segment"] != "shut"]
    assert "closed" not in set(open_["forecaster"])


def test_a_new_unit_gets_about_its_share_of_its_cell() -> None:
    # Three months at a fifth of what each of its four sisters sells.
    sister = (100 + 30 * np.sin(np.arange(48) * np.pi / 6)).tolist()
    series = {("North", "big", f"u{k}"): list(sister) for k in range(4)}
    series["North", "big", "new"] = [value / 5 for value in sister[-3:]]
    table = forecast(history(series)).table.groupby("unit")["mean"].sum()
    assert table["new"] == pytest.approx(table["u0"] / 5, rel=0.5)
    assert table["new"] < 0.5 * table["u0"]


def test_a_new_unit_is_said_to_be_one() -> None:
    series = seasonal(units=2)
    series["North", "big", "new"] = [40.0, 41.0]
    result = forecast(history(series))
    told = result.provenance.set_index("unit")["forecaster"]
    assert told["new"] == "share of what holds it"
    assert set(told.drop("new")) == {result.name}


def test_levels_without_a_say_change_the_forecast_but_not_its_coherence() -> None:
    rows = history(seasonal(units=3))
    every, few = forecast(rows), forecast(rows, Options("fast", levels=("company", "cell")))
    assert not np.allclose(company(every), company(few), rtol=1e-6)
    cells = few.table[few.table["unit"] == ""].groupby("period")["mean"].sum()
    np.testing.assert_allclose(cells, company(few), rtol=1e-9)


def test_a_level_that_history_does_not_have_is_refused() -> None:
    with pytest.raises(ConfigError, match="galaxy is no level"):
        forecast(history(seasonal()), Options("fast", levels=("galaxy",)))


def test_later_sales_leave_the_earlier_forecasts_of_a_back_test_alone() -> None:
    rows = history(seasonal())
    options = Options("fast", backtest=True)
    first = forecast(rows, options).tested
    day = pd.Timestamp("2025-04-01")
    # Other amounts from some day on: shuffled, tripled, none of them what they were.
    later = rows["date"] >= day
    random = np.random.default_rng(8)
    changed = rows.assign(
        sales=np.where(later, 3 * random.permutation(rows["sales"].to_numpy()), rows["sales"])
    )
    second = forecast(changed, options).tested
    known = [label for label in first["origin"].unique() if label <= f"{day:%Y-%m}"]
    assert len(known) >= 2
    told = ["origin", "territory", "segment", "unit", "period", "mean", "lower", "upper"]
    left, right = (
        table.loc[table["origin"].isin(known), told].reset_index(drop=True)
        for table in (first, second)
    )
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert not first["mean"].equals(second["mean"])


SCRIPT = """
import hashlib
from forecasting.sales import history, seasonal
from forecasting.test_forecast_tables import digest, forecast
from allocopt.forecasting import Options
print(digest(forecast(history(seasonal(units=3)), Options("balanced", samples=4, seed=7))))
"""


def digest(result: Forecast) -> str:
    """A fingerprint of all figures of a forecast, to the last bit."""
    tables = (result.table, result.nodes, result.samples, result.accuracy, result.provenance)
    return hashlib.sha256("".join(table.to_csv() for table in tables).encode()).hexdigest()


def test_two_processes_make_the_same_forecast_to_the_last_bit() -> None:
    tests = str(Path(__file__).parents[1])
    told = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONPATH": tests, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert len(told[0].strip()) == 64
    assert told[0] == told[1]


def test_a_plan_of_a_fiscal_year_is_forecast_in_its_quarters() -> None:
    calendar = Calendar("quarter", pd.Timestamp("2026-02-01"), 4, fiscal_start_month=2)
    quarters = {("North", "big", ""): [10.0, 20.0, 30.0, 40.0] * 5}
    sources = Sources({"history": history(quarters, calendar), "territories": TREE})
    result = forecast_sources(sources, calendar, Options("fast"))
    np.testing.assert_allclose(result.table["mean"], [10, 20, 30, 40], rtol=1e-6)


def test_a_dissolved_territory_is_not_forecast_although_its_units_are_listed() -> None:
    rows = history(seasonal())
    recast = pd.DataFrame(
        {
            "from_territory": ["East"],
            "to_territory": ["North"],
            "from_segment": [None],
            "to_segment": [None],
            "share": [1.0],
            "effective": [pd.NaT],
        }
    )
    units = pd.DataFrame(
        {"unit": ["a"], "territory": ["East"], "segment": ["big"], "potential": [900.0]}
    )
    moved = forecast(rows, recast=recast, units=units)
    assert "East" not in set(moved.table["territory"])


def test_a_territory_without_sales_starts_from_its_potential_and_says_so() -> None:
    rows = history(seasonal())
    units = pd.DataFrame(
        {
            "unit": ["a", "b", "c"],
            "territory": ["North", "South", "New"],
            "segment": ["big", "big", "big"],
            "potential": [100.0, 100.0, 100.0],
        }
    )
    with_new = forecast(rows, units=units)
    new = with_new.table[with_new.table["territory"] == "New"]
    assert (new["mean"] > 0).all()
    assert any("without any history" in note for note in with_new.notes)
    unknown = forecast(rows, units=units.assign(potential=np.nan))
    assert "New" not in set(unknown.table["territory"])


def test_returns_of_one_territory_take_nothing_from_the_others() -> None:
    rows = history(seasonal())
    back = rows["territory"] == "East"
    returned = rows.assign(sales=rows["sales"].where(~back, -5 * rows["sales"]))
    place = ["territory", "segment", "period"]
    alone = forecast(rows[~back]).table.set_index(place)["mean"]
    beside = forecast(returned).table.set_index(place)["mean"]
    np.testing.assert_allclose(beside.reindex(alone.index), alone, rtol=0.1)
    np.testing.assert_allclose(beside.loc["East"], 0.0, atol=1e-3)
