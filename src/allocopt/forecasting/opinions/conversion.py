"""Conversion: what part of open deals is won, when, and for how much, learnt from snapshots.

The won share of a stage is the mean of a beta-binomial posterior: deals that ended there, beside a
prior worth `PRIOR_DEALS` deals that is the probability given for the deal, corrected by how given
probabilities came true, or else the won share over all stages. Source: Gelman et al. 2013,
"Bayesian Data Analysis", §2.4. Only deals that have ended count, so that nothing is assumed of
those that are open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.opinions.deals import outcomes
from allocopt.problem.deals import LOST, OPEN, WON

# What is assumed before any deal has ended counts as much as this many deals that did.
PRIOR_DEALS = 8.0
# Assumed where neither a probability nor the end of any deal is known.
WON_SHARE_ASSUMED = 0.25
# Days from a snapshot to the win of a deal without a close date, before any was seen: 0 to 180.
DELAY_ASSUMED: FloatArray = np.linspace(4.5, 175.5, 20)
# Points that stand for a distribution of days.
POINTS: FloatArray = (np.arange(20) + 0.5) / 20
GROWTH_LEAST, GROWTH_MOST = 0.2, 5.0


@dataclass(frozen=True)
class Days:
    """A distribution of days: equally likely points, and the weight they have together."""

    points: FloatArray
    weight: float


@dataclass(frozen=True)
class Conversion:
    """How deals go from open to won.

    `stages` [n, won] counts the ended deals that were seen in each stage; `pooled` is the won share
    of all; `calibration` turns a given probability into one that came true; `growth` is the won
    amount as a share of the amount before. `slip` is from the expected to the actual close, `delay`
    from a snapshot to the win. `ended` counts the deals that all this is learnt from.
    """

    stages: pd.DataFrame
    pooled: float
    calibration: float
    growth: float
    slip: Days
    delay: Days
    ended: int

    def probability(self, deals: pd.DataFrame) -> FloatArray:
        """Chance of each deal [stage, status, probability] to be won, shape (deal,)."""
        given = (deals["probability"] * self.calibration).clip(0.0, 1.0)
        prior = given.fillna(self.pooled).to_numpy()
        seen = self.stages.reindex(deals["stage"]).fillna(0.0)
        share = (seen["won"].to_numpy() + PRIOR_DEALS * prior) / (
            seen["n"].to_numpy() + PRIOR_DEALS
        )
        status = deals["status"].to_numpy()
        return np.where(status == WON, 1.0, np.where(status == LOST, 0.0, share))

    def share(self, deals: pd.DataFrame) -> FloatArray:
        """Part of each deal's amount that it should bring; all of it once it is won."""
        growth = np.where(deals["status"] == WON, 1.0, self.growth)
        return self.probability(deals) * growth


def learn(rows: pd.DataFrame) -> Conversion:
    """Conversion as the rows of some snapshots, `Deals.rows`, tell it."""
    ended = outcomes(rows)
    ended = ended[ended["status"] != OPEN].rename(columns={"status": "end", "amount": "final"})
    seen = rows[rows["status"] == OPEN].merge(ended, left_on="deal", right_index=True)
    seen["won"] = (seen["end"] == WON).astype(float)
    by_stage = seen.drop_duplicates(["deal", "stage"]).groupby("stage")["won"]
    stages = pd.DataFrame({"n": by_stage.size(), "won": by_stage.sum()}).astype(float)
    once = seen.drop_duplicates("deal", keep="last")
    won = seen[seen["won"] > 0]
    return Conversion(
        stages,
        _pooled(once, rows["probability"]),
        _calibration(once),
        _growth(won),
        _distribution(_slips(won), won["deal"].nunique()),
        _distribution(_days_between(won["snapshot"], won["day"]), won["deal"].nunique()),
        len(once),
    )


def _pooled(ended: pd.DataFrame, given: pd.Series[float]) -> float:
    """Won share of all ended deals, with the mean given probability as prior."""
    prior = float(given.mean()) if given.notna().any() else WON_SHARE_ASSUMED
    return (float(ended["won"].sum()) + PRIOR_DEALS * prior) / (len(ended) + PRIOR_DEALS)


def _calibration(ended: pd.DataFrame) -> float:
    """Wins by what given probabilities promised, drawn to 1 while few deals have ended."""
    told = ended[ended["probability"].notna()]
    promised = float(told["probability"].sum())
    expected = promised / len(told) if promised > 0 else 1.0
    prior = PRIOR_DEALS * expected
    return (float(told["won"].sum()) + prior) / (promised + prior)


def _growth(won: pd.DataFrame) -> float:
    """Won amounts by the amounts seen before, drawn to 1 while few deals were won."""
    count = won["deal"].nunique()
    before = float(won["amount"].sum())
    if before <= 0:
        return 1.0
    raw = float(won["final"].sum()) / before
    return float(np.clip(1 + count / (count + PRIOR_DEALS) * (raw - 1), GROWTH_LEAST, GROWTH_MOST))


def _slips(won: pd.DataFrame) -> FloatArray:
    """Days from the expected close, or the snapshot where that was overdue, to the win."""
    dated = won[won["close"].notna()]
    expected = dated["close"].where(dated["close"] > dated["snapshot"], dated["snapshot"])
    return _days_between(expected, dated["day"])


def _days_between(first: pd.Series[pd.Timestamp], second: pd.Series[pd.Timestamp]) -> FloatArray:
    """Days from the first to the second, NaN where one is unknown."""
    return np.asarray((second - first).dt.days, dtype=float)


def _distribution(days: FloatArray, deals: int) -> Days:
    """Points of an observed distribution, weighted by the number of deals it comes from."""
    if len(days) == 0:
        return Days(np.zeros(len(POINTS)), 0.0)
    return Days(np.quantile(days, POINTS), deals / (deals + PRIOR_DEALS))


def win_days(deals: pd.DataFrame, conversion: Conversion) -> tuple[FloatArray, FloatArray]:
    """When each deal [snapshot, close, status] may be won, arrays (deal, point).

    Days after the snapshot, and the chance of each; chances of one deal sum to 1. A deal with a
    close date slips from it, one without is won after a delay. A win that is booked ahead stays
    where it is booked.
    """
    ahead = _days_between(deals["snapshot"], deals["close"])
    dated = ~np.isnan(ahead)
    fixed = (deals["status"] == WON).to_numpy()
    slip, delay = conversion.slip, conversion.delay
    late = np.maximum(np.where(dated, ahead, 0.0), 0.0)[:, None]
    open_days = np.where(dated[:, None], late + slip.points, delay.points)
    prior_days = np.where(dated[:, None], late, DELAY_ASSUMED)
    weight = np.where(dated, slip.weight, delay.weight)[:, None]
    days = np.hstack([np.maximum(open_days, 1.0), np.maximum(prior_days, 1.0)])
    days = np.where(fixed[:, None], np.where(dated, ahead, 0.0)[:, None], days)
    chance = np.hstack(
        [np.repeat(weight, len(POINTS), axis=1), np.repeat(1 - weight, len(POINTS), axis=1)]
    )
    return days, chance / len(POINTS)
