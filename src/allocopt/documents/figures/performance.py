"""Performance: how much of the year's plan is sold, how much time has passed, where it will land."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Bar, BarRow, Mark, bar_chart
from allocopt.documents.charts.bars import MOST_ROWS
from allocopt.documents.charts.palette import BLUE, DARK, ORANGE, OTHERS
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# Columns of the landing, and their shares of the year's plan.
LANDING = {"landing": "landed", "landing_lower": "lowest", "landing_upper": "highest"}
TABLES = {"territory": "territories", "rep": "reps", "segment": "segments"}


def performance_chart(facts: Facts, voice: Voice, scope: str = "territory") -> Block | None:
    """Actual sales, planned sales to date and the landing as shares of the year's plan.

    The whole comes first, then the items of `scope`: of territories those right below the subject.
    """
    table = standing_of(facts)
    items = table[table["scope"] == scope]
    if scope == "territory":
        items = items[items["item"].isin(_below(facts))]
    items = items.sort_values("landed", ascending=False, kind="stable")
    whole = table[(table["scope"] == "company") & (table["item"] == "")]
    rows = [_row(row, facts, voice) for row in [*_records(whole), *_records(items)]]
    if not any(known(row.bars[0].value) for row in rows):
        return None
    key = [
        ("box", BLUE, voice.say("chart.actual")),
        ("tick", DARK, voice.say("chart.plan_to_date")),
        ("diamond", ORANGE, voice.say("chart.landing")),
        ("line", OTHERS, voice.say("chart.landing_interval")),
    ]
    entries = [(row.label, row.marks[1].value) for row in rows]
    said = ends_in_words(entries, lambda value: voice.show.percent(value, 0), voice)
    period = voice.show.period(str(table["period"].iloc[0]))
    texts = words("performance", facts, voice, said, scope, period=period)
    geometry = bar_chart(rows, key, lambda value: voice.show.percent(value, 0), texts, 1.0)
    return chart(geometry, more(len(rows) - MOST_ROWS, voice))


def standing_of(facts: Facts) -> pd.DataFrame:
    """scope, item and period of the last closed period with sold, due and landed [share of the year]."""
    table = facts.table("performance")
    labels = {*facts.plan.frozen_periods, *facts.periods}
    columns = dict.fromkeys([*table.columns, "year_plan", *LANDING])
    table = table[table["period"].isin(labels)].reindex(columns=list(columns))
    table = table[table["period"] == table["period"].max()]
    year = table["year_plan"].where(table["year_plan"] > 0)
    standing: pd.DataFrame = table.assign(
        scope=table["scope"].map(known_text),
        item=table["item"].map(known_text),
        sold=table["ytd_actual"] / year,
        due=table["ytd_plan"] / year,
        **{name: table[column] / year for column, name in LANDING.items()},
    )
    return standing


def _below(facts: Facts) -> tuple[str, ...]:
    """Territories right below the subject, else below the company; a single root has no news."""
    tree = facts.scenario.territory_tree
    if facts.subject.kind == "territory":
        return tree.children(facts.subject.key)
    return tree.roots if len(tree.roots) != 1 else tree.children(tree.roots[0])


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]


def _row(row: dict[str, object], facts: Facts, voice: Voice) -> BarRow:
    sold, due, landed, lowest, highest = (
        float(str(row[name])) for name in ("sold", "due", "landed", "lowest", "highest")
    )
    item = str(row["item"])
    name = facts.name_of(TABLES.get(str(row["scope"]), ""), item) if item else _whole(facts, voice)
    shown = [voice.show.percent(value, 0) for value in (sold, landed) if known(value)]
    return BarRow(
        name,
        [Bar(sold, BLUE)],
        " → ".join(shown),
        [Mark("tick", due, DARK), Mark("diamond", landed, ORANGE)],
        link=(lowest, highest),
    )


def _whole(facts: Facts, voice: Voice) -> str:
    """Name of what the facts are about."""
    key = facts.subject.key
    return (facts.any_name(key) or key) if key else voice.say("chart.company")
