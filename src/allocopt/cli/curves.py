"""The commands tradeoff and headcount-curve: a table of plans, and a chart of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.forecasts import OutputFile
from allocopt.cli.options import (
    PlanOrScenario,
    csv_option,
    json_option,
    language_option,
    open_scenario,
    settings_option,
    solver_options,
    solver_settings,
)
from allocopt.cli.output import print_frame, print_json, records
from allocopt.cli.whatif import changed_scenario, jobs_option

if TYPE_CHECKING:
    import pandas as pd

    from allocopt.documents.pages.curve_chart import Curve
    from allocopt.whatif import Basis

chart_option = click.option(
    "--chart", type=OutputFile(".html"), metavar="FILE", help="Write a page (.html) with the curve."
)
basis_argument = click.argument("place", metavar="PLAN|SCENARIO", type=PlanOrScenario())


@click.command(cls=Verb)
@basis_argument
@click.option(
    "--of",
    "names",
    required=True,
    metavar="A,B",
    help="Two of contribution, handovers, balance (balance:MEASURE where several are), travel.",
)
@click.option(
    "--points",
    type=click.IntRange(2, 50),
    default=6,
    show_default=True,
    metavar="N",
    help="Most plans on the curve.",
)
@settings_option
@solver_options
@jobs_option
@chart_option
@language_option
@csv_option
@json_option
def tradeoff(place: Path, names: str, points: int, **asked: Any) -> Exit:
    """Trade two objectives against each other.

    A curve of plans of which none is worse in both than another. Each is solved with one objective held
    below a limit; what is lost in the other is the price of the limit.
    """
    basis = open_basis(place, asked)
    from allocopt.documents.pages.curve_chart import Curve
    from allocopt.whatif.batch import Effort
    from allocopt.whatif.tradeoff import trade_off

    wanted = [name.strip() for name in names.split(",")]
    with working("Solving", told=True) as tell:
        curve = trade_off(basis, wanted, points, Effort(jobs=asked["jobs"], tell=tell))
    show_table(curve.table, {"limited": curve.limited, "notes": list(curve.notes)}, asked)
    write_chart(
        Curve(
            across=curve.limited,
            upwards=curve.optimised,
            points=points_of(curve.table, curve.limited, curve.optimised),
            labels=["" for _ in curve.table.index],
        ),
        basis,
        asked,
    )
    return exit_code(curve.table)


@click.command("headcount-curve", cls=Verb)
@basis_argument
@click.option(
    "--most",
    type=click.IntRange(1, 30),
    metavar="K",
    help="Most positions to fill; else those that are open, or 3.",
)
@settings_option
@solver_options
@jobs_option
@chart_option
@language_option
@csv_option
@json_option
def headcount_curve(place: Path, most: int | None, **asked: Any) -> Exit:
    """Place the next reps, and tell what each brings.

    Fills 0, 1, 2 … open positions and solves each number by itself. Where fewer are open than asked for,
    each territory at the top gets more of them, with the median hours and cost of those who work there.
    """
    basis = open_basis(place, asked)
    from allocopt.documents.pages.curve_chart import Curve
    from allocopt.whatif.batch import Effort
    from allocopt.whatif.headcount import headcount_curve as solve_curve

    with working("Solving", told=True) as tell:
        curve = solve_curve(basis, most, Effort(jobs=asked["jobs"], tell=tell))
    notes = list(curve.notes)
    show_table(curve.table, {"best": curve.best, "made_up": curve.made_up, "notes": notes}, asked)
    solved = curve.table.dropna(subset=["objective"])
    write_chart(
        Curve(
            across="positions",
            upwards="objective",
            points=points_of(solved, "positions", "objective"),
            labels=[str(where) for where in solved["where"]],
            marked=None if curve.best is None else solved["positions"].tolist().index(curve.best),
        ),
        basis,
        asked,
    )
    return exit_code(solved)


def open_basis(place: Path, asked: dict[str, Any]) -> Basis:
    """A plan with its forecast, or a scenario that is forecast now; with the settings that are given."""
    if asked["as_csv"] and asked["as_json"]:
        raise click.UsageError("Choose one of --csv and --json.")
    solver = solver_settings(
        **{key: asked[key] for key in ("time_limit", "gap", "seed", "threads")}
    )
    settings = (*asked["settings"], *solver)
    from allocopt.whatif import Basis, basis_of_plan

    if not (place / "plan.json").exists():
        return Basis(open_scenario(place, settings))
    basis = basis_of_plan(place)
    scenario = changed_scenario(basis, None, settings)
    if not asked["settings"]:
        return Basis(scenario, basis.plan, basis.given)
    return Basis(scenario, None, basis.forecast_for(scenario))


def show_table(table: pd.DataFrame, more: dict[str, Any], asked: dict[str, Any]) -> None:
    """The curve as a table, CSV or JSON; notes are talk."""
    if asked["as_json"]:
        print_json({"points": records(table), **more})
        return
    print_frame(table, as_csv=asked["as_csv"])
    for note in more["notes"]:
        talk(note)


def points_of(table: pd.DataFrame, across: str, upwards: str) -> Sequence[tuple[float, float]]:
    """Places of the plans on the chart."""
    return list(zip(table[across].astype(float), table[upwards].astype(float), strict=True))


def write_chart(curve: Curve, basis: Basis, asked: dict[str, Any]) -> None:
    """The page with the curve, where one is asked for."""
    if asked["chart"] is None:
        return
    from allocopt.documents.pages.curve_chart import render_curve
    from allocopt.files import write_atomic

    section = basis.scenario.config.scenario
    page = render_curve(
        curve, language=asked["language"] or section.language, currency=section.currency
    )
    write_atomic(asked["chart"], page.encode())
    talk(f"Written to {asked['chart']}.")


def exit_code(table: pd.DataFrame) -> Exit:
    """Plans that are not within the asked gap were stopped by the time limit; no plan is infeasible."""
    if table.empty:
        return Exit.INFEASIBLE
    return Exit.DONE if (table["status"] == "optimal").all() else Exit.TIME_LIMIT
