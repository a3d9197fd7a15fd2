"""What a column's cells mean: numbers, days, flags, names, by the kind that the contract gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from allocopt.tables.cells import Cells, Fault, Mask, unguarded
from allocopt.tables.contract import CHOICE_WORDS, dtype_of
from allocopt.tables.dates import parse_dates
from allocopt.tables.numbers import looks_like_code, parse_numbers
from allocopt.tables.table import DATED, NUMERIC, Column, Kind
from allocopt.tables.text import word_key

YES = frozenset({"true", "yes", "y", "t", "1", "是", "对", "√", "✓", "✔", "有", "可", "允许"})
NO = frozenset(
    {"false", "no", "n", "f", "0", "否", "错", "×", "✗", "✘", "x", "无", "不可", "不允许", "禁止"}
)

NOT_A_FLAG = Fault("not-a-flag", "is neither yes nor no", "yes, no, true, false, 是, 否, 1 or 0")


@dataclass(frozen=True)
class Parsed:
    """What each distinct cell of a column means.

    `values` has the dtype of the canonical frame and one element per distinct cell; `faults` tells by
    position why a cell has no value.
    """

    values: pd.api.extensions.ExtensionArray | npt.NDArray[Any]
    faults: Mapping[int, Fault]

    @property
    def missing(self) -> Mask:
        """Which distinct cells have no value, for whatever reason."""
        return np.asarray(pd.isna(self.values), dtype=bool)

    def over(self, cells: Cells) -> pd.Series[Any]:
        """The values in the order of the rows."""
        return pd.Series(self.values.take(cells.codes))


def parse(cells: Cells, column: Column) -> Parsed:
    """Read the cells of a column of the contract."""
    if column.kind in NUMERIC:
        return Parsed(*parse_numbers(cells, percent=column.takes_percent))
    if column.kind in DATED:
        return Parsed(*parse_dates(cells, last=column.kind is Kind.END))
    if column.kind is Kind.FLAG:
        return _flags(cells)
    words = _texts(cells)
    if column.choices:
        return _choices(words, column.choices)
    if column.kind is Kind.LIST:
        words = [_joined(word) for word in words]
    if column.kind is Kind.SCOPE:
        words = [_scope(word) for word in words]
    return Parsed(_strings(words), {})


def parse_attribute(cells: Cells) -> Parsed:
    """Read a column that the contract does not know: numbers if every known cell is one, else text."""
    if not any(looks_like_code(text) or text[:1] == "'" for text in cells.texts):
        values, faults = parse_numbers(cells)
        if not faults:
            return Parsed(values, {})
    return Parsed(_strings(_texts(cells)), {})


def empty_values(column: Column, rows: int) -> pd.Series[Any]:
    """A column of unknown cells."""
    return pd.Series(np.nan, index=pd.RangeIndex(rows), dtype=dtype_of(column))


def split_list(text: str) -> list[str]:
    """Names between semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def _joined(text: str | None) -> str | None:
    return None if text is None else ";".join(split_list(text)) or None


def _scope(text: str | None) -> str | None:
    """`Territory = East` as it is written in scenario.yaml: territory=East, and Company: company."""
    if text is None:
        return None
    kind, _, name = (part.strip() for part in text.partition("="))
    return f"{kind.casefold()}={name}" if name else kind.casefold()


def _texts(cells: Cells) -> list[str | None]:
    pairs = zip(cells.texts, cells.unknown.tolist(), strict=True)
    return [None if unknown else unguarded(text) for text, unknown in pairs]


def _strings(words: Sequence[str | None]) -> pd.api.extensions.ExtensionArray:
    return pd.array(
        np.array([np.nan if word is None else word for word in words], dtype=object), dtype="str"
    )


def _choices(words: Sequence[str | None], choices: tuple[str, ...]) -> Parsed:
    """Words in their canonical form; what is no choice is a fault."""
    meant = {word_key(choice): choice for choice in choices}
    for choice in choices:
        for word in CHOICE_WORDS.get(choice, ()):
            meant.setdefault(word_key(word), choice)
    chosen = [None if word is None else meant.get(word_key(word)) for word in words]
    fault = Fault(
        "unknown-choice", "is not one of the words that may stand here", " or ".join(choices)
    )
    faults = {
        code: fault
        for code, (word, choice) in enumerate(zip(words, chosen, strict=True))
        if word is not None and choice is None
    }
    return Parsed(_strings(chosen), faults)


def _flags(cells: Cells) -> Parsed:
    answers: list[bool | None] = []
    faults: dict[int, Fault] = {}
    for code, text in enumerate(cells.texts):
        word = text.casefold()
        answers.append(True if word in YES else False if word in NO else None)
        if answers[-1] is None and not cells.unknown[code]:
            faults[code] = NOT_A_FLAG
    return Parsed(pd.array(answers, dtype="boolean"), faults)
