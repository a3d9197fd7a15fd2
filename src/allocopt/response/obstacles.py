"""Obstacles: why a curve cannot be fitted to what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from allocopt.response.controls import control_basis
from allocopt.response.forms import Values
from allocopt.response.observations import Observations, Sources, actual_spend, observe
from allocopt.response.place import Place

# Spend that differs from its mean by less than this share of it tells nothing.
_STEADY = 0.01
# Two levers whose spend moves together like this cannot be told apart.
_TOGETHER = 0.98
# What is searched per lever, and the periods that must be left over.
_PARAMETERS, _LEFT = 4, 4


@dataclass(frozen=True)
class Obstacle:
    """Why one lever cannot be fitted; `code` is the stable name of the reason."""

    lever: str
    reason: str
    code: str


def obstacles(sources: Sources, place: Place, levers: Sequence[str]) -> Iterator[Obstacle]:
    """Everything that keeps the levers of a place from being fitted."""
    spent = set(actual_spend(sources, place)["lever"])
    silent = [lever for lever in levers if lever not in spent]
    for lever in silent:
        yield Obstacle(
            lever, f"no actual spend before the plan is known for {place}", "fit-no-spend"
        )
    known = [lever for lever in levers if lever in spent]
    if not known:
        return
    seen = observe(sources, known, place)
    if seen is None:
        for lever in known:
            yield Obstacle(
                lever, f"no sales are known for {place} since it was spent", "fit-no-sales"
            )
        return
    yield from _short(seen, known)
    yield from _steady(seen, known)
    yield from _together(seen, known)


def _short(seen: Observations, levers: Sequence[str]) -> Iterator[Obstacle]:
    periods = int(seen.known.sum())
    needed = seen.controls.shape[1] + _PARAMETERS * len(levers) + _LEFT
    if periods < needed:
        reason = f"{periods} periods of sales and spend are known where {needed} are needed"
        yield from (Obstacle(lever, reason, "fit-too-short") for lever in levers)


def _steady(seen: Observations, levers: Sequence[str]) -> Iterator[Obstacle]:
    for lever, spend in zip(levers, seen.spend, strict=False):
        if np.ptp(spend) <= _STEADY * max(float(np.abs(spend).mean()), 1e-12):
            reason = "its spend never varies, so nothing tells what it brings"
            yield Obstacle(lever, reason, "fit-no-variation")


def _together(seen: Observations, levers: Sequence[str]) -> Iterator[Obstacle]:
    lines = _beside_controls(seen, len(levers))
    sizes = np.linalg.norm(lines, axis=1)
    for b in range(len(levers)):
        for a in range(b):
            if sizes[a] * sizes[b] > 0 and lines[a] @ lines[b] > _TOGETHER * sizes[a] * sizes[b]:
                reason = f"its spend moves as that of {levers[a]}, so they cannot be told apart"
                yield Obstacle(levers[b], reason, "fit-together")


def _beside_controls(seen: Observations, levers: int) -> Values:
    """Spend that controls do not explain; (lever, place · period)."""
    basis = control_basis(seen.controls[seen.known])
    spend = seen.spend[:levers][:, :, seen.known]
    off: Values = (spend - (spend @ basis) @ basis.T).reshape(levers, -1)
    return off
