"""Worlds: what may come of a plan's surroundings, each as a scenario of its own with its trigger.

In each world the plan has been carried out: today's owners are the plan's reps, so that a handover is one
that the world makes necessary.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.config import Setting
from allocopt.config.contingency import Contingency
from allocopt.config.scope import Scope
from allocopt.contingency.prospects import Prospects, most_uncertain_territory
from allocopt.contingency.triggers import Place, Trigger, checkpoint, sales_trigger
from allocopt.errors import DataError
from allocopt.notes import Note
from allocopt.plan import Plan
from allocopt.problem import Problem
from allocopt.problem.supply import product_mix
from allocopt.scenario import Scenario, change_scenario
from allocopt.tables import empty_table
from allocopt.tables.writing import table_bytes
from allocopt.whatif.origin import setting_maker
from allocopt.whatif.people import without

# The part of all cases that a plan for low or high demand is made for, and that its trigger tells.
TAIL = 0.2
# Where no samples tell how demand may come: this much less or more of it.
PLAIN_CHANGE = 0.1
PLAIN_CHANGE_IN_PLACE = 0.2
# What is left of a budget or of supply that is cut.
LEFT = 0.8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A scenario that may come, under a name that a folder can have, and what tells that it has.

    `if_impossible` is the scenario to plan for where that one has no plan.
    """

    name: str
    trigger: Trigger
    scenario: Scenario
    if_impossible: Scenario | None = None


@dataclass(frozen=True)
class Ground:
    """What worlds are made from: a scenario, its plan and problem, and how demand may come."""

    scenario: Scenario
    plan: Plan
    problem: Problem
    prospects: Prospects | None

    @cached_property
    def carried_out(self) -> Scenario:
        """The scenario once the plan holds: every unit's owner is the rep whom the plan names first."""
        rows = self.plan["assignments"].assign(less=lambda table: -table["share"])
        rows = rows.sort_values(["start", "less"], kind="stable").drop_duplicates("unit")
        rep = rows.set_index("unit")["rep"].replace("", None)
        units = self.scenario.table("units")
        owners = units["unit"].map(rep).astype("str").where(units["unit"].map(rep).notna())
        tables = {**self.scenario.tables, "units": units.assign(rep=owners)}
        hashes = {**self.scenario.hashes, "plan": str(self.plan.summary["id"])}
        return replace(self.scenario, tables=MappingProxyType(tables), hashes=hashes)

    def place(self, scope: Scope) -> Place:
        """A scope with its units: the company, a territory with all below, or a segment."""
        units = self.problem.units
        inside = pd.Series(data=True, index=units.index)
        if scope.kind == "territory":
            inside = units["territory"].isin(self.scenario.territory_tree.within([scope.value]))
        elif scope.kind == "segment":
            inside = units["segment"] == scope.value
        return Place(scope, inside)


def worlds_of(ground: Ground) -> tuple[World, ...]:
    """The worlds that the scenario names under `contingency`, else those that are likeliest to come.

    Raises ConfigError or DataError where a world's changes cannot be made.
    """
    asked = ground.scenario.config.contingency
    if asked:
        return tuple(_asked(ground, contingency) for contingency in asked)
    found = (*_demand_worlds(ground), *_losses(ground), *_cuts(ground))
    return tuple(found)


def _asked(ground: Ground, contingency: Contingency) -> World:
    """A world as the configuration describes it; its trigger lies half-way to its demand."""
    place, change = ground.place(contingency.scope), contingency.demand
    make = setting_maker(f"contingency {contingency.name}")
    settings = [make(path, value) for path, value in contingency.changes]
    scenario = change_scenario(ground.carried_out, settings) if settings else ground.carried_out
    if change:
        scenario = with_demand(scenario, _scaled(ground, place, 1 + change))
    said = Trigger(Note(contingency.when, contingency.when), place.scope)
    trigger = said if contingency.when else _half_way(ground, place, change)
    return World(contingency.name, trigger, scenario)


def _half_way(ground: Ground, place: Place, change: float) -> Trigger:
    calendar, share = ground.problem.calendar, 1 + change / 2
    return sales_trigger(ground.plan, calendar, place, share, low=change < 0)


def _scaled(ground: Ground, place: Place, factor: float) -> pd.DataFrame:
    demand = ground.problem.demand
    return demand.mul(place.units.map({True: factor, False: 1.0}), axis=0)


def _demand_worlds(ground: Ground) -> Iterator[World]:
    company = Scope("company")
    yield _demand_world(ground, "demand-low", company, low=True)
    yield _demand_world(ground, "demand-high", company, low=False)
    territories = ground.problem.units["territory"]
    if territories.nunique() < 2:
        return
    place = (
        most_uncertain_territory(ground.problem, ground.prospects)
        if ground.prospects is not None
        else str(ground.problem.demand.sum(axis=1).groupby(territories).sum().idxmax())
    )
    yield _demand_world(ground, f"demand-low-{safe(place)}", Scope("territory", place), low=True)


def _demand_world(ground: Ground, name: str, scope: Scope, *, low: bool) -> World:
    """Demand as it is in the lowest or highest fifth of all cases, or by a plain change without samples."""
    place, calendar = ground.place(scope), ground.problem.calendar
    prospects = ground.prospects
    if prospects is None:
        size = PLAIN_CHANGE if scope.kind == "company" else PLAIN_CHANGE_IN_PLACE
        change = -size if low else size
        demand = _scaled(ground, place, 1 + change)
        trigger = _half_way(ground, place, change)
    else:
        demand = ground.problem.demand * prospects.tail(place.units, TAIL, low=low)
        so_far = prospects.so_far(place.units, checkpoint(calendar))
        share = prospects.quantile(so_far, TAIL if low else 1 - TAIL)
        trigger = sales_trigger(ground.plan, calendar, place, share, low=low, probability=TAIL)
    return World(name, trigger, with_demand(ground.carried_out, demand))


def _losses(ground: Ground) -> Iterator[World]:
    """The rep whose units bring most is gone from the plan's start."""
    rows = ground.plan["assignments"]
    rows = rows[rows["rep"].isin(ground.scenario.table("reps")["rep"])]
    margin = ground.problem.units["margin"]
    sales = ground.plan["sales"].groupby("unit")["sales"].sum() * margin
    brings = (rows["unit"].map(sales) * rows["share"]).groupby(rows["rep"]).sum()
    active = ground.problem.reps.index[ground.problem.reps["status"] == "active"]
    brings = brings[brings.index.isin(active)]
    if brings.empty or len(active) < 2:
        return
    rep = str(brings.idxmax())
    start, name = ground.problem.calendar.plan_start, f"lose-{safe(rep)}"
    try:
        covered, left_open = (
            without(ground.carried_out, [rep], start, name, may_leave_open=may)
            for may in (False, True)
        )
    except DataError:
        # Without this rep some rule has nobody to speak of: there is no such world to plan for.
        return
    sentence = Note(
        f"{rep} has given notice, or will be away for longer than a period.",
        f"{rep} 提出离职，或缺勤超过一个周期。",
    )
    yield World(name, Trigger(sentence, Scope("rep", rep)), covered, left_open)


def _cuts(ground: Ground) -> Iterator[World]:
    """A fifth less money, and a fifth less supply, where there is any."""
    spend = float(ground.plan["budget"]["spend"].sum())
    if spend > 0:
        left = LEFT * spend
        make = setting_maker("budget-cut")
        changes = [make(("budget", "total_max"), left), make(("budget", "include_people"), False)]
        sentence = Note(
            f"The budget for levers is cut to {left:,.0f} or less, {LEFT:.0%} of planned spend.",
            f"投入预算被削减至 {left:,.0f} 或更低（计划投入的 {LEFT:.0%}）。",
        )
        scenario = change_scenario(ground.carried_out, changes)
        yield World("budget-cut", Trigger(sentence), scenario)
    supply = ground.scenario.table("supply")
    if len(supply):
        sentence = Note(
            f"Suppliers confirm {LEFT:.0%} or less of what was agreed.",
            f"供应商确认的供货量不高于约定的 {LEFT:.0%}。",
        )
        cut = {"supply": supply.assign(max=supply["max"] * LEFT)}
        yield World("supply-cut", Trigger(sentence), with_tables(ground.carried_out, cut))


def with_demand(scenario: Scenario, demand: pd.DataFrame) -> Scenario:
    """The scenario in which demand of every unit is known; unit × period [currency/period].

    There is nothing left to sample, so risk has no outcomes and no price in it.
    """
    starts = dict(zip(scenario.calendar.labels, scenario.calendar.starts, strict=True))
    wide = demand.rename_axis(index="unit", columns="period")
    rows = pd.DataFrame({"mean": wide.stack()}).reset_index()
    rows = _by_product(scenario, rows.assign(period=rows["period"].map(starts)))
    empty = empty_table("demand")
    table = rows.reindex(columns=empty.columns).astype(empty.dtypes.to_dict())
    make = setting_maker("contingency")
    start = scenario.calendar.plan_start.date().isoformat()
    settings: list[Setting] = [
        make(("calendar", "plan_start"), start),
        make(("calendar", "plan_periods"), scenario.calendar.plan_periods),
        make(("risk", "samples"), 0),
        make(("risk", "weight"), 0.0),
    ]
    return with_tables(change_scenario(scenario, settings), {"demand": table})


def _by_product(scenario: Scenario, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of units split by product where the given demand names products, so that supply still counts."""
    if not scenario.table("demand")["product"].notna().any():
        return rows
    mix = product_mix(scenario, scenario.table("units").set_index("unit"))
    parts = mix.reindex(rows["unit"]).reset_index(drop=True)
    split = [
        rows.assign(product=str(product), mean=rows["mean"] * parts[product])[parts[product] > 0]
        for product in parts
    ]
    unnamed = rows.assign(mean=rows["mean"] * (1 - parts.sum(axis=1)).clip(lower=0.0))
    return pd.concat([*split, unnamed], ignore_index=True)


def with_tables(scenario: Scenario, tables: Mapping[str, pd.DataFrame]) -> Scenario:
    """The scenario with some tables replaced, and another hash for each."""
    hashes = {name: _hash(table) for name, table in tables.items()}
    return replace(
        scenario,
        tables=MappingProxyType({**scenario.tables, **tables}),
        hashes={**scenario.hashes, **hashes},
    )


def _hash(table: pd.DataFrame) -> str:
    return hashlib.sha256(table_bytes(table)).hexdigest()


def safe(name: str) -> str:
    """A name as part of the name of a folder."""
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")[:40] or "x"
