"""Plans whose answers can be found in the head."""

from __future__ import annotations

from pathlib import Path

from support_plan import scenario_of

from allocopt.explanation import Depth
from allocopt.plan import Plan
from allocopt.planning import plan_scenario
from allocopt.scenario import Scenario

EXACT, ESTIMATE = Depth(exact=True), Depth(exact=False)

# A generalised assignment problem. Ann has room for one of the two: u2 with Ann and u1 with Bo bring
# 90 + 60 = 150, the other way round 100 + 40 = 140, both with Bo (11 h) do not fit. Both with Ann would
# bring 190.
HARD = "workload: {hard: true}\npairs: {complete: true}\nhandover: {loss: 0}\n"
TWO = {
    "units": "unit,territory,segment,hours,demand\nu1,East,Key,6,0\nu2,East,Key,5,0\n",
    "reps": "rep,hours\nAnn,10\nBo,10\n",
    "pairs": "unit,rep,value\nu1,Ann,100\nu1,Bo,60\nu2,Ann,90\nu2,Bo,40\n",
}


def solved(folder: Path, yaml: str = HARD, **tables: str) -> tuple[Plan, Scenario]:
    """A plan and its scenario."""
    scenario = scenario_of(folder, yaml, **(tables or TWO))
    return plan_scenario(scenario), scenario
