"""Failures: why there is no answer, in plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from allocopt.errors import AllocoptError, Conflict, Infeasible, InputError, WayOut
from allocopt.review.desk.worker.work import Told, known

# Findings that are told in their parts, so that they can be said in other languages.
MOST_FINDINGS = 20


def failure_of(error: Exception) -> Told:
    """The last that is told of a job that raised an error.

    `message` has the sentences of a user's mistake; `code` says what kind of failure it is: `refused`, a
    mistake, `memory`, or `error`, one of ours, whose trace stands in the file for troubles.
    """
    if isinstance(error, Infeasible):
        return _infeasible(error)
    if isinstance(error, InputError):
        sentences = [finding.sentence() for finding in error.findings]
        told = {"state": "failed", "code": "refused", "message": "\n".join(sentences)}
        return {**told, "findings": [one.as_dict() for one in error.findings[:MOST_FINDINGS]]}
    if isinstance(error, AllocoptError | OSError):
        return {"state": "failed", "code": "refused", "message": str(error)}
    if isinstance(error, MemoryError):
        return {"state": "failed", "code": "memory", "message": ""}
    return {"state": "failed", "code": "error", "message": type(error).__name__}


def _infeasible(error: Infeasible) -> Told:
    """The rules that clash; and the ways out, the cheapest first, each with settings that carry it out."""
    return {
        "state": "infeasible",
        "message": error.summary,
        "proven": error.proven,
        "conflicts": [_conflict(conflict) for conflict in error.conflicts],
        "relaxations": [] if error.way_out is None else [_relaxation(error.way_out)],
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {**asdict(conflict), "items": list(conflict.items)}


def _relaxation(way_out: WayOut) -> dict[str, Any]:
    """All steps of a way out together: with one of them alone there is no plan."""
    steps = [
        {
            "rule": step.rule,
            "items": list(step.items),
            "from": step.before,
            "to": step.after,
            "amount": known(step.amount),
            "unit": step.unit,
            "price": known(step.price),
            "priced_by": step.priced_by,
        }
        for step in way_out.steps
    ]
    return {
        "price": known(way_out.price),
        "least": known(way_out.least),
        "settings": list(way_out.settings),
        "steps": steps,
        "sentence": "; ".join(_sentence(step) for step in steps),
    }


def _sentence(step: dict[str, Any]) -> str:
    """A step in English; pages make theirs of `steps`."""
    items = ", ".join(step["items"][:3]) + (" …" if len(step["items"]) > 3 else "")
    return f"{items}: {_limit(step['from'])} → {_limit(step['to'])}"


def _limit(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.6g}"
