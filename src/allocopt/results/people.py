"""What reps have to do: the tables `reps` and `time` of a plan."""

from __future__ import annotations

import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem


def rep_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """One row per position; hours, load and overtime [h] and cost [currency] over the horizon."""
    reps, tenures, hired = problem.reps, problem.tenures, decisions.hired
    start, end = _first_and_last(problem, decisions)
    is_open = reps["status"] == "open"
    there = problem.is_there(hired)
    hours = tenures.taken(tenures.selling_time, hired).sum(axis=1)
    load = planned_hours(problem, decisions).sum(axis=1)
    filled = pd.Series("", index=reps.index).mask(is_open, there.map({True: "yes", False: "no"}))
    present = tenures.taken(tenures.presence, hired).sum(axis=1)
    held = decisions.shares.reset_index().groupby("rep")["unit"].nunique()
    return pd.DataFrame(
        {
            "rep": reps.index,
            "start": start.to_numpy(),
            "end": end.to_numpy(),
            "hired": filled.to_numpy(),
            "hours": hours.to_numpy(),
            "load": load.to_numpy(),
            "overtime": decisions.overtime.sum(axis=1).to_numpy(),
            "cost": ((reps["cost"] + reps["pay_at_plan"]) * present).to_numpy(),
            "name": reps["name"].to_numpy(),
            "role": reps["role"].to_numpy(),
            "manager": reps["manager"].to_numpy(),
            "territory": reps["territory"].to_numpy(),
            "status": reps["status"].to_numpy(),
            "utilisation": (load / hours.where(hours > 0)).to_numpy(),
            "units": held.reindex(reps.index).fillna(0).to_numpy(),
        }
    )


def _first_and_last(
    problem: Problem, decisions: Decisions
) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timestamp]]:
    """First and last day of each rep inside the plan; of a position that is filled from that day on."""
    calendar, days = problem.calendar, problem.tenures.days
    hired = pd.Series(decisions.hired, dtype="str").reindex(days.index)
    start, end = pd.to_datetime(hired).fillna(days["start"]), days["end"]
    start = start.where(start > calendar.plan_start, calendar.plan_start)
    end = end.where(end < calendar.plan_end, calendar.plan_end)
    return start.dt.normalize(), end.dt.normalize()


def stint_time(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """Hours of each chosen stint, travel included; stint × period [h]."""
    shares = decisions.shares
    decided = decisions.time.reindex(shares.index).fillna(0.0)
    given = problem.stint_hours.reindex(shares.index).mul(shares, axis=0)
    return given + problem.stint_travel.reindex(shares.index) + decided


def pair_time(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """Hours of each chosen pair, travel included; (unit, rep) × period [h]."""
    return stint_time(problem, decisions).groupby(level=["unit", "rep"], sort=False).sum()


def planned_hours(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """Hours that each rep works for units, support of others' units included; rep × period [h]."""
    hours = stint_time(problem, decisions).groupby(level="rep").sum()
    support = decisions.support.groupby(level="specialist").sum()
    return hours.add(support, fill_value=0.0).reindex(problem.reps.index).fillna(0.0)


def support_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """rep, unit, period, hours [h] and the sales [currency] that support could add; what is given only."""
    given = decisions.support.rename_axis(index=["rep", "unit"])
    table = long_form(given, "hours")
    worth = problem.support.worth.to_numpy()
    table["sales"] = (decisions.support.to_numpy() * worth).ravel()
    return table[table["hours"] > 0].reset_index(drop=True)


def time_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """unit, rep, period, hours [h]."""
    return long_form(pair_time(problem, decisions), "hours")


def long_form(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """A frame with periods as columns, turned into rows of (*index, period, value)."""
    wide = frame.rename_axis(columns="period")
    return pd.DataFrame({value: wide.stack()}).reset_index()
