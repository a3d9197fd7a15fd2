"""Recording: what a command has saved in a folder becomes a stored version as well."""

from __future__ import annotations

import os
from pathlib import Path

import click

from allocopt.cli.console import talk
from allocopt.cli.failures import file_trouble
from allocopt.cli.options import NO_STORE, store_place
from allocopt.errors import AllocoptError

USER_VARIABLE = "ALLOCOPT_USER"


def record(
    folder: Path,
    *,
    reason: str,
    store: str | None = None,
    user: str | None = None,
    beside: bool = False,
) -> str | None:
    """Store a plan that was just saved in `folder`, and say so; the id of its version.

    `beside` puts it beside what others have saved since the plan that it was made from, as a trial is.
    Where the store is "off" nothing is stored. A store that refuses or fails is a warning and gives None:
    the plan is in its folder.
    """
    if store_place(store) == NO_STORE:
        return None
    from allocopt.store import open_store, save_version

    try:
        saved = save_version(
            open_store(store_place(store)),
            folder,
            author=user_name(user),
            reason=reason,
            anyway=beside,
        )
    except AllocoptError as error:
        why = str(error)
    except OSError as error:
        why = file_trouble(error, may_choose=False)
    else:
        stands = "stored as" if saved.is_new else "stored already as"
        talk(f"{stands} {saved.version.id}")
        return saved.version.id
    talk(f"Warning: the plan is in {folder} and was not stored as a version: {why}.")
    talk(f"Store it later: allocopt plans save {folder} --reason TEXT")
    return None


def user_name(given: str | None) -> str:
    """Who does it.

    Raises: click.UsageError where nobody can be made out.
    """
    named = (given or os.environ.get(USER_VARIABLE) or "").strip()
    if named:
        return named
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise click.UsageError(f"Say who does it: --as NAME, or set {USER_VARIABLE}.") from None
