"""The command replay: history is walked, and what the loop would have brought is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.options import (
    csv_option,
    json_option,
    language_option,
    open_scenario,
    out_option,
    scenario_argument,
    settings_option,
    solver_options,
    solver_settings,
)
from allocopt.cli.output import SHOWN_ROWS, print_frame, print_json, records, table_lines
from allocopt.cli.solving import stoppable
from allocopt.errors import NoPlanInTime

if TYPE_CHECKING:
    from allocopt.replanning.replay import Replayed
    from allocopt.scenario import Scenario

STOPPED = "Interrupted before the past was played to its end; nothing is told of half of it."


@click.command(cls=Verb)
@scenario_argument
@click.argument("more", metavar="[FILE]…", nargs=-1)
@click.option(
    "--actuals",
    multiple=True,
    metavar="FILE…",
    help="What came in the time of the scenario's own plan: files or patterns. Without any, the last "
    "periods of the history are played. Repeatable.",
)
@click.option(
    "--from",
    "first",
    metavar="PERIOD",
    help="First period that is played, such as 2025-01; without --actuals.",
)
@click.option(
    "--every",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Solve again after every so many periods.",
)
@settings_option
@solver_options
@language_option
@out_option("Write quotas, actual sales and errors by period and rep to this CSV file.")
@csv_option
@json_option
def replay(scenario: Path, more: tuple[str, ...], **asked: Any) -> Exit:
    """Walk history as if the loop had been at work.

    Plans on the past, feeds actuals period by period and solves again; then sets quotas and results
    beside a plan never changed, proportional quotas and the company's own.
    """
    files = _files(asked, more)
    names = ("time_limit", "gap", "seed", "threads")
    solver = solver_settings(**{name: asked[name] for name in names})
    opened = open_scenario(scenario, (*asked["settings"], *solver))
    done = _replay(opened, files, asked)
    if asked["out"] is not None:
        from allocopt.tables import write_table

        write_table(done.quotas, asked["out"])
        talk(f"wrote {asked['out']}")
    if asked["as_json"]:
        print_json(document(done))
    elif asked["as_csv"]:
        print_frame(done.quotas, as_csv=True)
    else:
        tell(done, asked["language"] or opened.config.scenario.language)
    return Exit.DONE if _is_whole(done) else Exit.TIME_LIMIT


def _files(asked: dict[str, Any], more: tuple[str, ...]) -> tuple[Path, ...]:
    """The files that are named; a usage error for options that do not go together."""
    if asked["as_csv"] and asked["as_json"]:
        raise click.UsageError("Choose one of --csv and --json.")
    if more and not asked["actuals"]:
        raise click.UsageError(f"Name files of what came with --actuals: --actuals {more[0]}")
    if asked["actuals"] and asked["first"]:
        raise click.UsageError("--from plays the history; with --actuals the plan's start counts.")
    from allocopt.replanning.reading import matching

    return matching((*asked["actuals"], *more))


def _replay(scenario: Scenario, files: tuple[Path, ...], asked: dict[str, Any]) -> Replayed:
    """The replay, with progress on the terminal."""
    from allocopt.replanning.replay import replay as run

    with stoppable() as stop:
        try:
            with working("Replaying", told=True) as progress:
                return run(
                    scenario,
                    files,
                    first=asked["first"] or "",
                    every=asked["every"],
                    progress=progress,
                    stop=stop,
                )
        except (NoPlanInTime, KeyboardInterrupt) as error:
            if stop.is_set() or isinstance(error, KeyboardInterrupt):
                raise KeyboardInterrupt(STOPPED) from None
            raise


def _is_whole(done: Replayed) -> bool:
    """Whether every plan was found within its gap and not stopped at the time limit."""
    return all(made.plan.summary["status"] == "optimal" for made in done.walk.standings)


def tell(done: Replayed, language: str) -> None:
    """What people read: what was played, and a table for each question."""
    from allocopt.replanning.replay.report import opening_lines, sections

    for line in opening_lines(done, language):
        show(line)
    for section in sections(done, language):
        show()
        show(section.title)
        if not section.rows:
            continue
        for line in table_lines(section.header, section.rows[:SHOWN_ROWS]):
            show(f"  {line}")
        if len(section.rows) > SHOWN_ROWS:
            show(f"  … {len(section.rows) - SHOWN_ROWS} (--csv, --json)")


def document(done: Replayed) -> dict[str, Any]:
    """The same as JSON, every table whole."""
    names = ("quotas", "errors", "worth", "turns", "warnings", "precision")
    tables = {name: records(getattr(done, name)) for name in names}
    span = done.walk.span
    return {
        "periods": list(span.labels),
        "origin": f"{span.origin:%Y-%m-%d}",
        "notes": list(done.notes),
        **tables,
    }
