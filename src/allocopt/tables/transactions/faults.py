"""Faults: rows of transactions that could not be added up, counted, with the first of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from allocopt.errors import Finding, Severity
from allocopt.tables.cells import Fault
from allocopt.tables.transactions.batch import Batch

MOST_LISTED = 5
# One bad row in a hundred may be left out with a warning; more, and something else is wrong.
MOST_LEFT_OUT = 0.01

NO_DATE = Fault("empty-cell", "is empty, and a sale has a date", "a date in every row")
NO_AMOUNT = Fault("empty-cell", "is empty, and unknown is not zero", "an amount in every row")
TORN = Fault(
    "ragged-row",
    "the row has more cells than the header",
    mend='put cells that contain the delimiter in quotes, such as "1,234"',
)


@dataclass
class Faults:
    """Rows that are left out: how many of how many, and the first few of each kind."""

    rows: int = 0
    left_out: int = 0
    _listed: list[Finding] = field(default_factory=list)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, batch: Batch, bad: npt.NDArray[np.bool_], blank: npt.NDArray[np.bool_]) -> None:
        """Count the rows of a batch that are not blank, and those that are left out."""
        self.rows += int(batch.count[~blank].sum())
        self.left_out += int(batch.count[bad].sum())

    def note(
        self, batch: Batch, place: int, fault: Fault, column: str = "", value: str = ""
    ) -> None:
        """Remember one row, if it is among the first of its kind."""
        kind = (fault.code, column)
        self._seen[kind] += 1
        if self._seen[kind] <= MOST_LISTED:
            self._listed.append(
                Finding(
                    Severity.WARNING,
                    f"{fault.message}: the row is left out",
                    file=batch.file,
                    row=int(batch.rows[place]),
                    column=column,
                    value=value,
                    expected=fault.expected,
                    mend=fault.mend,
                    code=fault.code,
                    count=int(batch.count[place]),
                )
            )

    def findings(self, file: str) -> tuple[Finding, ...]:
        """The first rows of each kind, then how many there are in all."""
        if not self.left_out:
            return ()
        many = self.left_out > MOST_LEFT_OUT * self.rows
        total = Finding(
            Severity.PROBLEM if many else Severity.WARNING,
            f"{self.left_out:,} of {self.rows:,} rows cannot be read and are left out",
            file=file,
            mend="correct rows such as those that are listed",
            code="rows-left-out",
            count=self.left_out,
        )
        return (*self._listed, total)
