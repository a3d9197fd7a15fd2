"""Coverage: who covers what, and when."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import TOLERANCE, Evidence, beyond, differs
from allocopt.problem.windows import unit_and_window
from allocopt.tables import among

# What a rep who shares a unit has of it at least.
LEAST_SHARE = 0.1


def coverage(e: Evidence) -> Iterator[str]:
    """Eligible reps who are there for every unit; locks, families and apart groups are kept."""
    problem, rows = e.problem, e.plan["assignments"]
    if set(rows["unit"]) != set(problem.units.index):
        yield "unit_covered: the plan does not name exactly the units of the problem"
    yield from e.misplaced
    yield from _covered(e)
    yield from _shared(e)
    for unit, rep, window in e.shares.index.tolist():
        if not _is_filled(e, rep, window):
            yield f"only_filled_positions: {rep} has {unit} from {window} and is not there"
    yield from _locked(e)
    yield from _together(e)
    yield from _apart(e)


def _covered(e: Evidence) -> Iterator[str]:
    """Shares add up to one in every window in which somebody may cover the unit."""
    problem = e.problem
    covered = e.shares.groupby(level=["unit", "window"]).sum()
    coverable = unit_and_window(problem.stints).unique()
    found = covered.reindex(coverable).fillna(0.0)
    for (unit, window), share in zip(coverable.tolist(), found.tolist(), strict=True):
        few = problem.every_unit and beyond(1.0, share)
        if few or beyond(share, 1.0):
            yield f"unit_covered: {unit} is covered {share:g} times from {window}"


def _shared(e: Evidence) -> Iterator[str]:
    """Only shared units have several reps or parts, and no more of them than they may."""
    most = e.problem.shared_units
    parts_of: dict[tuple[str, str], list[float]] = {}
    for (unit, _, window), share in zip(e.shares.index.tolist(), e.shares.tolist(), strict=True):
        parts_of.setdefault((unit, window), []).append(share)
    for (unit, window), parts in parts_of.items():
        allowed = most.get(unit, 1)
        if len(parts) > allowed:
            yield f"unit_covered: {unit} has {len(parts)} reps from {window}, {allowed} may share it"
        if allowed == 1 and differs(max(parts), 1.0):
            yield f"unit_covered: {unit} is covered in part, and may not be shared"
        if beyond(LEAST_SHARE, min(parts)):
            yield f"part_worth_having: a part of {unit} is less than {LEAST_SHARE:g}"


def _is_filled(e: Evidence, rep: str, window: str) -> bool:
    if rep not in e.problem.open_reps:
        return True
    return rep in e.hired and e.hired[rep] <= window


def _locked(e: Evidence) -> Iterator[str]:
    share = dict(zip(e.shares.index.tolist(), e.shares.tolist(), strict=True))
    for unit, rep, window in e.problem.locked_stints:
        if differs(share.get((unit, rep, window), 0.0), 1.0):
            yield f"unit_locked: {unit} leaves {rep} from {window}"


def _together(e: Evidence) -> Iterator[str]:
    units = e.problem.units
    related = units.index[units["family"].notna()]
    if related.empty:
        return
    theirs = e.shares[among(e.shares.index.get_level_values("unit"), related)]
    by_unit = theirs.unstack(["rep", "window"]).reindex(related).fillna(0.0)
    for family, members in units.groupby("family").groups.items():
        if ((by_unit.loc[members] - by_unit.loc[members[0]]).abs() > TOLERANCE).any(axis=None):
            yield f"family_together: {family} is split"


def _apart(e: Evidence) -> Iterator[str]:
    held = e.shares.reset_index()
    for group, members in e.problem.units.groupby("apart").groups.items():
        if _meet(e, held[held["unit"].isin(members)]):
            yield f"group_apart: {group} shares a rep"


def _meet(e: Evidence, held: pd.DataFrame) -> bool:
    """Whether two units have the same rep on the same day."""
    days = e.problem.windows.days
    spans = held.join(days, on=["unit", "window"])
    pairs = spans.merge(spans, on="rep", suffixes=("", "_other"))
    pairs = pairs[pairs["unit"] < pairs["unit_other"]]
    overlap = (pairs["start"] <= pairs["end_other"]) & (pairs["start_other"] <= pairs["end"])
    return bool(overlap.any())
