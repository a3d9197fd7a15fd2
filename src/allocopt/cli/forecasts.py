"""The command forecast."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from allocopt.cli.accuracy import tell_accuracy
from allocopt.cli.console import talk, working
from allocopt.cli.failures import Verb
from allocopt.cli.options import (
    csv_option,
    json_option,
    language_option,
    open_scenario,
    out_option,
    scenario_argument,
    settings_option,
)
from allocopt.cli.output import print_frame, print_json, records
from allocopt.errors import AllocoptError

if TYPE_CHECKING:
    from allocopt.forecasting import Forecast
    from allocopt.forecasting.panel.sentences import Language
    from allocopt.scenario import Scenario

# Tables of a forecast that JSON has.
_TABLES = ("table", "nodes", "products", "accuracy", "provenance", "opinions", "effects")


class OutputFile(click.Path):
    """A file to write, with one of the endings that its writer knows."""

    def __init__(self, *endings: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path, or a usage error before anything is computed."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.suffix.lower() not in self.endings:
            return self.fail(f"'{path}' must end with {' or '.join(self.endings)}", param, ctx)
        return path


@click.command(cls=Verb)
@scenario_argument
@settings_option
@click.option("--backtest", is_flag=True, help="Measure the accuracy on the past as well.")
@out_option("Write the forecast to this CSV file.")
@click.option(
    "--report",
    type=OutputFile(".csv", ".html"),
    metavar="FILE",
    help="Write what was found in the history, as .csv or .html.",
)
@click.option(
    "--chart",
    type=OutputFile(".html"),
    metavar="FILE",
    help="Write a page with a chart per series.",
)
@click.option(
    "--series",
    multiple=True,
    metavar="KEY",
    help="Chart this one, e.g. East/SMB; else the largest. Repeatable.",
)
@click.option(
    "--samples",
    type=OutputFile(".csv"),
    metavar="FILE",
    help="Write the weighted demand scenarios (forecast.samples says how many).",
)
@click.option(
    "--tested",
    type=OutputFile(".csv"),
    metavar="FILE",
    help="Write every forecast of the back-test beside what came; implies --backtest.",
)
@language_option
@csv_option
@json_option
def forecast(
    scenario: Path,
    settings: tuple[str, ...],
    language: str | None,
    *,
    backtest: bool,
    as_csv: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Forecast demand, with an interval.

    One row per territory, segment and period, amounts per plan period.
    """
    if asked["series"] and asked["chart"] is None:
        raise click.UsageError("--series names what --chart draws; give both.")
    if as_csv and as_json:
        raise click.UsageError("Choose one of --csv and --json.")
    opened = open_scenario(scenario, settings)
    refuse_to_overwrite(opened, asked)
    if asked["samples"] is not None and opened.config.forecast.samples == 0:
        hint = "the scenario asks for none; add --set forecast.samples=50"
        raise click.BadParameter(hint, param_hint="--samples")
    from allocopt.forecasting import forecast_scenario

    tested = backtest or asked["tested"] is not None
    with working("Forecasting") as progress:
        result = forecast_scenario(opened, backtest=tested, progress=progress)
    chosen = cast("Language", language or opened.config.scenario.language)
    if as_json:
        print_json(as_document(result))
    else:
        if asked["out"] is None:
            print_frame(result.table, as_csv=as_csv)
        if tested:
            tell_accuracy(result, as_csv=as_csv)
        tell_notes(result, chosen)
    write_files(result, opened, chosen, asked)


def refuse_to_overwrite(scenario: Scenario, asked: dict[str, Any]) -> None:
    """Usage error for an output over a table of the scenario, or two outputs to one file."""
    inputs = {(scenario.folder / file).resolve() for file in scenario.files.values()}
    taken: set[Path] = set()
    for option in ("out", "samples", "tested", "report", "chart"):
        if asked[option] is None:
            continue
        path = Path(asked[option]).resolve()
        if path in inputs:
            raise click.BadParameter(
                "is a table of the scenario; choose another file", param_hint=f"--{option}"
            )
        if path in taken:
            raise click.BadParameter(
                "is written twice; choose another file", param_hint=f"--{option}"
            )
        taken.add(path)


def as_document(result: Forecast) -> dict[str, Any]:
    """What `forecast --json` prints."""
    report = result.report.counts if result.report is not None else {}
    return {
        "name": result.name,
        **{name: records(getattr(result, name)) for name in _TABLES},
        "report": dict(report),
        "notes": list(result.notes),
    }


def tell_notes(result: Forecast, language: Language) -> None:
    """What was found in the history, then what else should be known."""
    if result.report is not None:
        for sentence in result.report.sentences(language):
            talk(sentence)
    for note in result.notes:
        talk(note.said_in(language))


def write_files(
    result: Forecast, scenario: Scenario, language: Language, asked: dict[str, Any]
) -> None:
    """Each file that was asked for; the chart comes last, since it may not know a series."""
    from allocopt.tables import write_table

    tables = {"out": result.table, "samples": result.samples, "tested": result.tested}
    for option, table in tables.items():
        if (path := asked[option]) is not None:
            # Empty text and an unknown cell are one thing in a file.
            write_table(table.replace("", None), path)
            talk(f"Written to {path}.")
    if (path := asked["report"]) is not None:
        write_report(result, path, language)
        talk(f"Written to {path}.")
    if (path := asked["chart"]) is not None:
        write_chart(result, scenario, path, asked["series"], language)
        talk(f"Written to {path}.")


def write_report(result: Forecast, path: Path, language: Language) -> None:
    """What was found in the history, as the file's ending says."""
    from allocopt.documents.pages.panel_report import write_report as write_panel_report

    if result.report is None:
        raise AllocoptError("no report: nothing was forecast from history")
    write_panel_report(result.report, path, language)


def write_chart(
    result: Forecast, scenario: Scenario, path: Path, series: tuple[str, ...], language: str
) -> None:
    """The page of series charts."""
    from allocopt.documents.pages.forecast_charts import render_forecast_charts
    from allocopt.files import write_atomic

    page = render_forecast_charts(result, scenario, series, language=language)
    write_atomic(path, page.encode())
