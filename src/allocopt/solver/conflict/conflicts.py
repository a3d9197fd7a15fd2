"""Conflicts that need no solver, and what they share with all others: which rules are set by people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from allocopt.errors import Conflict
from allocopt.problem import Problem
from allocopt.problem.numbering import numbered

STAYS_WITHIN = "Spend stays within its limits."

# Rules that tie variables together; nobody can change them, so a conflict is told without them.
TIES = frozenset(
    {
        "time_of_own_rep",
        "effective_time",
        "sales_earned",
        "credit_of_own_rep",
        "credit_at_most_sales",
        "credit_all_sales",
        "credit_by_part",
        "credit_of_tenths",
        "credit_tenths_at_most_sales",
        "credit_tenths_in_full",
        "part_in_tenths",
        "part_of_own_rep",
        "effective_spend",
        "spend_or_nothing",
        "quota_share",
        "coverage_piece_full",
        "coverage_piece_beyond",
        "lift_piece_full",
        "lift_piece_beyond",
        "given_up_at_change",
        "taken_up_is_held",
        "taken_up_is_new",
        "taken_up_was_given",
        "giver_touched",
        "receiver_touched",
        "border_between_reps",
        "alike_in_order",
        "overtime_of_filled_positions",
        "support_of_served",
        "support_of_filled_positions",
    }
)


def unreachable(problem: Problem) -> list[Conflict]:
    """Conflicts that need no solver: units that nobody may cover, floors that nothing can reach."""
    families = (
        _unserved_units,
        _floors_without_lever,
        _unaffordable_people,
        _broken_promises,
        _forced_handovers,
        _locked_out,
        _crossed_bounds,
        _missing_positions,
    )
    return [conflict for family in families for conflict in family(problem)]


def _unserved_units(problem: Problem) -> Iterator[Conflict]:
    """Units that nobody may cover, where each is to be covered."""
    served = problem.pairs.index.unique("unit")
    lost = tuple(problem.units.index.difference(served, sort=False))
    if problem.every_unit and lost:
        where = territories_of(problem, lost)
        text = f"No rep may cover {count_of(len(lost), 'unit')} in {where}."
        yield Conflict("unit_covered", "Every unit has exactly one rep.", lost, text)


def _floors_without_lever(problem: Problem) -> Iterator[Conflict]:
    """Money that is to be spent where nothing can be spent."""
    for rule in problem.budget:
        if not rule.keys and rule.lower > 0:
            text = (
                f"At least {rule.lower:,.0f} is to be spent on {rule.item}, where no lever works."
            )
            yield Conflict(rule.rule, STAYS_WITHIN, (rule.item,), text)


def _unaffordable_people(problem: Problem) -> Iterator[Conflict]:
    """Budgets that count people alone, where the people who are there cost more and hires cost nothing."""
    present = problem.tenures.taken(problem.tenures.presence, {}).sum(axis=1)
    cost = float((problem.reps["cost"] * present).sum())
    hires_cost = problem.reps["cost"][list(problem.open_reps)].any()
    for rule in problem.budget:
        of_people_alone = rule.with_people and not rule.keys
        if of_people_alone and not hires_cost and cost > rule.upper:
            text = f"The people who are there cost {cost:,.0f} of {rule.upper:,.0f}."
            yield Conflict(rule.rule, STAYS_WITHIN, (rule.item,), text)


def _broken_promises(problem: Problem) -> Iterator[Conflict]:
    """More committed spend than levers may take."""
    most = {lift.key: lift for lift in problem.lifts}
    for promise in problem.committed:
        reach = sum(most[key].bounds(promise.period)[1] for key in promise.keys)
        if promise.amount > reach * (1 + 1e-9):
            text = f"{promise.amount:,.0f} is committed to {promise.item} in {promise.period}, "
            can = f"where spend_max allows {reach:,.0f}."
            text += can if promise.keys else "where no lever works."
            yield Conflict(
                "committed_spend", "Spend that is committed is made.", (promise.item,), text
            )


def _forced_handovers(problem: Problem) -> Iterator[Conflict]:
    """Units whose owner stays and may not cover them any more, against the ceilings on handovers."""
    rule, units, reps = problem.handover, problem.units, problem.reps.index
    unit, rep = (
        numbered(problem.pairs.index, level, names)
        for level, names in (("unit", units.index), ("rep", reps))
    )
    owner = reps.get_indexer(pd.Index(units["owner"]))
    may_stay = frozenset(units.index[unit[rep == owner[unit]]])
    forced = [unit for unit in rule.counted if unit not in may_stay]
    few = rule.max_units is not None and len(forced) > rule.max_units
    small = rule.max_sales is not None and float(rule.sales[forced].sum()) > rule.max_sales
    if few or small:
        text = f"{count_of(len(forced), 'unit')} must change, as today's rep may not cover them."
        yield Conflict("handover_limit", "Few enough units change reps.", tuple(forced), text)


def _locked_out(problem: Problem) -> Iterator[Conflict]:
    """Units whose lock and whose family want different reps."""
    locked = problem.locked_stints
    of_locked = numbered(problem.stints, "unit", pd.Index([stint[0] for stint in locked]).unique())
    there = frozenset(problem.stints[of_locked >= 0])
    lost = [stint for stint in locked if stint not in there]
    for unit, owner in dict.fromkeys(stint[:2] for stint in lost):
        if owner:
            text = f"{unit} is locked to {owner}, who may not cover all of its family."
            yield Conflict("unit_locked", "A locked unit stays with its rep.", (str(unit),), text)


def _crossed_bounds(problem: Problem) -> Iterator[Conflict]:
    """Bounds on one thing, given in several places, that leave nothing between them."""
    for rule in problem.budget:
        if rule.lower > rule.upper:
            text = f"At least {rule.lower:,.0f} and at most {rule.upper:,.0f} are asked."
            yield Conflict(rule.rule, STAYS_WITHIN, (rule.item,), text)
    for head in problem.headcount:
        if head.upper < head.lower <= len(head.reps):
            text = f"At least {head.lower} and at most {head.upper} are to be hired."
            sentence = "Enough open positions are filled, and not too many."
            yield Conflict("headcount_limit", sentence, head.reps, text)


def _missing_positions(problem: Problem) -> Iterator[Conflict]:
    """More positions to be filled than are open."""
    for head in problem.headcount:
        if head.lower > len(head.reps):
            text = f"{head.lower} are to be hired of {count_of(len(head.reps), 'open position')}."
            yield Conflict("headcount_limit", "Enough positions are filled.", head.reps, text)


def territories_of(problem: Problem, units: Iterable[str]) -> str:
    """Territories of units, those with most units first."""
    counts = problem.units.loc[list(units), "territory"].value_counts()
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def count_of(number: int, thing: str) -> str:
    """3 units, 1 unit."""
    return f"{number} {thing}" + ("" if number == 1 else "s")
