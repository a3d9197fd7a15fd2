"""Commands about plans: compare."""

from __future__ import annotations

from pathlib import Path

import click

from allocopt.cli.console import talk
from allocopt.cli.failures import Verb
from allocopt.cli.options import PlanFolder, csv_option, json_option, out_option
from allocopt.cli.output import print_frame, print_json, records


@click.command(cls=Verb)
@click.argument("plans", metavar="PLAN PLAN…", nargs=-1, required=True, type=PlanFolder())
@out_option("Write the table to this CSV file.")
@csv_option
@json_option
def compare(plans: tuple[Path, ...], out: Path | None, *, as_csv: bool, as_json: bool) -> None:
    """Put plans side by side.

    Sales, contribution, people, spend, quotas, balance and handovers.
    """
    if len(plans) < 2:
        raise click.UsageError("Name at least two plans.")
    from allocopt.comparison import compare_plans
    from allocopt.plan import load_plan

    table = compare_plans([load_plan(folder) for folder in plans], [str(path) for path in plans])
    if out is not None:
        from allocopt.tables import write_table

        write_table(table, out)
        talk(f"Written to {out}.")
    elif as_json:
        print_json(records(table))
    else:
        print_frame(table, as_csv=as_csv)
