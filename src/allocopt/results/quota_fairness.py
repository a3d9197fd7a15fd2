"""Fairness of quotas: whether attainment depends on what it should not depend on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import kendalltau, theilslopes

from allocopt.plan import OPTIONAL_TABLES

# Quotas of fewer reps than this say nothing about the way they were set.
FEWEST = 4
# A dependence that chance brings more often than this counts as none.
SIGNIFICANCE = 0.05


def fairness_table(
    quota: pd.Series[float], before: pd.Series[float], attainment: pd.Series[float]
) -> pd.DataFrame:
    """The table `quota_fairness`: the three tests of quotas, one row each.

    `quota`, `before` [currency] and expected `attainment` [share] by rep, unknown where NaN. Expected
    attainment should not depend on the size of the quota, on its growth in money, or on its growth in
    per cent: if those with large quotas reach them more often, small ones are too hard. Zoltners, Sinha
    and Lorimer (2006, ch. 8). Rank correlation and its exact test: Kendall (1938); slope: Sen (1968).
    """
    growth = quota - before
    against = {
        "size": quota,
        "growth": growth,
        "growth_share": growth / before.where(before > 0),
    }
    rows = [(name, *_dependence(measure, attainment)) for name, measure in against.items()]
    return pd.DataFrame(rows, columns=list(OPTIONAL_TABLES["quota_fairness"]))


def _dependence(
    measure: pd.Series[float], attainment: pd.Series[float]
) -> tuple[int, float, float, float, str]:
    """Reps compared, slope [share per unit of the measure], correlation, p-value, and the verdict."""
    both = pd.DataFrame({"measure": measure, "attainment": attainment}).dropna()
    # Attainment that differs by rounding does not differ.
    x, y = both["measure"].round(6), both["attainment"].round(6)
    if len(both) < FEWEST:
        return len(both), np.nan, np.nan, np.nan, "unknown"
    if x.nunique() < 2 or y.nunique() < 2:
        return len(both), 0.0, 0.0, 1.0, "yes"
    slope = float(theilslopes(y, x).slope)
    found = kendalltau(x, y)
    verdict = "yes" if found.pvalue > SIGNIFICANCE else "no"
    return len(both), slope, float(found.statistic), float(found.pvalue), verdict
