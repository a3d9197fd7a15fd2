"""Versions as people and programs read them: facts, history, decisions, open actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from allocopt.cli.output import table_lines

if TYPE_CHECKING:
    from allocopt.store import Action, Event, Record, State, Version

# What a list of versions tells of each.
LISTED = ("id", "state", "plan", "parent", "author", "saved_at", "reason")


def moment(saved_at: str) -> str:
    """A moment in UTC as people read it."""
    return saved_at[:16].replace("T", " ")


def listed_version(version: Version, state: State) -> dict[str, str]:
    """A version in a list."""
    told = {**version_document(version), "state": str(state)}
    return {name: told[name] for name in LISTED}


def version_document(version: Version) -> dict[str, Any]:
    """A version for `--json`."""
    return {"id": version.id, **asdict(version)}


def record_document(record: Record) -> dict[str, Any]:
    """All about a version for `--json`."""
    return {
        **version_document(record.version),
        "state": str(record.state),
        "rules_of": record.rules_of.id if record.rules_of else None,
        "missing": [one.model_dump() for one in record.missing],
        "lineage": [version.id for version in record.lineage],
        "decisions": [event_document(event) for event in record.decisions],
        "actions": [asdict(action) for action in record.actions],
        "history": [event_document(event) for event in record.events],
    }


def event_document(event: Event) -> dict[str, Any]:
    """An event for `--json`."""
    told = asdict(event)
    return {**told, "detail": dict(event.details), "id": f"{event.scenario}/{event.version}"}


def record_lines(record: Record) -> list[str]:
    """All about a version as people read it."""
    version = record.version
    facts = [
        ("version", version.id),
        ("state", str(record.state)),
        ("plan", version.plan),
        ("author", version.author),
        ("saved", f"{moment(version.saved_at)} UTC"),
        ("reason", version.reason),
        ("follows", " ← ".join(one.id for one in record.lineage) or "nothing"),
        (
            "rules",
            f"of {record.rules_of.id}" if record.rules_of else "none: anybody may do everything",
        ),
        ("hash", version.own_hash),
    ]
    lines = [f"{name:<9}{text}".rstrip() for name, text in facts]
    if record.missing and record.state in ("draft", "submitted", "returned"):
        lines += ["", "Sign-offs still to be given:"]
        lines += [f"  {one} {', '.join(one.people)}".rstrip() for one in record.missing]
    for heading, block in (
        ("History", event_lines(record.events)),
        ("Decisions", event_lines(record.decisions)),
        ("Open actions", action_lines(record.actions)),
    ):
        lines += ["", f"{heading}:", *(f"  {line}" for line in block)] if block else []
    return lines


def event_lines(events: Iterable[Event]) -> list[str]:
    """When, of which version, what, who, and why."""
    rows = [
        [
            moment(event.happened_at),
            f"{event.scenario}/{event.version}",
            event.kind,
            event.author,
            " ".join(filter(None, (*told_beside(event), event.text))),
        ]
        for event in events
    ]
    return table_lines(["when (UTC)", "version", "what", "who", "why"], rows) if rows else []


def told_beside(event: Event) -> Iterator[str]:
    """For what somebody has signed, by what a version is superseded, how an action stands."""
    for name in ("role", "territory", "by", "status"):
        if text := event.details.get(name):
            yield f"{text}:" if name == "status" else text


def action_lines(actions: Sequence[Action]) -> list[str]:
    """Who does what until when."""
    rows = [[one.key, one.what, one.owner, one.due, one.status] for one in actions]
    return table_lines(["action", "what", "who", "by", "status"], rows) if rows else []
