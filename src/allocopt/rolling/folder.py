"""Folder: a rolled scenario on disk, with the list of what differs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from allocopt.rolling.changes import CHINESE, Change, change_table
from allocopt.rolling.roll import Rolled
from allocopt.scenario_folder import write_scenario
from allocopt.tables import table_bytes

# Of one table and reason so many changes are told one by one; changes.csv has all.
MOST_TOLD = 40
_WORDS = {
    "en": {
        "title": "# What differs from the year before",
        "opening": "Every change is in changes.csv. What is to be decided stands here first.",
        "decide": "## To be decided",
        "removed": "taken out",
        "added": "new",
        "more": "- and {n} more",
    },
    CHINESE: {
        "title": "# 与上一年度的差异",
        "opening": "全部改动见 changes.csv。待确定的事项列在最前。",
        "decide": "## 待确定",
        "removed": "删除",
        "added": "新增",
        "more": "- 另有 {n} 项",
    },
}


def write_rolled(rolled: Rolled, folder: Path) -> Path:
    """Writes the scenario, changes.csv and CHANGES.md.

    Raises FileExistsError when the folder is there and not empty.
    """
    language = rolled.scenario.config.scenario.language
    text = "\n".join(change_lines(rolled.changes, language)) + "\n"
    more = {
        "changes.csv": table_bytes(change_table(rolled.changes, language)),
        "CHANGES.md": text.encode(),
    }
    return write_scenario(rolled.scenario, folder, more)


def change_lines(changes: tuple[Change, ...], language: str) -> Iterator[str]:
    """CHANGES.md: what is to be decided, then each table with its reasons."""
    words = _WORDS.get(language, _WORDS["en"])
    yield from (words["title"], "", words["opening"])
    undecided = [change for change in changes if change.reason.undecided]
    if undecided:
        yield from ("", words["decide"], "")
        yield from _lines(undecided, language)
    rest = [change for change in changes if not change.reason.undecided]
    for table, group in groupby(rest, key=lambda change: change.table):
        yield from ("", f"## {table}", "")
        yield from _lines(list(group), language)


def _lines(changes: list[Change], language: str) -> Iterator[str]:
    words = _WORDS.get(language, _WORDS["en"])
    for reason, group in groupby(changes, key=lambda change: change.reason):
        told = list(group)
        for change in told[:MOST_TOLD]:
            yield f"- {_what(change, words)} ({reason.said_in(language)})"
        if len(told) > MOST_TOLD:
            yield words["more"].format(n=len(told) - MOST_TOLD)


def _what(change: Change, words: dict[str, str]) -> str:
    """`u1 rep: Ann → Bob`, `Bob: taken out`, `12 rows → 24 rows`."""
    name = " ".join(part for part in (change.key or change.table, change.column) if part)
    if change.before == "row" and not change.after:
        return f"{name}: {words['removed']}"
    if change.after == "row" and not change.before:
        return f"{name}: {words['added']}"
    if change.before == change.after:
        return f"{name}: {change.after}"
    return f"{name}: {change.before or '–'} → {change.after or '–'}"
