"""Parts: what a difference consists of, and the differences that matter most, each leading to its own."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from allocopt.documents.blocks import columns, notice
from allocopt.documents.facts.deviations import Deviation, deviations, material
from allocopt.documents.figures.variance import WHOLE
from allocopt.documents.language.amounts import signed
from allocopt.documents.sections.variance import causes_text
from allocopt.review.address import with_options
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.variance.asked import Differing, key_of
from allocopt.review.view import View

# Rows of one page of a table.
MOST_ROWS = 12


def item_name(scope: str, item: str, view: View) -> str:
    """The name of what differs; of sales that nobody is credited with, that."""
    if (scope, item) == WHOLE:
        return view.facts.subject_name or view.voice.say("variance.whole")
    return view.facts.scope_name(f"{scope}={item}") or view.voice.say("review.variance.nobody")


def part_panel(view: View, asked: Differing, scope: str, items: tuple[str, ...]) -> Panel | None:
    """Items that a difference consists of, the largest first; each leads to its own causes."""
    say, show = view.voice.say, view.voice.show
    found = {one.item: one for one in deviations(view.facts, scope, asked.period, items)}
    page = listing(
        _frame(found, view),
        view,
        scope,
        sorts=("name", "plan", "actual", "amount", "share", ""),
        searched=("name", "item"),
        most=MOST_ROWS,
    )
    rows = [
        row(
            [
                str(one["name"]),
                show.compact(float(one["plan"])),
                show.compact(float(one["actual"])),
                signed(float(one["amount"]), view.voice),
                show.change(float(one["share"])),
                causes_text(found[str(one["item"])], view.voice),
            ],
            mark=f"{scope}:{one['item']}",
            link=_link(asked, scope, str(one["item"])),
        )
        for one in page.frame.to_dict("records")
    ]
    heads = [
        (say(f"review.variance.kind.{scope}"), "text"),
        *columns("#plan_to_date" if not asked.period else "#planned", view.voice),
        *columns("#actual #difference #of_plan causes", view.voice),
    ]
    title = say(f"review.variance.by.{scope}")
    return panel(f"by-{scope}", title, [grid(title, heads, rows, page.around)])


def _link(asked: Differing, scope: str, item: str) -> str:
    """Where the causes of an item are, in the same period."""
    return with_options({"period": asked.period}, {"scope": key_of(scope, item)})


def _frame(found: Mapping[str, Deviation], view: View) -> pd.DataFrame:
    """item, name, plan, actual, amount and share of each, the largest difference first."""
    rows = [
        {
            "item": item,
            "name": item_name(one.scope, item, view),
            "plan": one.plan,
            "actual": one.plan + one.amount,
            "amount": one.amount,
            "share": one.share,
        }
        for item, one in found.items()
    ]
    return pd.DataFrame(rows, columns=["item", "name", "plan", "actual", "amount", "share"])


def material_panel(view: View, asked: Differing) -> Panel | None:
    """Of the whole: what differs by so much that it matters, whatever it is."""
    if asked.about != WHOLE or asked.period:
        return None
    say, show = view.voice.say, view.voice.show
    rows = [
        row(
            [
                item_name(one.scope, one.item, view),
                say(f"variance.scope.{one.scope}"),
                signed(one.amount, view.voice),
                show.change(one.share),
                causes_text(one, view.voice),
            ],
            mark=f"{one.scope}:{one.item}",
            link=_link(asked, one.scope, one.item),
        )
        for one in material(view.facts)[:MOST_ROWS]
    ]
    heads = columns("item kind #difference #of_plan causes", view.voice)
    shown = grid(say("variance.items"), heads, rows) or notice(say("variance.none"))
    return panel("material", say("review.variance.material"), [shown])
