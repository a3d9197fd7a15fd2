"""Segments: margins and coverage responses that make sense."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.subject import Subject, about, named, plural
from allocopt.errors import Finding, Severity

RESPONSES = ("response_0", "response_50", "response_100", "response_150", "response_max")


def check_margins(subject: Subject) -> Iterator[Finding]:
    """A negative margin would make the plan sell less; an unknown one is assumed to be 1."""
    for table in ("segments", "products"):
        frame = subject.table(table)
        for row in frame[frame["margin"] < 0].itertuples(index=False):
            yield subject.say(
                Severity.PROBLEM,
                table,
                f"the margin of {row[0]} is negative",
                "margin",
                value=f"{row.margin:g}",
                expected="a share of sales, at least 0",
                code="negative-margin",
            )
    segments = subject.table("segments")
    given = set(segments.loc[segments["margin"].notna(), "segment"])
    used = subject.table("units")["segment"].dropna().unique()
    unknown = [segment for segment in dict.fromkeys(used) if segment not in given]
    if unknown:
        message = f"the margin of {plural(unknown, 'segment', 'segments')} is not given: 1 assumed"
        yield subject.say(
            Severity.ASSUMPTION,
            "segments",
            message,
            "margin",
            code="assumed-margin",
            **about(unknown),
        )


def check_responses(subject: Subject) -> Iterator[Finding]:
    """A coverage response is given at all five points, and is 1 at the standard hours."""
    segments = subject.table("segments")
    unknown = segments[list(RESPONSES)].isna()
    partly = unknown.any(axis=1) & ~unknown.all(axis=1)
    for row, segment in segments.loc[partly, "segment"].items():
        missing = [name for name in RESPONSES if unknown.at[row, name]]
        yield subject.say(
            Severity.PROBLEM,
            "segments",
            f"the response of segment {segment} lacks {named(missing)}",
            missing[0],
            expected="all five points, or none for all or nothing",
            code="incomplete-response",
        )
    off = (segments["response_100"] - 1).abs() > 1e-9
    for segment, value in segments.loc[off, ["segment", "response_100"]].to_numpy():
        yield subject.say(
            Severity.PROBLEM,
            "segments",
            f"the response of segment {segment} at the standard hours is not 1",
            "response_100",
            value=f"{value:g}",
            expected="1, as demand is what standard coverage sells",
            code="response-not-one",
        )
