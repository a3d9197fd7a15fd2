"""Commands that make a scenario from a plan: roll for the next year, part for one place."""

from __future__ import annotations

from pathlib import Path

import click

from allocopt.cli.console import talk, working
from allocopt.cli.failures import Verb
from allocopt.cli.options import plan_argument


@click.command(cls=Verb)
@plan_argument
@click.option(
    "--actuals",
    multiple=True,
    required=True,
    metavar="FILE",
    help="What came: files or patterns, of sales, or of spend in a file named spend. Repeatable.",
)
@click.option(
    "--into", required=True, metavar="DIR", type=click.Path(path_type=Path), help="New folder."
)
def roll(plan: Path, actuals: tuple[str, ...], into: Path) -> None:
    """Write next year's scenario.

    From a plan and the actuals, with a list of all that differs.
    """
    refuse_full_folder(into)
    from allocopt.plan import load_plan, load_plan_scenario
    from allocopt.replanning.reading import came_of_horizon, matching
    from allocopt.rolling import roll_plan, write_rolled

    with working("Rolling on"):
        made = load_plan(plan)
        scenario, came = came_of_horizon(plan, made, load_plan_scenario(plan), matching(actuals))
        rolled = roll_plan(made, scenario, came)
        written = write_rolled(rolled, into)
    click.echo(str(written))
    undecided = sum(change.reason.undecided for change in rolled.changes)
    talk(f"{len(rolled.changes)} changes, {undecided} of them to be decided: {into}/CHANGES.md")
    talk(f"next: allocopt check {into}")


@click.command(cls=Verb)
@plan_argument
@click.option(
    "--scope",
    required=True,
    metavar="KIND=NAME",
    help="Which part: territory=, segment=, account= or parent_account=.",
)
@click.option(
    "--into", required=True, metavar="DIR", type=click.Path(path_type=Path), help="New folder."
)
def part(plan: Path, scope: str, into: Path) -> None:
    """Write the scenario of a territory or an account.

    With the demand, time, money and sales that the plan gives it.
    """
    refuse_full_folder(into)
    from allocopt.parts import parse_place, part_of
    from allocopt.plan import load_plan, load_plan_scenario
    from allocopt.scenario_folder import write_scenario

    try:
        of_part = part_of(load_plan(plan), load_plan_scenario(plan), parse_place(scope))
    except ValueError as error:
        raise click.BadParameter(f"{scope}: {error}.", param_hint="--scope") from None
    click.echo(str(write_scenario(of_part, into, {})))
    talk(f"next: allocopt solve {into}")


def refuse_full_folder(folder: Path) -> None:
    """What is in a folder stays."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there already and not empty; nothing was written.")
