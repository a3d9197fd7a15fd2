"""Missed: soft rules that are not kept, goals that are not reached, and what that costs."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from allocopt.documents.blocks import columns, notice
from allocopt.documents.facts import Facts
from allocopt.documents.facts.binding import item_name
from allocopt.documents.facts.goals import GoalFacts, given_goals
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import measure_value
from allocopt.documents.language.text import known_text
from allocopt.review.limits.families import amount_text
from allocopt.review.limits.loosening import loosenings
from allocopt.review.limits.words import buttons, heads, mark_of, rule_name, two
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.view import View

MOST_ROWS = 15
Row = dict[Any, Any]


def unkept_panel(view: View) -> Panel | None:
    """Soft rules that are not kept, with what that costs; those of the answer beside them."""
    say, facts = view.voice.say, view.facts
    table = _unkept(facts)
    if view.after is not None:
        other = _unkept(view.after)
        table = table.join(other.add_suffix("_after"), how="outer")
        table = table.fillna(dict.fromkeys(table.columns, 0.0))
    title = say("review.limits.unkept")
    if table.empty:
        return panel("unkept", title, [notice(say("risks.no_shortfalls"))])
    frame = table.sort_values("cost", ascending=False, kind="stable").reset_index()
    frame = frame.assign(
        what=[rule_name(str(rule), view) for rule in frame["rule"]],
        name=[item_name(item, facts, view.voice) for item in frame["item"]],
    )
    page = listing(
        frame,
        view,
        "unkept",
        sorts=("name", "what", "period", "amount", "price", "cost"),
        searched=("name", "what"),
        most=MOST_ROWS,
    )
    shown = [_unkept_row(one, view) for one in page.frame.to_dict("records")]
    columned = [*heads(view, "item rule"), *columns("period #missing", view.voice)]
    columned += [*heads(view, "#price"), *columns("#cost", view.voice)]
    return panel("unkept", title, [grid(say("review.limits.unkept"), columned, shown, page.around)])


def _unkept(facts: Facts) -> pd.DataFrame:
    """amount, price and cost by rule, item and period, "" = no single one."""
    rows = facts.shortfalls.assign(period=facts.shortfalls["period"].map(known_text))
    return rows.set_index(["rule", "item", "period"])[["amount", "price", "cost"]]


def _unkept_row(one: Row, view: View) -> dict[str, Any]:
    show, rule, item = view.voice.show, str(one["rule"]), str(one["item"])
    after = float(one.get("cost_after", float("nan")))
    cells = [
        str(one["name"]),
        str(one["what"]),
        show.period(str(one["period"])) if one["period"] else "",
        amount_text(rule, item, float(one["amount"]), view.facts, view.voice),
        show.money(max(float(one["price"]), float(one.get("price_after", 0.0)))),
        two(float(one["cost"]), after, show.money),
    ]
    act = buttons(loosenings(rule, item, view.facts), view)
    return row(cells, mark=mark_of(rule, item, view.facts), act=act)


def goals_panel(view: View) -> Panel | None:
    """Goals and floors that people set: what the plan reaches of each, and what the answer does."""
    say, show = view.voice.say, view.voice.show
    after = {} if view.after is None else {_key(one): one for one in given_goals(view.after)}
    rows = []
    for goal in given_goals(view.facts):
        other = after.get(_key(goal), goal).planned
        reached = two(goal.planned, other, partial(_of_goal, goal, view))
        state = "unknown" if not known(goal.gap) else "kept" if goal.is_reached else "missed"
        missing = _of_goal(goal, view, max(goal.gap, 0.0))
        cells = [
            goal.name,
            _of_goal(goal, view, goal.amount),
            reached,
            missing if known(goal.gap) and not goal.is_reached else "",
            show.percent(goal.probability, 0) if known(goal.probability) else "",
            say(f"review.limits.state.{state}"),
        ]
        act = (
            []
            if goal.is_reached
            else buttons(loosenings("target_goal", goal.key, view.facts), view)
        )
        rows.append(row(cells, act=act))
    columned = columns("goal #amount #planned #gap #chance state", view.voice)
    return panel(
        "goals", say("review.limits.goals"), [grid(say("review.limits.goals"), columned, rows)]
    )


def _key(goal: GoalFacts) -> tuple[str, str, str]:
    """What tells goals apart: several places may have one of the same name."""
    return goal.key, goal.measure, goal.scope


def _of_goal(goal: GoalFacts, view: View, value: float) -> str:
    return measure_value(goal.measure, value, view.voice, goal.unit)
