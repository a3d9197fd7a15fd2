"""The commands about templates: list, copy, check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.findings import as_document, report_lines
from allocopt.cli.group import InOrder
from allocopt.cli.options import json_option
from allocopt.cli.output import print_json, table_lines

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(cls=InOrder)
def templates() -> None:
    """Make documents look like your company's: see, copy and check templates."""


@templates.command("list", cls=Verb)
@click.option("--templates", "folder", metavar="DIR", type=Folder, help="A company's folder.")
@json_option
def list_templates(folder: Path | None, *, as_json: bool) -> None:
    """Show what can be replaced, and where each file comes from."""
    from allocopt.documents.templates.copies import template_entries

    entries = template_entries(folder)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    rows = [(entry.name, entry.origin or "–", entry.purpose) for entry in entries]
    for line in table_lines(("file", "from", "what it draws"), rows):
        show(line)


@templates.command("copy", cls=Verb)
@click.argument("names", metavar="FILE…", nargs=-1, required=True)
@click.option(
    "--into",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The company's folder; made when it is not there.",
)
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def copy(names: tuple[str, ...], folder: Path, *, force: bool) -> None:
    """Copy files into a company's folder, to be edited there.

    Names are those of `allocopt templates list`.
    """
    from allocopt.documents.templates.copies import copy_templates

    for path in copy_templates(names, folder, force=force):
        click.echo(str(path))
    talk(
        f"Edit {'it' if len(names) == 1 else 'them'}, keep only what you change, and try: "
        f"allocopt templates check {folder}; then allocopt render PLAN --templates {folder}"
    )


@templates.command("check", cls=Verb)
@click.argument("folder", metavar="DIR", type=Folder)
@json_option
def check(folder: Path, *, as_json: bool) -> Exit:
    """Try a company's folder: its templates on a made-up document, its texts against ours."""
    from allocopt.documents.templates.check import check_folder
    from allocopt.errors import problems

    with working("Checking"):
        findings = check_folder(folder)
    if as_json:
        print_json(as_document(findings))
    else:
        for line in report_lines(findings):
            show(line)
    return Exit.INPUT if problems(findings) else Exit.DONE
