"""Candidates: the reps who may have a unit, and what each would bring at standard hours."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from allocopt.plan import Plan
from allocopt.problem import Problem


def candidates(problem: Problem, plan: Plan, unit: str, chosen: Collection[str]) -> pd.DataFrame:
    """Eligible reps of a unit, the chosen one first, then by what they would bring.

    rep, chosen, distance [km], hours [h], free_hours [h], sales at standard hours, handover_loss and value
    [currency], all over the horizon.
    """
    pairs = problem.pairs.loc[[unit]].droplevel("unit")
    reps = plan["reps"].set_index("rep")
    free = (reps["hours"] - reps["load"]).reindex(pairs.index)
    weight = _by_candidate(problem.stint_weight, unit, pairs.index)
    needed = _by_candidate(problem.stint_weight * problem.need.loc[unit], unit, pairs.index)
    table = pd.DataFrame(
        {
            "rep": pairs.index,
            "chosen": ["yes" if rep in chosen else "no" for rep in pairs.index],
            "distance": pairs["distance"].to_numpy(),
            "hours": (pairs["hours"] * needed + pairs["travel"] * weight).to_numpy(),
            "free_hours": free.to_numpy(),
            "sales": _by_candidate(problem.stint_sales, unit, pairs.index).to_numpy(),
            "handover_loss": [loss_to(problem, unit, rep) for rep in pairs.index],
            "value": pairs["value"].to_numpy(),
        }
    )
    margin = float(problem.units["margin"][unit])
    worth = margin * table["sales"] - table["handover_loss"] + table["value"]
    order = pd.DataFrame({"other": table["chosen"] != "yes", "worth": -worth})
    ordered = order.sort_values(["other", "worth"], kind="stable").index
    return table.loc[ordered].reset_index(drop=True)


def loss_to(problem: Problem, unit: str, rep: str) -> float:
    """What is lost when a rep has the unit from the plan's start on; nothing for today's owner."""
    owner = problem.units["owner"][unit]
    if owner in ("", rep):
        return 0.0
    loss = float(problem.handover.loss.loc[[unit]].iloc[0])
    return loss * (1 - problem.likeness.get((unit, rep), 0.0))


def _by_candidate(frame: pd.DataFrame, unit: str, reps: pd.Index) -> pd.Series[float]:
    """A frame by stint, added up over the horizon for each candidate of a unit."""
    of_unit = frame[frame.index.get_level_values("unit") == unit].sum(axis=1)
    return of_unit.groupby(level="rep").sum().reindex(reps).fillna(0.0)
