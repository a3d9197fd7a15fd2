"""Travel: its cost and its limit need a speed to count hours by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocopt.checks.subject import Subject
from allocopt.errors import Finding, Severity


def check_travel(subject: Subject) -> Iterator[Finding]:
    """A cost or a limit of travel does nothing without `coverage.travel_speed`; a limit must hold."""
    section = subject.config.coverage
    if section.travel_speed is not None:
        return
    asked = (
        ("travel_cost", section.travel_cost > 0),
        ("travel_max", section.travel_max is not None),
    )
    for key, is_asked in asked:
        if not is_asked:
            continue
        problem = subject.place("coverage", key).problem(
            f"coverage.{key} has no effect without a speed: no travel is planned",
            mend="give coverage.travel_speed [km/h], or take it out",
            code="travel-without-speed",
        )
        # A limit that is ignored would make the plan wrong, a cost only dearer.
        hard = key == "travel_max"
        yield problem if hard else replace(problem, severity=Severity.WARNING)
