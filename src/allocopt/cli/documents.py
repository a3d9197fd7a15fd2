"""The command render."""

from __future__ import annotations

from pathlib import Path

import click

from allocopt.cli.console import working
from allocopt.cli.failures import Verb
from allocopt.cli.options import language_option, out_option, plan_argument


@click.command(cls=Verb)
@plan_argument
@click.option("--document", "kind", default="annual", show_default=True, help="Kind of document.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html"]),
    default="html",
    show_default=True,
    help="File format.",
)
@language_option
@out_option("File to write; else in the plan's folder.")
def render(plan: Path, kind: str, form: str, language: str | None, out: Path | None) -> None:
    """Write a plan document.

    One self-contained page to read, send or print.
    """
    from allocopt.documents import render_to_file
    from allocopt.plan import load_plan, load_plan_scenario

    loaded, scenario = load_plan(plan), load_plan_scenario(plan)
    chosen = language or scenario.config.scenario.language
    target = out or plan / "documents" / f"{kind}.{chosen}.{form}"
    with working("Writing"):
        written = render_to_file(loaded, scenario, target, kind=kind, format=form, language=chosen)
    click.echo(str(written))
