"""From a scenario and its forecast to the Problem: converts units once, and decides nothing."""

from __future__ import annotations

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.problem.balance import balance_rules
from allocopt.problem.budget import budget_rules, commitments, return_rules
from allocopt.problem.continuity import handover_rule
from allocopt.problem.curves import Curve, coverage_curve
from allocopt.problem.demand import ceiling_of, unit_demand
from allocopt.problem.eligibility import eligible_pairs
from allocopt.problem.headcount import headcount_rules
from allocopt.problem.lifts import lift_curves
from allocopt.problem.problem import Problem
from allocopt.problem.quota import quota_rule
from allocopt.problem.selling_time import unit_hours, visits_of
from allocopt.problem.tenures import make_tenures
from allocopt.problem.windows import make_windows, vacancies
from allocopt.problem.workload import workload_rule
from allocopt.scenario import Scenario

PER_PERIOD = ["hours", "cost", "variable_pay", "quota_before", "quota_min", "quota_max"]
RESPONSE_COLUMNS = ["response_0", "response_50", "response_100", "response_150", "response_max"]


def build_problem(scenario: Scenario, forecast: pd.DataFrame) -> Problem:
    """The Problem of a scenario; `forecast` has territory, segment, unit, period and mean."""
    calendar = scenario.calendar
    reps = _reps(scenario)
    units = _units(scenario, reps.index)
    total, notes = unit_demand(scenario, units, forecast)
    lifts, demand, lift_notes = lift_curves(scenario, units, total)
    pairs = _pairs(scenario, units, reps)
    tenures = make_tenures(scenario, reps)
    windows = make_windows(units, pairs.index, tenures.days, tenures.hire_days, calendar)
    return Problem(
        calendar=calendar,
        units=units,
        reps=reps,
        pairs=pairs,
        windows=windows,
        tenures=tenures,
        demand=demand,
        ceiling=ceiling_of(
            scenario.table("units").set_index("unit")["potential"], demand, calendar
        ),
        responses=_responses(scenario, units),
        lifts=lifts,
        committed=commitments(scenario, lifts),
        every_unit=scenario.config.coverage.every_unit,
        workload=workload_rule(scenario, units, demand, pairs),
        balance=balance_rules(scenario, units, reps, demand, windows, tenures),
        handover=handover_rule(scenario, units, reps, demand, windows),
        headcount=headcount_rules(scenario, reps),
        hire_cost=scenario.config.headcount.hire_cost,
        budget=budget_rules(scenario, lifts),
        returns=return_rules(scenario, lifts),
        price_of_money=scenario.config.budget.price_of_money,
        quota=quota_rule(scenario, units, reps, demand),
        notes=notes + lift_notes + vacancies(units.index, pairs.index, windows),
    )


def _units(scenario: Scenario, reps: pd.Index) -> pd.DataFrame:
    """Units in plan periods, with what their segment says and whether they are locked to one of `reps`."""
    units = scenario.table("units").set_index("unit")
    factor = scenario.calendar.input_factor
    margin = scenario.look_up("segments", "margin", units["segment"]).fillna(1.0)
    until = units["lock_until"]
    still = until.isna() | (until >= scenario.calendar.plan_start)
    return units.assign(
        owner=units["rep"].fillna(""),
        lock=units["lock"].fillna(""),
        locked=units["lock"].notna() & still & units["rep"].isin(reps),
        share_max=units["share_max"].fillna(1),
        hours=unit_hours(scenario, units) * factor,
        visits=visits_of(scenario, units) * factor,
        potential=units["potential"] * factor,
        margin=margin,
    )


def _reps(scenario: Scenario) -> pd.DataFrame:
    """Reps who may work in the plan, in plan periods."""
    reps = scenario.table("reps").set_index("rep")
    reps = reps.assign(
        status=reps["status"].fillna("active"),
        manager=reps["manager"].fillna(""),
        productivity=reps["productivity"].fillna(1.0),
    )
    for column in ("cost", "variable_pay"):
        reps[column] = reps[column].fillna(0.0)
    reps[PER_PERIOD] = reps[PER_PERIOD] * scenario.calendar.input_factor
    return reps[_may_work(scenario, reps, scenario.calendar)]


def _may_work(scenario: Scenario, reps: pd.DataFrame, calendar: Calendar) -> pd.Series[bool]:
    gone = reps["end"] < calendar.plan_start
    late = reps["start"] > calendar.plan_end
    unwanted = (reps["status"] == "open") & (scenario.config.headcount.max == 0)
    return ~(gone | late | unwanted)


def _pairs(scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    """Eligible pairs with their hours, travel, value and fit."""
    pairs = eligible_pairs(scenario, units, reps)
    unit = pairs.index.get_level_values("unit")
    hours = pairs["hours"] * scenario.calendar.input_factor
    speed = scenario.config.coverage.travel_speed
    travel = pairs["distance"] * 0.0
    if speed is not None:
        # There and back for each visit.
        travel = 2 * pairs["distance"] / speed * units.loc[unit, "visits"].fillna(0.0).to_numpy()
    own = pd.Series(units.loc[unit, "hours"].to_numpy(), index=pairs.index)
    return pairs.assign(
        hours=hours.fillna(own),
        travel=travel.fillna(0.0),
        value=pairs["value"].fillna(0.0),
        fit=pairs["fit"].fillna(0.0),
    )


def _responses(scenario: Scenario, units: pd.DataFrame) -> dict[str, Curve]:
    """Coverage response of the units whose segment gives one; they need hours to respond to."""
    segments = scenario.table("segments").set_index("segment")[RESPONSE_COLUMNS].dropna()
    curves = {
        name: coverage_curve(tuple(row))
        for name, row in zip(segments.index, segments.to_numpy(), strict=True)
    }
    chosen = units[units["segment"].isin(curves) & (units["hours"] > 0)]
    return {
        unit: curves[segment] for unit, segment in zip(chosen.index, chosen["segment"], strict=True)
    }
