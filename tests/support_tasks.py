"""Tasks for workers in other processes, which import them by the name of this module."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from allocopt.decomposition.tasks import PartPlan, solve_part
from allocopt.errors import NoPlanInTime
from allocopt.problem import Problem
from allocopt.solver import Limits, Watch


def doubled(number, _watch):
    return 2 * number


def dies_once(mark: Path, number: int, _watch: object) -> int:
    """Kills its own process the first time it runs."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def dies_in_others(home: int, number: int, _watch: object) -> int:
    """Kills every process but `home`."""
    if os.getpid() != home:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def fails(_watch):
    raise NoPlanInTime("no plan")


def waits(watch):
    """Works until it is asked to stop; a stop that is not heard is a failure of the test."""
    return watch.stop.wait(60)


def solves_and_dies_once(mark: Path, problem: Problem, watch: Watch, *, limits: Limits) -> PartPlan:
    """Solves a part, but for the first time, when it kills its own process."""
    dies_once(mark, 0, watch)
    return solve_part(problem, watch, limits=limits)
