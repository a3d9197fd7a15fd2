"""The command replan: what came, how the plan did, and the rest of the horizon solved again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.options import (
    LANGUAGES,
    json_option,
    out_option,
    plan_argument,
    settings_option,
    solver_options,
    solver_settings,
)
from allocopt.cli.output import print_json, records
from allocopt.cli.recording import record
from allocopt.cli.solving import NOTHING_SAVED, exit_code, refuse_foreign_folder, stoppable
from allocopt.errors import NoPlanInTime

if TYPE_CHECKING:
    from threading import Event

    from allocopt.replanning.turn import Asked, Replanned


@click.command(cls=Verb)
@plan_argument
@click.argument("more", metavar="[FILE]…", nargs=-1)
@click.option(
    "--actuals",
    multiple=True,
    metavar="FILE…",
    help="What came: files or patterns such as 'actuals/*.csv'; one that is called as a table "
    "(spend, market, kpi_values, pipeline …) is that table, others are sales. Repeatable.",
)
@click.option(
    "--through",
    metavar="PERIOD",
    help="Last period that is over, such as 2026-03; else that of the latest sales, when it is whole.",
)
@click.option(
    "--replace",
    "whole",
    is_flag=True,
    help="Each file of sales has all there is of its periods and territories.",
)
@click.option("--review", is_flag=True, help="Only review; solve where `alerts.replan` is auto.")
@click.option(
    "--quotas",
    type=click.Choice(["hold", "rebase", "relief"]),
    help="What becomes of the remaining quotas; else `replan.quotas`.",
)
@click.option(
    "--changes",
    type=click.IntRange(0),
    metavar="N",
    help="Most units that are handed over by choice; else `replan.max_units`.",
)
@click.option(
    "--no-weighing", is_flag=True, help="Skip the worth of each move and the curve of changes."
)
@settings_option
@solver_options
@out_option("Folder of the new plan; else ./plans/<plan id>.", metavar="DIR")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language; else the scenario's.")
@json_option
def replan(
    plan: Path,
    actuals: tuple[str, ...],
    more: tuple[str, ...],
    out: Path | None,
    language: str | None,
    *,
    as_json: bool,
    **asked: Any,
) -> Exit:
    """Enter actuals, review the plan and solve the rest again.

    Variance by cause, performance, alerts, the forecast made again, and a plan for the periods still
    to come that changes as little as pays.
    """
    refuse_foreign_folder(out)
    if out is not None and out.resolve() == plan.resolve():
        raise click.BadParameter(
            f"{out} is the plan itself, which the next one goes on from; nothing was written.",
            param_hint="--out",
        )
    from allocopt.plan import save_plan
    from allocopt.replanning.reading import matching

    files = matching((*actuals, *more))
    with stoppable() as stop:
        done = _replan(plan, files, _asked(**asked), stop)
    if not done.is_news:
        return _nothing_new(done, plan, as_json=as_json)
    folder = save_plan(
        done.plan, done.scenario, out or Path("plans") / str(done.plan.summary["id"])
    )
    if as_json:
        print_json(document(done, str(folder)))
    else:
        tell(done, language or done.scenario.config.scenario.language)
        click.echo(f"saved           {folder}")
    record(folder, reason=f"{'replanned' if done.resolved else 'reviewed'} through {done.last}")
    if done.resolved is None:
        return Exit.DONE
    return exit_code(done.plan, interrupted=stop.is_set())


def _nothing_new(done: Replanned, plan: Path, *, as_json: bool) -> Exit:
    """Files that are known already and no further period: the plan stays as it is."""
    for finding in done.arrived.notices:
        talk(finding.sentence())
    talk("Nothing new came and no further period is over: the plan stays as it is.")
    if as_json:
        print_json({"plan": done.plan.summary, "folder": str(plan)})
    else:
        click.echo(f"kept            {plan}")
    return Exit.DONE


def _asked(**given: Any) -> Asked:
    """What the options ask for."""
    from allocopt.replanning.turn import Asked

    names = ("time_limit", "gap", "seed", "threads")
    solver = solver_settings(**{name: given[name] for name in names})
    rules = {"replan.quotas": given["quotas"], "replan.max_units": given["changes"]}
    return Asked(
        through=given["through"] or "",
        whole=given["whole"],
        solve=not given["review"],
        rules=tuple(f"{key}={value}" for key, value in rules.items() if value is not None),
        settings=(*given["settings"], *solver),
        weigh=not given["no_weighing"],
    )


def _replan(plan: Path, files: tuple[Path, ...], asked: Asked, stop: Event) -> Replanned:
    """The replan, with progress on the terminal."""
    from allocopt.replanning.turn import replan as run

    try:
        with working("Replanning", told=True) as progress:
            return run(plan, files, asked, progress=progress, stop=stop)
    except (NoPlanInTime, KeyboardInterrupt) as error:
        if stop.is_set() or isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt(NOTHING_SAVED) from None
        raise


def tell(done: Replanned, language: str) -> None:
    """What people read: the review, then who moves and what it is worth, beside doing nothing."""
    from allocopt.replanning.report import report_lines

    for line in report_lines(done, language):
        show(line)
    for finding in done.arrived.notices:
        talk(finding.sentence())


def document(done: Replanned, folder: str) -> dict[str, Any]:
    """The same as JSON: every table of the review, and plan.json."""
    from allocopt.replanning.turn import REVIEW

    tables = {name: records(done.plan[name]) for name in REVIEW if name in done.plan.tables}
    notices = [finding.as_dict() for finding in done.arrived.notices]
    return {**tables, "notices": notices, "plan": done.plan.summary, "folder": folder}
