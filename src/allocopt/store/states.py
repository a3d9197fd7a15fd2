"""What may be done with a stored plan: by state, by role, and where it leads.

The one table of it is `RULES`. Publishing a plan supersedes the one of its scenario that was published
before; nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from allocopt.store.version import Event, Kind


class State(StrEnum):
    """How far a version has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Move(StrEnum):
    """What people do with a version; `save` makes one."""

    SAVE = "save"
    SUBMIT = "submit"
    SIGN_OFF = "sign-off"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    COMMENT = "comment"
    DECIDE = "decide"
    ACT = "act"
    MEET = "meet"
    RESTORE = "restore"


@dataclass(frozen=True)
class Rule:
    """Where a move starts from, which roles may make it, and what it is kept as."""

    states: tuple[State, ...]
    roles: tuple[str, ...]
    kind: Kind | None = None
    needs_reason: bool = False


ANY = tuple(State)
ALL = ("analyst", "manager", "finance", "marketing", "viewer")
WORKING = ("analyst", "manager", "finance", "marketing")
PLANNING = ("analyst", "manager")
SIGNING = ("manager", "finance", "marketing")

RULES: Mapping[Move, Rule] = MappingProxyType(
    {
        Move.SAVE: Rule(ANY, PLANNING),
        Move.SUBMIT: Rule((State.DRAFT, State.RETURNED), PLANNING, Kind.SUBMITTED),
        Move.SIGN_OFF: Rule((State.SUBMITTED,), WORKING, Kind.SIGNED_OFF),
        Move.APPROVE: Rule((State.SUBMITTED,), ("manager",), Kind.APPROVED),
        Move.RETURN: Rule(
            (State.SUBMITTED, State.APPROVED), SIGNING, Kind.RETURNED, needs_reason=True
        ),
        Move.PUBLISH: Rule((State.APPROVED,), ("manager",), Kind.PUBLISHED),
        Move.COMMENT: Rule(ANY, WORKING, Kind.COMMENT, needs_reason=True),
        Move.DECIDE: Rule(ANY, WORKING, Kind.DECISION, needs_reason=True),
        Move.ACT: Rule(ANY, WORKING, Kind.ACTION),
        Move.MEET: Rule(ANY, WORKING, Kind.MEETING, needs_reason=True),
        Move.RESTORE: Rule(ANY, PLANNING, needs_reason=True),
    }
)
# Moves that nobody makes for a plan of his own, unless that is configured.
OF_OTHERS = (Move.SIGN_OFF, Move.APPROVE)

_LEADS_TO: Mapping[str, State] = MappingProxyType(
    {
        Kind.SUBMITTED: State.SUBMITTED,
        Kind.RETURNED: State.RETURNED,
        Kind.APPROVED: State.APPROVED,
        Kind.PUBLISHED: State.PUBLISHED,
        Kind.SUPERSEDED: State.SUPERSEDED,
    }
)


def state_after(events: Iterable[Event]) -> State:
    """The state of a version to which these events happened, in their order."""
    state = State.DRAFT
    for event in events:
        state = _LEADS_TO.get(event.kind, state)
    return state
