"""Engine: from series and how they add up to forecasts of all nodes that agree."""

from allocopt.forecasting.engine.agreement import Agreement, build_agreement
from allocopt.forecasting.engine.holdout import Holdout, Past, pasts_of
from allocopt.forecasting.engine.residuals import Residuals, measure_residuals
from allocopt.forecasting.engine.task import Task
from allocopt.forecasting.engine.training import Progress, Trained, train
from allocopt.forecasting.engine.weight import Weight

__all__ = [
    "Agreement",
    "Holdout",
    "Past",
    "Progress",
    "Residuals",
    "Task",
    "Trained",
    "Weight",
    "build_agreement",
    "measure_residuals",
    "pasts_of",
    "train",
]
