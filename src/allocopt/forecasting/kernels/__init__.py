"""Kernels: local models, each fitted to all series of a panel at once.

Values have shape (series, period), oldest first and right-aligned: the last column is the newest
period. NaN is a period before the series opened, or an unknown one inside, which is skipped. A
series without any known value is forecast at zero.
"""

from allocopt.forecasting.kernels.damped_trend import DampedTrend, fit_damped_trend
from allocopt.forecasting.kernels.decomposition import Seasonality, decompose, decompose_tested
from allocopt.forecasting.kernels.holt_winters import HoltWinters, fit_holt_winters
from allocopt.forecasting.kernels.local import (
    LocalForecast,
    Smoothers,
    fit_smoothers,
    local_forecast,
    rolling_errors,
)
from allocopt.forecasting.kernels.naive import naive, naive2, seasonal_naive
from allocopt.forecasting.kernels.theta import Theta, fit_theta
from allocopt.forecasting.kernels.tsb import tsb

__all__ = [
    "DampedTrend",
    "HoltWinters",
    "LocalForecast",
    "Seasonality",
    "Smoothers",
    "Theta",
    "decompose",
    "decompose_tested",
    "fit_damped_trend",
    "fit_holt_winters",
    "fit_smoothers",
    "fit_theta",
    "local_forecast",
    "naive",
    "naive2",
    "rolling_errors",
    "seasonal_naive",
    "tsb",
]
