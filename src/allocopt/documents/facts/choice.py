"""Choice: which of several plans allocopt would recommend, by a rule that is stated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocopt.documents.facts import Facts
from allocopt.documents.facts.goals import given_goals
from allocopt.documents.language.formats import known
from allocopt.errors import AllocoptError


@dataclass(frozen=True)
class Option:
    """One of the plans: its facts, what it is called, and how many of the goals it is known to miss."""

    facts: Facts
    title: str
    missed: int

    @property
    def worth(self) -> float:
        """Contribution; sales where the reader may not see that. [currency]"""
        contribution = self.facts.contribution()
        return contribution if known(contribution) else self.facts.sales()

    @property
    def slack(self) -> float:
        """How much better a plan of this option may be than the one that was found. [currency]"""
        summary = self.facts.summary
        objective, bound = summary.get("objective"), summary.get("bound")
        both = isinstance(objective, int | float) and isinstance(bound, int | float)
        return max(float(bound) - float(objective), 0.0) if both else 0.0  # type: ignore[arg-type]

    @property
    def handovers(self) -> int:
        """Units that change their rep."""
        return int(self.facts.handovers["unit"].nunique())


def options_of(facts: Facts) -> tuple[Option, ...]:
    """The plan and those beside it, in the order in which they were named.

    Raises:
        AllocoptError: they do not plan the same periods, or are in different currencies.
    """
    plans = (facts, *facts.beside)
    _refuse_unlike(plans)
    titles = _titles(plans)
    return tuple(
        Option(
            plan, title, sum(known(goal.gap) and not goal.is_reached for goal in given_goals(plan))
        )
        for plan, title in zip(plans, titles, strict=True)
    )


def recommended(options: Sequence[Option]) -> Option:
    """Of the plans that miss the fewest goals the one with the highest contribution.

    Plans that are nearer to that one than their solves could tell apart count as equal; of those, the one
    with the fewest handovers is recommended.
    """
    fewest = min(option.missed for option in options)
    fit = [option for option in options if option.missed == fewest]
    best = max(fit, key=lambda option: option.worth)
    equal = [option for option in fit if is_equal(option, best)]
    return min(equal, key=lambda option: (option.handovers, -option.worth))


def is_equal(one: Option, other: Option) -> bool:
    """Whether two plans are nearer to each other than their solves can tell apart."""
    return abs(one.worth - other.worth) <= max(one.slack, other.slack)


def _titles(plans: Sequence[Facts]) -> list[str]:
    """Names of the plans; the ids where names are missing or say nothing apart."""
    names = [plan.name for plan in plans]
    ids = [str(plan.summary.get("id", "")) for plan in plans]
    named = [name or key for name, key in zip(names, ids, strict=True)]
    if len(set(named)) == len(named):
        return named
    return [f"{name} ({number})" for number, name in enumerate(named, start=1)]


def _refuse_unlike(plans: Sequence[Facts]) -> None:
    """Totals of different periods or currencies say nothing beside each other."""
    terms = {
        "plan different periods": [f"{plan.periods[0]} to {plan.periods[-1]}" for plan in plans],
        "are in different currencies": [
            plan.scenario.config.scenario.currency or "none" for plan in plans
        ],
    }
    for what, values in terms.items():
        if len(set(values)) > 1:
            told = "; ".join(
                f"{title}: {value}" for title, value in zip(_titles(plans), values, strict=True)
            )
            raise AllocoptError(
                f"these plans {what} and cannot be put side by side ({told}); "
                "solve them for the same terms, or leave some out"
            )
