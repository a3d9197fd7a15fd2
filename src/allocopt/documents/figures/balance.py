"""Balance: what each rep carries of a measure with today's owners and in the plan."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import BarRow, Mark, bar_chart
from allocopt.documents.charts.bars import BAND, MOST_ROWS
from allocopt.documents.charts.palette import BLUE, DARK
from allocopt.documents.facts import Facts
from allocopt.documents.figures.carried import carried, held, measure_of, owners
from allocopt.documents.figures.texts import Write, ends_in_words, more, words
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import measure_name
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice


def balance_chart(facts: Facts, voice: Voice, measure: str = "") -> Block | None:
    """Per rep the measure before the plan and after, on the band that is asked for.

    Without `measure` it is the first that the scenario balances, else demand.
    """
    asked = [section.measure for section in facts.scenario.config.balance]
    measure = measure or next(iter(asked), "demand")
    table = balance_table(facts, measure)
    if table[["before", "after"]].dropna(how="all").empty:
        return None
    write = _writer(measure, voice)
    rows = [_row(rep, row, facts, write) for rep, row in table.iterrows()]
    key = [("ring", DARK, voice.say("chart.today")), ("dot", BLUE, voice.say("chart.in_plan"))]
    if table["lower"].notna().any():
        key.append(("band", BAND, voice.say("chart.band")))
    entries = [(row.label, row.marks[1].value) for row in rows]
    said = ends_in_words(entries, write, voice)
    texts = words("balance", facts, voice, said, measure, measure=measure_name(measure, voice))
    geometry = bar_chart(rows, key, voice.show.tick, texts)
    return chart(geometry, more(len(rows) - MOST_ROWS, voice))


def balance_table(facts: Facts, measure: str) -> pd.DataFrame:
    """Per rep, largest first: before, after, lower and upper [measure]; NaN is not known."""
    amounts = measure_of(facts, measure)
    table = pd.DataFrame(
        {"before": carried(owners(facts), amounts), "after": carried(held(facts), amounts)}
    )
    # Who has no unit on one side carries nothing there.
    table = table.fillna(0.0) if amounts.notna().any() else table
    table = table.join(_bands(facts, measure))
    return table.sort_values("after", ascending=False, kind="stable")


def _bands(facts: Facts, measure: str) -> pd.DataFrame:
    """Lower and upper end of each rep's band, from the rules of the plan."""
    rows = facts.table("limits")
    items = rows["item"].map(known_text)
    own = rows[items.str.startswith(f"{measure}/")]
    own = own.assign(rep=items.str.removeprefix(f"{measure}/"))
    sides = {
        side: own[own["rule"] == rule].groupby("rep")[side].sum(min_count=1)
        for side, rule in (("lower", "balance_floor"), ("upper", "balance_ceiling"))
    }
    return pd.DataFrame(sides, columns=["lower", "upper"], dtype=float)


def _row(rep: object, row: pd.Series[float], facts: Facts, write: Write) -> BarRow:
    before, after = float(row["before"]), float(row["after"])
    band = (float(row["lower"]), float(row["upper"]))
    return BarRow(
        facts.name_of("reps", str(rep)),
        [],
        f"{write(before)} → {write(after)}" if known(before) else write(after),
        [Mark("ring", before, DARK), Mark("dot", after, BLUE)],
        band=band if all(map(known, band)) else None,
        link=(before, after),
        tag=f"rep:{rep}",
    )


def _writer(measure: str, voice: Voice) -> Write:
    if measure == "hours":
        return lambda value: voice.say("general.hours", n=voice.show.compact(value))
    return voice.show.compact
