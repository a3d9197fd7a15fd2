"""What this version reads and checks, and does not plan with yet: the one list of it."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.subject import Subject
from allocopt.errors import Finding, Severity

UNUSED = "read and checked, but not used by the planning model of this version"

# Sections of scenario.yaml that change nothing yet.
SECTIONS = ("visibility",)


def check_unused(subject: Subject) -> Iterator[Finding]:
    """Says what has no effect."""
    for name in SECTIONS:
        if name in subject.config.model_fields_set:
            place = subject.place(name)
            yield Finding(
                Severity.WARNING,
                f"{name}: {UNUSED}",
                file=place.file,
                line=place.line,
                position=place.position,
                code="unused-setting",
            )
    yield from _unused_columns(subject)


def _unused_columns(subject: Subject) -> Iterator[Finding]:
    """Cells that ask for something which the plan does not do."""
    measure = subject.config.measure.sales
    if subject.table("history")[measure].notna().any():
        message = f"sales are those of the column sales; {measure} beside it: {UNUSED}"
        yield subject.say(
            Severity.WARNING, "history", message, measure, code="unused-column", names=(measure,)
        )
