"""Branching: proof by cases, each with a Lagrangian bound of its own.

Exact knapsacks bound a case far better than linear programming where reps are nearly full, and probing
tells which choice divides best (Posta, Ferland and Michelon, 2012, for generalised assignment). Small cases
are left to branch and bound on the linear relaxation.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from allocopt.solver.compiled import CompiledModel, Floats, Mask
from allocopt.solver.highs import Limits, Outcome, Watch, run
from allocopt.solver.knapsacks.blocks import find_blocks
from allocopt.solver.knapsacks.knapsack import Whole
from allocopt.solver.knapsacks.lagrangian import Relaxation
from allocopt.solver.knapsacks.multipliers import improve
from allocopt.solver.knapsacks.part import Part, free_part, tightened
from allocopt.solver.knapsacks.probing import Probes, probe, settled
from allocopt.solver.knapsacks.steps import rounded_down
from allocopt.solver.knapsacks.strengthened import better_than

# Cases with as many free columns at most are left to the linear solver. [columns]
SMALL = 100
# Steps of the search for multipliers in a case.
STEPS = 15
# A case is looked at again while probing settles this share of its free columns.
MUCH = 0.1


@dataclass(frozen=True)
class Case:
    """Bounds of the columns, multipliers by row, and a bound on the case's plans."""

    lower: Floats
    upper: Floats
    multipliers: Floats
    bound: float


@dataclass(frozen=True)
class Divided:
    """A case as far as bounds settle it, and what is known of its choices; `part` is what is free."""

    case: Case
    part: Part
    probes: Probes
    gates: Mask


@dataclass
class Tree:
    """Open cases of a model, the last to be looked at first.

    Plans below `least` are of no interest; `plan` is the best of the others. `left` is a bound on the cases
    that the linear solver did not finish.
    """

    model: CompiledModel
    rep_of: Whole
    limits: Limits
    watch: Watch
    least: float
    open: list[Case]
    plan: Floats | None = None
    objective: float = -np.inf
    left: float = -np.inf
    seen: int = 0

    @property
    def bound(self) -> float:
        """Above all plans of at least `least`; −∞ where there are none but `plan`."""
        return max([self.left, self.objective, *(case.bound for case in self.open)])

    def grow(self, until: float) -> None:
        """Looks at cases until none is left or time is up."""
        most = self.limits.node_limit or np.inf
        while self.open and not self.watch.stop.is_set() and self.seen < most:
            if time.monotonic() > until:
                return
            self.seen += 1
            case = self.open.pop()
            if case.bound >= self.least and (divided := self._settle(case)) is not None:
                self.open += _children(divided)

    def _settle(self, case: Case) -> Divided | None:
        """The case after bounds have settled what they can; None when it needs no dividing."""
        while True:
            part = _tight_part(self.model, case)
            if part is None:
                return None
            blocks = find_blocks(part.model, self.rep_of[part.columns], case.multipliers[part.rows])
            if blocks is None or len(part.columns) <= SMALL:
                self._finish(part, case.bound)
                return None
            looked = self._look(case, part, Relaxation(part.model, blocks))
            if looked is None:
                return None
            free = (looked.case.lower < looked.case.upper).sum()
            if free > (1 - MUCH) * len(part.columns):
                return looked
            case = looked.case

    def _look(self, case: Case, part: Part, relaxation: Relaxation) -> Divided | None:
        """Better multipliers and probing; None when no plan of the case is of interest."""
        fall = max(case.bound - self.least, 1e-6 * abs(case.bound)) / 10
        start = case.multipliers[part.rows][relaxation.rows]
        lean = improve(relaxation, start, STEPS, fall, lambda value: value < self.least)
        bound = min(case.bound, rounded_down(part.model, lean.bound))
        probes = probe(relaxation, lean.multipliers)
        rest = settled(part.model, probes, self.least)
        if bound < self.least or rest is None:
            return None
        multipliers, lower, upper = (
            case.multipliers.copy(),
            part.rest.copy(),
            part.rest.copy(),
        )
        multipliers[part.rows[relaxation.rows]] = lean.multipliers
        lower[part.columns], upper[part.columns] = rest.lower, rest.upper
        gates = np.zeros(len(part.columns), dtype=bool)
        gates[relaxation.blocks.gate[relaxation.gates]] = True
        return Divided(Case(lower, upper, multipliers, bound), part, probes, gates)

    def _finish(self, part: Part, bound: float) -> None:
        """The best plan of a small case."""
        if not len(part.columns):
            self._take(part.rest, part.model.offset)
            return
        found = run(part.model, replace(self.limits, gap=0.0), Watch(self.watch.stop))
        if found.x is not None:
            self._take(part.whole(found.x), found.objective)
        if found.outcome not in {Outcome.OPTIMAL, Outcome.INFEASIBLE}:
            self.left = max(self.left, bound)

    def _take(self, point: Floats, objective: float) -> None:
        if objective >= self.least:
            self.plan, self.objective = point, objective
            self.least = better_than(self.model, objective)


def _tight_part(model: CompiledModel, case: Case) -> Part | None:
    """What is free in a case once each row has had its say; None where a row cannot be kept."""
    part = free_part(model, case.lower, case.upper)
    tight = None if part is None else tightened(part.model)
    if part is None or tight is None:
        return None
    lower, upper = tight
    if (lower == part.model.lower).all() and (upper == part.model.upper).all():
        return part
    return free_part(model, part.whole(lower), part.whole(upper))


def _children(divided: Divided) -> list[Case]:
    """A case with its most telling choice made both ways, the more hopeful one last.

    What matters is that both ways lower the bound (product rule: Achterberg, 2007); a position is decided
    before the units that it may get.
    """
    case, probes = divided.case, divided.probes
    columns = divided.part.columns
    free = (case.lower < case.upper)[columns] & np.isfinite(probes.at_one)
    if (free & divided.gates).any():
        free &= divided.gates
    falls = [
        np.maximum(case.bound - at, 1e-9 * abs(case.bound))
        for at in (probes.at_one, probes.at_zero)
    ]
    chosen = int(np.argmax(np.where(free, falls[0] * falls[1], -np.inf)))
    upper, lower = case.upper.copy(), case.lower.copy()
    upper[columns[chosen]], lower[columns[chosen]] = 0.0, 1.0
    no = replace(case, upper=upper, bound=min(case.bound, float(probes.at_zero[chosen])))
    yes = replace(case, lower=lower, bound=min(case.bound, float(probes.at_one[chosen])))
    return [no, yes] if yes.bound >= no.bound else [yes, no]
