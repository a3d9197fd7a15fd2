"""Audit: it accepts what the solver returns and notices every way to falsify it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from support_plan import EVERYTHING, EVERYTHING_TABLES, planned, problem_from, problem_of
from support_scenario import write_scenario

from allocopt import planning
from allocopt.audit import audit
from allocopt.errors import AuditFailed
from allocopt.plan import Plan
from allocopt.scenario import load_scenario


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """A problem that asks for every family, and its plan."""
    folder = tmp_path_factory.mktemp("audit")
    plan = planned(folder, EVERYTHING, months=2, **EVERYTHING_TABLES)
    return problem_from(load_scenario(folder)), plan


def changed(plan, table, column, value, where=None):
    """The plan with a cell (or all that `where` chooses) replaced; `value` may be a function."""
    frame = plan[table].copy()
    rows = frame.index if where is None else frame.query(where).index
    assert len(rows), where
    new = value(frame.loc[rows, column]) if callable(value) else value
    if isinstance(new, str):
        frame[column] = frame[column].astype(object)
    frame.loc[rows, column] = new
    return Plan(plan.summary, {**plan.tables, table: frame})


def without(plan, table, where):
    """The plan without the rows that `where` chooses."""
    frame = plan[table]
    rows = frame.query(where).index
    assert len(rows), where
    return Plan(plan.summary, {**plan.tables, table: frame.drop(rows).reset_index(drop=True)})


def twice(plan, table, where, **cells):
    """The plan with a copy of rows, changed in some cells."""
    frame = plan[table]
    more = frame.query(where).assign(**cells)
    both = pd.concat([frame, more], ignore_index=True)
    return Plan(plan.summary, {**plan.tables, table: both})


def says(plan, **summary):
    """The plan with other keys in plan.json."""
    return replace(plan, summary={**plan.summary, **summary})


def up(share):
    return lambda cells: cells * (1 + share)


def rules_broken(problem, plan):
    return {violation.split(":")[0] for violation in audit(problem, plan)}


def test_an_honest_plan_is_accepted(honest):
    problem, plan = honest
    assert audit(problem, plan) == ()


FIRST = "period == '2026-01'"
CORRUPTIONS = {
    "unit with a rep who may not cover it": (
        "unit_covered",
        lambda p: changed(p, "assignments", "rep", "New", "unit == 'u3'"),
    ),
    "unit with a rep who does not exist": (
        "unit_covered",
        lambda p: changed(p, "assignments", "rep", "Nobody", "unit == 'u2'"),
    ),
    "unit left out": ("unit_covered", lambda p: without(p, "assignments", "unit == 'u2'")),
    "unit left open": (
        "unit_covered",
        lambda p: changed(p, "assignments", "share", 0.0, "unit == 'u2'"),
    ),
    "unit covered twice": (
        "unit_covered",
        lambda p: twice(p, "assignments", "unit == 'u2'", rep="Bob"),
    ),
    "unit shared by two reps": (
        "unit_covered",
        lambda p: changed(
            twice(p, "assignments", "unit == 'u2'", rep="Bob"),
            "assignments",
            "share",
            0.5,
            "unit == 'u2'",
        ),
    ),
    "unit of another company": (
        "unit_covered",
        lambda p: twice(p, "assignments", "unit == 'u2'", unit="u99"),
    ),
    "locked unit moved": (
        "unit_locked",
        lambda p: changed(p, "assignments", "rep", "Bob", "unit == 'u1'"),
    ),
    "family split": (
        "family_together",
        lambda p: changed(p, "assignments", "rep", "Ann", "unit == 'u3'"),
    ),
    "rivals together": (
        "group_apart",
        lambda p: changed(p, "assignments", "rep", "Bob", "unit in ('u5', 'u6')"),
    ),
    "hire undone": (
        "only_filled_positions",
        lambda p: changed(p, "reps", "hired", "no", "rep == 'New'"),
    ),
    "too few hires": (
        "headcount_limit",
        lambda p: changed(p, "reps", "hired", "no", "rep == 'New'"),
    ),
    "hours dropped": ("time_of_own_rep", lambda p: without(p, "time", f"unit == 'u1' and {FIRST}")),
    "hours halved": ("time_of_own_rep", lambda p: changed(p, "time", "hours", 5.0, "unit == 'u1'")),
    "hours of another rep": (
        "time_of_own_rep",
        lambda p: changed(p, "time", "rep", "Bob", "unit == 'u1'"),
    ),
    "more hours than a unit can use": (
        "time_of_own_rep",
        lambda p: changed(p, "time", "hours", 40.0, "unit == 'u5'"),
    ),
    "more hours than a rep has": (
        "selling_time_limit",
        lambda p: changed(p, "time", "hours", 40.0, "unit == 'u5'"),
    ),
    "overtime hidden": (
        "selling_time_limit",
        lambda p: changed(p, "time", "hours", lambda h: h + 1, "unit == 'u5'"),
    ),
    "overtime invented": (
        "selling_time_limit",
        lambda p: changed(p, "reps", "overtime", 3.0, "rep == 'Bob'"),
    ),
    "handover not marked": (
        "handover",
        lambda p: changed(p, "assignments", "handover", "no", "unit == 'u2'"),
    ),
    "sales raised": ("sales_earned", lambda p: changed(p, "sales", "sales", up(0.01), FIRST)),
    "sales beyond potential": (
        "sales_earned",
        lambda p: changed(p, "sales", "sales", 151.0, "unit == 'u1'"),
    ),
    "sales below nothing": (
        "sales_earned",
        lambda p: changed(p, "sales", "sales", -1.0, "unit == 'u1'"),
    ),
    "lift raised": ("effective_spend", lambda p: changed(p, "budget", "lift", up(0.1))),
    "lift without spend": (
        "effective_spend",
        lambda p: changed(p, "budget", "lift", 9.0, "spend == 0 and lever == 'fair'"),
    ),
    "spend below its minimum": (
        "spend_minimum",
        lambda p: changed(p, "budget", "spend", 1.0, f"lever == 'fair' and spend > 0 and {FIRST}"),
    ),
    "spend above the most of a period": (
        "spend_minimum",
        lambda p: changed(p, "budget", "spend", 41.0, f"lever == 'ads' and spend > 0 and {FIRST}"),
    ),
    "spend above the total": ("budget_total", lambda p: changed(p, "budget", "spend", up(0.2))),
    "spend above the limit of a lever": (
        "lever_budget",
        lambda p: changed(p, "budget", "spend", up(0.2), "lever == 'ads'"),
    ),
    "spend above the limit of a scope": (
        "scope_budget",
        lambda p: changed(p, "budget", "spend", up(0.2), "lever == 'ads'"),
    ),
    "commitment broken": (
        "committed_spend",
        lambda p: changed(p, "budget", "spend", 5.5, f"lever == 'fair' and spend > 0 and {FIRST}"),
    ),
    "return too low": ("return_floor", lambda p: changed(p, "budget", "lift", up(-0.9))),
    "budget row dropped": (
        "committed_spend",
        lambda p: without(p, "budget", "lever == 'fair' and territory == 'West'"),
    ),
    "quota raised": (
        "quota_target",
        lambda p: changed(p, "quotas", "quota", up(0.1), "rep == 'New'"),
    ),
    "quota above its ceiling": (
        "quota_ceiling",
        lambda p: changed(p, "quotas", "quota", 196.0, "rep == 'Ann'"),
    ),
    "quota below its floor": (
        "quota_floor",
        lambda p: changed(p, "quotas", "quota", 39.0, "rep == 'Bob'"),
    ),
    "quota of the company is not the sum": (
        "quotas",
        lambda p: changed(p, "quotas", "quota", up(0.1), "level == 'company'"),
    ),
    "objective raised": ("objective", lambda p: says(p, objective=p.summary["objective"] + 1)),
    "contribution raised": (
        "objective",
        lambda p: says(p, contribution=p.summary["contribution"] + 1),
    ),
    "bound below the objective": (
        "objective",
        lambda p: says(p, bound=p.summary["objective"] - 1),
    ),
    "pair value counted twice": (
        "objective",
        lambda p: says(p, objective_parts={**p.summary["objective_parts"], "pair_value": 8.0}),
    ),
    "fairness forgotten": (
        "objective",
        lambda p: says(p, objective_parts={**p.summary["objective_parts"], "fairness": 0.0}),
    ),
    "shortfall invented": (
        "objective",
        lambda p: replace(
            p,
            tables={
                **p.tables,
                "shortfalls": _shortfall(p, "balance_floor", "demand/Ann", "", 10.0, 0.01),
            },
        ),
    ),
}


def _shortfall(plan, rule, item, period, amount, price):
    columns = plan["shortfalls"].columns
    return pd.DataFrame([(rule, item, period, amount, price)], columns=columns)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_falsified_plan_is_rejected(honest, name):
    problem, plan = honest
    rule, corrupt = CORRUPTIONS[name]
    assert rule in rules_broken(problem, corrupt(plan))


@pytest.mark.parametrize(
    "part",
    [
        *("margin_on_sales", "spend", "people", "variable_pay", "hire_cost", "overtime"),
        *("travel", "handover_loss", "pair_value", "shortfalls", "fairness", "price_of_money"),
    ],
)
def test_every_part_of_the_objective_is_recomputed(honest, part):
    problem, plan = honest
    parts = dict(plan.summary["objective_parts"])
    parts[part] += 0.5
    assert "objective" in rules_broken(problem, says(plan, objective_parts=parts))


def with_rule(problem, section, **fields):
    """The problem with one rule made stricter than the plan was."""
    return replace(problem, **{section: replace(getattr(problem, section), **fields)})


def test_ceilings_on_handovers_are_recomputed(honest):
    problem, plan = honest
    for field in ({"max_units": 1}, {"max_sales": 100.0}):
        assert "handover_limit" in rules_broken(with_rule(problem, "handover", **field), plan)
    assert "touched_limit" in rules_broken(with_rule(problem, "handover", max_reps=2), plan)


def test_bands_are_recomputed(honest):
    problem, plan = honest
    (band,) = problem.balance
    carried = {"Ann": 320, "Bob": 320, "New": 260}
    tight = [replace(band, lower=band.lower * 0 + 319), replace(band, upper=band.upper * 0 + 261)]
    assert sum(carried.values()) == pytest.approx(float(band.amounts.sum()))
    assert "balance_floor" in rules_broken(replace(problem, balance=(tight[0],)), plan)
    assert "balance_ceiling" in rules_broken(replace(problem, balance=(tight[1],)), plan)


def test_a_shortfall_of_a_hard_band_is_no_excuse(honest):
    problem, plan = honest
    (band,) = problem.balance
    hard = replace(band, hard=True, lower=band.lower * 0 + 330, upper=band.upper * 0 + 1e4)
    shortfalls = _shortfall(plan, "balance_floor", "demand/Ann", "", 10.0, 0.0)
    excused = replace(plan, tables={**plan.tables, "shortfalls": shortfalls})
    assert "balance" in rules_broken(replace(problem, balance=(hard,)), excused)


def test_hours_that_are_missing_are_no_excuse_where_they_are_a_hard_rule(honest):
    problem, plan = honest
    more = changed(plan, "time", "hours", lambda hours: hours + 20, "unit == 'u5'")
    shortfalls = _shortfall(plan, "selling_time_limit", "Ann", "2026-01", 20.0, 0.0)
    excused = replace(more, tables={**more.tables, "shortfalls": shortfalls})
    assert "selling_time_limit" in rules_broken(problem, excused)


def test_quotas_that_nothing_bounds_are_their_share(tmp_path):
    plan = planned(tmp_path)
    problem = problem_of(tmp_path)
    moved = changed(plan, "quotas", "quota", lambda q: q + 5, "rep == 'Ann'")
    moved = changed(moved, "quotas", "quota", lambda q: q - 5, "rep == 'Bob'")
    assert audit(problem, plan) == ()
    assert "quota_share" in rules_broken(problem, moved)


def test_planning_refuses_a_plan_that_fails(tmp_path, monkeypatch):
    true = planning.assemble_plan
    monkeypatch.setattr(
        planning, "assemble_plan", lambda *args: says(true(*args), objective=1e6, bound=1e6)
    )
    scenario = load_scenario(write_scenario(tmp_path))
    with pytest.raises(AuditFailed, match="objective: the parts add up") as error:
        planning.plan_scenario(scenario)
    assert error.value.violations
