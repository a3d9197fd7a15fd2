"""Plans of small scenarios that can be solved in the head."""

from __future__ import annotations

from pathlib import Path

from support_scenario import write_scenario

from allocopt.plan import Plan
from allocopt.planning import plan_scenario
from allocopt.scenario import load_scenario

# One month, proof asked for; every scenario of a family test starts with it.
ONE_MONTH = """
calendar: {plan_start: 2026-01-01, plan_periods: 1}
solver: {gap: 0}
"""


def planned(folder: Path, yaml: str = "", **tables: str) -> Plan:
    """The audited plan of a scenario written inline; planning audits and raises where it fails."""
    write_scenario(folder, ONE_MONTH + yaml, **tables)
    return plan_scenario(load_scenario(folder))


def reps_of(plan: Plan) -> dict[str, str]:
    """Rep of each unit."""
    table = plan["assignments"]
    return dict(zip(table["unit"], table["rep"], strict=True))


def total(plan: Plan, table: str, column: str) -> float:
    """Sum of a column."""
    return float(plan[table][column].sum())
