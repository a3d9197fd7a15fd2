"""The sections of scenario.yaml around the rules: names, data, calendar, solver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from allocopt.config.scope import Scope
from allocopt.config.values import (
    Count,
    CountFromOne,
    Day,
    InnerShare,
    Many,
    Names,
    NonNegative,
    Positive,
    ScopeValue,
    Section,
    Share,
)

Period = Literal["week", "month", "quarter", "year"]
# Who a document is for: the roles of `approval`, and reps.
Reader = Literal["analyst", "manager", "finance", "marketing", "viewer", "rep"]


class ScenarioSection(Section):
    """What the scenario is called and where it comes from."""

    name: str = Field(default="", description="Short name; blank = the folder's name.")
    base: str = Field(
        default="", description="Folder of the parent scenario, relative to this one."
    )
    title: str = Field(default="", description="Title of the documents; blank = the name.")
    currency: str = Field(default="", description="Currency of all amounts, such as USD or CNY.")
    language: Literal["en", "zh-CN"] = Field(default="en", description="Language of the documents.")


class Measure(Section):
    """What a sale is."""

    sales: Literal["booked", "invoiced", "collected"] = Field(
        default="invoiced", description="When a sale counts."
    )
    tax: Literal["included", "excluded"] = Field(
        default="excluded", description="Whether amounts include sales tax."
    )


class TableEntry(Section):
    """Where one table comes from: a file, or a query."""

    path: str = Field(default="", description="File, relative to the folder.")
    sheet: str = Field(
        default="", description="Sheet of a workbook; blank = the one named as the table."
    )
    encoding: str = Field(default="", description="Encoding of a CSV file; blank = recognised.")
    url: str = Field(
        default="", description="Database; `${NAME}` is taken from the environment and never shown."
    )
    sql: str = Field(default="", description="Query whose rows are the table.")
    columns: Mapping[str, str] = Field(
        default_factory=dict, description="The file's own headers to the names of docs/data.md."
    )

    @model_validator(mode="after")
    def _needs_one_source(self) -> Self:
        if bool(self.url) != bool(self.sql):
            raise ValueError("`url` and `sql` belong together")
        if self.path and self.url:
            raise ValueError("expected a path or a query, not both")
        return self


def _path_as_entry(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


PathOrEntry = Annotated[
    TableEntry, BeforeValidator(_path_as_entry, json_schema_input_type=str | TableEntry)
]


class CalendarSection(Section):
    """The periods that are planned."""

    period: Period = Field(default="month", description="Length of a plan period.")
    plan_start: Day = Field(
        default=None,
        description="Day in the first planned period; blank = the period after the history.",
    )
    plan_periods: CountFromOne | None = Field(
        default=None, le=520, description="Planned periods; blank = one year."
    )
    horizon_start: Day = Field(
        default=None,
        description="First day of the horizon whose rest is planned; blank = the plan's own first day. "
        "A replan sets it.",
    )
    fiscal_start_month: int = Field(
        default=1, ge=1, le=12, description="Month in which the fiscal year starts."
    )
    input_period: Period | None = Field(
        default=None, description="Period of amounts and hours in the tables; blank = `period`."
    )
    working_days: Positive | None = Field(
        default=None,
        description="Working days of a plan period; blank = by the calendar. [days/period]",
    )


class DemandChange(Section):
    """What people expect of demand beyond its forecast, such as a tender that is lost."""

    scope: ScopeValue = Field(
        default=Scope("company"), description="Where: company, territory=East or segment=A."
    )
    units: Names = Field(default=(), description="Units that it is about; blank = all in `scope`.")
    change: float = Field(ge=-1, description="Change of demand, such as -0.2. [share of demand]")


class ForecastSection(Section):
    """How demand is forecast."""

    recipe: Literal["fast", "balanced", "best"] = Field(
        default="balanced",
        description="fast = local forecasts alone, balanced = with a global model, best = with "
        "conditional quantiles and more hold-outs.",
    )
    booster: Literal["sklearn", "lightgbm"] = Field(
        default="sklearn",
        description="Library of the global model; lightgbm is an extra and takes less time.",
    )
    levels: Names | None = Field(
        default=None,
        description="Levels of the hierarchy that get a forecast of their own, out of company, "
        "node, segment, cell, unit, product, channel and series; blank = all.",
    )
    interval: InnerShare = Field(default=0.8, description="Probability that the interval covers.")
    season: CountFromOne | None = Field(
        default=None, le=520, description="Periods in a season; blank = one year. [periods]"
    )
    samples: Count = Field(
        default=0, le=1000, description="Weighted demand scenarios to write; 0 = none."
    )
    cold_start: CountFromOne | None = Field(
        default=None,
        description="A series with fewer known periods than this gets its share of its parent's "
        "forecast; blank = one season. [periods]",
    )
    clean: bool = Field(
        default=True, description="Tame outliers and level shifts of history before forecasting."
    )
    holidays: str | None = Field(
        default=None,
        description="Country whose public holidays move sales, as in CN or US; needs the extra "
        "holidays. blank = none.",
    )
    changes: Many[DemandChange] = Field(
        default=(),
        description="Demand that is planned for beyond the forecast, or short of it; changes of the same "
        "units multiply.",
    )


class Alerts(Section):
    """When actuals call for attention."""

    plan_share_below: NonNegative = Field(
        default=0.9,
        description="Attainment of the year to date below this, and lower than chance explains, is an "
        "alert; 0 = never. [share of plan]",
    )
    market_share_below: Share | None = Field(
        default=None, description="Market share below this is an alert; blank = none. [share]"
    )
    runrate_quantile: InnerShare = Field(
        default=0.9,
        description="Sales to date beyond this quantile of the forecast, on either side, are an alert; "
        "1 − it is the chance that any alert of a kind rings by noise alone.",
    )
    drift_run_length: float = Field(
        default=370.0,
        gt=2,
        description="Periods until a drift alert rings by chance where forecasts are right, on average. "
        "[periods]",
    )
    hours_above: NonNegative = Field(
        default=1.05,
        description="Hours given or planned above this part of the selling time are an alert; 0 = never. "
        "[share of selling time]",
    )
    collapse_below: Share = Field(
        default=0.5,
        description="A channel or product that sells less than this part of its usual share, by more than "
        "chance, is an alert; 0 = never. [share]",
    )
    replan: Literal["off", "auto"] = Field(
        default="off", description="Whether an alert solves again."
    )


class Visibility(Section):
    """Which roles documents show what to; blank = all who plan: neither viewers nor reps."""

    cost: Many[Reader] | None = Field(
        default=None, description="Roles that see cost and pay, and with them the contribution."
    )
    leaving: Many[Reader] | None = Field(default=None, description="Roles that see who leaves.")
    attain_probability: Many[Reader] | None = Field(
        default=None, description="Roles that see the probability of reaching quotas and targets."
    )


class LongerPlan(Section):
    """A plan of more years, whose results bound this one."""

    plan: str = Field(
        default="", description="Folder of the plan, relative to this file; blank = none."
    )
    sales: Literal["goal", "floor", "off"] = Field(
        default="goal",
        description="What its sales of the planned time are here: a goal that quotas add up to, "
        "a floor, or nothing.",
    )
    budget: bool = Field(default=True, description="Its spend of that time is the most to spend.")
    headcount: bool = Field(
        default=True, description="As many open positions are filled as it fills in that time."
    )


class SolverSection(Section):
    """How long and how exactly the plan is solved."""

    time_limit: Positive = Field(default=60.0, description="Longest solve. [s]")
    gap: NonNegative = Field(
        default=1e-4, description="Gap at which the plan counts as optimal. [share]"
    )
    threads: CountFromOne | None = Field(
        default=None, le=256, description="Threads; blank = the machine's cores."
    )
    seed: Count = Field(default=0, description="Seed of every random choice.")
    work_limit: CountFromOne | None = Field(
        default=None,
        description="Limit of work that repeats on every machine; blank = none. [nodes]",
    )
    regions: str | Count = Field(
        default="auto",
        description="Level of the territory tree at which a plan is cut into regions that are solved by "
        "themselves and then put together: a name out of `levels` or a number, the top being 0; `auto` "
        "= as needed where one model would be too large; `off` = never.",
    )
    jobs: CountFromOne | None = Field(
        default=None,
        le=256,
        description="Regions that are solved at a time; blank = the machine's cores.",
    )
    cluster: str = Field(
        default="",
        description="Address of a dask scheduler whose workers solve the regions, tcp://host:port; "
        "blank = this machine.",
    )
