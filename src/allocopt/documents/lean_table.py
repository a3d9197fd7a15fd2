"""Lean table: a table without the columns that say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from allocopt.documents.blocks import MOST_ROWS, Block, columns, table
from allocopt.documents.language.voice import Voice


def lean_table(
    caption: str, keys: str, rows: Sequence[Sequence[str]], voice: Voice, most: int = MOST_ROWS
) -> Block | None:
    """A table of the columns in which some cell is neither blank nor unknown; the first one stays.

    `keys` are those of `blocks.columns`.
    """
    heads, nothing = columns(keys, voice), {"", voice.show.unknown}
    kept = [
        place for place in range(len(heads)) if not place or {row[place] for row in rows} - nothing
    ]
    body = [[row[place] for place in kept] for row in rows]
    return table(caption, [heads[place] for place in kept], body, voice, most=most)
