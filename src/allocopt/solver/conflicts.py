"""Conflicts in words: rows of a clash as rules, reps, units and territories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from allocopt.errors import Conflict, Infeasible
from allocopt.problem import Problem
from allocopt.solver.compiled import RowKey
from allocopt.solver.diagnosis import Clash

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
            where = _territories(problem, lost)
            text = f"No rep may cover {_count(len(lost), 'unit')} in {where}."
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
            text = f"{head.lower} are to be hired of {_count(len(head.reps), 'open position')}."
            conflicts.append(
                Conflict("headcount_limit", "Enough positions are filled.", head.reps, text)
            )
    return conflicts


def _unaffordable_people(problem: Problem) -> Iterator[Conflict]:
    """Budgets that count people alone, where the people who are there cost more."""
    present = problem.tenures.taken(problem.tenures.presence, {}).sum(axis=1)
    cost = float((problem.reps["cost"] * present).sum())
    for rule in problem.budget:
        alone = rule.with_people and not rule.keys and not problem.open_reps
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
        text = f"{_count(len(forced), 'unit')} must change, as today's rep may not cover them."
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


def describe(problem: Problem, rules: Mapping[str, str], clash: Clash) -> Infeasible:
    """The clash as an error: one conflict per rule, with the people and places it is about."""
    by_rule: dict[str, list[RowKey]] = {}
    for row in clash.rows:
        if row.rule not in TIES:
            by_rule.setdefault(row.rule, []).append(row)
    conflicts = [
        Conflict(rule, rules[rule], _items(problem, rows), _detail(problem, rule, rows, by_rule))
        for rule, rows in by_rule.items()
    ]
    return Infeasible(_summary(problem, by_rule), conflicts, proven=clash.proven)


def _items(problem: Problem, rows: Iterable[RowKey]) -> tuple[str, ...]:
    """What the rows are about, each once, without their times."""
    names = ("/".join(str(part) for part in row.index if part not in problem.times) for row in rows)
    return tuple(dict.fromkeys(name or "company" for name in names))


def _detail(
    problem: Problem, rule: str, rows: list[RowKey], by_rule: Mapping[str, list[RowKey]]
) -> str:
    items = _items(problem, rows)
    if rule in ("unit_covered", "unit_locked", "unit_covered_once"):
        return f"{_count(len(items), 'unit')} in {_territories(problem, items)}"
    if rule == "selling_time_limit":
        return _hours(problem, items, _items(problem, by_rule.get("unit_covered", [])))
    if rule == "target_floor":
        floors = [floor for floor in problem.targets if floor.name in items]
        return "; ".join(f"{x.name}: at least {x.amount:,.0f} of {x.measure}" for x in floors)
    return ""


def _hours(problem: Problem, reps: tuple[str, ...], units: tuple[str, ...]) -> str:
    """Hours that the units need at least, against the hours that the reps have."""
    available = float(problem.selling_time.loc[list(reps)].to_numpy().sum())
    text = f"{', '.join(reps)}: {available:,.1f} h in all"
    if units:
        least = problem.least_hours.loc[list(units)]
        text += f"; the units above need at least {float(least.sum()):,.1f} h"
        if float(least.sum()) <= available:
            text += ", and no division among these reps fits"
    return text


def _summary(problem: Problem, by_rule: Mapping[str, list[RowKey]]) -> str:
    units = _items(problem, by_rule.get("unit_covered", []))
    reps = _items(problem, by_rule.get("selling_time_limit", []))
    if units and reps:
        return (
            f"The selling time of {', '.join(reps)} is too short for "
            f"{_count(len(units), 'unit')} in {_territories(problem, units)}."
        )
    return f"No plan can keep these rules together: {', '.join(by_rule)}."


def _territories(problem: Problem, units: Iterable[str]) -> str:
    """Territories of units, those with most units first."""
    counts = problem.units.loc[list(units), "territory"].value_counts()
    return ", ".join(f"{name} ({count})" for name, count in counts.items())


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
