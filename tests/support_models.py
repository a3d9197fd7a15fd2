"""Small random models of units and reps, whose optimum branch and bound proves at once."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from allocopt.solver.compiled import CompiledModel, compile_model
from allocopt.solver.highs import Limits, Run, run

# A variable holds its model by a weak reference.
_ALIVE: list[pyo.ConcreteModel] = []


def random_model(seed: int) -> CompiledModel:
    """Units × reps with hours, some of them for open positions; decimals, overtime and a budget by chance.

    What is compiled maximises value − hire cost − price of overtime. It may be infeasible.
    """
    random = np.random.default_rng(seed)
    units, reps = int(random.integers(4, 8)), int(random.integers(2, 5))
    decimals = int(random.integers(0, 3))
    hours = np.round(random.uniform(1, 10, (units, reps)), decimals)
    value = np.round(random.uniform(-10, 30, (units, reps)), int(random.integers(0, 2)))
    room = np.round(hours.sum(axis=0) / reps * random.uniform(0.9, 1.6, reps), decimals)
    m = pyo.ConcreteModel()
    names = [f"r{j}" for j in range(reps)]
    stints = [(f"u{i}", rep, "2026-01-01") for i in range(units) for rep in names]
    m.assign = pyo.Var(stints, domain=pyo.Binary)
    m.hire = pyo.Var(names if random.random() < 0.5 else [], domain=pyo.Binary)
    m.overtime = pyo.Var(names, bounds=(0, 2.0 if random.random() < 0.3 else 0.0))
    place = {f"u{i}": i for i in range(units)} | {f"r{j}": j for j in range(reps)}
    needed = {stint: float(hours[place[stint[0]], place[stint[1]]]) for stint in stints}
    m.rules = pyo.ConstraintList()
    for unit in dict.fromkeys(unit for unit, _, _ in stints):
        total = sum(m.assign[stint] for stint in stints if stint[0] == unit)
        m.rules.add(total == 1 if seed % 3 else total <= 1)
    for rep in names:
        filled = dict(m.hire.items()).get(rep, 1)
        planned = sum(needed[stint] * m.assign[stint] for stint in stints if stint[1] == rep)
        m.rules.add(planned <= float(room[place[rep]]) * filled + m.overtime[rep])
    for stint in stints if len(m.hire) else []:
        m.rules.add(m.assign[stint] <= m.hire[stint[1]])
    if len(m.hire):
        m.rules.add((int(random.integers(0, 2)), sum(m.hire.values()), reps - 1))
    if random.random() < 0.5:
        worth = random.uniform(0, 5, len(stints))
        m.rules.add(
            sum(w * m.assign[stint] for w, stint in zip(worth, stints, strict=True))
            <= float(0.6 * worth.sum() / reps)
        )
    m.objective = pyo.Objective(
        sense=pyo.maximize,
        expr=sum(float(value[place[s[0]], place[s[1]]]) * m.assign[s] for s in stints)
        - 3 * sum(m.hire.values())
        - 1.5 * sum(m.overtime.values()),
    )
    _ALIVE.append(m)
    return compile_model(m)


def proven(model: CompiledModel) -> Run:
    """The optimum by branch and bound on the whole model."""
    return run(model, Limits(time_limit=60, gap=0, threads=1))


def relaxation_of(model: CompiledModel) -> Run:
    """The optimum of the linear relaxation."""
    return run(model, Limits(time_limit=60, threads=1), relaxed=True)
