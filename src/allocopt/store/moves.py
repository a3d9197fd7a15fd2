"""Moves: what people do with a stored version, each checked against state, role and signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from allocopt.config.approval import Approval, SignOff
from allocopt.errors import NotAllowed
from allocopt.store.actions import Action, add_action, change_action
from allocopt.store.approval import (
    may_sign,
    missing_signatures,
    refuse_own_plan,
    refuse_role,
    refuse_state,
    rules_in_force,
    signers_of,
)
from allocopt.store.connection import Store
from allocopt.store.ledger import add_event, authors_of, events_of, find_version, published_of
from allocopt.store.states import RULES, Move, State, state_after
from allocopt.store.version import Event, Kind, Version


@dataclass(frozen=True)
class Moving:
    """A version whose move was found allowed, inside the transaction that will keep it."""

    connection: Connection
    version: Version
    rules: Approval
    events: tuple[Event, ...]
    user: str


@contextmanager
def _allowed(store: Store, name: str, move: Move, user: str, text: str) -> Iterator[Moving]:
    """Raises: NotAllowed when state, role, or whose plan it is do not allow the move."""
    with store.writing() as connection:
        moving = _moving(connection, name, user)
        _refuse(moving, move)
        if RULES[move].needs_reason and not text.strip():
            raise NotAllowed(
                f"{move} {moving.version.id} needs words: say why, or what", "no-words"
            )
        yield moving


def _moving(connection: Connection, name: str, user: str) -> Moving:
    version = find_version(connection, name)
    rules = rules_in_force(connection, version)
    return Moving(connection, version, rules, events_of(connection, [version]), user)


def _refuse(moving: Moving, move: Move) -> None:
    """Raises: NotAllowed when state, role, or whose plan it is do not allow the move."""
    version, rules, user = moving.version, moving.rules, moving.user
    refuse_role(rules, move, user, version.id)
    refuse_state(version, state_after(moving.events), move)
    refuse_own_plan(rules, move, user, version, authors_of(moving.connection, version))


def refusals(store: Store, name: str, *, user: str) -> dict[Move, NotAllowed]:
    """The moves that somebody may not make with a version now, and why not; words are another matter.

    Raises: StoreError when there is no such version.
    """
    with store.reading() as connection:
        moving, refused = _moving(connection, name, user), dict[Move, NotAllowed]()
        for move in Move:
            try:
                _refuse(moving, move)
                if move in _FURTHER:
                    _FURTHER[move](moving)
            except NotAllowed as error:
                refused[move] = error
        return refused


def _keep(moving: Moving, move: Move, text: str, detail: Mapping[str, str] | None = None) -> State:
    """Add the event of a move, and tell the state that follows."""
    kind = RULES[move].kind
    assert kind is not None  # noqa: S101 - moves that make a version are not kept as events
    event = add_event(moving.connection, moving.version, kind, moving.user, text, detail)
    return state_after((*moving.events, event))


def make_move(
    store: Store,
    name: str,
    move: Move,
    *,
    user: str,
    text: str = "",
    detail: Mapping[str, str] | None = None,
) -> State:
    """Submit, return, comment, decide or meet; `text` says why, or what. The state that follows.

    `detail` is kept beside the text: what a comment is about, who decided from which what-if, who met.

    Raises: NotAllowed; StoreError when there is no such version.
    """
    with _allowed(store, name, move, user, text) as moving:
        return _keep(moving, move, text, detail)


def approve(store: Store, name: str, *, user: str, text: str = "") -> State:
    """Approve a submitted version as a whole.

    Raises: NotAllowed, also when a signature is missing.
    """
    with _allowed(store, name, Move.APPROVE, user, text) as moving:
        _refuse_unsigned(moving)
        return _keep(moving, Move.APPROVE, text)


def _refuse_unsigned(moving: Moving) -> None:
    """Raises: NotAllowed when a signature is missing."""
    missing = missing_signatures(moving.rules, moving.events)
    if missing:
        told = "; ".join(signers_of(moving.rules, one) for one in missing)
        raise NotAllowed(f"{moving.version.id} still needs the sign-off of {told}", "unsigned")


def publish(store: Store, name: str, *, user: str, text: str = "") -> Version | None:
    """Publish an approved version; gives the version that this one supersedes.

    Raises: NotAllowed.
    """
    with _allowed(store, name, Move.PUBLISH, user, text) as moving:
        version = moving.version
        before = published_of(moving.connection, version.scenario)
        if before is not None:
            detail = {"by": version.id}
            add_event(moving.connection, before, Kind.SUPERSEDED, user, text, detail)
        _keep(moving, Move.PUBLISH, text)
        return before


def sign_off(
    store: Store,
    name: str,
    *,
    user: str,
    territory: str | None = None,
    role: str | None = None,
    text: str = "",
) -> tuple[SignOff, ...]:
    """Give the signatures that are missing and that somebody may give, narrowed by place and function.

    Raises: NotAllowed when there is none.
    """
    with _allowed(store, name, Move.SIGN_OFF, user, text) as moving:
        given = _signable(moving, territory, role)
        for one in given:
            detail = {"territory": one.territory, "role": one.role}
            add_event(moving.connection, moving.version, Kind.SIGNED_OFF, user, text, detail)
        return given


def _signable(
    moving: Moving, territory: str | None = None, role: str | None = None
) -> tuple[SignOff, ...]:
    """The missing signatures that somebody may give.

    Raises: NotAllowed when there is none.
    """
    asked = [
        one
        for one in missing_signatures(moving.rules, moving.events)
        if territory in (None, one.territory) and role in (None, one.role)
    ]
    given = tuple(one for one in asked if may_sign(moving.rules, one, moving.user))
    if not given:
        raise NotAllowed(_nothing_to_sign(moving, asked), "not-signer" if asked else "signed")
    return given


def _nothing_to_sign(moving: Moving, asked: Sequence[SignOff]) -> str:
    if asked:
        told = "; ".join(signers_of(moving.rules, one) for one in asked)
        return f"{moving.user} may not sign {moving.version.id}; still to sign: {told}"
    missing = "; ".join(map(str, missing_signatures(moving.rules, moving.events))) or "nothing"
    return f"{moving.version.id} waits for no such sign-off; still to sign: {missing}"


def act(store: Store, name: str, *, user: str, action: Action) -> Action:
    """Keep a new action with a version.

    Raises: NotAllowed.
    """
    with _allowed(store, name, Move.ACT, user, action.what) as moving:
        return add_action(moving.connection, moving.version, user, action)


def tell_action(
    store: Store, name: str, key: str, *, user: str, changes: Mapping[str, str], note: str = ""
) -> Action:
    """Tell what became of an action of the version or of one that it follows; `note` says more of it.

    Raises: NotAllowed; StoreError when there is no such action.
    """
    with _allowed(store, name, Move.ACT, user, key) as moving:
        return change_action(moving.connection, moving.version, user, key, changes, note)


# What some moves depend on beside state, role and whose plan it is.
_FURTHER: Mapping[Move, Callable[[Moving], object]] = MappingProxyType(
    {Move.APPROVE: _refuse_unsigned, Move.SIGN_OFF: _signable}
)
