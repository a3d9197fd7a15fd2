"""Field: what is entered for a change, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
import pandas as pd

from allocopt.documents.edits.names import Names
from allocopt.documents.language.voice import Voice
from allocopt.tables.cells import Cells
from allocopt.tables.dates import parse_dates
from allocopt.tables.numbers import parse_numbers

What = Literal["amount", "count", "share", "day", "text", "choice", "name"]
# A name longer than this is no name that somebody types.
MOST_LETTERS = 20_000


class Wrong(ValueError):  # noqa: N818 - what an entry is
    """An entry that cannot be read; the sentence says what was expected."""


@dataclass(frozen=True)
class Field:
    """One entry of a change.

    `now` is what holds at present, as it is entered. `choices` are values and what they are called; `names`
    are those of a table, of which there may be thousands. A share is entered in percent and kept as a share
    of 1. `least` and `most` bound a number, as it is kept. `unit` stands behind the entry.
    """

    name: str
    what: What
    now: str = ""
    choices: Sequence[tuple[str, str]] = ()
    names: Names | None = None
    optional: bool = False
    unit: str = ""
    least: float = 0.0
    most: float = float("inf")

    def read(self, text: str, voice: Voice) -> str:
        """What was entered, as it is kept; "" where nothing was.

        Raises:
            Wrong: it cannot be read, or is out of bounds.
        """
        text = text.strip()
        if not text:
            if self.optional:
                return ""
            raise Wrong(voice.say("review.change.wrong.empty"))
        if len(text) > MOST_LETTERS:
            raise Wrong(voice.say("review.change.wrong.long"))
        match self.what:
            case "amount" | "count" | "share":
                return self._number(text, voice)
            case "day":
                return _day(text, voice)
            case "choice":
                return self._choice(text, voice)
            case "name":
                return self._name(text, voice)
        return text

    def offers(self, kept: str) -> bool:
        """Whether a kept value is one of those to choose from, where there are such."""
        if self.what == "choice":
            return kept in {value for value, _ in self.choices}
        return self.names is None or self.names.key_of(kept) == kept

    def shown(self, kept: str) -> str:
        """A kept value as it is entered."""
        if not kept or self.what != "share":
            return kept
        return f"{float(kept) * 100:.10g}"

    def _number(self, text: str, voice: Voice) -> str:
        number = _number(text if self.what != "share" or "%" in text else f"{text}%", self.what)
        if number is None:
            raise Wrong(voice.say(f"review.change.wrong.{self.what}"))
        if self.what == "count" and number % 1:
            raise Wrong(voice.say("review.change.wrong.count"))
        if not self.least <= number <= self.most:
            raise Wrong(self._bounds(voice))
        return str(int(number)) if self.what == "count" else repr(number)

    def _bounds(self, voice: Voice) -> str:
        write = voice.show.percent if self.what == "share" else voice.show.number
        if isfinite(self.most):
            least, most = write(self.least), write(self.most)
            return voice.say("review.change.wrong.between", least=least, most=most)
        return voice.say("review.change.wrong.least", least=write(self.least))

    def _choice(self, text: str, voice: Voice) -> str:
        if text not in {value for value, _ in self.choices}:
            raise Wrong(voice.say("review.change.wrong.choice"))
        return text

    def _name(self, text: str, voice: Voice) -> str:
        names = self.names
        key = names.key_of(text) if names is not None else ""
        if names is not None and not key:
            near = names.near(text)
            said = "near" if near else "name"
            raise Wrong(voice.say(f"review.change.wrong.{said}", near=near))
        return key


def entered(
    fields: Sequence[Field], given: Mapping[str, str], voice: Voice
) -> tuple[dict[str, str], dict[str, str]]:
    """What was entered in fields, as it is kept, and what is wrong with the others, by their names."""
    values: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        try:
            value = field.read(given.get(field.name, ""), voice)
        except Wrong as error:
            wrong[field.name] = str(error)
        else:
            if value:
                values[field.name] = value
    return values, wrong


def _number(text: str, what: What) -> float | None:
    """A number as tables hold it (`1,234.5`, `3.2万`); None where the text is none."""
    values, faults = parse_numbers(_cell(text), percent=what == "share")
    return None if faults or not np.isfinite(values[0]) else float(values[0])


def _day(text: str, voice: Voice) -> str:
    days, faults = parse_dates(_cell(text))
    if faults or np.isnat(days[0]):
        raise Wrong(voice.say("review.change.wrong.day"))
    return f"{pd.Timestamp(days[0]):%Y-%m-%d}"


def _cell(text: str) -> Cells:
    return Cells.of("value", np.array([text], dtype=object))
