"""Views on plans, and what their screens show, read without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.review.archive import Archive
from allocopt.review.drawing import draw
from allocopt.review.panels import Screen
from allocopt.review.person import Person
from allocopt.review.room import Room
from allocopt.review.view import View
from allocopt.review.voice import room_voice


def view_of(
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
