"""Likelihood: how much each parameter set of a grid counts for each series.

A smoothing method is run over a small grid of parameters and its results are averaged by their
Gaussian likelihood, so nothing is optimised per series and short series cannot fail.

Source: Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with Exponential Smoothing", §5.1: with
the variance at its maximum-likelihood estimate, L ∝ (Σ e²)^(−n/2).
"""

from __future__ import annotations

import numpy as np

from allocopt.forecasting.arrays import FloatArray, IntArray

# Squares of errors in units of the series' size. Fits that are exact to a millionth are equally
# good: rounding must not choose between them.
EXACT = 1e-12


def likelihood(squares: FloatArray, count: IntArray) -> FloatArray:
    """Weight of each parameter set, shape (grid, series); it sums to 1 over the grid.

    `squares` has shape (grid, series): sum of squared one-step errors in units of the series' size;
    `count`, shape (series,), is the number of errors in it.
    """
    least = squares.min(axis=0)
    weight = ((squares + EXACT) / (least + EXACT)) ** (-count / 2)
    return np.asarray(weight / _total(weight))


def average(weight: FloatArray, states: FloatArray) -> FloatArray:
    """Mean of states over the grid, shape (series,); `weight` and `states` are (grid, series)."""
    return _total(weight * states)


def _total(cells: FloatArray) -> FloatArray:
    """Sum over the first axis, row by row.

    `cells.sum(axis=0)` adds a single series in another order than many: its last bit would depend on
    its company.
    """
    total = np.zeros(cells.shape[1:])
    for row in cells:
        total += row
    return total
