"""Cut: the part of a model that is left when most columns keep their values.

Rows without a free column are left out, for the point that is cut out of keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Mask, Numbers


@dataclass(frozen=True)
class Cut:
    """The part, and the places of its columns in the whole model."""

    part: CompiledModel
    columns: Numbers

    def point(self, values: Floats, around: Floats) -> Floats:
        """The point `around` with the part's columns at other values; whole numbers exactly."""
        x = around.copy()
        x[self.columns] = np.where(self.part.integer, np.round(values), values)
        return x


def cut_out(model: CompiledModel, free: Mask, x: Floats) -> Cut:
    """The part of the model whose columns are free; the others stay at x.

    Its objective has no offset, so that a relative gap is one of the part.
    """
    columns = np.flatnonzero(free)
    return Cut(replace(model.submodel(columns, x=x), offset=0.0), columns)


def fixed_at(model: CompiledModel, point: Floats, free: Mask | None = None) -> CompiledModel:
    """The model with its whole-numbered columns fixed at a point, but for those that stay `free`."""
    closed = model.integer if free is None else model.integer & ~free
    whole = np.round(point)
    return replace(
        model,
        lower=np.where(closed, whole, model.lower),
        upper=np.where(closed, whole, model.upper),
    )
