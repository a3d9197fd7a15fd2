"""Outcomes: what a plan that was made for uncertain demand brings in all the ways that demand may come."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.documents.blocks import Block, columns, heading, table
from allocopt.documents.facts import Facts
from allocopt.documents.language.formats import known
from allocopt.documents.language.voice import Voice

# More outcomes than this are told by their extremes.
MOST_OUTCOMES = 7
# Key figures over all outcomes, in the order of a table: what is wanted, what comes, what may go wrong.
FIGURES = (
    *("risk_target", "target_probability", "expected_sales", "expected_spend"),
    *("expected_shortfall", "shortfall_value_at_risk", "shortfall_cvar"),
    *("stochastic_solution", "perfect_information"),
)
SHARES = frozenset({"target_probability"})


def outcome_blocks(facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """Heading, outcomes and figures; nothing for a plan that was made for one outcome of demand."""
    blocks = [_outcomes(facts, voice), _figures(facts, voice)]
    if any(blocks):
        yield heading(voice.say("outcomes.heading"))
        yield from blocks


def _outcomes(facts: Facts, voice: Voice) -> Block | None:
    """Sales, spend and what is missing in each outcome, the lowest sales first."""
    show, rows = voice.show, facts.table("outcomes").sort_values("sales", kind="stable")
    if len(rows) > MOST_OUTCOMES:
        middle = (rows["weight"].cumsum() >= rows["weight"].sum() / 2).idxmax()
        rows = rows.loc[[rows.index[0], middle, rows.index[-1]]]
        names = [voice.say(f"outcomes.{name}") for name in ("lowest", "middle", "highest")]
    else:
        names = [
            voice.say("outcomes.expected")
            if sample == "expected"
            else voice.say("outcomes.sample", sample=sample)
            for sample in rows["sample"].astype(str)
        ]
    cells = [
        [
            name,
            show.percent(row["weight"]),
            show.compact(row["sales"]),
            show.compact(row["spend"]),
            show.compact(row["shortfall"]),
        ]
        for name, row in zip(names, rows.to_dict("records"), strict=True)
    ]
    heads = columns("outcome #weight #sales #spend #short_of_target", voice)
    return table(voice.say("outcomes.table"), heads, cells, voice)


def _figures(facts: Facts, voice: Voice) -> Block | None:
    """Key figures over all outcomes that the plan knows."""
    found = {name: facts.kpi(name) for name in FIGURES}
    rows = [
        [
            voice.say(f"outcomes.{name}"),
            voice.show.percent(value) if name in SHARES else voice.show.money(value),
        ]
        for name, value in found.items()
        if known(value)
    ]
    heads = columns("kpi #value", voice)
    return table(voice.say("outcomes.figures"), heads, rows, voice)
