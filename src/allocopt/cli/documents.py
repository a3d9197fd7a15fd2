"""The command render."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import talk, working
from allocopt.cli.contingency import usual_pack
from allocopt.cli.failures import Verb
from allocopt.cli.options import PlanFolder, out_option, plan_argument

if TYPE_CHECKING:
    from allocopt.documents import Material, Order, Request, Solved, Subject

# Named here so that --help needs no library; a test compares them with what there is.
KINDS = (
    *("annual", "long_term", "territory", "account", "rep", "review", "rollout"),
    *("contingency", "options", "closing"),
)
FORMS = ("html", "pdf", "xlsx", "docx", "pptx", "md", "csv", "eml", "fragment")
READERS = ("analyst", "manager", "finance", "marketing", "viewer", "rep")


class SubjectType(click.ParamType["Subject"]):
    """`territory=East`, `account=Acme`, `rep=Ann` or `company`."""

    name = "scope"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Subject:
        """The subject, or a usage error."""
        from allocopt.documents import parse_subject

        try:
            return parse_subject(str(value))
        except ValueError as error:
            return self.fail(f"'{value}': {error}", param, ctx)


@click.command(cls=Verb)
@plan_argument
@click.option(
    "--document",
    "kind",
    type=click.Choice(KINDS),
    default="annual",
    show_default=True,
    help="Kind of document.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="html",
    show_default=True,
    help="File format.",
)
@click.option(
    "--language",
    metavar="LANGUAGE",
    help="zh-CN, en, or another that has texts; else the scenario's.",
)
@click.option(
    "--scope",
    "subject",
    type=SubjectType(),
    metavar="KIND=NAME",
    help="What it is about, such as territory=East, account=Acme or rep=Ann.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="One for each territory, account or rep; out is a folder.",
)
@click.option(
    "--role",
    "reader",
    type=click.Choice(READERS),
    help="Who reads it: what visibility keeps from that role is left out; else the kind's usual reader.",
)
@click.option(
    "--before",
    type=PlanFolder(),
    metavar="PLAN",
    help="The version before, to say what changed; else the stored one that the plan was made from.",
)
@click.option(
    "--beside",
    type=PlanFolder(),
    multiple=True,
    metavar="PLAN",
    help="Another plan to put beside it (options). Repeatable.",
)
@click.option(
    "--pack",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The pack that `allocopt contingency` wrote; else PLAN-contingency beside the plan.",
)
@click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="A company's own templates, which come before ours.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Documents written at a time with --all; else one per processor where that saves time.",
)
@out_option("File to write, a folder with --all; else in the plan's folder.")
def render(plan: Path, out: Path | None, **asked: Any) -> None:
    """Write a document of a plan.

    A page, a PDF, or an office file to read, send, present or compute with.
    """
    _refuse_contradictions(asked)
    material = _material(plan, asked)
    requests = _requests(material, asked)
    if not asked["everything"]:
        _write_one(material, requests[0], asked["form"], out, plan)
        return
    _write_all(material, _orders(requests, asked["form"], out or plan / "documents"), asked["jobs"])


def _refuse_contradictions(asked: dict[str, Any]) -> None:
    """Usage error for options that say nothing together."""
    if asked["everything"] and asked["subject"] is not None:
        raise click.UsageError("--all writes one for each; --scope names a single one.")
    if asked["beside"] and asked["kind"] != "options":
        raise click.UsageError("--beside names plans for --document options.")
    if asked["pack"] is not None and asked["kind"] != "contingency":
        raise click.UsageError("--pack names alternatives for --document contingency.")
    if asked["jobs"] is not None and not asked["everything"]:
        raise click.UsageError("--jobs says how many are written at a time with --all.")


def _material(plan: Path, asked: dict[str, Any]) -> Material:
    """The plan with what its kind of document puts beside it."""
    from allocopt.documents import Material
    from allocopt.documents.pack_folder import with_pack

    before = asked["before"] or _parent_of(plan)
    material = Material(
        _solved(plan),
        None if before is None else _solved(before),
        tuple(_solved(folder) for folder in asked["beside"]),
    )
    if asked["kind"] != "contingency":
        return material
    return with_pack(material, asked["pack"] or usual_pack(plan))


def _solved(folder: Path) -> Solved:
    from allocopt.documents import Solved
    from allocopt.plan import load_plan, load_plan_scenario

    return Solved(load_plan(folder), load_plan_scenario(folder), folder.resolve().name)


def _parent_of(plan: Path) -> Path | None:
    """The stored version that a plan was made from; None where there is none to be found."""
    from allocopt.plan import load_plan

    parent = load_plan(plan).summary.get("parent")
    if not parent:
        return None
    try:
        return PlanFolder().convert(str(parent), None, None)
    except click.BadParameter:
        return None


def _requests(material: Material, asked: dict[str, Any]) -> list[Request]:
    """What is asked for: one document, or one for each subject of its kind."""
    from allocopt.documents import Request, subjects_for
    from allocopt.documents.facts.subject import COMPANY

    scenario = material.solved.scenario
    same = {name: asked[name] for name in ("kind", "reader", "templates")}
    same["language"] = asked["language"] or scenario.config.scenario.language
    subjects: Sequence[Subject] = (asked["subject"] or COMPANY,)
    if asked["everything"]:
        subjects = subjects_for(asked["kind"], material.solved)
    return [Request(**same, subject=subject) for subject in subjects]


def _write_one(
    material: Material, request: Request, form: str, out: Path | None, plan: Path
) -> None:
    from allocopt.documents import rendering_of, usual_path, write_rendering

    target = out or usual_path(plan, request, form)
    with working("Writing"):
        written = write_rendering(rendering_of(material, request), target, form)
    click.echo(str(written))


def _orders(requests: Sequence[Request], form: str, folder: Path) -> list[Order]:
    from allocopt.documents import Order
    from allocopt.documents.file_names import file_names

    names = file_names(requests, form)
    return [
        Order(request, form, folder / name) for request, name in zip(requests, names, strict=True)
    ]


def _write_all(material: Material, orders: Sequence[Order], jobs: int | None) -> None:
    from allocopt.documents import render_all

    with working("Writing", told=True) as progress:
        written = render_all(material, orders, progress, jobs)
    for path in written:
        click.echo(str(path))
    where = f" in {orders[0].path.parent}" if orders else ""
    talk(f"{len(written)} {'document' if len(written) == 1 else 'documents'} written{where}.")
