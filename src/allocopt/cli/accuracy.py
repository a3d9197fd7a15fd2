"""Accuracy in a few lines: our error over cells beside simple forecasters, and how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from allocopt.cli.console import show
from allocopt.cli.output import print_frame, table_lines

if TYPE_CHECKING:
    import pandas as pd

    from allocopt.forecasting import Forecast

# Metrics of the back-test and how a person reads them.
_METRICS: Mapping[str, str] = MappingProxyType(
    {"wape": "{:.1%}", "bias": "{:+.1%}", "mase": "{:.2f}"}
)
_HEADER = ("over cells", "WAPE", "bias", "MASE", "WAPE above ours (95 % interval)")
DIFFERENCES = ["difference", "difference_lower", "difference_upper"]
COVERAGE = "coverage_"
TOO_SHORT = "The past is too short to measure the accuracy."


def tell_accuracy(result: Forecast, *, as_csv: bool) -> None:
    """The errors of all forecasters over cells; every level and metric with --csv."""
    if as_csv:
        # On stderr: two tables in one CSV stream help nobody.
        print_frame(result.accuracy, as_csv=True, err=True)
        return
    click.echo()
    for line in accuracy_lines(result):
        show(line)


def accuracy_lines(result: Forecast) -> list[str]:
    """`chosen: …, WAPE 13.4%, bias -7.7%`, then a row per forecaster, the best one first."""
    cells = result.accuracy[result.accuracy["level"] == "cell"]
    by_metric = cells.pivot(index="forecaster", columns="metric", values="value")
    if by_metric.empty or "wape" not in by_metric:
        return [TOO_SHORT]
    by_metric = by_metric.reindex(columns=list(_METRICS)).sort_values("wape", kind="stable")
    wape = cells[cells["metric"] == "wape"].set_index("forecaster")
    gaps = wape.reindex(by_metric.index)[DIFFERENCES]
    rows = [
        (str(name), *_metric_texts(values), _difference_text(*gap))
        for name, values, gap in zip(
            by_metric.index, by_metric.to_numpy().tolist(), gaps.to_numpy().tolist(), strict=True
        )
    ]
    ours = [row for row in rows if row[0] == result.name]
    chosen = [f"chosen: {row[0]}, WAPE {row[1]}, bias {row[2]}" for row in ours]
    return [*chosen, *table_lines(_HEADER, rows), *_coverage_lines(cells, result.name)]


def _metric_texts(values: list[float]) -> list[str]:
    """`13.4%`, `-7.7%`, `0.81`; blank where nothing could be measured."""
    forms = _METRICS.values()
    return ["" if isnan(v) else form.format(v) for v, form in zip(values, forms, strict=True)]


def _difference_text(difference: float, lower: float, upper: float) -> str:
    """`+2.1 points (+0.4 … +3.9)`; blank for ours, no brackets where too little was compared."""
    if isnan(difference):
        return ""
    sure = "" if isnan(lower + upper) else f" ({100 * lower:+.1f} … {100 * upper:+.1f})"
    return f"{100 * difference:+.1f} points{sure}"


def _coverage_lines(cells: pd.DataFrame, name: str) -> list[str]:
    """`The 80 % interval held 78.9% of what came.` for each interval that was measured."""
    own = cells[(cells["forecaster"] == name) & cells["metric"].str.startswith(COVERAGE)]
    return [
        f"The {metric.removeprefix(COVERAGE)} % interval held {value:.1%} of what came."
        for metric, value in zip(own["metric"], own["value"], strict=True)
    ]
