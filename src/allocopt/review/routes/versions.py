"""The addresses at which versions are saved, moved on and restored."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

from allocopt.errors import DataError
from allocopt.review.address import version_address
from allocopt.review.asking import Asking
from allocopt.review.drafts import Draft
from allocopt.review.drafts.kinds import may_make
from allocopt.review.sending import Form, Given, Wrong, limited, needed, routes_of
from allocopt.review.what_if.panel import ground_of
from allocopt.store import (
    Move,
    Version,
    approve,
    make_move,
    publish,
    restore_version,
    save_as,
    save_version,
    sign_off,
)

SCREEN = "versions"
MOST_NAME = 80


def save(asking: Asking, given: Given) -> str:
    """Store the answer to a what-if as a version."""
    name, reason = _name(asking, given), needed(given, "reason", asking)
    folder = _answer(asking, given, "name")
    store, version, author = asking.room.store, asking.record.version, asking.visitor.name
    beside = bool(given.get("beside"))
    if name == version.scenario:
        saved = save_version(
            store,
            folder,
            author=author,
            reason=reason,
            expected_parent=version.id,
            anyway=beside,
        )
    else:
        saved = save_as(store, folder, name, author=author, reason=reason, anyway=beside)
    if not saved.is_new:
        told = asking.voice.say("review.versions.wrong.stored", version=saved.version.id)
        raise Wrong("name", told)
    return _seen(saved.version)


def _seen(version: Version) -> str:
    return f"{version_address(version.id)}/{SCREEN}"


def _name(asking: Asking, given: Given) -> str:
    """Raises: Wrong for a name that a scenario cannot have."""
    name = needed(given, "name", asking, MOST_NAME)
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Cf") for letter in name):
        raise Wrong("name", asking.voice.say("review.versions.wrong.letters"))
    return name


def _answer(asking: Asking, given: Given, field: str) -> Path:
    """Raises: Wrong for a what-if without an answer to its changes as they are now."""
    draft = draft_of(asking, given, field)
    if draft.answer is None or draft.answer.folder is None or not draft.is_answered:
        raise Wrong(field, asking.voice.say("review.versions.wrong.unanswered"))
    try:
        asking.room.shelf.plan(draft.answer.folder)
    except DataError:
        raise Wrong(field, asking.voice.say("review.what_if.lost")) from None
    return draft.answer.folder


def draft_of(asking: Asking, given: Given, field: str) -> Draft:
    """The what-if that a form names.

    Raises:
        Wrong: there is none any more.
    """
    try:
        return asking.room.drafts.get(given.get("draft", ""))
    except KeyError:
        raise Wrong(field, asking.voice.say("review.versions.wrong.gone")) from None


def rebase(asking: Asking, given: Given) -> str:
    """Put the same changes on the table of a newer version, to be solved there."""
    draft = draft_of(asking, given, "name")
    ground = ground_of(asking, asking.view())
    if not asking.person.may_ask or not may_make(draft.changes, ground):
        raise Wrong("name", asking.voice.say("review.what_if.not_yours"))
    onto = asking.room.record(given.get("onto", "")).version.id
    changes = replace(draft, answer=None, past=(), undone=())
    asking.room.drafts.new(asking.visitor, onto, like=changes)
    return f"{version_address(onto)}/plan"


def restore(asking: Asking, given: Given) -> str:
    """Make the version the latest one again."""
    reason = needed(given, "reason", asking)
    version = asking.record.version.id
    return _seen(
        restore_version(asking.room.store, version, author=asking.visitor.name, reason=reason)
    )


def submit(asking: Asking, given: Given) -> str:
    """Hand the version in."""
    return _moved(asking, given, Move.SUBMIT)


def give_back(asking: Asking, given: Given) -> str:
    """Return the version to its author."""
    return _moved(asking, given, Move.RETURN)


def _moved(asking: Asking, given: Given, move: Move) -> str:
    store, version = asking.room.store, asking.record.version
    make_move(store, version.id, move, user=asking.visitor.name, text=_words(asking, given))
    return _seen(version)


def _words(asking: Asking, given: Given) -> str:
    return limited(given, "words", asking)


def sign(asking: Asking, given: Given) -> str:
    """Give one signature."""
    version = asking.record.version
    sign_off(
        asking.room.store,
        version.id,
        user=asking.visitor.name,
        territory=given.get("territory", ""),
        role=given.get("role", ""),
        text=_words(asking, given),
    )
    return _seen(version)


def approve_it(asking: Asking, given: Given) -> str:
    """Approve the version."""
    version = asking.record.version
    approve(asking.room.store, version.id, user=asking.visitor.name, text=_words(asking, given))
    return _seen(version)


def publish_it(asking: Asking, given: Given) -> str:
    """Put the version in force."""
    version = asking.record.version
    publish(asking.room.store, version.id, user=asking.visitor.name, text=_words(asking, given))
    return _seen(version)


FORMS = (
    Form("save", SCREEN, "name", save),
    Form("rebase", SCREEN, "name", rebase),
    Form("restore", SCREEN, "reason", restore),
    Form("submit", SCREEN, "words", submit),
    Form("sign-off", SCREEN, "words", sign),
    Form("approve", SCREEN, "words", approve_it),
    Form("return", SCREEN, "words", give_back),
    Form("publish", SCREEN, "words", publish_it),
)
ROUTES = routes_of(FORMS)
