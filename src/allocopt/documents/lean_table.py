"""Lean table: a table without the columns that say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from allocopt.documents.blocks import MOST_ROWS, Block, Column, columns, table
from allocopt.documents.language.voice import Voice


def lean_table(
    caption: str,
    keys: str | Sequence[Column],
    rows: Sequence[Sequence[str]],
    voice: Voice,
    total: Sequence[str] = (),
    most: int = MOST_ROWS,
) -> Block | None:
    """A table of the columns in which some row's cell is neither blank nor unknown; the first one stays.

    `keys` are those of `blocks.columns`, or its columns.
    """
    heads = columns(keys, voice) if isinstance(keys, str) else keys
    nothing = {"", voice.show.unknown}
    kept = [
        place for place in range(len(heads)) if not place or {row[place] for row in rows} - nothing
    ]
    body = [[row[place] for place in kept] for row in rows]
    sums = [total[place] for place in kept] if total else ()
    return table(caption, [heads[place] for place in kept], body, voice, sums, most)
