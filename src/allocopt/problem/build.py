"""From a scenario and its forecast to the Problem: converts units once, and decides nothing."""

from __future__ import annotations

import pandas as pd

from allocopt.calendar import Calendar
from allocopt.locks import locks
from allocopt.problem.attainable import unheld
from allocopt.problem.balance import balance_rules, measure_of
from allocopt.problem.budget import budget_rules, commitments, return_rules
from allocopt.problem.contiguity import contiguity_rule
from allocopt.problem.continuity import handover_rule
from allocopt.problem.curves import Curve, coverage_curve
from allocopt.problem.demand import ceiling_of, unit_demand
from allocopt.problem.demand_samples import DemandSamples
from allocopt.problem.eligibility import eligible_pairs
from allocopt.problem.headcount import headcount_rules
from allocopt.problem.incentive import incentive_of, pay_at_plan
from allocopt.problem.interchangeable import interchangeable_reps
from allocopt.problem.lifts import lift_curves
from allocopt.problem.overlays import overlay_rules
from allocopt.problem.problem import Problem
from allocopt.problem.quota import quota_rule
from allocopt.problem.quota_bounds import quota_before
from allocopt.problem.renewals import near_from, renewal_steps
from allocopt.problem.risk import risk_rule
from allocopt.problem.seasonality import need_of
from allocopt.problem.selling_time import unit_hours, visits_of
from allocopt.problem.similarity import alike
from allocopt.problem.supply import supply_rules, unit_margin
from allocopt.problem.targets import target_rules
from allocopt.problem.tenures import make_tenures
from allocopt.problem.travel import travel_hours, travel_rule
from allocopt.problem.windows import make_windows, vacancies
from allocopt.problem.workload import workload_rule
from allocopt.scenario import Scenario

PER_PERIOD = ["hours", "cost", "variable_pay", "quota_before", "quota_min", "quota_max"]
RESPONSE_COLUMNS = ["response_0", "response_50", "response_100", "response_150", "response_max"]


def build_problem(
    scenario: Scenario,
    forecast: pd.DataFrame,
    samples: pd.DataFrame | None = None,
    draws: DemandSamples | None = None,
) -> Problem:
    """The Problem of a scenario; `forecast` has territory, segment, unit, period and mean.

    `samples` are the outcomes of demand beside the expected one; None: there are no others. `draws` are
    many more, by which quotas are held to the probability that is asked; None: they are not.
    """
    calendar = scenario.calendar
    reps = _reps(scenario)
    units = _units(scenario, reps.index)
    total, notes = unit_demand(scenario, units, forecast)
    lifts, demand, lift_notes = lift_curves(scenario, units, total)
    pairs = _pairs(scenario, units, reps)
    need = need_of(scenario, units, calendar)
    tenures = make_tenures(scenario, reps)
    windows = make_windows(units, pairs.index, tenures.days, tenures.hire_days, calendar)
    vacant = vacancies(units.index, pairs.index, windows)
    return Problem(
        calendar=calendar,
        units=units,
        reps=reps,
        pairs=pairs,
        windows=windows,
        tenures=tenures,
        need=need,
        demand=demand,
        ceiling=ceiling_of(scenario, demand),
        responses=_responses(scenario, units),
        lifts=lifts,
        committed=commitments(scenario, lifts),
        every_unit=scenario.config.coverage.every_unit,
        renewals=renewal_steps(units, windows),
        overlays=overlay_rules(scenario, reps),
        workload=workload_rule(scenario, units, demand, pairs, need),
        balance=balance_rules(
            scenario,
            reps,
            tenures,
            lambda name: measure_of(scenario, name, units, demand, need, windows),
        ),
        handover=handover_rule(scenario, units, reps, demand, windows),
        contiguity=contiguity_rule(scenario),
        interchangeable=interchangeable_reps(scenario, reps, pairs),
        headcount=headcount_rules(scenario, reps),
        hire_cost=scenario.config.headcount.hire_cost,
        budget=budget_rules(scenario, lifts),
        returns=return_rules(scenario, lifts),
        price_of_money=scenario.config.budget.price_of_money,
        quota=quota_rule(scenario, units, reps, demand, tenures, draws),
        targets=target_rules(scenario, units),
        incentive=incentive_of(scenario),
        supply=supply_rules(scenario, units),
        risk=risk_rule(scenario, units, demand, samples),
        travel=travel_rule(scenario),
        notes=(*notes, *lift_notes, *vacant, *unheld(scenario, draws)),
    )


def _units(scenario: Scenario, reps: pd.Index) -> pd.DataFrame:
    """Units in plan periods, with what their segment says and which of `reps` they are locked to."""
    units = scenario.table("units").set_index("unit")
    factor = scenario.calendar.input_factor
    margin = scenario.look_up("segments", "margin", units["segment"]).fillna(1.0)
    held = locks(scenario).reindex(units.index)
    locked = held["rep"].isin(reps)
    return units.assign(
        owner=units["rep"].fillna(""),
        locked_to=held["rep"].where(locked, ""),
        lock=held["reason"].where(locked, ""),
        lock_until=held["until"],
        locked=locked,
        renewal_near=near_from(
            units["renewal"], scenario.calendar, scenario.config.coverage.lock_before_renewal
        ),
        share_max=units["share_max"].fillna(1),
        hours=unit_hours(scenario, units) * factor,
        visits=visits_of(scenario, units) * factor,
        potential=units["potential"] * factor,
        margin=unit_margin(scenario, units, margin),
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
    reps["quota_before"] = quota_before(scenario, reps)
    reps[PER_PERIOD] = reps[PER_PERIOD] * scenario.calendar.input_factor
    reps["pay_at_plan"] = pay_at_plan(scenario, reps)
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
    own = pd.Series(units.loc[unit, "hours"].to_numpy(), index=pairs.index)
    return pairs.assign(
        hours=hours.fillna(own),
        travel=travel_hours(pairs["distance"], units["visits"], speed),
        value=pairs["value"].fillna(0.0),
        fit=_fit(scenario, units, reps, pairs["fit"]),
    )


def _fit(
    scenario: Scenario, units: pd.DataFrame, reps: pd.DataFrame, given: pd.Series[float]
) -> pd.Series[float]:
    """Fit of each pair: as given, else how alike rep and owner are, where that is worth something."""
    if scenario.config.handover.similarity == 0.0:
        return given.fillna(0.0)
    return given.fillna(alike(scenario, units, reps, given.index))


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
