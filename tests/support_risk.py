"""A unit whose demand is uncertain, small enough to be planned for in the head.

Ann covers the unit and sells half of its demand. Each unit of money spent on the fair adds 1.25 of sales,
up to all that the unit demands; all sales are margin. With demand D it takes 0.4·D of money to sell all of
D, and money beyond that is lost.

Demand is 60, 120 or 180, each in one case of three: lower and upper hold in one half of all cases, so that
the two samples lie at the quartiles, which are the bounds.
"""

from __future__ import annotations

from pathlib import Path

from support_plan import FULL_MARGIN, scenario_of

from allocopt.scenario import Scenario

TABLES = {
    "units": "unit,territory,segment,hours,potential\nu1,East,Key,10,60\n",
    "reps": "rep,hours,productivity\nAnn,40,0.5\n",
    "segments": FULL_MARGIN,
    "demand": "territory,segment,period,mean,lower,upper\nEast,Key,2026-01,120,60,180\n",
    "levers": "lever,channel,reactive\nfair,events,no\n",
    "responses": "lever,form,lift_max,lift_unit,half\nfair,linear,100,currency,40\n",
}
REACTIVE = TABLES["levers"].replace("events,no", "events,yes")


def uncertain(folder: Path, risk: str = "{samples: 3}", yaml: str = "", **tables: str) -> Scenario:
    """The scenario with a section `risk`."""
    text = f"forecast: {{interval: 0.5}}\nrisk: {risk}\n{yaml}"
    return scenario_of(folder, text, **{**TABLES, **tables})
