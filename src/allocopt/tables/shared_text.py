"""How much text a workbook's cells hold once each has its own copy of a shared string."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_WHOLE_NUMBER = re.compile(rb">\s*([0-9]{1,9})\s*<")


def repeated_length(strings: bytes, sheets: Iterable[bytes], enough: int) -> int:
    """Upper bound of the bytes of text in `sheets`, crude where that is not above `enough`.

    `strings` is sharedStrings.xml. Excel stores a text once however many cells show it, so that a small
    file may stand for more text than a machine has room for.
    """
    lengths = np.array([len(item) for item in strings.split(b"</si>")], dtype=np.int64)
    bodies = list(sheets)
    cells = sum(body.count(b"<v") + body.count(b":v") for body in bodies)
    crude = int(np.max(lengths)) * cells
    return crude if crude <= enough else sum(_length_in(body, lengths) for body in bodies)


def _length_in(body: bytes, lengths: npt.NDArray[np.int64]) -> int:
    """Every whole number in the sheet is taken for the number of a string: never too little."""
    numbers = np.array(_WHOLE_NUMBER.findall(body), dtype="S9").astype(np.int64)
    return int(lengths[numbers[numbers < len(lengths)]].sum())
