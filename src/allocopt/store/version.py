"""Version: one stored plan, and what happened to it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

_ID = re.compile(r"(?P<scenario>.+)/(?P<version>[1-9][0-9]{0,8})", re.DOTALL)


@dataclass(frozen=True)
class Version:
    """A stored plan; its id is `scenario/version`.

    `plan` is the plan's own id. `parent` is the id of the version that it follows, "" for a first one.
    `saved_at` is in UTC. `inputs_hash` and `result_hash` are over all bytes of the inputs and of the
    result; `likeness` over both without the time of solving, so that two versions of one likeness are the
    same plan. `own_hash` is over `previous_hash`, that of the version before, and all else.
    """

    scenario: str
    version: int
    plan: str
    parent: str
    author: str
    saved_at: str
    reason: str
    inputs_hash: str
    result_hash: str
    likeness: str
    previous_hash: str
    own_hash: str = ""

    @property
    def id(self) -> str:
        """How people name it."""
        return f"{self.scenario}/{self.version}"

    def expected_hash(self) -> str:
        """What `own_hash` is when nobody has changed the version."""
        return _hash_of(self)

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        return f"{self.id}, saved by {self.author} at {self.saved_at[:19]} UTC{reason}"


class Kind(StrEnum):
    """What can happen to a version."""

    SUBMITTED = "submitted"
    SIGNED_OFF = "signed off"
    APPROVED = "approved"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    COMMENT = "comment"
    DECISION = "decision"
    ACTION = "action"
    MEETING = "meeting"


@dataclass(frozen=True)
class Event:
    """Something that happened to a version: who, when, why; `number` counts all events of the store."""

    number: int
    scenario: str
    version: int
    kind: str
    author: str
    happened_at: str
    text: str
    detail: str
    previous_hash: str
    own_hash: str = ""

    @property
    def details(self) -> Mapping[str, str]:
        """What the event says beside its text."""
        return dict(json.loads(self.detail))

    def expected_hash(self) -> str:
        """What `own_hash` is when nobody has changed the event."""
        return _hash_of(self)


def _hash_of(row: Version | Event) -> str:
    """sha256 over all fields but the hash itself."""
    values = [getattr(row, field.name) for field in fields(row) if field.name != "own_hash"]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def parse_id(text: str) -> tuple[str, int] | None:
    """Scenario and number of an id such as `regional/3`; None for a text that is none."""
    found = _ID.fullmatch(text)
    return (found["scenario"], int(found["version"])) if found else None


def as_version(row: Any) -> Version:
    """A version from a row of its table."""
    return Version(**row._mapping)


def as_event(row: Any) -> Event:
    """An event from a row of its table."""
    return Event(**row._mapping)
