"""Pack: a plan for each world that may come, and what it is worth to have it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path

import pandas as pd

from allocopt.contingency.prospects import prospects_of
from allocopt.contingency.summary import summary_text
from allocopt.contingency.worlds import Ground, World, worlds_of
from allocopt.errors import DataError, Finding, Infeasible, NoPlanInTime, Severity
from allocopt.files import write_atomic
from allocopt.forecasting import Forecast
from allocopt.forecasting.plan_samples import draws_of_bounds
from allocopt.plan import CONTRIBUTION_PARTS, Plan, save_plan
from allocopt.planning import limits_of, problem_of
from allocopt.problem import Problem
from allocopt.problem.demand_samples import DemandSamples, samples_of_table
from allocopt.problem.keeping import decisions_of_plan, keep
from allocopt.scenario import Scenario
from allocopt.solver import solve
from allocopt.tables import write_table
from allocopt.whatif.batch import Effort, Outcome, solve_each
from allocopt.whatif.changes import Basis
from allocopt.whatif.difference import Difference, difference_of

TABLE = "contingency.csv"
SUMMARY = "contingency.md"
# Cases that given bounds are read as, where the forecast has no samples of its own.
CASES = 20
COLUMNS = (
    *("name", "trigger", "scope", "by", "share_of_plan", "sales", "probability", "status"),
    *("contribution_kept", "contribution", "gain", "units_moved", "spend_change", "quota_change"),
    *("reason", "trigger_zh"),
)


@dataclass(frozen=True)
class Alternative:
    """What a world asks for.

    plan: the plan made for it, None with a `reason` where there is none. kept: the contribution of the old
    plan carried on in this world [currency], NaN with the rules it breaks in `kept_reason`. difference:
    from the old plan to the new one.
    """

    world: World
    scenario: Scenario
    plan: Plan | None
    reason: str
    kept: float
    kept_reason: str
    difference: Difference | None

    @property
    def contribution(self) -> float:
        """What the plan made for the world brings. [currency]"""
        return nan if self.plan is None else float(self.plan.summary["contribution"])

    @property
    def gain(self) -> float:
        """What it brings more than carrying on. [currency]"""
        return self.contribution - self.kept


@dataclass(frozen=True)
class Pack:
    """Alternatives to a plan, in the order in which they were asked for."""

    plan: Plan
    alternatives: tuple[Alternative, ...]

    def table(self) -> pd.DataFrame:
        """A row per world: its trigger, what carrying on and changing bring, and what changes."""
        return pd.DataFrame([_row(each) for each in self.alternatives], columns=list(COLUMNS))


def make_pack(basis: Basis, effort: Effort | None = None) -> Pack:
    """A plan for each world of a basis that has a plan.

    Raises DataError without a plan, ConfigError or DataError where a world's changes cannot be made.
    """
    plan, effort = _plan_of(basis), effort or Effort()
    problem = problem_of(basis.scenario, basis.forecast)
    ground = Ground(basis.scenario, plan, problem, prospects_of(problem, _samples(basis, problem)))
    worlds = worlds_of(ground)
    planned = _planned(basis, worlds, effort)
    found = [
        _alternative(basis, plan, world, *each) for world, each in zip(worlds, planned, strict=True)
    ]
    return Pack(plan, tuple(found))


def _planned(
    basis: Basis, worlds: Sequence[World], effort: Effort
) -> list[tuple[Scenario, Outcome]]:
    """What each world is planned as and what comes of it; `if_impossible` where the first has no plan."""
    asked = [world.scenario for world in worlds]
    found = list(zip(asked, solve_each(basis, asked, effort), strict=True))
    instead = {
        place: world.if_impossible
        for place, world in enumerate(worlds)
        if found[place][1].plan is None and world.if_impossible is not None
    }
    again = solve_each(basis, list(instead.values()), effort)
    for (place, scenario), outcome in zip(instead.items(), again, strict=True):
        found[place] = (scenario, outcome)
    return found


def _plan_of(basis: Basis) -> Plan:
    if basis.plan is None:
        message = "there is no plan to prepare alternatives to"
        raise DataError([Finding(Severity.PROBLEM, message, code="no-plan")])
    return basis.plan


def _samples(basis: Basis, problem: Problem) -> DemandSamples | None:
    """The samples of the forecast, else cases between given bounds; None where neither is known."""
    forecast, interval = basis.forecast, basis.scenario.config.forecast.interval
    if forecast.samples.empty:
        return draws_of_bounds(forecast.table, CASES, interval, problem.periods)
    return samples_of_table(forecast.samples, problem.periods)


def _alternative(
    basis: Basis, plan: Plan, world: World, scenario: Scenario, outcome: Outcome
) -> Alternative:
    kept, kept_reason = _carried_on(plan, scenario, basis.forecast_for(scenario))
    return Alternative(
        world=world,
        scenario=scenario,
        plan=outcome.plan,
        reason=outcome.reason,
        kept=kept,
        kept_reason=kept_reason,
        difference=None if outcome.plan is None else difference_of(plan, outcome.plan),
    )


def _carried_on(plan: Plan, scenario: Scenario, forecast: Forecast) -> tuple[float, str]:
    """Contribution of the old plan in a changed world, or why it cannot be kept. [currency]

    Who covers what, hires and committed spend stay; reps still choose their time.
    """
    problem = problem_of(scenario, forecast)
    levers = scenario.table("levers")
    reactive = frozenset(levers.loc[levers["reactive"].fillna(value=False), "lever"])
    try:
        found = solve(
            keep(problem, decisions_of_plan(plan, problem, reactive)), limits_of(scenario)
        )
    except (Infeasible, NoPlanInTime) as error:
        return nan, str(error).partition("\n")[0]
    return sum(found.decisions.parts[name] for name in CONTRIBUTION_PARTS), ""


def _row(each: Alternative) -> tuple[object, ...]:
    trigger, change = each.world.trigger, each.difference
    return (
        each.world.name,
        str(trigger.sentence),
        str(trigger.scope),
        "" if trigger.by is None else trigger.by.date().isoformat(),
        trigger.share,
        trigger.sales,
        trigger.probability,
        "no plan" if each.plan is None else each.plan.summary["status"],
        each.kept,
        each.contribution,
        each.gain,
        nan if change is None else float(len(change.moves)),
        nan if change is None else float(change.money["change"].sum()),
        nan if change is None else float(change.quotas["change"].sum()),
        " ".join(text for text in (each.reason, each.kept_reason) if text),
        trigger.sentence.zh,
    )


def save_pack(pack: Pack, folder: str | Path, language: str = "en") -> Path:
    """Writes contingency.csv, contingency.md and a plan folder per world; an older pack is replaced.

    Raises FileExistsError when the folder holds something that is not a pack.
    """
    target = Path(folder)
    if target.exists() and not (target / TABLE).exists() and (target.is_file() or _holds(target)):
        raise FileExistsError(f"{target} holds files that are no contingency pack")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for each in _with_plans(pack):
            save_plan(each[0], each[1], fresh / each[2])
        write_atomic(fresh / SUMMARY, summary_text(pack.alternatives, language).encode())
        write_table(pack.table().replace("", None), fresh / TABLE)
        fresh.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def _holds(folder: Path) -> bool:
    return any(folder.iterdir())


def _with_plans(pack: Pack) -> Iterator[tuple[Plan, Scenario, str]]:
    for each in pack.alternatives:
        if each.plan is not None:
            yield each.plan, each.scenario, each.world.name
