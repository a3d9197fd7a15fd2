"""Report: every response curve of a scenario, where today's spend lies on it, how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from allocopt.problem.responses import LeverResponse, fits_of, read_response, sources_of
from allocopt.problem.supply import unit_margin
from allocopt.response.asked import is_fitted, place_of
from allocopt.response.carryover import effective_spend
from allocopt.response.estimate import Term
from allocopt.response.fitted import Fit, Interval
from allocopt.response.forms import FIT, POINT_COLUMNS, POINTS, Values
from allocopt.response.holdout import Accuracy, foretold
from allocopt.response.judgement import SHARES_OF_TODAY, judged_curve
from allocopt.response.observations import Sources, actual_spend, usual_sales
from allocopt.response.place import PLACE, Place
from allocopt.scenario import Scenario

GIVEN = "given"


@dataclass(frozen=True)
class CurveReport:
    """One row of `responses` as one curve of its whole place, in plan periods.

    `term` over spend [currency/period] times `lift_max` [currency/period, NaN where sales are unknown] is
    the lift of the same spend in every period. `error` is the largest miss of a judgement point [share of
    lift_max]. `seen` are spends and lifts that the curve was drawn through or fitted to [currency/period].
    """

    lever: str
    place: Place
    source: str
    term: Term
    lift_max: float
    margin: float
    spend_today: float
    error: float = np.nan
    accuracy: Accuracy | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    seen: tuple[Values, Values] = (np.zeros(0), np.zeros(0))

    @property
    def lift_today(self) -> float:
        """Lift of today's spend. [currency/period]"""
        return self.lift_max * self.term.steady_lift(self.spend_today)

    @property
    def marginal_return(self) -> float:
        """Margin that one more of spend in every period brings; NaN without spend today."""
        slope = self.term.steady_slope(self.spend_today) if self.spend_today > 0 else np.nan
        return self.margin * self.lift_max * slope


def report_responses(
    scenario: Scenario, *, levers: tuple[str, ...] = ()
) -> tuple[CurveReport, ...]:
    """A report of each row of `responses`, or of those of some levers.

    Raises DataError where a curve is asked from history that has none.
    """
    fits = fits_of(scenario)
    table = scenario.table("responses")
    reports = []
    for (_, row), fitted in zip(table.iterrows(), is_fitted(table), strict=True):
        if levers and row["lever"] not in levers:
            continue
        place = place_of(row)
        if fitted:
            reports.append(_fitted(scenario, str(row["lever"]), fits[place]))
        else:
            reports.append(_described(scenario, row, place))
    return tuple(reports)


def report_table(reports: tuple[CurveReport, ...]) -> pd.DataFrame:
    """One row per curve; shares and amounts as in `CurveReport`, bounds of the 80 % intervals."""
    return pd.DataFrame([dict(_row(report)) for report in reports])


def _row(report: CurveReport) -> Iterator[tuple[str, object]]:
    term, accuracy = report.term, report.accuracy
    yield from (("lever", report.lever), ("place", str(report.place)), ("source", report.source))
    yield from (("form", term.form), ("shape", term.shape), ("carryover", term.carryover))
    yield from (("half", term.half), ("lift_max", report.lift_max))
    yield from (("spend_today", report.spend_today), ("lift_today", report.lift_today))
    yield "marginal_return", report.marginal_return
    interval = report.intervals.get("marginal")
    yield "marginal_lower", interval.lower if interval else np.nan
    yield "marginal_upper", interval.upper if interval else np.nan
    yield "points_missed", report.error
    yield "r_squared", accuracy.r_squared if accuracy else np.nan
    yield "holdout_error", accuracy.holdout if accuracy else np.nan
    yield "holdout_without", accuracy.holdout_without if accuracy else np.nan


def _fitted(scenario: Scenario, lever: str, fit: Fit) -> CurveReport:
    curve = fit.curve(lever)
    scale = curve.usual_sales
    height = scale * curve.base
    margin = _margin(scenario, fit.place)
    worth = {"lift_max": height, "lift": height, "marginal": margin * curve.base}
    return CurveReport(
        lever=lever,
        place=fit.place,
        source=FIT,
        term=Term(curve.form, curve.carryover, curve.half * scale, curve.shape),
        lift_max=curve.lift_max * height,
        margin=margin,
        spend_today=curve.usual_spend * scale,
        accuracy=fit.accuracy,
        intervals={
            name: Interval(found.lower * worth[name], found.upper * worth[name])
            for name, found in fit.intervals(lever).items()
        },
        seen=_partial(fit, lever),
    )


def _partial(fit: Fit, lever: str) -> tuple[Values, Values]:
    """Spend as steady as what worked in each period, and the sales that nothing else explains."""
    k, seen = fit.seen.levers.index(lever), fit.seen
    term, size = fit.found.terms[k], seen.size[:, None]
    works = effective_spend(seen.spend[k], term.carryover) * (1 - term.carryover)
    unexplained = (
        seen.sales - foretold(seen, fit.found) + fit.found.lifts[k] * term.lift(seen.spend[k])
    )
    known = seen.known
    return (works * size).sum(axis=0)[known], (unexplained * size).sum(axis=0)[known]


def _described(scenario: Scenario, row: pd.Series, place: Place) -> CurveReport:
    """A curve from parameters or points: as many equal copies as the place has cells."""
    response = read_response(scenario, row)
    sources = sources_of(scenario)
    cells = _cells(scenario, place)
    sales = usual_sales(sources, place) if response.of_demand else 1.0
    spread = 1 if response.of_demand else cells
    spend = _spend_today(sources, str(row["lever"]), place)
    points: tuple[Values, Values] = (np.zeros(0), np.zeros(0))
    error = np.nan
    if row["form"] == POINTS:
        error, points = _points(scenario, row, response, cells, sales * spread)
        spend = points[0][1] if np.isnan(spend) else spend
    return CurveReport(
        lever=str(row["lever"]),
        place=place,
        source=POINTS if row["form"] == POINTS else GIVEN,
        term=Term(response.form, response.carryover, response.half * cells, response.shape),
        lift_max=response.lift_max * sales * spread,
        margin=_margin(scenario, place),
        spend_today=spend,
        error=error,
        seen=points,
    )


def _points(
    scenario: Scenario, row: pd.Series, response: LeverResponse, cells: int, height: float
) -> tuple[float, tuple[Values, Values]]:
    """Largest miss of a judgement point, and the points between nothing and saturation."""
    levels = row[list(POINT_COLUMNS)].to_numpy(dtype=float)
    today = float(row["spend_today"])
    judged = judged_curve(levels, today, of_demand=response.of_demand)
    reached = (levels[1:4] - levels[0]) / (levels[-1] - levels[0])
    factor = scenario.calendar.input_factor
    spends = SHARES_OF_TODAY * today * factor * cells
    return judged.error, (spends, reached * response.lift_max * height)


def _cells(scenario: Scenario, place: Place) -> int:
    """Number of cells with units in a place, at least one."""
    units = scenario.table("units")
    inside = units["territory"].notna()
    if place.territory:
        inside &= units["territory"].isin(scenario.territory_tree.within([place.territory]))
    if place.segment:
        inside &= units["segment"] == place.segment
    return max(len(units.loc[inside, PLACE].drop_duplicates()), 1)


def _margin(scenario: Scenario, place: Place) -> float:
    """Mean margin of the units of a place, by their products where those are known. [share of sales]"""
    units = scenario.table("units").set_index("unit")
    margin = scenario.look_up("segments", "margin", units["segment"]).fillna(1.0)
    margin = unit_margin(scenario, units, margin)
    inside = units["territory"].notna()
    if place.territory:
        inside &= units["territory"].isin(scenario.territory_tree.within([place.territory]))
    if place.segment:
        inside &= units["segment"] == place.segment
    return float(margin[inside].mean()) if inside.any() else 1.0


def _spend_today(sources: Sources, lever: str, place: Place) -> float:
    """Mean actual spend of the last year before the plan; NaN where none is known. [currency/period]"""
    spend = actual_spend(sources, place)
    spend = spend[spend["lever"] == lever]
    if spend.empty:
        return np.nan
    season = sources.calendar.season
    now = int(sources.calendar.number_of(pd.Series([sources.calendar.plan_start])).iloc[0])
    recent = spend[spend["number"] >= now - season]
    first = max(int(spend["number"].min()), now - season)
    return float(recent["spend"].sum() / (now - first))
