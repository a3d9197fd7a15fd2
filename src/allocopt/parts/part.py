"""Part: the scenario of one place, with what the plan of the whole gives it.

Its demand, the time of its reps, its spend, the positions filled there and its sales come from the plan, so
that the plans of all parts together keep what the whole has decided.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from allocopt.config import Config
from allocopt.parts.place import Place, rows_inside
from allocopt.plan import Plan
from allocopt.scenario import Scenario

# Tables of the whole business that every part needs as they are.
WHOLE = (
    "territories",
    "segments",
    "products",
    "levers",
    "responses",
    "recast",
    "events",
    "drivers",
)
# Amounts of a rep that are shared as the rep's time is.
MONEY = ("cost", "variable_pay", "quota_before", "quota_min", "quota_max")
MADE = ("units", "reps", "demand", "targets")


def part_of(plan: Plan, scenario: Scenario, place: Place) -> Scenario:
    """The scenario of a place; `scenario` is the plan's own.

    Raises ValueError when no unit lies in the place.
    """
    chosen = place.units(scenario)
    if not chosen.any():
        raise ValueError(f"no unit lies in {place}")
    units = scenario.table("units")[chosen].reset_index(drop=True)
    names = frozenset(units["unit"])
    reps = _reps(plan, scenario, names)
    cells = units[["territory", "segment"]]
    tables = {
        name: frame
        if name in WHOLE
        else rows_inside(name, frame, names, frozenset(reps["rep"]), cells)
        for name, frame in scenario.tables.items()
        if name not in MADE
    }
    tables |= {
        "units": units.assign(demand=float("nan")),
        "reps": reps,
        "demand": _demand(plan, scenario, names),
        "targets": _targets(plan, scenario, place, names),
    }
    for name, narrow in (("spend", _spend), ("levers", _levers)):
        if name in tables:
            tables[name] = narrow(tables[name])
    if "history" in tables and place.kind not in ("territory", "segment"):
        # Sales that name no unit are those of all accounts of their cell.
        tables["history"] = tables["history"].dropna(subset="unit").reset_index(drop=True)
    return replace(
        scenario,
        config=_config(plan, scenario, place, names, reps),
        tables=MappingProxyType(tables),
        findings=(),
    )


def _reps(plan: Plan, scenario: Scenario, units: frozenset[str]) -> pd.DataFrame:
    """Who has a unit of the place in the plan, with the share of their time and money that is for it."""
    rows = plan["assignments"]
    there = set(rows.loc[(rows["share"] > 0) & rows["unit"].isin(units), "rep"])
    reps = scenario.table("reps")
    reps = reps[reps["rep"].isin(there)].reset_index(drop=True)
    time = plan["time"].assign(inside=plan["time"]["unit"].isin(units))
    here = time[time["inside"]].groupby("rep")["hours"].sum().reindex(reps["rep"]).fillna(0.0)
    elsewhere = time[~time["inside"]].groupby("rep")["hours"].sum().reindex(reps["rep"]).fillna(0.0)
    available = plan["reps"].set_index("rep")["hours"].reindex(reps["rep"])
    left = (1 - elsewhere / available.where(available > 0)).clip(0.0, 1.0).fillna(1.0)
    part = (here / (here + elsewhere).where(here + elsewhere > 0)).fillna(1.0)
    share = {"hours": left, **dict.fromkeys(MONEY, part)}
    changed = {name: reps[name] * by.to_numpy() for name, by in share.items()}
    return reps.assign(**changed)


def _demand(plan: Plan, scenario: Scenario, units: frozenset[str]) -> pd.DataFrame:
    """Demand of each unit as it went into the plan of the whole."""
    sales = plan["sales"]
    sales = sales[sales["unit"].isin(units)]
    starts = dict(zip(scenario.calendar.labels, scenario.calendar.starts, strict=True))
    columns = scenario.table("demand").columns
    rows = pd.DataFrame(
        {"period": sales["period"].map(starts), "unit": sales["unit"], "mean": sales["demand"]}
    )
    kinds = scenario.table("demand").dtypes.to_dict()
    return rows.reindex(columns=columns).astype(kinds).reset_index(drop=True)


def _targets(plan: Plan, scenario: Scenario, place: Place, units: frozenset[str]) -> pd.DataFrame:
    """Targets in the place, its own as the company's; without one its planned sales are the goal."""
    targets = scenario.table("targets")
    holds = pd.Series([place.holds(scenario, x) for x in targets["scope"]], targets.index, bool)
    targets = targets[holds]
    own = pd.Series([place.is_scope(x) for x in targets["scope"]], targets.index, bool)
    targets = targets.assign(scope=targets["scope"].mask(own, "company"))
    sales = targets["measure"].fillna("sales") == "sales"
    if (sales & own & (targets["kind"] != "floor")).any():
        return targets.reset_index(drop=True)
    calendar = scenario.calendar
    planned = plan["sales"]
    row: dict[str, Any] = {
        "name": f"Sales of {place} in {plan.summary['id']}",
        "amount": float(planned.loc[planned["unit"].isin(units), "sales"].sum()),
        "start": calendar.plan_start,
        "end": calendar.plan_end,
        "measure": "sales",
        "scope": "company",
        "kind": "goal",
    }
    more = pd.DataFrame([row]).reindex(columns=targets.columns).astype(targets.dtypes.to_dict())
    return pd.concat([targets, more], ignore_index=True) if len(targets) else more


def _spend(spend: pd.DataFrame) -> pd.DataFrame:
    """Promises that name no place are the whole's to keep."""
    of_whole = (spend["kind"] == "committed") & spend["territory"].isna()
    return spend[~of_whole].reset_index(drop=True)


def _levers(levers: pd.DataFrame) -> pd.DataFrame:
    """The least to spend on a lever is the whole's to keep."""
    return levers.assign(total_min=float("nan"))


def _config(
    plan: Plan, scenario: Scenario, place: Place, units: frozenset[str], reps: pd.DataFrame
) -> Config:
    """Budget, positions and handovers of the place are those that the plan has there."""
    config = scenario.config
    hired = plan["reps"]
    hires = int(((hired["hired"] == "yes") & hired["rep"].isin(reps["rep"])).sum())
    moved = plan["assignments"]
    changes = moved.loc[moved["unit"].isin(units) & (moved["handover"] == "yes"), "unit"].nunique()
    most = None if config.handover.max_units is None else int(changes)
    bounds = [b for b in config.budget.by if place.holds(scenario, b.scope)]
    title, planned = config.scenario.title or scenario.name, plan["sales"]
    update = {
        "scenario": config.scenario.model_copy(update={"title": f"{title} · {place.value}"}),
        "budget": config.budget.model_copy(
            update={
                "total_max": float(planned.loc[planned["unit"].isin(units), "spend"].sum()),
                "include_people": False,
                "by": tuple(b.model_copy(update={"min": None}) for b in bounds),
            }
        ),
        "headcount": config.headcount.model_copy(update={"min": hires, "max": hires, "by": ()}),
        "handover": config.handover.model_copy(
            update={"max_units": most, "max_share_of_sales": None, "max_reps": None}
        ),
        "quota": config.quota.model_copy(update={"target": None}),
        "goals": tuple(g for g in config.goals if place.holds(scenario, g.scope)),
    }
    return config.model_copy(update=update)
