"""What there is to say about a header row: titles above it, columns missing, misspelt or there twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from allocopt.errors import Finding, Severity
from allocopt.tables.header_row import HeaderRow, texts_of
from allocopt.tables.months import Month
from allocopt.tables.raw import RawTable, TableSource
from allocopt.tables.table import Table
from allocopt.tables.text import header_key, near_miss, word_key

_UNIT_IN_TITLE = re.compile(r"(?:单位|unit)\s*:?\s*((?:百万|千万|万|千|亿)元?)")


def title_findings(header: HeaderRow) -> list[Finding]:
    """A notice for each title above the header, a warning where it speaks of 万元."""
    titles = {row: " ".join(filter(None, texts_of(header.raw, row))) for row in range(header.row)}
    return [
        finding
        for row, title in titles.items()
        if title
        for finding in _title(header.raw, row, title)
    ]


def _title(raw: RawTable, row: int, title: str) -> list[Finding]:
    skipped = Finding(
        Severity.NOTICE,
        "is a title and is skipped",
        file=raw.file,
        row=int(raw.rows[row]),
        value=title[:80],
        code="title-row",
    )
    unit = _UNIT_IN_TITLE.search(title.casefold())
    if not unit:
        return [skipped]
    warning = replace(
        skipped,
        severity=Severity.WARNING,
        message=f"the title says that amounts are in {unit[1]}, but they are read as written",
        mend=f"put the unit into the headers, such as 销售额({unit[1]})",
        code="unit-in-title",
    )
    return [skipped, warning]


def mapping_findings(header: HeaderRow, source: TableSource) -> list[Finding]:
    """Problems of `tables: {history: {columns: …}}`: a header that is not there, a name that is none."""
    table, written = header.table, header.written
    headers = {word_key(text): text for text in written.values()}
    findings = []
    for theirs, ours in source.columns:
        if word_key(theirs) not in headers:
            findings.append(
                header.finding(
                    Severity.PROBLEM,
                    "unknown-mapped-column",
                    f"the scenario reads the column {theirs} as {ours}, and there is no such column",
                    value=theirs,
                    expected="one of " + ", ".join(headers.values()),
                    nearest=headers.get(near_miss(word_key(theirs), headers), ""),
                )
            )
        near = "" if ours in table.by_name else near_miss(word_key(ours), table.by_name)
        if near:
            message = f"the scenario reads the column {theirs} as {ours}, no column of {table.name}"
            findings.append(
                header.finding(
                    Severity.PROBLEM,
                    "unknown-canonical-column",
                    message,
                    column=theirs,
                    value=ours,
                    nearest=near,
                )
            )
    return findings


def double(header: HeaderRow, name: str, headers: Sequence[str]) -> Finding:
    """Several columns that mean one thing."""
    table = header.table.name
    return header.finding(
        Severity.PROBLEM,
        "duplicate-column",
        f"{len(headers)} columns are read as {name}: {', '.join(headers)}",
        column=headers[1],
        expected=f"one column for {name}",
        mend=f"take one out, or say which: tables: {{{table}: {{columns: {{{headers[0]}: {name}}}}}}}",
    )


def unpivoted_finding(header: HeaderRow, months: Mapping[int, Month]) -> Finding:
    """Months beside a date or a value column: nobody can tell which of them is meant."""
    assert header.table.wide  # noqa: S101 - asked for such tables only
    date, value = header.table.wide
    return header.finding(
        Severity.WARNING,
        "months-beside-values",
        f"there are columns named by months beside {date} or {value}; they are kept as attributes",
        mend=f"take out {date} and {value} if the months hold the values",
    )


def missing_findings(
    header: HeaderRow, found: Collection[str], rest: Mapping[int, str], words: Mapping[str, str]
) -> list[Finding]:
    """Headers that nearly name a column, and columns that must be there and are not."""
    table = header.table
    needed = needed_columns(table, found)
    candidates = {
        word: name
        for word, name in words.items()
        if name not in found and (name in needed or word == header_key(name))
    }
    findings = []
    for text in rest.values():
        word = near_miss(header_key(text), candidates)
        if not word:
            continue
        name = candidates[word]
        findings.append(_near_miss(header, text, name, is_needed=name in needed))
        needed = [other for other in needed if other != name]
    return findings + [_missing(header, name) for name in needed]


def needed_columns(table: Table, found: Collection[str]) -> list[str]:
    """Columns that are missing; of groups of which one is enough, those of the group that lacks least."""
    needed = [name for name in table.required if name not in found]
    groups = [[name for name in group if name not in found] for group in table.either]
    return needed + (min(groups, key=len) if groups else [])


def _missing(header: HeaderRow, name: str) -> Finding:
    table = header.table
    column = table.by_name[name]
    found = ", ".join(header.written.values())
    instead = [group for group in table.either if name not in group]
    words = "a header such as " + ", ".join((column.name, column.zh, *column.synonyms[:2]))
    if name not in table.required and instead:
        words += f"; or else {' and '.join(instead[0])}"
    return header.finding(
        Severity.PROBLEM,
        "missing-column",
        f"{table.name} needs a column {name} ({column.zh}), and there is none",
        expected=words,
        mend=f"name one of the columns that were found so: {found}"
        if found
        else "add a header row",
    )


def _near_miss(header: HeaderRow, text: str, name: str, *, is_needed: bool) -> Finding:
    message = f"is no column of {header.table.name}, but close to {name}"
    return header.finding(
        Severity.PROBLEM if is_needed else Severity.WARNING,
        "near-miss-column",
        message + (", which is needed" if is_needed else "; it is kept as an attribute"),
        column=text,
        value=text,
        expected=name,
        nearest=name,
        mend=f"rename it to {name}" + ("" if is_needed else " if that is what it is"),
    )
