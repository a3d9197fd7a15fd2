"""The command solve, and how a solve is stopped."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.options import (
    json_option,
    open_scenario,
    out_option,
    region_options,
    scenario_argument,
    settings_option,
    solver_options,
    solver_settings,
)
from allocopt.cli.output import print_json
from allocopt.cli.recording import record
from allocopt.cli.summary import caution_lines, summary_lines
from allocopt.errors import NoPlanInTime

if TYPE_CHECKING:
    from allocopt.forecasting import Forecast
    from allocopt.plan import Plan
    from allocopt.scenario import Scenario

NOTHING_SAVED = "Interrupted before a plan was found; nothing was saved."


@click.command(cls=Verb)
@scenario_argument
@settings_option
@solver_options
@region_options
@out_option("Folder of the plan; else ./plans/<plan id>.", metavar="DIR")
@json_option
def solve(
    scenario: Path,
    settings: tuple[str, ...],
    out: Path | None,
    *,
    as_json: bool,
    **solver: float | str | None,
) -> Exit:
    """Solve a scenario and save the plan.

    Decides who covers what, selling time, budget and quotas.
    """
    refuse_foreign_folder(out)
    opened = open_scenario(scenario, (*settings, *solver_settings(**solver)))
    with stoppable() as stop:
        plan = solve_scenario(opened, stop)
    from allocopt.plan import save_plan

    folder = save_plan(plan, opened, out or Path("plans") / str(plan.summary["id"]))
    if as_json:
        print_json({**plan.summary, "folder": str(folder)})
    else:
        for line in summary_lines(plan):
            show(line)
        click.echo(f"saved           {folder}")
        for line in caution_lines(plan):
            talk(line)
    record(folder, reason="solved")
    if not as_json:
        talk(f"next: allocopt render {folder}")
    return exit_code(plan, interrupted=stop.is_set())


def solve_scenario(
    scenario: Scenario,
    stop: Event,
    forecast: Forecast | None = None,
    planner: Callable[..., Plan] | None = None,
) -> Plan:
    """Plan a scenario with progress on the terminal; `planner` is `plan_scenario` or works like it.

    Raises:
        KeyboardInterrupt: it was stopped before there was a plan.
    """
    from allocopt.planning import plan_scenario

    plan = planner or plan_scenario
    try:
        with working("Solving", told=True) as progress:
            return plan(scenario, forecast=forecast, progress=progress, stop=stop)
    except (NoPlanInTime, KeyboardInterrupt) as error:
        if stop.is_set() or isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt(NOTHING_SAVED) from None
        raise


@contextmanager
def stoppable() -> Iterator[Event]:
    """Let the first Ctrl-C ask the solver to stop and the second one end the program."""
    asked = Event()
    before = signal.getsignal(signal.SIGINT)

    def ask(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        asked.set()
        talk("Stopping with the best plan so far; Ctrl-C again ends at once.")

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def refuse_foreign_folder(folder: Path | None) -> None:
    """A plan may replace a plan, and nothing else."""
    if folder is None:
        return
    for parent in folder.parents:
        if parent.is_file():
            raise click.BadParameter(
                f"{parent} is a file; nothing was written.", param_hint="--out"
            )
    if not folder.exists() or (folder / "plan.json").exists():
        return
    if folder.is_file() or any(folder.iterdir()):
        raise click.BadParameter(
            f"{folder} is there already and is no plan; nothing was written.", param_hint="--out"
        )


def exit_code(plan: Plan, *, interrupted: bool) -> Exit:
    """A plan that is not within the asked gap was stopped: by somebody or by the time limit."""
    if interrupted:
        talk("Interrupted: this is the best plan up to then.")
        return Exit.INTERRUPTED
    return Exit.DONE if plan.summary["status"] == "optimal" else Exit.TIME_LIMIT
