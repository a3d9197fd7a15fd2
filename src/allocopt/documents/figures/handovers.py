"""Handovers: who gives how much demand to whom."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Flow, flow_chart
from allocopt.documents.facts import Facts
from allocopt.documents.figures.texts import ends_in_words, more, words
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice

# Flows with names of their own; what is left goes from others to others.
MOST_FLOWS = 12


def handover_chart(facts: Facts, voice: Voice) -> Block | None:
    """Units that change their rep as flows from who had them, as wide as their demand."""
    flows = _flows(facts)
    if flows.empty:
        return None
    shown = flows.head(MOST_FLOWS if len(flows) > MOST_FLOWS + 1 else len(flows))
    drawn = [
        Flow(
            facts.name_of("reps", row["giver"]), facts.name_of("reps", row["taker"]), row["amount"]
        )
        for row in shown.to_dict("records")
    ]
    rest = flows.iloc[len(shown) :]
    if len(rest):
        others = voice.say("chart.others")
        drawn.append(Flow(others, others, float(rest["amount"].sum())))
    entries = [(f"{flow.giver} → {flow.taker}", flow.amount) for flow in drawn]
    total = voice.show.money(float(flows["amount"].sum()))
    said = ends_in_words(entries, voice.show.compact, voice, total)
    heads = (voice.say("chart.gives"), voice.say("chart.takes_over"))
    geometry = flow_chart(drawn, heads, voice.show.compact, words("handovers", facts, voice, said))
    return chart(geometry, more(len(rest), voice))


def _flows(facts: Facts) -> pd.DataFrame:
    """giver, taker and the amount of demand that changes hands, the largest first [currency]."""
    rows = facts.handovers
    if "before" not in rows:
        return pd.DataFrame()
    demand = (facts.whole or facts).units["demand"]
    table = pd.DataFrame(
        {
            "giver": rows["before"].map(known_text),
            "taker": rows["rep"].map(known_text),
            "amount": rows["unit"].map(demand).astype(float) * rows["share"].fillna(1.0),
        }
    )
    table = table[(table["giver"] != "") & (table["taker"] != "") & (table["amount"] > 0)]
    # A unit that changes hands later in the plan has a row per stay; it is handed over once.
    table = table.assign(unit=rows["unit"]).drop_duplicates(["unit", "giver", "taker"])
    sums = table.groupby(["giver", "taker"], as_index=False)[["amount"]].sum()
    return sums.sort_values("amount", ascending=False, kind="stable")
