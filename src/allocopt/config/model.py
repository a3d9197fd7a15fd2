"""Config: everything about a scenario that is not a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, model_validator

from allocopt.config.approval import Approval
from allocopt.config.contingency import Contingency
from allocopt.config.document import DocumentSection, Goal
from allocopt.config.replanning import Replan
from allocopt.config.rules import (
    Balance,
    Budget,
    Contiguity,
    Coverage,
    Handover,
    Headcount,
    Incentive,
    Pairs,
    Quota,
    Risk,
    Workload,
)
from allocopt.config.sections import (
    Alerts,
    CalendarSection,
    ForecastSection,
    LongerPlan,
    Measure,
    PathOrEntry,
    ScenarioSection,
    SolverSection,
    Visibility,
)
from allocopt.config.values import Many, Names, Section


class Config(Section):
    """scenario.yaml, typed and frozen: attribute names are exactly its keys."""

    scenario: ScenarioSection = Field(
        default=ScenarioSection(), description="Name, base and language."
    )
    measure: Measure = Field(default=Measure(), description="What a sale is.")
    tables: Mapping[str, PathOrEntry] = Field(
        default_factory=dict,
        description="Source of each table: a path, or a mapping; blank = files named as the table.",
    )
    synonyms: Mapping[str, Mapping[str, Names]] = Field(
        default_factory=dict,
        description="More headers per table and column: {table: {column: [headers]}}.",
    )
    calendar: CalendarSection = Field(default=CalendarSection(), description="The planned periods.")
    forecast: ForecastSection = Field(
        default=ForecastSection(), description="How demand is forecast."
    )
    coverage: Coverage = Field(default=Coverage(), description="Who may cover what.")
    pairs: Pairs = Field(default=Pairs(), description="What the table `pairs` means.")
    workload: Workload = Field(default=Workload(), description="How selling time limits the plan.")
    balance: Many[Balance] = Field(default=(), description="Measures that are spread evenly.")
    headcount: Headcount = Field(
        default=Headcount(), description="How many open positions are filled."
    )
    handover: Handover = Field(default=Handover(), description="What a change of rep costs.")
    budget: Budget = Field(default=Budget(), description="What may be spent on levers.")
    quota: Quota = Field(default=Quota(), description="How the target becomes quotas.")
    contiguity: Contiguity = Field(default=Contiguity(), description="Whether units hang together.")
    risk: Risk = Field(default=Risk(), description="How much bad outcomes are avoided.")
    contingency: Many[Contingency] = Field(
        default=(), description="What the contingency pack prepares for; blank = what is likeliest."
    )
    incentive: Incentive = Field(default=Incentive(), description="What reps earn for attainment.")
    alerts: Alerts = Field(default=Alerts(), description="When actuals call for attention.")
    replan: Replan = Field(
        default=Replan(), description="How the rest of a horizon is planned again."
    )
    visibility: Visibility = Field(
        default=Visibility(), description="Who may see what in documents."
    )
    approval: Approval = Field(
        default=Approval(), description="Who signs, approves and publishes a stored plan."
    )
    override: Mapping[str, Any] = Field(
        default_factory=dict,
        description="Changed cells: {table: {key: {column: value} | remove, add: [rows]}}.",
    )
    goals: Many[Goal] = Field(default=(), description="SMART goals that documents show.")
    document: DocumentSection = Field(default=DocumentSection(), description="Texts of documents.")
    levels: Names = Field(default=(), description="Names of the tree's levels, from the top.")
    longer_plan: LongerPlan = Field(
        default=LongerPlan(), description="A plan of more years that bounds this one."
    )
    solver: SolverSection = Field(default=SolverSection(), description="How the plan is solved.")

    @model_validator(mode="after")
    def _one_band_per_measure(self) -> Self:
        measures = [band.measure for band in self.balance]
        if twice := next((name for name in measures if measures.count(name) > 1), None):
            raise ValueError(f"`balance` has the measure {twice!r} twice; one band for each")
        return self

    @model_validator(mode="after")
    def _within_is_a_level(self) -> Self:
        within = self.coverage.within
        if within is not None and self.levels and within not in self.levels:
            raise ValueError(f"coverage.within {within!r} is none of `levels`")
        return self

    @model_validator(mode="after")
    def _regions_are_a_level(self) -> Self:
        regions = self.solver.regions
        if isinstance(regions, str) and regions not in ("auto", "off", *self.levels):
            known = ", ".join(("auto", "off", *self.levels))
            raise ValueError(f"solver.regions {regions!r} is none of {known} and no number")
        return self
