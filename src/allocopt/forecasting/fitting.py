"""Fitting: everything learnt from a history, ready to be asked for the plan's demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from allocopt.calendar import PeriodName
from allocopt.forecasting.arrays import FloatArray
from allocopt.forecasting.case import Case
from allocopt.forecasting.consensus import Consensus, find_consensus, has_opinions
from allocopt.forecasting.engine import Past, Progress, Residuals, Task, Trained, train
from allocopt.forecasting.estimate import STATISTICAL, Estimate, past_sales
from allocopt.forecasting.evaluation import ACCURACY, SEASONAL_NAIVE, YARDSTICKS, Origins, measure
from allocopt.forecasting.evaluation.origins import forecast_at
from allocopt.forecasting.grain import plan_span, shares, span
from allocopt.forecasting.outcomes import Outcomes, find_outcomes
from allocopt.forecasting.panel import report_panel
from allocopt.forecasting.provenance import provenance
from allocopt.forecasting.result import Forecast
from allocopt.forecasting.run import Learn, Run, run
from allocopt.forecasting.study import Study, prepare
from allocopt.forecasting.trials import (
    Trials,
    at_grain,
    comparison_of,
    trials_of,
    wape_over_cells,
)
from allocopt.notes import Note

NO_BACK_TEST = Note(
    "History is too short to test: bounds from nothing to twice the mean are assumed.",
    "销售历史太短，无法检验：预测区间假设为零至均值的两倍。",
)
# An opinion is judged by more dates than a weight is chosen by.
HOLDOUTS_FOR_OPINIONS = 6


@dataclass(frozen=True)
class Fitted:
    """What was learnt from a history.

    `run` is that of the grain that did best in the hold-outs; `trials` are its hold-outs in judged
    periods; `notes` say what could not be used.
    """

    case: Case
    run: Run
    trials: Trials
    notes: tuple[Note, ...]

    @property
    def grain(self) -> PeriodName:
        """The periods that are forecast."""
        return self.run.study.panel.calendar.period

    @property
    def name(self) -> str:
        """As people see it: `smoothing and boosting by month`."""
        return f"{self.run.method} by {self.grain}"

    def mean(self) -> FloatArray:
        """Statistical forecast of each series in the plan periods, shape (series, plan period)."""
        panel = self.run.study.panel
        ahead = span(panel.calendar, panel.end, self.run.study.task.horizon)
        return np.asarray(self.run.forecast() @ shares(ahead, plan_span(self.case.calendar)))

    def consensus(self) -> Consensus:
        """The forecast with the opinions of pipeline and field blended in."""
        case = self.case
        return find_consensus(self.mean(), case.record, self.trials, case.calendar, case.sources)

    def outcomes(self, mean: FloatArray) -> Outcomes:
        """What may happen around means of the series in the plan periods."""
        return find_outcomes(self.run, self.trials, mean, self.case.calendar, self.case.options)

    def forecast(self) -> Forecast:
        """The tables of a forecast."""
        case, options, consensus = self.case, self.case.options, self.consensus()
        beside = {STATISTICAL: self.mean(), **consensus.sources} if consensus.sources else {}
        outcomes = self.outcomes(consensus.mean)
        estimate = Estimate(consensus.mean, case.calendar, case.record, outcomes, beside)
        untested = None if self.run.agreement else NO_BACK_TEST
        remarks = (self.run.remark, untested, *estimate.notes(), *consensus.notes)
        return Forecast(
            estimate.table(),
            estimate.nodes(),
            past_sales(case.record),
            self.accuracy(),
            provenance(self.run, self.name, options),
            (*case.record.notes, *self.notes, *(remark for remark in remarks if remark)),
            name=self.name,
            products=estimate.products(),
            samples=estimate.samples(options.samples),
            estimate=estimate,
            opinions=consensus.weights,
            effects=self.run.study.uplift.table(),
            report=report_panel(self.run.study.inspection, case.history),
        )

    def accuracy(self) -> pd.DataFrame:
        """Accuracy in the hold-outs that weights were chosen by, beside seasonal naive."""
        if len(self.trials) == 0:
            return pd.DataFrame(columns=ACCURACY)
        record = self.case.record
        by_name = {
            self.name: self.trials.forecast,
            **yardsticks(self.trials, record.season, SEASONAL_NAIVE),
        }
        comparison = comparison_of(record, self.trials, by_name)
        return measure(comparison, self.name, seed=self.case.options.seed)


def yardsticks(trials: Trials, season: int, *names: str) -> dict[str, FloatArray]:
    """What simple forecasters say at the same origins, arrays (origin, node, horizon)."""
    methods = {name: YARDSTICKS[name] for name in names}
    return forecast_at(trials.nodes, season, trials.origins, methods)


def fit(case: Case, tell: Progress) -> Fitted:
    """Learns from every grain of a record and keeps the one with the lowest error over cells."""
    most = HOLDOUTS_FOR_OPINIONS if has_opinions(case.sources) else case.options.holdouts
    origins = case.origins(most)
    fitted = []
    for number, grain in enumerate(case.record.panels):
        told = _part(tell, number, len(case.record.panels))

        def learn(
            task: Task, residuals: Residuals, pasts: Sequence[Past], told: Progress = told
        ) -> Trained:
            return train(task, residuals, pasts, case.options, told)

        pasts = find_pasts(case, grain, origins)
        fitted.append(fit_grain(case, grain, pasts, learn, origins))
    return min(fitted, key=_error)


def fit_again(case: Case, before: Fitted) -> Fitted:
    """A further case forecast by what was learnt before; nothing is trained."""
    trained, pasts, origins = before.run.trained, before.run.pasts, before.trials.origins
    if trained is None:
        return fit(case, lambda done, message: None)
    if not before.case.record.structure.keys.equals(case.record.structure.keys):
        # Hold-outs are of the series of then; with other series there are none.
        trained, pasts, origins = replace(trained, holdouts=()), (), Origins((), 0)
    known = trained
    return fit_grain(case, before.grain, pasts, lambda *_: known, origins)


def find_pasts(case: Case, grain: PeriodName, origins: Origins) -> tuple[Study, ...]:
    """Studies of one grain at the origins (judged periods), made of what was known then."""
    then = [prepare(case.at(place, origins.horizon), grain)[0] for place in origins.places]
    wanted = at_grain(case.record, origins, grain)
    found = [study for study in then if study.task.horizon == wanted.horizon]
    if len({_features(study) for study in found}) <= 1:
        return tuple(found)
    # A driver that was too young at the first date cannot be asked at a later one.
    return tuple(replace(study, task=replace(study.task, covariates=None)) for study in found)


def _features(study: Study) -> int:
    covariates = study.task.covariates
    return 0 if covariates is None else len(covariates)


def fit_grain(
    case: Case, grain: PeriodName, pasts: Sequence[Study], learn: Learn, origins: Origins
) -> Fitted:
    """What `learn` makes of the panel of one grain, judged at the origins (judged periods)."""
    study, notes = prepare(case, grain)
    notes = (*_stale(case), *notes)
    made = run(study, pasts, case, learn)
    return Fitted(case, made, trials_of(made, origins), notes)


def _stale(case: Case) -> tuple[Note, ...]:
    """That the books end long before the plan starts."""
    judged = case.record.judged
    waiting = judged.calendar.distance(judged.end, case.calendar.plan_start)
    if waiting < case.record.season:
        return ()
    last = judged.labels[-1]
    note = Note(
        f"History ends with {last}, {waiting} periods before the plan starts.",
        f"销售历史止于 {last}，比计划开始早 {waiting} 个周期。",
    )
    return (note,)


def _error(fitted: Fitted) -> float:
    error = wape_over_cells(fitted.trials, fitted.case.record)
    return error if np.isfinite(error) else np.inf


def _part(tell: Progress, number: int, count: int) -> Progress:
    return lambda done, message: tell((number + done) / count, message)
