"""The commands `plans`: versions of plans, their states, and what people decide about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from allocopt.cli.console import show, talk
from allocopt.cli.failures import Exit, Verb
from allocopt.cli.group import InOrder
from allocopt.cli.options import (
    NO_STORE,
    STORE_VARIABLE,
    PlanFolder,
    csv_option,
    json_option,
    store_place,
)
from allocopt.cli.output import print_frame, print_json, records, table_lines
from allocopt.cli.recording import user_name
from allocopt.cli.versions import (
    LISTED,
    action_lines,
    listed_version,
    moment,
    record_document,
    record_lines,
    version_document,
)

if TYPE_CHECKING:
    from allocopt.store import State, Store

Command = TypeVar("Command", bound=Callable[..., Any])
SIGNING_ROLES = ("analyst", "manager", "finance", "marketing")

store_option = click.option(
    "--store",
    "place",
    metavar="URL|FILE",
    help="Where versions are kept; else $ALLOCOPT_STORE, else plans/store.sqlite.",
)
id_argument = click.argument("name", metavar="ID")


def acting(command: Command) -> Command:
    """The store, and who does it."""
    named = click.option(
        "--as",
        "user",
        metavar="NAME",
        help="Who does it; else $ALLOCOPT_USER, else the name of the login.",
    )
    return store_option(named(command))


def reason_option(*, required: bool = False) -> Callable[[Command], Command]:
    """`--reason`, kept with what is done."""
    if required:
        return click.option("--reason", metavar="TEXT", required=True, help="Why.")
    return click.option("--reason", metavar="TEXT", default="", help="Why.")


@click.group(cls=InOrder)
def plans() -> None:
    """Stored versions of plans.

    Saving, sign-off, approval and publishing, decisions and actions. ID is SCENARIO/NUMBER, such as
    regional/3, or a plan's id; every command that takes a PLAN takes it too.
    """


@plans.command("list", cls=Verb)
@click.option("--scenario", "scenario_name", metavar="NAME", help="Only versions of this scenario.")
@store_option
@csv_option
@json_option
def list_(scenario_name: str | None, place: str | None, *, as_csv: bool, as_json: bool) -> None:
    """List the versions with their states."""
    import pandas as pd

    from allocopt.store import list_versions

    listed = list_versions(opened(place), scenario_name)
    rows = [listed_version(version, state) for version, state in listed]
    if as_json:
        print_json(rows)
        return
    frame = pd.DataFrame(rows, columns=list(LISTED))
    if not as_csv:
        frame["saved_at"] = [moment(row["saved_at"]) for row in rows]
    print_frame(frame, as_csv=as_csv)


@plans.command("show", cls=Verb)
@id_argument
@store_option
@json_option
def show_(name: str, place: str | None, *, as_json: bool) -> None:
    """Tell all about a version.

    Its state and history, sign-offs that are missing, open actions and what it follows.
    """
    from allocopt.store import record_of

    record = record_of(opened(place), name)
    if as_json:
        print_json(record_document(record))
        return
    for line in record_lines(record):
        show(line)


@plans.command("trend", cls=Verb)
@id_argument
@store_option
@csv_option
@json_option
def trend_(name: str, place: str | None, *, as_csv: bool, as_json: bool) -> None:
    """Tell how a version and those before it saw the year.

    Landing, attainment and how well the forecast held, version by version.
    """
    from tempfile import TemporaryDirectory

    from allocopt.plan import load_plan
    from allocopt.replanning.performance import trend
    from allocopt.store import load_version, record_of

    store = opened(place)
    record = record_of(store, name)
    names = [version.id for version in (*reversed(record.lineage), record.version)]
    with TemporaryDirectory() as folder:
        each = [
            load_plan(load_version(store, version, Path(folder) / f"{number}"))
            for number, version in enumerate(names)
        ]
    table = trend(each)
    table.insert(0, "version", names)
    if as_json:
        print_json(records(table))
    else:
        print_frame(table, as_csv=as_csv)


@plans.command(cls=Verb)
@click.argument("folder", metavar="FOLDER", type=PlanFolder(stored=False))
@reason_option(required=True)
@click.option("--onto", metavar="ID", help="The version that this plan is meant to follow.")
@click.option(
    "--anyway", is_flag=True, help="Keep it beside what others have saved in the meantime."
)
@acting
@json_option
def save(
    folder: Path,
    reason: str,
    place: str | None,
    user: str | None,
    *,
    as_json: bool,
    **following: Any,
) -> None:
    """Store a plan folder as the next version of its scenario.

    Refused when somebody else has saved since the version that it follows.
    """
    from allocopt.store import save_version

    saved = save_version(
        opened(place, create=True),
        folder,
        author=user_name(user),
        reason=reason,
        expected_parent=following["onto"],
        anyway=following["anyway"],
    )
    if as_json:
        print_json({**version_document(saved.version), "new": saved.is_new})
        return
    show(saved.version.id)
    if not saved.is_new:
        talk(f"The same plan is stored already: {saved.version}. Nothing was added.")
        return
    talk(f"next: allocopt plans submit {saved.version.id}")


@plans.command(cls=Verb)
@id_argument
@reason_option()
@acting
def submit(name: str, reason: str, place: str | None, user: str | None) -> None:
    """Hand a version in for approval."""
    show(f"{name}: {make_move(place, name, 'submit', user, reason)}")


@plans.command("sign-off", cls=Verb)
@id_argument
@click.option("--territory", metavar="NODE", help="Only the signature for this node of the tree.")
@click.option(
    "--role", type=click.Choice(SIGNING_ROLES), help="Only the signature of this function."
)
@reason_option()
@acting
def sign_off_(
    name: str,
    territory: str | None,
    role: str | None,
    reason: str,
    place: str | None,
    user: str | None,
) -> None:
    """Sign a submitted version.

    All that you may sign, or the part of a territory or a function.
    """
    from allocopt.store import record_of, sign_off

    store = opened(place)
    given = sign_off(store, name, user=user_name(user), territory=territory, role=role, text=reason)
    for one in given:
        show(f"signed off: {one}")
    missing = record_of(store, name).missing
    talk(f"still to sign: {'; '.join(map(str, missing))}" if missing else "All have signed.")


@plans.command(cls=Verb)
@id_argument
@reason_option()
@acting
def approve(name: str, reason: str, place: str | None, user: str | None) -> None:
    """Approve a submitted version that all have signed."""
    from allocopt.store import approve as approve_version
    from allocopt.store import record_of

    store = opened(place)
    state = approve_version(store, name, user=user_name(user), text=reason)
    show(f"{name}: {state}")
    if record_of(store, name).rules_of is None:
        talk("No rules are given (`approval`): anybody may do everything, with own plans too.")
    talk(f"next: allocopt plans publish {name}")


@plans.command("return", cls=Verb)
@id_argument
@reason_option(required=True)
@acting
def return_(name: str, reason: str, place: str | None, user: str | None) -> None:
    """Give a version back to its author."""
    show(f"{name}: {make_move(place, name, 'return', user, reason)}")


@plans.command(cls=Verb)
@id_argument
@reason_option()
@acting
def publish(name: str, reason: str, place: str | None, user: str | None) -> None:
    """Put an approved version in force.

    It supersedes the one of the same scenario that was published before.
    """
    from allocopt.store import publish as publish_version

    store = opened(place)
    before = publish_version(store, name, user=user_name(user), text=reason)
    show(f"{name}: published")
    if before is not None:
        talk(f"{before.id} is superseded.")


@plans.command(cls=Verb)
@id_argument
@click.argument("text")
@acting
def comment(name: str, text: str, place: str | None, user: str | None) -> None:
    """Keep a remark with a version."""
    make_move(place, name, "comment", user, text)
    talk("kept")


@plans.command(cls=Verb)
@id_argument
@click.argument("text")
@acting
def decide(name: str, text: str, place: str | None, user: str | None) -> None:
    """Keep a decision with a version."""
    make_move(place, name, "decide", user, text)
    talk("kept")


@plans.command(cls=Verb)
@id_argument
@click.argument("what", default="")
@click.option("--action", "key", metavar="KEY", help="Change this action, such as regional/3#1.")
@click.option("--who", metavar="NAME", help="Who does it.")
@click.option("--by", "due", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day.")
@click.option("--status", metavar="TEXT", help="How it stands: open, done …")
@acting
@json_option
def act(
    name: str,
    what: str,
    key: str | None,
    place: str | None,
    user: str | None,
    *,
    as_json: bool,
    **told: Any,
) -> None:
    """Keep an action with a version, or tell how one stands.

    WHAT is to be done, for a new one; --action names one that is there.
    """
    changes = action_changes(what, **told)
    if bool(what) == bool(key) or not changes:
        raise click.UsageError("Say WHAT is to be done, or which --action changes and how.")
    from allocopt.store import Action, tell_action
    from allocopt.store import act as keep_action

    store, who = opened(place), user_name(user)
    if key:
        action = tell_action(store, name, key, user=who, changes=changes)
    else:
        action = keep_action(store, name, user=who, action=Action(key="", **changes))
    if as_json:
        print_json(asdict(action))
        return
    show("\n".join(action_lines([action])))


@plans.command(cls=Verb)
@id_argument
@reason_option(required=True)
@acting
@json_option
def restore(name: str, reason: str, place: str | None, user: str | None, *, as_json: bool) -> None:
    """Make an old version the latest one again.

    As a new version with its content, which follows the one that was the latest.
    """
    from allocopt.store import restore_version

    store = opened(place)
    version = restore_version(store, name, author=user_name(user), reason=reason)
    if as_json:
        print_json(version_document(version))
        return
    show(version.id)


@plans.command(cls=Verb)
@id_argument
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="New folder for the plan.",
)
@store_option
def get(name: str, out: Path, place: str | None) -> None:
    """Write the plan folder of a version."""
    from allocopt.store import load_version

    try:
        folder = load_version(opened(place), name, out)
    except FileExistsError as error:
        raise click.UsageError(str(error)) from None
    click.echo(str(folder))


@plans.command(cls=Verb)
@store_option
@json_option
def verify(place: str | None, *, as_json: bool) -> Exit:
    """Recompute all hashes of the store.

    Names the first thing that is not as it was stored.
    """
    from allocopt.store import verify as verify_store

    verdict = verify_store(opened(place))
    if as_json:
        print_json({**asdict(verdict), "status": "broken" if verdict.broken else "whole"})
    else:
        counts = (
            f"{verdict.versions} versions, {verdict.events} events, {verdict.contents} contents"
        )
        show(f"broken: {verdict.broken}" if verdict.broken else f"whole: {counts}")
        for line in table_lines(["chain", "ends with"], list(map(list, verdict.heads.items()))):
            show(line)
    return Exit.INPUT if verdict.broken else Exit.DONE


def opened(place: str | None, *, create: bool = False) -> Store:
    """The store that an option or the environment names.

    Raises: click.UsageError where the environment says that there is none.
    """
    from allocopt.store import open_store

    named = store_place(place)
    if named == NO_STORE:
        raise click.UsageError(f"{STORE_VARIABLE} is {NO_STORE}: name a store with --store.")
    return open_store(named, create=create)


def make_move(place: str | None, name: str, move: str, user: str | None, text: str) -> State:
    """Make a move that needs nothing but words; the state that follows."""
    from allocopt.store import Move
    from allocopt.store import make_move as move_version

    store = opened(place)
    return move_version(store, name, Move(move), user=user_name(user), text=text)


def action_changes(what: str, **told: Any) -> dict[str, str]:
    """What is said about an action, by the names of its fields."""
    due: dt.datetime | None = told["due"]
    said = {
        "what": what,
        "owner": told["who"],
        "due": due.date().isoformat() if due else None,
        "status": told["status"],
    }
    return {field: text for field, text in said.items() if text}
