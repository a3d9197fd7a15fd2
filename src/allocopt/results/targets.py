"""Targets against what is planned: the table `targets` of a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocopt.model import Decisions
from allocopt.plan import CONTRIBUTION_PARTS, PLAN_TABLES
from allocopt.problem import Problem
from allocopt.problem.demand_samples import DemandSamples
from allocopt.results.odds import chance, reached_in_outcomes
from allocopt.scenario import Scenario


def target_table(
    scenario: Scenario, problem: Problem, decisions: Decisions, samples: DemandSamples | None
) -> pd.DataFrame:
    """name, goal, planned, gap (goal − planned) [unit of the measure], probability.

    Planned is unknown where the plan has no such figure: a product, a channel, new customers. Of a target
    that reaches beyond the plan it is what lies inside, and gap and probability are unknown; so is the
    probability without samples.
    """
    targets = scenario.table("targets")
    table = pd.DataFrame({"name": targets["name"], "goal": targets["amount"]})
    table["planned"] = table["name"].map(reached_targets(problem, decisions)).astype(float)
    # What comes outside the plan is nobody's knowledge, and so is what is missing in all.
    inside = table["name"].isin([rule.name for rule in problem.targets if rule.inside])
    table["gap"] = (table["goal"] - table["planned"]).where(inside)
    table["probability"] = table["name"].map(_odds(problem, decisions, samples)).astype(float)
    return table[list(PLAN_TABLES["targets"])]


def reached_targets(problem: Problem, decisions: Decisions) -> dict[str, float]:
    """What the plan reaches of each target that it has a figure for, by name."""
    contribution = contribution_of(decisions)
    credited = problem.credited(decisions.shares, decisions.sales)
    return {
        rule.name: rule.reached(decisions.sales, credited, contribution) for rule in problem.targets
    }


def contribution_of(decisions: Decisions) -> float:
    """Contribution of the plan. [currency]"""
    return sum(decisions.parts[name] for name in CONTRIBUTION_PARTS)


def _odds(
    problem: Problem, decisions: Decisions, samples: DemandSamples | None
) -> dict[str, float]:
    if samples is None:
        return {}
    rules = [rule for rule in problem.targets if rule.inside]
    contribution = contribution_of(decisions)
    reached = reached_in_outcomes(problem, decisions, rules, samples, contribution)
    return {
        rule.name: chance(reached[rule.name], rule.amount, np.asarray(samples.weight))
        for rule in rules
    }
