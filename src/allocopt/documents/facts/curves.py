"""Curves: each response curve with what the plan spends in its place, and what that brings."""

from __future__ import annotations

from dataclasses import dataclass

from allocopt.documents.facts import Facts, ratio
from allocopt.documents.language.text import known_text
from allocopt.errors import DataError
from allocopt.response.report import CurveReport, report_responses

KEYS = ["lever", "territory", "segment"]


@dataclass(frozen=True)
class PlacedCurve:
    """A curve with the plan's spend and lift in the cells where it holds, over all periods. [currency]

    `periods` is their number: the point of the plan on the curve is its mean spend per period.
    """

    report: CurveReport
    spend: float
    brought: float
    periods: int

    @property
    def planned(self) -> float:
        """Mean spend. [currency/period]"""
        return self.spend / self.periods

    @property
    def lift(self) -> float:
        """Lift of the mean spend, the same in every period. [currency/period]"""
        return self.report.lift_max * self.report.term.steady_lift(self.planned)

    @property
    def mean_return(self) -> float:
        """Margin on what the plan's spend brings, per unit of money; unknown without spend."""
        return ratio(self.report.margin * self.brought, self.spend)

    @property
    def marginal_return(self) -> float:
        """Margin that one more unit of money brings: the mean return times the elasticity of the curve at
        the mean spend, which is exact where the same is spent in all cells and periods.
        """
        term, planned = self.report.term, self.planned
        return self.mean_return * ratio(
            planned * term.steady_slope(planned), term.steady_lift(planned)
        )


def placed_curves(facts: Facts) -> tuple[PlacedCurve, ...]:
    """Curves that money is planned on or was spent on, the most spend first.

    A part of the plan has the curves that hold nowhere else.
    """
    found: tuple[PlacedCurve, ...] = facts.once("placed curves", lambda: _placed(facts))
    return found


def _placed(facts: Facts) -> tuple[PlacedCurve, ...]:
    if facts.scenario.table("responses").empty:
        return ()
    try:
        reports = report_responses(facts.scenario)
    except DataError:
        # Curves from a history that the reader may not see.
        return ()
    planned, periods = _planned(facts, reports), max(len(facts.periods), 1)
    curves = [
        PlacedCurve(report, *planned.get(number, (0.0, 0.0)), periods)
        for number, report in enumerate(reports)
        if facts.extent is None or report.place.territory in facts.extent.territories
    ]
    used = [one for one in curves if one.spend > 0 or one.report.spend_today > 0]
    return tuple(sorted(used, key=lambda one: -one.planned))


def _planned(facts: Facts, reports: tuple[CurveReport, ...]) -> dict[int, tuple[float, float]]:
    """Planned spend and lift by the number of the curve that holds in its cell. [currency]"""
    cells = facts.table("budget").groupby(KEYS, as_index=False)[["spend", "lift"]].sum()
    sums: dict[int, tuple[float, float]] = {}
    for row in cells.to_dict("records"):
        lever, *cell = (known_text(row[key]) for key in KEYS)
        number = _curve_of(facts, reports, lever, (cell[0], cell[1]))
        spend, lift = sums.get(number, (0.0, 0.0))
        sums[number] = (spend + float(row["spend"]), lift + float(row["lift"]))
    return sums


def _curve_of(
    facts: Facts, reports: tuple[CurveReport, ...], lever: str, cell: tuple[str, str]
) -> int:
    """The curve that names a cell most closely, the last of equals; -1 where none does."""
    tree = facts.scenario.territory_tree
    chain = ["", *reversed(tree.ancestors(cell[0])), cell[0]]
    fits = [
        (chain.index(report.place.territory), bool(report.place.segment), number)
        for number, report in enumerate(reports)
        if report.lever == lever
        and report.place.territory in chain
        and report.place.segment in ("", cell[1])
    ]
    return max(fits)[2] if fits else -1
