"""The command demo: the main job on a shipped scenario, start to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import click

from allocopt.cli.console import talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.findings import count_line
from allocopt.cli.options import (
    LANGUAGES,
    known_example,
    language_option,
    open_scenario,
    out_option,
    solver_options,
    solver_settings,
)
from allocopt.cli.solving import refuse_foreign_folder, solve_scenario, stoppable
from allocopt.cli.summary import caution_lines, summary_lines


@click.command(cls=Verb)
@click.option("--scenario", "name", default="regional", show_default=True, help="Which one.")
@out_option("Folder of the plan; else ./plans/<scenario>.", metavar="DIR")
@language_option
@solver_options
def demo(name: str, out: Path | None, language: str | None, **solver: float | None) -> Exit:
    """Plan a shipped scenario, start to end.

    Checks, forecasts, solves and writes the plan documents; nothing to prepare.
    """
    from allocopt.resources import resource_folder

    folder = out or Path("plans") / name
    refuse_foreign_folder(folder)
    known_example(name, "--scenario")
    with resources.as_file(resource_folder("scenarios") / name) as path:
        return run_demo(path, folder, (language,) if language else LANGUAGES, solver)


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """One step: its name, what came out and how long it took, in one line."""
    started = time.monotonic()
    words: list[str] = []
    yield words.append
    talk(f"{name:<9} {time.monotonic() - started:6.1f} s  {' '.join(words)}")


def run_demo(
    path: Path, folder: Path, languages: tuple[str, ...], solver: dict[str, float | None]
) -> Exit:
    """The four steps, a line each, and the documents to open."""
    with step("check") as tell:
        scenario = open_scenario(path, solver_settings(**solver))
        tell(f"{scenario.name}: {count_line(scenario.findings)}")
    from allocopt.documents import render_to_file
    from allocopt.forecasting import forecast_scenario
    from allocopt.plan import save_plan

    with step("forecast") as tell, working("Forecasting") as progress:
        forecast = forecast_scenario(scenario, progress=progress)
        tell(f"{len(forecast.table)} figures, {len(scenario.calendar.labels)} periods")
    with step("solve") as tell, stoppable() as stop:
        plan = solve_scenario(scenario, stop, forecast)
        tell(f"{plan.summary['status']}, gap {plan.summary['gap']:.2%}")

    saved = save_plan(plan, scenario, folder)
    written = []
    with step("render") as tell:
        for language in languages:
            target = saved / "documents" / f"annual.{language}.html"
            written.append(render_to_file(plan, scenario, target, kind="annual", language=language))
        tell(", ".join(languages))
    talk()
    for line in (*summary_lines(plan), *caution_lines(plan)):
        talk(line)
    talk(f"\nplan: {saved}\nopen:")
    for document in written:
        click.echo(document.resolve().as_uri())
    return Exit.INTERRUPTED if stop.is_set() else Exit.DONE
