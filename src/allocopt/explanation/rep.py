"""What a rep does, what limits the rep, and which units one more hour would bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from allocopt.explanation.alternatives import moves_between
from allocopt.explanation.case import case_of
from allocopt.explanation.depth import Depth
from allocopt.explanation.explained import Cells, Explanation, must_know
from allocopt.explanation.limits import binding_rows, change_words, missed_rules, worth_note
from allocopt.explanation.loosening import Loosening
from allocopt.explanation.trials import Trials, Tried, holds
from allocopt.explanation.words import METHODS, grain, names, not_filled, number, rule_note
from allocopt.explanation.worth import Change, change_between, estimated, gain_between
from allocopt.explanation.worths import Ground, ground_of, loosenings, not_best
from allocopt.notes import Note
from allocopt.plan import Plan
from allocopt.scenario import Scenario

# Hours per period that are tried one after another until one of them moves a unit.
HOURS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
MOST_BINDING = 3
COLUMNS = ("hours", "value", "at_least", "at_most", "method", "comes", "leaves")


def explain_rep(
    plan: Plan, scenario: Scenario, rep: str, depth: Depth | None = None
) -> Explanation:
    """What a rep has to do and to sell, what limits that, and what other hours would bring.

    Table: the rep's units with hours [h], sales and demand [currency] over the horizon. Detail `hours`:
    hours more or less per period, value, at_least and at_most of that [currency], method, and the units
    that come and leave. Raises DataError when the plan has no such rep.
    """
    must_know("rep", rep, plan["reps"]["rep"].tolist())
    depth = depth or Depth()
    case = case_of(plan, scenario)
    trials = Trials(depth, case.limits)
    table = _units(plan, rep)
    row = plan["reps"][plan["reps"]["rep"] == rep].to_dict("records")[0]
    limit = next((x for x in loosenings(case.problem) if _is_time_of(x, rep)), None)
    ground = ground_of(case, depth, trials)
    hours = pd.DataFrame(columns=list(COLUMNS))
    notes: list[Note] = []
    if limit is not None:
        hours, notes = _hours(limit, case.problem.calendar.period, ground, trials)
    sentences = [
        _loaded(rep, row, len(table)),
        _quota(plan, rep),
        _handovers(plan, rep, table),
        *_binding(plan, rep),
        *missed_rules(plan, rep),
        *notes,
        *not_best(case, ground),
    ]
    return Explanation(tuple(sentences), table, {"hours": hours})


def _is_time_of(limit: Loosening, rep: str) -> bool:
    return (limit.rule, limit.item) == ("selling_time_limit", rep)


def _units(plan: Plan, rep: str) -> pd.DataFrame:
    mine = plan["assignments"]
    units = mine[mine["rep"] == rep][["unit", "name", "territory", "segment", "before", "reason"]]
    hours = plan["time"][plan["time"]["rep"] == rep].groupby("unit")["hours"].sum()
    sales = plan["sales"].groupby("unit")[["sales", "demand"]].sum()
    table = units.assign(
        hours=units["unit"].map(hours),
        sales=units["unit"].map(sales["sales"]),
        demand=units["unit"].map(sales["demand"]),
    )
    return table.reset_index(drop=True)


def _loaded(rep: str, row: Cells, units: int) -> Note:
    if row["hired"] == "no":
        return not_filled(rep)
    load, hours = number(row["load"]), number(row["hours"])
    share = f"{row['load'] / row['hours']:.0%}" if row["hours"] > 0 else ""
    used = (f" ({share})", f"（{share}）") if share else ("", "")
    more = number(row["overtime"])
    overtime = (
        (f", {more} h of it overtime", f"，其中加班 {more} 小时")
        if row["overtime"] > 0
        else ("", "")
    )
    return Note(
        f"{rep}: {units} units, {load} of {hours} h{used[0]}{overtime[0]}.",
        f"{rep}：{units} 个单元，{hours} 小时中用 {load} 小时{used[1]}{overtime[1]}。",
    )


def _quota(plan: Plan, rep: str) -> Note:
    quotas = plan["quotas"]
    mine = quotas[(quotas["level"] == "rep") & (quotas["rep"] == rep)]
    if mine.empty:
        return Note("No quota.", "没有指标。")
    quota, expected = number(float(mine["quota"].sum())), number(float(mine["expected"].sum()))
    past = float(mine["before"].sum())
    before = (f", before {number(past)}", f"，此前 {number(past)}") if past > 0 else ("", "")
    return Note(
        f"Quota {quota} against expected sales of {expected}{before[0]}.",
        f"指标 {quota}，预期销售额 {expected}{before[1]}。",
    )


def _handovers(plan: Plan, rep: str, table: pd.DataFrame) -> Note:
    mine = plan["assignments"]
    given = names(mine[(mine["before"] == rep) & (mine["rep"] != rep)]["unit"].tolist())
    taken = names(table[(table["before"] != "") & (table["before"] != rep)]["unit"].tolist())
    return Note(
        f"Gives away {given[0]}; takes over {taken[0]}.", f"交出：{given[1]}；接手：{taken[1]}。"
    )


def _binding(plan: Plan, rep: str) -> Iterator[Note]:
    """The limits at which the rep stands, the dearest first; each rule once."""
    rows = binding_rows(plan)
    mine = rows[(rows["item"] == rep) | rows["item"].str.endswith(f"/{rep}")]
    for row in mine.drop_duplicates("rule").head(MOST_BINDING).to_dict("records"):
        rule = rule_note(plan, row["rule"])
        what = " ".join(name for name in (row["item"], row["period"]) if name)
        yield Note(f"{rule} Binding for {what}.", f"{rule.zh}对 {what} 起约束作用。")


def _hours(
    limit: Loosening, period: str, ground: Ground, trials: Trials
) -> tuple[pd.DataFrame, list[Note]]:
    """What one hour less, one more, and as many more as move a unit would bring."""
    worth = estimated(limit, ground.relaxation)
    if ground.base is None:
        return _frame([(1.0, worth.change, [], [])]), [worth_note(worth)]
    rows = [*_tried(limit, ground.base, trials)]
    notes = [
        _hours_note(_phrase(limit, hours, period), change, comes, leaves)
        for hours, change, comes, leaves in rows
    ]
    return _frame(rows), notes


def _phrase(limit: Loosening, hours: float, period: str) -> Note:
    """`2 h more per month for Ann`, or less."""
    if hours > 0:
        return limit.phrase(hours)
    (english, chinese), told = grain(period), number(-hours)
    return Note(
        f"{told} h less per {english} for {limit.item}", f"{limit.item} 每{chinese}少 {told} 小时"
    )


Row = tuple[float, Change, list[str], list[str]]


def _tried(limit: Loosening, base: Tried, trials: Trials) -> Iterator[Row]:
    rep = limit.item
    less = trials.one(limit.moved(-1.0), 0.3)
    if less is not None and less.has_plan:
        yield (-1.0, change_between(base, less), *_exchanged(rep, base, less))
    for hours in HOURS:
        more = trials.one(limit.moved(hours), 0.3)
        if more is None or not more.has_plan:
            return
        comes, leaves = _exchanged(rep, base, more)
        moves = bool(comes or leaves)
        if hours == HOURS[0] or moves:
            yield hours, gain_between(base, more), comes, leaves
        if moves:
            return


def _exchanged(rep: str, before: Tried, after: Tried) -> tuple[list[str], list[str]]:
    """Units that come to a rep and that leave the rep."""
    moves = moves_between(before, after)
    comes = [unit for unit, had, has in moves if holds(has, rep) and not holds(had, rep)]
    leaves = [unit for unit, had, has in moves if holds(had, rep) and not holds(has, rep)]
    return comes, leaves


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    told = [
        (hours, x.value, x.at_least, x.at_most, x.method, "; ".join(comes), "; ".join(leaves))
        for hours, x, comes, leaves in rows
    ]
    return pd.DataFrame(told, columns=list(COLUMNS))


def _hours_note(phrase: Note, change: Change, comes: Sequence[str], leaves: Sequence[str]) -> Note:
    """What other hours bring, and which units change hands with the rep."""
    english, chinese = change_words(change)
    method = METHODS[change.method]
    moved = Note("", "")
    if comes or leaves:
        got, lost = names(comes), names(leaves)
        moved = Note(f"; {got[0]} comes, {lost[0]} leaves", f"；接手 {got[1]}，交出 {lost[1]}")
    return Note(
        f"{phrase}: changes the plan by {english} ({method}){moved}.",
        f"{phrase.zh}：计划变化 {chinese}（{method.zh}）{moved.zh}。",
    )
