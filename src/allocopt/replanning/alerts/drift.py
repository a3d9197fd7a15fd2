"""Drift: forecasts that have been off to one side for some time, found by CUSUM."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocopt.notes import Note
from allocopt.replanning.alerts import advice, cusum
from allocopt.replanning.alerts.alert import Alert, called, discovered, scope_text
from allocopt.replanning.alerts.expectation import Expectation
from allocopt.replanning.alerts.review import Review


def drift_alerts(review: Review) -> Iterator[Alert]:
    """The company and territories whose standardised errors have drifted, since when and how far.

    One chart alone rings by chance once in `alerts.drift_run_length` periods; many are held to the same
    chance together.
    """
    parts = [(part, str(item)) for part in review.nodes for item in part.items]
    errors = np.concatenate([part.errors.to_numpy() for part in review.nodes])
    interval = cusum.decision_interval(review.section.drift_run_length)
    periods = errors.shape[1]
    level = float(cusum.chance(np.array([interval]), periods)[0])
    chart = cusum.chart(errors)
    rings, adjusted = discovered(cusum.chance(chart.height, periods), level)
    for k in np.flatnonzero(rings & (chart.height >= interval)):
        falls = chart.lower[k, -1] > chart.upper[k, -1]
        start = cusum.began(chart.lower[k] if falls else chart.upper[k])
        part, item = parts[k]
        yield _drifted(review, part, item, start, float(chart.height[k]), 1 - float(adjusted[k]))


def _drifted(
    review: Review, part: Expectation, item: str, start: int, height: float, sure: float
) -> Alert:
    places = list(range(start, part.errors.shape[1]))
    sold, mean = part.known_sums(item, places)
    away, since = sold / mean - 1, review.course.closed[start]
    interval = cusum.decision_interval(review.section.drift_run_length)
    name, zh = called(item)
    text = Note(
        f"{name} has drifted from the forecast since {since}: {away:+.1%} over {len(places)} periods "
        f"(CUSUM {height:.1f}, limit {interval:.1f}).",
        f"{zh}自 {since} 起偏离预测：{len(places)} 个周期累计 {away:+.1%}"
        f"（CUSUM {height:.1f}，界限 {interval:.1f}）。",
    )
    scope = scope_text(part.scope, item)
    return Alert("drift", scope, since, height, interval, text, advice.refit(low=away < 0), sure)
