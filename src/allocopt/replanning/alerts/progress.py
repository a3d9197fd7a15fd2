"""Progress: sales to date below what was planned, or beyond what the forecast holds for chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from allocopt.notes import Note
from allocopt.replanning.alerts import advice
from allocopt.replanning.alerts.alert import UNKNOWN, Alert, called, discovered, scope_text
from allocopt.replanning.alerts.expectation import Expectation
from allocopt.replanning.alerts.review import Review
from allocopt.replanning.performance.amounts import NAMED
from allocopt.replanning.performance.page import amount_text

Floats = npt.NDArray[np.float64]
Row = Mapping[Any, Any]


def plan_share_alerts(review: Review) -> Iterator[Alert]:
    """Whoever is below `alerts.plan_share_below` of the plan to date by more than chance explains.

    Chance is judged against expected sales: a quota above them is no bad luck. Items of which the forecast
    knows no spread are judged by the threshold alone. Products and channels, of which it has no bounds at
    all, are left to `collapse_alerts`.
    """
    least = review.section.plan_share_below
    rows = review.page[~review.page["scope"].isin(NAMED)].dropna(subset="ytd_attainment")
    chances = _chances_of_less(review)
    keys = zip(rows["scope"], rows["item"], strict=True)
    rings, adjusted = _ringing(np.array([chances.get(key, UNKNOWN) for key in keys]), review.level)
    rings &= (rows["ytd_attainment"] < least).to_numpy()
    for row, chance in zip(rows[rings].to_dict("records"), adjusted[rings], strict=True):
        yield _below_plan(review, row, 1 - float(chance))


def _chances_of_less(review: Review) -> dict[tuple[str, str], float]:
    """Chance of so little to date by noise alone, by scope and item; NaN where it is unknown."""
    return {
        (part.scope, str(item)): float(chance)
        for part in review.expectations
        for item, chance in zip(
            part.items, norm.cdf(part.to_date(review.to_date, review.together)), strict=True
        )
    }


def _ringing(chances: Floats, level: float) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which tests ring, and their adjusted chances; what has no chance rings by itself."""
    known = ~np.isnan(chances)
    rings, adjusted = np.ones(len(chances), dtype=bool), np.full(len(chances), UNKNOWN)
    rings[known], adjusted[known] = discovered(chances[known], level)
    return rings, adjusted


def _below_plan(review: Review, row: Row, sure: float) -> Alert:
    scope, item, least = row["scope"], row["item"], review.section.plan_share_below
    name, zh = called(item)
    share, reached, elapsed = row["ytd_attainment"], row["attainment"], row["time_elapsed"]
    asked = row["ytd_plan"] - row["ytd_unreported"]
    came, planned = amount_text(row["ytd_actual"]), amount_text(asked)
    text = Note(
        f"{name} has sold {share:.1%} of the plan to date ({came} of {planned}): "
        f"{reached:.1%} of the year's plan in {elapsed:.1%} of its time.",
        f"{zh}累计完成计划的 {share:.1%}（{came} / {planned}）："
        f"全年完成率 {reached:.1%}，时间进度 {elapsed:.1%}。",
    )
    suggestion = advice.lighter_quota(item) if scope == "rep" else advice.reach(review, row)
    since = review.below_since(scope, item, "ytd_attainment", least)
    return Alert("plan_share", scope_text(scope, item), since, share, least, text, suggestion, sure)


def runrate_alerts(review: Review) -> Iterator[Alert]:
    """The company and territories whose sales to date lie beyond what the forecast holds for chance."""
    parts = [(part, str(item)) for part in review.nodes for item in part.items]
    scores = np.concatenate(
        [part.to_date(review.to_date, review.together) for part in review.nodes]
    )
    known = np.flatnonzero(~np.isnan(scores))
    rings, adjusted = discovered(2 * norm.sf(np.abs(scores[known])), review.level)
    for k, chance in zip(known[rings], adjusted[rings], strict=True):
        part, item = parts[k]
        yield _off_forecast(review, part, item, 1 - float(chance))


def _off_forecast(review: Review, part: Expectation, item: str, sure: float) -> Alert:
    places = review.to_date
    sold, mean = part.known_sums(item, places)
    away, quantile = sold / mean - 1, review.section.runrate_quantile
    errors = part.errors.loc[[item], places].to_numpy()[0]
    first = np.flatnonzero(errors * away > 0)[0]
    name, zh = called(item)
    came, expected = amount_text(sold), amount_text(mean)
    text = Note(
        f"{name} has sold {came} to date where {expected} were expected ({away:+.1%}), beyond what "
        f"the forecast holds for noise (quantile {quantile:g}).",
        f"{zh}累计销售 {came}，预期 {expected}（{away:+.1%}），超出预测的正常波动"
        f"（{quantile:g} 分位）。",
    )
    since = review.course.closed[places[int(first)]]
    scope = scope_text(part.scope, item)
    return Alert("runrate", scope, since, sold, mean, text, advice.replan(low=away < 0), sure)
