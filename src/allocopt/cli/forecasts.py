"""The command forecast."""

from __future__ import annotations

from pathlib import Path

import click

from allocopt.cli.console import talk, working
from allocopt.cli.failures import Verb
from allocopt.cli.options import (
    csv_option,
    json_option,
    open_scenario,
    out_option,
    scenario_argument,
    settings_option,
)
from allocopt.cli.output import print_frame, print_json, records


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
        # Two tables in one CSV stream help nobody.
        click.echo("\nAccuracy on the past:", err=as_csv)
        print_frame(result.accuracy, err=as_csv)
    for note in result.notes:
        talk(note)
