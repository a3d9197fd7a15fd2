"""Which column of the contract each column of a file is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allocopt.errors import Finding, Severity
from allocopt.tables.header_findings import (
    double,
    mapping_findings,
    missing_findings,
    title_findings,
    unpivoted_finding,
)
from allocopt.tables.header_row import HeaderRow, find_header_row
from allocopt.tables.months import Month, month_of
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.scales import read_scales
from allocopt.tables.table import Table
from allocopt.tables.text import fold, header_key, word_key

_YEAR_KEYS = frozenset({"year", "年", "年份", "年度", "fiscalyear", "财年"})


@dataclass(frozen=True)
class Heading:
    """The header row and what its cells mean.

    All mappings go from the position of a column: `written` to its header as the user wrote it, `known` to
    a canonical name, `attributes` to the name it is kept under, `months` to the month it stands for,
    `scales` to what its numbers are multiplied by. `year` is the position of the year column, if months
    need one.
    """

    row: int
    written: Mapping[int, str]
    known: Mapping[int, str]
    attributes: Mapping[int, str]
    months: Mapping[int, Month]
    scales: Mapping[int, float]
    year: int | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Dictionary:
    """What headers mean: `given` by the scenario for this source, which wins, and `words` for the table."""

    given: Mapping[str, str]
    words: Mapping[str, str]

    def name(self, header: str) -> str:
        """Canonical name of a header, "" when it is none."""
        key = word_key(header)
        return self.given.get(key) or self.words.get(key) or self.words.get(header_key(header), "")


def dictionary(
    table: Table, source: TableSource, synonyms: Mapping[str, Sequence[str]]
) -> Dictionary:
    """The contract's words, then those that the scenario adds, then the mapping of this source.

    `synonyms` maps `column` or `table.column` to further words.
    """
    words: dict[str, str] = {}
    for column in table.columns:
        for word in (column.name, column.zh, *column.synonyms):
            words.setdefault(header_key(word), column.name)
    for canonical, further in synonyms.items():
        prefix, _, name = canonical.rpartition(".")
        if prefix in ("", table.name) and name in table.by_name:
            words |= {header_key(word): name for word in further}
    # A canonical name always means itself.
    words |= {header_key(column.name): column.name for column in table.columns}
    return Dictionary({word_key(theirs): ours for theirs, ours in source.columns}, words)


def read_heading(
    raw: RawTable, table: Table, source: TableSource, synonyms: Mapping[str, Sequence[str]]
) -> Heading:
    """Find the header row and match its cells to the contract."""
    words = dictionary(table, source, synonyms)
    header = find_header_row(raw, table, words.name)
    names = {place: words.name(text) for place, text in header.written.items()}
    known = {place: name for place, name in names.items() if name in table.by_name}
    months = _months(table, header.written, known)
    year = _year(header.written, known) if months else None
    known, doubles = _one_each(header, known, words)
    rest = {
        place: text
        for place, text in header.written.items()
        if place not in known and place not in months and place != year
    }
    attributes, repeated = _attributes(header, rest, names)
    scales, scaled = read_scales(header, known, months)
    found = {*known.values(), *(table.wide or () if months else ())}
    findings = (
        *title_findings(header),
        *mapping_findings(header, source),
        *doubles,
        *repeated,
        *missing_findings(header, found, rest, words.words),
        *(
            [unpivoted_finding(header, months)]
            if _are_left_wide(table, header.written, known)
            else []
        ),
        *scaled,
    )
    return Heading(header.row, header.written, known, attributes, months, scales, year, findings)


def _months(table: Table, written: Mapping[int, str], known: Mapping[int, str]) -> dict[int, Month]:
    """Columns that are named by months, where the table has no columns of dates and values beside."""
    if not table.wide or set(table.wide) & set(known.values()):
        return {}
    return _named_by_months(written, known)


def _named_by_months(written: Mapping[int, str], known: Mapping[int, str]) -> dict[int, Month]:
    months = {place: month_of(text) for place, text in written.items() if place not in known}
    found = {place: month for place, month in months.items() if month is not None}
    return found if len(found) > 1 else {}


def _are_left_wide(table: Table, written: Mapping[int, str], known: Mapping[int, str]) -> bool:
    """Whether months are there beside a column of dates or values, so that they cannot be turned."""
    both = bool(table.wide and set(table.wide) & set(known.values()))
    return both and bool(_named_by_months(written, known))


def _year(written: Mapping[int, str], known: Mapping[int, str]) -> int | None:
    places = (p for p, text in written.items() if p not in known and header_key(text) in _YEAR_KEYS)
    return next(places, None)


def _one_each(
    header: HeaderRow, known: Mapping[int, str], words: Dictionary
) -> tuple[dict[int, str], list[Finding]]:
    """One column per name: the one that the scenario names; else the first, and it is a problem."""
    kept = dict(known)
    findings = []
    for name in (name for name, count in Counter(known.values()).items() if count > 1):
        places = [place for place, other in known.items() if other == name]
        given = [p for p in places if words.given.get(word_key(header.written[p])) == name]
        if len(given) != 1:
            findings.append(double(header, name, [header.written[place] for place in places]))
        for place in places:
            if place != (given or places)[0]:
                del kept[place]
    return kept, findings


def _attributes(
    header: HeaderRow, rest: Mapping[int, str], names: Mapping[int, str]
) -> tuple[dict[int, str], list[Finding]]:
    """Names of the columns that are kept as attributes; of two with one name only the first."""
    kept: dict[int, str] = {}
    findings = []
    for place, text in rest.items():
        is_new = names[place] and names[place] not in header.table.by_name
        name = fold(names[place] if is_new else text)
        if name in header.table.by_name:
            continue
        if name in kept.values():
            message = "two columns have this name; only the first is kept"
            mend = "rename one of them"
            findings.append(
                header.finding(
                    Severity.WARNING, "duplicate-attribute", message, column=text, mend=mend
                )
            )
            continue
        kept[place] = name
    return kept, findings
