"""The commands risk and contingency: what uncertainty costs, and plans for what may come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Verb
from allocopt.cli.options import csv_option, json_option, language_option, out_option, plan_argument
from allocopt.cli.output import number_text, print_frame, print_json, records
from allocopt.errors import AllocoptError

if TYPE_CHECKING:
    from allocopt.contingency import InformationValue
    from allocopt.contingency.value import Range
    from allocopt.plan import Plan

_SHOWN = ["name", "trigger", "contribution_kept", "contribution", "gain", "units_moved"]


@click.command(cls=Verb)
@plan_argument
@out_option("Folder of the pack; else PLAN-contingency beside the plan.", metavar="DIR")
@language_option
@csv_option
@json_option
def contingency(
    plan: Path, out: Path | None, language: str | None, *, as_csv: bool, as_json: bool
) -> None:
    """Solve alternatives to a plan in advance.

    Each has the trigger that calls for it and what it brings more than carrying on.
    """
    from allocopt.contingency import make_pack, save_pack
    from allocopt.whatif import basis_of_plan
    from allocopt.whatif.batch import Effort

    folder = out or usual_pack(plan)
    refuse_foreign_pack(folder)
    basis = basis_of_plan(plan)
    with working("Solving alternatives", told=True) as progress:
        pack = make_pack(basis, Effort(tell=progress))
    save_pack(pack, folder, language or basis.scenario.config.scenario.language)
    table = pack.table()
    if as_json:
        print_json({"folder": str(folder), "alternatives": records(table)})
    else:
        print_frame(table if as_csv else table[_SHOWN], as_csv=as_csv)
        talk(f"saved {folder}: a plan per row, contingency.csv and contingency.md")


@click.command(cls=Verb)
@plan_argument
@click.option(
    "--value",
    "valued",
    is_flag=True,
    help="Solve again for the value of the stochastic solution and of perfect information.",
)
@click.option("--save", is_flag=True, help="Keep these values among the plan's kpis.")
@csv_option
@json_option
def risk(plan: Path, *, valued: bool, save: bool, as_csv: bool, as_json: bool) -> None:
    """Show what each outcome of demand brings, and what uncertainty costs."""
    from allocopt.plan import load_plan

    if save and not valued:
        raise click.UsageError("--save keeps what --value computes; give both.")
    loaded = load_plan(plan)
    if "outcomes" not in loaded.tables:
        raise AllocoptError(
            "The plan is made for one outcome of demand. Solve it with --set risk.samples=20."
        )
    figures = dict(risk_rows(loaded))
    values = ranges_of(value_of(plan, save=save)) if valued else {}
    if as_json:
        told = {name: vars(one) for name, one in values.items()}
        print_json({"outcomes": records(loaded["outcomes"]), "figures": figures, "values": told})
        return
    print_frame(loaded["outcomes"], as_csv=as_csv)
    say = talk if as_csv else show
    for name, value in figures.items():
        say(f"{name:<24}  {number_text(value)}")
    for name, one in values.items():
        span = f"between {number_text(one.lower)} and {number_text(one.upper)}"
        say(f"{name:<24}  {number_text(one.value)} ({span})")


def risk_rows(plan: Plan) -> list[tuple[str, float]]:
    """The key figures of a plan that are about its outcomes."""
    from allocopt.results.risk import FIGURES

    rows = plan["kpis"]
    rows = rows[rows["kpi"].isin(FIGURES)]
    return list(zip(rows["kpi"], rows["value"].astype(float), strict=True))


def value_of(folder: Path, *, save: bool) -> InformationValue:
    """Both values of a plan, by solving again; kept in its kpis when asked."""
    from allocopt.contingency import keep_value, value_of_information
    from allocopt.planning import limits_of, problem_of
    from allocopt.whatif import basis_of_plan

    basis = basis_of_plan(folder)
    problem = problem_of(basis.scenario, basis.forecast)
    with working("Solving for each outcome", told=True) as progress:
        value = value_of_information(problem, limits_of(basis.scenario), progress)
    if value is None:
        raise AllocoptError(
            "There is one outcome of demand only. Solve with --set risk.samples=20."
        )
    if save:
        keep_value(folder, value)
        talk(f"Kept in {folder / 'kpis.csv'}.")
    return value


def ranges_of(value: InformationValue) -> dict[str, Range]:
    """The figures as they are shown, by name."""
    return {
        "here and now": value.here_and_now,
        "expected outcome only": value.expected_only,
        "wait and see": value.wait_and_see,
        "stochastic solution": value.stochastic_solution,
        "perfect information": value.perfect_information,
    }


def usual_pack(plan: Path) -> Path:
    """Where the pack of a plan is that nobody named a place for."""
    return plan.resolve().parent / f"{plan.resolve().name}-contingency"


def refuse_foreign_pack(folder: Path) -> None:
    """A pack may replace a pack, and nothing else."""
    if not folder.exists() or (folder / "contingency.csv").exists():
        return
    if folder.is_file() or any(folder.iterdir()):
        raise click.BadParameter(
            f"{folder} is there already and is no contingency pack; nothing was written.",
            param_hint="--out",
        )
