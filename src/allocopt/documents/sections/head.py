"""The head of a document: what it is, and which solve its numbers come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.documents.facts.profile import profile
from allocopt.documents.language.voice import Voice

# What a document about a part says of the plan; the company's says all.
OF_A_PART = ("plan", "created", "inputs")
OF_A_REP = ("plan", "inputs")


def head(facts: Facts, voice: Voice, kind: str) -> dict[str, Any]:
    """Title, subtitle and the identification of the plan."""
    summary, scenario = facts.summary, facts.scenario.config.scenario
    entries = {
        "plan": str(summary.get("id", "")),
        "scenario": facts.scenario.name,
        "author": facts.scenario.config.document.author,
        "status": voice.say.get(f"status.{summary.get('status')}", str(summary.get("status", ""))),
        "gap": voice.show.percent(float(summary.get("gap", float("nan"))), 2),
        "created": voice.show.date(str(summary.get("created", ""))[:10]),
        "currency": scenario.currency,
        "inputs": fingerprint(summary.get("hashes", {})),
        "parent": str(summary.get("parent") or ""),
    }
    if facts.subject_name:
        title = scenario.title or facts.scenario.name
        told = OF_A_REP if facts.subject.kind == "rep" else OF_A_PART
        few = {name: entries[name] for name in told}
        entries = {**profile(facts, voice), "plan_title": title, **few}
    through = voice.show.date(summary.get("review", {}).get("through"))
    return {
        "title": facts.subject_name or scenario.title or facts.scenario.name,
        "subtitle": voice.say(
            f"kind.{_name(kind, facts)}", span=_span(facts, voice), through=through
        ),
        "imprint": " · ".join(filter(None, (entries["plan"], entries["inputs"]))),
        "entries": [
            {"label": voice.say(f"head.{name}"), "value": value}
            for name, value in entries.items()
            if value
        ],
    }


def _span(facts: Facts, voice: Voice) -> str:
    """The planned time in words; a single period names itself."""
    first, last = (voice.show.period(facts.periods[place]) for place in (0, -1))
    return first if first == last else voice.say("general.from_to", first=first, last=last)


def _name(kind: str, facts: Facts) -> str:
    """What the document is called: an annual plan of half a year or of three is a plan."""
    planned = len(facts.plan.frozen_periods) + len(facts.periods)
    return "plan" if kind == "annual" and planned != facts.scenario.calendar.season else kind


def fingerprint(hashes: Mapping[str, str]) -> str:
    """One short hash for all inputs: of their names and hashes, in alphabetical order."""
    if not hashes:
        return ""
    lines = "\n".join(f"{name} {value}" for name, value in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
