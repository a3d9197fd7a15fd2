"""Provenance: how the forecast of each series was made, and why so."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import BoolArray
from allocopt.forecasting.levels import rows_of
from allocopt.forecasting.options import Options
from allocopt.forecasting.result import PROVENANCE
from allocopt.forecasting.run import Run


def provenance(run: Run, name: str, options: Options) -> pd.DataFrame:
    """Rows of `Forecast.provenance`: one per cell and unit; `weight` is that of the global model."""
    cells, cell_rows = rows_of(run.record.structure, "cell")
    units, unit_rows = rows_of(run.record.structure, "unit")
    keys = pd.concat([cells.assign(unit=""), units], ignore_index=True)
    rows = np.concatenate([cell_rows, unit_rows])
    weight, why = _weights(run)
    told = np.full(len(run.record.structure), name, dtype=object)
    for members, forecaster, reason in (
        (_all_of(run, run.young()), "share of what holds it", "hardly any history yet"),
        (_all_of(run, run.study.closed), "closed", "sales have ended"),
    ):
        told[members], why[members], weight[members] = forecaster, reason, 0.0
    table = keys.assign(
        forecaster=told[rows], why=why[rows], recipe=options.recipe, weight=weight[rows]
    )
    return table[PROVENANCE].astype({"forecaster": "str", "why": "str"})


def _weights(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Weight of the global model for each node, and why."""
    if run.trained is None:
        nodes = len(run.record.structure)
        return np.zeros(nodes), np.full(nodes, run.remark, dtype=object)
    odd, smooth, rare = run.study.task.intermittent, run.trained.smooth, run.trained.intermittent
    why = np.where(odd, f"intermittent: {rare.why}", smooth.why).astype(object)
    return np.where(odd, rare.share, smooth.share), why


def _all_of(run: Run, series: BoolArray) -> BoolArray:
    """Nodes of which every series is one of these."""
    return np.asarray(run.record.structure.summing @ (~series).astype(float) == 0)
