"""How far the cells of a worksheet reach, from its XML as it streams by."""

from __future__ import annotations

import re

import numpy as np

_REFERENCE = re.compile(rb"r=[\"']([A-Za-z]+)([0-9]+)")
_ROW_NUMBER = re.compile(rb"\br=[\"']([0-9]+)[\"']")
_ESCAPED_NUMBER = re.compile(rb"\sr=[\"'][^\"'<>]*&#")  # hides where the cell is
_ROW = re.compile(rb"<(?:[^\s<>/!?:]+:)?row(?=[\s/>])")
_PREFIXED_CELL = re.compile(rb"<[^\s<>/!?:]+:c(?=[\s/>])")
_SPACED_EQUALS = re.compile(rb"\s*=\s*")
_CELL_OPENINGS = tuple(b"<c" + end for end in (b" ", b">", b"/", b"\t", b"\r", b"\n"))
# `t="str"` with an empty value is a formula that gives an empty text.
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"<c\b(?![^<>]*\bt=[\"']str)[^<>]*>\s*<f[^<>]*>[^<]*</f>\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>"
)
LARGEST_NUMBER = 10**9  # beyond every sheet; keeps numbers from the file small


class UsedRange:
    """The rectangle from A1 that holds every cell: never smaller than what a reader will see.

    Any `r="B7"` counts, whatever its tag, and cells that leave the reference out count by their order.
    Feed chunks that never split a tag.
    """

    def __init__(self) -> None:
        self.formulas_without_value = 0
        self._rows = 0
        self._columns = 0
        self._unnumbered_rows = 0
        self._widest_unnumbered = 0
        self._cells_in_row = 0

    @property
    def rows(self) -> int:
        """Rows of the rectangle."""
        return self._rows + self._unnumbered_rows

    @property
    def columns(self) -> int:
        """Columns of the rectangle."""
        return self._columns + self._widest_unnumbered

    @property
    def end(self) -> str:
        """The last cell of the rectangle, such as `XFD1048576`."""
        return f"{column_letters(self.columns)}{self.rows}"

    def feed(self, chunk: bytes) -> None:
        """Take in the next piece of the sheet."""
        if _has_spaces_at_equals(chunk):
            chunk = _SPACED_EQUALS.sub(b"=", chunk)
        references = _REFERENCE.findall(chunk)
        for letters in {letters for letters, _ in references}:
            self._columns = max(self._columns, column_number(letters))
        self._reach_row({digits for _, digits in references})
        if chunk.count(b"<c") + chunk.count(b":c") > len(references):
            self._count_in_order(chunk)
        if b"&#" in chunk and _ESCAPED_NUMBER.search(chunk):
            self._rows = self._columns = LARGEST_NUMBER
        if b"</f>" in chunk:
            self.formulas_without_value += len(_FORMULA_WITHOUT_VALUE.findall(chunk))

    def _reach_row(self, numbers: set[bytes]) -> None:
        for digits in numbers:
            number = int(digits) if len(digits) < 10 else LARGEST_NUMBER
            self._rows = max(self._rows, number)

    def _count_in_order(self, chunk: bytes) -> None:
        """Bound what cells without a reference add: each stands to the right of those before it."""
        if _count_cells(chunk) <= len(_REFERENCE.findall(chunk)):
            return
        numbered = _ROW_NUMBER.findall(chunk)
        self._reach_row(set(numbered))
        counts = [_count_cells(piece) for piece in _ROW.split(chunk)]
        self._unnumbered_rows += max(0, len(counts) - 1 - len(numbered))
        counts[0] += self._cells_in_row
        self._widest_unnumbered = max(self._widest_unnumbered, *counts)
        self._cells_in_row = counts[-1]


def column_number(letters: bytes) -> int:
    """`A` is 1, `XFD` 16,384."""
    if len(letters) > 6:
        return LARGEST_NUMBER
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """1 is `A`, 16,384 `XFD`."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _count_cells(chunk: bytes) -> int:
    count = sum(map(chunk.count, _CELL_OPENINGS))
    return count + len(_PREFIXED_CELL.findall(chunk)) if b":c" in chunk else count


def _has_spaces_at_equals(chunk: bytes) -> bool:
    letters = np.frombuffer(chunk, dtype=np.uint8)
    equals = np.flatnonzero(letters == ord("="))
    after = np.minimum(equals + 1, len(letters) - 1)
    return bool((letters[equals - 1] <= ord(" ")).any() or (letters[after] <= ord(" ")).any())
