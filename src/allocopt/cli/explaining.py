"""The command explain: what binds a plan, and why a unit or a rep is as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Verb, shortened
from allocopt.cli.options import csv_option, json_option, language_option, plan_argument
from allocopt.cli.output import print_frame, print_json, records
from allocopt.cli.solving import stoppable
from allocopt.cli.whatif import jobs_option

if TYPE_CHECKING:
    import pandas as pd

    from allocopt.explanation import Depth, Explanation
    from allocopt.plan import Plan
    from allocopt.scenario import Scenario

# Columns that are the same for everybody, or that the sentences have told.
_UNSEEN = ("side", "meaning", "lower", "upper", "at_least", "at_most")


@click.command(cls=Verb)
@plan_argument
@click.option("--unit", metavar="UNIT", help="Why this unit is where it is, and not elsewhere.")
@click.option("--rep", metavar="REP", help="What this rep does, and what other hours would bring.")
@click.option("--limits", is_flag=True, help="What binds, and what one more would give (default).")
@click.option(
    "--exact/--estimate",
    "exact",
    default=None,
    help="Solve again for each answer, or estimate it; else by the size of the plan.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    default=60.0,
    show_default=True,
    help="Time for all that is solved again.",
)
@jobs_option
@language_option
@csv_option
@json_option
def explain(plan: Path, language: str | None, *, as_csv: bool, as_json: bool, **asked: Any) -> None:
    """Explain a unit, a rep, or what limits a plan.

    Small plans are solved again with one more of each limit, or with the unit at another rep; of large
    ones the linear relaxation gives an estimate, which is marked as such.
    """
    if sum((asked["unit"] is not None, asked["rep"] is not None, asked["limits"])) > 1:
        raise click.UsageError("Ask for one of --unit, --rep and --limits.")
    from allocopt.explanation import Depth
    from allocopt.plan import load_plan, load_plan_scenario

    loaded, scenario = load_plan(plan), load_plan_scenario(plan)
    refuse_unknown(loaded, asked["unit"], asked["rep"])
    with stoppable() as stop, working("Explaining") as tell:
        depth = Depth(asked["exact"], asked["time_limit"], asked["jobs"], tell, stop)
        found = answer(loaded, scenario, depth, asked["unit"], asked["rep"])
    spoken = language or scenario.config.scenario.language
    sentences = [sentence.said_in(spoken) for sentence in found.sentences]
    if as_json:
        details = {name: records(table) for name, table in found.details.items()}
        print_json({"sentences": sentences, "table": records(found.table), **details})
        return
    for sentence in sentences:
        (talk if as_csv else show)(sentence)
    if as_csv:
        print_frame(found.table, as_csv=True)
    elif len(found.table):
        print_frame(shown(found.table))


def refuse_unknown(plan: Plan, unit: str | None, rep: str | None) -> None:
    """Usage error for a unit or a rep that the plan does not have."""
    if unit is not None:
        known_name(unit, plan["assignments"]["unit"].tolist(), "--unit")
    if rep is not None:
        known_name(rep, plan["reps"]["rep"].tolist(), "--rep")


def answer(
    plan: Plan, scenario: Scenario, depth: Depth, unit: str | None, rep: str | None
) -> Explanation:
    """The explanation that is asked for."""
    from allocopt.explanation import explain_limits, explain_rep, explain_unit

    if unit is not None:
        return explain_unit(plan, scenario, unit, depth)
    if rep is not None:
        return explain_rep(plan, scenario, rep, depth)
    return explain_limits(plan, scenario, depth)


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table as people read it; CSV and JSON have every row and every column.

    Of limits, those that bind or are worth something.
    """
    if "slack" in table.columns:
        table = table[(table["slack"] <= 0) | (table["value"].fillna(0.0) != 0)]
    return table.drop(columns=[name for name in _UNSEEN if name in table.columns])


def known_name(name: str, known: Sequence[str], option: str) -> None:
    """Raise a usage error with the nearest name, and those that there are, when nothing has it."""
    if name in known:
        return
    from allocopt.tables.text import nearest

    near = nearest(name, known)
    meant = f"; did you mean {near!r}?" if near else "."
    names = shortened(list(dict.fromkeys(known)))
    raise click.BadParameter(f"the plan has no {name!r}{meant} It has {names}.", param_hint=option)
