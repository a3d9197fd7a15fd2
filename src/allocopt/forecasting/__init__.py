"""Forecasting: expected sales per cell, unit and plan period, with intervals and provenance."""

from allocopt.forecasting.forecast import (
    Options,
    forecast_demand,
    forecast_history,
    forecast_scenario,
)
from allocopt.forecasting.result import Forecast

__all__ = ["Forecast", "Options", "forecast_demand", "forecast_history", "forecast_scenario"]
