"""Balance: measures lie within their bands."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence, beyond


def balance(e: Evidence) -> Iterator[str]:
    """Measures lie within their bands, or what is outside is listed as a shortfall."""
    for rule in e.problem.balance:
        carried, bands = rule.carried(e.shares), rule.bands(e.tenures)
        scale = float(rule.amounts.abs().sum())
        for rep, lower, upper in bands.itertuples():
            amount = float(carried.get(rep, 0.0))
            under = _missing(e, "balance_floor", f"{rule.measure}/{rep}")
            over = _missing(e, "balance_ceiling", f"{rule.measure}/{rep}")
            if beyond(lower, amount + under, scale):
                yield f"balance_floor: {rep} carries {amount:,.6g} of {rule.measure}"
            if beyond(amount - over, upper, scale):
                yield f"balance_ceiling: {rep} carries {amount:,.6g} of {rule.measure}"
            if rule.hard and under + over > 0:
                yield f"balance: {rule.measure} of {rep} is outside a hard band"


def _missing(e: Evidence, rule: str, item: str) -> float:
    amounts = e.shortfall(rule)
    return float(amounts.get((item, ""), 0.0))
