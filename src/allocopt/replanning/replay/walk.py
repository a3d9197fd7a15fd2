"""Walk: the first plan, and one turn of the loop after the other, each knowing what had come by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Event

from allocopt.plan import Plan
from allocopt.planning import Progress, plan_scenario
from allocopt.replanning.course import Course
from allocopt.replanning.reading import Arrived
from allocopt.replanning.replay.arrivals import arrived_by
from allocopt.replanning.replay.span import Span
from allocopt.replanning.turn import Asked, Replanned, go_on
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class Standing:
    """A plan with its own scenario, and the number of played periods that were over when it was made."""

    plan: Plan
    scenario: Scenario
    closed: int = 0


@dataclass(frozen=True)
class Walk:
    """The periods played, all that came in them, the first plan and the turns of the loop."""

    span: Span
    came: Arrived
    first: Standing
    turns: tuple[Replanned, ...]

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """The first plan and the one that stood after each turn; the last is what was carried out."""
        after = (Standing(turn.plan, turn.scenario, len(turn.course.closed)) for turn in self.turns)
        return (self.first, *after)

    def in_force(self, place: int) -> tuple[Standing, Standing]:
        """The plan before the turn that preceded a played period, and the one that was in force in it."""
        made = [standing for standing in self.standings if standing.closed <= place]
        return made[max(len(made) - 2, 0)], made[-1]

    def course(self, standing: Standing) -> Course:
        """A plan beside all that came in the periods played."""
        return Course(standing.plan, standing.scenario, self.span.labels, self.came.tables)


def walk(
    then: Scenario,
    came: Arrived,
    span: Span,
    every: int,
    tell: Progress,
    stop: Event | None = None,
) -> Walk:
    """Plans `then`, and goes on after every so many periods; after the last one there is only a review.

    Raises what `planning.plan_scenario` raises.
    """
    ends = [*range(every, span.number, every), span.number]
    share = 1 / (len(ends) + 1)
    plan = plan_scenario(then, progress=_part(tell, 0.0, share, span.labels[0]), stop=stop)
    first = Standing(plan, then)
    return Walk(span, came, first, tuple(_turns(first, came, span, ends, tell, stop)))


def _turns(
    standing: Standing,
    came: Arrived,
    span: Span,
    ends: list[int],
    tell: Progress,
    stop: Event | None,
) -> Iterator[Replanned]:
    """A turn of the loop at the end of each of the numbers of periods.

    Raises KeyboardInterrupt where it was asked to stop: half a walk tells nothing.
    """
    share = 1 / (len(ends) + 1)
    for number, closed in enumerate(ends, start=1):
        arrived = arrived_by(came, span.calendar.ends[closed - 1])
        labels = span.labels[:closed]
        course = Course(standing.plan, standing.scenario, labels, arrived.tables)
        asked = Asked(solve=closed < span.number, weigh=False)
        heard = _part(tell, number * share, share, labels[-1])
        done = go_on(course, arrived, "", asked, heard, stop)
        if stop is not None and stop.is_set():
            raise KeyboardInterrupt
        standing = Standing(done.plan, done.scenario, closed)
        yield done


def _part(tell: Progress, first: float, share: float, label: str) -> Progress:
    """Progress of one turn as a part of the whole."""
    return lambda done, message: tell(first + share * done, f"{label}: {message}")
