"""Locks: units that may not change their rep, who keeps them, and why."""

from __future__ import annotations

import pandas as pd

from allocopt.documents.blocks import columns
from allocopt.documents.facts import Facts
from allocopt.documents.language.text import known_text
from allocopt.review.limits.loosening import loosenings
from allocopt.review.limits.words import LOCK, buttons, heads
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.view import View

MOST_ROWS = 15


def locks_panel(view: View, rows: pd.DataFrame) -> Panel | None:
    """Locked units, the dearest first: what they are, who keeps them and until when."""
    say, show, facts = view.voice.say, view.voice.show, view.facts
    locked = rows[rows["rule"] == LOCK]
    if locked.empty:
        return None
    units = facts.units.join(_lock_reasons(facts))
    held = facts.table("assignments").drop_duplicates("unit").set_index("unit")["rep"]
    frame = locked.join(units[["sales", "reason", "lock_until"]], on="item")
    frame = frame.assign(rep=frame["item"].map(held)).sort_values(
        ["one", "sales"], ascending=False, kind="stable", na_position="last"
    )
    sorts = ("name", "", "sales", "one", "", "")
    searched = ("name", "item")
    page = listing(frame, view, "locks", sorts=sorts, searched=searched, most=MOST_ROWS)
    shown = [
        row(
            [
                str(one["name"]),
                facts.name_of("reps", known_text(one["rep"])),
                show.money(one["sales"]),
                show.money(one["one"]),
                known_text(one["reason"]),
                show.date(one["lock_until"]) if known_text(one["lock_until"]) else "",
            ],
            mark=f"unit:{one['item']}",
            act=buttons(loosenings(LOCK, str(one["item"]), facts), view),
        )
        for one in page.frame.to_dict("records")
    ]
    columned = [
        *columns("unit rep #sales", view.voice),
        *heads(view, "#lock_cost"),
        *columns("reason", view.voice),
        *heads(view, "@until"),
    ]
    title = say("review.limits.locks")
    return panel("locks", title, [grid(title, columned, shown, page.around)])


def _lock_reasons(facts: Facts) -> pd.Series[str]:
    """Why each unit is locked, by the table `units`."""
    rows = facts.scenario.table("units").drop_duplicates("unit").set_index("unit")
    return rows["lock"].rename("reason")
