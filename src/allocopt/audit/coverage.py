"""Coverage: who covers what."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, differs


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
