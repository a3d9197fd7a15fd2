"""Infeasible input: which rules clash, in words, and nothing more than what clashes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support_plan import planned, problem_of

from allocopt.errors import Infeasible
from allocopt.model import build, sentences
from allocopt.solver.compiled import compile_model
from allocopt.solver.conflict.conflicts import TIES
from allocopt.solver.conflict.diagnosis import diagnose
from allocopt.solver.highs import Limits, Outcome, run

HARD = "workload: {hard: true}\n"
SIX = "unit,territory,segment,hours,demand\n" + "".join(f"u{i},East,Key,6,10\n" for i in (1, 2, 3))


def conflict(folder, yaml="", **tables):
    """The conflict of a scenario that has no plan."""
    with pytest.raises(Infeasible) as error:
        planned(folder, yaml, **tables)
    return error.value


def clash_of(problem, seconds=20.0):
    """Compiled model and clash of a problem that has no plan."""
    model = build(problem)
    compiled = compile_model(model)
    relaxed = run(compiled, Limits(time_limit=20), relaxed=True).outcome is Outcome.INFEASIBLE
    rules = set(sentences(model)) - TIES
    return compiled, diagnose(problem, compiled, rules, seconds, relaxed=relaxed).clash, relaxed


def feasible(compiled, rows, relaxed, named):
    """Whether a plan exists when of the named rows only `rows` must hold."""
    free = np.array([key in named and key not in rows for key in compiled.rows])
    part = replace(
        compiled,
        cost=np.zeros(len(compiled.columns)),
        row_lower=np.where(free, -np.inf, compiled.row_lower),
        row_upper=np.where(free, np.inf, compiled.row_upper),
    )
    return run(part, Limits(time_limit=20), relaxed=relaxed).outcome is Outcome.OPTIMAL


def assert_irreducible(compiled, clash, relaxed):
    """The rows clash, and without any one of them there is a plan; so with any part of them."""
    # A linear clash names all of its rows; one of whole numbers leaves out what ties variables together.
    named = {key for key in compiled.rows if relaxed or key.rule not in TIES}
    assert clash.proven
    assert not feasible(compiled, set(clash.rows), relaxed, named)
    for row in clash.rows:
        assert feasible(compiled, set(clash.rows) - {row}, relaxed, named), row


def test_too_few_hours(tmp_path):
    # 18 h of work, 12 h of Ann; Zoe in the West has nothing to do with it.
    units = SIX + "w1,West,Key,6,10\n"
    reps = "rep,hours,territories\nAnn,12,East\nZoe,40,West\n"
    found = conflict(tmp_path, HARD, units=units, reps=reps)
    assert found.summary == "The selling time of Ann is too short for 3 units in East (3)."
    by_rule = {c.rule: c for c in found.conflicts}
    assert set(by_rule) == {"selling_time_limit", "unit_covered"}
    assert by_rule["selling_time_limit"].items == ("Ann",)
    assert set(by_rule["unit_covered"].items) == {"u1", "u2", "u3"}
    assert (
        "12.0 h in all; the units above need at least 18.0 h"
        in by_rule["selling_time_limit"].detail
    )
    assert by_rule["unit_covered"].sentence == "Every unit has exactly one rep."


def test_hours_that_fit_only_in_pieces(tmp_path):
    # 18 h of work fit 20 h of time, but each rep has time for one whole unit.
    found = conflict(tmp_path, HARD, units=SIX, reps="rep,hours\nAnn,10\nBob,10\n")
    assert found.proven
    by_rule = {c.rule: c for c in found.conflicts}
    assert by_rule["selling_time_limit"].items == ("Ann", "Bob")
    assert by_rule["unit_covered"].items == ("u1", "u2", "u3")
    assert "no division among these reps fits" in by_rule["selling_time_limit"].detail
    assert found.summary == "The selling time of Ann and Bob is too short for 3 units in East (3)."


def test_linear_clash_is_irreducible(tmp_path):
    units = SIX + "w1,West,Key,6,10\n"
    reps = "rep,hours,territories\nAnn,12,East\nZoe,40,West\n"
    compiled, clash, relaxed = clash_of(problem_of(tmp_path, HARD, units=units, reps=reps))
    assert relaxed
    assert_irreducible(compiled, clash, relaxed)


def test_whole_number_clash_is_irreducible(tmp_path):
    # u4 and u5 fit Cem; only three of five units and two of three reps clash.
    units = SIX + "u4,West,Key,3,10\nu5,West,Key,3,10\n"
    reps = "rep,hours,territories\nAnn,10,East\nBob,10,East\nCem,10,West\n"
    compiled, clash, relaxed = clash_of(problem_of(tmp_path, HARD, units=units, reps=reps))
    assert not relaxed
    assert_irreducible(compiled, clash, relaxed)
    assert {row.index[0] for row in clash.rows} == {"u1", "u2", "u3", "Ann", "Bob"}


def test_clash_is_unproven_when_there_is_no_time_to_look(tmp_path):
    problem = problem_of(tmp_path, HARD, units=SIX, reps="rep,hours\nAnn,10\nBob,10\n")
    _, clash, _ = clash_of(problem, seconds=0.0)
    assert not clash.proven
    assert {row.rule for row in clash.rows} >= {"unit_covered", "selling_time_limit"}


def test_large_whole_number_clash_is_found_within_seconds(tmp_path):
    # 40 units that fit, beside the three that do not.
    units = SIX + "".join(f"w{i},West,Key,2,10\n" for i in range(40))
    reps = "rep,hours,territories\nAnn,10,East\nBob,10,East\nCem,60,West\nDan,60,West\n"
    compiled, clash, relaxed = clash_of(problem_of(tmp_path, HARD, units=units, reps=reps))
    assert_irreducible(compiled, clash, relaxed)
    assert len(clash.rows) == 5


def test_units_that_nobody_may_cover(tmp_path):
    # A pair that is forbidden passes the check of the tables when families meet distances.
    units = (
        "unit,territory,segment,hours,demand,latitude,longitude\nu1,East,Key,6,10,10,10\n"
        "u2,East,Key,6,10,50,10\n"
    )
    reps = "rep,hours,latitude,longitude\nAnn,40,50,10\n"
    found = conflict(tmp_path, "coverage: {max_distance: 100}\n", units=units, reps=reps)
    assert found.conflicts[0].rule == "unit_covered"
    assert found.conflicts[0].items == ("u1",)
    assert "No rep may cover 1 unit in East (1)" in found.conflicts[0].detail


def test_more_rivals_than_reps_in_reach(tmp_path):
    # Each of two rivals has its own reps, but u1, u2 and u3 share Ann and Bob.
    units = """
    unit,territory,segment,hours,demand,apart,rep,lock
    u1,East,Key,6,10,rivals,,
    u2,East,Key,6,10,rivals,,
    u3,West,Key,6,10,rivals,,
    u4,West,Key,6,10,,Cem,promised
    """
    reps = "rep,hours\nAnn,40\nBob,40\nCem,6\n"
    found = conflict(tmp_path, HARD, units=units, reps=reps)
    assert {c.rule for c in found.conflicts} >= {"group_apart", "selling_time_limit"}
    by_rule = {c.rule: c for c in found.conflicts}
    assert set(by_rule["group_apart"].items) == {"rivals/Ann", "rivals/Bob"}
    assert by_rule["selling_time_limit"].items == ("Cem",)


def test_hires_that_the_budget_does_not_allow(tmp_path):
    reps = "rep,hours,cost,status\nAnn,40,60,\nNew,40,70,open\n"
    yaml = "headcount: {min: 1}\nbudget: {total_max: 100, include_people: true}\n"
    found = conflict(tmp_path, yaml, reps=reps, units=SIX)
    assert {c.rule for c in found.conflicts} == {"headcount_limit", "budget_total"}


def test_hard_balance_of_units_that_do_not_divide(tmp_path):
    # 3 equal units, two equal reps and a band of a tenth.
    yaml = "balance: [{measure: demand, tolerance: 0.1, hard: true}]\n"
    found = conflict(tmp_path, yaml, units=SIX, reps="rep,hours\nAnn,40\nBob,40\n")
    rules = {c.rule for c in found.conflicts}
    assert rules <= {"balance_floor", "balance_ceiling", "unit_covered"}
    assert rules & {"balance_floor", "balance_ceiling"}
    items = {item for c in found.conflicts for item in c.items}
    assert any(item.startswith("demand/") for item in items)


def test_handovers_that_must_be_and_may_not(tmp_path):
    units = "unit,territory,segment,hours,demand,rep\nu1,East,Key,6,10,Ann\n"
    reps = "rep,hours,territories\nAnn,40,West\nBob,40,East\n"
    found = conflict(tmp_path, "handover: {max_units: 0}\n", units=units, reps=reps)
    assert found.conflicts[0].rule == "handover_limit"
    assert found.conflicts[0].items == ("u1",)


def test_quota_floor_beyond_its_ceiling_is_a_clash_of_the_two(tmp_path):
    # 120 at least by the change of at most −20 %, 100 at most as the rep's own limit.
    reps = "rep,hours,quota_before,quota_max\nAnn,40,150,100\n"
    found = conflict(tmp_path, "quota: {target: 100, change_min: -0.2}\n", units=SIX, reps=reps)
    assert {c.rule for c in found.conflicts} == {"quota_floor", "quota_ceiling"}


def test_commitments_beyond_the_budget(tmp_path):
    found = conflict(
        tmp_path,
        "budget: {total_max: 20}\n",
        units=SIX,
        reps="rep,hours\nAnn,40\n",
        levers="lever\nads\n",
        responses="lever,form,lift_max,lift_unit,half\nads,linear,20,currency,20\n",
        spend="date,lever,spend,kind\n2026-01-05,ads,30,committed\n",
    )
    assert {c.rule for c in found.conflicts} == {"committed_spend", "budget_total"}
