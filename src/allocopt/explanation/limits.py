"""What binds a plan, in words, and what one more of each limit brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from allocopt.explanation.case import Case, case_of
from allocopt.explanation.depth import Depth
from allocopt.explanation.explained import Explanation
from allocopt.explanation.limits_on_people import TOLERANCE
from allocopt.explanation.loosening import Loosening
from allocopt.explanation.trials import Trials
from allocopt.explanation.words import FIXED, METHODS, number, rule_note
from allocopt.explanation.worth import NAN, ONE_MORE_REP, Change, Worth
from allocopt.explanation.worths import ground_of, how_known, loosenings, worths_of
from allocopt.notes import Note
from allocopt.plan import Plan
from allocopt.results.limits import item_and_period
from allocopt.scenario import Scenario

# A limit binds when less than this share of it is left.
BINDING = 1e-6
# What brings less than this share of the objective brings nothing.
NOTHING = 1e-9
MOST_TOLD = 6
COLUMNS = (
    *("rule", "item", "period", "side", "meaning", "activity", "lower", "upper", "slack"),
    *("step", "value", "at_least", "at_most", "value_of_one_more", "method"),
)


def explain_limits(plan: Plan, scenario: Scenario, depth: Depth | None = None) -> Explanation:
    """What binds, those first that bring most when moved by one step.

    Table: rule, item, period, side (ceiling, floor), meaning, activity, lower, upper and slack as in
    `limits` (over the periods of a rep's hours; slack the least of them) [unit of the limit]; step, how far
    the limit is moved [unit of the limit]; value, at_least and at_most, what that brings [currency];
    value_of_one_more, per unit; method: exact, interval, dual, or fixed where all assignments are kept.
    """
    depth = depth or Depth()
    case = case_of(plan, scenario)
    trials = Trials(depth, case.limits)
    chosen = loosenings(case.problem)
    ground = ground_of(case, depth, trials)
    worths = worths_of(case, chosen, ground, trials)
    table = pd.concat([_table(case, chosen, worths), kept_rows(plan)], ignore_index=True)
    sentences = [*told_worths(case, worths), *missed_rules(plan)]
    return Explanation((*sentences, *how_known(case, ground, worths)), table)


def told_worths(case: Case, worths: Sequence[Worth]) -> Iterator[Note]:
    """A sentence for each limit that is worth most, and one for all that bring nothing."""
    scale = NOTHING * max(abs(float(case.plan.summary["objective"])), 1.0)
    paying = [worth for worth in worths if worth.change.value > scale]
    yield from (worth_note(worth) for worth in paying[:MOST_TOLD])
    more = [worth for worth in worths if worth.rule == ONE_MORE_REP]
    if more and more[0] not in paying[:MOST_TOLD]:
        yield worth_note(more[0])
    rest = [w for w in worths if w.change.value <= scale and w.rule != ONE_MORE_REP]
    unclear = [worth for worth in rest if worth.change.at_most > scale]
    if unclear:
        yield Note(
            f"Of {len(unclear)} limits it is not proven whether one more brings anything.",
            f"{len(unclear)} 项限制放宽后是否带来收益尚未证明。",
        )
    elif rest and not paying:
        yield Note(
            "No limit binds: one more of any brings nothing.",
            "没有起约束作用的限制：任何一项放宽都不会带来收益。",
        )
    if len(rest) > len(unclear) and (paying or unclear):
        yield _idle([worth for worth in rest if worth not in unclear])


def _idle(worths: Sequence[Worth]) -> Note:
    """Limits that bring nothing; in the relaxation where they were not solved again."""
    told = "" if all(worth.tried is not None for worth in worths) else ", as far as is known"
    return Note(
        f"One more of the other {len(worths)} limits brings nothing by itself{told}.",
        f"其余 {len(worths)} 项限制单独放宽{'据目前所知' if told else ''}不会带来收益。",
    )


def worth_note(worth: Worth) -> Note:
    """`2 h more per month for Ann brings 12.5 (exact).`"""
    english, chinese = change_words(worth.change)
    phrase, method = worth.phrase, METHODS[worth.change.method]
    return Note(
        f"{_capital(phrase)}: brings {english} ({method}).",
        f"{phrase.zh}：带来 {chinese}（{method.zh}）。",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def change_words(change: Change) -> tuple[str, str]:
    """A change as a figure, and from where to where it lies where that is not proven."""
    if np.isfinite(change.at_least) and change.at_least < change.at_most:
        least, most = number(change.at_least), number(change.at_most)
        told = number(change.value)
        return f"about {told}, from {least} to {most}", f"约 {told}，{least} 至 {most}"
    return number(change.value), number(change.value)


def missed_rules(plan: Plan, item: str | None = None) -> Iterator[Note]:
    """Soft rules that the plan does not keep; those about one thing where it is named."""
    rows = plan["shortfalls"].to_dict("records")
    told = [row for row in rows if item is None or item in str(row["item"]).split("/")]
    for row in told[:MOST_TOLD]:
        what = f"{row['item']} {row['period']}".strip()
        rule = rule_note(plan, row["rule"])
        amount, price = number(row["amount"]), number(row["price"])
        yield Note(
            f"{rule} Missed for {what} by {amount}, at {price} each.",
            f"{rule.zh}{what} 相差 {amount}，单价 {price}。",
        )


def _table(case: Case, chosen: Sequence[Loosening], worths: Sequence[Worth]) -> pd.DataFrame:
    places = {
        (limit.rule, limit.item, limit.period, limit.phrase(limit.step)): limit for limit in chosen
    }
    rows = [
        _row(case, worth, places.get((worth.rule, worth.item, worth.period, worth.phrase)))
        for worth in worths
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(case: Case, worth: Worth, limit: Loosening | None) -> dict[str, object]:
    change = worth.change
    return {
        "rule": worth.rule,
        "item": worth.item,
        "period": worth.period,
        "side": "" if limit is None else "floor" if limit.floor else "ceiling",
        "meaning": _meaning(case.plan, worth.rule),
        **_standing(case, limit),
        "step": worth.step,
        "value": change.value,
        "at_least": change.at_least,
        "at_most": change.at_most,
        "value_of_one_more": change.value / worth.step,
        "method": change.method,
    }


def _meaning(plan: Plan, rule: str) -> str:
    if rule == ONE_MORE_REP:
        return "One more rep, cost included."
    return str(rule_note(plan, "balance_ceiling" if rule == TOLERANCE else rule))


def _standing(case: Case, limit: Loosening | None) -> dict[str, float]:
    """Where the plan stands to a limit; sums over the periods of a rep, the least slack."""
    figures = ("activity", "lower", "upper", "slack")
    if limit is None or not limit.rows or limit.rule == TOLERANCE:
        return dict.fromkeys(figures, NAN)
    keys = [(rule, *item_and_period(case.problem, index)) for rule, index, _ in limit.rows]
    table = case.plan["limits"].drop_duplicates(["rule", "item", "period"])
    own = table.set_index(["rule", "item", "period"])[list(figures)].reindex(keys)
    sums = {name: float(own[name].sum(min_count=1)) for name in figures[:-1]}
    slack = float(own["slack"].min())
    return {**sums, "slack": 0.0 if abs(slack) <= BINDING else slack}


def binding_rows(plan: Plan) -> pd.DataFrame:
    """Rows of `limits` at their limit, the dearest first."""
    limits = plan["limits"]
    size = limits[["activity", "lower", "upper"]].abs().max(axis=1).clip(lower=1.0)
    binding = limits[limits["slack"] <= BINDING * size]
    return binding.sort_values("value_of_one_more", ascending=False, na_position="last")


# Rules whose limits are solved again, or estimated, as a whole.
_MOVED = (
    *("selling_time_limit", "budget_total", "lever_budget", "scope_budget", "period_budget"),
    *("return_floor", "committed_spend", "headcount_limit", "handover_limit", "touched_limit"),
    *("balance_floor", "balance_ceiling", "outside_limit", "supply_limit", "travel_limit"),
    *("quota_floor", "quota_ceiling", "target_floor"),
)


def kept_rows(plan: Plan) -> pd.DataFrame:
    """Limits at which the plan stands and that no step moves: locks, groups, goals and decisions."""
    rows = binding_rows(plan)
    rows = rows[~rows["rule"].isin(_MOVED)]
    worth = rows["value_of_one_more"]
    meaning = [str(rule_note(plan, rule)) for rule in rows["rule"]]
    told = rows.assign(side="", meaning=meaning, step=1.0, value=worth, at_least=NAN, at_most=NAN)
    return told.assign(method=FIXED)[list(COLUMNS)]
