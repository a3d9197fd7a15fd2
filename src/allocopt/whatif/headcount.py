"""Headcount curve: where to place the next reps, and what each of them brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from allocopt.plan import Plan
from allocopt.scenario import Scenario, change_scenario
from allocopt.whatif.batch import Effort, Outcome, solve_each
from allocopt.whatif.changes import Basis
from allocopt.whatif.origin import setting_maker
from allocopt.whatif.positions import ORIGIN, open_positions, with_positions

# How many of the next reps are looked at where no position is open.
DEFAULT_MOST = 3
COLUMNS = (
    "positions",
    "contribution",
    "marginal_contribution",
    "objective",
    "marginal_objective",
    "pays",
    "sales",
    "people",
    "handovers",
    "where",
    "status",
)
# Objectives that differ by less than this share are equal.
EQUAL = 1e-9
YES, NO, UNCLEAR = "yes", "no", "unclear"


@dataclass(frozen=True)
class HeadcountCurve:
    """What 0, 1, 2 … filled positions bring.

    `table` has a row per number of filled positions, COLUMNS; amounts [currency over the horizon].
    `marginal_*` is the step from the row before. `pays`: whether the objective rises by that step;
    unclear where the two plans' gaps are too wide to tell. `made_up` are positions that the scenario
    does not have.
    """

    table: pd.DataFrame
    plans: tuple[Plan | None, ...]
    made_up: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What people must know beside the table."""
        notes = []
        if self.made_up:
            notes.append(
                f"{len(self.made_up)} positions are made up ({', '.join(self.made_up)}), with the median "
                "hours, cost and ramp of the reps of their territory: assumed."
            )
        if self.best is not None:
            rivals = ", ".join(map(str, self.rivals))
            unproven = f", as far as is proven: {rivals} may be as good" if rivals else ""
            notes.append(f"The objective is highest with {self.best} positions filled{unproven}.")
        return tuple(notes)

    @property
    def rivals(self) -> tuple[int, ...]:
        """Other numbers of positions whose plans may be better than the best, by their bounds."""
        highest = float(self.table["objective"].max())
        least = highest + EQUAL * abs(highest)
        rows = zip(self.table["positions"], self.plans, strict=True)
        return tuple(
            int(count)
            for count, plan in rows
            if plan is not None and count != self.best and plan.summary["bound"] > least
        )

    @property
    def best(self) -> int | None:
        """The number of filled positions with the highest objective; None without any plan."""
        known = self.table.dropna(subset=["objective"])
        if known.empty:
            return None
        highest = known.sort_values("objective", ascending=False, kind="stable")
        return int(highest["positions"].iloc[0])


def headcount_curve(
    basis: Basis, most: int | None = None, effort: Effort | None = None
) -> HeadcountCurve:
    """The curve from 0 to `most` filled positions, each number solved by itself.

    Neither rising nor flattening is taken for granted: a position may only pay together with another.
    Raises DataError when the scenario cannot have the positions.
    """
    asked = most if most is not None else len(open_positions(basis.scenario)) or DEFAULT_MOST
    scenario, made_up = with_positions(basis.scenario, asked)
    scenarios = [_with_exactly(scenario, count) for count in range(asked + 1)]
    outcomes = solve_each(basis, scenarios, effort)
    rows = [_row(count, outcome, made_up) for count, outcome in enumerate(outcomes)]
    table = pd.DataFrame(rows)
    for figure in ("contribution", "objective"):
        table[f"marginal_{figure}"] = table[figure].diff()
    table["pays"] = _pays([outcome.plan for outcome in outcomes])
    return HeadcountCurve(
        table[list(COLUMNS)], tuple(outcome.plan for outcome in outcomes), made_up
    )


def _with_exactly(scenario: Scenario, count: int) -> Scenario:
    make = setting_maker(ORIGIN)
    return change_scenario(
        scenario, [make(("headcount", "min"), count), make(("headcount", "max"), count)]
    )


def _row(count: int, outcome: Outcome, made_up: Sequence[str]) -> dict[str, object]:
    plan = outcome.plan
    if plan is None:
        return {
            "positions": count,
            "contribution": np.nan,
            "objective": np.nan,
            "sales": np.nan,
            "people": np.nan,
            "handovers": np.nan,
            "where": "",
            "status": outcome.reason,
        }
    parts = plan.summary["objective_parts"]
    reps = plan["reps"]
    return {
        "positions": count,
        "contribution": plan.summary["contribution"],
        "objective": plan.summary["objective"],
        "sales": float(plan["sales"]["sales"].sum()),
        "people": -sum(parts[name] for name in ("people", "variable_pay", "hire_cost")),
        "handovers": float((plan["assignments"]["handover"] == "yes").sum()),
        "where": ", ".join(_where(reps[reps["hired"] == "yes"], made_up)),
        "status": plan.summary["status"],
    }


def _where(hired: pd.DataFrame, made_up: Sequence[str]) -> Iterator[str]:
    """Positions by name; those that were made up for one territory are all alike and are counted."""
    alike = hired["rep"].isin(list(made_up))
    yield from hired.loc[~alike, "rep"]
    for territory, count in hired.loc[alike, "territory"].value_counts(sort=False).items():
        yield f"{count} in {territory}"


def _pays(plans: Sequence[Plan | None]) -> list[str]:
    """Whether each step raises the objective, as far as the bounds of the two plans can tell."""
    told = [""]
    for before, after in pairwise(plans):
        if before is None or after is None:
            told.append("")
            continue
        least = after.summary["objective"] - before.summary["bound"]
        most = after.summary["bound"] - before.summary["objective"]
        told.append(YES if least > 0 else NO if most <= 0 else UNCLEAR)
    return told
