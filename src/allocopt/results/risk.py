"""Outcomes of demand: what each brings, hour by hour and sale by sale, and figures over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import OPTIONAL_TABLES
from allocopt.problem import Problem
from allocopt.problem.risk import EXPECTED, RiskRule, shortfall_at_risk
from allocopt.problem.sampled import in_outcome
from allocopt.results.money import budget_table, sales_table
from allocopt.results.people import time_table

Figure = tuple[str, str, str, float]  # kpi, scope, period, value
# Figures over all outcomes; the last four only where `allocopt risk --value --save` was asked for.
FIGURES = (
    *("risk_target", "expected_sales", "expected_spend", "expected_shortfall"),
    *("target_probability", "shortfall_value_at_risk", "shortfall_cvar"),
    *("stochastic_solution", "stochastic_solution_bound"),
    *("perfect_information", "perfect_information_bound"),
)


def outcome_tables(problem: Problem, decisions: Decisions) -> dict[str, pd.DataFrame]:
    """The tables of a plan that is made for several outcomes; none for any other."""
    rule = problem.risk
    if rule is None:
        return {}
    return {
        "outcomes": outcome_table(problem, rule, decisions),
        "outcome_time": _by_sample(problem, decisions, "outcome_time", time_table),
        "outcome_sales": _by_sample(problem, decisions, "outcome_sales", sales_table),
        "outcome_budget": _by_sample(problem, decisions, "outcome_budget", _budget),
    }


def outcome_table(problem: Problem, rule: RiskRule, decisions: Decisions) -> pd.DataFrame:
    """sample, weight; sales, margin, spend and shortfall over the horizon [currency]."""
    each = {EXPECTED: decisions, **decisions.samples}
    margin = problem.units["margin"]
    rows = []
    for name, weight in rule.weights.items():
        sales, spend = each[name].sales, each[name].spend
        sold = float(sales.to_numpy().sum())
        earned = float((sales.sum(axis=1) * margin).sum())
        missed = max(rule.target - sold, 0.0)
        rows.append((name, weight, sold, earned, float(spend.to_numpy().sum()), missed))
    return pd.DataFrame(rows, columns=list(OPTIONAL_TABLES["outcomes"]))


def _budget(problem: Problem, decisions: Decisions) -> pd.DataFrame:
    return budget_table(decisions)


def _by_sample(
    problem: Problem,
    decisions: Decisions,
    name: str,
    table: Callable[[Problem, Decisions], pd.DataFrame],
) -> pd.DataFrame:
    """A table of the plan for each sample, with the sample's number before its columns."""
    columns = list(OPTIONAL_TABLES[name])
    frames = [
        table(in_outcome(problem, sample), made).assign(sample=sample)
        for sample, made in decisions.samples.items()
    ]
    return (
        pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    )


def risk_figures(problem: Problem, outcomes: pd.DataFrame) -> Iterator[Figure]:
    """Key figures over all outcomes. [currency over the horizon, probabilities as shares]"""
    rule = problem.risk
    if rule is None:
        return
    weight = outcomes["weight"]
    missed = dict(zip(outcomes["sample"], outcomes["shortfall"], strict=True))
    at_risk, tail = shortfall_at_risk(missed, rule.weights, rule.level)
    figures = {
        "risk_target": rule.target,
        "expected_sales": float((weight * outcomes["sales"]).sum()),
        "expected_spend": float((weight * outcomes["spend"]).sum()),
        "expected_shortfall": float((weight * outcomes["shortfall"]).sum()),
        "target_probability": float(weight[outcomes["shortfall"] <= 1e-9 * abs(rule.target)].sum()),
        "shortfall_value_at_risk": at_risk,
        "shortfall_cvar": tail,
    }
    for name, value in figures.items():
        yield name, "company", "", value
