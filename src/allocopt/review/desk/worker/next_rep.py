"""Next rep: where one rep more would go, and what the rep would bring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from allocopt.config import parse_settings
from allocopt.review.desk.worker.sessions import Held, limits_within
from allocopt.review.desk.worker.what_if import told_of
from allocopt.review.desk.worker.work import Told, Work, known
from allocopt.scenario import Scenario, change_scenario
from allocopt.solver import Watch
from allocopt.whatif.positions import with_positions
from allocopt.whatif.session import Answer, Session

# How long a rep more is looked for. [s]
SECONDS = 15.0
# What somebody who takes the answer up has to know of a position. Units: docs/data.md.
KNOWN = (
    "rep",
    "name",
    "territory",
    "territories",
    "segments",
    "hours",
    "cost",
    "ramp",
    "productivity",
)


def next_rep(work: Work, held: Held) -> Told:
    """The last that is told: positions that are filled beyond those of the plan, and what that brings.

    `where` has a row for each, with the columns KNOWN, `assumed` (made up with the medians of the place)
    and `units`: how many the rep takes. `least` and `most` are what bounds say of `change`. [currency]

    Raises DataError, Infeasible where no further rep is allowed, NoPlanInTime.
    """
    session, scenario = _before(work, held)
    filled = _filled(session)
    wider, made_up = with_positions(scenario, filled + 1)
    asked = change_scenario(
        wider, parse_settings([f"headcount.min={filled + 1}", f"headcount.max={filled + 1}"])
    )
    limits = replace(limits_within(asked, work.threads), time_limit=SECONDS)
    answer = session.ask(asked, limits=limits, watch=Watch(work.end, work.heard))
    before = answer.before
    return {
        "state": "done",
        "seconds": work.seconds,
        **told_of(answer),
        "least": known(answer.objective - before.bound),
        "most": known(answer.bound - before.objective),
        "where": [_place(answer, wider, rep, made_up) for rep in _newly_hired(answer)],
    }


def _before(work: Work, held: Held) -> tuple[Session, Scenario]:
    """What the rep comes to: the plan, or its answer to the settings of the job."""
    scenario = held.basis.scenario
    if not work.job["settings"]:
        return held.session, scenario
    scenario = change_scenario(scenario, parse_settings(work.job["settings"]))
    answer = held.session.ask(scenario, watch=Watch(work.end, work.heard))
    return Session(answer.after), scenario


def _filled(session: Session) -> int:
    """Open positions that the plan fills."""
    world = session.world
    if world.standing is not None:
        return len(world.standing.chosen.hired)
    reps = world.audited["reps"]
    return int((reps["hired"] == "yes").sum())


def _newly_hired(answer: Answer) -> list[str]:
    hires = answer.hires
    return [str(rep) for rep in hires.loc[(hires["before"] == "") & (hires["after"] != ""), "rep"]]


def _place(
    answer: Answer, scenario: Scenario, rep: str, made_up: tuple[str, ...]
) -> dict[str, Any]:
    """A position that is filled, in plain values."""
    reps = scenario.table("reps")
    row = reps.loc[reps["rep"] == rep, list(KNOWN)].iloc[0]
    told = {str(column): value for column, value in row.dropna().items()}
    plain = {name: float(x) if not isinstance(x, str) else x for name, x in told.items()}
    units = sum(rep in reps_named(holders) for holders in answer.moves["after"])
    return {**plain, "assumed": rep in made_up, "units": units}


def reps_named(holders: str) -> list[str]:
    """The reps of `Ann + Ben → Cy`."""
    return [rep for turn in holders.split(" → ") for rep in turn.split(" + ")]
