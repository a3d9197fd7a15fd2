"""Changes: what is otherwise than in the version before, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from allocopt.documents.blocks import Block, Section, bullets, columns, notice, section, table
from allocopt.documents.facts import Facts, ratio
from allocopt.documents.facts.input_changes import SETTINGS, input_changes
from allocopt.documents.facts.progress import review_of
from allocopt.documents.facts.subject import COMPANY
from allocopt.documents.figures import bridge_chart
from allocopt.documents.language.amounts import points, signed
from allocopt.documents.language.formats import known
from allocopt.documents.language.measures import KPI_KINDS, measure_name, measure_value
from allocopt.documents.language.voice import Voice
from allocopt.documents.lean_table import lean_table
from allocopt.documents.sections.differences import difference_between, money, moves, quotas
from allocopt.errors import AllocoptError, DataError
from allocopt.table_changes import TableChange
from allocopt.whatif.difference import Difference

MOST_INPUTS = 20
# Figures of the comparison that are no difference of one plan to the next.
LEFT_OUT = frozenset({"plan", "status", "objective", "bound", "gap", "forecast_wape"})


def changes_section(facts: Facts, voice: Voice) -> Section:
    """Why the plan changed, and what is otherwise in it, against the version before."""
    before = facts.before
    if before is None:
        return section("changes", voice, [])
    origin = voice.say(
        "changes.origin",
        plan=str(before.summary.get("id", "")),
        created=voice.show.date(str(before.summary.get("created", ""))[:10] or None),
    )
    changes = input_changes(before, facts)
    blocks = [
        notice(origin),
        why_changed(changes, before, facts, voice),
        _input_table(changes, facts, voice),
        *differences_since(before, facts, voice),
    ]
    return section("changes", voice, blocks)


def why_changed(
    changes: list[TableChange], before: Facts, facts: Facts, voice: Voice
) -> Block | None:
    """A replan since, inputs that differ, another version of the program."""
    causes = [*_replan(before, facts, voice), *_inputs(changes, voice)]
    versions = [one.summary.get("versions", {}).get("allocopt") for one in (before, facts)]
    if versions[0] != versions[1]:
        causes.append(voice.say("changes.version", was=versions[0], now=versions[1]))
    return bullets(causes or [voice.say("changes.no_cause")], voice.say("changes.why"))


def _input_table(changes: list[TableChange], facts: Facts, voice: Voice) -> Block | None:
    """Input by input what was and what is."""
    rows = [_input_row(change, facts, voice) for change in changes if change.key]
    heads = columns("input entry field was now", voice)
    return table(voice.say("changes.inputs"), heads, rows, voice, most=MOST_INPUTS)


def _input_row(change: TableChange, facts: Facts, voice: Voice) -> list[str]:
    """Input, what it is about, field, before and now; a whole row came or went where no field is named."""
    was, now = (facts.any_name(text) or text for text in (change.before, change.after))
    if change.table != SETTINGS and not change.column:
        was, now = (
            ("", voice.say("changes.row_new")) if now else (voice.say("changes.row_gone"), "")
        )
    entry = facts.any_name(change.key) or change.key
    return [table_name(change.table, voice), entry, change.column, was, now]


def _replan(before: Facts, facts: Facts, voice: Voice) -> Iterator[str]:
    review = review_of(facts)
    if review and review.get("closed") != review_of(before).get("closed"):
        yield voice.say("changes.review", through=voice.show.date(review.get("through")))


def _inputs(changes: list[TableChange], voice: Voice) -> Iterator[str]:
    """How many changes there are in each input."""
    counts = Counter(change.table for change in changes)
    named = [
        voice.say("general.with", name=table_name(name, voice), value=voice.show.number(count))
        for name, count in counts.items()
    ]
    if named:
        yield voice.say("changes.changed", names=voice.show.join(named))


def table_name(name: str, voice: Voice) -> str:
    """What people call an input."""
    return voice.say.get(f"changes.table.{name.replace('.', '_')}", name)


def differences_since(before: Facts, facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """What is otherwise in the plan, as far as the two can be compared."""
    if before.periods != facts.periods:
        yield from _common(before, facts, voice)
        return
    try:
        difference = difference_between(before, facts)
    except DataError:
        yield notice(voice.say("changes.other_terms"))
        return
    whole = facts.subject == COMPANY
    yield _figures(difference, voice) if whole else None
    yield bridge_chart(facts, voice) if whole else None
    yield moves(difference, facts, voice)
    yield quotas(difference, facts, voice)
    yield money(difference, facts, voice) if whole else None


def _common(before: Facts, facts: Facts, voice: Voice) -> Iterator[Block | None]:
    """The periods that both plan, before and now; totals of different periods are not compared."""
    ends = {
        "was_first": before.periods[0],
        "was_last": before.periods[-1],
        "first": facts.periods[0],
        "last": facts.periods[-1],
    }
    shown = {name: voice.show.period(label) for name, label in ends.items()}
    yield notice(voice.say("changes.periods", **shown))
    labels = [label for label in facts.periods if label in before.periods]
    try:
        earlier = before.within(facts.subject)
    except AllocoptError:
        return  # The version before knew no such part.
    rows = []
    for name, source in (("demand", "sales"), ("sales", "sales"), ("spend", "budget")):
        was, now = (_sum(one.table(source), name, labels) for one in (earlier, facts))
        if known(was) and known(now) and (was or now):
            change = voice.show.change(ratio(now, was) - 1)
            shown_amounts = [voice.show.money(amount) for amount in (was, now)]
            rows.append([measure_name(name, voice), *shown_amounts, change])
    yield table(voice.say("changes.common"), columns("kpi #was #now #change", voice), rows, voice)


def _sum(rows: pd.DataFrame, column: str, labels: list[str]) -> float:
    return float(rows.loc[rows["period"].isin(labels), column].sum(min_count=1))


def _figures(difference: Difference, voice: Voice) -> Block | None:
    """Key figures before and after; those that stay are left out."""
    rows = []
    for row in difference.figures.to_dict("records"):
        name, was, now = str(row["figure"]), row["before"], row["after"]
        if name in LEFT_OUT or not row["change"] or name.partition(":")[0] not in KPI_KINDS:
            continue
        rows.append(
            [
                measure_name(name, voice),
                measure_value(name, float(was), voice),
                measure_value(name, float(now), voice),
                _change(name, float(was), float(now), voice),
            ]
        )
    heads = columns("kpi #was #now #change", voice)
    return lean_table(voice.say("changes.figures"), heads, rows, voice)


def _change(name: str, was: float, now: float, voice: Voice) -> str:
    """In points of a share, in pieces of a count, else as a relative change."""
    kind = KPI_KINDS[name.partition(":")[0]]
    if kind == "share":
        return points(now - was, voice)
    if kind == "count":
        return signed(now - was, voice)
    return voice.show.change(ratio(now, was) - 1)
