"""Reconciliation: forecasts of series, cells, territories and the company that agree."""

from allocopt.forecasting.reconciliation.covariance import error_variances, shrunk_correlations
from allocopt.forecasting.reconciliation.grouping import KEYS
from allocopt.forecasting.reconciliation.positive import keep_positive
from allocopt.forecasting.reconciliation.reconciler import Method, Reconciler, build_reconciler
from allocopt.forecasting.reconciliation.structure import (
    Structure,
    build_structure,
    plain_structure,
)

__all__ = [
    "KEYS",
    "Method",
    "Reconciler",
    "Structure",
    "build_reconciler",
    "build_structure",
    "error_variances",
    "keep_positive",
    "plain_structure",
    "shrunk_correlations",
]
