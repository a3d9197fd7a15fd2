"""Resolve: the rest of the horizon solved again from who covers what now, beside doing nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Event

import numpy as np
import pandas as pd

from allocopt.audit.evidence import Evidence
from allocopt.errors import AllocoptError
from allocopt.forecasting import Forecast
from allocopt.plan import OPTIONAL_TABLES, Plan
from allocopt.planning import Progress, problem_of
from allocopt.problem import Problem
from allocopt.scenario import Scenario, change_scenario
from allocopt.whatif.changes import Basis
from allocopt.whatif.origin import setting_maker
from allocopt.whatif.session import Session, open_session
from allocopt.whatif.warm import plan_from

# Numbers of changes of which the curve says what they bring.
STEPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
# Moves whose worth is found by solving without each; the others have none.
MOST_WEIGHED = 8


@dataclass(frozen=True)
class Resolved:
    """The rest solved again: its scenario, forecast and plan."""

    scenario: Scenario
    forecast: Forecast
    plan: Plan

    @cached_property
    def problem(self) -> Problem:
        """The problem of the rest."""
        return problem_of(self.scenario, self.forecast)

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.problem, self.plan)

    @cached_property
    def _session(self) -> Session:
        return open_session(Basis(self.scenario, self.plan, self.forecast))

    def curve(self) -> pd.DataFrame:
        """changes, used, objective, benefit [currency], share: what at most so many changes bring.

        `benefit` is against the fewest changes that are possible, `share` of that of the whole plan. A
        plan of few changes is one of more changes as well: where a search finds less with more, the better
        one stands.
        """
        moved = (self.plan["assignments"]["handover"] == "yes").any()
        most = changes_by_choice(self._evidence) if moved else 0
        steps = [*(k for k in STEPS if k < most), most]
        rows, best = [], (-np.inf, 0)
        for step in steps:
            found = self._at_most(step) if step < most else (self._objective, most)
            if found is not None:
                best = max(best, found)
                rows.append((step, best[1], best[0]))
        table = pd.DataFrame(rows, columns=["changes", "used", "objective"], dtype=float)
        benefit = table["objective"] - table["objective"].iloc[0]
        whole = float(benefit.iloc[-1])
        share = benefit / whole if whole > 0 else benefit * 0.0 + 1.0
        table = table.assign(benefit=benefit, share=share)
        return table[list(OPTIONAL_TABLES["change_curve"])]

    @property
    def _objective(self) -> float:
        return float(self.plan.summary["objective"])

    def _at_most(self, changes: int) -> tuple[float, int] | None:
        """Objective with at most so many handovers by choice, and how many; None: more are forced."""
        try:
            after = self._session.ask([f"handover.max_units={changes}"]).after
        except AllocoptError:
            return None
        return after.objective, changes_by_choice(Evidence(after.problem, after.audited))

    def moves(self, *, weigh: bool = True) -> pd.DataFrame:
        """unit, before, rep, start, demand, worth [currency], reason; the largest demand first.

        `worth` is what the objective loses when the unit stays; unknown beyond the first eight, and where
        it is not asked to `weigh` them.
        """
        rows = self.plan["assignments"]
        rows = rows[rows["handover"] == "yes"]
        demand = self.plan["sales"].groupby("unit")["demand"].sum()
        table = rows[["unit", "before", "rep", "start", "reason"]].assign(
            demand=demand.reindex(rows["unit"]).to_numpy()
        )
        table = table.sort_values("demand", ascending=False, kind="stable", ignore_index=True)
        weighed = [
            self._worth(unit, before) if weigh and k < MOST_WEIGHED else np.nan
            for k, (unit, before) in enumerate(zip(table["unit"], table["before"], strict=True))
        ]
        return table.assign(worth=weighed)[list(OPTIONAL_TABLES["moves"])]

    def _worth(self, unit: str, before: str) -> float:
        """What the objective loses when a unit stays where it is; unknown where that cannot be."""
        owner = self.problem.units["owner"][unit]
        if owner != before or (unit, owner) not in self.problem.pairs.index:
            return np.nan
        stays = setting_maker("replan")(("override", "units", unit, "lock"), "stays")
        try:
            answer = self._session.ask(change_scenario(self.scenario, [stays]))
        except AllocoptError:
            return np.nan
        return max(self._objective - answer.objective, 0.0)


def changes_by_choice(evidence: Evidence) -> int:
    """Units that a plan hands over though their rep could keep them."""
    counted = evidence.handovers.counted
    return int(counted.index.get_level_values("unit").nunique())


def solve_rest(
    before: Plan,
    scenario: Scenario,
    forecast: Forecast,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Resolved:
    """The rest solved again, from who covers what in the plan before, as near to its bound as that is.

    Raises what `planning.plan_scenario` raises.
    """
    near = max(float(before.summary["gap"]), 0.0)
    plan = plan_from(before, scenario, forecast=forecast, progress=progress, stop=stop, near=near)
    return Resolved(scenario, forecast, plan)
