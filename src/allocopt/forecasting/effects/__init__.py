"""Effects: events, holidays, drivers and customer behaviour around the statistical forecast."""

from allocopt.forecasting.effects.covariates import Covariates
from allocopt.forecasting.effects.customers import Behaviour, from_buying, from_counts
from allocopt.forecasting.effects.drivers import read_drivers
from allocopt.forecasting.effects.events import read_events
from allocopt.forecasting.effects.holidays import read_holidays
from allocopt.forecasting.effects.occurrences import Occurrences, no_events
from allocopt.forecasting.effects.uplift import Uplift, UpliftOptions, fit_uplift

__all__ = [
    "Behaviour",
    "Covariates",
    "Occurrences",
    "Uplift",
    "UpliftOptions",
    "fit_uplift",
    "from_buying",
    "from_counts",
    "no_events",
    "read_drivers",
    "read_events",
    "read_holidays",
]
