"""Customers: how a series' customers behave, as features known at the origin of a forecast.

From who bought when: how many of last season's buyers buy again, stop, are new, and how long ago they
bought; or from counts of customers, new and lost customers and orders. The feature of a period uses that
period and earlier ones only. Source of the measures: Fader, Hardie and Lee 2005, "RFM and CLV".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray
from allocopt.forecasting.effects.gaps import neighbours
from allocopt.forecasting.kernels.local import local_forecast

BUYING = ("active", "repurchase", "churn", "new", "recency")
COUNTED = ("customers", "churn", "new", "frequency")


@dataclass(frozen=True)
class Behaviour:
    """Features of customers' behaviour; `values` has shape (feature, series, period), NaN: unknown."""

    names: tuple[str, ...]
    values: FloatArray

    def known_at(self, origin: int, season: int, horizon: int) -> FloatArray:
        """As seen after `origin` periods: (feature, series, origin + horizon).

        Each feature goes on by its own forecast, made of what was known then.
        """
        features, series, _ = self.values.shape
        seen = self.values[:, :, :origin].reshape(features * series, origin)
        ahead = np.full((len(seen), horizon), np.nan)
        rows = (~np.isnan(seen)).any(axis=1)
        if rows.any():
            ahead[rows] = np.maximum(local_forecast(seen[rows], season, horizon).mean, 0.0)
        return np.concatenate([seen, ahead], axis=1).reshape(features, series, origin + horizon)

    def delayed(self, horizon: int) -> FloatArray:
        """Each period's features as they were `horizon` periods earlier.

        Shape (feature, series, period + horizon). Nothing in it is later than any origin that
        forecasts it, so one array serves all origins of a training.
        """
        padding = ((0, 0), (0, 0), (horizon, 0))
        return np.pad(self.values, padding, constant_values=np.nan)


def from_buying(bought: BoolArray, series: IntArray, count: int, season: int) -> Behaviour:
    """Behaviour from who bought when.

    `bought` (customer, period) tells whether a customer (a unit) bought; `series` (customer,) is the
    series of each, of `count`. Features: active = customers who bought within the last season;
    repurchase = share of those active before who buy now; churn = share of those active a season
    ago who have bought nothing since; new = share of the active who first bought within the last
    season; recency = mean periods since the last purchase of all who ever bought, in seasons.
    """
    periods = bought.shape[1]
    columns = np.arange(periods)
    last = neighbours(np.where(bought, 1.0, np.nan))[0]
    first = np.where(bought.any(axis=1), bought.argmax(axis=1), periods)[:, None]
    ever, active = last >= 0, (last >= 0) & (columns - last < season)
    before, season_ago = _later(active, 1), _later(active, season)
    since = np.where(ever, columns - last, 0) / season

    def summed(members: FloatArray | BoolArray) -> FloatArray:
        return _sums(members, series, count)

    number = summed(active)
    return Behaviour(
        BUYING,
        np.stack(
            [
                number,
                _share(summed(before & bought), summed(before)),
                _share(summed(season_ago & ~active), summed(season_ago)),
                _share(summed(active & (columns - first < season)), number),
                _share(summed(since), summed(ever)),
            ]
        ),
    )


def from_counts(counts: Mapping[str, FloatArray]) -> Behaviour:
    """Behaviour from given counts (series, period), NaN where unknown.

    `counts` may have customers, new_customers, lost_customers and orders, as the columns of
    history. Features: customers; churn = lost per customer of the period before; new = new per
    customer; frequency = orders per customer. Those without their counts are left out; without
    customers there are none.
    """
    customers = counts.get("customers")
    if customers is None:
        return Behaviour((), np.zeros((0, 0, 0)))
    before = np.pad(customers[:, :-1], ((0, 0), (1, 0)), constant_values=np.nan)
    shares = {
        "customers": customers,
        "churn": _share_of(counts.get("lost_customers"), before),
        "new": _share_of(counts.get("new_customers"), customers),
        "frequency": _share_of(counts.get("orders"), customers),
    }
    known = {name: values for name in COUNTED if (values := shares[name]) is not None}
    return Behaviour(tuple(known), np.stack(list(known.values())))


def _share_of(part: FloatArray | None, whole: FloatArray) -> FloatArray | None:
    return None if part is None else _share(part, whole)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Quotient; unknown where there is nothing to be a share of."""
    counted = whole > 0
    return np.where(counted, part / np.where(counted, whole, 1.0), np.nan)


def _sums(members: FloatArray | BoolArray, series: IntArray, count: int) -> FloatArray:
    total = np.zeros((count, members.shape[1]))
    np.add.at(total, series, members)
    return total


def _later(members: BoolArray, periods: int) -> BoolArray:
    """The state `periods` earlier."""
    moved = np.zeros_like(members)
    moved[:, periods:] = members[:, :-periods] if periods < members.shape[1] else False
    return moved
