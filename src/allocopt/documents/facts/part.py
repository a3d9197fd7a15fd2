"""Part: a plan and its scenario cut down to a node of the tree, for who may see no more than that.

Like what `visibility` hides, the rest is taken out of the tables: what a page never gets, it cannot show.
`Facts.within` narrows the view and leaves the whole in reach; here nothing of the whole is left but what is
about no place at all, such as segments, levers and the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from allocopt.documents.facts.facts import Facts
from allocopt.documents.facts.subject import Extent, Subject, extent_of
from allocopt.plan import Plan
from allocopt.scenario import Scenario

# Figures of the whole in plan.json.
OF_THE_WHOLE = ("objective", "bound", "contribution", "objective_parts")
# Tables of the scenario whose rows are about the whole unless their scope says otherwise.
SCOPED = ("targets", "kpi_values")


def part_of(facts: Facts, node: str) -> Facts:
    """The facts of a node of the tree, with no way back to those of the company.

    Raises:
        AllocoptError: the plan has no such territory.
    """
    subject = Subject("territory", node)
    extent = _with_their_people(extent_of(subject, facts.plan, facts.scenario), facts.scenario)
    inside = replace(facts, subject=subject, extent=extent, whole=facts)
    plan = _plan_inside(facts.plan, inside)
    scenario = _scenario_inside(_at_home(facts, extent), extent)
    return replace(facts, plan=plan, scenario=scenario, subject=subject, extent=extent)


def _with_their_people(extent: Extent, scenario: Scenario) -> Extent:
    """With the reps and open positions that belong there and cover nothing, or something elsewhere."""
    reps = scenario.table("reps")
    home = reps.loc[reps["territory"].isin(extent.territories), "rep"]
    return replace(extent, reps=extent.reps | set(home))


def _plan_inside(plan: Plan, inside: Facts) -> Plan:
    tables = {name: inside.table(name) for name in plan.tables}
    frozen = {name: _before(inside, name) for name in plan.frozen}
    summary = {key: value for key, value in plan.summary.items() if key not in OF_THE_WHOLE}
    told: dict[str, Any] = {
        "findings": [],
        "assumptions": [],
        "warnings": [],
        "objective_parts": {},
    }
    return Plan({**summary, **told}, tables, frozen)


def _before(inside: Facts, name: str) -> pd.DataFrame:
    """The rows of frozen periods that belong to the part."""
    course, own = inside.course(name), inside.table(name)
    return course.iloc[: len(course) - len(own)]


def _at_home(facts: Facts, extent: Extent) -> Scenario:
    """The scenario in which reps without a home who also cover something outside are at home there.

    What they cover there is not in the part any more, which then still knows that they are not all its own.
    """
    tables = facts.scenario.tables
    reps, units, held = (facts.scenario.table("reps"), tables["units"], facts.table("assignments"))
    outside = units[~units["unit"].isin(extent.units)].set_index("unit")["territory"]
    held = held[held["unit"].isin(outside.index)].drop_duplicates("rep")
    elsewhere = dict(zip(held["rep"], held["unit"].map(outside), strict=True))
    home = reps["territory"].fillna(reps["rep"].map(elsewhere))
    return replace(facts.scenario, tables={**tables, "reps": reps.assign(territory=home)})


def _scenario_inside(scenario: Scenario, extent: Extent) -> Scenario:
    tables = {name: _rows_inside(name, table, extent) for name, table in scenario.tables.items()}
    goals = tuple(goal for goal in scenario.config.goals if _is_inside(goal.scope, extent))
    config = scenario.config.model_copy(update={"goals": goals})
    return replace(scenario, config=config, tables=tables, findings=(), of_tables=())


def _rows_inside(name: str, table: pd.DataFrame, extent: Extent) -> pd.DataFrame:
    """The rows of a table of the scenario that name nothing outside of the part."""
    kept = pd.Series(data=True, index=table.index)
    for column, keys in _keys(name, extent).items():
        if column in table:
            kept &= table[column].isna() | table[column].astype("str").isin(keys)
    if name in SCOPED:
        kept &= table["scope"].map(lambda scope: _is_inside(scope, extent)).astype(bool)
    return table[kept].reset_index(drop=True)


def _keys(name: str, extent: Extent) -> Mapping[str, frozenset[str]]:
    """What the columns of a table may name. A rep's home may lie elsewhere, and the node's parent does."""
    keys = {"unit": extent.units, "rep": extent.reps, "territory": extent.territories}
    if name == "reps":
        return {"rep": extent.reps}
    if name == "adjacency":
        return dict.fromkeys(("a", "b"), extent.units | extent.territories)
    return {"unit": extent.units} if name == "units" else keys


def _is_inside(scope: object, extent: Extent) -> bool:
    kind, _, key = str(scope).partition("=")
    keys = {"unit": extent.units, "rep": extent.reps, "territory": extent.territories}
    return key in keys.get(kind.strip(), ())
