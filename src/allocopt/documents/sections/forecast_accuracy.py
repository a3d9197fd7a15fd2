"""Forecast accuracy: how near the forecasts came, by level, segment and territory."""

from __future__ import annotations

from allocopt.documents.blocks import Block, Section, section
from allocopt.documents.facts import Facts
from allocopt.documents.facts.outcomes import forecast_errors
from allocopt.documents.facts.progress import results
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table

LEVELS = ("company", "territory", "cell")
TABLES = {"segment": "segments", "territory": "territories"}


def forecast_accuracy_section(facts: Facts, voice: Voice) -> Section:
    """Errors of the forecasts that were in force, beside what was promised, and where they lean."""
    blocks = [_levels(facts, voice), *(_parts(column, facts, voice) for column in TABLES)]
    return section("forecast_accuracy", voice, blocks)


def _levels(facts: Facts, voice: Voice) -> Block | None:
    """WAPE, bias and coverage of the interval by level."""
    found, show = results(facts), voice.show
    rows = []
    for level in LEVELS:
        wape, bias, coverage = (
            found.reindex([f"forecast_{name}:{level}"]).iloc[0]
            for name in ("wape", "bias", "coverage")
        )
        if known(wape["value"]):
            rows.append(
                [
                    voice.say(f"forecast_accuracy.level.{level}"),
                    show.percent(wape["value"]),
                    show.percent(wape["plan"]) if known(wape["plan"]) else "",
                    show.change(bias["value"]),
                    show.percent(coverage["value"], 0),
                    show.percent(coverage["plan"], 0),
                ]
            )
    return lean_table(
        voice.say("forecast_accuracy.table"),
        "level #wape #backtest #bias #inside #promised",
        rows,
        voice,
    )


def _parts(column: str, facts: Facts, voice: Voice) -> Block | None:
    """Forecast against actual by segment or territory, the largest lean first."""
    errors = forecast_errors(facts, column)
    errors = errors.sort_values("bias", key=abs, ascending=False, kind="stable")
    if len(errors) < 2:
        return None
    rows = [
        [
            facts.name_of(TABLES[column], str(key)),
            voice.show.compact(row["forecast"]),
            voice.show.compact(row["actual"]),
            voice.show.change(row["bias"]),
            voice.show.percent(row["wape"]),
        ]
        for key, row in errors.iterrows()
    ]
    return lean_table(
        voice.say(f"forecast_accuracy.by_{column}"),
        f"{column} #forecast #actual #bias #wape",
        rows,
        voice,
    )
