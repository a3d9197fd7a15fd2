"""The screen `plan`: headline figures, the forecast, goals, key figures, alerts, and what changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

from allocopt.documents.blocks import Block, notice
from allocopt.documents.charts.scales import WIDTH
from allocopt.documents.facts import Facts
from allocopt.documents.facts.goals import GoalFacts, all_goals
from allocopt.documents.figures.forecast import forecast_chart
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import KPI_KINDS, measure_name, measure_value
from allocopt.documents.language.text import known_text
from allocopt.documents.sections.alerts import alerts_section
from allocopt.documents.sections.differences import difference_between, money, moves, quotas
from allocopt.documents.sections.goals import missing_of
from allocopt.errors import DataError
from allocopt.review.figures import headline_figures
from allocopt.review.panels import Panel, Screen, grid, pair, panel, row, screen
from allocopt.review.tallies.headlines import sided_headlines
from allocopt.review.tallies.sides import DOWN, UP
from allocopt.review.view import HALF, View


def plan_screen(view: View) -> Screen:
    """The plan at a glance, and beside it what the answer to the what-if makes of it."""
    say = view.voice.say
    figures = sided_headlines(headline_figures(view), view.voice)
    panels = [
        panel("figures", say("review.plan.figures"), [figures]),
        panel("forecast", say("review.plan.forecast"), [_forecast(view)]),
        panel("alerts", say("alerts.title"), alerts_section(view.latest, view.voice)["blocks"]),
        _changes(view),
        panel("goals", say("goals.title"), [_goals(view)]),
        panel("key-figures", say("review.plan.kpis"), [_kpis(view)]),
    ]
    return screen("plan", view.voice, panels)


def _forecast(view: View) -> Block | None:
    """Sales over time; where there is an answer, of both plans."""
    say, wide = view.voice.say, HALF if view.after else WIDTH
    sides = [forecast_chart(facts, view.voice, wide) for facts in (view.facts, view.after) if facts]
    after = (say("review.after"), sides[1]) if view.after else None
    return pair((say("review.before"), sides[0]), after)


def _changes(view: View) -> Panel | None:
    """What the answer has otherwise: who covers which unit, quotas, money."""
    if view.after is None:
        return None
    voice, blocks = view.voice, list[Block | None]()
    try:
        found = difference_between(view.facts, view.after)
        blocks += [make(found, view.after, voice) for make in (moves, quotas, money)]
    except DataError:
        blocks.append(notice(voice.say("review.versions.unlike")))
    return panel("changes", voice.say("review.plan.changes"), blocks)


def _goals(view: View) -> Block | None:
    """Goals with what the plan reaches of them, and what the answer does."""
    voice = view.voice
    after = {_key(goal): goal for goal in all_goals(view.latest, voice)}
    rows = []
    for goal in all_goals(view.facts, voice):
        reached = [goal, after.get(_key(goal), goal)] if view.after else [goal]
        values = [one.planned for one in reached]
        planned = [measure_value(goal.measure, value, voice, goal.unit) for value in values]
        cells = [
            goal.key or goal.name,
            measure_value(goal.measure, goal.amount, voice, goal.unit),
            *_signed(values, planned),
            missing_of(reached[-1], voice),
            voice.show.percent(reached[-1].probability, 0),
        ]
        rows.append(row(cells, changed=len(set(planned)) > 1))
    heads = [
        (voice.say("column.goal"), "text"),
        (voice.say("column.amount"), "number"),
        *_sides(view),
        (voice.say("column.gap"), "number"),
        (voice.say("column.chance"), "number"),
    ]
    return grid(voice.say("goals.table"), heads, rows)


def _key(goal: GoalFacts) -> tuple[str, str, str]:
    return goal.key, goal.measure, goal.scope


def _sides(view: View) -> list[tuple[str, str]]:
    """Heads of the columns of a figure: the plan's, and the answer's where there is one."""
    say = view.voice.say
    if view.after is None:
        return [(say("column.planned"), "number")]
    return [(say("review.before"), "number"), (say("review.after"), "number")]


def _signed(values: Sequence[float], texts: Sequence[str]) -> list[str]:
    """The texts of a figure; the last one says by a sign which way it goes."""
    if len(set(texts)) < 2 or not known(values[-1] - values[0]):
        return list(texts)
    return [*texts[:-1], f"{texts[-1]} {UP if values[-1] > values[0] else DOWN}"]


def _kpis(view: View) -> Block | None:
    """All key figures of the company, each beside that of the answer."""
    voice, rows = view.voice, []
    found = [_company_kpis(facts) for facts in (view.facts, view.after) if facts]
    for name in dict.fromkeys(name for side in reversed(found) for name in side):
        values = [side.get(name, nan) for side in found]
        texts = [measure_value(name, value, voice) for value in values]
        cells = [measure_name(name, voice), *_signed(values, texts)]
        rows.append(row(cells, changed=len(set(texts)) > 1))
    heads = [(voice.say("column.kpi"), "text"), *_sides(view)]
    return grid(voice.say("review.plan.kpi_table"), heads, rows)


def _company_kpis(facts: Facts) -> dict[str, float]:
    """Known key figures of the company over the horizon, in the order of the documents."""
    return dict(sorted(_listed_kpis(facts), key=lambda entry: _place(entry[0])))


def _listed_kpis(facts: Facts) -> Iterator[tuple[str, float]]:
    table = facts.table("kpis")
    whole = (table["scope"] == "company") & (table["period"].map(known_text) == "")
    for name, value in zip(table.loc[whole, "kpi"], table.loc[whole, "value"], strict=True):
        if known(float(value)):
            yield str(name), float(value)


def _place(name: str) -> int:
    """Place of a key figure in the order of the documents; those that they do not know come last."""
    base = name.partition(":")[0]
    return list(KPI_KINDS).index(base) if base in KPI_KINDS else len(KPI_KINDS)
