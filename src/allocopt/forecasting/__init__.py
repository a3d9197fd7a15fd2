"""Forecasting: expected sales per cell, unit and plan period, with intervals and provenance."""

from allocopt.forecasting.forecast import (
    forecast_demand,
    forecast_history,
    forecast_scenario,
    forecast_sources,
    options_of,
)
from allocopt.forecasting.options import Options
from allocopt.forecasting.result import Forecast
from allocopt.forecasting.sources import Sources

__all__ = [
    "Forecast",
    "Options",
    "Sources",
    "forecast_demand",
    "forecast_history",
    "forecast_scenario",
    "forecast_sources",
    "options_of",
]
