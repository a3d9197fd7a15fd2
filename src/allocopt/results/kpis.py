"""Key figures of a plan: the table `kpis`."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import CONTRIBUTION_PARTS, PLAN_TABLES
from allocopt.problem import Problem

Figure = tuple[str, str, str, float]  # kpi, scope, period, value


def kpi_table(
    problem: Problem, tables: dict[str, pd.DataFrame], decisions: Decisions, wape: float | None
) -> pd.DataFrame:
    """kpi, scope, period, value; amounts [currency], shares of one, hours [h]; period "" = horizon."""
    figures = [
        *_company(problem, tables, decisions),
        *_by_period(problem, decisions),
        *_by_scope(problem, decisions),
        *_balance(problem, decisions),
    ]
    if wape is not None:
        figures.append(("forecast_wape", "company", "", wape))
    return pd.DataFrame(figures, columns=list(PLAN_TABLES["kpis"]))


def _company(
    problem: Problem, tables: dict[str, pd.DataFrame], decisions: Decisions
) -> Iterator[Figure]:
    assignments, reps = tables["assignments"], tables["reps"]
    moved = assignments["handover"] == "yes"
    demand = problem.demand.sum(axis=1)
    parts = decisions.parts
    figures: dict[str, float] = {
        "sales": float(decisions.sales.to_numpy().sum()),
        "demand": demand.sum(),
        "margin": parts["margin_on_sales"],
        "spend": float(decisions.spend.to_numpy().sum()),
        "people_cost": reps["cost"].sum(),
        "contribution": contribution(parts),
        "units": len(assignments),
        "reps": (reps["hired"] != "no").sum(),
        "hires": (reps["hired"] == "yes").sum(),
        "handovers": moved.sum(),
        "quota": tables["quotas"].loc[tables["quotas"]["level"] == "rep", "quota"].sum(),
        "hours": reps["hours"].sum(),
        "load": reps["load"].sum(),
    }
    for name, value in figures.items():
        yield name, "company", "", float(value)
    if demand.sum() > 0:
        share = demand[assignments.loc[moved, "unit"]].sum() / demand.sum()
        yield "handover_share", "company", "", float(share)


def contribution(parts: dict[str, float]) -> float:
    """Margin on sales less spend, people, hires, overtime and handover loss. [currency]"""
    return sum(parts[name] for name in CONTRIBUTION_PARTS)


def _by_period(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    spend = decisions.spend.sum()
    for period in problem.periods:
        yield "sales", "company", period, float(decisions.sales[period].sum())
        yield "demand", "company", period, float(problem.demand[period].sum())
        yield "spend", "company", period, float(spend[period])


def _by_scope(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    sales, demand = decisions.sales.sum(axis=1), problem.demand.sum(axis=1)
    groups = {
        "territory": problem.units["territory"],
        "segment": problem.units["segment"],
        "rep": decisions.rep_of[decisions.rep_of != ""],
    }
    for kind, key in groups.items():
        for name, amounts in (("sales", sales), ("demand", demand)):
            for value, total in amounts.loc[key.index].groupby(key).sum().items():
                yield name, f"{kind}={value}", "", float(total)
        for value, count in key.value_counts(sort=False).items():
            yield "units", f"{kind}={value}", "", float(count)


def _balance(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    """Spread of a balanced measure: the largest distance of a rep from the fair share, as a share of it."""
    is_there = problem.is_there(decisions.hired)
    for rule in problem.balance:
        there = is_there.index[is_there].intersection(rule.lower.index)
        carried = rule.amounts.groupby(decisions.rep_of).sum().reindex(there).fillna(0.0)
        fair = (rule.lower + rule.upper).loc[there] / 2
        away = ((carried - fair).abs() / fair.where(fair > 0)).dropna()
        if len(away):
            yield f"balance_spread:{rule.measure}", "company", "", float(away.max())
