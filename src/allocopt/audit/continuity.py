"""Continuity: handovers, their marks and their ceilings."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond


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
