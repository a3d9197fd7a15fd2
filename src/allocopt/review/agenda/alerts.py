"""Alerts: what calls for attention, what to do about it, and a what-if where a setting says it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allocopt.documents.blocks import columns, notice
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.progress import is_reviewed, standing
from allocopt.documents.language.formats import known
from allocopt.documents.language.text import known_text
from allocopt.documents.sections.alerts import alert_text, in_turn
from allocopt.review.listing import listing
from allocopt.review.panels import Panel, grid, panel, row
from allocopt.review.quick import asks, change_button
from allocopt.review.view import View

MOST_ROWS = 10
# Alerts that say that sales go another way than the forecast.
OF_DEMAND = frozenset({"plan_share", "runrate", "drift"})
# A change below this share is none that anybody would ask about.
LEAST = 0.01


def alerts_panel(view: View) -> Panel | None:
    """Alerts, those of different kinds in turn; that there are none where the plan was reviewed."""
    say = view.voice.say
    if not is_reviewed(view.facts.plan):
        return None
    rows = in_turn(view.facts.table("alerts"))
    if rows.empty:
        return panel("alerts", say("alerts.title"), [notice(say("alerts.none"))])
    page = listing(
        rows.assign(kind=[_kind(str(kind), view) for kind in rows["alert"]]),
        view,
        "alerts",
        sorts=("kind", "", "since", "probability", ""),
        searched=("kind", "scope", "text"),
        most=MOST_ROWS,
    )
    listed = [_row(one, view) for one in page.frame.to_dict("records")]
    heads = columns("alert what since #certainty advice", view.voice)
    return panel(
        "alerts", say("alerts.title"), [grid(say("alerts.table"), heads, listed, page.around)]
    )


def _kind(kind: str, view: View) -> str:
    return view.voice.say.get(f"alerts.kind.{kind}", kind)


def _row(alert: dict[Any, Any], view: View) -> dict[str, Any]:
    chance = float(alert["probability"])
    scope, _, key = known_text(alert["scope"]).partition("=")
    cells = [
        _kind(str(alert["alert"]), view),
        alert_text(alert, "text", view.voice),
        view.voice.show.short_period(known_text(alert["since"])),
        view.voice.show.percent(chance, 0) if known(chance) else "",
        alert_text(alert, "suggestion", view.voice),
    ]
    act = _buttons(alert, view) if asks(view) else []
    return row(cells, mark=f"{scope}:{key}" if key else "", act=act)


def _buttons(alert: dict[Any, Any], view: View) -> list[dict[str, Any]]:
    """What if sales go on as they have: demand follows, as far as the new forecast has not."""
    scope = known_text(alert["scope"])
    change = _untold(scope, view.facts)
    if str(alert["alert"]) not in OF_DEMAND or not known(change) or abs(change) < LEAST:
        return []
    text = view.voice.show.change(change, 0)
    values = {"scope": scope, "change": f"{change * 100:.4g}"}
    hint = view.voice.say("review.opening.go_on_hint")
    label = view.voice.say("review.opening.go_on", change=text)
    return [change_button(view, label, "demand", values, hint)]


def _untold(scope: str, facts: Facts) -> float:
    """By which share demand would change if sales went on as to date; unknown of people and products."""
    kind, _, key = scope.partition("=")
    if kind not in ("territory", "segment"):
        return float("nan")
    rows = standing(facts, kind)
    if key not in rows.index:
        return float("nan")
    return float(rows["ytd_attainment"][key]) / _taken_up(kind, key, facts) - 1


def _taken_up(kind: str, key: str, facts: Facts) -> float:
    """The new forecast as a share of the one before; 1 where nothing was forecast again."""
    rows = facts.table("reforecast")
    inside = facts.scenario.territory_tree.within([key]) if kind == "territory" else {key}
    own: pd.DataFrame = rows[rows[kind].isin(list(inside))]
    share = ratio(float(own["now"].sum()), float(own["was"].sum()))
    return share if known(share) and share > 0 else 1.0
