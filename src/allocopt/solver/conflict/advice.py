"""Advice: what gives way, as the settings that let it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from allocopt.errors import Relaxation, WayOut
from allocopt.solver.conflict.concession import Concession
from allocopt.solver.conflict.relaxation import Relaxed

# Limits are named with so many digits, rounded to the side that gives more.
DIGITS = 4
# What is nearer to a round number than this share of it is that number.
NEARLY = 1e-9

Moved = list[tuple[Concession, float]]


def advise(concessions: Sequence[Concession], relaxed: Relaxed) -> WayOut:
    """The settings that let the concessions give way, those that cost most first."""
    moved: dict[tuple[str, ...], Moved] = {}
    for concession, amount in zip(concessions, relaxed.amounts.tolist(), strict=True):
        if amount > 0:
            # One setting may move the limits of several rules.
            way = concession.way
            key = (way.path,) if way.path else (concession.rule, *way.settings)
            moved.setdefault(key, []).append((concession, amount))
    steps = sorted(map(_step, moved.values()), key=lambda step: -step.price)
    return WayOut(tuple(steps), relaxed.price, relaxed.least)


def _step(moved: Moved) -> Relaxation:
    """One setting and all that moves it: the one that needs most of it says how far."""
    concession, _ = max(moved, key=lambda each: each[0].price * each[1])
    before, after, settings = _moved_limit(moved)
    return Relaxation(
        rule=concession.rule,
        items=tuple(dict.fromkeys(each.item for each, _ in moved)),
        before=before,
        after=after,
        amount=sum(amount for _, amount in moved),
        unit=concession.unit,
        price=sum(each.price * amount for each, amount in moved),
        priced_by=concession.priced_by,
        settings=settings,
    )


def _moved_limit(moved: Moved) -> tuple[float | str, float | str, tuple[str, ...]]:
    way, whole = moved[0][0].way, moved[0][0].whole
    if way.start is None:
        return way.before, way.after, way.settings
    up = way.step > 0
    ends = [way.start + each.way.step * amount for each, amount in moved]
    after = outward(max(ends) if up else min(ends), up=up, whole=whole)
    after = min(after, way.most) if up else max(after, 0.0)
    return float(f"{way.start:.12g}"), after, (f"{way.path}={after:.15g}",)


def outward(value: float, *, up: bool, whole: bool = False) -> float:
    """The nearest number with few digits on the side that gives more."""
    if value == 0:
        return 0.0
    digit = 1.0 if whole else 10.0 ** (math.floor(math.log10(abs(value))) + 1 - DIGITS)
    steps, noise = value / digit, abs(value) / digit * NEARLY
    rounded = math.ceil(steps - noise) if up else math.floor(steps + noise)
    return float(f"{rounded * digit:.12g}")
