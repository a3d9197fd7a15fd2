"""Status: what each period of each series is - not opened yet, a sale, none, unknown, closed.

A series is closed when its last sale lies so far back that chance does not explain it. If sales
come at random, the time to the next one is exponential, and the chance that it exceeds k times the
longest of n earlier intervals is Π i / (i + k), i = 1 … n (the longest of n exponential variables
has the Laplace transform Π i / (i + k)). The multiples below keep that chance at 1 in 20.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from allocopt.forecasting.arrays import BoolArray, FloatArray, IntArray

# Multiple of the longest interval between sales, by the number of intervals: 0, 1, 2, 3 and more.
# A single sale has no interval: a season stands in for it.
MULTIPLES: IntArray = np.array([3, 19, 5, 3])


class Status(IntEnum):
    """What a period is to a series."""

    UNOPENED = 0  # before the first row
    SALE = 1
    ZERO = 2  # the books are there and the series is not in them
    GAP = 3  # the books are missing
    CLOSED = 4  # after the last sale of a series that has ended


def status_of(values: FloatArray, season: int) -> IntArray:
    """`Status` of each period, shape (series, period)."""
    known = ~np.isnan(values)
    opened = np.maximum.accumulate(known, axis=1)
    status = np.where(values == 0, Status.ZERO, Status.SALE)
    status = np.where(known, status, np.where(opened, Status.GAP, Status.UNOPENED))
    closed = np.arange(values.shape[1])[None, :] >= closed_since(values, season)[:, None]
    return np.where(closed, Status.CLOSED, status).astype(np.int8)


def closed_since(values: FloatArray, season: int) -> IntArray:
    """Column of the first period after each series closed; the number of periods while it is open.

    Closed: the periods since the last sale exceed a season and the multiple of the longest
    interval between earlier sales. Periods count in which some series sells; so a panel that
    stops as a whole, or is one series, is never closed. Returns after the last sale do not open
    a series again.
    """
    periods = values.shape[1]
    sold = _sold(values)
    clock = np.cumsum(sold.any(axis=0))
    rows, columns = np.nonzero(sold)
    last = np.zeros(len(values), dtype=np.intp)
    np.maximum.at(last, rows, columns)
    longest = np.full(len(values), season)
    same = rows[1:] == rows[:-1]
    intervals: IntArray = (clock[columns[1:]] - clock[columns[:-1]])[same]
    count = np.bincount(rows[1:][same], minlength=len(values))
    longest[count > 0] = 0
    np.maximum.at(longest, rows[1:][same], intervals)
    allowed = np.maximum(season, MULTIPLES[np.minimum(count, len(MULTIPLES) - 1)] * longest)
    quiet = clock[-1] - clock[last] if periods else np.zeros(len(values), dtype=np.intp)
    return np.where(sold.any(axis=1) & (quiet > allowed), last + 1, periods)


def _sold(values: FloatArray) -> BoolArray:
    """Where something was sold: above zero, or anything but zero in a series that never is."""
    amounts = np.nan_to_num(values)
    positive = (amounts > 0).any(axis=1, keepdims=True)
    return np.asarray(np.where(positive, amounts > 0, amounts != 0))
