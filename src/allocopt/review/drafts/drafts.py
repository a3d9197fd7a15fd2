"""Drafts on the disk: one JSON file each, written atomically, so that a killed server loses none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from allocopt.errors import AllocoptError
from allocopt.files import write_atomic
from allocopt.review.drafts.draft import Draft
from allocopt.review.drafts.file import Unreadable, draft_bytes, draft_of

# Drafts of one browser to one version, changes in one draft, and letters in one draft's changes.
MOST_DRAFTS, MOST_CHANGES, MOST_LETTERS = 30, 200, 200_000
# Where discarded drafts and files that cannot be read are put; nothing is deleted.
BIN, DAMAGED = "bin", "damaged"


class TooMany(AllocoptError):  # noqa: N818 - what there is
    """More than a draft or a browser may have; `what` is `drafts`, `changes` or `letters`."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"there may be {most:,} {what} and no more")
        self.what, self.most = what, most


class Discarded(KeyError):  # noqa: N818 - what became of it
    """There is no draft of this id, or none any more."""


class Asker(Protocol):
    """Who a draft belongs to: a name, and the browser that it is asked from."""

    @property
    def name(self) -> str:
        """What people call the person."""

    @property
    def browser(self) -> str:
        """The browser's own mark."""


class Drafts:
    """The what-ifs of a room, in a folder of its own, which one process writes.

    `damaged` names the files that could not be read and were put aside.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.damaged = folder, list[str]()
        # One lock for the list of drafts and one for each draft, which is taken first.
        self._lock, self._locks = Lock(), dict[str, Lock]()
        self._drafts = {draft.id: draft for draft in self._read()}

    def all(self) -> tuple[Draft, ...]:
        """Every draft, in the order of their turns."""
        with self._lock:
            return tuple(sorted(self._drafts.values(), key=lambda draft: draft.turn))

    def of(self, browser: str, version: str) -> tuple[Draft, ...]:
        """The drafts of a browser to a version, the one on the table last."""
        return tuple(one for one in self.all() if (one.browser, one.version) == (browser, version))

    def current(self, browser: str, version: str) -> Draft | None:
        """What a browser is asking of a version; None where it has asked nothing yet."""
        return next(reversed(self.of(browser, version)), None)

    def get(self, name: str) -> Draft:
        """A draft by its id.

        Raises:
            Discarded: there is none, or none any more.
        """
        with self._lock:
            if name not in self._drafts:
                raise Discarded(name)
            return self._drafts[name]

    def open(self, visitor: Asker, version: str) -> Draft:
        """What a browser is asking of a version; a new draft where it has asked nothing yet.

        Raises what `new` raises.
        """
        with self._lock_of(f"{visitor.browser} {version}"):
            return self.current(visitor.browser, version) or self.new(visitor, version)

    def new(self, visitor: Asker, version: str, like: Draft | None = None) -> Draft:
        """A further draft of a browser, on the table from now on; with all of a draft that it is `like`.

        Raises:
            TooMany: the browser has as many as it may have.
            OSError: the disk refuses.
        """
        if len(self.of(visitor.browser, version)) >= MOST_DRAFTS:
            raise TooMany("drafts", MOST_DRAFTS)
        start = like or Draft("", version, "", "")
        name, owner = secrets.token_hex(8), visitor.name
        mine = replace(start, id=name, version=version, owner=owner, browser=visitor.browser)
        return self._keep(replace(mine, turn=self._next_turn(), asked=None))

    def update(self, name: str, change: Callable[[Draft], Draft]) -> Draft:
        """What a draft becomes by a change; nobody else changes it meanwhile, and it is on the disk.

        Raises:
            Discarded: there is no such draft.
            TooMany: it would be larger than a draft may be.
            OSError: the disk refuses; the draft is as it was.
        """
        with self._lock_of(name):
            before = self.get(name)
            after = change(before)
            if after == before:
                return before
            _refuse_too_large(after)
            return self._keep(after)

    def choose(self, name: str) -> Draft:
        """Puts a draft on the table in front of its browser's others. Raises what `update` raises."""
        turn = self._next_turn()
        return self.update(name, lambda draft: replace(draft, turn=turn))

    def discard(self, name: str) -> Draft:
        """Puts a draft into the bin.

        Raises:
            Discarded: there is no such draft.
        """
        with self._lock_of(name):
            draft = self.get(name)
            with self._lock:
                del self._drafts[name]
            _put_aside(self._path(name), self.folder / BIN)
            return draft

    def _keep(self, draft: Draft) -> Draft:
        write_atomic(self._path(draft.id), draft_bytes(draft))
        with self._lock:
            self._drafts[draft.id] = draft
        return draft

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _next_turn(self) -> int:
        return max((draft.turn for draft in self.all()), default=0) + 1

    def _lock_of(self, name: str) -> Lock:
        with self._lock:
            return self._locks.setdefault(name, Lock())

    def _read(self) -> list[Draft]:
        """All drafts in the folder; files that hold none are put aside."""
        found: list[Draft] = []
        for path in sorted(self.folder.glob("*.json")):
            try:
                draft = draft_of(path.read_bytes(), path.stem)
            except (Unreadable, OSError):
                self.damaged.append(path.name)
                _put_aside(path, self.folder / DAMAGED)
            else:
                found.append(draft)
        return found


def _refuse_too_large(draft: Draft) -> None:
    """Raises TooMany for a draft with more than it may have."""
    if len(draft.changes) > MOST_CHANGES:
        raise TooMany("changes", MOST_CHANGES)
    letters = sum(len(text) for change in draft.changes for text in change.values.values())
    if letters + len(draft.title) > MOST_LETTERS:
        raise TooMany("letters", MOST_LETTERS)


def _put_aside(path: Path, folder: Path) -> None:
    """Moves a file into a folder; a file that cannot be moved stays where it is."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        path.replace(folder / path.name)
