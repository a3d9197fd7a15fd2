"""Approval: which rules hold for a version, who may do what, and which signatures are missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from allocopt.config.approval import Approval, SignOff
from allocopt.errors import ConfigError, NotAllowed, StoreError
from allocopt.plan import INPUTS
from allocopt.store.content import bytes_of, hashes_of
from allocopt.store.ledger import published_of
from allocopt.store.states import ALL, OF_OTHERS, RULES, Move, State
from allocopt.store.version import Event, Kind, Version
from allocopt.yaml_source import parse_yaml

SETTINGS = f"{INPUTS}/scenario.yaml"


def rules_in_force(connection: Connection, version: Version) -> Approval:
    """The section `approval` that holds for a version; an empty one where there is none."""
    return rules_and_source(connection, version)[0]


def rules_and_source(connection: Connection, version: Version) -> tuple[Approval, Version | None]:
    """The rules that hold for a version, and the version whose scenario has them, None where none has.

    They are those of the published version where it has a section `approval`, else the version's own: a
    change of the rules is itself approved by the rules before it.
    """
    for source in (published_of(connection, version.scenario), version):
        rules = None if source is None else own_rules(connection, source)
        if rules is not None:
            return rules, source
    return Approval(), None


def own_rules(connection: Connection, version: Version) -> Approval | None:
    """The section `approval` of a version's scenario; None where it has none.

    Raises: StoreError when it cannot be understood.
    """
    sha256 = hashes_of(connection, version.scenario, version.version).get(SETTINGS)
    return None if sha256 is None else approval_in(bytes_of(connection, sha256), version.id)


# A page of the review room asks for the same rules several times, and reading them takes 25 ms.
@lru_cache(maxsize=64)
def approval_in(text: bytes, name: str) -> Approval | None:
    """The section `approval` of a scenario.yaml, whatever else stands in it."""
    try:
        data: Any = parse_yaml(text.decode(), f"{name}/{SETTINGS}").data
        section = data.get("approval") if isinstance(data, dict) else None
        return None if section is None else Approval.model_validate(section)
    except (ConfigError, ValidationError, UnicodeDecodeError) as error:
        raise StoreError(f"the section `approval` of {name} is not valid: {error}") from None


def roles_of(rules: Approval, user: str) -> tuple[str, ...]:
    """What a person is; everything while no roles are given."""
    if not rules.roles:
        return ALL
    return tuple(rules.roles.get(user, ())) or ("viewer",)


def territories_of(rules: Approval, user: str) -> tuple[str, ...]:
    """The nodes of the tree that are a person's part; none = the whole."""
    return tuple(rules.territories.get(user, ()))


def names_with(rules: Approval, roles: Sequence[str], but: str = "") -> tuple[str, ...]:
    """Names of those who were given one of the roles; `but` is left out."""
    return tuple(
        name for name, own in rules.roles.items() if name != but and not set(own).isdisjoint(roles)
    )


def people_with(rules: Approval, roles: Sequence[str], but: str = "") -> str:
    """Who has one of the roles, as a text; `but` is left out."""
    names = names_with(rules, roles, but)
    return ", ".join(names) or ("anybody else" if not rules.roles else "nobody yet")


def refuse_role(rules: Approval, move: Move, user: str, what: str) -> None:
    """Raises: NotAllowed when none of the person's roles may make this move; says who may."""
    may = RULES[move].roles
    own = roles_of(rules, user)
    if set(own).isdisjoint(may):
        raise NotAllowed(
            f"{user} is {_either(own)} and may not {move} {what}; that is for {_either(may)}: "
            f"{people_with(rules, may)}",
            "role",
            own=own,
            roles=may,
            people=names_with(rules, may),
        )


def refuse_state(version: Version, state: State, move: Move) -> None:
    """Raises: NotAllowed when the move does not start from this state."""
    states = RULES[move].states
    if state not in states:
        raise NotAllowed(
            f"{version.id} is {state}; {move} is for a plan that is {_either(states)}",
            "state",
            state=(state,),
            states=states,
        )


def refuse_own_plan(
    rules: Approval, move: Move, user: str, version: Version, authors: Collection[str]
) -> None:
    """Raises: NotAllowed when somebody signs or approves a plan of his own and must not.

    `authors` are those of every version that holds this plan: a restored plan stays its maker's.
    """
    may_own = not rules.roles if rules.own_plan is None else rules.own_plan
    if move in OF_OTHERS and user in authors and not may_own:
        others = people_with(rules, RULES[move].roles, but=user)
        raise NotAllowed(
            f"{version.id} is {user}'s own plan: {move} is for somebody else: {others} "
            "(`approval.own_plan: true` would allow it)",
            "own-plan",
            people=names_with(rules, RULES[move].roles, but=user),
        )


def missing_signatures(rules: Approval, events: Sequence[Event]) -> tuple[SignOff, ...]:
    """Signatures that are asked for and were not given since the plan was last submitted."""
    given: set[tuple[str, str]] = set()
    for event in events:
        if event.kind in (Kind.SUBMITTED, Kind.RETURNED):
            given.clear()
        elif event.kind == Kind.SIGNED_OFF:
            given.add((event.details["territory"], event.details["role"]))
    return tuple(one for one in rules.sign_off if (one.territory, one.role) not in given)


def may_sign(rules: Approval, one: SignOff, user: str) -> bool:
    """Whether a person may give this signature."""
    if one.people:
        return user in one.people
    return one.role in roles_of(rules, user)


def signers_of(rules: Approval, one: SignOff) -> str:
    """A signature and who may give it, as a text."""
    return f"{one} ({', '.join(one.people) or people_with(rules, [one.role])})"


def _either(names: Sequence[str]) -> str:
    *first, last = map(str, names)
    return f"{', '.join(first)} or {last}" if first else last
