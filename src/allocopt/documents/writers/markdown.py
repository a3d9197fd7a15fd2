"""Markdown: the document as GitHub shows it (GFM 0.29), every name as text and never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from allocopt.documents.blocks import Block
from allocopt.documents.language.text import visible_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.rendering import Rendering
from allocopt.documents.sections.head import fingerprint

# What begins markup anywhere in a line; a colon in front of a letter begins an emoji or an address.
_INLINE = re.compile(r"[\\`*_{}\[\]<>()#|~&$@!^]|:(?=\S)|(?<=www)\.", re.IGNORECASE)
# What begins a block at the start of a line: a list, a rule, a heading under the line before.
_LEADING = re.compile(r"^([-+=]|\d+(?=[.)]))")
ALIGNED = {"text": ":---", "number": "---:", "date": ":---"}


def write(rendering: Rendering, path: Path) -> None:
    """Write the Markdown file."""
    blocks = [_front_matter(rendering), *_head(rendering)]
    for section in rendering.content["sections"]:
        blocks.append(f"## {line(section['title'])}")
        blocks += [text for block in section["blocks"] for text in _block(block, rendering.voice)]
    blocks += ["---", f"*{line(rendering.content['words']['made_by'])}*"]
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8", newline="\n")


def inline(text: str) -> str:
    """Text that stays text inside a line; its own line ends are breaks."""
    lines = visible_text(text).replace("\t", " ").split("\n")
    return "<br>".join(_INLINE.sub(r"\\\g<0>", part.strip()) for part in lines)


def line(text: str) -> str:
    """Text that stays text as a line of its own."""
    return _LEADING.sub(_held, inline(text))


def _held(match: re.Match[str]) -> str:
    """A number loses its meaning by its full stop, a sign by itself."""
    return match[0] + "\\" if match[0].isdigit() else "\\" + match[0]


def _front_matter(rendering: Rendering) -> str:
    """What programs ask of the file."""
    summary, content = rendering.facts.summary, rendering.content
    entries = {
        "title": content["head"]["title"],
        "document": content["kind"],
        "language": content["language"],
        "plan": visible_text(str(summary.get("id", ""))),
        "fingerprint": fingerprint(summary.get("hashes", {})),
    }
    told = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{told}---"


def _head(rendering: Rendering) -> Iterator[str]:
    head = rendering.content["head"]
    yield f"# {line(head['title'])}"
    yield line(head["subtitle"])
    yield _items([f"{inline(one['label'])}: {inline(one['value'])}" for one in head["entries"]])


def _block(block: Block, voice: Voice) -> Iterator[str]:
    """The paragraphs of a block."""
    kind = block["kind"]
    if kind == "heading":
        yield f"### {line(block['text'])}"
    elif kind == "prose":
        yield from map(line, block["paragraphs"])
    elif kind == "notice":
        yield f"> {line(block['text'])}"
    elif kind == "list":
        yield from _list(block, voice)
    elif kind == "cards":
        yield _items([_card(card) for card in block["cards"]])
    elif kind == "table":
        yield from _table(block)
    else:
        yield from _chart(block)


def _items(lines: Sequence[str]) -> str:
    return "\n".join(f"- {text}" for text in lines)


def _list(block: Block, voice: Voice) -> Iterator[str]:
    if block["title"]:
        title = block["title"]
        if block["badge"]:
            title = voice.say("general.with", name=title, value=block["badge"])
        yield f"#### {line(title)}"
    yield _items([line(item) for item in block["items"]])


def _card(card: dict[str, str]) -> str:
    note = f" ({inline(card['note'])})" if card["note"] else ""
    return f"**{inline(card['label'])}**: {inline(card['value'])}{note}"


def _chart(block: Block) -> Iterator[str]:
    """The chart in words."""
    yield f"**{inline(block['chart']['title'])}**"
    yield line(block["chart"]["desc"])
    if block["note"]:
        yield line(block["note"])


def _table(block: Block) -> Iterator[str]:
    yield f"**{inline(block['caption'])}**"
    labels = [inline(column["label"]) for column in block["columns"]]
    rows = [[inline(cell) for cell in row] for row in block["rows"]]
    total = [f"**{inline(cell)}**" if cell.strip() else "" for cell in block["total"]]
    lines = [labels, [ALIGNED[column["holds"]] for column in block["columns"]], *rows]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in [*lines, *([total] if total else [])])
    if block["more"]:
        yield line(block["more"])
