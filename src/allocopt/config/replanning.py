"""The section `replan`: how the rest of a horizon is planned again when actuals arrive."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from allocopt.config.values import Count, Section


class Replan(Section):
    """How much may change inside a horizon, and what becomes of the quotas."""

    quotas: Literal["hold", "rebase", "relief"] = Field(
        default="hold",
        description="Quotas of the periods still to come: hold = as they were; rebase = divided anew by "
        "the plan's rules, from what is left of the target, else from the sales expected now; relief = as "
        "they were, less where the forecast has fallen.",
    )
    max_units: Count | None = Field(
        default=None,
        description="Most units that one replan hands over by choice; blank = what the plan's own "
        "ceiling leaves.",
    )
    refit: Literal["auto", "always", "never"] = Field(
        default="auto",
        description="Whether forecasters are trained again: auto = when sales have drifted or the "
        "training is old, else new sales only update what was learnt.",
    )
