"""Uncertainty: how far a forecast may be off, for each node and for all of them together."""

from allocopt.forecasting.uncertainty.blocks import (
    FEW_BLOCKS,
    Blocks,
    error_scale,
    residual_blocks,
    sampled_rows,
)
from allocopt.forecasting.uncertainty.calibration import HoldoutErrors, calibrate
from allocopt.forecasting.uncertainty.conformal import (
    conformal_quantile,
    correct_quantiles,
    pooled_quantiles,
)
from allocopt.forecasting.uncertainty.draw import draw_paths
from allocopt.forecasting.uncertainty.paths import Paths
from allocopt.forecasting.uncertainty.reduction import WeightedScenarios, reduce_paths

__all__ = [
    "FEW_BLOCKS",
    "Blocks",
    "HoldoutErrors",
    "Paths",
    "WeightedScenarios",
    "calibrate",
    "conformal_quantile",
    "correct_quantiles",
    "draw_paths",
    "error_scale",
    "pooled_quantiles",
    "reduce_paths",
    "residual_blocks",
    "sampled_rows",
]
