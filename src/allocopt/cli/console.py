"""Two streams: data on stdout, talk and progress on stderr."""

from __future__ import annotations

import io
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[float, str], None]  # share that is done, and what is being done


def prepare_streams() -> None:
    """UTF-8 whatever the locale; what a terminal cannot show is replaced and never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def talk(text: str = "") -> None:
    """A line for people."""
    show(text, err=True)


def show(text: str = "", *, err: bool = False) -> None:
    """Text for people on stdout, or on stderr; names from tables cannot command the terminal."""
    click.echo("".join("�" if _commands(letter) else letter for letter in text), err=err)


def _commands(letter: str) -> bool:
    """Control characters, and those that turn the direction of writing."""
    kind = unicodedata.category(letter)
    return (kind == "Cc" and letter not in "\n\t") or "\u202a" <= letter <= "\u202e"


@contextmanager
def working(what: str, *, told: bool = False) -> Iterator[Progress]:
    """Show on a terminal what is being done, and the last progress note.

    Elsewhere there is one line at the start when it is `told`, else silence.
    """
    if not sys.stderr.isatty():
        if told:
            talk(f"{what} …")
        yield _silent
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(f"{what} …")) as status:
        yield lambda share, note: status.update(Text(f"{what} … {share:.0%} {note}"))


def _silent(_share: float, _note: str) -> None:
    """No progress."""
