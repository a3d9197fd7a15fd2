"""Agreement: base forecasts of all nodes made to add up, and how far they err together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from allocopt.forecasting.arrays import BoolArray
from allocopt.forecasting.reconciliation import Reconciler, Structure, build_reconciler
from allocopt.forecasting.uncertainty import Blocks

# Factor on the errors of nodes that have no say: their forecasts weigh a millionth.
SILENT = 1000.0


@dataclass(frozen=True)
class Agreement:
    """How forecasts are reconciled, by the errors of local forecasts at past origins."""

    reconciler: Reconciler
    blocks: Blocks


def build_agreement(
    structure: Structure, blocks: Blocks, levels: Collection[str] | None = None
) -> Agreement:
    """The reconciler that past errors ask for.

    With `levels` only those, and the series, have a say in what the others add up to.
    """
    errors = blocks.one_step
    if np.isnan(errors).all():
        return Agreement(build_reconciler(structure), blocks)
    if levels is not None:
        errors = np.where(_has_say(structure, levels)[:, None], errors, SILENT * errors)
    return Agreement(build_reconciler(structure, errors=errors), blocks)


def _has_say(structure: Structure, levels: Collection[str]) -> BoolArray:
    """Which nodes are of some levels, by any of their names, or series."""
    named = structure.names[structure.names["level"].isin(levels)]
    chosen = np.zeros(len(structure), dtype=bool)
    chosen[named["node"].to_numpy(dtype=np.intp)] = True
    chosen[structure.aggregates :] = True
    return chosen
