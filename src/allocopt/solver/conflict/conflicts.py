"""Conflicts that need no solver, and what they share with all others: which rules are set by people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from allocopt.errors import Conflict
from allocopt.problem import Problem

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
    conflicts = []
    if problem.every_unit:
        served = set(problem.pairs.index.get_level_values("unit"))
        lost = [unit for unit in problem.units.index if unit not in served]
        if lost:
            where = territories_of(problem, lost)
            text = f"No rep may cover {count_of(len(lost), 'unit')} in {where}."
            conflicts.append(
                Conflict("unit_covered", "Every unit has exactly one rep.", tuple(lost), text)
            )
    for rule in problem.budget:
        if not rule.keys and rule.lower > 0:
            text = (
                f"At least {rule.lower:,.0f} is to be spent on {rule.item}, where no lever works."
            )
            conflicts.append(
                Conflict(rule.rule, "Spend stays within its limits.", (rule.item,), text)
            )
    conflicts += [*_unaffordable_people(problem), *_broken_promises(problem)]
    conflicts += [*_forced_handovers(problem), *_locked_out(problem), *_crossed_bounds(problem)]
    for head in problem.headcount:
        if head.lower > len(head.reps):
            text = f"{head.lower} are to be hired of {count_of(len(head.reps), 'open position')}."
            conflicts.append(
                Conflict("headcount_limit", "Enough positions are filled.", head.reps, text)
            )
    return conflicts


def _unaffordable_people(problem: Problem) -> Iterator[Conflict]:
    """Budgets that count people alone, where the people who are there cost more and hires cost nothing."""
    present = problem.tenures.taken(problem.tenures.presence, {}).sum(axis=1)
    cost = float((problem.reps["cost"] * present).sum())
    open_reps = problem.open_reps
    for rule in problem.budget:
        alone = (
            rule.with_people and not rule.keys and not problem.reps["cost"][list(open_reps)].any()
        )
        if alone and cost > rule.upper:
            text = f"The people who are there cost {cost:,.0f} of {rule.upper:,.0f}."
            yield Conflict(rule.rule, "Spend stays within its limits.", (rule.item,), text)


def _broken_promises(problem: Problem) -> Iterator[Conflict]:
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
    rule, owner = problem.handover, problem.units["owner"]
    pairs = set(problem.pairs.index)
    forced = [unit for unit in rule.counted if (unit, owner[unit]) not in pairs]
    few = rule.max_units is not None and len(forced) > rule.max_units
    small = rule.max_sales is not None and float(rule.sales[forced].sum()) > rule.max_sales
    if few or small:
        text = f"{count_of(len(forced), 'unit')} must change, as today's rep may not cover them."
        yield Conflict("handover_limit", "Few enough units change reps.", tuple(forced), text)


def _locked_out(problem: Problem) -> Iterator[Conflict]:
    """Units whose lock and whose family want different reps."""
    lost = [stint for stint in problem.locked_stints if stint not in problem.stints]
    for unit, owner in dict.fromkeys(stint[:2] for stint in lost):
        if owner:
            text = f"{unit} is locked to {owner}, who may not cover all of its family."
            yield Conflict("unit_locked", "A locked unit stays with its rep.", (str(unit),), text)


def _crossed_bounds(problem: Problem) -> Iterator[Conflict]:
    """Bounds on one thing, given in several places, that leave nothing between them."""
    for rule in problem.budget:
        if rule.lower > rule.upper:
            text = f"At least {rule.lower:,.0f} and at most {rule.upper:,.0f} are asked."
            yield Conflict(rule.rule, "Spend stays within its limits.", (rule.item,), text)
    for head in problem.headcount:
        if head.upper < head.lower <= len(head.reps):
            text = f"At least {head.lower} and at most {head.upper} are to be hired."
            sentence = "Enough open positions are filled, and not too many."
            yield Conflict("headcount_limit", sentence, head.reps, text)


def territories_of(problem: Problem, units: Iterable[str]) -> str:
    """Territories of units, those with most units first."""
    counts = problem.units.loc[list(units), "territory"].value_counts()
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def count_of(number: int, thing: str) -> str:
    """3 units, 1 unit."""
    return f"{number} {thing}" + ("" if number == 1 else "s")
