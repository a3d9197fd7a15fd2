"""Forecasts of what-ifs: that of the plan before, unless what it was made from has changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from allocopt.forecasting import Forecast, forecast_scenario, options_of
from allocopt.forecasting.evaluation import ACCURACY
from allocopt.forecasting.panel import KEYS
from allocopt.forecasting.result import PROVENANCE, SAMPLES
from allocopt.forecasting.sources import NAMES
from allocopt.notes import CHINESE, Note
from allocopt.plan import Plan
from allocopt.problem.demand_samples import DemandSamples
from allocopt.scenario import Scenario

# What the table `units` says of today's owners and of rules between units is no ground of a forecast.
_NO_GROUND = ("rep", "since", "lock", "lock_until", "family", "apart")


@dataclass(frozen=True)
class Remade:
    """What outcomes of a stored forecast are drawn from.

    A plan keeps means and bounds of its forecast, not what moves together. Drawn from the bounds alone, all
    would be low or high at once, and every probability would differ from that of the plan: the forecast is
    made again, when somebody draws for the first time.
    """

    scenario: Scenario

    def draws(self, keep: int) -> DemandSamples | None:
        """Weighted joint scenarios of the forecast, which are those that the plan was judged by."""
        return self._forecast.draws(keep)

    @cached_property
    def _forecast(self) -> Forecast:
        return forecast_scenario(self.scenario)


def same_forecast(before: Scenario, after: Scenario) -> bool:
    """Whether two scenarios have all that a forecast is made from in common."""
    return (
        before.calendar == after.calendar
        and options_of(before) == options_of(after)
        and all(_grounds(before, name).equals(_grounds(after, name)) for name in NAMES)
    )


def _grounds(scenario: Scenario, name: str) -> pd.DataFrame:
    table = scenario.table(name)
    return table.drop(columns=list(_NO_GROUND)) if name == "units" else table


def stored_forecast(plan: Plan, scenario: Scenario) -> Forecast | None:
    """The forecast that a plan holds; None where the plan does not hold all of it.

    Means by product and channel are not kept in a plan, so history that names those is forecast again.
    """
    history = scenario.table("history")
    if history[["product", "channel"]].notna().any(axis=None):
        return None
    told = plan.summary["forecast"]
    opinions = told["weights"]["opinions"]
    return Forecast(
        table=plan["forecast"],
        nodes=plan["forecast_nodes"],
        past=plan["past"],
        accuracy=_accuracy(told["name"], told["wape"]),
        provenance=_provenance(plan),
        notes=_notes(plan),
        name=told["name"],
        samples=plan.tables.get("samples", pd.DataFrame(columns=SAMPLES)),
        opinions=pd.DataFrame(opinions) if opinions else pd.DataFrame(),
        estimate=None if len(scenario.table("demand")) or history.empty else Remade(scenario),
    )


def _accuracy(name: str, wape: float | None) -> pd.DataFrame:
    """The one error that a plan keeps."""
    rows = [] if wape is None else [{"metric": "wape", "value": wape}]
    table = pd.DataFrame(rows, columns=["metric", "value"])
    return table.assign(forecaster=name, level="cell").reindex(columns=ACCURACY)


def _provenance(plan: Plan) -> pd.DataFrame:
    """Every series as the plan's forecast has it; of weights a plan keeps the mean."""
    told = plan.summary["forecast"]
    return (
        plan["forecast"][KEYS]
        .drop_duplicates(ignore_index=True)
        .assign(
            forecaster=told["name"],
            why=f"as in the plan {plan.summary['id']}",
            recipe=told["recipe"],
            weight=told["weights"]["global_model"],
        )[PROVENANCE]
    )


def _notes(plan: Plan) -> tuple[Note, ...]:
    chinese = plan.summary.get("translations", {}).get(CHINESE, {})
    return tuple(Note(text, zh) for text, zh in chinese.items())
