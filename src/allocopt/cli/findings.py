"""Findings as people read them: problems first, by file, then what matters less, then counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from allocopt.errors import Finding, Severity, problems

# More lines than this about one file hide those about the next.
SHOWN_PER_FILE = 50

_HEADINGS = {
    Severity.PROBLEM: "Problems",
    Severity.WARNING: "Warnings",
    Severity.ASSUMPTION: "Assumptions",
    Severity.NOTICE: "Notices",
}


def as_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """What `check --json` prints."""
    count = len(problems(findings))
    return {
        "status": "problems" if count else "ok",
        "problems": count,
        "findings": [finding.as_dict() for finding in findings],
    }


def report_lines(findings: Sequence[Finding]) -> list[str]:
    """Everything found, grouped by severity and file, and a last line that counts."""
    lines: list[str] = []
    for severity, heading in _HEADINGS.items():
        chosen = [finding for finding in findings if finding.severity is severity]
        if chosen:
            lines += [f"{heading} ({len(chosen)})", *_by_file(chosen), ""]
    return [*lines, count_line(findings)]


def count_line(findings: Iterable[Finding]) -> str:
    """`2 problems, 1 warning, 3 assumptions, 0 notices.`"""
    severities = [finding.severity for finding in findings]
    counts = ((severities.count(severity), severity.value) for severity in Severity)
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts) + "."


def _by_file(findings: Iterable[Finding]) -> Iterator[str]:
    ordered = sorted(findings, key=lambda finding: finding.file)
    for file, group in groupby(ordered, key=lambda finding: finding.file):
        members = list(group)
        yield f"  {file or 'scenario'}"
        for finding in members[:SHOWN_PER_FILE]:
            yield f"    {_without_file(finding).sentence()}"
        if len(members) > SHOWN_PER_FILE:
            yield f"    … and {len(members) - SHOWN_PER_FILE} more; `check --json` lists them all"


def _without_file(finding: Finding) -> Finding:
    """The file stands above; only `file:line:column` stays whole, since editors jump to it."""
    return finding if finding.line is not None else replace(finding, file="")
