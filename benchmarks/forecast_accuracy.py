"""How good is the forecast? Held-out accuracy on public data, ours beside the simple yardsticks.

Run from the project's root:

    python benchmarks/forecast_accuracy.py [--cases ../shared/cases]

The held-out periods are used for the figures only, never to choose a forecaster.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scores import bias, mase, seasonal_scale, wape

from allocopt.calendar import Calendar
from allocopt.forecasting import Forecast, Options, forecast_history

RECIPES = ("fast", "balanced")


def main() -> None:
    """Prints one table per data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=Path("../shared/cases"))
    cases = parser.parse_args().cases
    for name, compare in (("tourism", compare_tourism), ("AdventureWorks", compare_resellers)):
        print(f"\n## {name}\n")
        compare(cases)


def compare_tourism(cases: Path) -> None:
    """Australian tourism, 304 series, the last 8 of 72 quarters held back."""
    folder = cases / "forecast" / "tourism_fpp3"
    history = pd.read_csv(folder / "history.csv").assign(unit="")
    history["date"] = pd.PeriodIndex(history["date"], freq="Q").start_time
    territories = pd.read_csv(folder / "territories.csv")
    calendar = Calendar("quarter", pd.Timestamp("2014-01-01"), 8)
    known = history["date"] < calendar.plan_start
    past = _wide(history[known], ["territory", "segment"], calendar)
    actual = _wide(history[~known], ["territory", "segment"], calendar)
    naive = np.repeat(past[:, -1:], 8, axis=1)
    _print_row("naive", past, actual, naive)
    _print_row("seasonal naive", past, actual, np.tile(past[:, -4:], 2))
    for recipe in RECIPES:
        forecast, seconds = _timed(
            lambda recipe=recipe: forecast_history(
                history[known], _no_units(), territories, calendar, Options(recipe)
            )
        )
        ours = _values(forecast.table, ["territory", "segment"], calendar)
        _print_row(_chosen(recipe, forecast), past, actual, ours, seconds)
        _print_coverage(forecast, actual, calendar)


def compare_resellers(cases: Path) -> None:
    """Resellers of a bicycle maker: history to 2012, first two quarters of 2013 held back."""
    folder = cases / "adventureworks"
    units = pd.read_csv(folder / "units.csv")
    reps = pd.read_csv(folder / "reps.csv")
    history = pd.read_csv(folder / "history.csv", parse_dates=["date"])
    files = sorted((folder / "actuals").glob("2013-q*.csv"))
    later = pd.concat([pd.read_csv(file, parse_dates=["date"]) for file in files])
    calendar = Calendar("quarter", pd.Timestamp("2013-01-01"), 2)
    for recipe in RECIPES:
        forecast, seconds = _timed(
            lambda recipe=recipe: forecast_history(
                history, units, pd.read_csv(folder / "territories.csv"), calendar, Options(recipe)
            )
        )
        print(f"{_chosen(recipe, forecast)}, {seconds:.1f} s")
        _print_levels(forecast, later, history, calendar)
    ours = _per_rep(forecast, units, reps, calendar)
    _print_reps(
        ours, later, pd.read_csv(folder / "quota_history.csv", parse_dates=["start"]), calendar
    )


def _print_levels(
    forecast: Forecast, later: pd.DataFrame, history: pd.DataFrame, calendar: Calendar
) -> None:
    tables = {
        "cell": (["territory", "segment"], forecast.table.query("unit == ''")),
        "unit": (["unit"], forecast.table.query("unit != ''")),
        "company": (["company"], forecast.nodes.query("node == ''").assign(company="")),
    }
    for level, (keys, table) in tables.items():
        actual = _long(later.assign(company=""), keys, calendar)
        same = _long(_a_year_later(history).assign(company=""), keys, calendar)
        ours = table.set_index([*keys, "period"])["mean"]
        for name, values in (("seasonal naive", same), ("ours", ours)):
            both = pd.concat([actual, values], axis=1, keys=["actual", "forecast"]).fillna(0.0)
            pair = both["actual"].to_numpy(), both["forecast"].to_numpy()
            print(f"  {level:8} {name:15} WAPE {wape(*pair):6.1%}  bias {bias(*pair):+6.1%}")


def _per_rep(
    forecast: Forecast, units: pd.DataFrame, reps: pd.DataFrame, calendar: Calendar
) -> pd.Series:
    """Forecast per rep and period: the units of today, and the newcomers' part of each cell evenly over
    the full-time reps who may cover its territory.
    """
    table = forecast.table
    owned = table[table["unit"] != ""].merge(units[["unit", "rep"]], on="unit")
    own = owned.groupby(["rep", "period"])["mean"].sum()
    keys = ["territory", "period"]
    cells = table[table["unit"] == ""].groupby(keys)["mean"].sum()
    rest = (cells - owned.groupby(keys)["mean"].sum().reindex(cells.index, fill_value=0.0)).rename(
        "mean"
    )
    full_time = reps[reps["hours"] > 200]
    covering = full_time[["rep"]].assign(territory=full_time["territories"].str.split(";"))
    covering = covering.explode("territory")
    covering["part"] = 1 / covering.groupby("territory")["rep"].transform("size")
    shared = rest.reset_index().merge(covering, on="territory")
    shared["mean"] *= shared["part"]
    return own.add(shared.groupby(["rep", "period"])["mean"].sum(), fill_value=0.0)


def _print_reps(
    ours: pd.Series, later: pd.DataFrame, quotas: pd.DataFrame, calendar: Calendar
) -> None:
    # The managers' quarters start on the last posting of the quarter before.
    quotas = quotas.assign(date=quotas["start"] + pd.Timedelta(days=7), sales=quotas["quota"])
    theirs = _long(quotas[quotas["date"] >= calendar.plan_start], ["rep"], calendar)
    actual = _long(later, ["rep"], calendar)
    table = pd.concat([actual, ours, theirs], axis=1, keys=["actual", "ours", "managers"])
    table = table.fillna(0.0)
    print((table / 1000).round(0).unstack("period").to_string())
    for period, own in table.groupby(level="period"):
        for name in ("ours", "managers"):
            pair = own["actual"].to_numpy(), own[name].to_numpy()
            print(f"  {period} {name:10} WAPE {wape(*pair):6.1%}  bias {bias(*pair):+6.1%}")


def _long(rows: pd.DataFrame, keys: list[str], calendar: Calendar) -> pd.Series:
    period = calendar.label_of(rows["date"]).rename("period")
    sums = rows["sales"].groupby([*(rows[key] for key in keys), period]).sum()
    return sums[sums.index.get_level_values("period").isin(calendar.labels)]


def _a_year_later(history: pd.DataFrame) -> pd.DataFrame:
    return history.assign(date=history["date"] + pd.DateOffset(years=1))


def _wide(rows: pd.DataFrame, keys: list[str], calendar: Calendar) -> np.ndarray:
    period = calendar.start_of(rows["date"])
    return rows["sales"].groupby([*(rows[key] for key in keys), period]).sum().unstack().to_numpy()


def _values(
    table: pd.DataFrame, keys: list[str], calendar: Calendar, column: str = "mean"
) -> np.ndarray:
    wide = table.pivot(index=keys, columns="period", values=column)
    return wide[list(calendar.labels)].to_numpy()


def _no_units() -> pd.DataFrame:
    return pd.DataFrame({"unit": [], "territory": [], "segment": []}, dtype="str")


def _timed(work: Callable[[], Forecast]) -> tuple[Forecast, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def _chosen(recipe: str, forecast: Forecast) -> str:
    return f"ours, {recipe}: {forecast.provenance['forecaster'].iloc[0]}"


def _print_row(
    name: str,
    past: np.ndarray,
    actual: np.ndarray,
    forecast: np.ndarray,
    seconds: float | None = None,
) -> None:
    total = actual.sum(axis=0, keepdims=True), forecast.sum(axis=0, keepdims=True)
    scaled = mase(actual, forecast, seasonal_scale(past, 4))
    figures = (
        f"cell WAPE {wape(actual, forecast):6.1%}  MASE {scaled:.3f}"
        f"  company WAPE {wape(*total):6.1%}  bias {bias(*total):+6.1%}"
    )
    print(f"{name:55} {figures}" + (f"  {seconds:.1f} s" if seconds else ""))


def _print_coverage(forecast: Forecast, actual: np.ndarray, calendar: Calendar) -> None:
    keys = ["territory", "segment"]
    lower = _values(forecast.table, keys, calendar, "lower")
    upper = _values(forecast.table, keys, calendar, "upper")
    print(
        f"{'':55} 80 % interval covers {((actual >= lower) & (actual <= upper)).mean():.1%} of cells"
    )


if __name__ == "__main__":
    main()
