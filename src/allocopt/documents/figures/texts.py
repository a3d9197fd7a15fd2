"""Texts of a figure: its id, its title, and a description that says the main numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from allocopt.documents.facts import Facts
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.language.amounts import with_sign
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice

Write = Callable[[float], str]


def words(
    name: str, facts: Facts, voice: Voice, numbers: str = "", variant: str = "", **values: str
) -> dict[str, str]:
    """Id, title and desc of a chart; `numbers` say what its desc is about.

    The id is made of the figure's name, of what the facts are about and of `variant`, which tells several
    figures of one name apart.
    """
    subject = "" if facts.subject == COMPANY else f"-{facts.subject.kind}-{facts.subject.key}"
    desc = voice.say(f"figure.{name}.desc", **values)
    return {
        "id": "chart-"
        + _identifier(f"{name.replace('_', '-')}{subject}{variant and '-'}{variant}"),
        "title": voice.say(f"figure.{name}.title", **values),
        "desc": voice.say("figure.with_numbers", desc=desc, numbers=numbers) if numbers else desc,
    }


def _identifier(text: str) -> str:
    """The text with nothing but letters, digits and hyphens; different texts stay different."""
    return re.sub(r"[^A-Za-z0-9-]", lambda char: f"_{ord(char[0]):x}_", text)


def ends_in_words(
    entries: Sequence[tuple[str, float]], write: Write, voice: Voice, total: str = ""
) -> str:
    """The largest and the smallest of what a chart shows, and the total where it has one."""
    return _ends(sorted(_known(entries), key=lambda entry: -entry[1]), write, voice, total)


def changes_in_words(
    entries: Sequence[tuple[str, float]], write: Write, voice: Voice, total: str = ""
) -> str:
    """The changes that move most and least, with their signs."""
    ordered = sorted(_known(entries), key=lambda entry: -abs(entry[1]))
    return _ends(ordered, lambda value: with_sign(write(value)), voice, total)


def _known(entries: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(name, value) for name, value in entries if known(value)]


def _ends(ordered: Sequence[tuple[str, float]], write: Write, voice: Voice, total: str) -> str:
    """First and last in words; of values that are written alike, none is the largest."""
    if not ordered:
        return ""
    (most, high), (least, low) = ordered[0], ordered[-1]
    values = {"most": most, "high": write(high), "least": least, "low": write(low)}
    alike = "same" if values["high"] == values["low"] else "ends"
    said = voice.say(f"figure.numbers.{'one' if len(ordered) == 1 else alike}", **values)
    if not total:
        return said
    whole = voice.say("figure.numbers.total", total=total)
    return voice.say("figure.with_numbers", desc=said, numbers=whole)


def more(hidden: int, voice: Voice) -> str:
    """How many rows a chart does not show; blank where it shows all."""
    return voice.say.count("general.more", hidden) if hidden > 0 else ""


def subject_name(facts: Facts) -> str:
    """What people call the part that the facts are about; blank for the company."""
    return facts.subject_name
