"""Evaluation: how good forecasts were, beside simple ones, and how sure that is.

origins = choose_origins(periods, season, horizon, most=6)
yardsticks = forecast_at(values, season, origins, YARDSTICKS)
comparison = Comparison(
    actual_after(values, origins), {"ours": forecasts, **yardsticks}, levels,
    scales_at(values, origins.places, season), {"ours": {0.1: lower, 0.9: upper}},
)
accuracy = measure(comparison, ours="ours", seed=7)
remarks = where_not_better(accuracy, "ours", SEASONAL_NAIVE)
"""

from allocopt.forecasting.evaluation.accuracy_table import ACCURACY, measure, where_not_better
from allocopt.forecasting.evaluation.comparison import Comparison
from allocopt.forecasting.evaluation.origins import (
    Method,
    Origins,
    actual_after,
    choose_origins,
    forecast_at,
)
from allocopt.forecasting.evaluation.scales import Scales, find_scales, scales_at
from allocopt.forecasting.evaluation.yardsticks import NAIVE, SEASONAL_NAIVE, THETA, YARDSTICKS

__all__ = [
    "ACCURACY",
    "NAIVE",
    "SEASONAL_NAIVE",
    "THETA",
    "YARDSTICKS",
    "Comparison",
    "Method",
    "Origins",
    "Scales",
    "actual_after",
    "choose_origins",
    "find_scales",
    "forecast_at",
    "measure",
    "scales_at",
    "where_not_better",
]
