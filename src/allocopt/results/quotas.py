"""Quotas by rep, rolled up to managers and the company: the table `quotas` of a plan, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.model import Decisions
from allocopt.problem import Problem
from allocopt.problem.demand_samples import DemandSamples
from allocopt.results.attainment import (
    Outlook,
    Team,
    Teams,
    by_period,
    outlook_of,
    over_horizon,
    simulated_sales,
)
from allocopt.results.quota_fairness import FEWEST, fairness_table
from allocopt.results.quota_parts import cut, mix_of, quota_on_units
from allocopt.results.quota_tree import quota_tree
from allocopt.results.rounding import round_matrix
from allocopt.scenario import Scenario

Floats = npt.NDArray[np.float64]

AMOUNTS = ["quota", "expected", "baseline", "before"]
FIGURES = ["attain_probability", "payout_mean", "payout_p90"]
KEY = ["level", "rep", "period"]


@dataclass(frozen=True)
class Quotas:
    """Quotas of the reps who are there, and what they rest on; rep × period [currency].

    `unrounded` are those of the model. `credited`: planned sales, (unit, rep) × period; `basis`: the same
    index, in which proportion a rep's quota lies on the rep's units.
    """

    quota: pd.DataFrame
    unrounded: pd.DataFrame
    expected: pd.DataFrame
    baseline: pd.DataFrame
    before: pd.DataFrame
    credited: pd.DataFrame
    basis: pd.DataFrame

    @property
    def reps(self) -> pd.Index:
        """The reps who are there."""
        return self.quota.index


def quota_tables(
    scenario: Scenario,
    products: pd.DataFrame,
    problem: Problem,
    decisions: Decisions,
    samples: DemandSamples | None,
) -> dict[str, pd.DataFrame]:
    """The table `quotas`, and `attainment`, `quota_fairness` and `quota_tree` where they can be made.

    `products`: the forecast by product and channel; `samples`: outcomes of demand, None where unknown.
    """
    quotas = quotas_of(problem, decisions)
    teams = teams_of(problem, quotas.reps)
    table = _rolled_up(problem, quotas, teams)
    tables = {}
    attained = quotas.expected.sum(axis=1) / quotas.quota.sum(axis=1).where(lambda q: q > 0)
    if samples is not None:
        outlook = _outlook(problem, decisions, quotas, samples)
        table = table.join(by_period(outlook, teams), on=KEY)
        tables["attainment"] = over_horizon(outlook, teams)
        attained = outlook.mean_attainment
    before = quotas.before.sum(axis=1, min_count=1)
    if len(quotas.quota) >= FEWEST:
        tables["quota_fairness"] = fairness_table(quotas.quota.sum(axis=1), before, attained)
    parts = quota_on_units(quotas.quota, quotas.basis)
    if scenario.config.quota.cuts:
        table = pd.concat([table, *_cuts(scenario, products, problem, parts)], ignore_index=True)
    if scenario.config.quota.tree:
        tables["quota_tree"] = quota_tree(scenario, products, problem, parts, quotas.credited)
    return {"quotas": table.reindex(columns=_columns(scenario)), **tables}


def _columns(scenario: Scenario) -> list[str]:
    section = scenario.config.quota
    optional = {"item": bool(section.cuts), "unrounded": section.round_to is not None}
    return [*KEY, *AMOUNTS, *FIGURES, *(name for name, asked in optional.items() if asked)]


def quotas_of(problem: Problem, decisions: Decisions) -> Quotas:
    """Quotas of the plan, rounded where that is asked."""
    is_there = problem.is_there(decisions.hired)
    there = is_there.index[is_there]
    stints = problem.credited_stints(decisions.shares, decisions.sales)
    credited = stints.groupby(level=["unit", "rep"], sort=False).sum()
    expected = problem.credited(decisions.shares, decisions.sales).loc[there]
    unrounded = expected * (1 + problem.quota.over_assignment)
    if decisions.quota is not None:
        unrounded = decisions.quota.loc[there]
    present = problem.tenures.taken(problem.tenures.presence, decisions.hired).loc[there]
    basis = credited
    if problem.quota.target is not None:
        index = problem.stint_parts(decisions.shares, problem.quota.index)
        basis = index.groupby(level=["unit", "rep"], sort=False).sum()
    return Quotas(
        quota=_rounded(problem, unrounded, expected, present),
        unrounded=unrounded,
        expected=expected,
        baseline=problem.by_rep(decisions.shares, problem.demand).loc[there],
        before=present.mul(problem.reps.loc[there, "quota_before"], axis=0),
        credited=credited,
        basis=basis,
    )


def _rounded(
    problem: Problem, quota: pd.DataFrame, expected: pd.DataFrame, present: pd.DataFrame
) -> pd.DataFrame:
    """Multiples of `quota.round_to` within the bounds of the quotas; a decided quota stays as it is."""
    rule = problem.quota
    if rule.round_to is None:
        return quota
    decided = rule.decided.loc[quota.index]
    lower = present.mul(rule.lower.loc[quota.index], axis=0)
    # An infinite bound of somebody who is not there would be no number.
    upper = present.mul(rule.upper.loc[quota.index], axis=0).fillna(np.inf)
    if rule.attainable is not None:
        upper = upper.clip(upper=rule.attainable.loc[quota.index] * expected)
    # Bounds that the solver keeps to within its tolerance are bounds of what it found.
    lower, upper = decided.fillna(lower).clip(upper=quota), decided.fillna(upper).clip(lower=quota)
    return round_matrix(quota, rule.round_to, lower, upper)


def teams_of(problem: Problem, there: pd.Index) -> Teams:
    """Whose quotas make a row: of the company, of each manager with all below, of each rep.

    A specialist answers for the reps who are served; these rows lie over those of the reps and count in no
    sum.
    """
    manager_of = dict(zip(problem.reps.index, problem.reps["manager"], strict=True))
    teams = {("company", ""): Team(list(there), list(there))}
    for manager in sorted({name for name in manager_of.values() if name}):
        team = [rep for rep in there if manager in (rep, *above(manager_of, rep))]
        teams |= {("manager", manager): Team(team, team)} if team else {}
    teams |= {("rep", rep): Team([rep], [rep]) for rep in there}
    return teams | {
        ("overlay", rep): Team(served, [rep]) for rep, served in _served(problem, there).items()
    }


def _served(problem: Problem, there: pd.Index) -> dict[str, list[str]]:
    """By specialist who is there, the served reps who are."""
    return {
        overlay.rep: [rep for rep in overlay.serves if rep in there]
        for overlay in problem.overlays
        if overlay.rep in there
    }


def above(manager_of: Mapping[str, str], rep: str) -> list[str]:
    """The chain of managers above a rep; a loop ends where it closes."""
    chain: list[str] = []
    while (rep := manager_of.get(rep, "")) and rep not in chain:
        chain.append(rep)
    return chain


def _rolled_up(problem: Problem, quotas: Quotas, teams: Teams) -> pd.DataFrame:
    """A row per team and period; a sum of which a part is unknown is unknown only if all of it is."""
    number = len(problem.periods)
    sums = {
        column: _team_sums(getattr(quotas, column), [team.sellers for team in teams.values()])
        for column in (*AMOUNTS, "unrounded")
    }
    sums["before"] = _team_sums(quotas.before, [team.paid for team in teams.values()])
    return pd.DataFrame(
        {
            "period": [*problem.periods] * len(teams),
            **sums,
            "level": [level for level, _ in teams for _ in range(number)],
            "rep": [name for _, name in teams for _ in range(number)],
        }
    )


def _team_sums(amounts: pd.DataFrame, teams: list[Sequence[str]]) -> Floats:
    """Sums over the reps of each team, period after period; not a number where none is known."""
    of_rep = dict(zip(amounts.index, amounts.to_numpy(dtype=float), strict=True))
    return np.concatenate(
        [
            # Most teams are one rep, who needs no sum.
            of_rep[team[0]]
            if len(team) == 1
            else amounts.loc[list(team)].sum(min_count=1).to_numpy(dtype=float)
            for team in teams
        ]
    )


def _outlook(
    problem: Problem, decisions: Decisions, quotas: Quotas, samples: DemandSamples
) -> Outlook:
    """What the reps who are there may sell and earn over the samples of demand."""
    reps = quotas.reps
    present = problem.tenures.taken(problem.tenures.presence, decisions.hired).loc[reps]
    pay = present.mul(problem.reps.loc[reps, "variable_pay"], axis=0)
    sales = simulated_sales(
        samples, problem.units, decisions.sales, problem.ceiling, quotas.credited, reps
    )
    role = problem.reps.loc[reps, "role"].fillna("")
    return outlook_of(
        samples.weight,
        sales,
        quotas.quota,
        pay.assign(role=role),
        problem.incentive,
        _served(problem, reps),
    )


def _cuts(
    scenario: Scenario, products: pd.DataFrame, problem: Problem, quota: pd.DataFrame
) -> list[pd.DataFrame]:
    """Rows of each rep's quota by product, channel or segment."""
    tables = []
    for dimension in scenario.config.quota.cuts:
        mix = mix_of(dimension, scenario, products, problem.units)
        parts = cut(quota, mix, scenario.config.quota.round_to).rename_axis(columns="period")
        long = pd.DataFrame({"quota": parts.stack()}).reset_index()
        tables.append(long.assign(level=dimension))
    return tables
