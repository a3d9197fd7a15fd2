"""The sections of scenario.yaml that are rules of the plan: one frozen model per family."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from allocopt.config.values import (
    Count,
    CountFromOne,
    Day,
    InnerShare,
    Many,
    NonNegative,
    Point,
    Positive,
    ScopeValue,
    Section,
    Share,
)


class Coverage(Section):
    """Which units are covered and who may cover them."""

    every_unit: bool = Field(default=True, description="Every unit must be covered in full.")
    max_distance: NonNegative | None = Field(
        default=None, description="Farthest unit that a rep may cover; blank = no limit. [km]"
    )
    candidates: CountFromOne | None = Field(
        default=None,
        description="Nearest reps that are considered per unit, always with today's owner and "
        "locked reps; blank = all eligible.",
    )
    travel_speed: Positive | None = Field(
        default=None, description="Speed for travel hours; blank = no travel. [km/h]"
    )
    travel_cost: NonNegative = Field(
        default=0.0, description="Cost of an hour of travel beyond the hour itself. [currency/h]"
    )
    travel_max: NonNegative | None = Field(
        default=None, description="Most travel of all reps; blank = no limit. [h per horizon]"
    )
    within: str | None = Field(
        default=None,
        description="Level of the tree that a rep's units may not leave; blank = none.",
    )
    lock_before_renewal: CountFromOne | None = Field(
        default=None,
        le=520,
        description="A unit that is renewed so soon after the plan's start, or after a change of "
        "people, keeps its rep until then; blank = no such lock. [periods]",
    )


class Pairs(Section):
    """What the table `pairs` means."""

    complete: bool = Field(
        default=False, description="Only listed pairs are eligible, and no pruning happens."
    )


class Workload(Section):
    """How a rep's selling time limits the plan."""

    hard: bool = Field(
        default=False,
        description="Hours, with overtime up to `overtime_max`, may not be exceeded at any price.",
    )
    overtime_max: NonNegative = Field(default=0.0, description="Most overtime. [share of hours]")
    overtime_cost: NonNegative | None = Field(
        default=None,
        description="Cost of overtime; blank = twice what an average hour brings. [currency/h]",
    )


class Balance(Section):
    """A measure that is spread over the reps in proportion to their hours."""

    measure: str = Field(description="demand, hours, potential or a numeric column of units.")
    tolerance: NonNegative = Field(default=0.15, description="Half the width of the band. [share]")
    hard: bool = Field(default=False, description="The band may not be left at any price.")
    price: NonNegative | None = Field(
        default=None,
        description="Price of leaving the band; required unless hard or in `order`. "
        "[currency/unit of measure]",
    )
    order: CountFromOne | None = Field(
        default=None,
        description="Evened out before everything else, 1 first; blank = weighed by its price alone.",
    )
    most_outside: NonNegative | None = Field(
        default=None,
        description="Most that may lie outside the band, over all reps; blank = no limit. [measure]",
    )

    @model_validator(mode="after")
    def _soft_needs_price(self) -> Self:
        if not self.hard and self.price is None and self.order is None:
            raise ValueError("a balance that is not hard needs a `price`")
        if self.hard and (self.order is not None or self.most_outside is not None):
            raise ValueError(
                "a hard balance has nothing outside its band: no `order`, no `most_outside`"
            )
        return self


class HeadcountBound(Section):
    """Bounds on the open positions that are filled in one scope."""

    scope: ScopeValue = Field(description="Where, such as territory=East.")
    min: Count = Field(default=0, description="Fewest open positions filled.")
    max: Count | None = Field(default=None, description="Most open positions filled; blank = all.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self.min, self.max, ("min", "max"))
        return self


class Headcount(Section):
    """How many open positions may be filled."""

    min: Count = Field(default=0, description="Fewest open positions filled.")
    max: Count | None = Field(default=None, description="Most open positions filled; blank = all.")
    by: Many[HeadcountBound] = Field(default=(), description="The same by scope.")
    hire_cost: NonNegative = Field(
        default=0.0, description="Cost of filling a position, once. [currency]"
    )
    hire_dates: Many[Day] = Field(
        default=(),
        description="Days on which open positions may be filled besides their earliest; blank = none.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self.min, self.max, ("min", "max"))
        return self


class Handover(Section):
    """What it costs that a unit changes its rep, and how much of it is allowed."""

    loss: Share = Field(default=0.15, description="Sales lost in the year after. [share of sales]")
    similarity: Share = Field(
        default=0.0,
        description="Part of the loss that a perfectly fitting successor (fit 1) avoids. [share]",
    )
    max_units: Count | None = Field(
        default=None, description="Most units handed over; blank = no limit."
    )
    max_share_of_sales: Share | None = Field(
        default=None, description="Most demand handed over; blank = no limit. [share of demand]"
    )
    max_reps: Count | None = Field(
        default=None, description="Most reps that lose or get a unit; blank = no limit."
    )


class BudgetBound(Section):
    """Bounds on spend in one scope."""

    scope: ScopeValue = Field(description="Where, such as channel=online or territory=East.")
    min: NonNegative | None = Field(default=None, description="Least spend. [currency]")
    max: NonNegative | None = Field(default=None, description="Most spend. [currency]")
    period: str | None = Field(
        default=None,
        description="Label of a period such as 2026-03, or `each`; blank = over the horizon.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self.min, self.max, ("min", "max"))
        return self


class Budget(Section):
    """How much may be spent on levers, and what it must bring."""

    total_max: NonNegative | None = Field(
        default=None, description="Most spend in all; blank = no limit. [currency per horizon]"
    )
    by: Many[BudgetBound] = Field(default=(), description="Bounds by scope.")
    roi_min: NonNegative | None = Field(
        default=None, description="Least margin brought per currency spent; blank = none."
    )
    price_of_money: NonNegative = Field(
        default=0.0, description="Charge on spend beyond the spend itself. [currency per currency]"
    )
    include_people: bool = Field(
        default=False, description="The cost of people counts against `total_max` too."
    )


class QuotaWeights(Section):
    """Weights of the weighted quota method; the rest goes to expected sales."""

    history: Share = Field(default=0.0, description="Weight of past sales. [share]")
    potential: Share = Field(default=0.0, description="Weight of potential. [share]")
    pipeline: Share = Field(default=0.0, description="Weight of the pipeline. [share]")

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.history + self.potential + self.pipeline > 1 + 1e-9:
            raise ValueError("the weights add up to more than 1")
        return self


class Quota(Section):
    """How the target is divided into quotas."""

    target: NonNegative | None = Field(
        default=None,
        description="What the quotas add up to; blank = expected sales. [currency per horizon]",
    )
    over_assignment: float = Field(
        default=0.0, gt=-1, description="Quotas beyond the target. [share of target]"
    )
    method: Literal["expected", "baseline", "potential", "history", "growth", "weighted"] = Field(
        default="expected",
        description="What a fair quota is proportional to; growth = history, grown as the forecast "
        "of its territory.",
    )
    weights: QuotaWeights = Field(
        default=QuotaWeights(), description="Weights of the method `weighted`."
    )
    change_min: float | None = Field(
        default=None, ge=-1, description="Least change against quota_before, such as -0.1. [share]"
    )
    change_max: float | None = Field(
        default=None, ge=-1, description="Most change against quota_before, such as 0.2. [share]"
    )
    hold_harmless: Share | None = Field(
        default=None,
        description="Least quota against quota_before, less where the demand of today's units has "
        "shrunk; blank = none. [share]",
    )
    ramp_relief: Share = Field(
        default=1.0,
        description="How much of the ramp counts: 1 = a quota grows with the hours of a newcomer, "
        "0 = it is whole from the first day. [share]",
    )
    fairness: NonNegative = Field(
        default=0.01,
        description="Price of deviating from the proportional quota. [currency per currency]",
    )
    shortfall_price: NonNegative = Field(
        default=0.05, description="Price of quotas that miss the target. [currency per currency]"
    )
    attain_probability: InnerShare | None = Field(
        default=None,
        description="Probability with which each quota should be reached; blank = not asked.",
    )
    round_to: Positive | None = Field(
        default=None, description="Quotas are multiples of this; blank = not rounded. [currency]"
    )
    cuts: Many[Literal["product", "channel", "segment"]] = Field(
        default=(), description="What each rep's quota is divided by: product, channel, segment."
    )
    tree: Many[Literal["year", "quarter", "month", "week"]] = Field(
        default=(),
        description="Grains of the target tree, in which targets meet expected sales; blank = no tree.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_order(self.change_min, self.change_max, ("change_min", "change_max"))
        most = None if self.change_max is None else 1 + self.change_max
        _check_order(self.hold_harmless, most, ("hold_harmless", "1 + change_max"))
        return self


class Contiguity(Section):
    """Whether a rep's units must hang together on the map."""

    hard: bool = Field(default=False, description="Each rep's units are connected by adjacency.")
    cut_price: NonNegative = Field(
        default=0.0, description="Price of a border between reps. [currency per length]"
    )


class Risk(Section):
    """How much a plan avoids bad outcomes."""

    samples: Count = Field(
        default=0,
        le=200,
        description="Demand outcomes that the plan is made for, the expected one among them, such as "
        "20; 0 or 1 = the expected one alone.",
    )
    cvar_level: InnerShare = Field(
        default=0.9,
        description="Level of the conditional value at risk: 0.9 looks at the worst tenth. [share]",
    )
    weight: NonNegative = Field(
        default=0.0,
        description="Price of what sales miss of the target in the worst outcomes. "
        "[currency per currency]",
    )


class Incentive(Section):
    """What reps earn for attainment."""

    curve: Many[Point] = Field(
        default=((0.8, 0.0), (1.0, 1.0), (1.2, 2.0)),
        description="Points of attainment and payout, rising. [share, share of variable_pay]",
    )
    cap: NonNegative | None = Field(
        default=None,
        description="Most payout; blank = the curve's last point. [share of variable_pay]",
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.curve:
            raise ValueError("`curve` has no point; leave it blank for the default")
        steps = list(zip(self.curve, self.curve[1:], strict=False))
        if any(b[0] <= a[0] or b[1] < a[1] for a, b in steps):
            raise ValueError("the points of `curve` must rise")
        return self


def _check_order(low: float | None, high: float | None, names: tuple[str, str]) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError(f"`{names[0]}` {low:g} is more than `{names[1]}` {high:g}")
