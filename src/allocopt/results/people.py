"""Who covers what: the tables `assignments`, `reps` and `time` of a plan."""

from __future__ import annotations

import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem
from allocopt.problem.selling_time import first_days


def assignment_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """One row per unit; a unit that is left open has no rep and share 0."""
    units, rep_of = problem.units, decisions.rep_of
    owner = units["owner"]
    moved = (owner != "") & (owner != rep_of)
    start, end = _windows(problem)
    return pd.DataFrame(
        {
            "unit": units.index,
            "rep": rep_of.to_numpy(),
            "start": rep_of.map(start).fillna(start.min()).to_numpy(),
            "end": rep_of.map(end).fillna(end.max()).to_numpy(),
            "share": (rep_of != "").astype(float).to_numpy(),
            "before": owner.to_numpy(),
            "handover": moved.map({True: "yes", False: "no"}).to_numpy(),
            "reason": [_reason(problem, unit, rep_of[unit]) for unit in units.index],
            "territory": units["territory"].to_numpy(),
            "segment": units["segment"].to_numpy(),
            "name": units["name"].to_numpy(),
        }
    )


def _windows(problem: Problem) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timestamp]]:
    """First and last day of each rep inside the plan."""
    first, last = problem.calendar.plan_start, problem.calendar.plan_end
    start, end = first_days(problem.reps, problem.calendar), problem.reps["end"]
    start, end = start.where(start > first, first), end.where(end < last, last)
    return start.dt.normalize(), end.dt.normalize()


def _reason(problem: Problem, unit: str, rep: str) -> str:
    """Why the unit is where it is, in a few words."""
    units, owner = problem.units, problem.units["owner"][unit]
    if units["locked"][unit]:
        return f"locked: {units['lock'][unit]}"
    if not rep:
        return "left open"
    if owner in ("", rep):
        return "stays" if owner else "was vacant"
    return _reason_to_move(problem, unit, owner)


def _reason_to_move(problem: Problem, unit: str, owner: str) -> str:
    if owner not in problem.reps.index:
        return "today's rep does not work in the plan"
    if (unit, owner) not in problem.pairs.index:
        return "today's rep may not cover it"
    if problem.reps["status"][owner] == "leaving":
        return "today's rep leaves"
    return "better for the whole plan"


def rep_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """One row per position; hours, load and overtime [h] and cost [currency] over the horizon."""
    reps = problem.reps
    start, end = _windows(problem)
    is_open = reps["status"] == "open"
    there = problem.is_there(decisions.hired)
    hours = problem.selling_time.sum(axis=1).where(there, 0.0)
    load = planned_hours(problem, decisions).sum(axis=1)
    hired = pd.Series("", index=reps.index).mask(is_open, there.map({True: "yes", False: "no"}))
    pay = (reps["cost"] + reps["variable_pay"]) * problem.presence.sum(axis=1)
    return pd.DataFrame(
        {
            "rep": reps.index,
            "start": start.to_numpy(),
            "end": end.to_numpy(),
            "hired": hired.to_numpy(),
            "hours": hours.to_numpy(),
            "load": load.to_numpy(),
            "overtime": decisions.overtime.sum(axis=1).to_numpy(),
            "cost": pay.where(there, 0.0).to_numpy(),
            "name": reps["name"].to_numpy(),
            "role": reps["role"].to_numpy(),
            "manager": reps["manager"].to_numpy(),
            "territory": reps["territory"].to_numpy(),
            "status": reps["status"].to_numpy(),
            "utilisation": (load / hours.where(hours > 0)).to_numpy(),
            "units": decisions.rep_of.value_counts().reindex(reps.index).fillna(0).to_numpy(),
        }
    )


def pair_time(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """Hours of each chosen pair, travel included; (unit, rep) × period [h]."""
    chosen = [(unit, rep) for unit, rep in decisions.rep_of.items() if rep]
    index = pd.MultiIndex.from_tuples(chosen, names=["unit", "rep"])
    decided = decisions.time.reindex(index).fillna(0.0)
    return problem.pair_hours.reindex(index).fillna(0.0) + decided


def planned_hours(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """Hours that each rep works for units; rep × period [h]."""
    hours = pair_time(problem, decisions).groupby(level="rep").sum()
    return hours.reindex(problem.reps.index).fillna(0.0)


def time_table(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    """unit, rep, period, hours [h]."""
    return long_form(pair_time(problem, decisions), "hours")


def long_form(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """A frame with periods as columns, turned into rows of (*index, period, value)."""
    wide = frame.rename_axis(columns="period")
    return pd.DataFrame({value: wide.stack()}).reset_index()
