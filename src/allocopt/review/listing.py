"""Listing: the part of a long table that a reader looks at: found by a text, in an order, a page of it.

What is looked at stands in the address, so that it can be linked to and works without a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocopt.review.address import with_options
from allocopt.review.view import View

# Rows of one page: what people read, and a page that stays small.
MOST_ROWS = 50
FIND, SORT, PAGE = "find", "sort", "page"


@dataclass(frozen=True)
class Listing:
    """`frame` are the rows of the page, `around` what a grid shows above and below them."""

    frame: pd.DataFrame
    around: dict[str, Any]


def listing(
    frame: pd.DataFrame,
    view: View,
    name: str,
    *,
    sorts: Sequence[str],
    searched: Sequence[str],
    most: int = MOST_ROWS,
) -> Listing:
    """The rows of a frame that the address asks for.

    `name` tells several tables of a screen apart, `sorts` is the column of the frame by which each column
    of the grid is sorted (blank = not sorted), `searched` are the columns of text that are searched.
    """
    asked = {one: view.options.get(f"{name}_{one}", "") for one in (FIND, SORT, PAGE)}
    found = _found(frame, asked[FIND].strip(), searched)
    column = asked[SORT].removeprefix("-")
    down = asked[SORT].startswith("-")
    if column and column in sorts:
        found = found.sort_values(column, ascending=not down, kind="stable")
    pages = max(1, -(-len(found) // most))
    page = min(max(int(asked[PAGE][:9]) if asked[PAGE].isdecimal() else 1, 1), pages)
    shown = found.iloc[(page - 1) * most : page * most]
    heads = [_head(one, column, down, view, name) for one in sorts]
    return Listing(
        shown,
        {
            "id": f"listing-{name}",
            "long": len(frame) > most,
            "heads": heads,
            "told": _told(len(frame), len(found), (page, pages), view),
            "links": _links(page, pages, view, name),
            **_search(asked[FIND], view, name),
        },
    )


def _found(frame: pd.DataFrame, find: str, searched: Sequence[str]) -> pd.DataFrame:
    """Rows in which one of the columns holds the text, in whatever case."""
    if not find:
        return frame
    hits = [
        frame[column].astype("str").str.contains(find, case=False, regex=False, na=False)
        for column in searched
    ]
    return frame[pd.concat(hits, axis=1).any(axis=1)]


def _head(one: str, column: str, down: bool, view: View, name: str) -> dict[str, str]:
    """Where the head of a column leads: numbers and texts rise first, then fall."""
    if not one:
        return {}
    now = one == column
    target = f"-{one}" if now and not down else one
    link = with_options(view.options, {f"{name}_{SORT}": target, f"{name}_{PAGE}": ""})
    return {"link": link, "sorted": ("descending" if down else "ascending") if now else ""}


def _told(total: int, found: int, page: tuple[int, int], view: View) -> str:
    """How many rows there are, how many were found, and where among them the page is."""
    say, show = view.voice.say, view.voice.show
    told = [say.count("review.listing.rows", total)]
    if found != total:
        told.append(say.count("review.listing.found", found))
    if page[1] > 1:
        told.append(
            say("review.listing.page", page=show.number(page[0]), pages=show.number(page[1]))
        )
    return show.join(told)


def _links(page: int, pages: int, view: View, name: str) -> list[Mapping[str, str]]:
    """The pages before and after."""
    near = [("prev", page - 1), ("next", page + 1)]
    return [
        {
            "rel": rel,
            "text": view.voice.say(f"review.listing.{rel}"),
            "address": with_options(view.options, {f"{name}_{PAGE}": str(to)}),
        }
        for rel, to in near
        if 1 <= to <= pages
    ]


def _search(find: str, view: View, name: str) -> dict[str, Any]:
    """The search; it keeps what else the address asks for, and begins at the first page."""
    own = {f"{name}_{FIND}", f"{name}_{PAGE}"}
    kept = [{"name": k, "value": v} for k, v in view.options.items() if k not in own]
    say = view.voice.say
    return {
        "find": find,
        "find_name": f"{name}_{FIND}",
        "find_label": say("review.listing.find"),
        "find_button": say("review.listing.find_button"),
        "kept": kept,
    }
