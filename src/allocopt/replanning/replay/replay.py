"""Replay: what the loop would have brought in a time that is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Event

import pandas as pd

from allocopt.notes import Note
from allocopt.planning import Progress
from allocopt.replanning.reading import Arrived
from allocopt.replanning.replay.arrivals import arrivals_of_files, arrivals_of_past
from allocopt.replanning.replay.known import Known, known_at
from allocopt.replanning.replay.outcome import Outcome, worth_table
from allocopt.replanning.replay.quotas import error_table, quota_table
from allocopt.replanning.replay.span import Span, span_of_files, span_of_past
from allocopt.replanning.replay.turns import turn_table
from allocopt.replanning.replay.walk import Walk, walk
from allocopt.replanning.replay.warnings import precision_table, warning_table
from allocopt.scenario import Scenario


@dataclass(frozen=True)
class Replayed:
    """A walk through the past, what was known at its start, and what the loop brought in tables."""

    scenario: Scenario
    known: Known
    walk: Walk

    @cached_property
    def quotas(self) -> pd.DataFrame:
        """Quotas by every way of setting them, actual sales and errors, by period and rep."""
        return quota_table(self.walk, self.scenario)

    @cached_property
    def errors(self) -> pd.DataFrame:
        """Errors of each way by period and over all."""
        return error_table(self.quotas)

    @cached_property
    def outcome(self) -> Outcome:
        """The loop and the first plan under the demand that came."""
        return Outcome(self.walk)

    @cached_property
    def worth(self) -> pd.DataFrame:
        """What the loop brought against the first plan never changed."""
        return worth_table(self.outcome)

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """Alerts of each turn, and whether they were right."""
        return warning_table(self.walk)

    @cached_property
    def precision(self) -> pd.DataFrame:
        """How many alerts of each kind were right."""
        return precision_table(self.warnings)

    @cached_property
    def turns(self) -> pd.DataFrame:
        """What each turn of the loop did."""
        return turn_table(self.walk)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What was assumed, what is hindsight, and what could not be counted."""
        return (*self.known.notes, *ASSUMED, *self._limits())

    def _untold(self) -> bool:
        """Whether money was planned for the time played, and nothing says what was spent in it."""
        budget = self.walk.first.plan["budget"]
        planned = budget["period"].isin(self.walk.span.labels) & (budget["spend"] > 0)
        return bool(planned.any()) and self.walk.course(self.walk.first).spent is None

    def _limits(self) -> Iterator[Note]:
        """What this replay could not know or count."""
        if restated := len(self.walk.came.restated):
            yield Note(
                f"{restated} entries were restated by a later file: every turn sees what they are at last",
                f"{restated} 条记录被后来的文件修正：各轮均使用最终值",
            )
        if self._untold():
            yield Note(
                "no spend of the time played is told: turns take it as spent as planned, though the sales "
                "that came cannot show it",
                "未提供回放期内的投入：各轮按计划投入处理，但实际销售并未反映该投入",
            )
        outcome = self.outcome
        if lost := sum(outcome.misplaced(side) for side in (outcome.loop, outcome.unchanged)):
            yield Note(
                f"{lost} assignments have no place in the scenario of the start: not counted in the worth",
                f"{lost} 条分配在起点情景中无对应关系，价值中未计入",
            )


ASSUMED = (
    Note(
        "worth: what each unit or cell sold is taken as its demand at standard coverage, whoever has it",
        "价值评估：假定各单元（或区域×细分）的实际销售即其标准覆盖下的需求，与由谁覆盖无关",
    ),
    Note(
        "proportional: the first plan's total of each period, shared by sales of the year before the start",
        "按比例：首个计划各期指标总额，按起点前一年的销售占比分配",
    ),
)


def replay(
    scenario: Scenario,
    files: Sequence[Path] = (),
    *,
    first: str = "",
    every: int = 1,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Replayed:
    """Plans on the past, feeds what came period by period, and goes on after `every` so many periods.

    With `files` the scenario's own plan is played with what they say came; else the last of its history, or
    from the period `first` on. Raises DataError where the past is too short, and what
    `planning.plan_scenario` raises.
    """
    tell = progress or (lambda _done, _message: None)
    scenario.need("units", "reps")
    if files:
        known, span, came = _by_files(scenario, files)
    else:
        span = span_of_past(scenario, first)
        known = known_at(scenario, span)
        came = arrivals_of_past(scenario, known.scenario, span)
    return Replayed(scenario, known, walk(known.scenario, came, span, every, tell, stop))


def _by_files(scenario: Scenario, files: Sequence[Path]) -> tuple[Known, Span, Arrived]:
    """The scenario's own plan, played as far as files reach."""
    whole = Span(scenario.calendar, scenario.calendar.plan_periods)
    known = known_at(scenario, whole)
    came = arrivals_of_files(known.scenario, files)
    return known, span_of_files(known.scenario, came.tables["actuals"]["date"]), came
