"""Rules about people: coverage, workload, balance, continuity, headcount."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, beyond, cells_beyond, differs


def coverage(e: Evidence) -> Iterator[str]:
    """One eligible rep per unit; locks, families and apart groups are kept."""
    problem, rows = e.problem, e.plan["assignments"]
    if set(rows["unit"]) != set(problem.units.index):
        yield "unit_covered: the plan does not name exactly the units of the problem"
    share = rows.groupby("unit")["share"].sum()
    for unit in rows.loc[rows["share"] > 0, "unit"].value_counts().loc[lambda n: n > 1].index:
        yield f"unit_covered: {unit} has several reps"
    for unit, total in share.items():
        if differs(total, 1.0) and (problem.every_unit or differs(total, 0.0)):
            yield f"unit_covered: {unit} is covered {total:g} times"
    pairs = pd.MultiIndex.from_arrays([e.rep_of.index, e.rep_of.to_numpy()])
    for unit, rep in pairs[(e.rep_of != "").to_numpy() & ~pairs.isin(problem.pairs.index)]:
        yield f"unit_covered: {rep} may not cover {unit}"
    for rep in sorted(set(e.rep_of) - {""}):
        if not e.there.get(rep, False):
            yield f"only_filled_positions: {rep} has units and is not there"
    yield from _together(e)


def _together(e: Evidence) -> Iterator[str]:
    units = e.problem.units
    for unit in units.index[units["locked"]]:
        if e.rep_of[unit] != units["owner"][unit]:
            yield f"unit_locked: {unit} leaves {units['owner'][unit]}"
    for family, members in units.groupby("family").groups.items():
        if e.rep_of[members].nunique() > 1:
            yield f"family_together: {family} is split"
    for group, members in units.groupby("apart").groups.items():
        reps = e.rep_of[members]
        if reps[reps != ""].duplicated().any():
            yield f"group_apart: {group} shares a rep"


def workload(e: Evidence) -> Iterator[str]:
    """Hours of pairs are what they must be; those of reps fit, with overtime and overload."""
    problem, rule = e.problem, e.problem.workload
    yield from _pair_hours(e)
    overload = _by_rep(e.shortfall("selling_time_limit"), problem.reps.index, e.periods)
    beyond_time = (e.load - e.available - overload).clip(lower=0.0)
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


def _pair_hours(e: Evidence) -> Iterator[str]:
    """Rigid pairs take exactly their hours; pairs with a response take between travel and the most."""
    problem = e.problem
    planned = e.hours_of_chosen
    least = problem.pair_hours.reindex(planned.index).fillna(0.0)
    most = least + problem.most_time.reindex(planned.index).fillna(0.0)
    yield from cells_beyond("time_of_own_rep", planned, most)
    yield from cells_beyond("time_of_own_rep", -planned, -least)
    for unit, rep in e.hours.index.difference(planned.index):
        yield f"time_of_own_rep: {rep} gives time to {unit} and does not cover it"


def balance(e: Evidence) -> Iterator[str]:
    """Measures lie within their bands, or what is outside is listed as a shortfall."""
    for rule in e.problem.balance:
        carried = rule.amounts.groupby(e.rep_of).sum().reindex(rule.lower.index).fillna(0.0)
        scale = float(rule.amounts.abs().sum())
        for rep in rule.lower.index:
            amount, there = float(carried[rep]), float(e.there[rep])
            under = _missing(e, "balance_floor", f"{rule.measure}/{rep}")
            over = _missing(e, "balance_ceiling", f"{rule.measure}/{rep}")
            if beyond(rule.lower[rep] * there, amount + under, scale):
                yield f"balance_floor: {rep} carries {amount:,.6g} of {rule.measure}"
            if beyond(amount - over, rule.upper[rep] * there, scale):
                yield f"balance_ceiling: {rep} carries {amount:,.6g} of {rule.measure}"
            if rule.hard and under + over > 0:
                yield f"balance: {rule.measure} of {rep} is outside a hard band"


def _missing(e: Evidence, rule: str, item: str) -> float:
    amounts = e.shortfall(rule)
    return float(amounts.get((item, ""), 0.0))


def continuity(e: Evidence) -> Iterator[str]:
    """Handovers are marked as such and stay below their ceilings."""
    rule, problem = e.problem.handover, e.problem
    rows = e.plan["assignments"].drop_duplicates("unit").set_index("unit")
    marked = rows["handover"].reindex(problem.units.index)
    for unit in problem.units.index[(marked == "yes") != e.handed_over]:
        yield f"handover: {unit} is marked {marked[unit]}"
    changed = [unit for unit in rule.counted if e.handed_over[unit]]
    if rule.max_units is not None and len(changed) > rule.max_units:
        yield f"handover_limit: {len(changed)} units change, at most {rule.max_units} may"
    total = float(rule.sales[changed].sum())
    if rule.max_sales is not None and beyond(total, rule.max_sales, float(rule.sales.sum())):
        yield f"handover_limit: sales of {total:,.6g} change, at most {rule.max_sales:,.6g} may"
    givers = set(problem.units.loc[changed, "owner"]) & set(problem.reps.index)
    touched = (givers | set(e.rep_of[changed])) - {""}
    if rule.max_reps is not None and len(touched) > rule.max_reps:
        yield f"touched_limit: {len(touched)} reps change, at most {rule.max_reps} may"


def headcount(e: Evidence) -> Iterator[str]:
    """Filled positions are within their bounds."""
    for rule in e.problem.headcount:
        filled = sum(bool(e.there[rep]) for rep in rule.reps)
        if not rule.lower <= filled <= rule.upper:
            yield f"headcount_limit: {filled} filled in {rule.scope}, {rule.lower}–{rule.upper} asked"
