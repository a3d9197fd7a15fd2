"""A small map: three regions in a row, units near their borders may go to either side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support_plan import scenario_of

from allocopt.scenario import Scenario

PLACES = ("West", "Mid", "East")
TERRITORIES = "territory,parent\ncompany,\nWest,company\nMid,company\nEast,company\n"
YAML = """
pairs: {complete: true}
workload: {hard: true, overtime_max: 0}
balance: [{measure: potential, tolerance: 0.2, price: 3}]
"""


def made_map(
    folder: Path, seed: int = 0, yaml: str = YAML, units: int = 18, open_reps: tuple[int, ...] = ()
) -> Scenario:
    """Two reps in each region; a unit may go to its three nearest reps, worth less the farther they are.

    The second nearest has it today.
    """
    random = np.random.default_rng(seed)
    rep_at = np.array([0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    unit_at = random.uniform(0, 6, units)
    potential = random.integers(20, 60, units)
    hours = random.integers(2, 6, units)
    rows, pairs = [], []
    for number, place in enumerate(unit_at):
        region = PLACES[int(place // 2)]
        near = np.argsort(abs(rep_at - place))[:3]
        rows.append(f"u{number},{region},Key,{hours[number]},0,{potential[number]},r{near[1]}")
        for rep in near:
            value = round(float(potential[number] - 4 * abs(rep_at[rep] - place)), 2)
            pairs.append(f"u{number},r{rep},{value}")
    enough = int(np.ceil(hours.sum() / len(rep_at) * 1.3)) + 3
    reps = [
        f"r{rep},{enough},{PLACES[rep // 2]},{'open' if rep in open_reps else 'active'}"
        for rep in range(len(rep_at))
    ]
    return scenario_of(
        folder,
        yaml,
        territories=TERRITORIES,
        segments="segment,margin\nKey,1\n",
        units="\n".join(["unit,territory,segment,hours,demand,potential,rep", *rows]),
        reps="\n".join(["rep,hours,territory,status", *reps]),
        pairs="\n".join(["unit,rep,value", *pairs]),
    )
