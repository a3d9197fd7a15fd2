"""What screens are made from, and what they show, read without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.review.archive import Archive
from allocopt.review.drafts import Drafts
from allocopt.review.drawing import draw
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


def view_on(
    room: Room, facts: Facts, after: Facts | None = None, roles: str = "analyst", **options: str
) -> View:
    """What a screen is made from for somebody of a role."""
    person = Person("ann", (roles,))
    record, voice = room.record("valley/1"), room_voice("en", "EUR")
    return View(person, record, facts, voice, Archive(room, "ann"), after=after, options=options)


def blocks_of(screen: Screen, panel: str, kind: str) -> list[dict[str, Any]]:
    """The blocks of a kind in a panel, those of a pair too; none where the panel is not there."""
    panels = [one for one in screen["panels"] if one["id"] == panel]
    return [block for one in panels for block in _all(one["blocks"]) if block["kind"] == kind]


def _all(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if block["kind"] == "pair":
            yield from (side["block"] for side in block["sides"])
        else:
            yield block


def grid_of(screen: Screen, panel: str) -> dict[str, Any]:
    """The grid of a panel."""
    return blocks_of(screen, panel, "grid")[0]


def column_of(screen: Screen, panel: str, label: str) -> dict[str, Any]:
    """The cells of a column of a panel's grid by what the rows are about."""
    grid = grid_of(screen, panel)
    place = heads_of(screen, panel).index(label)
    return {row["mark"]: row["cells"][place] for row in grid["rows"]}


def heads_of(screen: Screen, panel: str) -> list[str]:
    """The heads of a panel's grid."""
    return [one["label"] for one in grid_of(screen, panel)["columns"]]


def figure_of(screen: Screen, panel: str, label: str) -> dict[str, str]:
    """A headline figure of a panel."""
    entries = blocks_of(screen, panel, "headlines")[0]["entries"]
    return next(one for one in entries if one["label"] == label)


def drawn(screen: Screen) -> str:
    """A screen as a browser gets it, without the frame."""
    words = room_voice("en", "EUR").say.branch("review.frame")
    content = {"screen": screen, "words": words, "here": "", "csrf": "", "language": "en"}
    return draw("review/content.html.j2", content)
