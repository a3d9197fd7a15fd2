"""Saving: a plan folder becomes the next version of its scenario, or is told to be one already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from allocopt.config.approval import Approval
from allocopt.errors import NotAllowed, StoreConflict
from allocopt.store.actions import TABLE, bring_actions
from allocopt.store.approval import SETTINGS, approval_in, own_rules, refuse_role, rules_in_force
from allocopt.store.connection import Store
from allocopt.store.content import Content, content_of, put_content, put_files, read_content
from allocopt.store.ledger import (
    add_version,
    find_version,
    latest_of,
    like_version,
    maybe_version,
    published_of,
    versions_in,
)
from allocopt.store.naming import named
from allocopt.store.states import Move
from allocopt.store.version import Version


@dataclass(frozen=True)
class Saved:
    """The version that holds a plan; `is_new` says whether it was made just now."""

    version: Version
    is_new: bool


@dataclass(frozen=True)
class _Attempt:
    """What somebody saves; `expected` is what he means to follow, None where he does not say."""

    content: Content
    folder: str | Path
    author: str
    reason: str
    expected: str | None

    @property
    def scenario(self) -> str:
        """Name of the plan's scenario."""
        return self.content.scenario


def save_version(
    store: Store,
    folder: str | Path,
    *,
    author: str,
    reason: str,
    expected_parent: str | None = None,
    anyway: bool = False,
) -> Saved:
    """Store a plan folder as the next version of its scenario.

    It follows `expected_parent`, the id of a version; else the plan that it was made from, where that is
    stored; else the latest version that its author knew, saved before the plan was solved or by himself.
    Nobody else may have saved a version of the scenario since that one, and where it is `expected_parent`
    nobody at all, unless `anyway` puts the plan beside what was saved. A plan that is stored already is no
    new version.

    Raises: StoreConflict when somebody else has saved since; NotAllowed for a role that does not save;
    StoreError when the store fails; DataError when the folder holds no whole plan. The folder stays.
    """
    content = read_content(Path(folder))
    return _saved(store, _Attempt(content, folder, author, reason, expected_parent), anyway=anyway)


def save_as(
    store: Store,
    folder: str | Path,
    scenario: str,
    *,
    author: str,
    reason: str,
    anyway: bool = False,
) -> Saved:
    """Store a plan folder as the next version of another scenario, under its name.

    Raises: as `save_version`.
    """
    content = named(read_content(Path(folder)), scenario)
    return _saved(store, _Attempt(content, folder, author, reason, None), anyway=anyway)


def _saved(store: Store, attempt: _Attempt, *, anyway: bool) -> Saved:
    with store.writing() as connection:
        _refuse_saver(connection, attempt)
        same = like_version(connection, attempt.scenario, attempt.content.likeness)
        if same is not None:
            return Saved(same, is_new=False)
        followed = _followed(connection, attempt)
        if not anyway:
            _refuse_second(connection, attempt, followed)
        return Saved(_add(connection, attempt, followed), is_new=True)


def _add(connection: Connection, attempt: _Attempt, followed: Version | None) -> Version:
    """The new version, with its files and the actions of its scenario."""
    content, author = attempt.content, attempt.author
    entry = _entry(content, author, attempt.reason, "" if followed is None else followed.id)
    version = add_version(connection, entry)
    put_content(connection, content, version.scenario, version.version)
    if TABLE in content.files:
        bring_actions(connection, version, author, content.files[TABLE])
    return version


def restore_version(store: Store, name: str, *, author: str, reason: str) -> Version:
    """Make a new version with the content of an old one; it follows the one that was the latest.

    Raises: NotAllowed without a reason, for a role that does not restore, or for the latest version.
    """
    with store.writing() as connection:
        old = find_version(connection, name)
        refuse_role(rules_in_force(connection, old), Move.RESTORE, author, old.id)
        if not reason.strip():
            raise NotAllowed(f"restoring {old.id} needs a reason", "no-words")
        current = latest_of(connection, old.scenario)
        if current == old:
            raise NotAllowed(f"{old.id} is the latest version already", "latest")
        content = content_of(connection, old.scenario, old.version)
        parent = current.id if current else ""
        version = add_version(connection, _entry(content, author, reason, parent))
        put_files(connection, content.hashes, version.scenario, version.version)
        return version


def _entry(content: Content, author: str, reason: str, parent: str) -> Version:
    """The version that a content becomes; its number and its place in the chain are still open."""
    return Version(
        scenario=content.scenario,
        version=0,
        plan=content.plan,
        parent=parent,
        author=author,
        saved_at="",
        reason=reason,
        inputs_hash=content.inputs_hash,
        result_hash=content.result_hash,
        likeness=content.likeness,
        previous_hash="",
    )


def _refuse_saver(connection: Connection, attempt: _Attempt) -> None:
    """Raises: NotAllowed when the rules in force, else the plan's own, do not let somebody save."""
    published = published_of(connection, attempt.scenario)
    rules = None if published is None else own_rules(connection, published)
    settings = attempt.content.files.get(SETTINGS)
    if rules is None and settings is not None:
        rules = approval_in(settings, attempt.scenario)
    refuse_role(rules or Approval(), Move.SAVE, attempt.author, attempt.scenario)


def _followed(connection: Connection, attempt: _Attempt) -> Version | None:
    """The version that a plan follows; None for the first of its scenario.

    Of several versions that hold the plan which it was made from, the newest is meant.
    """
    if attempt.expected is not None:
        return find_version(connection, attempt.expected)
    parent = attempt.content.parent
    made_from = maybe_version(connection, parent) if parent else None
    return made_from or _known(connection, attempt)


def _known(connection: Connection, attempt: _Attempt) -> Version | None:
    """The latest version that the author of a plan knew: saved before it was solved, or his own."""
    known = [
        version
        for version in versions_in(connection, attempt.scenario)
        if version.author == attempt.author or version.saved_at <= attempt.content.begun
    ]
    return known[-1] if known else None


def _refuse_second(connection: Connection, attempt: _Attempt, followed: Version | None) -> None:
    """Raises: StoreConflict when others have saved after the version that the plan follows.

    Of what he has saved himself everybody knows, unless he says what he means to follow.
    """
    if followed is None or followed.scenario != attempt.scenario:
        followed = _known(connection, attempt)
    after = 0 if followed is None else followed.version
    himself = attempt.author if attempt.expected is None else ""
    since = [
        version
        for version in versions_in(connection, attempt.scenario)
        if version.version > after and version.author != himself
    ]
    if since:
        raise StoreConflict(
            _told(attempt.folder, followed, since), [version.id for version in since]
        )


def _told(folder: str | Path, followed: Version | None, since: Sequence[Version]) -> str:
    """Who has saved what and when, and how to go on."""
    follows = "is the first of its scenario" if followed is None else f"follows {followed.id}"
    latest = since[-1].id
    return (
        f"the plan in {folder} {follows}, and since then there is {'; '.join(map(str, since))}. "
        "Nothing was stored and the folder stays as it is. Compare them with "
        f"`allocopt compare {latest} {folder}`; then `allocopt plans save {folder} --onto {latest}` "
        "makes yours the next one, --anyway keeps it beside the other"
    )
