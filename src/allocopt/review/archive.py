"""Archive: what a screen may look up beside the version on the table, as one person may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from allocopt.documents.facts import Facts
from allocopt.errors import NotAllowed
from allocopt.review.drafts import Draft
from allocopt.review.room import Room
from allocopt.store import (
    History,
    Move,
    Record,
    State,
    Version,
    history_of,
    list_versions,
    refusals,
)

Found = TypeVar("Found")
# The folder of a room in which documents that were ordered are kept.
ORDERS = "documents"


@dataclass(frozen=True)
class Archive:
    """The other versions of a room and what happened to them, for somebody of this name.

    `part` is which of the own parts of the tree is on the table. It serves one request: what was looked up
    once is not asked for again.
    """

    room: Room
    name: str
    part: str = ""
    _found: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def versions(self) -> tuple[tuple[Version, State], ...]:
        """All versions of the store with their states, by scenario and number."""
        return self._once("versions", lambda: list_versions(self.room.store))

    def record(self, version: str) -> Record:
        """All about a version.

        Raises:
            StoreError: there is no such version.
        """
        return self.room.record(version)

    def facts(self, version: str) -> Facts:
        """The plan of a version, as the rules of that version let the person see it.

        Raises:
            StoreError: there is no such version.
        """
        person = self.room.person(self.name, self.room.record(version))
        folder = self.room.folder_of(version)
        return self.room.facts(folder, person, version, self.part)

    def history(self, version: str) -> History:
        """What happened to a version and to all that belong together with it."""
        return self._once(f"history {version}", lambda: history_of(self.room.store, version))

    def refusals(self, version: str) -> Mapping[Move, NotAllowed]:
        """The moves that the person may not make with a version now, and why not."""
        store, name = self.room.store, self.name
        return self._once(f"refusals {version}", lambda: refusals(store, version, user=name))

    def drafts(self) -> tuple[Draft, ...]:
        """The what-ifs of all browsers, the one that was asked last at the end."""
        return self.room.drafts.all()

    def _once(self, name: str, look: Callable[[], Found]) -> Found:
        if name not in self._found:
            self._found[name] = look()
        found: Found = self._found[name]
        return found
