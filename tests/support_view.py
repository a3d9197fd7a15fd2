"""What a screen is made from, without a browser."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from allocopt.review.archive import Archive
from allocopt.review.drafts import Drafts
from allocopt.review.panels import Screen
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.view import View
from allocopt.review.voice import room_voice
from allocopt.store import open_store


def room_in(folder: Path, stored: Path, start: str) -> Room:
    """A room on a copy of a store, for tests that only look."""
    shutil.copytree(stored, folder, dirs_exist_ok=True)
    return Room(open_store(folder / "store.sqlite"), folder, Drafts(folder / "what-ifs"), start)


def view_of(
    room: Room,
    version: str = "valley/1",
    *,
    language: str = "en",
    person: Person | None = None,
    after: Path | None = None,
    **options: str,
) -> View:
    """A version as somebody sees it; `after` is the folder of the answer to a what-if."""
    record = room.record(version)
    who = person or room.person("ann", record)
    facts = room.facts(room.folder_of(version), who, version)
    voice = room_voice(language, facts.scenario.config.scenario.currency)
    view = View(who, record, facts, voice, Archive(room, who.name), options=options)
    return view if after is None else replace(view, after=room.facts(after, who))


def panel_of(screen: Screen, name: str) -> dict[str, Any]:
    """A panel of a screen by its id."""
    return next(one for one in screen["panels"] if one["id"] == name)


def grids(panel: dict[str, Any]) -> list[dict[str, Any]]:
    """The tables of a panel whose rows lead somewhere."""
    return [block for block in panel["blocks"] if block["kind"] == "grid"]


def cells(row: dict[str, Any]) -> list[str]:
    """The texts of a row."""
    return [cell["text"] for cell in row["cells"]]


def said(screen: Screen) -> str:
    """All that a screen says, in one text."""
    return repr(screen)
