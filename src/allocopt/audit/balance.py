"""Balance: measures lie within their bands."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, beyond


def balance(e: Evidence) -> Iterator[str]:
    """Measures lie within their bands, or what is outside is listed as a shortfall."""
    floors, ceilings = (e.shortfall(f"balance_{side}") for side in ("floor", "ceiling"))
    for rule in e.problem.balance:
        carried, bands = rule.carried(e.shares), rule.bands(e.tenures)
        scale = float(rule.amounts.abs().sum())
        for rep, lower, upper in bands.itertuples():
            amount = float(carried.get(rep, 0.0))
            item = f"{rule.measure}/{rep}", ""
            under, over = (float(missing.get(item, 0.0)) for missing in (floors, ceilings))
            if beyond(lower, amount + under, scale):
                yield f"balance_floor: {rep} carries {amount:,.6g} of {rule.measure}"
            if beyond(amount - over, upper, scale):
                yield f"balance_ceiling: {rep} carries {amount:,.6g} of {rule.measure}"
            if rule.hard and under + over > 0:
                yield f"balance: {rule.measure} of {rep} is outside a hard band"
        outside = _outside(carried, bands)
        if rule.most_outside is not None and beyond(outside, rule.most_outside, scale):
            yield f"outside_limit: {outside:,.6g} of {rule.measure} lies outside the bands"


def _outside(carried: pd.Series[float], bands: pd.DataFrame) -> float:
    """What lies below and above the bands, over all reps."""
    amount = carried.reindex(bands.index).fillna(0.0)
    below, above = (bands["lower"] - amount).clip(lower=0), (amount - bands["upper"]).clip(lower=0)
    return float((below + above).sum())
