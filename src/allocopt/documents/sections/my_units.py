"""My units: what a rep covers, what each unit is to bring, and the money that is spent there."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, Column, Section, columns, section, table
from allocopt.documents.facts import Facts, records
from allocopt.documents.facts.holdings import days_held, holdings
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.quotas import in_currency

# Rows that leave the page room for what else a rep must know.
MOST_UNITS = 15
# Rows that each small table under the units has, and what both have together where there is room.
FEW_ROWS, MANY_ROWS, ROWS = 3, 7, 16


def my_units_section(facts: Facts, voice: Voice) -> Section:
    """The rep's units, largest sales first."""
    return section("my_units", voice, [_units(facts, voice)])


def _units(facts: Facts, voice: Voice) -> Block | None:
    """Name, segment, class, sales, time, open potential, and since or until when."""
    rows = holdings(facts)
    shown = [name for name in ("hours", "open") if rows[name].notna().any()]
    marks = _marks(rows, facts, voice)
    noted = any(marks.values())
    heads = [*columns("unit segment class #sales", voice), *_heads(shown, voice)]
    body = [
        [
            facts.name_of("units", unit),
            facts.name_of("segments", known_text(row["segment"])),
            row["class"],
            voice.show.amount(row["sales"]),
            *(_cell(name, row[name], voice) for name in shown),
            *([marks[unit]] if noted else []),
        ]
        for unit, row in records(rows)
    ]
    if noted:
        heads += columns("mine", voice)
    # Who covers nothing alone helps others: those are the sales that the help adds.
    own = "my_units.table" if len(facts.credits) else "my_units.supported"
    caption = in_currency(own, facts, voice)
    # A single row more takes no more room than the sentence that says so.
    most = MOST_UNITS if len(body) > MOST_UNITS + 1 else len(body)
    block = table(caption, heads, body, voice, _total(rows, shown, noted, voice), most)
    if block is not None:
        hidden = len(body) - most
        more = voice.say.count("my_units.more", hidden) if hidden else ""
        block["more"] = " ".join(filter(None, (more, voice.say("my_units.classes"))))
    return block


def rows_left(facts: Facts) -> int:
    """Rows that each small table of the sheet has room for beside the units."""
    return min(MANY_ROWS, max(FEW_ROWS, ROWS - len(facts.units)))


def _heads(shown: list[str], voice: Voice) -> list[Column]:
    return columns(
        " ".join(f"#{'own_hours' if name == 'hours' else name}" for name in shown), voice
    )


def _cell(name: str, value: float, voice: Voice) -> str:
    return voice.show.number(value) if name == "hours" else voice.show.amount(value)


def _total(rows: pd.DataFrame, shown: list[str], noted: bool, voice: Voice) -> list[str]:
    """Sums over all units, also over those that the table has no room for."""
    if len(rows) < 2:
        return []
    sums = rows[["sales", *shown]].sum(min_count=1)
    return [
        voice.say("general.total"),
        "",
        "",
        voice.show.amount(float(sums["sales"])),
        *(_cell(name, float(sums[name]), voice) for name in shown),
        *([""] if noted else []),
    ]


def _marks(rows: pd.DataFrame, facts: Facts, voice: Voice) -> dict[str, str]:
    """From whom each unit comes, and when it is the rep's where that is not the whole plan."""
    changes = facts.changes[facts.changes["rep"] == facts.subject.key]
    sources = dict(zip(changes["unit"], changes["before"], strict=True))
    marks = {}
    for unit, first, last in zip(rows.index, rows["first"], rows["last"], strict=True):
        days = days_held(first, last, facts, voice)
        marks[unit] = voice.show.join(
            [*_source(unit, sources, facts, voice), *([days] if days else [])]
        )
    return marks


def _source(unit: str, sources: dict[str, str], facts: Facts, voice: Voice) -> Iterator[str]:
    if unit in sources:
        before = sources[unit]
        key = "my_units.taken_from" if before else "my_units.was_vacant"
        yield voice.say(key, rep=facts.name_of("reps", before))
