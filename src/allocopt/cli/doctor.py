"""The command doctor."""

from __future__ import annotations

from dataclasses import asdict

import click

from allocopt.cli.console import talk, working
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.options import json_option
from allocopt.cli.output import print_json, table_lines


@click.command(cls=Verb)
@json_option
def doctor(*, as_json: bool) -> Exit:
    """Show what is installed and what is missing."""
    from allocopt.installation import State, inspect_installation

    with working("Looking"):
        parts = inspect_installation()
    faults = [part for part in parts if part.state is State.FAULT]
    if as_json:
        print_json([asdict(part) for part in parts])
    else:
        rows = [(part.name, part.state.value, part.detail) for part in parts]
        for line in table_lines(("part", "state", "detail"), rows):
            click.echo(line)
        for part in parts:
            if part.mend:
                talk(f"{part.name}: {part.mend}")
    return Exit.INPUT if faults else Exit.DONE
