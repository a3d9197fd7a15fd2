"""The command review: the room in which a plan is looked at, questioned and decided."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import webbrowser
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from allocopt.cli.console import talk
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.options import (
    LANGUAGES,
    NO_STORE,
    STORE_VARIABLE,
    USUAL_STORE,
    store_place,
)
from allocopt.cli.recording import USER_VARIABLE, user_name
from allocopt.errors import AllocoptError

if TYPE_CHECKING:
    from allocopt.review.access import Access
    from allocopt.review.access.settings import AccessSettings
    from allocopt.review.room import Room

# What the extra `web` brings.
WEB = ("starlette", "uvicorn", "python_multipart")
MISSING = "the review room needs an extra: python -m pip install 'allocopt[{extra}]'"
OPEN_TO_OTHERS = (
    "--host {host} lets other machines in: say with --access FILE how people are known there, by a "
    "proxy or a sign-in (docs/review.md); without that the room stays on this machine."
)
DESK_LOG = "desk.log"
# Exit codes of `solve` that come with a plan: whole, at its time limit, or interrupted.
WITH_PLAN = (Exit.DONE, Exit.TIME_LIMIT, Exit.INTERRUPTED)


@click.command(cls=Verb)
@click.argument("what", metavar="[DIR|STORE|ID]", required=False)
@click.option(
    "--store",
    "place",
    metavar="URL|FILE",
    help="Where versions are kept; else $ALLOCOPT_STORE, else plans/store.sqlite.",
)
@click.option(
    "--as",
    "user",
    metavar="NAME",
    help="Who opens the room; else $ALLOCOPT_USER, else the name of the login.",
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language; else the scenario's.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; else 8642, or a free one.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Solves at a time.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--read-only", is_flag=True, help="For presenting: nothing can be changed.")
@click.option(
    "--access",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Who comes in from other machines, and how they are known (docs/review.md).",
)
def review(what: str | None, place: str | None, user: str | None, **asked: Any) -> None:
    """Open the review room in the browser.

    On a plan, on a scenario, which is solved first, or on stored versions: a file, a URL, or an ID such
    as regional/3; without any, on what was published or stored last. Ctrl-C ends it.
    """
    stay_small()
    _need_the_extra()
    from allocopt.review.application import application
    from allocopt.review.desk import Bounds, Desk
    from allocopt.review.opening import alone_in
    from allocopt.review.server import address_of, bind, serve
    from allocopt.review.warming import warm

    name = user_name(user)
    settings = _access_settings(asked["host"], asked["access"])
    room = _room(what, place, name, asked["language"] or "")
    access = replace(_access(room.folder, settings), is_read_only=asked["read_only"])
    with alone_in(room.folder):
        listening = bind(asked["host"], asked["port"])
        address = access.address or address_of(listening)
        if access.hands_out_links:
            address += access.link(name, is_host=True)
        desk = Desk(room.folder / DESK_LOG, Bounds(jobs=asked["jobs"]))
        desk.open(room.folder_of(room.start))
        opens = not asked["no_browser"]
        Thread(target=warm, args=(room, name), daemon=True).start()
        serve(application(room, access, desk), listening, lambda: _tell(address, opens=opens))
    talk("The room is closed.")


def stay_small() -> None:
    """Keep 35 MB out of the process: pandas takes pyarrow in where it is, and no page needs it."""
    if "pandas" not in sys.modules:
        sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]


def _need_the_extra() -> None:
    """Raises: AllocoptError where the libraries of the web page are not installed."""
    for library in WEB:
        if find_spec(library) is None:
            raise AllocoptError(MISSING.format(extra="web"))


def _access_settings(host: str, file: Path | None) -> AccessSettings | None:
    """The settings of who comes in from other machines.

    Raises: click.UsageError for an address that lets others in without them.
    """
    from allocopt.review.access.hosts import LOOPBACK

    if file is not None:
        from allocopt.review.access.settings import read_access

        return read_access(file)
    if host not in LOOPBACK:
        raise click.UsageError(OPEN_TO_OTHERS.format(host=host))
    return None


def _access(folder: Path, settings: AccessSettings | None) -> Access:
    from allocopt.review.access import Access

    if settings is None:
        return Access.by_link(folder)
    if settings.oidc is not None and find_spec("jwt") is None:
        raise AllocoptError(MISSING.format(extra="oidc"))
    return Access.by_settings(folder, settings)


def _tell(address: str, *, opens: bool) -> None:
    """Say where the room is, once it is there."""
    click.echo(address)
    talk("Ctrl-C ends the room; what was asked and answered is kept.")
    if "token=" in address:
        talk("The link lets one browser in, once.")
    if opens:
        _show(address)


def _room(what: str | None, place: str | None, name: str, language: str) -> Room:
    """The room on what was asked for."""
    from allocopt.review.opening import (
        Subject,
        open_room,
        subject_of,
        version_to_open,
        working_folder,
    )
    from allocopt.store import open_store, save_version

    subject = None if what is None else subject_of(what)
    if what is not None and subject is None:
        raise click.UsageError(f"'{what}' holds neither a plan nor a scenario.")
    if subject is Subject.STORE and place is not None:
        raise click.UsageError(f"'{what}' is a store, and --store names another one.")
    named = what if what is not None and subject is Subject.STORE else store_place(place)
    folder = working_folder(str(USUAL_STORE) if named == NO_STORE else named, USUAL_STORE.parent)
    if named == NO_STORE:
        named = str(folder / USUAL_STORE.name)
    makes = subject in (Subject.PLAN, Subject.SCENARIO)
    store = open_store(named, create=makes)
    if what is None or subject is Subject.STORE:
        return open_room(store, version_to_open(store).id, folder, language)
    if subject is Subject.VERSION:
        return open_room(store, what, folder, language)
    plan = _solved(Path(what), name) if subject is Subject.SCENARIO else Path(what)
    saved = save_version(store, plan, author=name, reason="opened for review", anyway=True)
    talk(f"stored {'as' if saved.is_new else 'already as'} {saved.version.id}")
    return open_room(store, saved.version.id, folder, language)


def _solved(scenario: Path, name: str) -> Path:
    """The folder of the plan of a scenario.

    It is solved by a process of its own, so that the one that serves pages stays small.
    """
    command = [sys.executable, "-m", "allocopt", "solve", str(scenario), "--json"]
    environment = {**os.environ, STORE_VARIABLE: NO_STORE, USER_VARIABLE: name}
    done = subprocess.run(  # noqa: S603 - our own program
        command, stdout=subprocess.PIPE, check=False, env=environment, encoding="utf-8"
    )
    if done.returncode not in WITH_PLAN:
        raise click.exceptions.Exit(done.returncode)
    return Path(json.loads(done.stdout)["folder"])


def _show(address: str) -> None:
    """Open the browser; without a screen there is none but those that would take the terminal."""
    has_screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if sys.platform in ("win32", "darwin") or has_screen:
        webbrowser.open(address)
