"""Narrowing: good plans use few of all choices, those whose forcing hardly lowers the bound.

Branch and bound over these alone is quick where the whole model is too large for it, and finds plans that
are near the bound (restricted by Lagrangian reduced costs: core problems of Balas and Zemel, 1980).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats
from allocopt.solver.highs import Limits, Run, Watch, run
from allocopt.solver.knapsacks.part import free_part
from allocopt.solver.knapsacks.probing import settled
from allocopt.solver.knapsacks.strengthened import Strengthened, better_than

# How many choices are left, as multiples of the fewest that can reach the bound.
WIDTHS = (1.0, 1.6, 2.5)


@dataclass
class _Heard:
    """Hears of the plans of a run, and ends it when one is as good as the bound."""

    model: CompiledModel
    bound: float
    best: float = -np.inf

    def found(self, point: Floats) -> None:
        """A plan."""
        self.best = max(self.best, self.model.value(point))

    def enough(self) -> bool:
        """Whether no better plan can come."""
        return better_than(self.model, self.best) >= self.bound


def narrow_plan(
    model: CompiledModel, found: Strengthened, best: Run, limits: Limits, watch: Watch
) -> Run:
    """A plan at least as good as `best`; each width has its share of the time."""
    for level in _levels(found):
        if better_than(model, best.objective) >= found.bound or watch.stop.is_set():
            break
        rest = settled(model, found.probes, level)
        part = None if rest is None else free_part(rest, rest.lower, rest.upper)
        if part is None or not len(part.columns):
            continue
        heard = _Heard(part.model, found.bound)
        share = replace(limits, gap=0.0, time_limit=limits.time_limit / len(WIDTHS))
        narrow = run(part.model, share, Watch(watch.stop, None, heard.found, heard.enough))
        if narrow.x is not None and narrow.objective > best.objective:
            best = replace(best, x=part.whole(narrow.x), objective=narrow.objective)
    return best


def _levels(found: Strengthened) -> Iterator[float]:
    """Levels below which choices are left out, the narrowest first."""
    reach = np.sort(found.probes.at_one[np.isfinite(found.probes.at_one)])[::-1]
    fewest = int((reach >= found.bound).sum())
    for width in WIDTHS:
        if 0 < fewest < len(reach):
            last = min(int(width * fewest), len(reach) - 1)
            yield min(float(reach[last]), found.bound) - 1e-9 * max(abs(found.bound), 1.0)
