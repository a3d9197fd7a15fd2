"""The model: its table of contents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyomo.environ as pyo

from allocopt.model.balance import balance_measures, settle_bands
from allocopt.model.budget import ask_for_return, keep_commitments, limit_budget
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
from allocopt.model.objective import add_up_contribution
from allocopt.model.quota import set_quotas, settle_quotas, split_expected_sales, split_target
from allocopt.model.response import (
    give_time,
    respond_to_time,
    spend_enough_if_any,
    spend_on_levers,
)
from allocopt.model.sales import sell
from allocopt.model.sets import declare_sets
from allocopt.model.workload import limit_workload, settle_hours
from allocopt.problem import Problem


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


def asked_families(problem: Problem) -> Iterator[Callable[[pyo.ConcreteModel, Problem], None]]:
    """Families that are left out of the model unless the scenario asks for them."""
    if problem.shared_units:
        yield share_units
    if problem.handover.max_reps is not None:
        yield limit_reps_touched
    if problem.balance:
        yield balance_measures
    if problem.quota.bounded:
        yield split_expected_sales if problem.quota.target is None else split_target
        yield set_quotas


def settle_plan(m: pyo.ConcreteModel, problem: Problem) -> None:
    """Gives a solved model the plainest of its equally good values; whole numbers stay."""
    settle_hours(m, problem)
    if problem.balance:
        settle_bands(m, problem)
    if problem.quota.bounded:
        settle_quotas(m, problem)


def sentences(m: pyo.ConcreteModel) -> dict[str, str]:
    """The business meaning of every rule of a model, by its name."""
    return {rule.local_name: rule.doc for rule in m.component_objects(pyo.Constraint)}
