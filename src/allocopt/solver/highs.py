"""HiGHS in arrays: one run of linear or mixed-integer optimisation that can be watched and stopped.

The only module that knows highspy (HiGHS: Huangfu and Hall, 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Thread
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from allocopt.errors import SolverFailed
from allocopt.solver.compiled import CompiledModel, Floats

# A running search is heard of this often. [s]
REPORT_SECONDS = 0.2


class Outcome(StrEnum):
    """How a run ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    TIME_LIMIT = "time limit"
    INTERRUPTED = "interrupted"
    OTHER = "other"


@dataclass(frozen=True)
class Limits:
    """When a run stops: seconds, relative gap; and how it runs: threads (None = all), seed.

    A gap of `least_gain` [objective] or less counts as none.
    """

    time_limit: float
    gap: float = 1e-4
    threads: int | None = None
    seed: int = 0
    node_limit: int | None = None
    least_gain: float = 0.0


@dataclass(frozen=True)
class Watch:
    """What a running search reports, and the event that asks it to stop.

    `report(seconds, objective, bound)`; objective is NaN before the first plan. `found` hears each plan,
    `enough` is asked now and then whether to end the run early.
    """

    stop: Event
    report: Callable[[float, float, float], None] | None = None
    found: Callable[[Floats], None] | None = None
    enough: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Run:
    """Result of a run: x is None when no feasible point was found; `bound` is above every plan.

    `row_dual` [objective per unit of a row] and `reduced_cost` exist for linear runs only; `nodes` is how
    many branch and bound took.
    """

    outcome: Outcome
    x: Floats | None
    objective: float
    bound: float
    row_dual: Floats | None = None
    reduced_cost: Floats | None = None
    message: str = ""
    nodes: int = 0


def run(
    model: CompiledModel,
    limits: Limits,
    watch: Watch | None = None,
    *,
    relaxed: bool = False,
    start: Floats | None = None,
) -> Run:
    """Maximises a compiled model; `relaxed` drops the whole-number marks.

    `start` is a point whose whole-numbered columns are tried as a first plan. Ctrl-C asks the search to
    stop and is answered by the best plan so far.
    """
    solver = load(model, relaxed=relaxed)
    _set_options(solver, limits)
    if start is not None:
        chosen = np.flatnonzero(model.integer).astype(np.int32)
        solver.setSolution(len(chosen), chosen, np.round(start[chosen]))
    interrupted = _run_in_thread(solver, watch or Watch(Event()))
    return _result(solver, model, relaxed=relaxed, interrupted=interrupted)


@dataclass(frozen=True)
class Basis:
    """Where a linear run ended: by column and by row, at which bound it lies or whether it is basic.

    Numbers are those of `highspy.HighsBasisStatus`.
    """

    columns: npt.NDArray[np.int8]
    rows: npt.NDArray[np.int8]


AT_LOWER, BASIC = int(highspy.HighsBasisStatus.kLower), int(highspy.HighsBasisStatus.kBasic)


def run_from(
    model: CompiledModel, limits: Limits, watch: Watch | None = None, basis: Basis | None = None
) -> tuple[Run, Basis]:
    """The relaxation of a model, by the simplex method from a basis, and the basis at its end.

    A basis that is none of this model, such as after columns have gone, is mended first.
    """
    solver = load(model, relaxed=True)
    _set_options(solver, limits)
    if basis is not None:
        start = highspy.HighsBasis()
        by_number = sorted(highspy.HighsBasisStatus.__members__.values(), key=int)
        statuses = np.array(by_number, dtype=object)
        start.col_status = statuses[basis.columns].tolist()
        start.row_status = statuses[basis.rows].tolist()
        start.valid, start.alien = True, True
        solver.setBasis(start)
    interrupted = _run_in_thread(solver, watch or Watch(Event()))
    end = solver.getBasis()
    columns, rows = ([int(x) for x in side] for side in (end.col_status, end.row_status))
    found = _result(solver, model, relaxed=True, interrupted=interrupted)
    return found, Basis(np.array(columns, dtype=np.int8), np.array(rows, dtype=np.int8))


def load(model: CompiledModel, *, relaxed: bool = False) -> highspy.Highs:
    """A silent solver that holds the model."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    rows, columns = model.shape
    matrix, whole = model.matrix, model.integer & (not relaxed)
    # In arrays: a HighsLp takes them number by number, which is slow where there are many.
    status = solver.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMaximize),
        model.offset,
        model.cost,
        model.lower,
        model.upper,
        model.row_lower,
        model.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(float),
        whole.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverFailed(
            "The numbers of the scenario are too far apart to be solved together; look for one that is far "
            "too large or too small among hours, half, lift_max, prices and measures."
        )
    return solver


def _set_options(solver: highspy.Highs, limits: Limits) -> None:
    options: dict[str, Any] = {
        "time_limit": float(limits.time_limit),
        "mip_rel_gap": float(limits.gap),
        # A plan is optimal by its relative gap alone.
        "mip_abs_gap": limits.least_gain or (0.0 if limits.gap == 0 else 1e-9),
        "random_seed": int(limits.seed),
    }
    if limits.threads is not None:
        options["threads"] = int(limits.threads)
    if limits.node_limit is not None:
        options["mip_max_nodes"] = int(limits.node_limit)
    for name, value in options.items():
        solver.setOptionValue(name, value)


def _run_in_thread(solver: highspy.Highs, watch: Watch) -> bool:
    """Runs beside the main thread, which stays free to hear Ctrl-C; True when stopped early."""

    def check(event: Any) -> None:
        if watch.stop.is_set():
            event.interrupt()

    last = -REPORT_SECONDS

    # Not `cbMipLogging`, which a silent solver never calls.
    def progressed(event: Any) -> None:
        nonlocal last
        info = event.data_out
        if watch.report is not None and info.running_time >= last + REPORT_SECONDS:
            last = info.running_time
            watch.report(info.running_time, info.mip_primal_bound, info.mip_dual_bound)
        if watch.enough is not None and watch.enough():
            event.interrupt()
        check(event)

    if watch.found is not None:
        tell = watch.found
        solver.cbMipSolution.subscribe(lambda event: tell(np.array(event.data_out.mip_solution)))
    solver.cbMipInterrupt.subscribe(progressed)
    solver.cbSimplexInterrupt.subscribe(check)
    solver.cbIpmInterrupt.subscribe(check)
    worker = Thread(target=solver.run, daemon=True)
    worker.start()
    while worker.is_alive():
        try:
            worker.join(0.05)
        except KeyboardInterrupt:
            # The second one does not wait for a step of HiGHS that hears no callback.
            if watch.stop.is_set():
                raise
            watch.stop.set()
    return watch.stop.is_set()


def _result(
    solver: highspy.Highs, model: CompiledModel, *, relaxed: bool, interrupted: bool
) -> Run:
    status = solver.getModelStatus()
    info = solver.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    solution = solver.getSolution()
    x = np.array(solution.col_value, dtype=float) if feasible else None
    whole = bool(model.integer.any()) and not relaxed
    optimal = status == highspy.HighsModelStatus.kOptimal
    objective = model.value(x) if x is not None else np.nan
    bound = info.mip_dual_bound if whole else (objective if optimal else np.inf)
    return Run(
        outcome=_outcome(status, interrupted=interrupted),
        x=x,
        objective=objective,
        bound=float(bound),
        row_dual=None if whole else np.array(solution.row_dual, dtype=float),
        reduced_cost=None if whole else np.array(solution.col_dual, dtype=float),
        message=solver.modelStatusToString(status),
        nodes=max(int(info.mip_node_count), 0) if whole else 0,
    )


def _outcome(status: highspy.HighsModelStatus, *, interrupted: bool) -> Outcome:
    known = {
        highspy.HighsModelStatus.kOptimal: Outcome.OPTIMAL,
        highspy.HighsModelStatus.kInfeasible: Outcome.INFEASIBLE,
        # Every column is bounded, so "unbounded or infeasible" can only be the latter.
        highspy.HighsModelStatus.kUnboundedOrInfeasible: Outcome.INFEASIBLE,
        highspy.HighsModelStatus.kTimeLimit: Outcome.TIME_LIMIT,
        highspy.HighsModelStatus.kSolutionLimit: Outcome.TIME_LIMIT,
        highspy.HighsModelStatus.kInterrupt: Outcome.INTERRUPTED,
    }
    found = known.get(status, Outcome.OTHER)
    return Outcome.INTERRUPTED if interrupted and found is not Outcome.OPTIMAL else found
