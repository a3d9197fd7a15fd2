"""Worths: all limits of a case with what one more of each brings, the dearest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from allocopt.audit.evidence import Evidence
from allocopt.explanation.case import Case
from allocopt.explanation.depth import Depth
from allocopt.explanation.limits_on_money import limits_on_money
from allocopt.explanation.limits_on_people import limits_on_people
from allocopt.explanation.loosening import Loosening
from allocopt.explanation.relaxation import Relaxation, relax
from allocopt.explanation.trials import Trials, Tried
from allocopt.explanation.words import EXACT, number
from allocopt.explanation.worth import Worth, estimated, one_more_rep, solved_again
from allocopt.notes import Note
from allocopt.problem import Problem
from allocopt.solver import Watch
from allocopt.solver.warm.standing import Chosen

# Models up to this size are solved again unless something else is asked for: that many stints, in a plan
# that took so long. [s]
SMALL_STINTS, SMALL_SECONDS = 2_000, 20.0
# Part of the time in which the plan itself must be proven before changes of it are.
PART_OF_BASE = 0.3
# A plan this far below the one found now was not the best. [share of the objective]
BETTER = 1e-6


@dataclass(frozen=True)
class Ground:
    """What changes are compared with: the plan solved again where that is done, else its relaxation.

    `late`: solving again was asked for, and the time was too short for the plan itself.
    """

    base: Tried | None
    relaxation: Relaxation | None
    late: bool = False


def loosenings(problem: Problem) -> list[Loosening]:
    """Every limit of a problem that people can move."""
    return [*limits_on_people(problem), *limits_on_money(problem)]


def is_small(case: Case) -> bool:
    """Whether solving again takes so little time that nobody needs to ask for it."""
    stints, seconds = len(case.problem.stints), float(case.plan.summary.get("seconds", 0.0))
    return stints <= SMALL_STINTS and seconds <= SMALL_SECONDS


def ground_of(case: Case, depth: Depth, trials: Trials) -> Ground:
    """The base of exact answers, where they are wanted and can be had, and the relaxation."""
    wanted = is_small(case) if depth.exact is None else depth.exact
    depth.tell(0.0, "the plan itself")
    base = _base(case, trials) if wanted else None
    if base is not None and not (base.has_plan and (base.proven or depth.exact)):
        base = None
    depth.tell(0.0, "linear relaxation")
    late = base is None and depth.exact is True
    return Ground(base, relax(case.problem, trials.limits, Watch(depth.stop)), late)


def _base(case: Case, trials: Trials) -> Tried | None:
    """The plan solved again: a small one to proof, a large one from where it stands."""
    problem, plan = case.problem, case.plan
    if is_small(case) or problem.contiguity.hard or problem.kept is not None:
        return trials.one(problem, PART_OF_BASE)
    evidence = Evidence(problem, plan)
    shares = zip(evidence.shares.index, evidence.shares.tolist(), strict=True)
    chosen = Chosen(
        {(unit, rep, first): share for (unit, rep, first), share in shares}, evidence.hired
    )
    return trials.go_on_from(problem, chosen, float(plan.summary["gap"]))


def worths_of(
    case: Case, chosen: Sequence[Loosening], ground: Ground, trials: Trials
) -> list[Worth]:
    """What one step of each limit brings; estimates where solving again is not done or not reached."""
    guesses = {id(limit): estimated(limit, ground.relaxation) for limit in chosen}
    if ground.base is None:
        return _sorted(guesses.values())
    # The likeliest first, should the time run out.
    order = sorted(chosen, key=lambda limit: -_known(guesses[id(limit)].change.value))
    found = [
        worth or guesses[id(limit)] for limit, worth in solved_again(order, ground.base, trials)
    ]
    return _sorted([*found, *one_more_rep(case, ground.base, trials)])


def _sorted(worths: Iterable[Worth]) -> list[Worth]:
    return sorted(worths, key=lambda worth: -_known(worth.change.value))


def _known(value: float) -> float:
    """A figure to sort by; what is unknown comes last."""
    return -float("inf") if math.isnan(value) else value


def how_known(case: Case, ground: Ground, worths: Sequence[Worth]) -> Iterator[Note]:
    """What people must know of the figures: how they were found, and what was not."""
    if ground.base is None:
        yield Note(
            "Estimates: duals of the linear relaxation, which may split units; they hold for a small step. "
            "--exact solves again.",
            "以下为估计：线性松弛（单元可拆分）的对偶值，仅适用于小幅变动。--exact 可重新求解。",
        )
        yield from not_best(case, ground)
        return
    rest = sum(worth.tried is None for worth in worths)
    if all(worth.change.method == EXACT for worth in worths if worth.tried is not None):
        yield Note(
            "Exact: the plan was solved again with one more of each limit, all to proof.",
            "精确值：逐项放宽后重新求解，均已证明最优。",
        )
    else:
        yield Note(
            "Solved again with one more of each limit; what is not proven stands as from … to ….",
            "已逐项放宽后重新求解；未证明最优者以区间表示。",
        )
    if rest:
        yield Note(
            f"{rest} limits were not reached in the time (--time-limit gives more): those are estimates.",
            f"{rest} 项限制未能在时限内重新求解（可用 --time-limit 延长），为估计值。",
        )
    yield from not_best(case, ground)


def not_best(case: Case, ground: Ground) -> Iterator[Note]:
    """That a better plan was found than the one that is explained."""
    if ground.late:
        yield Note(
            "The time was too short to solve again (--time-limit gives more): these are estimates.",
            "时限不足以重新求解（可用 --time-limit 延长），以上为估计。",
        )
    if ground.base is None:
        return
    missed = ground.base.objective - float(case.plan.summary["objective"])
    if missed > BETTER * abs(ground.base.objective):
        told = number(missed)
        yield Note(
            f"Solved again, the plan itself can be better by {told}; changes are measured from there.",
            f"重新求解显示计划本身还可改善 {told}；以下变化以改善后的计划为准。",
        )
