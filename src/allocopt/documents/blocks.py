"""The blocks that a section is made of: plain dicts of text and geometry that a template draws.

Every block has a `kind`: `heading`, `prose`, `list`, `cards`, `table`, `chart`, `notice`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from allocopt.documents.language.text import text_width
from allocopt.documents.language.voice import Voice

Block = dict[str, Any]
Section = dict[str, Any]
# Heading, and what the column holds: `text`, `number` or `date`.
Column = tuple[str, str]
MARKS = {"#": "number", "@": "date"}

# A table longer than this is cut, and says by how much.
MOST_ROWS = 40
# A column of texts that are all shorter keeps each on one line: Chinese has no spaces to break at [em].
BRIEF = 5.0


def section(name: str, voice: Voice, blocks: Iterable[Block | None]) -> Section:
    """A section of the document; blocks that have nothing to show are None and are left out."""
    return {
        "id": name,
        "title": voice.say(f"{name}.title"),
        "blocks": [block for block in blocks if block is not None],
    }


def heading(text: str) -> Block:
    """A heading inside a section."""
    return {"kind": "heading", "text": text}


def prose(paragraphs: str | Iterable[str]) -> Block | None:
    """Paragraphs of text; a single text is split at blank lines."""
    if isinstance(paragraphs, str):
        paragraphs = paragraphs.split("\n\n")
    kept = [text.strip() for text in paragraphs if text.strip()]
    return {"kind": "prose", "paragraphs": kept} if kept else None


def bullets(items: Sequence[str], title: str = "", badge: str = "") -> Block | None:
    """A list under a small title; `badge` marks where its sentences come from."""
    if not items:
        return None
    return {"kind": "list", "title": title, "badge": badge, "items": list(items)}


def notice(text: str) -> Block:
    """A sentence that stands where something is missing, or that qualifies what follows."""
    return {"kind": "notice", "text": text}


def cards(entries: Iterable[tuple[str, str, str]]) -> Block:
    """Headline figures: label, value, what it is compared with."""
    return {
        "kind": "cards",
        "cards": [{"label": label, "value": value, "note": note} for label, value, note in entries],
    }


def columns(keys: str, voice: Voice) -> list[Column]:
    """Columns named by keys of the catalogue's branch `column`; `#` marks numbers, `@` dates."""
    return [
        (voice.say(f"column.{key.lstrip('#@')}"), MARKS.get(key[0], "text")) for key in keys.split()
    ]


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    voice: Voice,
    total: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> Block | None:
    """A table of text that is written already, of `most` rows; None when it has no rows."""
    if not rows:
        return None
    hidden = len(rows) - most
    return {
        "kind": "table",
        "caption": caption,
        "columns": [
            {"label": label, "holds": holds, "brief": _is_brief(row[place] for row in rows[:most])}
            for place, (label, holds) in enumerate(columns)
        ],
        "rows": [list(row) for row in rows[:most]],
        "total": list(total),
        "more": voice.say.count("general.more", hidden) if hidden > 0 else "",
    }


def _is_brief(cells: Iterable[str]) -> bool:
    """Whether all cells are of a few letters."""
    return all(text_width(cell) <= BRIEF for cell in cells)


def chart(geometry: dict[str, Any], note: str = "") -> Block:
    """A chart with a line of explanation under it."""
    return {"kind": "chart", "chart": geometry, "note": note}
