"""Noise: how far sales may be from their plan by chance, by the forecast's own interval."""

from __future__ import annotations

from math import nan, sqrt

from allocopt.documents.facts import Facts, numbers
from allocopt.documents.facts.progress import by_period
from allocopt.documents.language.text import known_text


def noise_of(facts: Facts, node: str, period: str = "") -> float:
    """Half the width of the interval of planned sales, "" = to date; NaN where none is known. [currency]

    `node` is a territory, or "" for all that the facts are about. The interval is that of demand, as a
    share of its mean; those of several periods add up as independent ones do.
    """
    intervals = (facts.whole or facts).course("forecast_nodes")
    # A view's own node is named in the whole; a part that has no whole calls it "".
    own = node or (facts.subject.key if facts.whole else "")
    rows = intervals[intervals["node"].map(known_text) == own].set_index("period")
    half = (rows["upper"] - rows["lower"]) / 2 / rows["mean"].where(rows["mean"] > 0)
    plans = by_period(facts, "territory" if node else "company")
    plans = plans[plans["item"].map(known_text) == node]
    plan = numbers(plans.set_index("period")["plan"])
    shares = numbers(half)
    asked = [period] if period else list(plan)
    widths = [shares.get(label, nan) * plan.get(label, nan) for label in asked]
    return sqrt(sum(width**2 for width in widths)) if widths else nan
