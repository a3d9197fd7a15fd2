"""Plans to compare with: the planted one, which keeps the hard rules, and that of the nearest reps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from instances import names

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import Limits, run

PATIENCE = Limits(time_limit=600)
# More than any rep's. [h]
HOURS = 1e6


def planted_plan(folder: Path) -> dict[str, str]:
    """Rep by unit in the plan around which the map was drawn."""
    count = len(pd.read_csv(folder / "reps.csv"))
    reps = names("r", count)
    units = pd.read_csv(folder / "units.csv")["unit"]
    return {unit: reps[number % count] for number, unit in enumerate(units)}


def nearest_plan(folder: Path) -> dict[str, str]:
    """Rep by unit where each unit goes to the nearest rep, but for the locked ones."""
    pairs = pd.read_csv(folder / "pairs.csv").sort_values("distance", kind="stable")
    plan = dict(pairs.groupby("unit")["rep"].first())
    units = pd.read_csv(folder / "units.csv")
    if "lock" in units:
        locked = units[units["lock"].notna()]
        plan |= dict(zip(locked["unit"], locked["rep"], strict=True))
    return plan


def point_of(model: CompiledModel, plan: Mapping[str, str]) -> Floats:
    """A point of the model whose whole numbers are the plan's stints."""
    point = np.zeros(len(model.columns))
    for column, variable in enumerate(model.columns):
        if variable.parent_component().local_name == "assign":
            unit, rep, _ = variable.index()
            point[column] = plan[unit] == rep
    return point


def worth(model: CompiledModel, point: Floats | None) -> float:
    """The best objective of the compiled model with the whole numbers of a point; NaN: it breaks a rule."""
    if point is None:
        return np.nan
    whole = np.round(point)
    fixed = replace(
        model,
        lower=np.where(model.integer, whole, model.lower),
        upper=np.where(model.integer, whole, model.upper),
    )
    return run(fixed, PATIENCE, relaxed=True).objective


def worth_of_nearest(model: CompiledModel, folder: Path) -> float:
    """The objective of the plan of nearest reps; where its work does not fit, hours beyond are free."""
    point = point_of(model, nearest_plan(folder))
    keeping = worth(model, point)
    return worth(_with_free_hours(model), point) if np.isnan(keeping) else keeping


def _with_free_hours(model: CompiledModel) -> CompiledModel:
    """The model where hours beyond a rep's cost nothing."""
    beyond = [variable.parent_component().local_name == "overload" for variable in model.columns]
    upper, cost = np.where(beyond, HOURS, model.upper), np.where(beyond, 0.0, model.cost)
    return replace(model, upper=upper, cost=cost)
