"""Booster: gradient-boosted trees from scikit-learn, or from LightGBM where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.stack.features import Features
from allocopt.forecasting.stack.options import StackOptions
from allocopt.forecasting.stack.rows import Rows

LEARNING_RATE = 0.05
COLUMNS_TRIED = 0.5
RIDGE = 1.0
MANY_ROWS = 100_000


class Regressor(Protocol):
    """A fitted scikit-learn or LightGBM regressor."""

    def predict(self, X: Features) -> FloatArray: ...  # noqa: D102


@dataclass(frozen=True)
class Booster:
    """Trained trees; `usable` are the features that were known in some training row."""

    regressor: Regressor
    usable: BoolArray

    def predict(self, features: Features) -> FloatArray:
        """Target of each row, shape (row,)."""
        # One thread: the same bits on every machine, and no waiting for a busy second core.
        with threadpool_limits(limits=1, user_api="openmp"):
            return np.asarray(self.regressor.predict(features[:, self.usable]), np.float64)


def train_booster(rows: Rows, options: StackOptions, quantile: float | None = None) -> Booster:
    """Trees for the loss of `options`, or for a quantile."""
    # A short history knows some features at no origin, and the trees cannot bin those.
    usable = np.asarray(~np.isnan(rows.features).all(axis=0))
    create = _lightgbm if options.booster == "lightgbm" else _scikit_learn
    regressor = create(options, quantile, _tree_size(len(rows.targets)))
    with threadpool_limits(limits=1, user_api="openmp"):
        regressor.fit(rows.features[:, usable], rows.targets)
    return Booster(regressor, usable)


@dataclass(frozen=True)
class TreeSize:
    """How fine a tree may be."""

    leaves: int
    leaf_rows: int


def _tree_size(rows: int) -> TreeSize:
    """Finer trees for more rows; neighbouring origins and horizons of a series are hardly new."""
    leaf_rows = int(np.clip(rows // 1500, 20, 100))
    return TreeSize(leaves=31 if rows >= MANY_ROWS else 15, leaf_rows=leaf_rows)


def _scikit_learn(options: StackOptions, quantile: float | None, size: TreeSize) -> Any:
    loss = {"absolute": "absolute_error", "poisson": "poisson"}[options.loss]
    return HistGradientBoostingRegressor(
        loss="quantile" if quantile is not None else loss,
        quantile=quantile,
        max_iter=options.iterations,
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=size.leaves,
        min_samples_leaf=size.leaf_rows,
        l2_regularization=RIDGE,
        max_features=COLUMNS_TRIED,
        early_stopping=False,
        random_state=options.seed,
    )


def _lightgbm(options: StackOptions, quantile: float | None, size: TreeSize) -> Any:
    lightgbm = import_module("lightgbm")  # an optional extra
    loss = {"absolute": "regression_l1", "poisson": "poisson"}[options.loss]
    return lightgbm.LGBMRegressor(
        objective="quantile" if quantile is not None else loss,
        alpha=quantile,
        n_estimators=options.iterations,
        learning_rate=LEARNING_RATE,
        num_leaves=size.leaves,
        min_child_samples=size.leaf_rows,
        reg_lambda=RIDGE,
        colsample_bynode=COLUMNS_TRIED,
        subsample=0.7,
        subsample_freq=1,
        random_state=options.seed,
        n_jobs=1,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )
