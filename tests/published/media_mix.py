"""Published marketing mixes, written as scenario folders: one unit, one rep, a lever per channel.

`pymc` is the simulated example of PyMC-Marketing (Apache-2.0): 179 weeks of sales and two channels, made
with geometric carryover of 0.4 and 0.2 (normalised, eight weeks) and saturations 3 · tanh(2x) and
2 · tanh(1.5x), in thousands (its notebook mmm_example). `robyn` is the simulated example of Robyn (MIT):
208 weeks, five paid channels; how it was made is not published.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from allocopt.forecasting import forecast_scenario
from allocopt.plan import Plan
from allocopt.problem import LiftCurve, Problem, build_problem
from allocopt.response.report import CurveReport
from allocopt.scenario import load_scenario

# Spend of the PyMC example has no currency: this many per unit bring money worth spending.
PYMC_PRICE = 1000.0
WEEKS = 8


@dataclass(frozen=True)
class Mix:
    """A published table as allocopt reads it: levers, and what moves sales beside them."""

    name: str
    file: str
    date: str
    sales: str
    levers: dict[str, str]  # lever → column
    drivers: tuple[str, ...] = ()
    price: float = 1.0


MIXES = (
    Mix(
        "pymc",
        "pymc_mmm_example.csv",
        "date_week",
        "y",
        {"x1": "x1", "x2": "x2"},
        ("event_1", "event_2"),
        PYMC_PRICE,
    ),
    Mix(
        "robyn",
        "robyn_dt_simulated_weekly.csv",
        "DATE",
        "revenue",
        {
            "tv": "tv_S",
            "ooh": "ooh_S",
            "print": "print_S",
            "facebook": "facebook_S",
            "search": "search_S",
        },
        ("competitor_sales_B", "newsletter"),
    ),
)


def mix_named(name: str) -> Mix:
    """One of the published mixes."""
    return next(mix for mix in MIXES if mix.name == name)


def spend_of(mix: Mix, cases: Path) -> pd.DataFrame:
    """Weekly spend by lever [currency], index = first day of the week."""
    table = _read(mix, cases)
    spend = table[list(mix.levers.values())].astype(float) * mix.price
    return spend.set_axis(list(mix.levers), axis=1).set_axis(_weeks(mix, table))


def write_mix(mix: Mix, cases: Path, folder: Path, budget: float | None = None) -> Path:
    """The scenario of a mix; its plan begins in the week after the last one and lasts `WEEKS`.

    Sales are all margin. With a budget [currency per horizon] all of it may be spent, not more.
    """
    table = _read(mix, cases)
    weeks = _weeks(mix, table)
    folder.mkdir(parents=True, exist_ok=True)
    sales = pd.DataFrame({"date": weeks, "sales": table[mix.sales].astype(float)})
    _write(folder, "history", sales.assign(territory="All", segment="All"))
    spend = spend_of(mix, cases).rename_axis("date").reset_index()
    _write(folder, "spend", spend.melt("date", var_name="lever", value_name="spend"))
    drivers = table[list(mix.drivers)].astype(float).assign(date=weeks)
    _write(folder, "drivers", drivers.melt("date", var_name="driver", value_name="value"))
    _write(folder, "levers", pd.DataFrame({"lever": list(mix.levers)}))
    _write(folder, "responses", pd.DataFrame({"lever": list(mix.levers), "form": "fit"}))
    _write(folder, "units", pd.DataFrame([("all", "All", "All", 1)], columns=_UNIT))
    _write(folder, "reps", pd.DataFrame([("rep", 10)], columns=["rep", "hours"]))
    _write(folder, "segments", pd.DataFrame([("All", 1)], columns=["segment", "margin"]))
    settings = {
        "calendar": {
            "period": "week",
            "plan_start": (weeks.iloc[-1] + pd.Timedelta(weeks=1)).date(),
            "plan_periods": WEEKS,
        },
        "forecast": {"recipe": "fast"},
        "solver": {"gap": 1e-6},
    }
    if budget is not None:
        settings["budget"] = {"total_max": budget}
    (folder / "scenario.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def true_pymc_lift(lever: str, spend: np.ndarray) -> np.ndarray:
    """Weekly lift that the PyMC example was made with; `spend` by week [currency].

    beta · (1 − exp(−λa)) / (1 + exp(−λa)) = beta · tanh(λa / 2), a the normalised carryover of 8 weeks.
    """
    beta, slope, carryover = {"x1": (3.0, 4.0, 0.4), "x2": (2.0, 3.0, 0.2)}[lever]
    weights = carryover ** np.arange(8)
    works = np.convolve(spend / PYMC_PRICE, weights / weights.sum())[: len(spend)]
    return np.asarray(1000.0 * beta * np.tanh(slope * works / 2))


_UNIT = ["unit", "territory", "segment", "hours"]


def _read(mix: Mix, cases: Path) -> pd.DataFrame:
    return pd.read_csv(cases / "marketing_mix" / mix.file)


def _weeks(mix: Mix, table: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(table[mix.date])


def _write(folder: Path, name: str, table: pd.DataFrame) -> None:
    table.to_csv(folder / f"{name}.csv", index=False)


def usual_budget(mix: Mix, cases: Path) -> float:
    """What the planned weeks would cost at the mean spend of the last year. [currency]"""
    return float(spend_of(mix, cases).tail(52).sum(axis=1).mean() * WEEKS)


def splits(mix: Mix, cases: Path, plan: Plan) -> dict[str, dict[str, float]]:
    """Spend by lever over the plan: as planned, divided equally, and as last year. [currency]"""
    planned = plan["budget"].groupby("lever")["spend"].sum()
    budget = float(planned.sum())
    last = spend_of(mix, cases).tail(52).sum()
    return {
        "optimal": {lever: float(planned[lever]) for lever in mix.levers},
        "equal": {lever: budget / len(mix.levers) for lever in mix.levers},
        "last": {lever: float(budget * last[lever] / last.sum()) for lever in mix.levers},
    }


def fitted_lift(mix: Mix, cases: Path, plan: Plan, split: dict[str, float]) -> float:
    """Lift of a split by the plan's own curves, each lever timed as the plan does or evenly. [currency]"""
    lifts = {lift.lever: lift for lift in _problem(mix, cases).lifts}
    return float(sum(_curve_lift(lifts[k], s) for k, s in _weekly(mix, plan, split).items()))


def true_lift(mix: Mix, cases: Path, plan: Plan, split: dict[str, float]) -> float | None:
    """Lift of a split by what the data were made with, past spend at work; None where that is unknown."""
    if mix.name != "pymc":
        return None
    past = spend_of(mix, cases)
    weekly = _weekly(mix, plan, split)
    lines = {lever: np.concatenate([past[lever], spend]) for lever, spend in weekly.items()}
    return float(sum(true_pymc_lift(lever, line)[-WEEKS:].sum() for lever, line in lines.items()))


def true_mean_lifts(mix: Mix, cases: Path) -> dict[str, float]:
    """Mean weekly lift that the data were made with; empty where that is unknown."""
    if mix.name != "pymc":
        return {}
    spend = spend_of(mix, cases)
    return {lever: float(true_pymc_lift(lever, spend[lever].to_numpy()).mean()) for lever in spend}


def mean_lift(report: CurveReport, spend: pd.Series) -> float:
    """Mean weekly lift of a fitted curve over past spend."""
    return float(report.lift_max * report.term.lift(spend.to_numpy()).mean())


def _weekly(mix: Mix, plan: Plan, split: dict[str, float]) -> dict[str, np.ndarray]:
    """A split by week: as the plan times a lever, evenly where the plan spends nothing on it."""
    budget = plan["budget"]
    weekly = {}
    for lever in mix.levers:
        planned = budget[budget["lever"] == lever]["spend"].to_numpy(dtype=float)
        same = abs(planned.sum() - split[lever]) < 1e-6 * max(1.0, split[lever])
        weekly[lever] = planned if same else np.full(WEEKS, split[lever] / WEEKS)
    return weekly


def _curve_lift(lift: LiftCurve, spend: np.ndarray) -> float:
    effective, total = lift.carried_in, 0.0
    for amount, curve in zip(spend, lift.curves, strict=True):
        effective = amount + lift.carryover * effective
        total += float(curve(effective))
    return total


def _problem(mix: Mix, cases: Path) -> Problem:
    with tempfile.TemporaryDirectory() as folder:
        scenario = load_scenario(write_mix(mix, cases, Path(folder)))
        return build_problem(scenario, forecast_scenario(scenario).table)
