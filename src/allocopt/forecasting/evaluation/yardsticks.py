"""Yardsticks: the simple forecasters that stand beside ours in every back-test."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.evaluation.origins import Method
from allocopt.forecasting.kernels.naive import naive, seasonal_naive
from allocopt.forecasting.kernels.theta import fit_theta


def _naive(values: FloatArray, season: int, horizon: int) -> FloatArray:
    return naive(values, horizon)


def _theta(values: FloatArray, season: int, horizon: int) -> FloatArray:
    return fit_theta(values, season, horizon).mean


NAIVE, SEASONAL_NAIVE, THETA = "naive", "seasonal naive", "theta"
YARDSTICKS: Mapping[str, Method] = MappingProxyType(
    {NAIVE: _naive, SEASONAL_NAIVE: seasonal_naive, THETA: _theta}
)
