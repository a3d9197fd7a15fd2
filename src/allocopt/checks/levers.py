"""Levers: response curves that can be evaluated."""

from __future__ import annotations

from collections.abc import Iterator

from allocopt.checks.subject import Subject, about, plural
from allocopt.errors import Finding, Severity

SHAPED = ("power", "adbudg")


def check_levers(subject: Subject) -> Iterator[Finding]:
    """A lever without a curve is never spent on."""
    levers, responses = subject.table("levers"), subject.table("responses")
    mute = levers.loc[~levers["lever"].isin(responses["lever"]), "lever"].tolist()
    if mute:
        message = f"{plural(mute, 'lever', 'levers')} without a response: nothing is spent on it"
        yield subject.say(
            Severity.WARNING,
            "levers",
            message,
            mend="add rows to responses",
            code="no-response",
            **about(mute),
        )


def check_curves(subject: Subject) -> Iterator[Finding]:
    """A curved response has a shape; what carries over is less than all."""
    responses = subject.table("responses")
    shapeless = responses[responses["form"].isin(SHAPED) & responses["shape"].isna()]
    for row in shapeless.itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "responses",
            f"the {row.form} response of lever {row.lever} has no shape",
            "shape",
            expected="an exponent, such as 0.5",
            code="no-shape",
        )
    endless = responses[responses["carryover"] >= 1]
    for row in endless.itertuples(index=False):
        yield subject.say(
            Severity.PROBLEM,
            "responses",
            f"the effect of lever {row.lever} never fades",
            "carryover",
            value=f"{row.carryover:g}",
            expected="a share below 1",
            code="carryover",
        )
