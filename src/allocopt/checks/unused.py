"""What this version reads and checks, and does not plan with yet: the one list of it."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.subject import Subject
from allocopt.errors import Finding, Severity

UNUSED = "read and checked, but not used by the planning model of this version"


def check_unused(subject: Subject) -> Iterator[Finding]:
    """Cells that ask for something which the plan does not do."""
    measure = subject.config.measure.sales
    if subject.table("history")[measure].notna().any():
        message = f"sales are those of the column sales; {measure} beside it: {UNUSED}"
        yield subject.say(
            Severity.WARNING, "history", message, measure, code="unused-column", names=(measure,)
        )
