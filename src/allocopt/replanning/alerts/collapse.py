"""Collapse: a channel or a product that has lost its part of sales, by more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from allocopt.notes import Note
from allocopt.replanning.alerts import advice
from allocopt.replanning.alerts.alert import Alert, discovered, scope_text
from allocopt.replanning.alerts.review import Review
from allocopt.replanning.performance.amounts import NAMED
from allocopt.replanning.performance.page import amount_text

Floats = npt.NDArray[np.float64]

# Last periods that are looked at, together and fewer; and periods before them that tell what is usual.
WINDOW = 3
FEWEST = 6


@dataclass(frozen=True)
class Fall:
    """What a channel or product has sold in its last `periods` beside its usual part of all sales.

    `chance` of so little without any change.
    """

    periods: int
    sold: float
    usual: float
    chance: float

    @property
    def share(self) -> float:
        """What was sold as a part of what is usual."""
        return self.sold / self.usual


def collapse_alerts(review: Review) -> Iterator[Alert]:
    """Channels and products below `alerts.collapse_below` of their usual part of sales."""
    for scope in NAMED:
        falls = dict(_falls(review, scope))
        chances = np.array([fall.chance for fall in falls.values()])
        rings, adjusted = discovered(chances, review.level)
        for (item, fall), ring, chance in zip(falls.items(), rings, adjusted, strict=True):
            if ring and fall.share < review.section.collapse_below:
                yield _collapsed(review, scope, item, fall, 1 - float(chance))


def _falls(review: Review, scope: str) -> Iterator[tuple[str, Fall]]:
    """The deepest fall of each channel or product with enough of a past."""
    rows = review.books.rows.dropna(subset=scope)
    closed = review.books.spans.closed
    # A place that has not reported sells through no channel: of such a period nothing is known.
    missing = review.books.unreported.sum()
    rows = rows[~rows["place"].isin(missing.index[missing > 0])]
    sums = rows.groupby([scope, "place"])["sales"].sum().unstack().fillna(0.0)
    # A period without any row tells nothing; a year is usual.
    since = closed - WINDOW - review.course.calendar.season
    sums = sums.reindex(columns=[place for place in range(since, closed) if place in sums.columns])
    if closed - 1 not in sums:
        return
    for item, line in zip(sums.index, sums.to_numpy(dtype=float), strict=True):
        fall = deepest_fall(line, sums.to_numpy(dtype=float).sum(axis=0))
        if fall is not None:
            yield str(item), fall


def deepest_fall(line: Floats, whole: Floats) -> Fall | None:
    """The least likely of the falls over the last 1, 2 and 3 periods; None with too short a past.

    What is usual is the item's part of all sales before, so that a season of the whole company is no fall.
    A sum of new periods differs from its expectation by noise and by what the past part is known to:
    Student's t with as many degrees of freedom as past periods less one (prediction interval of a mean).
    The chance is that of the best of three windows (Bonferroni).
    """
    number = len(line) - WINDOW
    if number < FEWEST or whole[:number].sum() <= 0 or line[:number].sum() <= 0:
        return None
    part = line[:number].sum() / whole[:number].sum()
    noise = float(np.sqrt(((line[:number] - part * whole[:number]) ** 2).sum() / (number - 1)))
    falls = []
    for periods in range(1, WINDOW + 1):
        sold, usual = float(line[-periods:].sum()), float(part * whole[-periods:].sum())
        if usual > 0:
            spread = noise * np.sqrt(periods * (1 + periods / number))
            chance = (
                float(t.cdf((sold - usual) / spread, number - 1))
                if spread > 0
                else float(sold >= usual)
            )
            falls.append(Fall(periods, sold, usual, min(WINDOW * chance, 1.0)))
    return min(falls, key=lambda fall: fall.chance, default=None)


def _collapsed(review: Review, scope: str, item: str, fall: Fall, sure: float) -> Alert:
    since = review.course.closed[-min(fall.periods, len(review.course.closed))]
    kind, kind_zh = {"channel": ("channel", "渠道"), "product": ("product", "产品")}[scope]
    text = Note(
        f"{kind.capitalize()} {item} has sold {amount_text(fall.sold)} in {fall.periods} periods where "
        f"{amount_text(fall.usual)} would be its usual part ({fall.share:.0%}).",
        f"{kind_zh} {item} 近 {fall.periods} 个周期销售 {amount_text(fall.sold)}，"
        f"按其通常占比应为 {amount_text(fall.usual)}（{fall.share:.0%}）。",
    )
    suggestion = advice.shift_budget(review, item) if scope == "channel" else advice.ask_why(item)
    least = review.section.collapse_below
    kind_of = "channel_collapse" if scope == "channel" else "product_collapse"
    return Alert(kind_of, scope_text(scope, item), since, fall.share, least, text, suggestion, sure)
