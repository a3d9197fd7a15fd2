"""Headcount: positions filled."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.audit.evidence import Evidence


def headcount(e: Evidence) -> Iterator[str]:
    """Filled positions are within their bounds."""
    for rule in e.problem.headcount:
        filled = sum(bool(e.there[rep]) for rep in rule.reps)
        if not rule.lower <= filled <= rule.upper:
            yield f"headcount_limit: {filled} filled in {rule.scope}, {rule.lower}–{rule.upper} asked"
