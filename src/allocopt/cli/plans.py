"""Commands about plans: compare, explain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from allocopt.cli.console import show, talk
from allocopt.cli.failures import Verb, shortened
from allocopt.cli.options import PlanFolder, csv_option, json_option, out_option, plan_argument
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


@click.command(cls=Verb)
@plan_argument
@click.option("--unit", metavar="UNIT", help="Why this unit is where it is.")
@click.option("--rep", metavar="REP", help="What this rep does, and what limits it.")
@click.option("--limits", is_flag=True, help="What binds, and what one more would give (default).")
@csv_option
@json_option
def explain(
    plan: Path, unit: str | None, rep: str | None, *, limits: bool, as_csv: bool, as_json: bool
) -> None:
    """Explain a unit, a rep, or what limits a plan."""
    if sum((unit is not None, rep is not None, limits)) > 1:
        raise click.UsageError("Ask for one of --unit, --rep and --limits.")
    from allocopt.explanation import explain_limits, explain_rep, explain_unit
    from allocopt.plan import load_plan, load_plan_scenario

    loaded, scenario = load_plan(plan), load_plan_scenario(plan)
    if unit is not None:
        known_name(unit, loaded["assignments"]["unit"].tolist(), "--unit")
        sentences, table = explain_unit(loaded, scenario, unit)
    elif rep is not None:
        known_name(rep, loaded["reps"]["rep"].tolist(), "--rep")
        sentences, table = explain_rep(loaded, scenario, rep)
    else:
        sentences, table = explain_limits(loaded, scenario)
        table = table.sort_values("value_of_one_more", key=abs, ascending=False, kind="stable")
    if as_json:
        print_json({"sentences": list(sentences), "table": records(table)})
        return
    for sentence in sentences:
        (talk if as_csv else show)(sentence)
    if as_csv or len(table):
        print_frame(table, as_csv=as_csv)


def known_name(name: str, known: Sequence[str], option: str) -> None:
    """Raise a usage error with the nearest name, and those that there are, when nothing has it."""
    if name in known:
        return
    from allocopt.tables.text import nearest

    near = nearest(name, known)
    meant = f"; did you mean {near!r}?" if near else "."
    names = shortened(list(dict.fromkeys(known)))
    raise click.BadParameter(f"the plan has no {name!r}{meant} It has {names}.", param_hint=option)
