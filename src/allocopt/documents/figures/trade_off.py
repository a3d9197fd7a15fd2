"""Trade-off: plans by two of their figures."""

from __future__ import annotations

from collections.abc import Callable

from allocopt.documents.blocks import Block, chart
from allocopt.documents.charts import Point, point_chart
from allocopt.documents.charts.palette import BLUE, ORANGE
from allocopt.documents.facts import Facts
from allocopt.documents.figures.contribution import plan_name
from allocopt.documents.figures.texts import words
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import KPI_KINDS, measure_name
from allocopt.documents.language.voice import Voice

# What people weigh against each other first.
ACROSS, UPWARDS = "handovers", "contribution"


def trade_off_chart(
    facts: Facts, voice: Voice, across: str = ACROSS, upwards: str = UPWARDS
) -> Block | None:
    """The plan and those beside it as points of two key figures; None for fewer than two places."""
    plans = [facts, *facts.beside]
    places = [(figure_of(plan, across), figure_of(plan, upwards)) for plan in plans]
    told = [
        (plan, *place) for plan, place in zip(plans, places, strict=True) if all(map(known, place))
    ]
    if len({(x, y) for _, x, y in told}) < 2:
        return None
    points = [
        Point(x, y, plan_name(plan, "after", voice), ORANGE if plan is facts else BLUE)
        for plan, x, y in told
    ]
    names = {"across": measure_name(across, voice), "upwards": measure_name(upwards, voice)}
    write = (_writer(across, voice), _writer(upwards, voice))
    said = [
        voice.say(
            "figure.numbers.point", name=point.label, x=write[0](point.x), y=write[1](point.y)
        )
        for point in points
    ]
    numbers = voice.say("figure.space").join(said)
    texts = words("trade_off", facts, voice, numbers, f"{across}-{upwards}", **names)
    axes = (names["across"], names["upwards"])
    return chart(point_chart(points, write, axes, texts, joined=False))


def figure_of(facts: Facts, name: str) -> float:
    """A key figure of a plan, or its contribution."""
    return facts.contribution() if name == "contribution" else facts.kpi(name)


def _writer(name: str, voice: Voice) -> Callable[[float], str]:
    share = KPI_KINDS.get(name.partition(":")[0]) == "share"
    return voice.show.percent if share else voice.show.tick
