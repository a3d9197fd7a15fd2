"""Commands about scenarios: init, check, schema."""

from __future__ import annotations

from pathlib import Path

import click

from allocopt.cli.console import show, talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.findings import as_document, report_lines
from allocopt.cli.options import (
    json_option,
    judge_config,
    known_example,
    language_option,
    scenario_argument,
    settings_option,
)
from allocopt.cli.output import print_json
from allocopt.errors import ConfigError


@click.command(cls=Verb)
@scenario_argument
@settings_option
@json_option
def check(scenario: Path, settings: tuple[str, ...], *, as_json: bool) -> Exit:
    """List all problems and all that is assumed."""
    try:
        judge_config(scenario, settings)
    except ConfigError as error:
        findings = error.findings
    else:
        from allocopt.scenario import check_scenario

        with working("Checking"):
            findings = check_scenario(scenario, settings).findings
    document = as_document(findings)
    if as_json:
        print_json(document)
    else:
        for line in report_lines(findings):
            show(line)
        mended = f"next: allocopt solve {scenario}"
        talk("Mend the problems and check again." if document["problems"] else mended)
    return Exit.INPUT if document["problems"] else Exit.DONE


@click.command(cls=Verb)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--example", metavar="NAME", help="Copy a shipped scenario, such as regional.")
@click.option("--workbook", is_flag=True, help="One blank workbook instead of CSV tables.")
@language_option
def init(folder: Path, example: str | None, language: str | None, *, workbook: bool) -> None:
    """Make a scenario to edit.

    A working example, blank tables or one blank workbook.
    """
    from allocopt.starter import copy_example, write_blank, write_workbook

    if example is not None and workbook:
        raise click.UsageError("--example and --workbook cannot go together.")
    if example is not None:
        known_example(example, "--example")
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise click.UsageError(f"{folder} is there already and not empty; nothing was written.")
    if example is not None:
        written = copy_example(example, folder)
    elif workbook:
        written = write_workbook(folder, language or "en")
    else:
        written = write_blank(folder, language or "en")
    click.echo(str(written))
    talk(f"next: edit it, then allocopt check {written}")


@click.command(cls=Verb)
def schema() -> None:
    """Print the JSON Schema of scenario.yaml."""
    from allocopt.config import schema as schema_of_config

    print_json(schema_of_config())
