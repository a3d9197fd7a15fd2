"""Draws: many joint outcomes of demand, by which quotas and pay are judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocopt.forecasting.plan_samples import draws_of_bounds
from allocopt.forecasting.result import Forecast
from allocopt.problem.demand_samples import DemandSamples

if TYPE_CHECKING:
    from allocopt.scenario import Scenario

# Probabilities are then known to within 4 points (one standard error at one half).
DRAWS = 200
# All samples of a lot of series are not held at once.
MOST_NUMBERS = 20_000_000
FEWEST = 20


def outcome_draws(scenario: Scenario, forecast: Forecast) -> DemandSamples | None:
    """Weighted outcomes of demand; None where demand was given without bounds.

    As many as `forecast.samples` asks for, else 200, fewer for a great many series. From history they are
    the joint scenarios of the forecast; given demand is low and high everywhere at once.
    """
    fitting = max(min(DRAWS, MOST_NUMBERS // max(len(forecast.table), 1)), FEWEST)
    count = scenario.config.forecast.samples or fitting
    drawn = forecast.draws(count)
    if drawn is not None or forecast.estimate is not None:
        return drawn
    interval = scenario.config.forecast.interval
    return draws_of_bounds(forecast.table, count, interval, scenario.calendar.labels)
