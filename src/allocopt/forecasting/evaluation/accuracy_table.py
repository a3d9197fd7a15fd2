"""Accuracy table: every metric per forecaster and level, and how sure the differences are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.evaluation.bootstrap import (
    DRAWS,
    percentile_interval,
    resampled_values,
)
from allocopt.forecasting.evaluation.comparison import Comparison
from allocopt.forecasting.evaluation.metrics import Ratio
from allocopt.notes import Note

CONFIDENCE = 0.95
DIFFERENCES = ["difference", "difference_lower", "difference_upper"]
ACCURACY = ["forecaster", "level", "metric", "value", *DIFFERENCES]
LEVELS_ZH: Mapping[str, str] = {"unit": "覆盖单元", "cell": "单元格", "node": "节点"}
YARDSTICKS_ZH: Mapping[str, str] = {"naive": "朴素法", "seasonal naive": "季节朴素法"}


def measure(
    comparison: Comparison,
    ours: str,
    *,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> pd.DataFrame:
    """Accuracy of all forecasters: `ACCURACY` columns, levels in the order of the comparison.

    `difference` is the other's loss less that of `ours`: positive means that `ours` is better. The
    loss of a bias is its size, that of a coverage its distance to what was promised. The bounds
    hold the difference with `confidence`, by a paired bootstrap; they are NaN in the rows of
    `ours`, and where one series at one origin is all there is.
    """
    tables = [
        _measure_level(comparison.at(level), level, ours, (draws, confidence, seed))
        for level in comparison.level_names
    ]
    if not tables:
        return pd.DataFrame(columns=ACCURACY)
    return pd.concat(tables, ignore_index=True)


def _measure_level(
    comparison: Comparison, level: str, ours: str, settings: tuple[int, float, int]
) -> pd.DataFrame:
    """Rows of one level; metrics for which nothing counts are left out."""
    draws, confidence, seed = settings
    ratios = {key: ratio for key, ratio in comparison.ratios().items() if _counts(ratio)}
    if not ratios:
        return pd.DataFrame(columns=ACCURACY)
    drawn = resampled_values(list(ratios.values()), draws, seed)
    columns = dict(zip(ratios, drawn.T, strict=True))
    rows = []
    for (name, metric), ratio in ratios.items():
        gap = lower = upper = float("nan")
        if name != ours and (ours, metric) in ratios:
            value = np.array([ratio.value, ratios[ours, metric].value])
            gap = float(loss(metric, value[:1])[0] - loss(metric, value[1:])[0])
            apart = loss(metric, columns[name, metric]) - loss(metric, columns[ours, metric])
            lower, upper = percentile_interval(apart, confidence)
        rows.append((name, level, metric, ratio.value, gap, lower, upper))
    return pd.DataFrame(rows, columns=ACCURACY)


def loss(metric: str, values: FloatArray) -> FloatArray:
    """What is lost at a value of a metric: lower is better."""
    if metric == "bias":
        return np.abs(values)
    if metric.startswith("coverage_"):
        return np.abs(values - float(metric.removeprefix("coverage_")) / 100)
    return values


def _counts(ratio: Ratio) -> bool:
    return bool(ratio.denominator.sum() > 0)


def where_not_better(
    accuracy: pd.DataFrame, ours: str, yardstick: str, metric: str = "wape"
) -> tuple[Note, ...]:
    """On the levels at which `ours` is not better than a yardstick, and those where it may not be."""
    rows = accuracy[accuracy["metric"] == metric]
    own = rows[rows["forecaster"] == ours].set_index("level")["value"].rename("own")
    pairs = rows[rows["forecaster"] == yardstick].join(own, on="level", how="inner")
    lost = pairs["difference"] <= 0
    unsure = ~lost & (pairs["difference_lower"] <= 0)
    return (
        *_told(pairs[lost], yardstick, metric, "is not better", "不优于"),
        *_told(pairs[unsure], yardstick, metric, "may be no better", "未必优于", bounds=True),
    )


def _told(
    pairs: pd.DataFrame, yardstick: str, metric: str, verdict: str, zh: str, *, bounds: bool = False
) -> tuple[Note, ...]:
    """One sentence on all levels of one verdict, none where there are no such levels."""
    if pairs.empty:
        return ()
    yardstick_zh, of_each, of_each_zh = YARDSTICKS_ZH.get(yardstick, yardstick), [], []
    for pair in pairs.to_dict("records"):
        level, own, other = pair["level"], f"{pair['own']:.3f}", f"{pair['value']:.3f}"
        lower, upper = f"{pair['difference_lower']:+.3f}", f"{pair['difference_upper']:+.3f}"
        between = f" (difference between {lower} and {upper})" if bounds else ""
        between_zh = f"，差值在 {lower} 与 {upper} 之间" if bounds else ""
        of_each.append(f"{own} against {other} by {level}{between}")
        of_each_zh.append(
            f"按{LEVELS_ZH.get(level, level)}为 {own}（{yardstick_zh}为 {other}{between_zh}）"
        )
    note = Note(
        f"The forecast {verdict} than {yardstick}: {metric.upper()} {', '.join(of_each)}.",
        f"预测{zh}{yardstick_zh}：{metric.upper()} {'，'.join(of_each_zh)}。",
    )
    return (note,)
