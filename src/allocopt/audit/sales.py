"""Sales: what coverage and lift bring."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from allocopt.audit.evidence import Evidence, beyond, cells_beyond, rows_of
from allocopt.audit.overlays import support_lift
from allocopt.tables import among


def sales(e: Evidence) -> Iterator[str]:
    """Sales are no more than coverage and lift bring, and than the unit can buy."""
    problem = e.problem
    earned = covered_sales(e) + unit_lift(e) + support_lift(e)
    scale = float(problem.demand.to_numpy().max(initial=0.0))
    yield from cells_beyond("sales_earned", e.sales, earned, scale)
    yield from cells_beyond("sales_earned", e.sales, problem.ceiling, scale)
    yield from cells_beyond("sales_earned", -e.sales, e.sales * 0.0)


def covered_sales(e: Evidence) -> pd.DataFrame:
    """What coverage brings; unit × period."""
    problem = e.problem
    brought = problem.stint_sales.reindex(e.shares.index).mul(e.shares, axis=0)
    rigid = brought.groupby(level="unit").sum().reindex(problem.units.index).fillna(0.0)
    share, demand = rows_of(_effective_shares(e)), rows_of(problem.demand)
    earned = rows_of(rigid) | {
        unit: demand[unit] * curve(share[unit]) for unit, curve in problem.responses.items()
    }
    return pd.DataFrame.from_dict(earned, orient="index", columns=e.periods)


def _effective_shares(e: Evidence) -> pd.DataFrame:
    """Effective time over standard hours of each unit with a response; unit × period."""
    problem = e.problem
    units = list(problem.responses)
    hours = e.hours_of_chosen - e.of_pairs(problem.stint_travel)
    hours = hours[among(hours.index.get_level_values("unit"), units)]
    rate = problem.share_per_hour.reindex(hours.index)
    return (hours * rate).groupby(level="unit").sum().reindex(units).fillna(0.0)


def unit_lift(e: Evidence) -> pd.DataFrame:
    """Lift of each unit: its cell's, shared by demand; unit × period."""
    problem = e.problem
    lifted = rows_of(e.lift.groupby(level=["territory", "segment"]).sum()) if len(e.lift) else {}
    cells = zip(problem.units["territory"], problem.units["segment"], strict=True)
    nothing = np.zeros(len(e.periods))
    rows = {
        unit: problem.lifted_units[unit].to_numpy() * lifted[cell] if cell in lifted else nothing
        for unit, cell in zip(problem.units.index, cells, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=e.periods)


def lift(e: Evidence) -> Iterator[str]:
    """Lift is what the curve gives for effective spend; spend keeps its own limits."""
    spent, lifts = rows_of(e.spend), rows_of(e.lift)
    for curve in e.problem.lifts:
        effective = curve.carried_in
        name = "/".join(curve.key)
        rows = zip(e.periods, spent[curve.key], lifts[curve.key], curve.curves, strict=True)
        for period, spend, lifted, shape in rows:
            effective = spend + curve.carryover * effective
            most = float(shape(effective))
            if beyond(lifted, most, shape.y[-1]):
                yield f"effective_spend: {name} in {period} lifts {lifted:,.6g} of {most:,.6g}"
            low, high = curve.bounds(period)
            if period not in curve.made and spend > 1e-6 * high:
                low = curve.spend_min_if_any
            if beyond(spend, high) or beyond(low, spend, high):
                yield f"spend_minimum: {name} in {period} spends {spend:,.6g}"
