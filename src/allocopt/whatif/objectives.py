"""Objectives that can be traded against each other: how each is read, favoured and limited."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allocopt.config import Setting
from allocopt.errors import DataError, Finding, Severity
from allocopt.plan import Plan
from allocopt.scenario import Scenario
from allocopt.whatif.origin import setting_maker
from allocopt.yaml_source import KeyPath

# A favoured objective outweighs all others together when it changes by this share of what it is.
DECISIVE = 1e-3
# An objective that only breaks ties counts this share of all others together.
FAINT = 1e-6


class Objective(ABC):
    """A figure of a plan that one would have low or high; `figure` heads its column."""

    name: str
    higher_is_better = False

    @property
    def figure(self) -> str:
        """The figure's own name, where it is not the objective's."""
        return self.name

    @abstractmethod
    def of(self, plan: Plan, scenario: Scenario) -> float:
        """The figure in a plan."""

    def whole(self, plan: Plan, scenario: Scenario) -> float:
        """What the figure is a part of, in its own unit: prices are set from it, as it is not nothing."""
        return abs(self.of(plan, scenario))

    def refuse(self, scenario: Scenario) -> Iterator[str]:
        """Why a scenario cannot have this objective."""
        yield from ()


class Optimised(Objective):
    """An objective that can come before all others.

    Here and below `scale` is the size of the plan's whole objective [currency] and `size` that of the
    figure, or of what it is a part of; prices are set from them.
    """

    @abstractmethod
    def favoured(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """Settings under which it comes first."""


class Limited(Objective):
    """An objective that can be held below a limit; `is_whole` where only whole numbers differ."""

    is_whole = False

    @abstractmethod
    def limited(self, scenario: Scenario, most: float) -> Iterator[Setting]:
        """Settings under which the figure is at most so much."""

    @abstractmethod
    def counted(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """Settings under which it breaks ties and does no more than that."""


def _set(path: KeyPath, value: object) -> Setting:
    return setting_maker("tradeoff")(path, value)


def _price(share: float, scale: float, size: float) -> float:
    """A price at which `size` of a figure weighs `share` of the whole objective. [currency/unit]"""
    return share * max(abs(scale), 1.0) / size if size > 0 else share * max(abs(scale), 1.0)


class Contribution(Optimised):
    """The plan's own objective: contribution less the prices of rules that are not kept."""

    name = "contribution"
    figure = "objective"
    higher_is_better = True

    def of(self, plan: Plan, scenario: Scenario) -> float:
        """The objective [currency]."""
        return float(plan.summary["objective"])

    def favoured(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """Nothing: it comes first where nothing else is favoured."""
        yield from ()


class Handovers(Limited):
    """Units that change their rep though today's stays."""

    name = "handovers"
    is_whole = True

    def of(self, plan: Plan, scenario: Scenario) -> float:
        """Units [count]; those of reps who leave do not count, as for `handover.max_units`."""
        reps = scenario.table("reps")
        gone = (reps["status"] == "leaving") | (reps["end"] < scenario.calendar.plan_start)
        rows = plan["assignments"]
        moved = rows[(rows["handover"] == "yes") & rows["before"].isin(reps.loc[~gone, "rep"])]
        return float(moved["unit"].nunique())

    def limited(self, scenario: Scenario, most: float) -> Iterator[Setting]:
        """`handover.max_units`, or the scenario's own where that is less."""
        own = scenario.config.handover.max_units
        yield _set(("handover", "max_units"), int(most) if own is None else min(int(most), own))

    def counted(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """A loss by handover breaks ties already; without one there is a faint one."""
        if scenario.config.handover.loss == 0:
            yield _set(("handover", "loss"), FAINT)


@dataclass(frozen=True)
class Balance(Optimised, Limited):
    """What lies outside the band of a measure, over all reps."""

    measure: str
    name: str = "balance"

    def of(self, plan: Plan, scenario: Scenario) -> float:
        """Outside the band, below and above [measure]."""
        rows = plan["shortfalls"]
        own = rows["rule"].isin(["balance_floor", "balance_ceiling"])
        own &= rows["item"].str.startswith(f"{self.measure}/")
        return float(rows.loc[own, "amount"].sum())

    def whole(self, plan: Plan, scenario: Scenario) -> float:
        """All that the reps carry [measure]."""
        rows = plan["limits"]
        own = (rows["rule"] == "balance_floor") & rows["item"].str.startswith(f"{self.measure}/")
        return float(rows.loc[own, "activity"].abs().sum())

    def refuse(self, scenario: Scenario) -> Iterator[str]:
        """A hard band is never left."""
        if scenario.config.balance[self._place(scenario)].hard:
            yield f"the balance of {self.measure} is hard: there is nothing to trade"

    def favoured(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """A price that outweighs everything else."""
        yield self._set(scenario, "price", _price(1 / DECISIVE, scale, size))

    def limited(self, scenario: Scenario, most: float) -> Iterator[Setting]:
        """`most_outside`, a hair above so that a plan that has just that much is allowed."""
        yield self._set(scenario, "most_outside", most * (1 + FAINT))

    def counted(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """A faint price in place of its own."""
        yield self._set(scenario, "price", _price(FAINT, scale, size))

    def _set(self, scenario: Scenario, key: str, value: float) -> Setting:
        return _set(("balance", self._place(scenario), key), value)

    def _place(self, scenario: Scenario) -> int:
        return [band.measure for band in scenario.config.balance].index(self.measure)


class Travel(Optimised, Limited):
    """Hours that reps travel."""

    name = "travel"

    def of(self, plan: Plan, scenario: Scenario) -> float:
        """Travel of the company over the horizon [h]."""
        kpis = plan["kpis"]
        own = (kpis["kpi"] == "travel") & (kpis["scope"] == "company") & (kpis["period"] == "")
        return float(kpis.loc[own, "value"].sum())

    def whole(self, plan: Plan, scenario: Scenario) -> float:
        """All hours that reps have [h]."""
        return float(plan["reps"]["hours"].sum())

    def refuse(self, scenario: Scenario) -> Iterator[str]:
        """Without a speed there is no travel."""
        if scenario.config.coverage.travel_speed is None:
            yield "there is no travel without coverage.travel_speed"

    def favoured(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """A cost of travel that outweighs everything else."""
        yield _set(("coverage", "travel_cost"), _price(1 / DECISIVE, scale, size))

    def limited(self, scenario: Scenario, most: float) -> Iterator[Setting]:
        """`coverage.travel_max`."""
        yield _set(("coverage", "travel_max"), most * (1 + FAINT))

    def counted(self, scenario: Scenario, scale: float, size: float) -> Iterator[Setting]:
        """The cost of travel breaks ties already; without one there is a faint one."""
        if scenario.config.coverage.travel_cost == 0:
            yield _set(("coverage", "travel_cost"), _price(FAINT, scale, size))


# In the order in which one is rather limited than optimised.
NAMES = ("handovers", "balance", "travel", "contribution")
_PLAIN: Mapping[str, type[Objective]] = MappingProxyType(
    {"handovers": Handovers, "travel": Travel, "contribution": Contribution}
)


def objective_named(text: str, scenario: Scenario) -> Objective:
    """The objective that a text names; `balance` alone means the only measure, else `balance:demand`.

    Raises DataError where there is no such objective, or nothing of it in the scenario.
    """
    name, _, measure = (part.strip() for part in text.partition(":"))
    objective = _PLAIN[name]() if name in _PLAIN and not measure else _balance(text, scenario)
    if reasons := list(objective.refuse(scenario)):
        raise DataError([_finding(text, reason) for reason in reasons])
    return objective


def _balance(text: str, scenario: Scenario) -> Balance:
    name, _, measure = (part.strip() for part in text.partition(":"))
    measures = [band.measure for band in scenario.config.balance]
    known = [*_PLAIN, *(f"balance:{each}" for each in measures)]
    if name != "balance" or (measure and measure not in measures):
        raise DataError([_finding(text, f"there is no objective {text!r}", ", ".join(known))])
    if not measures:
        raise DataError([_finding(text, "no measure is balanced; add `balance` to the scenario")])
    if not measure and len(measures) > 1:
        raise DataError([_finding(text, "several measures are balanced", ", ".join(known[3:]))])
    return Balance(measure or measures[0])


def _finding(text: str, message: str, expected: str = "") -> Finding:
    return Finding(
        Severity.PROBLEM, message, file=f"--of {text}", expected=expected, code="no-objective"
    )
