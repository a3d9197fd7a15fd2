"""Workload: hours of units and of reps."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, cells_beyond, differs


def workload(e: Evidence) -> Iterator[str]:
    """Hours of pairs are what they must be; those of reps fit, with overtime and overload."""
    problem, rule = e.problem, e.problem.workload
    yield from pair_hours(e)
    overload = _by_rep(e.shortfall("selling_time_limit"), problem.reps.index, e.periods)
    # Overtime is agreed for the outcome of demand that needs most of it.
    beyond_time = (e.heaviest_load - e.available - overload).clip(lower=0.0)
    yield from cells_beyond("selling_time_limit", beyond_time, e.available * rule.overtime_max)
    overtime = e.plan["reps"].set_index("rep")["overtime"].reindex(problem.reps.index)
    worked, load = beyond_time.sum(axis=1), e.load.sum(axis=1)
    for rep in problem.reps.index:
        if differs(worked[rep], overtime[rep], load[rep]):
            yield (
                f"selling_time_limit: {rep} works {worked[rep]:g} h overtime, "
                f"the plan says {overtime[rep]:g}"
            )
    if rule.hard and overload.to_numpy().sum() > 0:
        yield "selling_time_limit: hours are missing although the rule is hard"


def _by_rep(amounts: pd.Series[float], reps: pd.Index, periods: list[str]) -> pd.DataFrame:
    wide = amounts.unstack() if len(amounts) else pd.DataFrame()
    return wide.reindex(index=reps, columns=periods).fillna(0.0).astype(float)


def pair_hours(e: Evidence) -> Iterator[str]:
    """Rigid pairs take exactly their hours; pairs with a response take between travel and the most."""
    problem = e.problem
    planned = e.hours_of_chosen
    least = e.of_pairs(problem.stint_hours, by_share=True) + e.of_pairs(problem.stint_travel)
    most = least + e.of_pairs(problem.most_time)
    yield from cells_beyond("time_of_own_rep", planned, most)
    yield from cells_beyond("time_of_own_rep", -planned, -least)
    for unit, rep in e.hours.index.difference(planned.index):
        yield f"time_of_own_rep: {rep} gives time to {unit} and does not cover it"
