"""Options of the stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class StackOptions:
    """How the stack is trained.

    `loss` is "absolute" (the median of what may come) or "poisson" (the mean, for panels with many
    zeros, whose median is far below what is sold in total). `origins` is the number of past origins
    to learn from, `iterations` the number of trees, `rows_max` the most training rows [series ×
    origin × horizon], beyond which a sample of the series is learnt from. `quantiles` asks for
    models of these levels besides, each as costly as the first. "lightgbm" must be installed.
    """

    seed: int = 0
    loss: Literal["absolute", "poisson"] = "absolute"
    origins: int = 12
    iterations: int = 150
    rows_max: int = 640_000
    quantiles: tuple[float, ...] = ()
    booster: Literal["sklearn", "lightgbm"] = "sklearn"
