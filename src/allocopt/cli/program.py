"""The program `allocopt`: its commands, its streams and its way to end.

Nothing here or in the modules of the commands imports a table, model or forecasting library at the
top: help, version, completion and the errors of scenario.yaml answer at once.
"""

from __future__ import annotations

from typing import Any

import click

from allocopt.cli.console import prepare_streams
from allocopt.cli.contingency import contingency, risk
from allocopt.cli.curves import headcount_curve, tradeoff
from allocopt.cli.demo import demo
from allocopt.cli.doctor import doctor
from allocopt.cli.documents import render
from allocopt.cli.explaining import explain
from allocopt.cli.forecasts import forecast
from allocopt.cli.group import InOrder
from allocopt.cli.plans import compare
from allocopt.cli.replanning import replan
from allocopt.cli.replay import replay
from allocopt.cli.response import response
from allocopt.cli.review import review
from allocopt.cli.rolling import part, roll
from allocopt.cli.scenarios import check, init, schema
from allocopt.cli.solving import solve
from allocopt.cli.store import plans
from allocopt.cli.templates import templates
from allocopt.cli.variance import variance
from allocopt.cli.whatif import whatif


class Program(InOrder):
    """Speaks UTF-8, and ends with the exit codes of the contract."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run one command and end the program with the exit code of the contract."""
        prepare_streams()
        return super().main(*args, **kwargs)


def print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """Print the version and end."""
    if asked and not ctx.resilient_parsing:
        from allocopt import __version__

        click.echo(f"allocopt {__version__}")
        ctx.exit()


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=print_version,
    help="Show the version and end.",
)
def main() -> None:
    """Forecast demand, plan who covers what, and write the plan documents.

    Start with `allocopt demo`; then `allocopt init DIR --example regional` gives a scenario to
    edit.
    """


for command in (
    demo,
    init,
    check,
    forecast,
    response,
    solve,
    compare,
    explain,
    whatif,
    tradeoff,
    headcount_curve,
    risk,
    contingency,
    replan,
    variance,
    replay,
    roll,
    part,
    plans,
    review,
    render,
    templates,
    schema,
    doctor,
):
    main.add_command(command)
