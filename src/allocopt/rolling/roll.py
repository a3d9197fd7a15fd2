"""Roll: from a plan and what came of it to the scenario of the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from allocopt.plan import Plan
from allocopt.rolling.changes import Change, differences
from allocopt.rolling.settings import roll_settings
from allocopt.rolling.steps import STEPS
from allocopt.rolling.year import Year
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class Rolled:
    """The scenario of the next plan, and every difference to this one's."""

    scenario: Scenario
    changes: tuple[Change, ...]


def roll_plan(plan: Plan, scenario: Scenario, came: Mapping[str, pd.DataFrame]) -> Rolled:
    """The next scenario: `scenario` is the plan's own, `came` has tables of what came by name
    (`actuals`, `spend`)."""
    year = Year(plan, scenario, came)
    config, changes = roll_settings(year)
    tables = dict(scenario.tables)
    for step in STEPS:
        before = scenario.table(step.table) if step.table not in tables else tables[step.table]
        after = step.apply(year, before)
        changes += tuple(differences(step.table, before, after, step.reason))
        if step.table in tables or len(after):
            tables[step.table] = after
    rolled = replace(scenario, config=config, tables=MappingProxyType(tables), findings=())
    return Rolled(rolled, changes)
