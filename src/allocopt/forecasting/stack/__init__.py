"""Stack: one gradient-boosted model over all series, stacked on the local forecasts."""

from allocopt.forecasting.stack.options import StackOptions
from allocopt.forecasting.stack.stack import Stack, StackForecast, train_stack

__all__ = ["Stack", "StackForecast", "StackOptions", "train_stack"]
