"""The model: its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyomo.environ as pyo

from allocopt.model.balance import balance_measures, limit_outside, settle_bands
from allocopt.model.budget import (
    ask_for_return,
    keep_commitments,
    limit_budget,
    spend_steadily,
)
from allocopt.model.contiguity import connect_units, price_borders
from allocopt.model.continuity import count_handovers, limit_handovers, limit_reps_touched
from allocopt.model.coverage import (
    choose_reps,
    cover_every_unit,
    cover_units_at_most_once,
    keep_families_together,
    keep_groups_apart,
    keep_locks,
    share_units,
)
from allocopt.model.headcount import fill_positions, limit_headcount, pay_people
from allocopt.model.kept import keep_decisions
from allocopt.model.memory import without_collections
from allocopt.model.objective import add_up_contribution
from allocopt.model.overlays import settle_support, support_units
from allocopt.model.quota import (
    keep_quotas_attainable,
    set_quotas,
    settle_quotas,
    split_expected_sales,
    split_target,
)
from allocopt.model.recourse import adapt_to_demand
from allocopt.model.renewals import keep_before_renewals
from allocopt.model.response import (
    give_time,
    respond_to_time,
    spend_enough_if_any,
    spend_on_levers,
)
from allocopt.model.risk import avoid_shortfall, expect_outcomes, settle_risk
from allocopt.model.sales import sell
from allocopt.model.sets import declare_sets
from allocopt.model.supply import limit_supply
from allocopt.model.symmetry import order_interchangeable_reps
from allocopt.model.targets import reach_targets
from allocopt.model.travel import limit_travel
from allocopt.model.workload import limit_workload, settle_hours
from allocopt.problem import Problem

Family = Callable[[pyo.ConcreteModel, Problem], None]


@without_collections()
def build(problem: Problem) -> pyo.ConcreteModel:
    """The mixed-integer model of a problem; every column has finite bounds."""
    m = pyo.ConcreteModel("allocopt")
    declare_sets(m, problem)
    fill_positions(m, problem)
    choose_reps(m, problem)
    cover_every_unit(m) if problem.every_unit else cover_units_at_most_once(m)
    keep_locks(m, problem)
    keep_families_together(m, problem)
    keep_groups_apart(m, problem)
    give_time(m, problem)
    respond_to_time(m, problem)
    if problem.overlays:
        support_units(m, problem)
    limit_workload(m, problem)
    pay_people(m, problem)
    limit_headcount(m, problem)
    spend_on_levers(m, problem)
    spend_enough_if_any(m, problem)
    limit_budget(m, problem)
    keep_commitments(m, problem)
    ask_for_return(m, problem)
    sell(m, problem)
    count_handovers(m, problem)
    limit_handovers(m, problem)
    for family in asked_families(problem):
        family(m, problem)
    add_up_contribution(m, problem)
    return m


def asked_families(problem: Problem) -> Iterator[Family]:
    """Families that are left out of the model unless the scenario asks for them."""
    yield from _families_of_coverage(problem)
    yield from _families_of_money(problem)
    yield from _families_of_quotas(problem)
    yield from _families_of_risk(problem)
    if problem.interchangeable and problem.kept is None:
        yield order_interchangeable_reps
    if problem.kept is not None:
        yield keep_decisions
    if any(rule.is_rule for rule in problem.targets):
        yield reach_targets


def _families_of_coverage(problem: Problem) -> Iterator[Family]:
    if problem.shared_units:
        yield share_units
    if problem.renewals:
        yield keep_before_renewals
    if problem.handover.max_reps is not None:
        yield limit_reps_touched
    if problem.balance:
        yield balance_measures
    if any(rule.most_outside is not None for rule in problem.balance):
        yield limit_outside
    if problem.contiguity.hard:
        yield connect_units
    if problem.contiguity.cut_price > 0:
        yield price_borders
    if problem.travel is not None:
        yield limit_travel


def _families_of_quotas(problem: Problem) -> Iterator[Family]:
    if problem.quota.bounded:
        yield split_expected_sales if problem.quota.target is None else split_target
        yield set_quotas
    if problem.quota.attainable is not None:
        yield keep_quotas_attainable


def _families_of_risk(problem: Problem) -> Iterator[Family]:
    if problem.risk is not None:
        yield adapt_to_demand
        yield expect_outcomes
        if problem.risk.price > 0:
            yield avoid_shortfall


def _families_of_money(problem: Problem) -> Iterator[Family]:
    if any(lift.steady for lift in problem.lifts):
        yield spend_steadily
    if problem.supply:
        yield limit_supply


def settle_plan(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model the plainest of its equally good values; whole numbers stay."""
    if problem.overlays:
        settle_support(m, problem)
    settle_hours(m, problem)
    if problem.balance:
        settle_bands(m, problem)
    if problem.quota.bounded:
        settle_quotas(m, problem)
    if problem.risk is not None and problem.risk.price > 0:
        settle_risk(m, problem)


def sentences(m: pyo.ConcreteModel) -> dict[str, str]:
    """The business meaning of every rule of a model, by its name."""
    return {rule.local_name: rule.doc for rule in m.component_objects(pyo.Constraint)}
