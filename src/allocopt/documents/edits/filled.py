"""Filled: a form that has been read, with the place of each of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allocopt.config import Setting
from allocopt.documents.edits.form import CLEARED, NONE, Form
from allocopt.documents.language.text import visible_text
from allocopt.errors import Finding, Severity
from allocopt.tables import RawTable
from allocopt.tables.cells import Fault, Grid
from allocopt.tables.headers import Heading
from allocopt.tables.numbers import ERROR_CELL
from allocopt.tables.reading import interpret_as
from allocopt.tables.text import fold
from allocopt.yaml_source import KeyPath, Place

# What a cell shows where its formula fails.
ERRORS = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)


@dataclass(frozen=True)
class Filled:
    """A form, its typed rows, its cells as written, and the letter of each column."""

    form: Form
    frame: pd.DataFrame
    grid: Grid
    letters: Mapping[str, str]

    def rows(self) -> Iterator[int]:
        """Positions of the rows in which anything was filled in."""
        for row in range(len(self.grid)):
            if any(self.text(row, name) for name in self.form.inputs):
                yield row

    def text(self, row: int, name: str) -> str:
        """What stands in a cell, without blanks around it and in half width."""
        cells = self.grid.known.get(name)
        return "" if cells is None else cells.texts[int(cells.codes[row])]

    def value(self, row: int, name: str) -> Any:
        """The value of a cell; unknown where it is blank or cannot be read."""
        return self.frame[name].iloc[row]

    def has(self, row: int, name: str) -> bool:
        """Whether a cell has a value."""
        return not pd.isna(self.value(row, name))

    def cleared(self, row: int, name: str) -> bool:
        """Whether a cell says that there shall be none."""
        return name in CLEARED.get(self.form.name, ()) and is_none(self.text(row, name))

    def address(self, row: int, name: str) -> str:
        """`B7`; the row alone where the column is not there."""
        return f"{self.letters.get(name, '')}{int(self.grid.rows[row])}"

    def setting(self, row: int, name: str, path: KeyPath, value: Any) -> Setting:
        """A setting that comes from a cell."""
        return Setting(path, value, self.place(row, name))

    def place(self, row: int, name: str) -> Place:
        """Where a cell is, for messages."""
        return Place(f"{self.grid.file} {self.address(row, name)}")

    def problem(
        self,
        row: int,
        name: str,
        message: str,
        expected: str = "",
        *,
        nearest: str = "",
        mend: str = "",
    ) -> Finding:
        """A problem of a cell."""
        fault = Fault("workbook-cell", f"{self.address(row, name)} {message}", expected, mend)
        return self.grid.finding(fault, row, name, nearest=nearest)

    @staticmethod
    def shown(text: str) -> str:
        """A text as a cell of the workbook holds it once it is read back."""
        return fold(visible_text(text))


def is_none(text: str) -> bool:
    """Whether a text says that there shall be none."""
    return text.casefold() in NONE


def fill(form: Form, raw: RawTable, heading: Heading) -> tuple[Filled, list[Finding]]:
    """A form from the cells of its sheet, and what is wrong with them."""
    from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415 - only where a form is read

    read = interpret_as(form.table, raw, heading)
    letters = {name: xl_col_to_name(place) for place, name in heading.known.items()}
    filled = Filled(form, read.frame, read.grid, letters)
    said = [one for one in (*heading.findings, *read.findings) if one.severity is Severity.PROBLEM]
    kept = [_addressed(filled, one) for one in said if not _says_none(filled, one)]
    return filled, [*kept, *_errors(filled)]


def _says_none(filled: Filled, finding: Finding) -> bool:
    """Whether a finding is about a cell in which `none` may stand and does."""
    names = CLEARED.get(filled.form.name, ())
    return finding.column in _headers(filled, names) and is_none(fold(finding.value))


def _headers(filled: Filled, names: tuple[str, ...]) -> set[str]:
    return {filled.grid.known[name].header for name in names if name in filled.grid.known}


def _addressed(filled: Filled, finding: Finding) -> Finding:
    """The finding with the address of its cell."""
    letters = {filled.grid.known[name].header: at for name, at in filled.letters.items()}
    if finding.row is None or finding.column not in letters:
        return finding
    return replace(finding, message=f"{letters[finding.column]}{finding.row} {finding.message}")


def _errors(filled: Filled) -> Iterator[Finding]:
    """Cells in which a formula fails; one of a number or a day has been found already."""
    for name in filled.form.inputs:
        for row in range(len(filled.grid)):
            text = filled.text(row, name).upper()
            if text in ERRORS and (
                text == "#N/A" or filled.form.table.by_name[name].kind == "text"
            ):
                yield filled.problem(row, name, ERROR_CELL.message, mend=ERROR_CELL.mend)
