"""Cut: the part of a model that is left when most columns keep their values.

Rows without a free column are left out, for the point that is cut out of keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from allocopt.solver.compiled import CompiledModel, Floats

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Cut:
    """The part, and the places of its columns in the whole model."""

    part: CompiledModel
    columns: npt.NDArray[np.intp]

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
    matrix = model.matrix[:, columns]
    rows = np.unique(matrix.indices)
    number = np.zeros(len(model.rows), dtype=np.intp)
    number[rows] = np.arange(len(rows))
    own = csc_array(
        (matrix.data, number[matrix.indices], matrix.indptr), shape=(len(rows), len(columns))
    )
    others = (model.matrix @ np.where(free, 0.0, x))[rows]
    part = replace(
        model,
        cost=model.cost[columns],
        offset=0.0,
        matrix=own,
        row_lower=model.row_lower[rows] - others,
        row_upper=model.row_upper[rows] - others,
        lower=model.lower[columns],
        upper=model.upper[columns],
        integer=model.integer[columns],
        rows=tuple(model.rows[row] for row in rows.tolist()),
        columns=tuple(model.columns[column] for column in columns.tolist()),
    )
    return Cut(part, columns)
