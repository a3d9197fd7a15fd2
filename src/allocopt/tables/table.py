"""What a table of a scenario is: its key, its columns, their units and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    LIST = "list"  # names between semicolons
    SCOPE = "scope"  # `company`, or a dimension and a name: `territory=East`
    NUMBER = "number"
    SHARE = "share"  # a number that may be written with a percent sign
    DATE = "date"
    END = "end"  # a date; a month or quarter means its last day
    PERIOD = "period"  # a period by any of its days; canonical is its first day
    FLAG = "flag"


NUMERIC = frozenset({Kind.NUMBER, Kind.SHARE})
DATED = frozenset({Kind.DATE, Kind.END, Kind.PERIOD})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract.

    `refers` names the tables whose key its cells must be in; with `former` a name that is not there any
    more is a notice only. `exclusive`: the minimum itself is not allowed.
    """

    name: str
    kind: Kind
    zh: str
    doc: str
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    refers: tuple[str, ...] = ()
    former: bool = False
    synonyms: tuple[str, ...] = ()

    @property
    def takes_percent(self) -> bool:
        """Whether `12.5%` makes sense here: not in an amount of money or hours."""
        return self.kind is Kind.SHARE or not self.unit or "share" in self.unit


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    `key`: the columns that name a row; two rows with one key are a problem if `unique`. `either`: groups
    of columns of which each row fills at least one. `ordered`: columns whose known values never fall from
    one to the next. `wide`: the date column and the value column that columns named by months stand for.
    """

    name: str
    zh: str
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: bool = True
    either: tuple[tuple[str, ...], ...] = ()
    ordered: tuple[tuple[str, ...], ...] = ()
    wide: tuple[str, str] | None = None
    synonyms: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by their canonical name, in contract order."""
        return {column.name: column for column in self.columns}

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be there whatever else is."""
        return tuple(column.name for column in self.columns if column.required)
