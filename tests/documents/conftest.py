"""A made-up plan with every table, so that documents are tested without solving anything."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocopt.calendar import Calendar
from allocopt.config import Config
from allocopt.documents.rendering import Material, Rendering, Request, Solved, rendering_of
from allocopt.plan import PLAN_TABLES, Plan
from allocopt.tables import CONTRACT, empty_table, look_up
from allocopt.territory_tree import TerritoryTree

SEGMENTS = ("Key accounts", "Mid market", "Small business")
LEVERS = ("Search ads", "Trade fairs", "Partner fund", "Discount pool")


@dataclass(frozen=True)
class StandIn:
    """What documents use of a scenario."""

    config: Config
    tables: dict[str, pd.DataFrame]
    name: str = "made_up"
    geography: bytes = b""
    calendar: Calendar = field(
        default_factory=lambda: Calendar("month", pd.Timestamp("2026-01-01"), 12)
    )

    def table(self, name: str) -> pd.DataFrame:
        lacking = empty_table(name)
        frame = self.tables.get(name, lacking)
        lacking = lacking.drop(columns=frame.columns, errors="ignore").reindex(frame.index)
        # Attributes that only this table has come after the columns of the contract.
        known = [column.name for column in CONTRACT[name].columns]
        return frame.join(lacking)[list(dict.fromkeys((*known, *frame.columns)))]

    def look_up(self, name: str, column: str, keys: pd.Series[str]) -> pd.Series[float]:
        return look_up(self.table(name), CONTRACT[name].key[0], column, keys)

    @property
    def territory_tree(self) -> TerritoryTree:
        return TerritoryTree.of_tables(self.table("territories"), self.table("units")["territory"])


@dataclass(frozen=True)
class Case:
    """A plan and its scenario, and how to change one table of it."""

    plan: Plan
    scenario: StandIn

    def with_plan(self, **tables: pd.DataFrame) -> Case:
        return replace(self, plan=Plan(self.plan.summary, {**self.plan.tables, **tables}))

    def with_summary(self, **entries: Any) -> Case:
        return replace(self, plan=Plan({**self.plan.summary, **entries}, self.plan.tables))

    def with_scenario(self, **tables: pd.DataFrame) -> Case:
        return replace(
            self, scenario=replace(self.scenario, tables={**self.scenario.tables, **tables})
        )

    def with_config(self, **sections: Any) -> Case:
        config = Config.model_validate({**self.scenario.config.model_dump(), **sections})
        return replace(self, scenario=replace(self.scenario, config=config))


def empty(name: str) -> pd.DataFrame:
    """A plan's table without rows."""
    return pd.DataFrame(columns=list(PLAN_TABLES[name]))


@pytest.fixture(scope="session")
def case() -> Case:
    """12 reps (one open position that is filled), 30 units, 4 levers, 12 months."""
    scenario = StandIn(_config(), _scenario_tables())
    return Case(Plan(_summary(scenario), _plan_tables(scenario)), scenario)


@pytest.fixture(scope="session")
def rendering(case: Case) -> Rendering:
    """The annual plan of the made-up case, in Chinese."""
    solved = Solved(case.plan, case.scenario)  # type: ignore[arg-type]
    return rendering_of(Material(solved), Request(language="zh-CN"))


def _config() -> Config:
    return Config.model_validate(
        {
            "scenario": {"name": "made_up", "title": "Plan 2026", "currency": "CNY"},
            "goals": [
                {
                    "name": "Grow the East",
                    "measure": "sales",
                    "amount": 9_000_000.0,
                    "owner": "Wang Fang",
                    "reason": "The market grows by 8 % a year.",
                }
            ],
            "document": {
                "milestones": [{"date": "2026-02-15", "name": "Kick-off", "owner": "Sales ops"}],
                "swot": {"strengths": ["Loyal dealers"], "threats": ["A price war"]},
            },
        }
    )


def _scenario_tables() -> dict[str, pd.DataFrame]:
    territories = [f"T{k}" for k in range(10)]
    return {
        "units": pd.DataFrame(
            {
                "unit": [f"{t}/{s}" for t in territories for s in SEGMENTS],
                "territory": [t for t in territories for _ in SEGMENTS],
                "segment": list(SEGMENTS) * 10,
                "potential": np.linspace(400_000.0, 1_300_000.0, 30),
                "lock_until": [pd.Timestamp("2026-06-30")] + [pd.NaT] * 29,
                "name": [f"Unit {k}" for k in range(30)],
            }
        ),
        "reps": pd.DataFrame(
            {
                "rep": [f"R{k}" for k in range(12)],
                "name": [f"Rep number {k}" for k in range(12)],
                "territory": [f"T{k % 10}" for k in range(12)],
                "status": ["active"] * 11 + ["open"],
            }
        ),
        "territories": pd.DataFrame(
            {
                "territory": territories,
                "name": [f"Territory {k}" for k in range(10)],
                "parent": ["North"] * 5 + ["South"] * 5,
                "latitude": np.linspace(45.0, 20.0, 10),
                "longitude": [100.0, 120.0] * 5,
            }
        ),
        "segments": pd.DataFrame(
            {"segment": SEGMENTS, "name": SEGMENTS, "margin": [0.3, 0.4, np.nan]}
        ),
        "levers": pd.DataFrame({"lever": ["L0", "L1", "L2", "L3"], "name": LEVERS}),
        "targets": pd.DataFrame(
            {
                "name": ["Sales of the year"],
                "amount": [11_000_000.0],
                "start": [pd.Timestamp("2026-01-01")],
                "end": [pd.Timestamp("2026-12-31")],
                "measure": ["sales"],
                "scope": ["company"],
                "owner": ["Board"],
            }
        ),
    }


def _plan_tables(scenario: StandIn) -> dict[str, pd.DataFrame]:
    units, labels = scenario.tables["units"], scenario.calendar.labels
    unit_period = pd.MultiIndex.from_product([units["unit"], labels], names=["unit", "period"])
    sales = unit_period.to_frame(index=False)
    number = sales["unit"].map({unit: k for k, unit in enumerate(units["unit"])})
    month = sales["period"].str[-2:].astype(int)
    sales["demand"] = 20_000.0 + 500 * number + 1_000 * month
    sales["sales"] = sales["demand"] + 2_000
    sales["lift"], sales["spend"] = 2_000.0, 800.0
    cells = sales.merge(units[["unit", "territory", "segment"]], on="unit")
    forecast = cells[["territory", "segment", "period"]].assign(unit="", mean=cells["demand"])
    past = cells[["territory", "segment", "period"]].assign(
        period=cells["period"].str.replace("2026", "2025"), sales=cells["demand"] * 0.95
    )
    return {
        **{name: empty(name) for name in PLAN_TABLES},
        **_people_tables(units, labels),
        "sales": sales,
        "forecast": forecast.assign(lower=cells["demand"] * 0.9, upper=cells["demand"] * 1.1),
        "past": past,
        "budget": _budget(units, labels),
        "limits": _limits(labels),
        "shortfalls": pd.DataFrame(
            [("balance", "R3", np.nan, 1_500.0, 2.0)],
            columns=list(PLAN_TABLES["shortfalls"]),
        ),
        "targets": pd.DataFrame(
            [("Sales of the year", 11_000_000.0, float(sales["sales"].sum()), 0.0, 0.9)],
            columns=list(PLAN_TABLES["targets"]),
        ),
        "kpis": pd.DataFrame(
            [
                ("sales", "company", np.nan, float(sales["sales"].sum())),
                ("people_cost", "company", np.nan, 2_880_000.0),
                ("handover_share", "company", np.nan, 0.1),
                ("balance_spread:demand", "company", np.nan, 0.21),
                ("sales", "rep=R0", np.nan, 1.0),
            ],
            columns=list(PLAN_TABLES["kpis"]),
        ),
        "forecast_nodes": sales.groupby("period", as_index=False)
        .agg(mean=("demand", "sum"))
        .assign(node="", lower=lambda t: t["mean"] * 0.94, upper=lambda t: t["mean"] * 1.06),
    }


def _people_tables(units: pd.DataFrame, labels: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    reps = [f"R{k}" for k in range(12)]
    held = [reps[k % 12] for k in range(30)]
    quotas = [
        ("rep", rep, label, 90_000.0 + 1_000 * k, 95_000.0 + 500 * k, 88_000.0, 85_000.0)
        for k, rep in enumerate(reps)
        for label in labels
    ]
    company = [
        ("company", "", label, 1_146_000.0, 1_173_000.0, 1_056_000.0, np.nan) for label in labels
    ]
    columns = ["level", "rep", "period", "quota", "expected", "baseline", "before"]
    return {
        "assignments": pd.DataFrame(
            {
                "unit": units["unit"],
                "rep": held,
                "start": "2026-01-01",
                "end": "2026-12-31",
                "share": 1.0,
                "before": [held[k] if k > 2 else "R9" for k in range(30)],
                "handover": ["yes" if k < 3 else "no" for k in range(30)],
                "reason": "",
            }
        ),
        "reps": pd.DataFrame(
            {
                "rep": reps,
                "start": ["2026-01-01"] * 11 + ["2026-04-01"],
                "end": "2026-12-31",
                "hired": ["no"] * 11 + ["yes"],
                "hours": 1_440.0,
                "load": [900.0 + 50 * k for k in range(12)],
                "overtime": 0.0,
                "cost": 240_000.0,
            }
        ),
        "quotas": pd.DataFrame(quotas + company, columns=columns).reindex(
            columns=list(PLAN_TABLES["quotas"])
        ),
    }


def _budget(units: pd.DataFrame, labels: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        (f"L{k}", territory, segment, label, 1_000.0 * (k + 1), 2_500.0)
        for k in range(4)
        for territory, segment in zip(units["territory"], units["segment"], strict=True)
        for label in labels[:6]
    ]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["budget"]))


def _limits(labels: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        ("selling_time_limit", "R11", label, 120.0, np.nan, 120.0, 0.0, 310.0) for label in labels
    ]
    rows += [
        ("budget_total", "company", np.nan, 1_800_000.0, np.nan, 1_800_000.0, 0.0, 1.4),
        ("selling_time_limit", "R0", labels[0], 75.0, np.nan, 120.0, 45.0, 0.0),
    ]
    return pd.DataFrame(rows, columns=list(PLAN_TABLES["limits"]))


def _summary(scenario: StandIn) -> dict[str, Any]:
    calendar = scenario.calendar
    return {
        "id": "made_up-2026-0001",
        "status": "feasible",
        "objective": 1_230_000.0,
        "bound": 1_236_000.0,
        "gap": 0.0049,
        "seconds": 12.3,
        "contribution": 1_236_000.0,
        "objective_parts": {
            "margin_on_sales": 6_036_000.0,
            "spend": -1_800_000.0,
            "people": -2_500_000.0,
            "variable_pay": -380_000.0,
            "hire_cost": -20_000.0,
            "overtime": 0.0,
            "handover_loss": -100_000.0,
        },
        "curve_error": 1_200.0,
        "scenario": {"name": "made_up", "title": "Plan 2026", "currency": "CNY", "language": "en"},
        "calendar": {"period": "month", "labels": list(calendar.labels)},
        "hashes": {"units": "ab" * 32, "reps": "cd" * 32},
        "versions": {"allocopt": "0.1.0"},
        "seed": 1,
        "parent": None,
        "assumptions": ["Margin of Small business: 100 %, assumed."],
        "warnings": ["History ends in 2025-12."],
        "rules": {
            "selling_time_limit": "A rep's units fit the rep's selling time.",
            "budget_total": "Spend stays within the budget.",
            "balance": "Reps carry about the same demand.",
        },
        "forecast": {"recipe": "auto", "wape": 0.083, "interval": 0.8},
        "created": "2025-12-01T08:00:00Z",
    }
