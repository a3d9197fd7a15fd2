"""Invented deals: found, talked about, won, lost or forgotten."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Stage: chance that the sales system shows. Deals are won less often than it promises.
STAGES = {"接洽": 0.3, "报价": 0.6, "谈判": 0.9}
WON, LOST, FORGOTTEN = "赢单", "输单", ""
ENDINGS = {WON: 0.45, LOST: 0.40, FORGOTTEN: 0.15}
DEALS_A_MONTH = 0.5
SHORTEST, LONGEST = 2, 5


@dataclass(frozen=True)
class Deal:
    """A deal of the chains: months are counted from 0; `close` is when it ended, however it did.

    `slip` is by how many months it came later than hoped.
    """

    name: str
    territory: str
    amount: float
    found: int
    close: int
    slip: int
    ending: str

    def stage(self, month: int) -> str:
        """Stage at the end of a month before it ended."""
        passed = (month - self.found) / (self.close - self.found)
        return list(STAGES)[min(int(3 * passed), 2)]

    def hoped(self, month: int) -> int:
        """Month in which it is expected to close, seen from the end of a month."""
        return max(self.close - self.slip, month + 1)


def draw_deals(
    territory: str, typical: float, active: Sequence[int], rng: random.Random
) -> list[Deal]:
    """Deals found in the active months; `typical` is the usual amount. [currency]"""
    deals = []
    for month in active:
        if rng.random() >= DEALS_A_MONTH:
            continue
        ending = rng.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        # Who says no says it sooner.
        months = rng.randint(SHORTEST, LONGEST if ending == WON else LONGEST - 1)
        amount = round(typical * rng.uniform(0.5, 1.5), -3)
        name = f"{territory}{month + 1:02d}"
        slip = rng.randint(0, 1)
        deals.append(Deal(name, territory, amount, month, month + months, slip, ending))
    return deals


def won_in(deals: Sequence[Deal], territory: str, month: int) -> float:
    """What the deals of a territory bring in a month. [currency]"""
    return sum(
        deal.amount
        for deal in deals
        if deal.territory == territory and deal.close == month and deal.ending == WON
    )


def in_snapshots(
    deals: Sequence[Deal], month: int
) -> Iterator[tuple[str, str, float, str, float | None, int]]:
    """Deal, territory, amount, stage, chance and expected month, as they stand at a month's end.

    What ended in the month is shown once with its ending; what was forgotten is not.
    """
    for deal in deals:
        head = (deal.name, deal.territory, deal.amount)
        if deal.found <= month < deal.close:
            stage = deal.stage(month)
            yield *head, stage, STAGES[stage], deal.hoped(month)
        elif month == deal.close and deal.ending:
            yield *head, deal.ending, None, month
