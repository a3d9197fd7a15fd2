"""Losses: what it costs when some reps leave, for the likeliest, the worst and on average."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan
from allocopt.scenario import Scenario
from allocopt.tables.text import nearest
from allocopt.whatif.batch import Effort, Outcome, solve_each
from allocopt.whatif.changes import Basis
from allocopt.whatif.difference import moves_of, uncovered_in
from allocopt.whatif.people import COMPANY, reps_in, without

# Up to this many groups all are solved; beyond, the worst is searched for and the average sampled.
MOST_SOLVES = 30
SAMPLED = 20

Group = tuple[str, ...]
FIGURES = ("cost", "contribution", "sales", "units_moved", "units_uncovered")


@dataclass(frozen=True)
class Question:
    """Which loss is asked about: `count` of the reps of `territory` (COMPANY = all) from `day` on."""

    count: int
    territory: str
    day: pd.Timestamp

    @property
    def origin(self) -> str:
        """The question as the options that ask it."""
        return f"--lose {self.count}" + (f" --in {self.territory}" if self.territory else "")


@dataclass(frozen=True)
class Loss:
    """What follows when a group of reps is gone.

    `plan` is None, with a `reason`, where no plan is left (`impossible`) or none was found in time.
    """

    group: Group
    scenario: Scenario | None
    plan: Plan | None
    figures: Mapping[str, float]
    reason: str = ""
    impossible: bool = False

    @property
    def cost(self) -> float:
        """What the objective falls by [currency]; infinite where no plan is left, NaN where unknown."""
        if self.plan is not None:
            return self.figures["cost"]
        return np.inf if self.impossible else np.nan


@dataclass(frozen=True)
class Losses:
    """The answer to a question about a loss.

    `likeliest` and `worst` are the two cases; `average` has the mean of each figure over `sampled` of
    `groups`. When `exact` all groups were solved, and none is worse than the worst. `cost` is what the
    objective falls by [currency]: what it counts beyond contribution are rules that those who stay can no
    longer keep.
    """

    likeliest: Loss
    worst: Loss
    average: Mapping[str, float]
    sampled: int
    groups: int
    exact: bool
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """A row per case: case, reps, then FIGURES."""
        rows = [
            {"case": case, "reps": ", ".join(loss.group), **loss.figures}
            for case, loss in (("likeliest", self.likeliest), ("worst", self.worst))
        ]
        rows.append({"case": "average", "reps": f"{self.sampled} groups", **self.average})
        return pd.DataFrame(rows, columns=["case", "reps", *FIGURES])


def lose(basis: Basis, question: Question, effort: Effort | None = None) -> Losses:
    """What it costs to lose some reps.

    Raises DataError for a territory that is not there or has fewer reps, or when the basis has no plan.
    """
    there = _reps_asked_about(basis.scenario, question)
    search = _Search(basis, question, effort or Effort())
    likeliest = tuple(likeliest_first(there)["rep"].head(question.count))
    names = list(there["rep"])
    groups = comb(len(names), question.count)
    if groups <= MOST_SOLVES:
        every = search.solve(combinations(names, question.count))
        worst = _worst(every)
        notes: tuple[str, ...] = (f"All {groups} groups of {question.count} were solved.",)
    else:
        every = search.solve(_drawn(names, question.count, basis.scenario.config.solver.seed))
        worst, how = search.worst(names)
        notes = (how, f"The average is over {len(every)} of {groups:,} groups, drawn at random.")
    case = search.solve([likeliest])[0]
    # The sample and the likeliest group may have met a worse one than the search.
    worst = _worst([worst, case, *every])
    return Losses(
        likeliest=case,
        worst=worst,
        average=_mean([loss for loss in every if loss.plan is not None]),
        sampled=sum(loss.plan is not None for loss in every),
        groups=groups,
        exact=groups <= MOST_SOLVES and not any(np.isnan(loss.cost) for loss in every),
        notes=(*notes, *search.remarks(every)),
    )


def likeliest_first(reps: pd.DataFrame) -> pd.DataFrame:
    """Rows of `reps` by how likely each leaves: announced first, then by the earliest end, then newcomers.

    That the newest leave first is assumed: hazard falls with tenure (Farber, 1994, J. Labor Economics 12).
    An unknown start counts as the longest tenure.
    """
    announced = reps["status"] == "leaving"
    ranked = reps.assign(_announced=~announced, _tenure=-reps["start"].astype("int64"))
    ranked["_tenure"] = ranked["_tenure"].where(reps["start"].notna(), np.inf)
    ordered = ranked.sort_values(["_announced", "end", "_tenure"], kind="stable")
    return ordered[reps.columns]


def _reps_asked_about(scenario: Scenario, question: Question) -> pd.DataFrame:
    tree = scenario.territory_tree
    if question.territory != COMPANY and question.territory not in tree:
        near = nearest(question.territory, list(tree.nodes))
        raise DataError([_problem(question, f"there is no territory {question.territory!r}", near)])
    first, last = scenario.calendar.plan_start, scenario.calendar.plan_end
    if not first <= question.day <= last:
        message = f"nobody can be lost from {question.day:%Y-%m-%d} on, which is no day of the plan"
        expected = f"--from a day from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        raise DataError([replace(_problem(question, message), expected=expected)])
    there = reps_in(scenario, question.territory, question.day)
    if len(there) < question.count:
        names = ", ".join(there["rep"]) or "nobody"
        where = question.territory or "the company"
        message = f"{where} has {len(there)} reps to lose on {question.day:%Y-%m-%d} ({names})"
        raise DataError([_problem(question, message)])
    return there


def _problem(question: Question, message: str, near: str = "") -> Finding:
    return Finding(
        Severity.PROBLEM, message, file=question.origin, nearest=near, code="loss-not-possible"
    )


class _Search:
    """Solves groups of reps, each once."""

    def __init__(self, basis: Basis, question: Question, effort: Effort) -> None:
        if basis.plan is None:
            raise DataError([_problem(question, "there is no plan to compare with")])
        self.basis, self.question, self.effort = basis, question, effort
        self.before = basis.plan
        self.known: dict[Group, Loss] = {}
        self.relaxed: set[Group] = set()

    def solve(self, groups: Iterable[Group]) -> list[Loss]:
        """The loss of each group, in order."""
        wanted = [tuple(sorted(group)) for group in groups]
        fresh = [group for group in dict.fromkeys(wanted) if group not in self.known]
        missing = self._attempt(fresh, may_leave_open=False)
        if missing and self.basis.scenario.config.coverage.every_unit:
            self.relaxed.update(missing)
            self._attempt(missing, may_leave_open=True)
        return [self.known[group] for group in wanted]

    def worst(self, names: Sequence[str]) -> tuple[Loss, str]:
        """The worst group that adding the worst rep one by one finds, and how it was looked for."""
        count = self.question.count
        shortlist = self._heaviest(names, max(MOST_SOLVES // count, count))
        group: Group = ()
        for _ in range(count):
            grown = [(*group, name) for name in shortlist if name not in group]
            group = _worst(self.solve(grown)).group
        about = (
            "all reps" if len(shortlist) == len(names) else f"the {len(shortlist)} who carry most"
        )
        how = f"The worst was looked for one rep after another among {about}: a worse group may exist."
        return self.known[group], how

    def remarks(self, losses: Sequence[Loss]) -> tuple[str, ...]:
        """What people must know about how the groups were solved."""
        failed = [loss for loss in losses if loss.plan is None]
        said = []
        if self.relaxed:
            said.append(
                f"In {len(self.relaxed)} of {len(self.known)} groups not every unit can be covered: there, "
                "units may be left open."
            )
        if failed:
            said.append(f"{len(failed)} groups have no plan, such as {_told(failed[0])}")
        return tuple(said)

    def _attempt(self, groups: Sequence[Group], *, may_leave_open: bool) -> list[Group]:
        """Solves groups; those for which there is no plan."""
        scenarios = {group: self._without(group, may_leave_open) for group in groups}
        sound = {group: it for group, it in scenarios.items() if isinstance(it, Scenario)}
        outcomes = solve_each(self.basis, list(sound.values()), self.effort)
        found = dict(zip(sound, outcomes, strict=True))
        for group in groups:
            reason = scenarios[group]
            outcome = found.get(group, Outcome(None, str(reason), impossible=True))
            self.known[group] = self._loss(group, sound.get(group), outcome)
        return [group for group in groups if self.known[group].impossible]

    def _without(self, group: Group, may_leave_open: bool) -> Scenario | str:
        question = self.question
        try:
            return without(
                self.basis.scenario,
                group,
                question.day,
                question.origin,
                may_leave_open=may_leave_open,
            )
        except DataError as error:
            return error.findings[0].sentence()

    def _loss(self, group: Group, scenario: Scenario | None, outcome: Outcome) -> Loss:
        plan = outcome.plan
        figures = {} if plan is None else _figures(self.before, plan)
        return Loss(group, scenario, plan, figures, outcome.reason, outcome.impossible)

    @cached_property
    def _carried(self) -> pd.Series[float]:
        """Planned sales of each rep's units over the horizon [currency]."""
        sales = self.before["sales"].groupby("unit")["sales"].sum()
        rows = self.before["assignments"].drop_duplicates("unit")
        return (
            rows.assign(sales=sales.reindex(rows["unit"]).to_numpy()).groupby("rep")["sales"].sum()
        )

    def _heaviest(self, names: Sequence[str], most: int) -> list[str]:
        carried = self._carried.reindex(list(names)).fillna(0.0)
        chosen = set(carried.sort_values(ascending=False, kind="stable").index[:most])
        return [name for name in names if name in chosen]


def _figures(before: Plan, after: Plan) -> dict[str, float]:
    """FIGURES of the plan that is left; `cost` is the fall of the objective."""
    return {
        "cost": before.summary["objective"] - after.summary["objective"],
        "contribution": after.summary["contribution"],
        "sales": float(after["sales"]["sales"].sum()),
        "units_moved": float(len(moves_of(before, after))),
        "units_uncovered": float(uncovered_in(after)),
    }


def _worst(losses: Sequence[Loss]) -> Loss:
    """The loss that costs most, as far as that is known."""
    return max(losses, key=lambda loss: -np.inf if np.isnan(loss.cost) else loss.cost)


def _mean(losses: Sequence[Loss]) -> dict[str, float]:
    """Mean of each figure, unknown where there is no plan at all."""
    return {
        name: float(np.mean([loss.figures[name] for loss in losses])) if losses else np.nan
        for name in FIGURES
    }


def _told(loss: Loss) -> str:
    return f"{', '.join(loss.group)}: {loss.reason}"


def _drawn(names: Sequence[str], count: int, seed: int) -> list[Group]:
    """Distinct groups drawn at random, always the same for a seed."""
    random = np.random.default_rng(seed)
    drawn: dict[Group, None] = {}
    while len(drawn) < SAMPLED:
        places = sorted(random.choice(len(names), size=count, replace=False))
        drawn[tuple(names[place] for place in places)] = None
    return list(drawn)
