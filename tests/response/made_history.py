"""Made-up sales that follow spend by a known curve, month by month."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from support_scenario import write_scenario

from allocopt.response.carryover import effective_spend
from allocopt.response.forms import standard_lift
from allocopt.response.observations import Sources
from allocopt.scenario import Scenario, load_scenario

START = pd.Timestamp("2018-01-01")
MONTHS = 96
YAML = """
calendar: {plan_start: 2026-01-01, plan_periods: 2}
forecast: {recipe: fast}
solver: {gap: 0}
"""
UNITS = "unit,territory,segment,hours\nu1,East,Key,10\n"


def spends(seed: int, levers: int = 1) -> np.ndarray:
    """Monthly spend that comes and goes, as campaigns do; (lever, month) [currency]."""
    rng = np.random.default_rng(seed)
    amounts = rng.uniform(0.0, 100.0, (levers, MONTHS))
    return np.where(rng.random((levers, MONTHS)) < 0.3, 0.0, amounts)


def lift_of(
    spend: np.ndarray, form: str, height: float, half: float, shape: float, carryover: float
) -> np.ndarray:
    """Lift of a known curve; as `spend`."""
    return height * standard_lift(form, shape)[0](effective_spend(spend, carryover) / half)


def base_sales(seed: int, noise: float) -> np.ndarray:
    """Sales without any lever: a level of 1,000 with growth, a season and noise, by month."""
    month = np.arange(MONTHS)
    season = 80 * np.sin(2 * np.pi * month / 12)
    chance = np.random.default_rng(seed).normal(0.0, noise, MONTHS)
    return 1000 + 1.5 * month + season + chance


def write_history(
    folder: Path, sales: np.ndarray, spend: dict[str, np.ndarray], responses: str, yaml: str = YAML
) -> Scenario:
    """A scenario of one cell with monthly history and spend."""
    days = pd.date_range(START, periods=MONTHS, freq="MS").strftime("%Y-%m-%d")
    history = "".join(f"{d},East,Key,{s:.6f}\n" for d, s in zip(days, sales, strict=True))
    rows = "".join(
        f"{d},{lever},{s:.6f}\n"
        for lever, line in spend.items()
        for d, s in zip(days, line, strict=True)
    )
    write_scenario(
        folder,
        yaml,
        units=UNITS,
        reps="rep,hours\nAnn,40\n",
        segments="segment,margin\nKey,1\n",
        history="date,territory,segment,sales\n" + history,
        spend="date,lever,spend\n" + rows,
        levers="lever\n" + "".join(f"{lever}\n" for lever in spend),
        responses=responses,
    )
    return load_scenario(folder)


def sources(scenario: Scenario) -> Sources:
    """What fits read of a scenario."""
    return Sources(scenario.table, scenario.territory_tree, scenario.calendar)
