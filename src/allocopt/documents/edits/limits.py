"""Limits of a plan that the form `limits` lists, and what people set them to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from allocopt.documents.edits.edit import Edit
from allocopt.documents.edits.filled import Filled
from allocopt.errors import Finding
from allocopt.scenario import Scenario
from allocopt.tables.text import nearest
from allocopt.yaml_source import KeyPath

IN_ALL = "budget.total_max"
# Settings of scenario.yaml and what they are.
SETTINGS: dict[str, Literal["money", "share", "count"]] = {
    IN_ALL: "money",
    "quota.target": "money",
    "quota.over_assignment": "share",
    "headcount.min": "count",
    "headcount.max": "count",
    "handover.max_units": "count",
    "handover.max_share_of_sales": "share",
    "handover.max_reps": "count",
}
BOUNDS = ("total_min", "total_max")


@dataclass(frozen=True)
class Limit:
    """A limit: its name in the form, where it is set, what it is and what holds now (NaN = no limit).

    `lever` is whose bound it is, where it is one's.
    """

    setting: str
    path: KeyPath
    kind: Literal["money", "share", "count"]
    now: float
    lever: str = ""

    def told(self, value: float) -> str:
        """A value of the limit in words."""
        if not np.isfinite(value):
            return "no limit"
        return f"{value:.4g}" if self.kind == "share" else f"{value:,.0f}"


def limits_of(scenario: Scenario) -> Iterator[Limit]:
    """The limits that a scenario can have."""
    levers = scenario.table("levers")
    opened = bool((scenario.table("reps")["status"] == "open").any())
    for setting, kind in SETTINGS.items():
        section, name = setting.split(".")
        needed = {"budget": len(levers) > 0, "headcount": opened}.get(section, True)
        if needed:
            value = getattr(getattr(scenario.config, section), name)
            now = np.nan if value is None else float(value)
            yield Limit(setting, (section, name), kind, now)
    for row in levers.to_dict("records"):
        lever = str(row["lever"])
        for bound in BOUNDS:
            path = ("override", "levers", lever, bound)
            yield Limit(f"levers.{lever}.{bound}", path, "money", float(row[bound]), lever)


def limit_edits(filled: Filled, scenario: Scenario, findings: list[Finding]) -> Iterator[Edit]:
    """The limits that were changed."""
    known = {filled.shown(limit.setting): limit for limit in limits_of(scenario)}
    for row in filled.rows():
        limit = known.get(str(filled.value(row, "setting")))
        if limit is None:
            near = nearest(str(filled.value(row, "setting")), list(known))
            findings.append(
                filled.problem(row, "setting", "is no limit of this plan", nearest=near)
            )
            continue
        wrong = _unfit(filled, row, limit)
        if wrong:
            findings.append(filled.problem(row, "new", *wrong))
            continue
        new = np.nan if filled.cleared(row, "new") else float(filled.value(row, "new"))
        if np.isclose(new, limit.now, rtol=1e-12, equal_nan=True):
            continue
        yield Edit(
            "limit",
            limit.setting,
            limit.told(limit.now),
            limit.told(new),
            "",
            (filled.setting(row, "new", limit.path, _plain(limit, new)),),
        )


def _unfit(filled: Filled, row: int, limit: Limit) -> tuple[str, str] | None:
    """What is wrong with a value of a limit, and what is right."""
    if limit.kind != "share" and "%" in filled.text(row, "new"):
        return "is a percentage", "an amount"
    new = filled.value(row, "new")
    if limit.kind == "count" and not pd.isna(new) and float(new) % 1:
        return "is no whole number", "a number of units, reps or positions"
    if limit.kind == "share" and not pd.isna(new) and float(new) > 1:
        return "is more than the whole", "a share from 0 to 1, such as 15%"
    return None


def _plain(limit: Limit, value: float) -> Any:
    if not np.isfinite(value):
        return None
    return int(value) if limit.kind == "count" else value
