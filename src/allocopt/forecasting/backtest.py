"""Back-test: what each candidate would have forecast at earlier dates, and which one is taken.

Rolling origins, expanding history: at each origin a candidate sees only the periods that were
over, and is compared with what came. The candidate with the lowest WAPE over all cells is chosen
for the whole panel; choosing per series follows noise (Fildes and Petropoulos 2015, "Simple versus
complex selection rules").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from allocopt.forecasting.accuracy import bias, mase, seasonal_scale, wape
from allocopt.forecasting.candidate import Candidate
from allocopt.forecasting.forecaster import FloatArray
from allocopt.forecasting.grain import Span
from allocopt.forecasting.hierarchy import Hierarchy
from allocopt.forecasting.record import Record

Progress = Callable[[float, str], None]
# A forecaster that is not better than a simpler one by this share of its error is not worth its
# trouble.
TIE = 0.01
ACCURACY = ["forecaster", "level", "metric", "value"]


@dataclass(frozen=True)
class Trial:
    """One candidate at one origin; arrays have shape (series, period)."""

    candidate: Candidate
    known: FloatArray  # history up to the origin, at the grain that forecasts are judged in
    actual: FloatArray  # NaN where unknown; 0 before a series opened
    forecast: FloatArray


def origins(periods: int, season: int, horizon: int, most: int) -> tuple[list[int], int]:
    """Numbers of periods known at each origin, latest first, and how many periods are forecast
    there.

    Each origin keeps a year of history where there are two, else half of what there is.
    """
    least = season if periods >= 2 * season else max(1, periods // 2)
    reach = max(1, min(horizon, periods - least - 1))
    step = max(1, reach // 2)
    return list(range(periods - reach, least - 1, -step))[:most], reach


def run_trials(
    candidates: Sequence[Candidate],
    record: Record,
    horizon: int,
    most_origins: int,
    progress: Progress | None = None,
) -> list[Trial]:
    """All candidates at all origins; `horizon` in periods of the judged panel."""
    periods = len(record.judged.periods)
    places, reach = origins(periods, record.season, horizon, most_origins)
    trials: list[Trial] = []
    for number, candidate in enumerate(candidates):
        if progress:
            progress(number / len(candidates), f"back-testing {candidate.name}")
        trials.extend(_try(candidate, record, place, reach) for place in places)
    return trials


def _try(candidate: Candidate, record: Record, place: int, reach: int) -> Trial:
    """One candidate at the origin that lies after `place` periods."""
    judged, ahead = record.judged, slice(place, place + reach)
    targets = Span(judged.periods.starts[ahead], judged.periods.stops[ahead])
    forecast = candidate.forecast(record, targets.starts[0], targets)
    actual = judged.values[:, ahead]
    gap = np.asarray(np.isnan(judged.values[:, ahead]).all(axis=0))
    actual = np.where(gap[None, :], np.nan, np.nan_to_num(actual))
    return Trial(candidate, judged.values[:, :place], actual, forecast)


def by_candidate(trials: Sequence[Trial]) -> dict[str, list[Trial]]:
    """Trials of each candidate by its name, in the order of the candidates."""
    grouped: dict[str, list[Trial]] = {}
    for trial in trials:
        grouped.setdefault(trial.candidate.name, []).append(trial)
    return grouped


def measure(trials: Sequence[Trial], hierarchy: Hierarchy, season: int) -> pd.DataFrame:
    """Accuracy of each candidate: [forecaster, level, metric, value]."""
    rows = []
    for name, own in by_candidate(trials).items():
        for level in levels_of(hierarchy):
            actual = np.hstack([at_level(hierarchy, level, trial.actual) for trial in own])
            forecast = np.hstack([at_level(hierarchy, level, trial.forecast) for trial in own])
            rows.append((name, level, "wape", wape(actual, forecast)))
            rows.append((name, level, "bias", bias(actual, forecast)))
            rows.append((name, level, "mase", _mean_mase(own, hierarchy, level, season)))
    return pd.DataFrame(rows, columns=ACCURACY).dropna(subset="value", ignore_index=True)


def levels_of(hierarchy: Hierarchy) -> tuple[str, ...]:
    """Levels at which accuracy is told; units only where history names them."""
    named = bool((hierarchy.series["unit"] != "").any())
    return ("unit", "cell", "node", "company") if named else ("cell", "node", "company")


def at_level(hierarchy: Hierarchy, level: str, values: FloatArray) -> FloatArray:
    """Sums at a level of accuracy; `node` is all nodes of the territory tree, the company first."""
    if level == "node":
        return hierarchy.at_nodes(values)
    if level == "company":
        return hierarchy.at("company", values)
    return hierarchy.at("cell" if level == "cell" else "unit", values)


def _mean_mase(trials: Sequence[Trial], hierarchy: Hierarchy, level: str, season: int) -> float:
    values = [
        mase(
            at_level(hierarchy, level, trial.actual),
            at_level(hierarchy, level, trial.forecast),
            seasonal_scale(at_level(hierarchy, level, trial.known), season),
        )
        for trial in trials
    ]
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def choose(candidates: Sequence[Candidate], accuracy: pd.DataFrame) -> tuple[Candidate, str]:
    """The candidate with the lowest WAPE over cells, and why; the simplest one among equals."""
    cells = accuracy[(accuracy["level"] == "cell") & (accuracy["metric"] == "wape")]
    errors = dict(zip(cells["forecaster"], cells["value"], strict=True))
    if not errors:
        return candidates[0], "history is too short or too empty to compare forecasters"
    best = min(errors.get(candidate.name, np.inf) for candidate in candidates)
    chosen = next(c for c in candidates if errors.get(c.name, np.inf) <= best * (1 + TIE))
    return chosen, f"lowest error over cells in the back-test (WAPE {errors[chosen.name]:.1%})"
