"""Headline: the few figures that a plan is known by, read without loading the plan."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from allocopt.config.sections import Reader, Visibility
from allocopt.documents.facts.visibility import HIDDEN, hidden_from
from allocopt.documents.language.amounts import with_sign
from allocopt.documents.language.measures import KPI_KINDS, measure_name, measure_value
from allocopt.documents.language.voice import Voice
from allocopt.plan import SUMMARY

FIGURES = ("sales", "contribution", "quota", "spend", "hires", "handovers")
Pair = tuple[float, float]


@lru_cache(maxsize=256)
def headline_of(folder: Path) -> Mapping[str, float]:
    """Figures of the company's plan in a folder, over its horizon, those that it has."""
    summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    found = {"contribution": summary.get("contribution")}
    with (folder / "kpis.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["scope"] == "company" and not row["period"] and row["kpi"] in FIGURES:
                found[row["kpi"]] = row["value"]
    figures = {name: _number(found.get(name)) for name in FIGURES}
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def _number(value: object) -> float:
    return float(str(value)) if value not in (None, "") else math.nan


def effect_of(before: Path, after: Path) -> dict[str, Pair]:
    """Figures that two plans have, of the one and of the other."""
    first, second = headline_of(before), headline_of(after)
    return {
        name: (first[name], second[name]) for name in FIGURES if name in first and name in second
    }


def seen_effect(
    effect: Mapping[str, Pair], reader: Reader, visibility: Visibility
) -> dict[str, Pair]:
    """The figures of an effect that a reader may see."""
    hidden = {kpi for entry in hidden_from(reader, visibility) for kpi in HIDDEN[entry].kpis}
    return {name: pair for name, pair in effect.items() if name not in hidden}


def effect_in_words(effect: Mapping[str, Pair], voice: Voice) -> str:
    """Each figure that differs, before, after and by how much; that none does where none does."""
    told = list(_differing(effect, voice))
    between = voice.say("review.versions.refused.between")
    return between.join(told) if told else voice.say("review.minutes.no_effect")


def _differing(effect: Mapping[str, Pair], voice: Voice) -> Iterator[str]:
    for name, (before, after) in effect.items():
        shown = [measure_value(name, value, voice) for value in (before, after)]
        if shown[0] == shown[1]:
            continue
        is_money = KPI_KINDS[name] == "money"
        write = voice.show.money if is_money else voice.show.compact
        yield voice.say(
            "review.minutes.effect",
            figure=measure_name(name, voice),
            before=shown[0],
            after=shown[1],
            change=with_sign(write(after - before)),
        )
