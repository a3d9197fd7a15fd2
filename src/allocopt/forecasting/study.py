"""Study: one panel made ready to be forecast - inspected, cleaned, without what events did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from allocopt.calendar import PeriodName
from allocopt.forecasting.arrays import BoolArray, FloatArray
from allocopt.forecasting.behaviour import behaviour_of
from allocopt.forecasting.case import Case
from allocopt.forecasting.effects import (
    Covariates,
    Occurrences,
    Uplift,
    fit_uplift,
    read_drivers,
    read_events,
    read_holidays,
)
from allocopt.forecasting.engine import Task
from allocopt.forecasting.grain import Span, span
from allocopt.forecasting.panel import Inspection, Panel, closed_since, fill_gaps, inspect_panel
from allocopt.forecasting.reconciliation import Structure
from allocopt.notes import Note
from allocopt.territory_tree import TerritoryTree


@dataclass(frozen=True)
class Study:
    """A panel and all that is known about it before it is forecast.

    `baseline` (series, period) is what is forecast from: cleaned, without events, gaps filled;
    `factor` (series, period + horizon) is what events multiply it by.
    """

    inspection: Inspection
    uplift: Uplift
    baseline: FloatArray
    factor: FloatArray
    task: Task

    @property
    def panel(self) -> Panel:
        """The panel as the books have it."""
        return self.inspection.panel

    @cached_property
    def closed(self) -> BoolArray:
        """Which series have ended and sell nothing from now on, shape (series,)."""
        return closed_at(self.panel.values, self.task.season)

    @property
    def net(self) -> FloatArray:
        """Sales of the books without what events did, shape (series, period)."""
        return np.asarray(self.panel.values / self.factor[:, : self.task.periods])


def closed_at(values: FloatArray, season: int) -> BoolArray:
    """Which series had ended by the last period of `values`."""
    return np.asarray(closed_since(values, season) < values.shape[1])


def prepare(case: Case, grain: PeriodName) -> tuple[Study, tuple[Note, ...]]:
    """The study of one of a record's panels, and what should be told about it."""
    panel, season = case.record.panels[grain], case.record.seasons[grain]
    past = len(panel.periods)
    horizon = max(panel.calendar.distance(panel.end, case.calendar.plan_end) + 1, 1)
    periods = span(panel.calendar, panel.periods.starts[0], past + horizon)
    view = View(panel, periods, _tree(case, panel), season)
    happening = find_occurrences(view, case)
    inspection, uplift = _inspect(panel, season, happening)
    values = inspection.values if case.options.clean else panel.values
    baseline = fill_gaps(uplift.strip(values), season)
    losing = _losing(baseline, season)
    baseline = np.where(losing[:, None], np.minimum(np.abs(baseline), 0.0), baseline)
    covariates, found = find_covariates(view, case)
    notes = (*_about_losing(losing), *found)
    structure = case.record.structure
    task = Task(baseline, season, horizon, structure, node_features(covariates, structure))
    return Study(inspection, uplift, baseline, uplift.factor(), task), notes


def _inspect(panel: Panel, season: int, happening: Occurrences) -> tuple[Inspection, Uplift]:
    """What is found in a panel, and what events do to it.

    Outliers and level shifts are looked for in sales without events, else months with an event would
    pass for outliers; the effects of events are then learnt again from cleaned sales.
    """
    places = panel.series["territory"].to_numpy(dtype=str)
    first = fit_uplift(_open(panel.values, season), season, happening, places)
    factor = first.factor()[:, : panel.values.shape[1]]
    found = inspect_panel(replace(panel, values=first.strip(panel.values)), season)
    inspection = _with_events(found, panel, factor)
    values = _open(inspection.values, season)
    return inspection, fit_uplift(values, season, happening, places)


def _losing(values: FloatArray, season: int) -> BoolArray:
    """Series whose returns exceeded their sales over the last season: nothing is to be planned there."""
    return np.asarray(np.nansum(values[:, -season:], axis=1) < 0)


def _about_losing(losing: BoolArray) -> tuple[Note, ...]:
    count = int(losing.sum())
    if count == 0:
        return ()
    note = Note(
        f"Returns exceed sales over the last year in {count} series: forecast as nothing there, "
        "and left out of the sums above.",
        f"{count} 个序列最近一年退货超过销售：预测为零，且不计入上级合计。",
    )
    return (note,)


def _open(values: FloatArray, season: int) -> FloatArray:
    """Values as unknown from where a series closed: its zeros tell nothing about events."""
    closed = np.arange(values.shape[1])[None, :] >= closed_since(values, season)[:, None]
    return np.where(closed, np.nan, values)


def _with_events(found: Inspection, panel: Panel, factor: FloatArray) -> Inspection:
    """What was found in stripped sales, in terms of the sales of the books."""
    changes = found.cleaned.changes
    times = factor[changes["series"].to_numpy(), changes["period"].to_numpy()]
    restored = changes.assign(old=changes["old"] * times, new=changes["new"] * times)
    touched = found.cleaned.values != found.panel.values
    values = np.where(touched, found.cleaned.values * factor, panel.values)
    cleaned = replace(found.cleaned, values=values, changes=restored)
    return replace(found, panel=panel, cleaned=cleaned)


@dataclass(frozen=True)
class View:
    """A panel with its periods and those asked for, and the tree that its series lie in."""

    panel: Panel
    periods: Span
    tree: TerritoryTree
    season: int

    @property
    def past(self) -> int:
        """Periods of history."""
        return len(self.panel.periods)


def _tree(case: Case, panel: Panel) -> TerritoryTree:
    return TerritoryTree.of_tables(case.sources.table("territories"), panel.series["territory"])


def find_occurrences(view: View, case: Case) -> Occurrences:
    """Events of the table, and public holidays where a country is given."""
    series, country = view.panel.series, case.options.holidays
    table = case.sources.table("events")
    events = read_events(table, series, view.tree, view.periods, view.past)
    if country is None:
        return events
    holidays = read_holidays(country, len(series), view.periods, view.past, view.season)
    return events.joined(holidays)


def find_covariates(view: View, case: Case) -> tuple[FloatArray | None, tuple[Note, ...]]:
    """Features (feature, series, period + horizon) of drivers and customers; None without any."""
    if case.options.recipe == "fast":
        return None, ()
    drivers, notes = _drivers(view, case)
    parts = [drivers.features()] if drivers is not None and drivers.names else []
    behaviour = behaviour_of(view.panel, case, view.season)
    if behaviour is not None and len(behaviour.names):
        parts.append(behaviour.delayed(len(view.periods) - view.past))
    return (np.concatenate(parts) if parts else None), notes


def _drivers(view: View, case: Case) -> tuple[Covariates | None, tuple[Note, ...]]:
    table = case.sources.table("drivers")
    if len(table) == 0:
        return None, ()
    return read_drivers(table, view.panel.series, view.tree, view.periods, view.past, view.season)


def node_features(features: FloatArray | None, structure: Structure) -> FloatArray | None:
    """Features of every node: the mean over its series, NaN where none of them knows it."""
    if features is None:
        return None
    known = ~np.isnan(features)
    total = np.stack([structure.summing @ feature for feature in np.where(known, features, 0.0)])
    count = np.stack([structure.summing @ counted for counted in known.astype(float)])
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
