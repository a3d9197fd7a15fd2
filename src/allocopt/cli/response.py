"""The command response."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import talk, working
from allocopt.cli.failures import Verb
from allocopt.cli.forecasts import OutputFile
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

if TYPE_CHECKING:
    from allocopt.response.report import CurveReport
    from allocopt.scenario import Scenario


@click.command(cls=Verb)
@scenario_argument
@settings_option
@click.option("--lever", "levers", multiple=True, help="Only this lever. Repeatable.")
@click.option(
    "--chart",
    type=OutputFile(".svg"),
    metavar="FILE",
    help="Draw the curves (.svg) with what they rest on.",
)
@out_option("Write responses.csv with the fitted curves written out.")
@language_option
@csv_option
@json_option
def response(
    scenario: Path,
    settings: tuple[str, ...],
    levers: tuple[str, ...],
    *,
    as_csv: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Show what spend on each lever brings: its curve, today's place on it, the margin of one more.

    Curves are given, drawn through judgement points, or fitted to past sales and spend; of fitted
    ones it says how well they foretell sales that they have not seen.
    """
    if as_csv and as_json:
        raise click.UsageError("Choose one of --csv and --json.")
    opened = open_scenario(scenario, settings)
    known_levers(opened, levers)
    from allocopt.response.report import report_responses, report_table

    with working("Fitting curves"):
        reports = report_responses(opened, levers=levers)
    table = report_table(reports)
    if as_json:
        print_json({"name": opened.name, "curves": records(table)})
    elif not reports:
        talk("No lever has a response: add rows to responses.csv.")
    else:
        print_frame(table, as_csv=as_csv)
    if asked["out"] is not None:
        write_frozen(opened, asked["out"])
    if asked["chart"] is not None:
        language = asked["language"] or opened.config.scenario.language
        write_chart(reports, opened, asked["chart"], language)


def known_levers(scenario: Scenario, levers: tuple[str, ...]) -> None:
    """Raise a usage error for a lever without a response."""
    known = list(dict.fromkeys(scenario.table("responses")["lever"]))
    for lever in levers:
        if lever not in known:
            hint = f"no lever {lever!r} with a response; there are {', '.join(known) or 'none'}"
            raise click.BadParameter(hint, param_hint="--lever")


def write_frozen(scenario: Scenario, path: Path) -> None:
    """The table responses without anything left to fit."""
    from allocopt.response.frozen import frozen_responses
    from allocopt.tables import write_table

    if path.resolve() in {(scenario.folder / file).resolve() for file in scenario.files.values()}:
        raise click.BadParameter(
            "is a table of the scenario; choose another file", param_hint="--out"
        )
    write_table(frozen_responses(scenario).dropna(axis=1, how="all"), path)
    talk(f"Written to {path}.")


def write_chart(
    reports: tuple[CurveReport, ...], scenario: Scenario, path: Path, language: str
) -> None:
    """The curves as one SVG file."""
    from allocopt.documents.pages.response_chart import render_response_chart
    from allocopt.files import write_atomic

    currency = scenario.config.scenario.currency
    write_atomic(
        path, render_response_chart(reports, language=language, currency=currency).encode()
    )
    talk(f"Written to {path}.")
