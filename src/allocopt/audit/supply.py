"""Supply: no more is sold than can be delivered."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.audit.evidence import Evidence, beyond


def supply(e: Evidence) -> Iterator[str]:
    """Sales of each limited product, by the mix of the units that it is limited in."""
    for rule in e.problem.supply:
        share = pd.Series(rule.shares)
        sold = e.sales.loc[share.index].mul(share, axis=0).sum()
        for period, most in rule.most.items():
            if beyond(float(sold[period]), most):
                yield (
                    f"supply_limit: {rule.item} in {period} sells {sold[period]:,.6g} "
                    f"of {most:,.6g}"
                )
