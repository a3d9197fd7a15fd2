"""The command whatif: a plan solved again after a change, a loss or towards a target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.answers import (
    difference_document,
    loss_document,
    show_bridge,
    show_difference,
    show_edits,
    show_losses,
)
from allocopt.cli.console import talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.options import (
    ScenarioPath,
    json_option,
    open_scenario,
    out_option,
    plan_argument,
    settings_option,
    solver_options,
    solver_settings,
)
from allocopt.cli.output import print_json, records
from allocopt.cli.recording import record
from allocopt.cli.solving import exit_code, refuse_foreign_folder, solve_scenario, stoppable

if TYPE_CHECKING:
    from allocopt.documents.edits import Edits
    from allocopt.forecasting import Forecast
    from allocopt.plan import Plan
    from allocopt.scenario import Scenario
    from allocopt.whatif import Basis

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Plans solved at a time; else one per processor where that saves time.",
)


class AimOption(click.ParamType[tuple[str, float]]):
    """`sales=AMOUNT` or `contribution=AMOUNT`."""

    name = "aim"
    measures = ("sales", "contribution")

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Measure and amount, or a usage error."""
        if isinstance(value, tuple):
            return value
        measure, _, text = str(value).partition("=")
        try:
            amount = float(text.replace(",", ""))
        except ValueError:
            amount = -1.0
        if measure.strip() not in self.measures or not 0 <= amount < float("inf"):
            return self.fail(
                f"'{value}' is none of sales=AMOUNT and contribution=AMOUNT", param, ctx
            )
        return measure.strip(), amount


@click.command(cls=Verb)
@plan_argument
@settings_option
@click.option(
    "--scenario",
    "other",
    metavar="DIR",
    type=ScenarioPath(),
    help="Solve this scenario, such as a child of the plan's own.",
)
@click.option(
    "--workbook",
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path),
    help="Take over what was edited in the workbook of this plan (render --format xlsx).",
)
@click.option("--dry-run", is_flag=True, help="Show what the workbook changes, and solve nothing.")
@click.option("--anyway", is_flag=True, help="Take a workbook of another plan, too, by its names.")
@click.option("--lose", type=click.IntRange(1), metavar="N", help="Lose N reps.")
@click.option("--in", "territory", metavar="TERRITORY", help="Where they are lost; else anywhere.")
@click.option(
    "--from",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day without them; else the plan's first.",
)
@click.option(
    "--reach",
    "aim",
    type=AimOption(),
    metavar="sales=AMOUNT",
    help="The cheapest way to this much sales, or contribution=AMOUNT.",
)
@solver_options
@jobs_option
@out_option("Save the new plan in this folder; with --lose one for each case.", metavar="PLAN")
@json_option
def whatif(
    plan: Path,
    settings: tuple[str, ...],
    other: Path | None,
    out: Path | None,
    *,
    as_json: bool,
    **asked: Any,
) -> Exit:
    """Solve a plan again after a change.

    Tells what changes: who moves, which quotas and money, and the contribution part by part. --lose
    tells what losing reps costs, --reach the cheapest way to a target. --workbook tells what was edited
    before it solves.
    """
    changes = bool(settings or other is not None)
    refuse_contradictions(changes, {**asked, "other": other})
    solver = solver_settings(
        **{key: asked[key] for key in ("time_limit", "gap", "seed", "threads")}
    )
    from allocopt.whatif import basis_of_plan

    basis = basis_of_plan(plan)
    edits = edits_in(basis, asked)
    if edits is not None:
        if asked["dry_run"] or not (edits or changes or asked["lose"] or asked["aim"]):
            return tell_edits(basis, edits, as_json=as_json)
        basis, changes = edited_basis(basis, edits, as_json=as_json), True
    scenario = changed_scenario(basis, other, (*settings, *solver))
    if asked["lose"] is not None:
        return answer_loss(basis, scenario, out, as_json=as_json, changes=changes, **asked)
    if asked["aim"] is not None:
        return answer_reach(basis, scenario, out, as_json=as_json, changes=changes, **asked)
    return answer_change(basis, scenario, out, as_json=as_json, edits=edits)


def refuse_contradictions(changes: bool, asked: dict[str, Any]) -> None:
    """Usage error for options that say nothing together."""
    if asked["lose"] is not None and asked["aim"] is not None:
        raise click.UsageError("Ask for one of --lose and --reach.")
    if asked["lose"] is None and (asked["territory"] is not None or asked["day"] is not None):
        raise click.UsageError("--in and --from say where and when --lose loses reps; give it too.")
    if asked["workbook"] is None:
        if asked["dry_run"] or asked["anyway"]:
            raise click.UsageError("--dry-run and --anyway are about --workbook; give it too.")
        if not changes and asked["lose"] is None and asked["aim"] is None:
            message = "Say what changes: --set, --scenario, --workbook, --lose or --reach."
            raise click.UsageError(message)
    elif asked["other"] is not None:
        raise click.UsageError("--workbook edits the plan's own scenario; --scenario is another.")


def edits_in(basis: Basis, asked: dict[str, Any]) -> Edits | None:
    """What was edited in the workbook; None where none is given."""
    if asked["workbook"] is None:
        return None
    from allocopt.documents.edits import read_edits

    assert basis.plan is not None  # noqa: S101 - the command was given a plan
    return read_edits(asked["workbook"], basis.plan, basis.scenario, anyway=asked["anyway"])


def edited(basis: Basis, edits: Edits) -> Scenario:
    """The plan's scenario with the edits; raises what is wrong with them together."""
    from allocopt.scenario import change_scenario

    return change_scenario(basis.scenario, edits.settings) if edits else basis.scenario


def edited_basis(basis: Basis, edits: Edits, *, as_json: bool) -> Basis:
    """The basis from which the rest is asked: the edits are told, then they hold."""
    from dataclasses import replace

    scenario = edited(basis, edits)
    if not as_json:
        show_edits(edits)
    return replace(basis, scenario=scenario, given=basis.forecast_for(scenario))


def tell_edits(basis: Basis, edits: Edits, *, as_json: bool) -> Exit:
    """What was edited, without a solve."""
    edited(basis, edits)
    if as_json:
        print_json({"edits": records(edits.table()), "solved": False})
    else:
        show_edits(edits)
        talk("Nothing was solved.")
    return Exit.DONE


def changed_scenario(basis: Basis, other: Path | None, settings: Sequence[str]) -> Scenario:
    """The plan's scenario, or another one, with settings over it."""
    if other is not None:
        return open_scenario(other, tuple(settings))
    from allocopt.config import parse_settings
    from allocopt.scenario import change_scenario

    given = parse_settings(settings)
    return change_scenario(basis.scenario, given) if given else basis.scenario


def answer_change(
    basis: Basis,
    scenario: Scenario,
    out: Path | None,
    *,
    as_json: bool,
    edits: Edits | None = None,
) -> Exit:
    """Solve the changed scenario and tell what differs."""
    refuse_foreign_folder(out)
    from allocopt.whatif.difference import difference_of

    with stoppable() as stop:
        after = solve_change(basis, scenario, stop)
    assert basis.plan is not None  # noqa: S101 - the command was given a plan
    difference = difference_of(basis.plan, after)
    folder = save(after, scenario, out)
    if as_json:
        told = {} if edits is None else {"edits": records(edits.table())}
        document = {**told, **difference_document(difference)}
        print_json({**document, "plan": after.summary, "folder": folder})
    else:
        show_difference(difference, basis.plan, after)
        tell_folder(folder)
    return exit_code(after, interrupted=stop.is_set())


def answer_loss(
    basis: Basis,
    scenario: Scenario,
    out: Path | None,
    *,
    as_json: bool,
    changes: bool,
    **asked: Any,
) -> Exit:
    """Tell what losing reps costs: the likeliest, the worst and on average."""
    import pandas as pd

    from allocopt.whatif.batch import Effort
    from allocopt.whatif.losses import Question, lose
    from allocopt.whatif.warm import WarmSolve

    for case in ("likeliest", "worst"):
        refuse_foreign_folder(None if out is None else out / case)
    day = pd.Timestamp(asked["day"]) if asked["day"] else scenario.calendar.plan_start
    question = Question(asked["lose"], asked["territory"] or "", day)
    basis = rebased(basis, scenario, changes=changes)
    with working("Solving", told=True) as tell:
        assert basis.plan is not None  # noqa: S101 - the command was given a plan
        effort = Effort(WarmSolve(basis.plan), asked["jobs"], tell)
        losses = lose(basis, question, effort)
    folders = {}
    for case, loss in (("likeliest", losses.likeliest), ("worst", losses.worst)):
        if out is not None and loss.plan is not None and loss.scenario is not None:
            folders[case] = save(loss.plan, loss.scenario, out / case)
    if as_json:
        print_json({**loss_document(losses, basis), "folders": folders})
    else:
        show_losses(losses, basis)
        for folder in folders.values():
            tell_folder(folder)
    return Exit.DONE


def answer_reach(
    basis: Basis,
    scenario: Scenario,
    out: Path | None,
    *,
    as_json: bool,
    changes: bool,
    **asked: Any,
) -> Exit:
    """Tell the cheapest way to a target, as a bridge from the forecast."""
    from allocopt.whatif.batch import Effort
    from allocopt.whatif.reach import Aim, reach
    from allocopt.whatif.warm import WarmSolve

    refuse_foreign_folder(out)
    basis = rebased(basis, scenario, changes=changes)
    with working("Solving", told=True) as tell:
        assert basis.plan is not None  # noqa: S101 - the command was given a plan
        effort = Effort(WarmSolve(basis.plan), asked["jobs"], tell)
        found = reach(basis, Aim(*asked["aim"]), effort)
    folder = save(found.plan, found.scenario, out)
    if as_json:
        told = {"reached": found.is_reached, "most": found.most, "notes": list(found.notes)}
        document = {
            "bridge": records(found.bridge),
            **told,
            **difference_document(found.difference),
        }
        print_json({**document, "plan": found.plan.summary, "folder": folder})
    else:
        show_bridge(found)
        tell_folder(folder)
    return Exit.DONE if found.is_reached else Exit.INFEASIBLE


def rebased(basis: Basis, scenario: Scenario, *, changes: bool) -> Basis:
    """What a loss or a target is asked of: the plan, or its re-solve where something changes as well."""
    from dataclasses import replace

    if not changes:
        return replace(basis, scenario=scenario)
    with stoppable() as stop:
        plan = solve_change(basis, scenario, stop)
    return replace(basis, scenario=scenario, plan=plan, given=basis.forecast_for(scenario))


def solve_change(basis: Basis, scenario: Scenario, stop: Event) -> Plan:
    """The plan of a changed scenario, with progress on the terminal."""
    from functools import partial

    from allocopt.whatif import solve_changed
    from allocopt.whatif.warm import plan_from

    assert basis.plan is not None  # noqa: S101 - the command was given a plan
    warm = partial(plan_from, basis.plan)

    def solve(scenario: Scenario, forecast: Forecast) -> Plan:
        return solve_scenario(scenario, stop, forecast, warm)

    return solve_changed(basis, scenario, solve)


def save(plan: Plan, scenario: Scenario, out: Path | None) -> str | None:
    """Save a plan where one is wanted; its folder."""
    if out is None:
        return None
    from allocopt.plan import save_plan

    folder = save_plan(plan, scenario, out)
    record(folder, reason="what-if", beside=True)
    return str(folder)


def tell_folder(folder: str | None) -> None:
    """Where the plan is."""
    if folder is None:
        talk("Not saved; --out PLAN saves it.")
    else:
        click.echo(f"saved  {folder}")
