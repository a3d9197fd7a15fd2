"""Pack: the tables of the plan as its reader may see them, one CSV each, in a zip with a README."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from allocopt.documents.facts import Facts
from allocopt.documents.language.text import visible_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.rendering import Rendering
from allocopt.documents.sections.head import fingerprint
from allocopt.documents.zipped import zip_bytes
from allocopt.plan import OPTIONAL_TABLES, PLAN_TABLES
from allocopt.tables import table_bytes
from allocopt.tables.plan_reference import PLAN_COLUMNS, PLAN_DOCS

README, SUMMARY = "README.txt", "plan.json"
# What plan.json tells in a pack: where the numbers come from, and no figure of its own.
TOLD = ("id", "status", "created", "calendar", "hashes", "versions", "seed", "parent")


def write(rendering: Rendering, path: Path) -> None:
    """Write the pack; the same plan gives the same bytes."""
    tables = dict(_tables(rendering.facts))
    members = {README: _readme(rendering, tables).encode("utf-8-sig")}
    members[SUMMARY] = _summary(rendering.facts).encode()
    for name, table in tables.items():
        members[f"{name}.csv"] = table_bytes(table, excel=True)
    zip_bytes(path, members)


def _tables(facts: Facts) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every table of the plan that has rows, in the order of the contract."""
    for name in (*PLAN_TABLES, *OPTIONAL_TABLES):
        if name in facts.plan.tables:
            table = facts.table(name)
            if len(table):
                yield name, _visible(table)


def _visible(table: pd.DataFrame) -> pd.DataFrame:
    """The table with text that any program can read."""
    changed = {
        name: column.map(lambda cell: visible_text(cell) if isinstance(cell, str) else cell)
        for name, column in table.items()
        if not pd.api.types.is_numeric_dtype(column.dtype)
    }
    return table.assign(**{str(name): column for name, column in changed.items()})


def _summary(facts: Facts) -> str:
    """Id, status and hashes as JSON."""
    told = {name: facts.summary[name] for name in TOLD if name in facts.summary}
    told["fingerprint"] = fingerprint(facts.summary.get("hashes", {}))
    return json.dumps(told, ensure_ascii=True, indent=2, sort_keys=True) + "\n"


def _readme(rendering: Rendering, tables: dict[str, pd.DataFrame]) -> str:
    """What each file is, with its columns and their units, in the language of the document."""
    return "\r\n".join([*_preface(rendering), "", *_descriptions(tables, rendering.voice)]) + "\r\n"


def _preface(rendering: Rendering) -> Iterator[str]:
    """Title, origin, and how the files are written."""
    say, facts, head = rendering.voice.say, rendering.facts, rendering.content["head"]
    title = say("pack.title", title=" ".join(head["title"].split()))
    yield from (title, "=" * min(len(title), 70), "", " ".join(head["subtitle"].split()))
    inputs = fingerprint(facts.summary.get("hashes", {}))
    plan = visible_text(str(facts.summary.get("id", "")))
    yield say("pack.about" if inputs else "pack.no_inputs", plan=plan, inputs=inputs)
    period = say(f"general.period.{facts.scenario.calendar.period}")
    currency = facts.scenario.config.scenario.currency
    yield say("pack.currency" if currency else "pack.plain", currency=currency, period=period)
    yield say("pack.encoding")


def _descriptions(tables: dict[str, pd.DataFrame], voice: Voice) -> Iterator[str]:
    """The files one after the other."""
    yield from (SUMMARY, f"  {voice.say('pack.plan')}")
    for name, table in tables.items():
        meaning = voice.say.get(f"reference.table.{name}", PLAN_DOCS.get(name, ""))
        yield from ("", f"{name}.csv ({voice.say.count('pack.rows', len(table))})", f"  {meaning}")
        for column in table.columns:
            yield f"  - {_column(name, str(column), voice)}"


def _column(table: str, name: str, voice: Voice) -> str:
    """Name, unit and meaning of a column; one that the contract does not know has its name alone."""
    unit, meaning = PLAN_COLUMNS.get(table, {}).get(name, ("", ""))
    said = voice.say.get(f"reference.column.{name}", meaning)
    said = voice.say.get(f"reference.column.{table}/{name}", said).replace("`", "")
    shown = f" [{voice.say.get(f'reference.unit.{unit}', unit)}]" if unit else ""
    return f"{visible_text(name)}{shown}" + (f": {said}" if said else "")
