"""The head of a document: what it is, and which solve its numbers come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from allocopt.documents.facts import Facts
from allocopt.documents.voice import Voice


def head(facts: Facts, voice: Voice, kind: str) -> dict[str, Any]:
    """Title, subtitle and the identification of the plan."""
    summary, scenario = facts.summary, facts.scenario.config.scenario
    first, last = voice.show.period(facts.periods[0]), voice.show.period(facts.periods[-1])
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
    return {
        "title": scenario.title or facts.scenario.name,
        "subtitle": voice.say(f"kind.{kind}", first=first, last=last),
        "entries": [
            {"label": voice.say(f"head.{name}"), "value": value}
            for name, value in entries.items()
            if value
        ],
    }


def fingerprint(hashes: Mapping[str, str]) -> str:
    """One short hash for all inputs: of their names and hashes, in alphabetical order."""
    if not hashes:
        return ""
    lines = "\n".join(f"{name} {value}" for name, value in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
