"""How a command ends: the exit codes, and every error in words or as JSON.

0 done · 1 error in data or configuration, or no plan in time · 2 usage · 3 infeasible
4 stopped at the time limit with a usable plan · 130 interrupted
"""

from __future__ import annotations

import errno
import os
import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Any

import click

from allocopt.cli.console import talk
from allocopt.cli.findings import as_document, report_lines
from allocopt.cli.output import print_json
from allocopt.errors import AllocoptError, Infeasible, InputError, WayOut

# Names that an infeasibility report lists before it only counts.
MOST_NAMES = 12
# `.plan.k3j_x8ab`: what is written beside `plan` and moved over it when it is whole.
_UNFINISHED = re.compile(r"^\.(.+)\.[a-z0-9_]{8}$")
_REFUSED = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
)


class Exit(IntEnum):
    """Exit codes of the contract."""

    DONE = 0
    INPUT = 1
    USAGE = 2
    INFEASIBLE = 3
    TIME_LIMIT = 4
    INTERRUPTED = 130


class Verb(click.Command):
    """A command that gives back its exit code and tells a user's mistake in words.

    With `--json` what went wrong goes to stdout as JSON.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        ctx.exit(self._exit_code(ctx, as_json=bool(ctx.params.get("as_json"))))

    def _exit_code(self, ctx: click.Context, *, as_json: bool) -> Exit:
        try:
            return super().invoke(ctx) or Exit.DONE
        except InputError as error:
            tell_input_error(error, can_check="scenario" in ctx.params, as_json=as_json)
        except Infeasible as error:
            tell_infeasible(error, as_json=as_json)
            return Exit.INFEASIBLE
        except AllocoptError as error:
            tell_error(str(error), as_json=as_json)
        except KeyboardInterrupt as error:
            talk(str(error) or "Interrupted.")
            return Exit.INTERRUPTED
        except BrokenPipeError:
            return close_stdout()
        except OSError as error:
            tell_error(file_trouble(error, may_choose="out" in ctx.params), as_json=as_json)
        return Exit.INPUT


def close_stdout() -> Exit:
    """The reader went away (`… | head`): nothing more is written, and Python does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def file_trouble(error: OSError, *, may_choose: bool) -> str:
    """What the disk refuses, by the name of the file that was meant and not the one written first."""
    if error.filename is None:
        return str(error)
    meant = Path(*(_UNFINISHED.sub(r"\1", part) for part in Path(error.filename).parts))
    hint = "; choose another --out" if may_choose and error.errno in _REFUSED else ""
    return f"{meant}: {error.strerror or error}{hint}"


def tell_input_error(error: InputError, *, can_check: bool, as_json: bool) -> None:
    """All problems of the tables and the configuration.

    `can_check`: the command was given a scenario, and `allocopt check` lists them as well.
    """
    if as_json:
        print_json(as_document(error.findings))
        return
    for line in report_lines(error.findings):
        talk(line)
    if all(finding.file.startswith("--set") for finding in error.findings):
        talk("Correct the option and run the same command again.")
    elif can_check:
        talk("Mend these and run the same command again; `allocopt check` lists them at any time.")


def tell_infeasible(error: Infeasible, *, as_json: bool) -> None:
    """The rules that clash, and the cheapest way out."""
    if as_json:
        print_json(infeasible_document(error))
        return
    for line in infeasible_lines(error):
        talk(line)


def infeasible_document(error: Infeasible) -> dict[str, Any]:
    """The conflict for `--json`; `relaxation` is None where no way out was found."""
    way_out = error.way_out
    return {
        "status": "infeasible",
        "summary": error.summary,
        "proven": error.proven,
        "conflicts": [asdict(conflict) for conflict in error.conflicts],
        "priced_rules": list(error.priced),
        "relaxation": None if way_out is None else relaxation_document(way_out),
    }


def relaxation_document(way_out: WayOut) -> dict[str, Any]:
    """The way out: its steps, their price and a price that no way out undercuts, and all settings."""
    steps = []
    for step in way_out.steps:
        fields = asdict(step)
        ends = {"from": fields.pop("before"), "to": fields.pop("after")}
        steps.append({**fields, **ends})
    return {
        "price": way_out.price,
        "least": way_out.least,
        "settings": list(way_out.settings),
        "steps": steps,
    }


def infeasible_lines(error: Infeasible) -> list[str]:
    """The conflict as people read it: each rule in its sentence, then what it binds here."""
    lines = ["No plan can keep all hard rules.", error.summary, ""]
    if error.conflicts:
        lines.append("Rules in conflict" + ("" if error.proven else " (not proven minimal)") + ":")
    for conflict in error.conflicts:
        lines.append(f"  - {conflict.sentence} [{conflict.rule}, {conflict.kind}]")
        if conflict.items:
            lines.append(f"      {shortened(conflict.items)}")
        if conflict.detail:
            lines.append(f"      {conflict.detail}")
        if conflict.softer:
            lines.append(f"      softer: {conflict.softer}")
    if error.priced:
        rules = ", ".join(error.priced)
        lines += ["", f"Priced rules give way by themselves and do not clash: {rules}."]
    if error.way_out is None or not error.way_out.steps:
        return [*lines, "", "Relax one of them (scenario.yaml or --set) and solve again."]
    return [*lines, "", *way_out_lines(error.way_out)]


def way_out_lines(way_out: WayOut) -> list[str]:
    """The steps of the cheapest way out with their prices, and the options that take them."""
    close = way_out.least >= 0.999 * way_out.price
    least = "" if close else f" (none costs less than {way_out.least:,.0f})"
    lines = [f"Cheapest way out, at a price of {way_out.price:,.0f}{least}:"]
    for step in way_out.steps:
        lines.append(f"  - {shortened(step.items)}: {_limit(step.before)} → {_limit(step.after)}")
        amount = f"{step.amount:,.6g} {step.unit}"
        lines.append(f"      {amount} at {step.price:,.0f} ({step.priced_by}) [{step.rule}]")
    shown = [f"--set {shlex.quote(text)}" for text in way_out.settings[:MOST_NAMES]]
    more = len(way_out.settings) - len(shown)
    lines += ["Solve again with", *(f"  {text}" for text in shown)]
    return [*lines, f"  and {more} more, which --json lists"] if more > 0 else lines


def _limit(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.6g}"


def shortened(names: Sequence[str]) -> str:
    """The first names, and how many more there are; `--json` has all of them."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def tell_error(text: str, *, as_json: bool) -> None:
    """An error that is one sentence."""
    if as_json:
        # What went wrong may be stdout itself, such as a full disk behind it.
        with suppress(OSError):
            print_json({"status": "error", "message": text})
            return
    talk(f"Error: {text}")
