"""Table: the limits of a plan, those first that would bring most, with steps to try."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allocopt.documents.blocks import notice
from allocopt.documents.language.formats import known
from allocopt.review.limits.families import FAMILIES, amount_text, is_money, measure_of
from allocopt.review.limits.loosening import loosenings
from allocopt.review.limits.words import LOCK, buttons, heads, mark_of, rule_name, two
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.view import View

MOST_ROWS = 15
# Limits of money are told by the thousand: one more currency unit of them brings cents.
THOUSAND = 1000.0
Row = dict[Any, Any]


def family_of(view: View) -> str:
    """The family that the address asks for; blank = all."""
    return view.option("family", ("", *FAMILIES))


def limits_panel(view: View, rows: pd.DataFrame) -> Panel | None:
    """The limits of the family that is asked for; those that bind, unless all are."""
    say, family = view.voice.say, family_of(view)
    chosen = rows[rows["rule"] != LOCK]
    if family:
        chosen = rows[rows["family"] == family]
    if view.option("show", ("", "all")) != "all":
        chosen = chosen[(chosen["tight"] > 0) | (chosen["tight_after"] > 0)]
    title = say(f"review.limits.family.{family}" if family else "review.limits.all_families")
    if chosen.empty:
        return panel("limits", title, [notice(say("review.limits.none_here"))])
    page = listing(
        chosen.assign(what=[rule_name(str(rule), view) for rule in chosen["rule"]]),
        view,
        "limits",
        sorts=("name", "what", "activity", "limit", "slack", "tight", "one", "percent", "given"),
        searched=("name", "what"),
        most=MOST_ROWS,
    )
    shown = [_limit_row(one, view) for one in page.frame.to_dict("records")]
    columned = heads(view, "item rule #activity #limit #slack #periods #one #percent who")
    return panel("limits", title, [grid(title, columned, shown, page.around)])


def _limit_row(one: Row, view: View) -> dict[str, Any]:
    say, show = view.voice.say, view.voice.show
    rule, item = str(one["rule"]), str(one["item"])
    periods = f"{one['tight']:.0f} / {one['periods']:.0f}" if one["periods"] > 1 else ""
    cells = [
        str(one["name"]),
        rule_name(rule, view),
        _amounts(one, "activity", view),
        _amounts(one, "limit", view),
        _amounts(one, "slack", view),
        periods or say("review.limits.binds" if one["tight"] else "review.limits.room"),
        _worth(one, view),
        show.money(one["percent"]),
        say("review.limits.given" if one["given"] else "review.limits.decided"),
    ]
    act = buttons(loosenings(rule, item, view.facts, floored=bool(one["floored"])), view)
    return row(cells, mark=mark_of(rule, item, view.facts), act=act, badge=_badge(one, view))


def _amounts(one: Row, name: str, view: View) -> str:
    """An amount now, and in the answer where that is another."""
    rule, item = str(one["rule"]), str(one["item"])

    def write(amount: float) -> str:
        if not known(amount):
            return view.voice.show.unknown
        return amount_text(rule, item, amount, view.facts, view.voice)

    return two(float(one[name]), float(one[f"{name}_after"]), write)


def _worth(one: Row, view: View) -> str:
    """What one more brings, by the unit that people would add."""
    rule, item, worth = str(one["rule"]), str(one["item"]), float(one["one"])
    if not known(worth):
        return view.voice.show.unknown
    measure = measure_of(rule, item, view.facts)
    unit = "hours" if measure == "hours" else "one"
    if is_money(rule, item, view.facts):
        unit, worth = "thousand", worth * THOUSAND
    several = "_each" if one["periods"] > 1 else ""
    grain = view.voice.say(f"general.period.{view.facts.scenario.calendar.period}")
    value = view.voice.show.money(worth)
    return view.voice.say(f"review.limits.worth.{unit}{several}", value=value, period=grain)


def _badge(one: Row, view: View) -> str:
    """What the answer to the what-if has otherwise: a limit that binds now, or no longer does."""
    if not known(float(one["tight_after"])):
        return ""
    now, after = bool(one["tight"]), bool(one["tight_after"])
    if now != after:
        return view.voice.say("review.limits.now_binds" if after else "review.limits.now_free")
    moved = abs(one["limit_after"] - one["limit"]) > abs(one["limit"]) * 1e-9
    return view.voice.say("review.limits.moved") if moved else ""
