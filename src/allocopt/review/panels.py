"""The panels that a screen is made of: plain dicts that hold blocks of the documents.

A panel has `id`, `title`, `width` (`full`, `half`, `third`; `side` is a half that no chart makes wider)
and `blocks`. A block may be any of those of `documents.blocks`, and of seven kinds more: `grid`, a table
whose rows mark what they are about in maps and charts and lead somewhere; `choice`, a control that is put
into the address; `headlines`, large figures with what they were before; `pair`, what was beside what is;
`actions`, a line of links and buttons; `form`, fields that are sent to the server. Nothing in them is
markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocopt.documents.blocks import Block, Column
from allocopt.documents.language.shown import Shown
from allocopt.documents.language.voice import Voice
from allocopt.review.tallies.sides import Sided

Panel = dict[str, Any]
Screen = dict[str, Any]


def panel(
    name: str, title: str, blocks: Iterable[Block | None], *, width: str = "full"
) -> Panel | None:
    """A panel; blocks that have nothing to show are None and left out, and so is a panel without any.

    What a table is called is not said twice.
    """
    kept = [
        {**block, "quiet": True} if block.get("caption") == title and "quiet" in block else block
        for block in blocks
        if block is not None
    ]
    return {"id": name, "title": title, "width": width, "blocks": kept} if kept else None


def screen(
    name: str, voice: Voice, panels: Iterable[Panel | None], controls: Sequence[Block] = ()
) -> Screen:
    """A screen: its panels, and the choices above them (`choice`)."""
    return {
        "name": name,
        "title": voice.say(f"review.screen.{name}"),
        "controls": list(controls),
        "panels": [one for one in panels if one is not None],
    }


def choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> Block:
    """A choice that is put into the address as `name`; `options` are values and what they are called."""
    listed = [{"value": value, "text": text, "chosen": value == chosen} for value, text in options]
    return {"kind": "choice", "name": name, "label": label, "options": listed}


def headline(
    label: str, value: str, note: str = "", *, before: str = "", change: str = ""
) -> dict[str, str]:
    """A large figure; `before` is what it was and `change` the difference, with its sign."""
    return {"label": label, "value": value, "note": note, "before": before, "change": change}


def headlines(entries: Iterable[Mapping[str, str]]) -> Block | None:
    """Large figures beside each other (`headline`); None without any."""
    listed = [dict(entry) for entry in entries]
    return {"kind": "headlines", "entries": listed} if listed else None


def pair(
    before: tuple[str, Block | None], after: tuple[str, Block | None] | None = None
) -> Block | None:
    """Two blocks side by side with what each is called; the first alone where there is no second."""
    named = [before] if after is None else [before, after]
    sides = [
        {"title": title if after is not None else "", "block": _apart(block, number)}
        for number, (title, block) in enumerate(named)
        if block is not None
    ]
    return {"kind": "pair", "sides": sides} if sides else None


def _apart(block: Block, number: int) -> Block:
    """The block; a chart that stands beside another of its name has an id of its own."""
    if block["kind"] != "chart" or not number:
        return block
    return {**block, "chart": {**block["chart"], "id": f"{block['chart']['id']}-{number}"}}


def row(
    cells: Sequence[str],
    mark: str = "",
    link: str = "",
    act: Sequence[Mapping[str, Any]] = (),
    badge: str = "",
    *,
    changed: bool = False,
) -> dict[str, Any]:
    """A row of a grid: `mark` (`rep:Ann`, `unit:U1`, `territory:East`) ties it to shapes of the charts.

    `link` is where its first cell leads, `act` are buttons (`button`), `badge` is a word behind the first
    cell. A row with a badge or with a cell of two sides is one that is otherwise than before (`changed`).
    """
    differs = changed or bool(badge) or any(isinstance(text, Sided) for text in cells)
    return {
        "cells": [_cell(text) for text in cells],
        "changed": differs,
        "mark": mark,
        "link": link,
        "act": list(act),
        "badge": badge,
    }


def _cell(text: str) -> dict[str, Any]:
    """A cell with what it was before, and what it is sorted by: the value of a number, else the text."""
    shown = text.after if isinstance(text, Sided) else text
    value = shown.value if isinstance(shown, Shown) else ""
    told = {"text": text, "before": text.before if isinstance(text, Sided) else ""}
    return {**told, "value": value if isinstance(value, float) else str(value)}


def button(
    text: str, target: str, values: Mapping[str, str], hint: str = "", *, swap: str = "what-if"
) -> dict[str, Any]:
    """A button that sends `values` to the address `target` by POST.

    `swap` is the id of what its answer replaces; blank = the page is loaded anew.
    """
    return {"text": text, "target": target, "values": dict(values), "hint": hint, "swap": swap}


def actions(
    links: Iterable[tuple[str, str]] = (), buttons: Iterable[Mapping[str, Any]] = ()
) -> Block | None:
    """A line of links (text, address) and of buttons (`button`); None where it has neither."""
    listed = [{"text": text, "address": address} for text, address in links]
    acts = [dict(one) for one in buttons]
    return {"kind": "actions", "links": listed, "acts": acts} if listed or acts else None


def grid(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    listing: Mapping[str, Any] | None = None,
) -> Block | None:
    """A table of rows (`row`), which can be sorted; None when it has none.

    `listing` (`listing.Listing.around`) says which part of a long table the rows are and leads to others.
    """
    if not rows and listing is None:
        return None
    heads = (listing or {}).get("heads") or [{}] * len(columns)
    listed = [
        {"label": label, "holds": holds, "link": "", "sorted": "", **head}
        for (label, holds), head in zip(columns, heads, strict=True)
    ]
    acts = any(one["act"] for one in rows)
    block = {"kind": "grid", "caption": caption, "columns": listed, "rows": list(rows)}
    return {**block, "acts": acts, "listing": dict(listing or {}), "quiet": False}


@dataclass(frozen=True)
class Field:
    """A field of a form: `kind` is `text`, `number`, `date`, `file`, `area`, `select`, `check` or `hidden`.

    `options` are the values of a `select` and what they are called. `error` is the sentence that stands at
    the field when what was typed could not be used.
    """

    name: str
    label: str = ""
    value: str = ""
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    error: str = ""
    required: bool = False

    def shown(self) -> dict[str, Any]:
        """The field as a template draws it."""
        listed = [{"value": k, "text": t, "chosen": k == self.value} for k, t in self.options]
        return {**vars(self), "options": listed}


def form(name: str, target: str, fields: Iterable[Field], submit: str, *, swap: str = "") -> Block:
    """A form that is sent to the address `target` by POST.

    `swap` is the id of what its answer replaces, such as `what-if`; blank = the page is loaded anew.
    """
    listed = [one.shown() for one in fields]
    shown = {"id": name, "target": target, "fields": listed, "submit": submit, "swap": swap}
    return {"kind": "form", "multipart": any(one["kind"] == "file" for one in listed), **shown}


def fold(title: str, blocks: Iterable[Block | None], *, is_open: bool = False) -> Block:
    """Blocks under a title that unfolds them; `is_open` says that they are there at once."""
    kept = [block for block in blocks if block is not None]
    return {"kind": "fold", "title": title, "blocks": kept, "open": is_open}
