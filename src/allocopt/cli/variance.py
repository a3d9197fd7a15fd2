"""The command variance: why an item differs from plan, and what that consists of."""

from __future__ import annotations

from pathlib import Path

import click

from allocopt.cli.failures import Verb
from allocopt.cli.options import csv_option, json_option, plan_argument
from allocopt.cli.output import print_frame, print_json, records


@click.command(cls=Verb)
@plan_argument
@click.option(
    "--scope",
    default="company",
    show_default=True,
    metavar="KIND=NAME",
    help="What is explained: territory=, segment=, unit=, rep= or product=.",
)
@click.option("--period", default="", metavar="PERIOD", help="One closed period; else to date.")
@csv_option
@json_option
def variance(plan: Path, scope: str, period: str, *, as_csv: bool, as_json: bool) -> None:
    """Explain actual − plan of a reviewed plan.

    The causes of one item, and what lies below it with the cause that did most.
    """
    from allocopt.config.scope import Scope, parse_scope
    from allocopt.plan import load_plan, load_plan_scenario
    from allocopt.replanning.variance import recorded_variance

    try:
        # Units have differences, though nothing is planned for a unit alone.
        kind, _, name = scope.partition("=")
        chosen = Scope("unit", name) if kind == "unit" and name else parse_scope(scope)
    except ValueError as error:
        raise click.BadParameter(f"{scope}: {error}.", param_hint="--scope") from None
    recorded = recorded_variance(load_plan(plan), load_plan_scenario(plan), period)
    causes, parts = recorded.causes(chosen), recorded.parts(chosen)
    if as_json:
        print_json({"causes": records(causes), "parts": records(parts)})
        return
    print_frame(causes, as_csv=as_csv)
    if len(parts):
        click.echo()
        print_frame(parts, as_csv=as_csv)
