"""The command forecast."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Verb
from allocopt.cli.options import (
    csv_option,
    json_option,
    open_scenario,
    out_option,
    scenario_argument,
    settings_option,
)
from allocopt.cli.output import print_frame, print_json, records, table_lines

if TYPE_CHECKING:
    from allocopt.forecasting import Forecast

# Metrics of the back-test and how a person reads them.
_METRICS: Mapping[str, str] = MappingProxyType(
    {"wape": "{:.1%}", "bias": "{:+.1%}", "mase": "{:.2f}"}
)


@click.command(cls=Verb)
@scenario_argument
@settings_option
@click.option("--backtest", is_flag=True, help="Measure the accuracy on the past as well.")
@out_option("Write the forecast to this CSV file.")
@csv_option
@json_option
def forecast(
    scenario: Path,
    settings: tuple[str, ...],
    out: Path | None,
    *,
    backtest: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Forecast demand, with an interval.

    One row per territory, segment and period, amounts per plan period.
    """
    opened = open_scenario(scenario, settings)
    from allocopt.forecasting import forecast_scenario

    with working("Forecasting") as progress:
        result = forecast_scenario(opened, backtest=backtest, progress=progress)
    if out is not None:
        from allocopt.tables import write_table

        write_table(result.table, out)
        talk(f"Written to {out}.")
    if as_json:
        tables = {name: records(getattr(result, name)) for name in ("table", "accuracy")}
        print_json({**tables, "notes": list(result.notes)})
        return
    if out is None:
        print_frame(result.table, as_csv=as_csv)
    if backtest:
        tell_accuracy(result, as_csv=as_csv)
    for note in result.notes:
        talk(note)


def tell_accuracy(result: Forecast, *, as_csv: bool) -> None:
    """The chosen forecaster and the errors of all over cells; every level and metric with --csv."""
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
    by_metric = by_metric.reindex(columns=list(_METRICS)).sort_values("wape")
    rows = [
        (
            str(name),
            *(form.format(value) for form, value in zip(_METRICS.values(), row, strict=True)),
        )
        for name, row in zip(by_metric.index, by_metric.to_numpy().tolist(), strict=True)
    ]
    chosen = set(result.provenance["forecaster"])
    first = [f"chosen: {row[0]}, WAPE {row[1]}, bias {row[2]}" for row in rows if row[0] in chosen]
    if not rows:
        return ["The past is too short to measure the accuracy."]
    return [*first, *table_lines(("over cells", "WAPE", "bias", "MASE"), rows)]
