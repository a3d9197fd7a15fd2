"""Appendix: who covers what, what changes hands, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from math import nan

import pandas as pd

from allocopt.documents.blocks import Block, Section, columns, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.reasons import handover_reason
from allocopt.documents.text import known_text
from allocopt.documents.voice import Voice

MOST_UNITS = 8


def appendix_section(facts: Facts, voice: Voice) -> Section:
    """Assignments, handovers, provenance."""
    blocks = [_assignments(facts, voice), _handovers(facts, voice), _provenance(facts, voice)]
    return section("appendix", voice, blocks)


def _assignments(facts: Facts, voice: Voice) -> Block | None:
    """Units of each rep, the first few by name."""
    rows, left_open = [], voice.say("appendix.left_open")
    for rep, held in _held(facts):
        units = list(dict.fromkeys(held["unit"].astype(str)))
        named = [_with_days(unit, held, facts, voice) for unit in units[:MOST_UNITS]]
        names = voice.show.join(named)
        if len(units) > MOST_UNITS:
            names += voice.say.count("general.and_more", len(units) - MOST_UNITS)
        rows.append(
            [facts.name_of("reps", str(rep)) or left_open, voice.show.number(len(units)), names]
        )
    heads = columns("rep #units covered", voice)
    return table(voice.say("appendix.assignments"), heads, rows, voice)


def _with_days(unit: str, held: pd.DataFrame, facts: Facts, voice: Voice) -> str:
    """The unit's name, with the days where a rep has it for a part of the plan."""
    name, calendar = facts.name_of("units", unit), facts.summary.get("calendar", {})
    own = held[held["unit"] == unit]
    first, last = str(own["start"].min()), str(own["end"].max())
    if first <= calendar.get("plan_start", first) and last >= calendar.get("plan_end", last):
        return name
    show = voice.show
    days = voice.say("general.from_to", first=show.date(first), last=show.date(last))
    return voice.say("general.with", name=name, value=days)


def _held(facts: Facts) -> Iterator[tuple[Hashable, pd.DataFrame]]:
    """Assignments of each rep; units that are left open come last, under a blank rep."""
    rows = facts.table("assignments")
    rep = rows["rep"].map(known_text)
    yield from rows[rep != ""].groupby("rep", sort=False)
    if (rep == "").any():
        yield "", rows[rep == ""]


def _handovers(facts: Facts, voice: Voice) -> Block | None:
    """Units that change their rep, those with the largest sales first."""
    moved = facts.handovers.sort_values("sales", ascending=False, kind="stable")
    rows = [
        [
            facts.name_of("units", str(row["unit"])),
            facts.name_of("reps", known_text(row["before"])),
            facts.name_of("reps", str(row["rep"])),
            voice.show.date(row["start"]),
            voice.show.compact(row["sales"]),
            handover_reason(row, facts, voice),
        ]
        for row in moved.to_dict("records")
    ]
    heads = columns("unit from to @date #sales reason", voice)
    return table(voice.say("appendix.handovers"), heads, rows, voice)


def _provenance(facts: Facts, voice: Voice) -> Block | None:
    """The solve that made the numbers, and the hash of every input."""
    rows = [[label, value] for label, value in _origin(facts, voice) if value]
    heads = columns("entry value", voice)
    return table(voice.say("appendix.provenance"), heads, rows, voice)


def _origin(facts: Facts, voice: Voice) -> Iterator[tuple[str, str]]:
    summary, show = facts.summary, voice.show
    for name in ("objective", "bound"):
        yield voice.say(f"origin.{name}"), show.number(float(summary.get(name) or nan))
    yield voice.say("origin.gap"), show.percent(float(summary.get("gap", nan)), 3)
    yield voice.say("origin.curve_error"), show.money(float(summary.get("curve_error", nan)))
    yield voice.say("origin.seconds"), show.number(float(summary.get("seconds", nan)), 1)
    yield voice.say("origin.seed"), known_text(summary.get("seed"))
    forecast = summary.get("forecast", {})
    yield voice.say("origin.recipe"), known_text(forecast.get("recipe"))
    yield voice.say("origin.wape"), show.percent(_number(forecast.get("wape")))
    for name, version in sorted(summary.get("versions", {}).items()):
        yield voice.say("origin.version", name=name), str(version)
    yield from _hashes(summary.get("hashes", {}), voice)


def _hashes(hashes: Mapping[str, str], voice: Voice) -> Iterator[tuple[str, str]]:
    """The hash of each input file; tables of one workbook share theirs, and one line."""
    held: dict[str, list[str]] = {}
    for name, value in sorted(hashes.items()):
        held.setdefault(str(value), []).append(name)
    for value, names in held.items():
        key = "origin.input" if len(names) == 1 else "origin.file"
        yield voice.say(key, name=names[0], names=voice.show.join(names)), value[:16]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else nan
