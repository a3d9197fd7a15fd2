"""Opening: what a room is opened on, where its store is and where it works."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from allocopt.errors import StoreError
from allocopt.review.drafts import Drafts
from allocopt.review.room import Room
from allocopt.store import State, Store, Version, list_versions
from allocopt.store.connection import missing_store

FOLDER, HELD = "review", ".held"
_IS_URL = re.compile(r".*://.*|\$\{[^${}]*\}", re.DOTALL)


class Subject(StrEnum):
    """What a room can be opened on."""

    PLAN = "plan"
    SCENARIO = "scenario"
    STORE = "store"
    VERSION = "version"


def subject_of(text: str) -> Subject | None:
    """What a text names: a folder, a store, or the id of a stored version; None for none of them."""
    path = Path(text)
    if (path / "plan.json").exists():
        return Subject.PLAN
    if (path / "scenario.yaml").exists() or (path / "units.csv").exists():
        return Subject.SCENARIO
    if path.is_file():
        is_book = path.suffix in (".xlsx", ".xlsm", ".yaml")
        return Subject.SCENARIO if is_book else Subject.STORE
    if _IS_URL.fullmatch(text) or text.endswith((".sqlite", ".db")):
        return Subject.STORE
    return None if path.exists() else Subject.VERSION


def working_folder(place: str, usual: Path) -> Path:
    """Where a room keeps its what-ifs and sessions: beside the file of its store, else below `usual`."""
    if _IS_URL.fullmatch(place):
        return usual / f"{FOLDER}-{sha256(place.encode()).hexdigest()[:8]}"
    file = Path(place)
    return file.parent / (FOLDER if file.stem == "store" else f"{file.stem}-{FOLDER}")


def version_to_open(store: Store) -> Version:
    """The version of a store that was published last, else the one that was saved last.

    Raises:
        StoreError: there is none.
    """
    listed = list_versions(store)
    published = [version for version, state in listed if state is State.PUBLISHED]
    versions = published or [version for version, _ in listed]
    if not versions:
        raise missing_store(store.address)
    return max(versions, key=lambda version: version.saved_at)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Holds a folder for one server: two would write over each other's what-ifs.

    Raises:
        StoreError: another one has it.
    """
    with (folder / HELD).open("a+") as file:
        try:
            _hold(file.fileno())
        except OSError:
            raise StoreError(
                f"a review room is open on {folder} already; open its page, or end it first"
            ) from None
        yield


def _hold(handle: int) -> None:
    """Lock an open file until it is closed, also by the end of the process."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - each system has its own

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def open_room(store: Store, start: str, folder: Path, language: str = "") -> Room:
    """The room of a store, which opens with the version `start`.

    Raises:
        StoreError: there is no such version, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}") from None
    room = Room(store, folder, Drafts(folder / "what-ifs"), start, language)
    room.folder_of(room.record(start).version.id)
    return room
