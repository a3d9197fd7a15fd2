"""Continuity: handovers, their marks and their ceilings."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond
from allocopt.problem.windows import unit_and_window


def continuity(e: Evidence) -> Iterator[str]:
    """Handovers are marked as such and stay below their ceilings."""
    rule = e.problem.handover
    yield from _marks(e)
    changed = e.handovers.counted
    if rule.max_units is not None and beyond(float(changed.sum()), rule.max_units):
        yield f"handover_limit: {changed.sum():g} units change, at most {rule.max_units} may"
    total = float((changed * rule.sales.reindex(changed.index)).sum())
    if rule.max_sales is not None and beyond(total, rule.max_sales, float(rule.sales.sum())):
        yield f"handover_limit: sales of {total:,.6g} change, at most {rule.max_sales:,.6g} may"
    touched = _touched(e)
    if rule.max_reps is not None and len(touched) > rule.max_reps:
        yield f"touched_limit: {len(touched)} reps change, at most {rule.max_reps} may"


def _marks(e: Evidence) -> Iterator[str]:
    """A unit has a handover exactly where somebody new, or nobody, has it after a rep."""
    rows = e.plan["assignments"]
    marked = set(rows.loc[rows["handover"] == "yes", "unit"])
    before: dict[tuple[str, str], set[str]] = {}
    for unit, rep, window in e.handovers.held_before.index.tolist():
        before.setdefault((unit, window), set()).add(rep)
    now: dict[tuple[str, str], set[str]] = {}
    for unit, rep, window in e.shares.index.tolist():
        now.setdefault((unit, window), set()).add(rep)
    changed = {key[0] for key, held in before.items() if not now.get(key) or now[key] - held}
    for unit in sorted(changed ^ marked):
        yield f"handover: {unit} is marked {'yes' if unit in marked else 'no'}"


def _touched(e: Evidence) -> set[str]:
    """Reps who give a unit up by choice, and those who get it."""
    given, taken = e.handovers.by_choice, e.handovers.taken_up
    changes = set(unit_and_window(given.index).tolist())
    got = {rep for unit, rep, window in taken.index.tolist() if (unit, window) in changes}
    gave = set(given.index.unique("rep")) & set(e.problem.reps.index)
    return gave | got
