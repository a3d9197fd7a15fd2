"""Options: how much a forecast may cost and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Recipe = Literal["fast", "balanced", "best"]
Booster = Literal["sklearn", "lightgbm"]


@dataclass(frozen=True)
class Options:
    """How to forecast.

    `recipe`: `fast` local forecasts alone, `balanced` with a global model, `best` with conditional
    quantiles and more hold-outs. `interval` is the share of outcomes that should lie inside the
    bounds; `season` the number of plan periods after which sales repeat (None: a year). With
    `backtest`, accuracy is measured at rolling origins beside simple forecasters. `clean` tames outliers
    and level shifts; `holidays` is a country whose public holidays move sales; `samples` the number of
    weighted scenarios to keep. Series with fewer known periods than `cold_start` (None: a season) get a
    share of their parent's forecast. `levels` names those that get a forecast of their own (None: all).
    """

    recipe: Recipe = "balanced"
    interval: float = 0.8
    season: int | None = None
    seed: int = 0
    backtest: bool = False
    booster: Booster = "sklearn"
    clean: bool = True
    holidays: str | None = None
    samples: int = 0
    cold_start: int | None = None
    levels: tuple[str, ...] | None = None

    @property
    def quantiles(self) -> tuple[float, ...]:
        """Conditional quantiles that the global model is asked for."""
        tail = (1 - self.interval) / 2
        return (tail, 1 - tail) if self.recipe == "best" else ()

    @property
    def holdouts(self) -> int:
        """Dates at which the members are compared."""
        return {"fast": 2, "balanced": 2, "best": 4}[self.recipe]
