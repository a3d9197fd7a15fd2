"""Unchanged: what the plan in force brings in the rest of the horizon when nobody does anything.

Who covers what, selling time, spend and hires stay as they were planned; only demand is the new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from allocopt.audit.evidence import Evidence, rows_of
from allocopt.audit.objective import variable_pay
from allocopt.audit.overlays import support_lift
from allocopt.audit.sales import covered_sales, unit_lift
from allocopt.audit.travel import travel_cost
from allocopt.plan import Plan
from allocopt.problem import Problem
from allocopt.problem.cells import PLACE
from allocopt.replanning.lifting import lift_of

KEY = [*PLACE, "period"]


@dataclass(frozen=True)
class Unchanged:
    """The rest of a plan under a problem of the rest.

    `problem` is the rest's; `plan` the one in force, whose tables reach back before it.
    """

    problem: Problem
    plan: Plan

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Sales at the demand of the problem; unit × period [currency]."""
        e = self._evidence
        earned = covered_sales(e) + unit_lift(e) + support_lift(e)
        return earned.clip(upper=self.problem.ceiling).clip(lower=0.0)

    @cached_property
    def parts(self) -> dict[str, float]:
        """Signed parts of the contribution. [currency]"""
        e, problem = self._evidence, self.problem
        present = e.taken(problem.tenures.presence).sum(axis=1)
        # A position that was filled before the rest is paid for; those still to be filled cost a hire.
        most = problem.workload.overtime_max * e.available
        overtime = (e.load - e.available).clip(lower=0.0).clip(upper=most)
        return {
            "margin_on_sales": float((self.sales.sum(axis=1) * problem.units["margin"]).sum()),
            "spend": -float(e.spend.to_numpy().sum()),
            "people": -float((problem.reps["cost"] * present).sum()),
            "variable_pay": -variable_pay(e),
            "hire_cost": -problem.hire_cost * len(self._hired),
            "overtime": -problem.workload.overtime_cost * float(overtime.to_numpy().sum()),
            "travel": -travel_cost(e),
            "handover_loss": -e.handovers.loss,
        }

    @property
    def contribution(self) -> float:
        """What the rest contributes. [currency]"""
        return sum(self.parts.values())

    @cached_property
    def as_plan(self) -> Plan:
        """The plan in force with the sales that it brings in the rest."""
        rows = self.plan["sales"]
        rows = rows[rows["period"].isin(self.problem.periods)].reset_index(drop=True)
        key = pd.MultiIndex.from_frame(rows[["unit", "period"]])
        now = {
            name: wide.stack().reindex(key).to_numpy()
            for name, wide in (("sales", self.sales), ("demand", self.problem.demand))
        }
        return replace(self.plan, tables={**self.plan.tables, "sales": rows.assign(**now)})

    @cached_property
    def _hired(self) -> list[str]:
        reps = self.problem.reps
        return [rep for rep in self._evidence.hired if reps["status"].get(rep) == "open"]

    @cached_property
    def _evidence(self) -> Evidence:
        """The plan held against the problem of the rest; lift is that of the planned spend."""
        spent = rows_of(Evidence(self.problem, self.plan).spend)
        rows = [
            (*curve.key, period, lift)
            for curve in self.problem.lifts
            for period, lift in zip(
                self.problem.periods, lift_of(curve, spent[curve.key]), strict=True
            )
        ]
        lifts = pd.DataFrame(rows, columns=[*KEY, "lift"])
        budget = self.plan["budget"].drop(columns="lift").merge(lifts, on=KEY)
        return Evidence(
            self.problem, replace(self.plan, tables={**self.plan.tables, "budget": budget})
        )
