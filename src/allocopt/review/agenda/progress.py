"""Progress: sales against plan and time, where the year lands, and who stands where."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, columns, notice
from allocopt.documents.facts import records
from allocopt.documents.facts.progress import AHEAD, BEHIND, places, standing
from allocopt.documents.figures import performance_chart
from allocopt.documents.sections.performance import (
    MEASURES,
    MOST_DRAWN,
    TABLES,
    news,
    state_text,
    whole_blocks,
)
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, choice, grid, panel, row
from allocopt.review.variance.asked import key_of
from allocopt.review.view import View

SCOPES = ("territory", "segment", "rep")
MOST_ROWS = 15
# Columns of `performance` that each measure of a table is sorted by.
SORTS = {
    "plan_to_date": "ytd_plan",
    "to_date": "ytd_actual",
    "attained": "ytd_attainment",
    "growth": "ytd_growth_year",
    "quota": "quota",
    "landing": "landing",
}


def by_choice(view: View) -> Block:
    """By what sales are divided."""
    say = view.voice.say
    options = [(scope, say(f"performance.by_{scope}")) for scope in SCOPES]
    return choice("by", say("review.opening.by"), options, view.option("by", SCOPES))


def progress_panels(view: View) -> Iterator[Panel | None]:
    """The whole, then its parts by what the address asks for."""
    say, scope = view.voice.say, view.option("by", SCOPES)
    whole = whole_blocks(view.facts, view.voice)
    yield panel("progress", say("performance.title"), whole)
    rows = standing(view.facts, scope)
    drawn = None
    if scope == "territory" or (scope == "rep" and len(rows) <= MOST_DRAWN):
        drawn = performance_chart(view.facts, view.voice, scope)
    title = say(f"performance.by_{scope}")
    yield panel("standing", title, [drawn, *_tables(view, scope, rows)])


def _tables(view: View, scope: str, rows: pd.DataFrame) -> Iterator[Block | None]:
    """Who stands where, and what behind and ahead are; regions stand apart from their territories."""
    say, show = view.voice.say, view.voice.show
    if scope == "territory":
        regions, rows = places(view.facts)
        # A single region is the whole.
        yield _table(view, "regions", scope, regions) if len(regions) > 1 else None
    name = {"territory": "territories", "segment": "segments", "rep": "reps"}[scope]
    yield _table(view, name, scope, rows)
    if len(rows):
        low, high = show.percent(BEHIND, 0), show.percent(AHEAD, 0)
        yield notice(say("performance.states", low=low, high=high))


def _known(rows: pd.DataFrame, view: View) -> list[str]:
    """The measures that say something of at least one row."""
    listed = [cells for _, cells in records(rows)]
    unknown = view.voice.show.unknown
    return [
        key
        for key in news(rows, view.facts)
        if any(MEASURES[key](cells, view.voice) != unknown for cells in listed)
    ]


def _table(view: View, name: str, scope: str, rows: pd.DataFrame) -> Block | None:
    if rows.empty:
        return None
    facts, shown = view.facts, _known(rows, view)
    names = [facts.name_of(TABLES[scope], str(item)) for item in rows.index]
    page = listing(
        rows.rename_axis("item").reset_index().assign(name=names),
        view,
        name,
        sorts=("name", *(SORTS.get(key, "") for key in shown), "ytd_attainment"),
        searched=("name", "item"),
        most=MOST_ROWS,
    )
    listed = [
        row(
            [
                str(one["name"]),
                *(MEASURES[key](one, view.voice) for key in shown),
                state_text(one["ytd_attainment"], view.voice),
            ],
            mark=f"{scope}:{item}",
            link=view.address + "/variance" + with_options({}, {"scope": key_of(scope, item)}),
        )
        for item, one in records(page.frame.set_index("item"))
    ]
    heads = columns(" ".join([scope, *(f"#{key}" for key in shown), "state"]), view.voice)
    return grid(view.voice.say(f"performance.{name}"), heads, listed, page.around)
