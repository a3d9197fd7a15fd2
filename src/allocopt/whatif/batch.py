"""Batch: many changed scenarios solved one after another or side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

from allocopt.errors import DataError, Infeasible, NoPlanInTime
from allocopt.forecasting import Forecast
from allocopt.plan import Plan
from allocopt.scenario import Scenario
from allocopt.whatif.changes import Basis, Solve, solve_cold

# Below this expected time of all solves together, starting processes takes longer than it saves. [s]
WORTH_STARTING = 10.0

Tell = Callable[[float, str], None]  # share that is done, and what is being done


@dataclass(frozen=True)
class Outcome:
    """The plan of a changed scenario, or in one sentence why there is none.

    `impossible`: there can be none; otherwise none was found in time.
    """

    plan: Plan | None
    reason: str = ""
    impossible: bool = False


@dataclass(frozen=True)
class Effort:
    """How changed scenarios are solved.

    `jobs` of them at a time; None: as many as there are processors, once that saves time. `tell` hears
    how many are done.
    """

    solve: Solve = solve_cold
    jobs: int | None = None
    tell: Tell = lambda _share, _note: None


def solve_each(
    basis: Basis, scenarios: Sequence[Scenario], effort: Effort | None = None
) -> list[Outcome]:
    """The outcome of each scenario, in order."""
    effort = effort or Effort()
    jobs = effort.jobs or _jobs_worth_it(basis, len(scenarios))
    attempts = [
        partial(attempt, scenario, basis.forecast_for(scenario), effort.solve)
        for scenario in scenarios
    ]
    outcomes: list[Outcome] = []
    for outcome in _run(attempts, min(jobs, len(attempts))):
        plan = None if outcome.plan is None else basis.parent_of(outcome.plan)
        outcomes.append(replace(outcome, plan=plan))
        effort.tell(len(outcomes) / len(attempts), f"{len(outcomes)} of {len(attempts)} solved")
    return outcomes


def attempt(scenario: Scenario, forecast: Forecast, solve: Solve) -> Outcome:
    """The plan of one scenario, or why there is none."""
    try:
        return Outcome(solve(scenario, forecast))
    except Infeasible as error:
        rules = [conflict.sentence for conflict in error.conflicts]
        return Outcome(None, " ".join([error.summary, *dict.fromkeys(rules)]), error.proven)
    except DataError as error:
        return Outcome(None, error.findings[0].sentence(), impossible=True)
    except NoPlanInTime as error:
        return Outcome(None, str(error))


def _run(attempts: Sequence[Callable[[], Outcome]], jobs: int) -> Iterator[Outcome]:
    if jobs <= 1:
        yield from (each() for each in attempts)
        return
    # A solver's threads do not survive a fork.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_call, attempts)


def _call(attempted: Callable[[], Outcome]) -> Outcome:
    return attempted()


def _jobs_worth_it(basis: Basis, count: int) -> int:
    seconds = 0.0 if basis.plan is None else float(basis.plan.summary["seconds"])
    return (os.cpu_count() or 1) if seconds * count > WORTH_STARTING else 1
