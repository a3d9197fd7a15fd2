"""Key figures of a plan: the table `kpis`."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import CONTRIBUTION_PARTS, PLAN_TABLES
from allocopt.problem import Problem
from allocopt.problem.compactness import border_length
from allocopt.problem.travel import TravelRule
from allocopt.results.attainment import expected_share_at_quota
from allocopt.results.risk import risk_figures

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
        *_compactness(problem, decisions),
        *_attainment(tables),
        *_travel(problem, decisions),
        *(risk_figures(problem, tables["outcomes"]) if problem.risk is not None else ()),
    ]
    if wape is not None:
        figures.append(("forecast_wape", "company", "", wape))
    return pd.DataFrame(figures, columns=list(PLAN_TABLES["kpis"]))


def _company(
    problem: Problem, tables: dict[str, pd.DataFrame], decisions: Decisions
) -> Iterator[Figure]:
    assignments, reps = tables["assignments"], tables["reps"]
    moved = assignments.loc[assignments["handover"] == "yes", "unit"].unique()
    demand = problem.demand.sum(axis=1)
    parts = decisions.parts
    figures: dict[str, float] = {
        "sales": float(decisions.sales.to_numpy().sum()),
        "demand": demand.sum(),
        "margin": parts["margin_on_sales"],
        "spend": float(decisions.spend.to_numpy().sum()),
        "people_cost": reps["cost"].sum(),
        "contribution": contribution(parts),
        "units": len(problem.units),
        "reps": (reps["hired"] != "no").sum(),
        "hires": (reps["hired"] == "yes").sum(),
        "handovers": len(moved),
        "quota": tables["quotas"].loc[tables["quotas"]["level"] == "rep", "quota"].sum(),
        "hours": reps["hours"].sum(),
        "load": reps["load"].sum(),
    }
    for name, value in figures.items():
        yield name, "company", "", float(value)
    if demand.sum() > 0:
        share = demand[moved].sum() / demand.sum()
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
    for kind in ("territory", "segment"):
        key = problem.units[kind]
        for name, amounts in (("sales", sales), ("demand", demand)):
            for value, total in amounts.groupby(key).sum().items():
                yield name, f"{kind}={value}", "", float(total)
        for value, count in key.value_counts(sort=False).items():
            yield "units", f"{kind}={value}", "", float(count)
    yield from _by_rep(problem, decisions)


def _by_rep(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    """Sales and demand of the reps who have units, and how many they have."""
    held = decisions.shares.reset_index().groupby("rep")["unit"].nunique()
    amounts = {
        "sales": problem.credited(decisions.shares, decisions.sales).sum(axis=1),
        "demand": problem.by_rep(decisions.shares, problem.demand).sum(axis=1),
        "units": held,
    }
    for name, by_rep in amounts.items():
        for rep, amount in by_rep[held.index].items():
            yield name, f"rep={rep}", "", float(amount)


def _travel(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    """Hours on the way, where there is any way to go."""
    hours = problem.stint_travel
    if hours.to_numpy().any():
        yield "travel", "company", "", TravelRule.hours(hours, decisions.shares)


def _attainment(tables: dict[str, pd.DataFrame]) -> Iterator[Figure]:
    """Share of reps expected at quota, and what pay is budgeted by; what rounding left of the quotas."""
    quotas = tables["quotas"]
    if "unrounded" in quotas:
        company = quotas[quotas["level"] == "company"]
        rest = company["unrounded"].sum() - company["quota"].sum()
        yield "quota_rounding", "company", "", float(rest)
    if "attainment" not in tables:
        return
    horizon = tables["attainment"]
    yield "share_at_quota", "company", "", expected_share_at_quota(horizon)
    whole = horizon[horizon["level"] == "company"]
    for name in ("attain_probability", "payout_at_plan", "payout_mean", "payout_p90"):
        yield name, "company", "", float(whole[name].sum())


def _balance(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    """Spread of a balanced measure: the largest distance of a rep from the fair share, as a share of it."""
    taken = problem.tenures.first_of(decisions.hired)
    for rule in problem.balance:
        fair = rule.bands(taken).mean(axis=1)
        carried = rule.carried(decisions.shares).reindex(fair.index).fillna(0.0)
        away = ((carried - fair).abs() / fair.where(fair > 0)).dropna()
        if len(away):
            yield f"balance_spread:{rule.measure}", "company", "", float(away.max())


def _compactness(problem: Problem, decisions: Decisions) -> Iterator[Figure]:
    """Length of the borders between reps, and its share of all borders, where the plan asks for them."""
    whole = float(problem.contiguity.borders.length.sum())
    if whole > 0:
        between = border_length(problem, decisions.shares)
        yield "border_length", "company", "", between
        yield "border_share", "company", "", between / whole
