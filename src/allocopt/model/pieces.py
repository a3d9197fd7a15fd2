"""Order of pieces: a curve that is not concave is climbed from its foot.

Pieces of a concave curve fill by themselves, steepest first. Where a later piece is steeper, a binary
says that the pieces before it are full (incremental formulation: Markowitz and Manne, 1957).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pyomo.environ as pyo

from allocopt.problem import Curve


def order_pieces(
    m: pyo.ConcreteModel,
    name: str,
    curves: Mapping[Any, Curve],
    piece: Callable[[Any, int], Any],
) -> None:
    """Adds {name}_reached and its rules for every curve that is not concave.

    `piece(key, k)` is the variable of piece k. With z_k = 1 piece k is full; with z_k = 0 nothing beyond
    piece k is used.
    """
    bends = [(key, k) for key, curve in curves.items() for k in range(curve.ordered)]
    label = {bend: (*_flat(bend[0]), bend[1]) for bend in bends}
    found = {index: bend for bend, index in label.items()}
    reached = pyo.Var(list(found), domain=pyo.Binary, doc="The piece is full.")
    m.add_component(f"{name}_reached", reached)

    def full(m: pyo.ConcreteModel, *index: Hashable) -> Any:
        key, k = found[index]
        return piece(key, k) >= curves[key].widths[k] * reached[index]

    def beyond(m: pyo.ConcreteModel, *index: Any) -> Any:
        (key, _), later = found[index[:-1]], index[-1]
        return piece(key, later) <= curves[key].widths[later] * reached[index[:-1]]

    steps = [
        (*index, later)
        for index, (key, k) in found.items()
        for later in _released_by(curves[key], k)
    ]
    m.add_component(
        f"{name}_piece_full",
        pyo.Constraint(list(found), rule=full, doc="A piece of a curve is full before the next."),
    )
    m.add_component(
        f"{name}_piece_beyond",
        pyo.Constraint(steps, rule=beyond, doc="A curve is climbed from its foot."),
    )


def _released_by(curve: Curve, k: int) -> range:
    """Pieces that may be used once piece k is full: the next, or all after the last ordered one."""
    return range(k + 1, k + 2) if k + 1 < curve.ordered else range(k + 1, len(curve.widths))


def _flat(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)
