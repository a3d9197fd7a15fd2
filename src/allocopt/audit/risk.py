"""Risk: every outcome of demand, held against the rules of the plan and its own demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from allocopt.audit import budget, sales, supply, workload
from allocopt.audit.evidence import Evidence, beyond, differs, rows_of
from allocopt.plan import Plan
from allocopt.problem.risk import EXPECTED, RiskRule, shortfall_at_risk
from allocopt.problem.sampled import in_outcome

# Tables of the plan, and of its samples with the sample's number before their columns.
OF_SAMPLES = {"time": "outcome_time", "sales": "outcome_sales", "budget": "outcome_budget"}


def risk(e: Evidence) -> Iterator[str]:
    """Sales of each sample are what its demand, its hours and its spend bring; its totals are right."""
    rule = e.problem.risk
    if rule is None:
        return
    for sample in rule.weight.index:
        came = in_sample(e, sample)
        found = (*workload.pair_hours(came), *sales.sales(came), *sales.lift(came))
        found = (*found, *supply.supply(came), *budget.budget(came), *_committed(e, came, rule))
        for violation in found:
            yield f"{violation} (sample {sample})"
    yield from _totals(e, rule)


def in_sample(e: Evidence, sample: str) -> Evidence:
    """The evidence as it is when the demand of a sample has come."""
    # Spend must bring its return in the plan; demand that comes otherwise does not break a promise.
    problem = replace(in_outcome(e.problem, sample), returns=())
    tables = {name: _rows(e.plan, of_samples, sample) for name, of_samples in OF_SAMPLES.items()}
    return Evidence(problem, Plan(e.plan.summary, {**e.plan.tables, **tables}))


def _rows(plan: Plan, name: str, sample: str) -> pd.DataFrame:
    table = plan[name]
    return table[table["sample"] == sample].drop(columns="sample").reset_index(drop=True)


def _committed(e: Evidence, came: Evidence, rule: RiskRule) -> Iterator[str]:
    """Spend of levers that do not react is the plan's."""
    planned, spent = rows_of(e.spend), rows_of(came.spend)
    for key in (lift.key for lift in e.problem.lifts if lift.lever not in rule.reactive):
        away = float(np.abs(spent[key] - planned[key]).max())
        if differs(away, 0.0, float(planned[key].max())):
            yield f"spend_before_demand: {'/'.join(key)} spends otherwise by {away:,.6g}"


def outcome_totals(e: Evidence) -> pd.DataFrame:
    """Index outcome; weight, sales, margin, spend, shortfall [currency over the horizon], from tables."""
    rule = e.problem.risk
    if rule is None:
        return pd.DataFrame(columns=["weight", "sales", "margin", "spend", "shortfall"])
    each = {EXPECTED: e, **{sample: in_sample(e, sample) for sample in rule.weight.index}}
    margin = e.problem.units["margin"]
    rows = {
        name: {
            "weight": rule.weights[name],
            "sales": float(came.sales.to_numpy().sum()),
            "margin": float((came.sales.sum(axis=1) * margin).sum()),
            "spend": float(came.spend.to_numpy().sum()),
        }
        for name, came in each.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.assign(shortfall=(rule.target - table["sales"]).clip(lower=0.0))


def _totals(e: Evidence, rule: RiskRule) -> Iterator[str]:
    found = outcome_totals(e)
    said = e.plan["outcomes"].set_index("sample")
    if list(said.index) != list(found.index):
        yield "outcomes: the plan does not name exactly the outcomes of the problem"
        return
    scale = max(float(found["sales"].max()), 1.0)
    for name in found.index:
        for column in found.columns:
            right, told = float(found[column][name]), float(said[column][name])
            if differs(right, told, 1.0 if column == "weight" else scale):
                yield f"outcomes: {column} of {name} is {right:,.6g}, the plan says {told:,.6g}"
    if beyond(abs(float(found["weight"].sum()) - 1.0), 0.0):
        yield "outcomes: the weights do not add up to 1"


def change_of_mean(totals: pd.DataFrame, column: str) -> float:
    """The mean of a column over all outcomes less the plan's own. [currency]"""
    if totals.empty:
        return 0.0
    mean = float((totals["weight"] * totals[column]).sum())
    return mean - float(totals[column][EXPECTED])


def price_of_risk(e: Evidence, totals: pd.DataFrame) -> float:
    """Price of the mean shortfall in the worst outcomes. [currency]"""
    rule = e.problem.risk
    if rule is None or rule.price == 0:
        return 0.0
    missed = {name: float(totals["shortfall"][name]) for name in rule.weights}
    _, tail = shortfall_at_risk(missed, rule.weights, rule.level)
    return rule.price * tail
