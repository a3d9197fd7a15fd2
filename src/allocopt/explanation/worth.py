"""Worth: what one more of a limit brings, by solving again or from the linear relaxation.

With O and B the objective and the bound of the plan, O' and B' those with the limit moved, the best plans
differ by no less than O' − B and no more than B' − O.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocopt.explanation.case import Case
from allocopt.explanation.loosening import Loosening, phrased
from allocopt.explanation.relaxation import Relaxation
from allocopt.explanation.trials import Trials, Tried
from allocopt.explanation.words import DUAL, EXACT, INTERVAL
from allocopt.notes import Note
from allocopt.problem import Problem
from allocopt.scenario import change_scenario
from allocopt.whatif.origin import setting_maker
from allocopt.whatif.positions import open_positions, with_positions

NAN = float("nan")
ONE_MORE_REP = "one_more_rep"


@dataclass(frozen=True)
class Change:
    """What a change brings [currency over the horizon]: between `at_least` and `at_most`, NaN = unknown.

    Positive is a gain.
    """

    value: float
    at_least: float
    at_most: float
    method: str


@dataclass(frozen=True)
class Worth:
    """What a limit moved by its step brings; `tried` is the plan with it, where it was solved again."""

    rule: str
    item: str
    period: str
    step: float
    phrase: Note
    change: Change
    tried: Tried | None = None


def change_between(before: Tried, after: Tried) -> Change:
    """What a change of the problem brings, between two problems solved."""
    least, most = after.objective - before.bound, after.bound - before.objective
    if before.proven and after.proven and after.has_plan:
        value = after.objective - before.objective
        return Change(value, value, value, EXACT)
    return Change(after.objective - before.objective, least, most, INTERVAL)


def gain_between(before: Tried, after: Tried) -> Change:
    """The same where the change only adds plans, so that nothing can be lost by it."""
    change = change_between(before, after)
    least = max(change.at_least, 0.0)
    if change.method == EXACT:
        # What is below nothing is the tolerance of two proofs.
        return Change(least, least, least, EXACT)
    return Change(max(change.value, 0.0), least, max(change.at_most, 0.0), change.method)


def estimated(loosening: Loosening, relaxation: Relaxation | None) -> Worth:
    """What the linear relaxation says of one step."""
    value = NAN
    if relaxation is not None and loosening.rows:
        sides = relaxation.floors if loosening.floor else relaxation.ceilings
        duals = (factor * sides.get((rule, index), 0.0) for rule, index, factor in loosening.rows)
        value = loosening.step * sum(duals)
    return _worth(loosening, Change(value, NAN, NAN, DUAL))


def _worth(loosening: Loosening, change: Change, tried: Tried | None = None) -> Worth:
    phrase = loosening.phrase(loosening.step)
    return Worth(
        *(loosening.rule, loosening.item, loosening.period, loosening.step),
        *(phrase, change, tried),
    )


def solved_again(
    chosen: Sequence[Loosening], base: Tried, trials: Trials
) -> Iterator[tuple[Loosening, Worth | None]]:
    """What one step of each is worth, solved again; None where the time was over."""
    problems = [loosening.moved(loosening.step) for loosening in chosen]
    found = trials.each(problems, "one more")
    for loosening, tried in zip(chosen, found, strict=True):
        # Without a plan in the time nothing is known; the plan before is still one of its plans.
        if tried is None or not tried.has_plan:
            yield loosening, None
        else:
            yield loosening, _worth(loosening, gain_between(base, tried), tried)


def one_more_rep(case: Case, base: Tried, trials: Trials) -> Iterator[Worth]:
    """What one more rep brings in each place, cost included, with the median figures of those there."""
    places = dict(_with_one_more(case))
    found = trials.each([*places.values()], "one more rep")
    for place, tried in zip(places, found, strict=True):
        if tried is not None and tried.has_plan:
            phrase = phrased(f"{{n}} more rep in {place}", f"{place} 多 {{n}} 名代表")(1)
            change = change_between(base, tried)
            yield Worth(ONE_MORE_REP, place, "", 1.0, phrase, change, tried)


def _with_one_more(case: Case) -> Iterator[tuple[str, Problem]]:
    """The problem with one more rep, by place; none where only listed pairs count."""
    scenario = case.scenario
    if scenario.config.pairs.complete:
        return
    made, new = with_positions(scenario, len(open_positions(scenario)) + 1)
    rows = made.table("reps").set_index("rep").loc[list(new)]
    make = setting_maker("explain")
    start = scenario.calendar.plan_start.date().isoformat()
    for rep, row in rows.iterrows():
        cells = row.drop(["status", "start"]).dropna().to_dict()
        added = {"rep": rep, "start": start, **cells}
        changed = change_scenario(scenario, [make(("override", "reps", "add"), [added])])
        yield str(row["territory"]), case.problem_for(changed)
