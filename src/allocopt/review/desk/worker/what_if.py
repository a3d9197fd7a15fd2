"""What-if: a quick answer to changed settings, a better one where that is far from proven, its plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from allocopt.config import parse_settings
from allocopt.plan import save_plan
from allocopt.review.desk.worker.sessions import Held, limits_within
from allocopt.review.desk.worker.work import Told, Work, known
from allocopt.scenario import Scenario, change_scenario
from allocopt.solver import Watch
from allocopt.whatif.session import SECONDS, Answer, Session, World

# An answer that is not near enough after the first seconds is improved this long at most. [s]
IMPROVING = 30.0


def what_if(work: Work, held: Held) -> Told:
    """The last that is told of a what-if: where its plan is, what it brings, how good it is.

    Raises ConfigError or DataError for settings that cannot be read, Infeasible, NoPlanInTime,
    KeyboardInterrupt where it was stopped before there was a plan.
    """
    scenario = change_scenario(held.basis.scenario, parse_settings(work.job["settings"]))
    answer = _asked(work, held.session, scenario, SECONDS)
    first_seconds = work.seconds
    is_final = _is_near(held.session, answer)
    work.tell("first", **told_of(answer), hires=len(answer.hires), final=is_final)
    if not is_final and not work.enough:
        answer = _improved(work, held.session, answer)
    folder = save_plan(answer.plan, scenario, Path(work.job["out"]))
    stopped = work.stopped and not _is_near(held.session, answer)
    return {
        "state": "stopped" if stopped else "done",
        "folder": str(folder),
        "seconds": work.seconds,
        "first_seconds": first_seconds,
        **told_of(answer),
    }


def told_of(answer: Answer) -> dict[str, Any]:
    """What an answer brings and how good it is. [currency]"""
    return {
        "objective": known(answer.objective),
        "bound": known(answer.bound),
        "gap": known(answer.gap),
        "change": known(answer.change),
        "moves": len(answer.moves),
    }


def _asked(work: Work, session: Session, scenario: Scenario, seconds: float) -> Answer:
    """An answer that is near enough, or the best after some time."""
    limits = limits_within(scenario, work.threads)
    near = max(limits.gap, _near_of(session))
    limits = replace(limits, time_limit=min(seconds, limits.time_limit), gap=near)
    return session.ask(scenario, limits=limits, watch=Watch(work.end, work.heard))


def _improved(work: Work, session: Session, first: Answer) -> Answer:
    """A better answer, searched for from the first one; the first one where there is none."""
    seconds = IMPROVING if work.job["seconds"] is None else float(work.job["seconds"])
    if seconds <= 0:
        return first
    work.improve()
    try:
        found = _asked(work, Session(first.after), first.after.scenario, seconds)
    except KeyboardInterrupt:
        return first
    better = found.after if found.objective > first.objective else first.after
    after = replace(_bounded(better, min(found.bound, first.bound)), seconds=work.seconds)
    return replace(first, after=after, seconds=work.seconds)


def _bounded(world: World, bound: float) -> World:
    """The world with a bound of its plans that is known from another search."""
    if world.standing is None:
        return world
    return replace(world, standing=replace(world.standing, bound=bound))


def _near_of(session: Session) -> float:
    """The gap that counts as near enough for a change of a plan."""
    standing = session.world.standing
    return 0.0 if standing is None else standing.near


def _is_near(session: Session, answer: Answer) -> bool:
    """Whether an answer is as good as it gets: near enough, or of a full search of its own."""
    if answer.after.standing is None:
        return True
    return answer.gap <= _near_of(session)
