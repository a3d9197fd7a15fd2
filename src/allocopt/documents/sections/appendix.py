"""Appendix: who covers what, what changes hands, and where the numbers come from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from math import nan

import pandas as pd

from allocopt.documents.blocks import Block, Section, columns, section, table
from allocopt.documents.facts import Facts
from allocopt.documents.facts.reasons import handover_reason
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.odds import odds_table
from allocopt.documents.sections.quota_tree import quota_tree_table
from allocopt.documents.sections.specialists import specialist_table

MOST_UNITS = 8


def appendix_section(facts: Facts, voice: Voice) -> Section:
    """Assignments, handovers, specialists, targets by node, odds, provenance."""
    blocks = [
        _assignments(facts, voice),
        _handovers(facts, voice),
        specialist_table(facts, voice),
        quota_tree_table(facts, voice),
        odds_table(facts, voice),
        _provenance(facts, voice),
    ]
    return section("appendix", voice, blocks)


def _assignments(facts: Facts, voice: Voice) -> Block | None:
    """Units of each rep, the first few by name."""
    rows, left_open = [], voice.say("appendix.left_open")
    for rep, held in _held(facts):
        units = list(dict.fromkeys(held["unit"].astype(str)))
        names = _by_days(units[:MOST_UNITS], held, facts, voice)
        if len(units) > MOST_UNITS:
            names += voice.say.count("general.and_more", len(units) - MOST_UNITS)
        rows.append(
            [facts.name_of("reps", str(rep)) or left_open, voice.show.number(len(units)), names]
        )
    heads = columns("rep #units covered", voice)
    return table(voice.say("appendix.assignments"), heads, rows, voice)


def _by_days(units: list[str], held: pd.DataFrame, facts: Facts, voice: Voice) -> str:
    """The units' names; those that a rep has for a part of the plan come last, with their days."""
    named: dict[str, list[str]] = {}
    for unit in units:
        own = held[held["unit"] == unit]
        days = _days(str(own["start"].min()), str(own["end"].max()), facts, voice)
        named.setdefault(days, []).append(facts.name_of("units", unit))
    whole = named.pop("", [])
    parts = [
        voice.say("appendix.in_days", names=voice.show.join(names), days=days)
        for days, names in named.items()
    ]
    return voice.say("appendix.then").join([*([voice.show.join(whole)] if whole else []), *parts])


def _days(first: str, last: str, facts: Facts, voice: Voice) -> str:
    """From the one day to the other; blank where that is the whole plan."""
    calendar = facts.summary.get("calendar", {})
    if first <= calendar.get("plan_start", first) and last >= calendar.get("plan_end", last):
        return ""
    show = voice.show
    return voice.say("general.from_to", first=show.date(first), last=show.date(last))


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
    return lean_table(voice.say("appendix.handovers"), heads, rows, voice)


def _provenance(facts: Facts, voice: Voice) -> Block | None:
    """The solve that made the numbers, and the hash of every input."""
    nothing = ("", voice.show.unknown)
    rows = [[label, value] for label, value in _origin(facts, voice) if value not in nothing]
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
