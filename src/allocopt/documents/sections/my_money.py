"""My money: what the plan spends where a part of it has units."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import MOST_ROWS, Block, Section, columns, section, table
from allocopt.documents.facts import Facts, numbers
from allocopt.documents.language.text import known_text
from allocopt.documents.language.voice import Voice
from allocopt.documents.sections.my_units import rows_left
from allocopt.documents.sections.quotas import in_currency


def my_money_section(facts: Facts, voice: Voice) -> Section:
    """Spend by lever in the rep's cells."""
    return section("my_money", voice, [spend_table(facts, voice, rows_left(facts))])


def spend_table(facts: Facts, voice: Voice, most: int = MOST_ROWS) -> Block | None:
    """Spend by lever, largest first; others may have units in the same cells."""
    sums = own_spend(facts).groupby("lever")["spend"].sum().sort_values(ascending=False)
    rows = [
        [facts.name_of("levers", lever), voice.show.amount(spend)]
        for lever, spend in numbers(sums).items()
    ]
    heads = columns("lever #spend", voice)
    return table(in_currency("my_money.table", facts, voice), heads, rows, voice, most=most)


def spend_by_cell(company: Facts) -> pd.DataFrame:
    """lever, territory, segment (blank = all), spend over the plan, largest first."""

    def added() -> pd.DataFrame:
        budget, keys = company.table("budget"), ["lever", "territory", "segment"]
        cells = budget.assign(**{key: budget[key].map(known_text) for key in keys})
        sums = cells.groupby(keys, as_index=False, sort=False)[["spend"]].sum(min_count=1)
        return sums[sums["spend"] > 0].sort_values("spend", ascending=False, kind="stable")

    spent: pd.DataFrame = company.once("spend by cell", added)
    return spent


def own_spend(facts: Facts) -> pd.DataFrame:
    """lever, territory, segment, spend over the plan of the cells that a part has units in."""
    whole = spend_by_cell(facts.whole or facts)
    cells = {
        (known_text(place), known_text(kind))
        for place, kind in zip(facts.units["territory"], facts.units["segment"], strict=True)
    }
    # A blank territory or segment stands for all.
    scopes = cells | {(place, "") for place, _ in cells} | {("", kind) for _, kind in cells}
    pairs = pd.Series(list(zip(whole["territory"], whole["segment"], strict=True)), whole.index)
    return whole[pairs.isin(scopes | ({("", "")} if cells else set()))]
