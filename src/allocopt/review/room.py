"""Room: all that the requests of a server share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from allocopt.documents.facts import Facts
from allocopt.review.drafts import Drafts
from allocopt.review.person import Person
from allocopt.review.shelf import Shelf
from allocopt.store import Record, Store, lasting_folder, record_of
from allocopt.store.approval import roles_of, territories_of


@dataclass(frozen=True)
class Room:
    """A store of versions, a folder to work in, the plans on the shelf and the what-ifs on the table.

    `start` is the id of the version that the room opens with, `language` what it speaks to who does not
    choose; blank = the scenario's.
    """

    store: Store
    folder: Path
    drafts: Drafts
    start: str
    language: str = ""
    shelf: Shelf = field(default_factory=Shelf)
    _folders: dict[str, Path] = field(default_factory=dict)

    def record(self, version: str) -> Record:
        """All about a version, as it is now.

        Raises:
            StoreError: there is no such version.
        """
        return record_of(self.store, version)

    def folder_of(self, version: str) -> Path:
        """The folder with the plan of a version; checked against the store when it is first asked for.

        Raises:
            StoreError: there is no such version, or its files are not what was stored.
        """
        known = self._folders.get(version)
        if known is None or not known.is_dir():  # somebody may have cleared it away
            self._folders[version] = lasting_folder(self.store, version, self.folder)
        return self._folders[version]

    def person(self, name: str, record: Record) -> Person:
        """Somebody with the roles that the rules in force give for a version."""
        rules = record.rules
        return Person(name, roles_of(rules, name), territories_of(rules, name))

    def facts(self, folder: Path, person: Person, name: str = "", part: str = "") -> Facts:
        """The plan of a folder as somebody may see it; `part` is which of the own parts is meant.

        Raises:
            NotAllowed: the plan has none of the parts that are the person's.
        """
        shown = person.part(self.shelf.plan(folder)[1].territory_tree, part)
        return self.shelf.facts(folder, person.reader, name, shown)
